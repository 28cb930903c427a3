"""Under a roof: no weather, no sun, no sky; what light there is comes from lamps, and a little from nowhere in sight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from oyster_cli.picture.sky import SkyState, blank
from oyster_cli.script.weather import Weather
from oyster_cli.world.air import Air
from oyster_cli.world.site import Roof

SIZE = 8  # texels across a sky that is black all over
DRAUGHT_M_S = 0.3


class Darkness:
    """Stands in for a Sky where none is seen: the same table and light whatever hour and weather there are outside."""

    def __init__(self, roof: Roof) -> None:
        self.size = SIZE
        self.table = torch.zeros_like(blank(SIZE))
        none, up, faint = np.zeros(3), np.array([0.0, 1.0, 0.0]), np.array(roof.faint)
        self.light = SkyState(up, up, up, none, faint, faint, faint / np.pi, none, ev=0.0, night=1.0)

    def update(self, *_now: object) -> None:
        """Nothing changes."""


def sheltered(air: Air, roof: Roof) -> Air:
    """The air under a roof while this air is outside. The hour stays."""
    weather = Weather(cloud=0.0, visibility_m=roof.visibility_m, wind_m_s=DRAUGHT_M_S, wet=roof.wet)
    return replace(air, weather=weather, drift_m=DRAUGHT_M_S * air.time_s, temperature_c=roof.temperature_c, humidity_pct=98.0,
                   wet=roof.wet, snow_cover=0.0)  # fmt: skip
