"""Whatever a cue does, nothing clicks: around it no sample bends more sharply than those a moment before and after. And nothing
changes before its time: not a bit of any stem before the cue's sample, and of what is far as much later as sound needs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from oyster_cli.picture.kinds import Look
from oyster_cli.runner.sim import SimRunner, SimSession
from oyster_cli.script.models import Cue, Move, Scene, Shot, ThingSpec
from oyster_cli.script.score import make_score, place_cue
from oyster_cli.sound.head import LEAD
from oyster_cli.sound.voice import BUSES, Voice
from oyster_cli.world import step as world_step
from oyster_cli.world.air import Air
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.campfire import Campfire

HUM_AT = (0.0, 2.0, 6.86)
FRAME, NEAR, AROUND = 2000, 960, 12_000  # samples: of a frame, 20 ms, a quarter of a second
APART = 6  # frames from cue to cue
SHARPER = 3.0  # than all but a thousandth of what is around
SPEED_M_S = 343.2


class Hum(Thing):
    """A low tone at a place and one all around: nothing shows a cut as plainly."""

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002
        t = (tick.first_sample + np.arange(tick.samples)) / tick.rate_hz
        self.dry = np.sin(2 * np.pi * 180.0 * t + 1.0).astype(np.float32)
        return []

    def look(self) -> Look:
        return Look()

    def voices(self) -> list[Voice]:
        return [
            Voice("hum", "effects", HUM_AT, self.dry),
            Voice("hum all around", "people", (0, 0, 1), self.dry, bed=True),
        ]


class Forest:
    """A night in the forest that is rolled again and again from its beginning."""

    def __init__(self) -> None:
        things = (ThingSpec(kind="campfire"), ThingSpec(kind="cricket"))
        scene = Scene(place="forest", weather="wind", hour="night", things=things)
        shot = Shot(scene=scene, frames=240, fps=24, size=(32, 18), quality="draft")
        self.score = make_score(shot)
        self.session: SimSession = SimRunner("cpu").open(self.score)
        self.world = self.session._world
        self.world.film.light = self.world.film.picture = lambda *_: np.zeros((0, 18, 32, 3), np.uint8)  # only heard
        self.cast, self.begin = dict(self.world.cast), self.session.save()

    def roll(self, frames: int, cues: Sequence[Cue] = (), hum: bool = False) -> dict[str, np.ndarray]:
        """Stems, bus -> (samples, 2)."""
        self.world.cast, self.world.entered = dict(self.cast), []
        self.session.load(self.begin)
        if hum:
            self.world.cast["hum"] = Hum("hum", ThingSpec(kind="hum"), self.world.site, 1)
        beats = [place_cue(cue, self.score.clock, 240) for cue in cues]
        steps = [self.session.step([beat for beat in beats if beat.frame == frame], False) for frame in range(frames)]
        return {bus: np.concatenate([step.stems[bus] for step in steps]).astype(np.float64) for bus in BUSES}


@pytest.fixture(scope="module")
def forest() -> Iterator[Forest]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Campfire, "cracks_per_s", 0.0)  # wood cracks when it likes, as sharply as any click
        yield Forest()


def click(stem: np.ndarray, at: int) -> float:
    """How much sharper a stem (samples, 2) bends within 20 ms of a sample than around that: above SHARPER it is a click."""
    sharp = np.abs(np.diff(stem, 2, axis=0)).max(axis=1)
    around = np.concatenate([sharp[max(at - AROUND, 0) : at - NEAR], sharp[at + NEAR : at + AROUND]])
    return float(sharp[at - NEAR : at + NEAR].max() / max(np.percentile(around, 99.9), 1e-6))


def cue(frame: int, change: str, target: str | None = None, to: Any = None, **more: Any) -> Cue:
    return Cue(at=f"{frame}f", change=change, target=target, to=to, **more)


WHAT: tuple[tuple[Any, ...], ...] = (
    ("level", "fire", "less"), ("weather", "rain", "on"), ("act", "campfire", "out"), ("hour", None, "noon"),
    ("level", "weather", "off"), ("lens", None, 85.0), ("remove", "cricket"), ("level", "weather", "on"),
    ("remove", "campfire"), ("add", "cricket"), ("weather", "rain", "off"), ("lightning",),
)  # fmt: skip


def test_no_cue_clicks(forest: Forest):
    cues = [cue(APART * (k + 1), *what) for k, what in enumerate(WHAT)]
    cues.append(cue(APART * (len(WHAT) + 1), "move", move=Move(kind="dolly-in")))
    stems = forest.roll(APART * (len(cues) + 2), cues)
    fire = forest.cast["campfire"].where()
    late = round(math.dist(fire, forest.world.view.eye) / SPEED_M_S * FRAME * 24)
    for k, each in enumerate(cues):
        for at in {APART * (k + 1) * FRAME, APART * (k + 1) * FRAME + late * (each.target == "campfire")}:
            for bus in BUSES:
                if stems[bus][at - AROUND : at + AROUND].any():
                    assert click(stems[bus], at) < SHARPER, (each.change, each.target, bus)


def test_what_is_taken_away_or_muted_in_the_midst_of_a_tone_ends_without_a_click(forest: Forest):
    at = 12 * FRAME
    for what in (("remove", "hum"), ("level", "effects", "off"), ("level", "people", "off")):
        stems = forest.roll(24, [cue(12, *what)], hum=True)
        assert abs(stems["people"][:at]).max() > 0.5
        assert click(stems["people"], at) < 2.0
        assert click(stems["effects"], at + round(HUM_AT[2] / SPEED_M_S * 24 * FRAME)) < 2.0
        assert max(abs(stems[bus][-FRAME:]).max() for bus in ("people", "effects")) < 0.05 or what[0] == "level"


def test_a_cut_is_found(forest: Forest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(world_step, "FADE_S", 1e-6)
    stems = forest.roll(24, [cue(12, "remove", "hum")], hum=True)
    assert click(stems["people"], 12 * FRAME) > SHARPER
    whole = forest.roll(24, hum=True)["people"]
    assert click(whole, 12 * FRAME) < 1.5
    whole[12 * FRAME + 300 :] += 0.01  # 30 dB below the tone
    assert click(whole, 12 * FRAME) > SHARPER


def changed(with_cue: np.ndarray, without: np.ndarray, share: float = 0.0) -> int:
    """The first sample that differs by more than a share of the most."""
    apart = abs(with_cue - without).max(axis=1)
    return int(np.flatnonzero(apart > share * apart.max())[0])


def test_nothing_changes_before_its_time(forest: Forest):
    whole, at = forest.roll(20, hum=True), 12 * FRAME
    gone = forest.roll(20, [cue(12, "remove", "hum")], hum=True)
    for bus in BUSES:
        assert np.array_equal(gone[bus][:at], whole[bus][:at]), bus
    # the desk works in blocks: what has not changed yet may be rounded otherwise in one of them, by 5e-7 of the tone
    assert at <= changed(gone["people"], whole["people"], 1e-6) <= at + LEAD + 1
    celsius = forest.world.atmosphere._air(12).temperature_c
    way = math.dist(HUM_AT, forest.world.view.eye) / (SPEED_M_S * math.sqrt((celsius + 273.15) / 293.15)) * 24 * FRAME
    assert changed(gone["effects"], whole["effects"], 1e-6) == pytest.approx(at + way, abs=2)
    for bus, to in (("people", "off"), ("effects", -3.0), ("weather", 3.0)):
        moved = forest.roll(20, [cue(12, "level", bus, to)], hum=True)
        assert changed(moved[bus], whole[bus]) in (at, at + 1)
        for other in set(BUSES) - {bus}:
            assert np.array_equal(moved[other], whole[other]), (bus, other)
