"""What a shot is and what became of it, for people and as data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from oyster_cli.commands import say
from oyster_cli.commands.profile import lines
from oyster_cli.fault import Fault

if TYPE_CHECKING:
    from oyster_cli.commands.plan import Plan, Planned
    from oyster_cli.commands.profile import Profile
    from oyster_cli.script.models import Camera, Cue, Shot
    from oyster_cli.script.weather import Weather
    from oyster_cli.take.take import Take
    from oyster_cli.words.reading import Directions, Reading


OFF_LU = 1.0  # so much a directed take may be off its loudness before it is told


def understood(planned: Planned) -> None:
    """Say on stderr what the words were taken for, what was assumed and what was not understood."""
    shot = planned.shot
    say.note(f"{shot.id}: {length(shot)}, {shot.size[0]}x{shot.size[1]}, {shot.quality}, seed {shot.seed}, {shot.model}")
    for name, value in described(shot).items():
        say.note(f"  {name:8} {value}")
    if finish := [*([shot.look] if shot.look != "neutral" else []), *([f"framed {shot.frame:g}"] if shot.frame else [])]:
        say.note(f"  look     {', '.join(finish)}")
    if shot.mix != "plain" or shot.loudness != -24:
        loud = "as a recordist would set it" if shot.loudness == "off" else f"{shot.loudness} LKFS"
        say.note(f"  sound    {shot.mix}, {loud}")
    if shot.sound_delay != "physical":
        say.note(f"  bangs    heard when they are seen ({shot.sound_delay})")
    heard(planned.reading)


def heard(words: Reading | Directions) -> None:
    """Say what was assumed and which words changed nothing."""
    for line in words.assumed:
        say.note(f"  assumed  {line}")
    for each in words.unknown:
        if each.no_effect:
            say.note(f"  no effect here: {each.word!r}")
        else:
            say.note(f"  not understood: {each.word!r}" + (f", the nearest there is: {each.nearest!r}" if each.nearest else ""))


def described(shot: Shot) -> dict[str, str]:
    """Place, things, hour, weather and camera of a shot in a few words each."""
    scene = shot.scene
    things = [f"{thing.count} x {thing.kind}" if thing.count > 1 else thing.kind for thing in scene.things]
    minutes = round(scene.hour * 60)
    return {
        "place": scene.place or "as the words say",
        "things": ", ".join(things) or "what the place has",
        "hour": f"{minutes // 60 % 24:02}:{minutes % 60:02}",
        "weather": weather(scene.weather),
        "camera": camera(shot.camera),
    }


def weather(air: Weather) -> str:
    """The air in words with units."""
    parts = [f"{air.cloud:.0%} cloud", f"wind {air.wind_m_s:g} m/s"]
    parts += [f"rain {air.rain_mm_h:g} mm/h"] * (air.rain_mm_h > 0)
    parts += [f"snow {air.snow_mm_h:g} mm/h"] * (air.snow_mm_h > 0)
    parts += [f"{air.lightning_per_min:g} strikes/min"] * (air.lightning_per_min > 0)
    parts += [f"sight {air.visibility_m:,.0f} m"] * (air.visibility_m < 10_000)
    return ", ".join(parts)


def camera(camera: Camera) -> str:
    """Lens, support and what it does."""
    lens = f"{camera.lens:g}mm" if camera.lens else "lens to suit"
    return f"{camera.sensor} {lens} f/{camera.f_stop:g}, {camera.support}, {camera.course}"


def cue(cue: Cue) -> str:
    """A cue in one line."""
    over = f" over {cue.over}" if cue.over else ""
    to = f" to {cue.to}" if cue.to is not None else ""
    move = f" {cue.move.speed} {cue.move.kind}" if cue.move else ""
    if cue.change == "words":
        return f"at {cue.at}{over}: {cue.text}"
    return f"at {cue.at}{over}: {cue.change}{f' {cue.target}' if cue.target else ''}{move}{to}"


def length(shot: Shot) -> str:
    """Frames and rate."""
    return f"{shot.frames} frames at {shot.fps}"


def made(take: Take, reading: Reading | Directions | None, json: bool, timed: Profile | None = None) -> None:
    """A finished take: its folder on stdout, or everything worth knowing as JSON; where to look on stderr."""
    if json:
        say.as_json(facts(take, reading, timed))
        return
    for event in take.events():
        if event["kind"] == "size":
            say.note(f"  {event['detail']['text']}")
    asked, is_ = take.shot.loudness, take.slate.loudness_lkfs
    if take.slate.parent and is_ is not None and asked != "off" and abs(is_ - asked) > OFF_LU:
        say.note(f"  its sound is {is_:.1f} LKFS, not {asked}: it goes on from {take.slate.parent.take} without a jump; "
                 f"oyster export --loudness {asked} brings it there")  # fmt: skip
    say.note(f"{take.name}: {take.slate.rolled.wall_s:.1f} s, rolled at {take.slate.rolled.realtime:.2f} x real time")
    say.note(f"  watch {take.movie}, or: oyster preview {take.folder}")
    profile(timed)
    say.data(take.folder)


def profile(timed: Profile | None) -> None:
    """Where the time went, if it was taken."""
    for line in lines(timed) if timed else ():
        say.note(line)


def unheeded(take: Take) -> list[dict[str, Any]]:
    """The cues that nothing in the world could follow."""
    return [event for event in take.events() if event["kind"] == "unheeded"]


def failed(shot: Shot, fault: Fault) -> dict[str, Any]:
    """A shot of a list that failed: said, and as data."""
    say.fault(Fault(fault.message, fault.where or shot.id, fault.remedy, fault.code, fault.excerpt))
    return {"id": shot.id, "status": "failed", "error": say.envelope(fault)}


def facts(take: Take, reading: Reading | Directions | None, timed: Profile | None = None) -> dict[str, Any]:
    """A take as data."""
    slate = take.slate
    return {
        "take": str(take.folder),
        "movie": str(take.movie),
        "frames": slate.frames,
        "fps": slate.fps,
        "samples": slate.samples,
        "rate_hz": slate.rate_hz,
        "seed": slate.seed,
        **read(take.shot, reading),
        "cues": [each.model_dump(mode="json", exclude_none=True) for each in take.shot.cues],
        "loudness_lkfs": slate.loudness_lkfs,
        "unheeded": [event["detail"] for event in unheeded(take)],
        "wall_s": slate.rolled.wall_s,
        "realtime": slate.rolled.realtime,
        **({"profile": asdict(timed)} if timed else {}),
    }


def read(shot: Shot, reading: Reading | Directions | None) -> dict[str, Any]:
    """What was understood and what was not, as data."""
    words = [asdict(each) for each in getattr(reading, "understood", ())]
    scene, lens = shot.scene.model_dump(mode="json", exclude={"prompt"}), shot.camera.model_dump(mode="json")
    return {
        "understood": {**scene, "camera": lens, "words": words, "assumed": list(reading.assumed) if reading else []},
        "not_understood": [asdict(each) for each in reading.unknown] if reading else [],
    }


def dry_run(plan: Plan, json: bool) -> None:
    """What would be rolled, as a table or as data."""
    if json:
        shots = [{"shot": each.shot.model_dump(mode="json"), **read(each.shot, each.reading)} for each in plan.shots]
        say.as_json({"shots": shots})
        return
    for each in plan.shots:
        heard(each.reading)
    heads = ("shot", "length", "picture", "place", "things", "hour", "weather", "camera", "model", "seed", "cues")
    rows = []
    for shot in (each.shot for each in plan.shots):
        picture = f"{shot.size[0]}x{shot.size[1]} {shot.quality}"
        rows.append((shot.id, length(shot), picture, *described(shot).values(), shot.model, shot.seed, len(shot.cues)))
    say.table(heads, rows)
