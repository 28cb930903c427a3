"""What is to be shot, in the director's words, resolved: Scene, Camera, Shot, Cue, ShotList. Frozen; unknown keys are faults."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from oyster_cli.clock import parse_fps
from oyster_cli.fault import Fault
from oyster_cli.script.weather import Weather

Bus = Literal["water", "weather", "fire", "creatures", "people", "vehicles", "foley", "effects"]
Quality = Literal["draft", "standard", "final"]
Ease = Literal["linear", "in", "out", "in-out"]
Speed = Literal["slow", "medium", "fast"]
Size = Literal["ECU", "CU", "MCU", "MS", "CS", "MWS", "FS", "WS", "EWS"]
Angle = Literal["eye", "low", "high", "overhead", "dutch"]
Support = Literal["tripod", "handheld", "drone"]
MoveKind = Literal[
    "static", "pan-left", "pan-right", "tilt-up", "tilt-down", "roll", "dolly-in", "dolly-out", "truck-left",
    "truck-right", "pedestal-up", "pedestal-down", "crane-up", "crane-down", "orbit-left", "orbit-right", "follow",
    "zoom-in", "zoom-out", "dolly-zoom",
]  # fmt: skip
Change = Literal["weather", "hour", "lightning", "add", "remove", "light", "act", "move", "lens", "level"]


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
        raise ValueError(str(fault)) from None


Millimetres = Annotated[float, BeforeValidator(millimetres), Field(ge=6, le=400)]
Rate = Annotated[str, BeforeValidator(rate_text)]
Time = Annotated[str, BeforeValidator(str)]  # "2s", "48f", "00:00:02:00"; read with clock.parse_seconds at the shot's rate


class Model(BaseModel):
    """Base of everything a shot list can say."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ThingSpec(Model):
    """One kind of thing in the scene, as the words asked for it."""

    kind: str = Field(description="what it is: waterfall, campfire, car, walker, owl …")
    count: int = Field(1, ge=1, le=200)
    side: Literal["left", "centre", "right"] | None = None
    distance: Literal["near", "mid", "far"] | None = None
    action: str | None = Field(None, description="what it does: pass, walk, howl …")
    colour: str | None = None


class Scene(Model):
    """What is there: a place, things, an hour, a weather."""

    prompt: str = ""
    place: str = Field(description="canyon, coast, forest, pass, street, river …")
    things: tuple[ThingSpec, ...] = ()
    without: tuple[str, ...] = Field((), description="things the words ruled out")
    hour: float = Field(10.5, ge=0, le=24, description="local time in hours; 18.45 is dusk")
    weather: Weather = Weather()


class Move(Model):
    """One camera move. Several in a list run at the same time."""

    kind: MoveKind
    amount: float | None = Field(None, description="metres for rig moves, degrees for turns, mm for zooms; None: what suits")
    speed: Speed = "medium"
    ease: Ease = "in-out"
    target: str | None = Field(None, description="the thing it goes to or keeps in view")


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
    moves: tuple[Move, ...] = ()


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
    """

    at: Time
    over: Time | None = None
    change: Change
    target: str | None = None
    to: str | float | dict[str, float] | None = None
    move: Move | None = None
    count: int = Field(1, ge=1, le=200)
    side: Literal["left", "centre", "right"] | None = None
    text: str = Field("", description="the director's own words")


class Shot(Model):
    """One shot, wholly resolved: everything a runner needs to roll it."""

    id: str = Field("shot", pattern=r"^[A-Za-z0-9._-]+$")
    scene: Scene
    camera: Camera = Camera()
    frames: int = Field(ge=1, le=1_000_000)
    fps: Rate = "24"
    size: tuple[int, int] = Field((1280, 720), description="width, height in pixels; both even")
    quality: Quality = "standard"
    seed: int = Field(7, ge=0, le=2**31 - 1)
    model: str = "sim"
    start_frame: int = 1001
    cues: tuple[Cue, ...] = ()
