"""The contact sheet: frames with timecodes over one time axis with cues, waveform and events."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from oyster_cli.export.stills import png_note
from oyster_cli.script.models import Cue
from oyster_cli.script.score import Beat
from oyster_cli.take.disk import written_beside
from oyster_cli.take.take import Take

WIDTH, MARGIN, GAP, COLUMNS, FRAMES = 1920, 72, 24, 4, 12
LEFT, RIGHT = MARGIN + 110, WIDTH - MARGIN  # of the time axis
WAVE_HEIGHT, LANE, ROW, HEAD = 200, 34, 30, 172
GROUND, RAISED, LINE = "#0e0f12", "#16181d", "#2a2d34"
INK, SOFT, DIM = "#ece8df", "#9b988f", "#66645f"
WAVE, BODY = "#3f6f78", "#8fd0d8"
HUES = {"weather": "#5fc8e8", "hour": "#f2c14e", "light": "#f2c14e", "lightning": "#ff7b6b", "move": "#7fd08a",
        "lens": "#7fd08a", "level": "#d78be0"}  # fmt: skip
OTHER_HUE, EVENT_HUE = "#ff7b6b", "#e0a458"
_EVENT_ROWS = 5

Across = Callable[[float], float]  # seconds -> x on the sheet


def export_sheet(take: Take, target: Path) -> None:
    """Write the contact sheet as PNG, with the slate as text."""
    with written_beside(target) as beside:
        draw_sheet(take).save(beside, "PNG", pnginfo=png_note(take))


def draw_sheet(take: Take) -> Image.Image:
    """The contact sheet, 1920 pixels wide and as high as it needs to be."""
    lanes = _lanes(take)
    kinds = [kind for kind, _ in Counter(event["kind"] for event in take.events()).most_common(_EVENT_ROWS)]
    grid_height = _grid_height(take)
    wave_top = HEAD + grid_height + 56 + LANE * (max(lanes.values(), default=-1) + 1)
    height = wave_top + WAVE_HEIGHT + 48 + ROW * len(kinds) + MARGIN
    sheet = Image.new("RGB", (WIDTH, height), GROUND)
    pen = ImageDraw.Draw(sheet)
    length_s = take.clock.time_s(take.slate.frames)

    def across(seconds: float) -> float:
        return LEFT + (RIGHT - LEFT) * seconds / length_s

    _head(pen, take)
    _grid(sheet, pen, take, across, wave_top)
    _wave(pen, take, wave_top)
    _ruler(pen, take, across, wave_top + WAVE_HEIGHT)
    _cues(pen, take, lanes, across, wave_top)
    _events(pen, take, kinds, across, wave_top + WAVE_HEIGHT + 48)
    return sheet


def _type(size: float) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)


def _head(pen: ImageDraw.ImageDraw, take: Take) -> None:
    slate, camera = take.slate, take.shot.camera
    pen.text((MARGIN, 96), slate.shot_id, INK, _type(46), anchor="ls")
    pen.text((MARGIN + pen.textlength(slate.shot_id, _type(46)) + 18, 96), slate.version, SOFT, _type(26), anchor="ls")
    pen.text((MARGIN, 134), _short(pen, slate.prompt, _type(22), 1080), SOFT, _type(22), anchor="ls")
    lens = f"{camera.lens:g} mm  ·  " if camera.lens else ""
    moves = ", ".join(move.kind.replace("-", " ") for move in camera.moves) or camera.course
    fps = f"{float(take.clock.fps):.3f}".rstrip("0").rstrip(".")
    size = f"{slate.size[0]} x {slate.size[1]}"
    facts = f"{size}  ·  {fps} fps  ·  {slate.frames} frames  ·  {take.clock.time_s(slate.frames):.2f} s"
    pen.text((RIGHT, 96), facts, INK, _type(20), anchor="rs")
    facts = f"{lens}f/{camera.f_stop:g}  ·  {camera.shutter_deg:g}°  ·  {moves}  ·  seed {slate.seed}  ·  {slate.model}"
    pen.text((RIGHT, 134), facts, SOFT, _type(20), anchor="rs")


def _short(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, width: float) -> str:
    if pen.textlength(text, font) <= width:
        return text
    while text and pen.textlength(text + " …", font) > width:
        text = text[:-1]
    return text.rstrip() + " …"


def _thumb(take: Take) -> tuple[int, int]:
    width = (WIDTH - 2 * MARGIN - GAP * (COLUMNS - 1)) // COLUMNS
    return width, round(width * take.slate.size[1] / take.slate.size[0])


def _shown(take: Take) -> list[int]:
    """The frames on the sheet: first, last, and evenly between."""
    count = min(FRAMES, take.slate.frames)
    return [round(at * (take.slate.frames - 1) / max(count - 1, 1)) for at in range(count)]


def _grid_height(take: Take) -> int:
    return math.ceil(len(_shown(take)) / COLUMNS) * (_thumb(take)[1] + 52)


def _grid(sheet: Image.Image, pen: ImageDraw.ImageDraw, take: Take, across: Across, wave_top: int) -> None:
    size = _thumb(take)
    for place, frame in enumerate(_shown(take)):
        left = MARGIN + (place % COLUMNS) * (size[0] + GAP)
        top = HEAD + (place // COLUMNS) * (size[1] + 52)
        sheet.paste(Image.fromarray(take.frame(frame)).resize(size, Image.Resampling.LANCZOS), (left, top))
        number = take.slate.start_frame + frame
        pen.text((left, top + size[1] + 24), take.clock.timecode(number), INK, _type(17), anchor="ls")
        pen.text((left + size[0], top + size[1] + 24), str(number), DIM, _type(17), anchor="rs")
        x = across(take.clock.time_s(frame))
        pen.polygon([(x - 5, wave_top - 10), (x + 5, wave_top - 10), (x, wave_top - 3)], fill=SOFT)


def _wave(pen: ImageDraw.ImageDraw, take: Take, top: int) -> None:
    """Peaks (dark) and loudness (bright) of the mix for every column; full height is the take's own peak."""
    columns = RIGHT - LEFT
    edges = [take.slate.samples * column // columns for column in range(columns + 1)]
    peaks, bodies = np.zeros(columns), np.zeros(columns)
    for column in range(columns):
        heard = take.wave.read(edges[column], max(edges[column + 1], edges[column] + 1))
        peaks[column], bodies[column] = (
            np.abs(heard).max(initial=0),
            math.sqrt(float(np.square(heard, dtype=np.float64).mean())),
        )
    loudest = max(float(peaks.max()), 1e-6)
    middle, half = top + WAVE_HEIGHT / 2, WAVE_HEIGHT / 2 - 8
    pen.rectangle((LEFT, top, RIGHT, top + WAVE_HEIGHT), RAISED)
    for heights, hue in ((peaks, WAVE), (bodies, BODY)):
        for column, height in enumerate(heights / loudest * half):
            pen.line((LEFT + column, middle - height, LEFT + column, middle + height), hue)
    pen.text((MARGIN, middle - 6), "mix", INK, _type(18), anchor="ls")
    pen.text((MARGIN, middle + 18), f"{20 * math.log10(loudest):.1f} dBFS", DIM, _type(15), anchor="ls")


def _ruler(pen: ImageDraw.ImageDraw, take: Take, across: Across, y: int) -> None:
    length_s = take.clock.time_s(take.slate.frames)
    tick_s = next((tick for tick in (0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 300, 600) if length_s / tick <= 14), 3600)
    for tick in range(int(length_s / tick_s + 1e-9) + 1):
        x = across(tick * tick_s)
        pen.line((x, y, x, y + 7), SOFT)
        pen.text((x, y + 25), f"{tick * tick_s:g} s", DIM, _type(15), anchor="ms")


def _said(cue: Cue) -> str:
    """A cue in a few words: the director's own, or what it changes."""
    what = cue.move.kind.replace("-", " ") if cue.move else cue.to
    parts = [
        None if cue.move else cue.change,
        cue.target,
        what if isinstance(what, str) else f"{what:g}" if isinstance(what, float) else None,
    ]
    return cue.text or " ".join(part for part in parts if part)


def _lanes(take: Take) -> dict[Beat, int]:
    """Which lane each cue's words stand in, counted from below: above all later cues whose lines would cross them."""
    pen = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    lanes: dict[Beat, int] = {}
    for beat in reversed(take.score.beats):
        width = (pen.textlength(_said(beat.cue), _type(18)) + 24) / (RIGHT - LEFT) * take.slate.frames  # in frames
        lanes[beat] = max((lane + 1 for later, lane in lanes.items() if later.frame < beat.frame + width), default=0)
    return lanes


def _cues(pen: ImageDraw.ImageDraw, take: Take, lanes: dict[Beat, int], across: Across, top: int) -> None:
    for beat, lane in lanes.items():
        hue = HUES.get(beat.cue.change, OTHER_HUE)
        x, y = across(take.clock.time_s(beat.frame)), top - 28 - LANE * lane
        pen.line((x, y - 16, x, top + WAVE_HEIGHT), hue, 2)
        if beat.over_frames:
            end = across(take.clock.time_s(min(beat.frame + beat.over_frames, take.slate.frames)))
            pen.rectangle((x, top + WAVE_HEIGHT - 5, end, top + WAVE_HEIGHT), hue)
        said = _said(beat.cue)
        right = x + 10 + pen.textlength(said, _type(18)) > RIGHT  # no room: write to the left of the line
        pen.text((x - 10 if right else x + 10, y), said, hue, _type(18), anchor="rs" if right else "ls")


def _events(pen: ImageDraw.ImageDraw, take: Take, kinds: list[str], across: Across, top: int) -> None:
    for row, kind in enumerate(kinds):
        y = top + ROW * row + ROW // 2
        pen.text((MARGIN, y + 5), _short(pen, kind, _type(16), 100), SOFT, _type(16), anchor="ls")
        pen.line((LEFT, y, RIGHT, y), LINE)
    for event in take.events():
        if event["kind"] in kinds:
            x, y = across(event["sample"] / take.slate.rate_hz), top + ROW * kinds.index(event["kind"]) + ROW // 2
            pen.line((x, y - 8, x, y + 8), EVENT_HUE, 2)
