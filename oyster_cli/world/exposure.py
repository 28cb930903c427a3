"""Exposure of the shot: metered on the first frame, then following the light of the world, as an eye would.

It does not meter later pictures, so that a frame's exposure does not depend on which frames were drawn before it.
"""

from __future__ import annotations

import math
from typing import ClassVar

from oyster_cli.picture.painter import exposure_for
from oyster_cli.state import Stateful

ADAPT_S = 0.9  # time constant
BEHIND = 3 * math.log(2)  # three stops: darker than that for the light there is no picture gets, however fast night falls
BRIGHT = 0.085  # luminance a klux beyond which a scene is called bright: fields have 0.05, snow 0.25
SNOW_STOPS = 0.75
GLOOM_STOPS = -0.8
FLASH_OVER = 6.0  # times the luminance got used to, that lightning makes of middle grey


class Exposure(Stateful):
    """Metered luminance split into what the sky lights and what lamps light, both kcd/m2."""

    kept: ClassVar[tuple[str, ...]] = ("share", "lamps", "seen", "stops")

    def __init__(self) -> None:
        self.share: float | None = None  # luminance a klux of daylight
        self.lamps = 0.0
        self.stops = 0.0  # what a photographer adds for snow and white walls
        self.seen = 0.0  # log of the luminance the eye has got used to

    def meter(self, luminance: float, level_klux: float) -> None:
        """Set the shot's exposure from its first picture."""
        self.share = min(max(luminance / max(level_klux, 1e-9), 0.004), 0.30)
        self.stops = SNOW_STOPS * min(max(math.log2(self.share / BRIGHT), 0.0), 1.6)
        self.lamps = max(luminance - self.share * level_klux, 0.0)
        self.seen = math.log(max(luminance, 1e-7))

    def follow(self, level_klux: float, dt_s: float) -> None:
        """Get used to the light of now."""
        if self.share is not None:
            goal = math.log(max(self.share * level_klux + self.lamps, 1e-7))
            self.seen += (goal - self.seen) * (1 - math.exp(-dt_s / ADAPT_S))
            self.seen = min(self.seen, goal + BEHIND)

    def most_flash_klux(self) -> float:
        """Light of lightning that film takes no more of: its shoulder, so many times what the eye is used to."""
        return FLASH_OVER * math.exp(self.seen) * math.pi / 0.18

    def value(self, gloom: float) -> float:
        """The factor from kcd/m2 to exposed light. What is gloomy (to 1), such as a storm, is left dark, as it is felt;
        what glares (below 0) is left bright."""
        return exposure_for(math.exp(self.seen), self.stops + GLOOM_STOPS * gloom)
