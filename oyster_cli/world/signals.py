"""When the lights of a crossing show what: a fixed programme, which both the lights and who drives by them follow."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

# How long each phase lasts, and what the main street and the one that crosses it are shown in it.
PHASES = ((27.0, "green", "red"), (3.0, "amber", "red"), (1.5, "red", "red"), (6.0, "red", "green"), (2.5, "red", "amber"),
          (1.5, "red", "red"))  # fmt: skip
ENDS_S = tuple(accumulate(seconds for seconds, *_ in PHASES))


def shown(time_s: float) -> tuple[str, str]:
    """What the main street and the other one see: red, amber or green."""
    _, main, other = PHASES[min(bisect_right(ENDS_S, time_s % ENDS_S[-1]), len(PHASES) - 1)]
    return main, other
