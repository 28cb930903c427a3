"""A crowd: people who stand about in groups and talk. Who speaks moves his hand and his head; all cheer when told to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.picture.mesh import turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.speech import Babble, speaker
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.conversation import Conversation
from oyster_cli.world.figure import REST
from oyster_cli.world.places.frame import project
from oyster_cli.world.shapes.gait import PARTS, gait
from oyster_cli.world.shapes.walker import LOOKS, dressed, in_levels
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import Track, spot_ahead, view_axes

USUAL, MOST, GROUPS = 14, 24, 4  # people, and those of them who are heard one by one
NEAR_M, FAR_M = 6.0, 20.0
ACROSS_M = 0.62  # from the middle of a group to each of it
TRIES = 400
FALL_IN = 0.2  # share of all who speak while another has the word
CHEER_S = 3.5
HEAD = PARTS.index("head")
EASE_S = 0.25  # how fast hands and heads follow the voice


class Crowd(Thing):
    """Groups of three or four. In each one speaks at a time, in turns; all the others together are a babble."""

    kind: ClassVar[str] = "crowd"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = (
        "talks", "babble", "cheer_s", "effort", "lively", "quiet",
    )  # fmt: skip

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        rng = draw(seed, name, "who")
        self.count = min(spec.count, MOST) if spec.count > 1 else USUAL
        self.feet, self.facing, self.group = _standing(site, self.count, draw(seed, name, "places"))
        self.heights = 1.62 + 0.22 * rng.random(len(self.group))
        groups = 1 + int(self.group.max())
        heard = min(groups, GROUPS)
        self._among = [tuple((np.median(self.feet[side::2], axis=0) + [0.0, 1.5, 0.0]).tolist()) for side in (0, 1)]
        self.members = [np.flatnonzero(self.group == k) for k in range(heard)]
        voices = [[speaker(rng) for _ in mine] for mine in self.members]
        self.talks, self.babble = [Conversation(mine, float(rng.random())) for mine in voices], Babble(2)
        self.cheer_s, self.effort, self.quiet = 1e9 if spec.action == "cheer" else 0.0, 0.0, 0.0
        self.lively = np.zeros(len(self.group))  # how much each moves as he speaks
        self._voices: list[Voice] = []

    def parts(self) -> Sequence[Mesh | tuple[Mesh, ...]]:
        return [
            part for k, tall in enumerate(self.heights.tolist()) for part in in_levels(tall, dressed((3 * k + 1) % len(LOOKS)))
        ]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 they mind no weather
        self.cheer_s = max(self.cheer_s - tick.dt_s, 0.0)
        follow = 1 - math.exp(-tick.dt_s / EASE_S)
        self.effort += (float(self.cheer_s > 0) - self.effort) * follow
        rng = draw(self.seed, self.name, "talk", tick.frame)
        happened: list[Happening] = []
        self._voices = []
        goal = np.full(len(self.group), self.effort)
        for k, talk in enumerate(self.talks):
            dry, said = talk.step(rng, tick, self.effort, self.quiet > 0)
            now = int(self.members[k][talk.who])
            self._voices.append(Voice(f"{self.name} {k}", "people", self._mouth(now), dry, size_m=0.4))
            for who, offset in said:
                at, detail = self._mouth(int(self.members[k][who])), {"who": int(self.members[k][who])}
                happened.append(Happening(tick.first_sample + offset, "syllable", at, detail))
            goal[now] = max(goal[now], float(talk.speaks))
        self.lively = self.lively + (goal * (1 - self.quiet) - self.lively) * follow
        self._murmur(tick, rng)
        return sorted(happened, key=lambda what: what.sample)

    def _murmur(self, tick: Tick, rng: np.random.Generator) -> None:
        """The babble of all others, at two places among them: one of each group farther off and some who fall in; or all."""
        people, heard = len(self.group), len(self.talks)
        talk = 1 + int(self.group.max()) - heard + FALL_IN * people
        others = max((talk + (people - heard - talk) * self.effort) * (1 - self.quiet), 1e-4)
        for side, dry in enumerate(self.babble.step(rng, tick.samples, others, self.effort)):
            self._voices.append(Voice(f"{self.name} murmur {side}", "people", self._among[side], dry, size_m=2.0))

    def _mouth(self, who: int) -> tuple[float, float, float]:
        x, y, z = self.feet[who].tolist()
        return x, y + 0.92 * float(self.heights[who]), z

    def look(self) -> Look:
        return Look(poses=np.concatenate([self._posed(k) for k in range(len(self.group))]))

    def _posed(self, k: int) -> np.ndarray:
        """(parts, 3, 4): hanging hands, or as far up as he is lively; a nod goes with it."""
        still, raised = _stances(round(float(self.heights[k]), 2))
        lively = float(self.lively[k])
        up = 0.55 * lively + 0.3 * self.effort
        poses = still * (1 - up) + raised * up
        poses[HEAD, :, :3] = turn("y", 14.0 * math.sin(0.9 * k + 2.0 * lively)) @ turn("x", 7.0 * lively) @ poses[HEAD, :, :3]
        poses = turn("y", math.degrees(self.facing[k])) @ poses
        poses[:, :, 3] += self.feet[k]
        return poses.astype(np.float32)

    def voices(self) -> list[Voice]:
        return self._voices

    def where(self) -> np.ndarray:
        return np.asarray(np.median(self.feet, axis=0) + [0.0, 1.2, 0.0])

    def act(self, what: str) -> bool:
        if what == "cheer":
            self.cheer_s = CHEER_S
        elif what in ("off", "stop", "on", "start", "talk"):
            self.quiet, self.cheer_s = float(what in ("off", "stop")), 0.0
        else:
            return False
        return True


@cache
def _stances(height_m: float) -> np.ndarray:
    """(2, parts, 3, 4) of one who stands, and who has a hand up."""
    return np.stack([gait(REST, 0.05, height_m, holds=holds) for holds in (False, True)]).astype(float)


def _standing(site: Site, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Feet (n, 3), headings (n,) and groups (n,), the nearest group first: in the picture, on dry and level ground."""
    sizes = [3 + k % 2 for k in range(count)]
    middles = _middles(site, -(-count * 2 // 7), rng)
    feet: list[tuple[float, float, float]] = []
    facing, group = [], []
    for k, middle in enumerate(middles):
        size = min(sizes[k], count - len(feet))
        for j in range(size):
            angle = math.tau * (j + 0.35 * rng.random()) / size + 2.0 * k
            out = ACROSS_M * (0.9 + 0.3 * rng.random())
            x, z = middle[0] + out * math.sin(angle), middle[1] + out * math.cos(angle)
            feet.append((x, float(site.ground.height_at(x, z)), z))
            facing.append(angle + math.pi + 0.3 * (rng.random() - 0.5))
            group.append(k)
    return np.array(feet), np.array(facing), np.array(group)


def _middles(site: Site, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, 2) x, z of where groups stand, the nearest first; on pavements and quays where there are some."""
    _, right = view_axes(site.stand)
    paved = "pavement_right" in site.spots or "quay" in site.spots
    found: list[np.ndarray] = []
    for ahead, aside in rng.random((TRIES, 2)).tolist():
        far = NEAR_M + (FAR_M - NEAR_M) * ahead
        at = _paved(site, far, aside) if paved else spot_ahead(site, far, (aside - 0.5) * far)
        apart = min((float(np.hypot(*(at - other)[[0, 2]])) for other in found), default=9.0)
        if len(found) < count and apart > 2.4 and _fit(site, at, right):
            found.append(at)
    while len(found) < count:  # no room: behind each other, as far as it takes
        found.append(spot_ahead(site, FAR_M + 3.0 * len(found)))
    away = [float(np.linalg.norm(at - site.stand.eye)) for at in found]
    return np.array(found)[np.argsort(away)][:, [0, 2]]


def _paved(site: Site, far: float, aside: float) -> np.ndarray:
    """(3,) so far along one of two pavements, or along the quay; beside those who walk there."""
    name = "path" if "quay" in site.spots else "pavement_right" if aside > 0.5 else "pavement_left"
    ahead, right = view_axes(site.stand)
    track = Track(np.asarray(site.spots[name], float))
    metres = np.arange(0.0, track.length_m, 0.5)
    line = np.array([track.at(m) for m in metres])
    at = line[np.argmin(np.abs((line - site.stand.eye) @ ahead - far))]
    outward = math.copysign(0.6, (at - site.stand.eye) @ right)
    return np.asarray(at + right * outward)


def _fit(site: Site, at: np.ndarray, right: np.ndarray) -> bool:
    """Whether a group can stand there: dry, level, clear of what stands about, and seen."""
    around = at + np.array([0.0, 0.8, -0.8])[:, None] * right
    ground = site.ground.height_at(around[:, 0], around[:, 2])
    sea = -1e9 if site.sea_level_m is None else site.sea_level_m + 0.6
    if (np.maximum(site.ground.water_at(around[:, 0], around[:, 2]), sea) > ground - 0.02).any() or np.ptp(ground) > 0.5:
        return False
    across, down, depth = project(site.stand, at[None] + [0.0, 0.9, 0.0])[0]
    tall = [each.at[each.height_m > 1.0] for each in site.scatters]
    off = min((float(np.hypot(*(feet - at)[:, [0, 2]].T).min()) for feet in tall if len(feet)), default=9.0)
    return bool(depth > 3.0 and abs(across - 0.5) < 0.45 and abs(down - 0.5) < 0.5 and off > 1.6)
