"""The colours that words name, as paint and cloth: linear albedo."""

from __future__ import annotations

Rgb = tuple[float, float, float]
PAINT: dict[str, Rgb] = {
    "red": (0.42, 0.025, 0.02),
    "orange": (0.50, 0.14, 0.015),
    "yellow": (0.62, 0.36, 0.02),
    "green": (0.04, 0.15, 0.05),
    "blue": (0.025, 0.07, 0.26),
    "purple": (0.12, 0.03, 0.20),
    "pink": (0.55, 0.18, 0.25),
    "brown": (0.10, 0.05, 0.025),
    "white": (0.68, 0.68, 0.66),
    "grey": (0.20, 0.20, 0.205),
    "gray": (0.20, 0.20, 0.205),
    "silver": (0.40, 0.41, 0.42),
    "black": (0.018, 0.018, 0.02),
}
