"""What is to be shot, in the director's words, resolved: Scene, Camera, Shot, Cue. Frozen; unknown keys are faults."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from oyster_cli.clock import parse_fps, parse_seconds
from oyster_cli.fault import Fault
from oyster_cli.script.looks import NEUTRAL, LookName
from oyster_cli.script.mixes import PLAIN, MixName
from oyster_cli.script.moves import read_move
from oyster_cli.script.spelling import one_of
from oyster_cli.script.weather import HOURS, WEATHERS, Weather, combine

Bus = Literal["water", "weather", "fire", "creatures", "people", "vehicles", "foley", "effects"]
Quality = Literal["draft", "standard", "final"]
Ease = Literal["linear", "in", "out", "in-out"]
Speed = Literal["slow", "medium", "fast"]
Size = Literal["ECU", "CU", "MCU", "MS", "CS", "MWS", "FS", "WS", "EWS"]
NEAREST: tuple[Size, ...] = ("ECU", "CU", "MCU")
NEAR: tuple[Size, ...] = (*NEAREST, "MS", "CS", "MWS")
Angle = Literal["eye", "low", "high", "overhead", "dutch"]
Support = Literal["tripod", "handheld", "drone"]
MoveKind = Literal[
    "static", "pan-left", "pan-right", "tilt-up", "tilt-down", "roll", "dolly-in", "dolly-out", "truck-left",
    "truck-right", "pedestal-up", "pedestal-down", "crane-up", "crane-down", "orbit-left", "orbit-right", "follow",
    "zoom-in", "zoom-out", "dolly-zoom",
]  # fmt: skip
Side = Literal["left", "centre", "right"]
Change = Literal["weather", "hour", "lightning", "add", "remove", "light", "act", "move", "lens", "level", "words"]


DEFAULT_LOUDNESS: Literal[-24] = -24
PHYSICAL: Literal["physical"] = "physical"
DELAYS = (PHYSICAL, "film")
LOUDNESSES = ("-24", "-23", "-14", "off")


def loudness_target(value: object) -> object:
    """A loudness a master can be brought to, as a number or as text: LKFS, or off."""
    name = str(value).strip().lower()
    if name not in LOUDNESSES:
        raise ValueError(f"loudness {name!r} is not known; one of: {', '.join(LOUDNESSES)}")  # what is near is no better
    return name if name == "off" else int(name)


def sound_delay(value: object) -> str:
    """What is done with the time that the sound of a bang takes."""
    return one_of(str(value).strip().lower(), DELAYS, "sound delay")


def millimetres(value: object) -> object:
    """Accepts 35, "35", "35mm", "35 mm"; anything else is left for pydantic to refuse."""
    if isinstance(value, str):
        return value.strip().lower().removesuffix("mm").strip()
    return value


def rate_text(value: object) -> str:
    """A frame rate in its exact spelling ("24", "24000/1001")."""
    try:
        return str(parse_fps(value))  # type: ignore[arg-type]
    except Fault as fault:
        raise ValueError(f"{fault.message}; {fault.remedy}") from None


def time_text(value: object) -> str:
    """An instant or a length as it was written, once it is known that it can be read."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("a time is text or a number, for example 2s, 48f or 00:00:02:00")
    try:
        parse_seconds(value, Fraction(24))
    except Fault as fault:
        raise ValueError(f"{fault.message}; {fault.remedy}") from None
    except ZeroDivisionError:
        raise ValueError(f"time {value!r} cannot be read; for example 4s, 96f or 00:00:04:00") from None
    return str(value)


def pixels(value: object) -> object:
    """A picture size: "1280x720" or [1280, 720]; both even, 16 to 8192."""
    if isinstance(value, str):
        value = value.lower().replace("×", "x").split("x")
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError("a size is width x height, for example 1280x720")
    try:
        width, height = (int(side) for side in value)
    except (TypeError, ValueError):
        raise ValueError("a size is width x height in whole pixels, for example 1280x720") from None
    if width % 2 or height % 2 or not (16 <= width <= 8192 and 16 <= height <= 8192):
        raise ValueError(f"size {width}x{height} cannot be filmed; both sides are even, 16 to 8192, for example 1280x720")
    return width, height


def hour_number(value: object) -> object:
    """An hour of the day: 18.45, or a name such as dusk."""
    if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
        return HOURS[one_of(value.strip().lower(), HOURS, "hour")]
    return value


