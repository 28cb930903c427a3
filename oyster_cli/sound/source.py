"""A voice through the shot: where it is, what of it is still on its way, when there is nothing more to hear of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from oyster_cli.compiled import compiled
from oyster_cli.sound.head import LEAD
from oyster_cli.sound.line import AHEAD, Line
from oyster_cli.sound.path import Path, Sent, Span, Triple
from oyster_cli.sound.voice import Voice
from oyster_cli.state import Stateful

EARSHOT_S = 30.0  # what takes longer than this to arrive is not heard at all
FASTEST_M_S = 150.0  # what moves faster has jumped
FILTERS = 128  # samples by which sound is read early at most, for the air and the head: no bang is moved up that far
FADES = 0.8  # of its level is left in the next span, however faint it becomes


@dataclass(frozen=True)
class Passage:
    """A span to be heard in, and the air at its end and at the end of the span before."""

    span: Span
    grid: int  # samples: filters and echoes are set at whole multiples of it and cross-faded up to the next but one
    nodes: list[int]  # samples of the span at which the geometry is wanted: its first, and those on the grid
    ears: list[Triple]  # where the listener is at these
    asked: np.ndarray  # (nodes + 1,) the nodes, and the last sample
    now: np.ndarray  # (samples,) float64: the sample that a point without distance would be read at
    lag: float  # samples per metre by which the air's filter answers late: sound is read so much ahead
    echo: float  # samples for which what has been heard is wanted again, as an echo
    speed_before_m_s: float
    lag_before: float

    @property
    def same_air(self) -> bool:
        return (self.span.speed_m_s, self.lag) == (self.speed_before_m_s, self.lag_before)

    def glided(self, sample: int, steps: int = 1) -> tuple[int, int]:
        """Of the way over so many steps of the grid: how many samples have been gone at a sample of the span, and all."""
        whole = steps * self.grid
        return (self.span.first + sample) % whole, whole


@dataclass(frozen=True)
class Arrival:
    """What reaches the ear of one source in a span."""

    sound: np.ndarray | None  # (samples,) float32 pascal, LEAD samples early for points; None is silence
    toward: list[Triple]  # at each node: metres from the ear to where it was sent from; beds: a direction
    detour_m: list[float]  # at each node


class Source(Stateful):
    """One unbroken utterance of a voice. `until`: the sample up to which it has spoken. sends: to the late field."""

    sends = True

    kept: ClassVar[tuple[str, ...]] = ("name", "bus", "bed", "size_m", "at", "detour_m", "until", "sends")

    def __init__(self, voice: Voice, first: int) -> None:
        self.name, self.bus, self.bed, self.until = voice.name, voice.bus, voice.bed, first
        self.size_m, self.at, self.detour_m = voice.size_m, _triple(voice.at), voice.detour_m
        self.came: tuple[Triple, float] | None = None  # place and detour at the begin of this span, when it speaks in it

    def goes_on(self, voice: Voice, span: Span) -> bool:
        """Whether the voice, in this span, is still the same utterance."""
        near = voice.bed or math.dist(self.at, voice.at) <= FASTEST_M_S * span.samples / span.rate_hz
        return (self.until, self.bus, self.bed) == (span.first, voice.bus, voice.bed) and near

    def speak(self, voice: Voice, span: Span) -> None:
        """Take in what the voice does in this span."""
        self.came = (self.at, self.detour_m)
        self.size_m, self.at, self.detour_m = voice.size_m, _triple(voice.at), voice.detour_m
        self.until = span.first + span.samples

    def arrive(self, passage: Passage) -> Arrival:
        """What is heard of it in this span."""
        raise NotImplementedError

    def spent(self, span: Span) -> bool:
        """Whether it has fallen silent and nothing of it is on its way, once the span has been heard."""
        return self.until < span.first + span.samples

    def _along(self, passage: Passage) -> tuple[list[Triple], list[float]]:
        """Place and detour at the nodes, on the straight way through this span."""
        (x, y, z), detour_m = self.came or (self.at, self.detour_m)
        self.came = None
        if ((x, y, z), detour_m) == (self.at, self.detour_m):
            return [self.at] * len(passage.nodes), [detour_m] * len(passage.nodes)
        to_x, to_y, to_z = self.at[0] - x, self.at[1] - y, self.at[2] - z
        parts = [node / passage.span.samples for node in passage.nodes]
        places = [(x + to_x * part, y + to_y * part, z + to_z * part) for part in parts]
        return places, [detour_m + (self.detour_m - detour_m) * part for part in parts]


class Point(Source):
    """A source at a place: heard late, from where it was, weaker with distance."""

    kept = (*Source.kept, "path", "line", "level", "echoes", "sooner")

    def __init__(self, voice: Voice, first: int) -> None:
        super().__init__(voice, first)
        self.path, self.line = Path(first, self.at), Line()
        self.level = 0.0  # pascal at 1 m, of late
        self.sooner = 0  # samples by which it is heard earlier than it would come
        # by the key of what sends it back: delay in samples and gain, those that are left and those that are glided to
        self.echoes: dict[str, tuple[float, float, float, float]] | None = None

    def speak(self, voice: Voice, span: Span) -> None:
        super().speak(voice, span)
        self.level = max(float(np.sqrt(voice.dry @ voice.dry / span.samples)), FADES * self.level)
        self.path.move(self.until, self.at)
        if math.dist(self.at, span.ear.at) < EARSHOT_S * span.speed_m_s:
            self.sooner = max(round(voice.bang_m / span.speed_m_s * span.rate_hz) - FILTERS, 0)
            self.line.write(span.first - self.sooner, voice.dry)

    def arrive(self, passage: Passage) -> Arrival:
        sent, detours_m = self.path.sent(passage.span), self._along(passage)[1]
        told = sent.at(passage.asked).tolist()
        toward = [(x - u, y - v, z - w) for (_, x, y, z), (u, v, w) in zip(told, passage.ears, strict=False)]
        return Arrival(self._read(passage, sent, told[0][0], told[-1][0]), toward, detours_m)

    def spent(self, span: Span) -> bool:
        return super().spent(span) and not self.line.blocks

    def turn(self, wanted: Mapping[str, tuple[float, float]], moves: bool) -> None:
        """Glide to echoes with these delays and gains; before anything has been heard of it, they are there at once."""
        if self.echoes is None:
            self.echoes = {key: (*link, *link) for key, link in wanted.items()}
        elif moves:
            was = {key: link[2:] for key, link in self.echoes.items() if link[3] or key in wanted}
            fading = {key: (*link, link[0], 0.0) for key, link in was.items() if key not in wanted}
            self.echoes = fading | {key: (*was.get(key, (link[0], 0.0)), *link) for key, link in wanted.items()}

    def _read(self, passage: Passage, sent: Sent, first_m: float, last_m: float) -> np.ndarray | None:
        """What has come so far, first and last."""
        slow = passage.lag - passage.span.rate_hz / passage.span.speed_m_s  # samples later for each metre
        now, last = float(passage.now[0]), float(passage.now[-1]) + slow * last_m
        if not self.line.blocks or last < self.line.blocks[0][0] - AHEAD:
            return None  # there is nothing, or all of it is still on its way
        written = LEAD + AHEAD + self.sooner  # samples ago: there is nothing later yet
        if sent.still and passage.same_air:
            place = now - max(-slow * first_m, written)
            sound = self.line.shifted(place, passage.span.samples)
            self.line.forget(place + passage.span.samples - 1 - AHEAD - passage.echo)
            return None if sound is None else sound / np.float32(max(first_m, self.size_m))
        places, fars_m = np.empty(passage.span.samples), np.empty(passage.span.samples, np.float32)
        jump = 0.0 if passage.same_air else self._jump(passage, now + slow * first_m)
        _placed(sent.legs, passage.span.rate_hz, now, slow, float(written), jump, self.size_m, places, fars_m)
        sound = self.line.read(places)
        self.line.forget(places[-1] - AHEAD - passage.echo)
        return None if sound is None else sound / fars_m

    def _jump(self, passage: Passage, begin: float) -> float:
        """By how much the place that is read would jump, as the air has changed since the span before."""
        span, speed_m_s = passage.span, passage.speed_before_m_s
        sent_s = self.path.sent_at_begin(span, speed_m_s)
        return span.first + LEAD + sent_s * (span.rate_hz - passage.lag_before * speed_m_s) - begin


class Bed(Source):
    """A source all around, from a direction rather than a place: heard at once and as loud as it is."""

    def __init__(self, voice: Voice, first: int) -> None:
        super().__init__(voice, first)
        self.dry: np.ndarray | None = None  # of this span

    def speak(self, voice: Voice, span: Span) -> None:
        super().speak(voice, span)
        self.dry = voice.dry

    def arrive(self, passage: Passage) -> Arrival:
        dry, self.dry = self.dry, None
        return Arrival(dry if dry is not None and dry.any() else None, *self._along(passage))


class Echo(Source):
    """What a patch of the place sends back of a bus: `at` is the way it comes, from the ear, as long as it has travelled."""

    sends = False

    def arrive(self, passage: Passage) -> Arrival:
        """Nothing yet: echoes are made of what the others have sent."""
        return Arrival(None, [self.at] * len(passage.nodes), [0.0] * len(passage.nodes))


def source(voice: Voice, first: int) -> Source:
    """A new utterance, resting where the voice is."""
    return Bed(voice, first) if voice.bed else Point(voice, first)


def revived(state: dict[str, Any]) -> Source:
    """A source out of its saved state."""
    voice = Voice(state["name"], state["bus"], (0.0, 0.0, 0.0), np.zeros(0, np.float32), state["bed"])
    again = source(voice, 0) if state["sends"] else Echo(voice, 0)
    again.load(state)
    return again


@compiled
def _placed(
    legs: np.ndarray, rate_hz: int, now: float, slow: float, written: float, jump: float, size_m: float, places: np.ndarray,
    far_m: np.ndarray,
) -> None:  # fmt: skip
    """For each sample of a span, the place that is read, `slow` samples off for each metre and none later than `written` before
    now, and metres that it has come, size_m at least. A jump of the places glides away over the span."""
    begin = 0
    for leg in legs:
        k0, k1, k2, q0, q1, q2 = leg[7:]
        for i in range(begin, int(leg[0])):
            t = i / rate_hz
            far = k0 + k1 * t + k2 * math.sqrt(max(q0 + t * (q1 + t * q2), 0.0))
            places[i] = min(now + i + slow * far + jump * (1.0 - i / len(places)), now + i - written)
            far_m[i] = max(far, size_m)
        begin = int(leg[0])


def _triple(at: Any) -> Triple:
    return float(at[0]), float(at[1]), float(at[2])
