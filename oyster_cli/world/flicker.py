"""The turbulence of an open flame: one number that its light, its height and its sound follow."""

from __future__ import annotations

import math


def flicker(time_s: float, luck: float) -> float:
    """Heat over its mean, 0.3 and more: slow and fast waves that wander against each other; luck: a normal number a frame."""
    t = time_s
    waves = 0.5 * math.sin(10.7 * t + 1.3 * math.sin(3.1 * t)) + 0.3 * math.sin(27.0 * t + 2.0 * math.sin(5.3 * t))
    return max(0.3, 1.0 + 0.16 * waves + 0.10 * math.sin(57.0 * t + math.sin(11.0 * t)) + 0.05 * luck)