def weather_fields(value: object) -> object:
    """Fields of Weather from its names: "storm", "fog, strong wind" or a list of names; a mapping stays as it is."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, Sequence):
        return combine([one_of(str(name).strip().lower(), WEATHERS, "weather") for name in value])
    return value


def move_fields(value: object) -> object:
    """A camera move given as words: "dolly in", "slow crane up"."""
    return read_move(value) if isinstance(value, str) else value


def move_list(value: object) -> object:
    """One move stands for a list of one."""
    return [value] if isinstance(value, (str, dict)) else value


Millimetres = Annotated[
    float, BeforeValidator(millimetres, json_schema_input_type=float | str), Field(ge=6, le=400, allow_inf_nan=False)
]
Rate = Annotated[str, BeforeValidator(rate_text, json_schema_input_type=str | float)]
# "2s", "48f", "00:00:02:00", 2; read with clock.parse_seconds at the shot's rate
Time = Annotated[str, BeforeValidator(time_text, json_schema_input_type=str | float)]
Pixels = Annotated[tuple[int, int], BeforeValidator(pixels, json_schema_input_type=str | list[int])]
Hour = Annotated[float, BeforeValidator(hour_number, json_schema_input_type=float | str), Field(ge=0, le=24)]
SoundDelay = Annotated[
    Literal["physical", "film"], BeforeValidator(sound_delay, json_schema_input_type=Literal["physical", "film"])
]
# Loudness of the master in LKFS: -24 by ATSC A/85, -23 by EBU R 128, -14 as on the web; off: set as a recordist would
Loudness = Annotated[
    Literal[-24, -23, -14, "off"], BeforeValidator(loudness_target, json_schema_input_type=Literal[-24, -23, -14, "off"])
]
Air = Annotated[Weather, BeforeValidator(weather_fields, json_schema_input_type=str | list[str] | Weather)]


class Model(BaseModel):
    """Base of everything a shot list can say."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class ThingSpec(Model):
    """One kind of thing in the scene, as the words asked for it."""

    kind: str = Field(description="what it is: waterfall, campfire, car, walker, owl …")
    count: int = Field(1, ge=1, le=200)
    side: Side | None = Field(None, description="where it stands, or where it comes from")
    distance: Literal["near", "mid", "far"] | None = None
    action: str | None = Field(None, description="what it does: pass, walk, howl …")
    colour: str | None = None


class Scene(Model):
    """What is there: a place, things, an hour, a weather."""

    prompt: str = ""
    place: str = Field(description='canyon, coast, forest, pass, street, river …; a learned model needs none: ""')
    things: tuple[ThingSpec, ...] = ()
    without: tuple[str, ...] = Field((), description="things the words ruled out")
    hour: Hour = Field(10.5, description="local time in hours, or its name: 18.45 is dusk")
    weather: Air = Field(Weather(), description="names of weathers, or every field as a number")


class Move(Model):
    """One camera move. Several in a list run at the same time."""

    kind: MoveKind
    amount: float | None = Field(None, description="metres for rig moves, degrees for turns, mm for zooms; None: what suits")
    speed: Speed = "medium"
    ease: Ease = "in-out"
    target: str | None = Field(None, description="the thing it goes to or keeps in view")


MoveWords = Annotated[Move, BeforeValidator(move_fields, json_schema_input_type=str | Move)]
Moves = Annotated[tuple[MoveWords, ...], BeforeValidator(move_list, json_schema_input_type=str | Move | list[str | Move])]


class Camera(Model):
    """A film camera: film back, lens, shutter and how it is moved."""

    sensor: str = Field("s35", description="film back, a name from presets/sensors.yaml")
    lens: Millimetres | None = Field(None, description="focal length, for example 35mm; None: what suits the place")
    f_stop: float = Field(5.6, ge=0.7, le=32)
    shutter_deg: float = Field(180, ge=1, le=360)
    size: Size | None = None
    angle: Angle = "eye"
    support: Support = "tripod"
    subject: str | None = Field(None, description="the thing in the frame's centre of interest")
    moves: Moves = Field(
        (),
        validation_alias=AliasChoices("move", "moves"),
        serialization_alias="move",
        description='"dolly in", "slow crane up", a move in full, or a list of moves at the same time',
    )

    @property
    def keeps(self) -> bool:
        """Whether it turns with its subject, who would soon walk out of so near a picture; any move says otherwise."""
        return bool(self.subject and self.size in NEAR and not self.moves)

    @property
    def tracks(self) -> bool:
        """Whether it also goes along, as from where it stands a close-up would not stay one."""
        return self.keeps and self.size in NEAREST

    @property
    def course(self) -> str:
        """What it does in the shot, in words."""
        moves = [f"{move.speed} {move.kind}" for move in self.moves if move.kind != "static"]
        return ", ".join(moves) or (f"{'tracks' if self.tracks else 'turns with'} {self.subject}" if self.keeps else "static")


