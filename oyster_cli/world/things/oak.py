"""The great oak of a meadow. The gusts that bend its twigs are the gusts that rustle in its leaves."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Prop, Veil
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.wind import Crown
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes import oak
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

SWAY = 0.30  # how far a strong wind moves its twigs, as a share of its height
BOUGHS = np.array([[-0.38, 0.52, -0.12], [0.40, 0.50, 0.05], [0.02, 0.78, 0.10]])  # where its leaves are heard, by its height
BOUGH_M = 3.0


class Oak(Thing):
    """One tree; three boughs of it rustle, each in the gust at its place."""

    kind: ClassVar[str] = "oak"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("crown",)

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        *foot, self.height_m = np.asarray(site.spots["oak"], float)
        self.foot = np.array(foot)
        self.boughs = self.foot + BOUGHS * self.height_m
        self.crown = Crown(len(BOUGHS))
        self._dry: np.ndarray = np.zeros((len(BOUGHS), 0), np.float32)

    def stage(self) -> list[Prop | Veil]:
        at = np.eye(3, 4, dtype=np.float32) * self.height_m
        at[:, 3] = self.foot - [0.0, 0.15, 0.0]
        levels = tuple(oak.oak(self.seed % 1000, level) for level in (0, 1, 1, 2))  # what one looks at stays fine
        return [Prop(levels, at[None], sway_m=SWAY * self.height_m)]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        rng = draw(self.seed, self.name, tick.frame)
        leafy = np.float32(1.0 - 0.85 * air.snow_cover)  # snow lies on the twigs
        self._dry = leafy * self.crown.step(rng, tick.samples, air.gust(self.boughs), air.weather.wind_m_s)
        return []

    def voices(self) -> list[Voice]:
        return [
            Voice(f"{self.name} {k}", "weather", tuple(at), dry, size_m=BOUGH_M)
            for k, (at, dry) in enumerate(zip(self.boughs, self._dry, strict=True))
        ]

    def where(self) -> np.ndarray:
        """Beside its trunk, where the stand looks: so it keeps to its third of the frame, with the meadow in the rest."""
        return np.array(self.site.stand.target)
