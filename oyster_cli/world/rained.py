"""What rain falls on around the camera: water, leaves, sheet metal, hard ground or soft, and how much of each."""

from __future__ import annotations

import numpy as np

from oyster_cli.world.site import Site

GROUND = dict.fromkeys(("street", "canyon", "pass", "coast", "harbour"), "hard") | {"jungle": "leaves"}  # elsewhere soft
TIN = {"street": 0.22, "harbour": 0.3}  # share of the plan: car roofs and awnings; decks and deckhouses
# kinds with leaves or needles that a drop can strike, and how wide their crowns are, as a share of their height
CROWNS = {"pine": 0.24, "conifer": 0.3, "dwarf": 0.4, "broadleaf": 0.7, "oak": 0.8, "willow": 0.8, "birch": 0.5, "bush": 1.1,
          "hedge": 1.0, "fern": 1.4, "canopy": 0.6, "emergent": 0.6, "understorey": 0.7, "roof": 0.7, "giant": 0.6, "palm": 0.6,
          "paddle": 0.9}  # fmt: skip
AROUND, NEAR_M, FAR_M = 240, 1.0, 40.0  # points that are asked, as many to each doubling of distance: all are as loud
LEAST = 0.04  # share below which a surface is not heard
GOLDEN = 2.399963  # radians by which each point is turned on from the one before


class Rained:
    """The surfaces under the sky at a site. shares: of each that is heard, as seen from the stand; 1 together."""

    def __init__(self, site: Site) -> None:
        self.site, self.ground = site, GROUND.get(site.place, "soft")
        eye = np.array(site.stand.eye)
        crowns = [(each.at, CROWNS[each.kind] * each.height_m / 2) for each in site.scatters if each.kind in CROWNS]
        at = np.concatenate([np.zeros((0, 3)), *(each for each, _ in crowns)])
        wide = np.concatenate([np.zeros(0), *(each for _, each in crowns)])
        near = np.hypot(*(at - eye)[:, [0, 2]].T) < FAR_M + 10.0
        self.crowns, self.crown_m = at[near], wide[near]
        self.shares = self._shares(eye)

    def _shares(self, eye: np.ndarray) -> dict[str, float]:
        k = np.arange(AROUND)
        far = NEAR_M * (FAR_M / NEAR_M) ** ((k + 0.5) / AROUND)
        x, z = eye[0] + far * np.sin(GOLDEN * k), eye[2] + far * np.cos(GOLDEN * k)
        luck = k * 0.618034 % 1.0
        struck = [self.struck(*point)[1] for point in zip(x.tolist(), z.tolist(), luck.tolist(), strict=True)]
        counts = {name: struck.count(name) / AROUND for name in sorted(set(struck))}
        heard = {name: share for name, share in counts.items() if share >= LEAST}
        return {name: share / sum(heard.values()) for name, share in heard.items()}

    def struck(self, x: float, z: float, luck: float) -> tuple[tuple[float, float, float], str]:
        """Where a drop that comes down at x, z ends, and on what. luck 0 … 1: whether it meets metal where some is about."""
        over = np.hypot(self.crowns[:, 0] - x, self.crowns[:, 2] - z) < self.crown_m
        y, water = float(self.site.ground.height_at(x, z)), float(self.site.ground.water_at(x, z))
        water = max(water, self.site.sea_level_m if self.site.sea_level_m is not None else water)
        at = (x, max(y, water), z)
        if over.any():
            return at, "leaves"
        if water > y:
            return at, "water"
        return at, "tin" if luck < TIN.get(self.site.place, 0.0) else self.ground
