"""A river: it is heard where it runs fastest near the camera. Its surface is drawn from the ground's water and flow."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.water import Brook
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

PLACES = 3  # stretches that sound by themselves
REACH_M = 45.0
FLOW_M3_S = 1.2  # that tumbles over stones in one stretch


class River(Thing):
    """The stretches of the site's river nearest to the camera, each a brook with the speed of the water there."""

    kind: ClassVar[str] = "river"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("brook", "flow")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        line = np.asarray(site.spots["river"], float)
        near = np.argsort(np.linalg.norm(line - np.array(site.stand.eye), axis=1), kind="stable")
        self.spots = self._apart(line[near])
        self.speeds = np.array([max(self._speed(spot), 0.4) for spot in self.spots])
        self.brook = Brook(len(self.spots))
        self.flow = 1.0
        self._dry = np.zeros((0, 0), np.float32)

    def _apart(self, line: np.ndarray) -> list[np.ndarray]:
        """The nearest points that lie at least 12 m from each other."""
        chosen: list[np.ndarray] = []
        for point in line:
            if all(np.linalg.norm(point - other) > 12.0 for other in chosen):
                chosen.append(point)
            if len(chosen) == PLACES:
                break
        return chosen

    def _speed(self, at: np.ndarray) -> float:
        """m/s of the water's surface at a point."""
        i, j, _, _ = self.site.ground.warp.cell(at[0], at[2])
        return float(np.linalg.norm(self.site.ground.flow.numpy()[i, j]))

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 the river minds no weather yet
        rng = draw(self.seed, self.name, tick.frame)
        self._dry = self.brook.step(rng, tick.samples, FLOW_M3_S * self.flow, self.speeds)
        return []

    def voices(self) -> list[Voice]:
        return [
            Voice(f"{self.name} {k}", "water", tuple(spot), dry, size_m=3.0)
            for k, (spot, dry) in enumerate(zip(self.spots, self._dry, strict=True))
        ]

    def where(self) -> np.ndarray:
        return self.spots[0]

    def act(self, what: str) -> bool:
        self.flow *= {"more": 1.8, "less": 0.55}.get(what, 1.0)
        return what in ("more", "less")
