"""The places a scene can be in. Adding one means adding one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

from oyster_cli.fault import Fault
from oyster_cli.picture import device
from oyster_cli.script.models import Scene
from oyster_cli.world.site import Site
from oyster_cli.world.store import stored


def _builder(module: str) -> Callable[[int, Scene], Site]:
    """Builds a place. Its file is imported only then: most are found on disk, built before."""

    def build(seed: int, scene: Scene) -> Site:
        return import_module(f"oyster_cli.world.places.{module}").build(seed, scene)  # type: ignore[no-any-return]

    return build


PLACES: dict[str, Callable[[int, Scene], Site]] = {
    "canyon": _builder("canyon"),
    "coast": _builder("coast"),
    "desert": _builder("desert"),
    "forest": _builder("forest"),
    "meadow": _builder("meadow"),
    "pass": _builder("mountain_pass"),
    "street": _builder("street"),
    "river": _builder("river"),
    "jungle": _builder("jungle"),
    "reef": _builder("reef"),
    "harbour": _builder("harbour"),
    "cave": _builder("cave"),
}


def build_site(scene: Scene, seed: int) -> Site:
    """The scene's place, built; the same seed gives the same bytes. Fault for a place we do not have."""
    if scene.place not in PLACES:
        raise Fault(f"there is no place called {scene.place!r}", remedy="one of " + ", ".join(PLACES))
    device.start("auto")
    site = _built(scene.place, seed)
    if scene.place == "harbour" and any(each.kind == "jetty" for each in scene.things):
        return import_module("oyster_cli.world.places.harbour").along_jetty(site)  # type: ignore[no-any-return]
    return site


@lru_cache(maxsize=1)
def _built(place: str, seed: int) -> Site:
    """Shots in a row that share a world stand in the same site, built once: a place follows from its name and seed."""
    return stored(place, seed, lambda: PLACES[place](seed, Scene(place=place)))
