"""The places a scene can be in. Adding one means adding one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from oyster_cli.fault import Fault
from oyster_cli.picture import device
from oyster_cli.script.models import Scene
from oyster_cli.world.places import (
    canyon,
    cave,
    coast,
    desert,
    forest,
    harbour,
    jungle,
    meadow,
    mountain_pass,
    reef,
    river,
    street,
)
from oyster_cli.world.site import Site
from oyster_cli.world.store import stored

PLACES: dict[str, Callable[[int, Scene], Site]] = {
    "canyon": canyon.build,
    "coast": coast.build,
    "desert": desert.build,
    "forest": forest.build,
    "meadow": meadow.build,
    "pass": mountain_pass.build,
    "street": street.build,
    "river": river.build,
    "jungle": jungle.build,
    "reef": reef.build,
    "harbour": harbour.build,
    "cave": cave.build,
}


def build_site(scene: Scene, seed: int) -> Site:
    """The scene's place, built; the same seed gives the same bytes. Fault for a place we do not have."""
    if scene.place not in PLACES:
        raise Fault(f"there is no place called {scene.place!r}", remedy="one of " + ", ".join(PLACES))
    device.start("auto")
    return _built(scene.place, seed)


@lru_cache(maxsize=1)
def _built(place: str, seed: int) -> Site:
    """Shots in a row that share a world stand in the same site, built once: a place follows from its name and seed."""
    return stored(place, seed, lambda: PLACES[place](seed, Scene(place=place)))
