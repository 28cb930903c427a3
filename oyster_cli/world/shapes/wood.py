"""Wood that grows from a bole to where leaves are, goal by goal, each from where the way back to the root is short.

A greedy spanning tree with a balance (Cuntz 2010); branches as thick as what they carry (pipe model, Shinozaki 1964).
"""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.mesh import unit
from oyster_cli.world.shapes.foliage import UP

BALANCE = 0.55  # how much a short way back to the root counts against a short way to the next branch
TWIG_R = 0.0022


class Wood:
    """Nodes of growing wood: where, after which, how long the way to the root, which way they go."""

    def __init__(self, rng: np.random.Generator, bole: np.ndarray) -> None:
        self.rng, self.at = rng, bole
        self.after = np.arange(len(bole)) - 1
        self.way = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(bole, axis=0), axis=1)))
        self.ahead = np.tile(UP, (len(bole), 1))
        self.tips: list[int] = []
        self.first = len(bole) // 2  # lower on the bole nothing branches

    def reach(self, goals: np.ndarray, points: int, crooked: float) -> np.ndarray:
        """Grow to every goal (g, 3), the nearest first. Returns the nodes (g, points) of the paths to them."""
        paths = np.zeros((len(goals), points), int)
        open_ = np.ones(len(goals), bool)
        cost = self._costs(goals, np.arange(self.first, len(self.at)))
        best = cost.argmin(1) + self.first
        cost = cost.min(1)
        while open_.any():
            k = int(np.where(open_, cost, np.inf).argmin())
            new = self._branch(int(best[k]), goals[k], points, crooked)
            paths[k], open_[k] = np.append(best[k], new), False
            more = self._costs(goals, new)
            nearer = more.min(1) < cost
            best, cost = np.where(nearer, new[more.argmin(1)], best), np.where(nearer, more.min(1), cost)
        self.tips += paths[:, -1].tolist()
        return paths

    def _costs(self, goals: np.ndarray, nodes: np.ndarray) -> np.ndarray:
        to = goals[:, None] - self.at[nodes]
        return np.linalg.norm(to, axis=2) * (1.0 + 0.25 * (to[..., 1] < 0)) + BALANCE * self.way[nodes]

    def _branch(self, start: int, goal: np.ndarray, points: int, crooked: float) -> np.ndarray:
        """A crooked path that leaves the way its stem goes, rises, and bends over to the goal."""
        foot, to = self.at[start], goal - self.at[start]
        far = float(np.linalg.norm(to))
        side = unit(to / max(far, 1e-6) * 0.75 + self.ahead[start] * 0.45 + UP * 0.18)
        t = np.linspace(0.0, 1.0, points)[1:, None]
        line = foot * (1 - t) ** 2 + (foot + side * far * 0.5) * 2 * t * (1 - t) + goal * t**2
        line = line + self.rng.normal(0.0, crooked, (points - 1, 3)) * far * t * (1 - t) * 2
        new = len(self.at) + np.arange(points - 1)
        before = np.vstack([foot, line[:-1]])
        self.at = np.vstack([self.at, line])
        self.after = np.append(self.after, np.append(start, new[:-1]))
        self.way = np.append(self.way, self.way[start] + np.cumsum(np.linalg.norm(line - before, axis=1)))
        self.ahead = np.vstack([self.ahead, unit(line - before)])
        return new

    def radii(self, bole_r: float) -> np.ndarray:
        """Every node as thick as the tips that it feeds want: r ** 1.85 adds up; the bole as given."""
        fed = np.zeros(len(self.at))
        fed[self.tips] = 1.0
        for node in range(len(self.at) - 1, 0, -1):
            fed[self.after[node]] += fed[node]
        radius = TWIG_R * np.maximum(fed, 0.5) ** (1 / 1.85)
        return np.asarray(radius * bole_r / radius[0])
