"""What is seen behind the glass of a lit shop."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import Mesh, join
from oyster_cli.picture.room import SHOPS
from oyster_cli.world.shapes.facade import Openings, lit_rooms, quads

SILL_M = 0.45  # of its windows, over its floor


def shop_windows(openings: Openings, rng: np.random.Generator, lit: float) -> Mesh:
    """One room behind all panes of a shop; nothing for those that are shut, which all but a share `lit` are."""
    if rng.random() > lit:
        return join([])
    low = openings.low()
    corners = quads(low[:, 0], low[:, 0] + openings.wide, low[:, 1], low[:, 1] + openings.high, openings.inset)
    middle = float(low[:, 0].min() + low[:, 0].max() + openings.wide) / 2
    return lit_rooms(corners, np.full(len(low), int(rng.integers(SHOPS))), SILL_M, middle)