class Cue(Model):
    """At an instant, change something; over a time when `over` is given.

    change   target              to
    weather  a weather's name    on | off | more | less, or {field: number} of Weather
    hour                         an hour's name or a number
    lightning                    (nothing): strike now
    add      a kind of thing     (nothing)
    remove   a kind of thing     (nothing)
    light    a kind of thing     on | off
    act      a kind of thing     what it does: pass, stop, out …
    move     (see move)
    lens                         millimetres
    level    a bus               gain in dB, on | off | more | less
    words                        (nothing): what `text` says; only a learned model can
    """

    at: Time
    over: Time | None = None
    change: Change
    target: str | None = None
    to: str | float | dict[str, float] | None = None
    move: MoveWords | None = None
    count: int = Field(1, ge=1, le=200)
    side: Side | None = None
    text: str = Field("", description="the director's own words")


def ratio(value: object) -> object:
    """A picture's width over its height: 2.39, "16:9", "16/9"."""
    if isinstance(value, str):
        try:
            return float(Fraction(value.replace(":", "/").replace(" ", "")))
        except (ValueError, ZeroDivisionError):
            raise ValueError("an aspect is a number or a ratio, for example 2.39 or 16:9") from None
    return value


Aspect = Annotated[float, BeforeValidator(ratio, json_schema_input_type=float | str), Field(ge=0.2, le=5, allow_inf_nan=False)]


class Learned(Model):
    """What a learned model is to start from and how it follows cues. The simulation takes no notice of it."""

    weights: str = Field("", description="a name from: oyster models, or a folder; nothing: the only ones there are")
    cues: Literal["cut", "relay"] = Field(
        "cut",
        description="cut: a cue begins a new chunk, what comes before stays as it is; relay: one chunk, its words change on "
        "the way: no seam, but what comes before a cue may change with it",
    )
    image: str | None = Field(None, description="a picture file: the first frame")
    end_image: str | None = Field(None, description="a picture file: where the shot ends")
    guide: str | None = Field(None, description="the folder of a simulated take to follow")
    follow: float = Field(0.6, ge=0, le=1, description="how closely: 0 not at all, 1 to the pixel")
    guide_as: Literal["first-frame", "keyframes", "clip"] = Field("clip", description="what of the guide is followed")
    guide_sound: Literal["drop", "keep", "mix"] = Field("drop", description="its own sound: dropped, kept instead, mixed")


class Shot(Model):
    """One shot, wholly resolved: everything a runner needs to roll it."""

    id: str = Field("shot", pattern=r"^[A-Za-z0-9._-]+$")
    scene: Scene
    camera: Camera = Camera()
    frames: int = Field(ge=1, le=1_000_000)
    fps: Rate = "24"
    size: Pixels = Field((1280, 720), description="width, height in pixels; both even")
    quality: Quality = "standard"
    seed: int = Field(7, ge=0, le=2**31 - 1)
    model: str = "sim"
    start_frame: int = 1001
    look: LookName = NEUTRAL
    frame: Aspect | None = Field(None, description="2.39, 1.85: black bars leave a frame of this width over height")
    loudness: Loudness = Field(DEFAULT_LOUDNESS, description="loudness of the master in LKFS; off: set as a recordist would")
    mix: MixName = PLAIN
    sound_delay: SoundDelay = Field(PHYSICAL, description="film: distant bangs are heard when they are seen")
    cues: tuple[Cue, ...] = ()
    world: str | None = Field(None, description="name of the world it shares with other shots of its list")
    world_seed: int | None = Field(None, ge=0, le=2**31 - 1, description="seed of that world")
    learned: Learned | None = None

    @model_validator(mode="after")
    def _shared_world(self) -> Self:
        if (self.world is None) != (self.world_seed is None):
            raise ValueError("world and world_seed are given together or not at all")
        return self

    @property
    def place_seed(self) -> int:
        """What the place is built from: shots that share a world have the same one."""
        return self.seed if self.world_seed is None else self.world_seed
