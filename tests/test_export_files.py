"""Deliverables, decoded again and counted."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from fake_runner import CLICK_EVERY, FakeRunner, FakeSession, cue, make_shot, read_stamp
from PIL import Image, ImageSequence
from scipy.io import wavfile

from oyster_cli.clock import Clock, parse_fps
from oyster_cli.export.export import export
from oyster_cli.export.inspect import inspect
from oyster_cli.fault import Fault
from oyster_cli.script.models import Scene
from oyster_cli.take.encode import MOVIE, Film
from oyster_cli.take.order import keep_order
from oyster_cli.take.roll import roll
from oyster_cli.take.take import Take

pytestmark = pytest.mark.filterwarnings("ignore:Chunk")  # scipy reads WAV, but not what a broadcast WAV adds
RATES = ["24000/1001", "24", "25", "30000/1001", "30", "60"]


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    shot = make_shot(50, size=(320, 180), cues=(cue("1s", over="0.5s", text="rain sets in"),))
    return roll(shot, FakeRunner(), tmp_path_factory.mktemp("takes"))


def decoded(path: Path) -> tuple[list[np.ndarray], np.ndarray]:
    """All frames as (h, w, 3) uint8 and all sound as (n, 2): as long as the track says. AAC comes in packets of 1024."""
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    with av.open(str(path)) as file:
        sound = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1).T
        track = file.streams.audio[0]
        assert (track.time_base, track.start_time) == (Fraction(1, 48_000), 0)
        assert 0 <= len(sound) - track.duration < 1024
    return frames, sound[: track.duration]


def clicks(sound: np.ndarray, near: list[int]) -> list[int]:
    """The loudest sample within 300 of each place."""
    return [max(at - 300, 0) + int(np.abs(sound[max(at - 300, 0) : at + 300, 0]).argmax()) for at in near]


@pytest.mark.parametrize("fps", RATES)
def test_movie_has_exactly_its_frames_and_samples(tmp_path: Path, fps: str) -> None:
    frames = 19
    shot = make_shot(frames, fps=fps, size=(320, 180))
    film = export(roll(shot, FakeRunner(), tmp_path).folder, tmp_path / "film.mp4")
    clock = Clock(parse_fps(fps))
    pictures, sound = decoded(film)
    assert [read_stamp(picture) for picture in pictures] == list(range(frames))
    assert len(sound) == clock.sample(frames)
    wanted = [clock.sample(frame) for frame in range(0, frames, CLICK_EVERY)]
    assert clicks(sound, wanted) == wanted
    with av.open(str(film)) as file:
        track = file.streams.video[0]
        assert track.average_rate == Fraction(fps)
        assert [packet.pts * packet.time_base * Fraction(fps) for packet in sorted(
            (p for p in file.demux(track) if p.pts is not None), key=lambda p: p.pts)] == list(range(frames))  # fmt: skip


def test_movie_says_what_it_is(take: Take, tmp_path: Path) -> None:
    film = export(take.folder, tmp_path / "film.mp4")
    content = film.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat"), "not fast to start"
    with av.open(str(film)) as file:
        context = file.streams.video[0].codec_context
        assert (context.pix_fmt, context.name) == ("yuv420p", "h264")
        assert [int(value) for value in (context.color_primaries, context.color_trc, context.colorspace)] == [1, 1, 1]
        assert int(context.color_range) == 1
        assert file.metadata["title"] == "fake v001"
        assert file.streams.video[0].metadata["timecode"] == "00:00:41:17"
        assert (file.streams.audio[0].codec_context.name, file.streams.audio[0].rate) == ("aac", 48_000)


COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 60, 30), (20, 180, 240)]


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_are_bt709(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    """The planes against the formula of BT.709 (limited range), and the way back within 2 of 255."""
    with Film(tmp_path / "a.mp4", MOVIE, size=(64, 64), fps=Fraction(24)) as film:
        for _ in range(3):
            film.frame(np.full((64, 64, 3), colour, np.uint8))
            film.sound(np.zeros((2000, 2), np.float32))
    with av.open(str(tmp_path / "a.mp4")) as file:
        planes = next(file.decode(video=0)).to_ndarray()  # (96, 64): luma, then both chromas
    luma, blue, red = planes[32, 32], planes[64 + 7, 16], planes[80 + 7, 16]
    y, b, r = (luma - 16) / 219, (blue - 128.0) / 224 * 1.8556, (red - 128.0) / 224 * 1.5748
    back = np.array([y + r, y - (0.0722 * b + 0.2126 * r) / 0.7152, y + b]) * 255
    assert np.abs(back - colour).max() <= 2


def test_sound_is_the_take_s(take: Take, tmp_path: Path) -> None:
    rate_hz, read = wavfile.read(export(take.folder, tmp_path / "film.wav"))
    assert rate_hz == 48_000
    assert np.array_equal(read / 2**31, np.concatenate(list(take.sound())))
    assert b"bext" in (tmp_path / "film.wav").read_bytes()[:100]


def test_gif_loops_and_keeps_time(take: Take, tmp_path: Path) -> None:
    with Image.open(export(take.folder, tmp_path / "film.gif")) as image:
        assert (image.info["loop"], image.size) == (0, (320, 180))
        pictures = [
            (read_stamp(np.asarray(frame.convert("RGB"))), frame.info["duration"]) for frame in ImageSequence.Iterator(image)
        ]
    assert [number for number, _ in pictures] == list(range(0, 50, 2))
    assert abs(sum(duration for _, duration in pictures) - 50 / 24 * 1000) <= 10


def test_stills_are_every_frame(take: Take, tmp_path: Path) -> None:
    export(take.folder, tmp_path / "out" / "frames.%04d.png")
    paths = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in paths] == [f"frames.{number}.png" for number in range(1001, 1051)]
    assert all(np.array_equal(np.asarray(Image.open(path)), frame) for path, frame in zip(paths, take.frames(), strict=True))


def test_sheet_shows_frames_in_order(take: Take, tmp_path: Path) -> None:
    with Image.open(export(take.folder, tmp_path / "sheet.png")) as image:
        sheet = np.asarray(image)
    assert sheet.shape[1] == 1920
    thumbs = [
        sheet[172 + row * 292 :, 72 + column * 450 : 72 + column * 450 + 426][:240] for row in range(3) for column in range(4)
    ]
    assert [read_stamp(thumb) for thumb in thumbs] == [round(at * 49 / 11) for at in range(12)]


@pytest.mark.parametrize("name", ["film.mp4", "film.wav", "film.gif", "sheet.png"])
def test_slate_comes_back_out(take: Take, tmp_path: Path, name: str) -> None:
    slate = inspect(export(take.folder, tmp_path / name))
    assert slate == {key: value for key, value in inspect(take.folder).items() if key not in {"files", "rolled"}}
    assert slate["shot"]["cues"][0]["text"] == "rain sets in"


@pytest.mark.parametrize(
    ("name", "said"),
    [("film.xyz", "known: film.mp4"), ("film", "without a suffix"), ("frames.%s.png", r"frames.%04d"), ("f.%d.gif", "known")],
)
def test_unknown_targets_are_faults(take: Take, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(Fault, match=said):
        export(take.folder, tmp_path / name)


def test_failed_export_leaves_the_old_file(take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "film.wav").write_text("old")
    chunks = take.sound()

    def breaks(*_: Any) -> Any:
        yield next(chunks)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Take, "sound", breaks)
    with pytest.raises(Fault, match="disk is full"):
        export(take.folder, tmp_path / "film.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["film.wav"]
    assert (tmp_path / "film.wav").read_text() == "old"


def test_file_without_slate_is_a_fault(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "a.mp4").write_bytes(b"no film")
    for path in (tmp_path / "a.png", tmp_path / "a.mp4"):
        with pytest.raises(Fault, match="no slate"):
            inspect(path)


def shots(root: Path, **changes: Any) -> list[Take]:
    """Three shots of 14, 13 and 7 frames."""
    lengths = {"b": 14, "a": 13, "c": 7}
    scene = Scene(prompt="", place="canyon")
    return [
        roll(make_shot(n, id=name, scene=scene, size=(320, 180), **changes), FakeRunner(), root) for name, n in lengths.items()
    ]


@pytest.mark.parametrize("fps", RATES)
def test_cut_is_exact(tmp_path: Path, fps: str) -> None:
    shots(tmp_path, fps=fps)
    keep_order(tmp_path, ["b", "a", "c"])
    pictures, sound = decoded(export(tmp_path, tmp_path / "cut.mp4"))
    clock = Clock(parse_fps(fps))
    assert [read_stamp(picture) for picture in pictures] == [*range(14), *range(13), *range(7)]
    assert len(sound) == clock.sample(34)
    assert clicks(sound, [0]) == [0]
    wanted = [
        clock.sample(begin) + clock.sample(n) for begin, n in ((0, 0), (0, 6), (0, 12), (14, 0), (14, 6), (27, 0), (27, 6))
    ]
    exact = wavfile.read(export(tmp_path, tmp_path / "cut.wav"))[1]
    assert len(exact) == clock.sample(34)
    assert clicks(exact / 2**31, wanted) == wanted
    assert [slate["shot_id"] for slate in inspect(tmp_path / "cut.mp4")["cut"]] == ["b", "a", "c"]


def test_cut_without_a_list_goes_by_name(tmp_path: Path) -> None:
    shots(tmp_path)
    export(tmp_path, tmp_path / "cut.wav")
    assert [slate["shot_id"] for slate in inspect(tmp_path / "cut.wav")["cut"]] == ["a", "b", "c"]


def test_dissolve_overlaps_picture_and_sound(tmp_path: Path) -> None:
    takes = shots(tmp_path)[:2]
    fade = 6
    pictures, sound = decoded(export([take.folder for take in takes], tmp_path / "cut.mp4", crossfade=f"{fade}f"))
    assert len(pictures) == 14 + 13 - fade
    assert len(sound) == 2000 * len(pictures)
    assert [read_stamp(picture) for picture in pictures[:8]] == list(range(8))
    assert [read_stamp(picture) for picture in pictures[14:]] == list(range(6, 13))
    share = 2.5 / fade  # frame 10, at its middle
    mixed = takes[0].frame(10).astype(float) * (1 - share) + takes[1].frame(2).astype(float) * share
    assert np.abs(pictures[10][60:] - mixed[60:]).mean() < 2
    overlap = fade * 2000
    up = np.sin(np.pi / 2 * np.arange(overlap) / overlap)[:, None]
    down = np.cos(np.pi / 2 * np.arange(overlap) / overlap)[:, None]
    exact = wavfile.read(export([take.folder for take in takes], tmp_path / "cut.wav", crossfade=f"{fade}f"))[1] / 2**31
    assert np.allclose(exact[16_000:28_000], takes[0].wave.read(16_000) * down + takes[1].wave.read(0, overlap) * up, atol=1e-6)
    assert np.array_equal(exact[28_000:], takes[1].wave.read(overlap))


class NearOrFar(FakeSession):
    """Ten times as loud in a shot called near; silent in one called still."""

    def _stems(self, frame: int, samples: int) -> dict[str, np.ndarray]:
        factor = {"near": 10.0, "still": 0.0}.get(self.score.shot.id, 1.0)
        return {bus: stem * np.float32(factor) for bus, stem in super()._stems(frame, samples).items()}


def test_exposed_shots_of_one_world_have_one_exposure_in_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeRunner, "open", lambda _self, score, _guide=None: NearOrFar(score))
    canyon: dict[str, Any] = {"world": "canyon", "world_seed": 7}
    others = [("far", canyon), ("near", canyon), ("still", canyon), ("far", {}), ("far", canyon | {"loudness": -24})]
    takes = [
        roll(make_shot(24, id=name, **{"loudness": "off", **more}), FakeRunner(), tmp_path / str(k))
        for k, (name, more) in enumerate(others)
    ]
    far, near, *_ = (take.slate.gain_db for take in takes)
    assert far - near >= 10.0
    exact = wavfile.read(export([take.folder for take in takes], tmp_path / "cut.wav"))[1] / 2**31
    heard = [np.abs(exact[at : at + 2_000]).mean() for at in (9_500, 57_500)]  # between clicks, which are limited
    assert 20 * np.log10(heard[1] / heard[0]) == pytest.approx(20.0, abs=0.5), "as far apart as they were in pascal"
    for k in (1, 2, 3, 4):
        assert np.array_equal(exact[48_000 * k : 48_000 * (k + 1)].astype(np.float32), takes[k].wave.read()), others[k]
    told = [slate["gain_db"] for slate in inspect(tmp_path / "cut.wav")["cut"]]
    assert told == [near, near, *(take.slate.gain_db for take in takes[2:])]


def test_title_stands_first_in_silence(take: Take, tmp_path: Path) -> None:
    pictures, sound = decoded(export(take.folder, tmp_path / "cut.mp4", title="The Canyon"))
    assert len(pictures) == 48 + 50
    assert pictures[24].max() > 150, "no words on the card"
    assert [read_stamp(picture) for picture in pictures[48:]] == list(range(50))
    assert np.abs(sound[:95_000]).max() < 1e-3
    assert clicks(sound, [96_000]) == [96_000]


def test_other_sizes_are_letterboxed_and_other_rates_refused(tmp_path: Path) -> None:
    wide = roll(make_shot(3, id="a", size=(320, 180)), FakeRunner(), tmp_path)
    tall = roll(make_shot(3, id="b", size=(160, 180)), FakeRunner(), tmp_path)
    fast = roll(make_shot(3, id="c", size=(320, 180), fps="25"), FakeRunner(), tmp_path)
    pictures, _ = decoded(export([wide.folder, tall.folder], tmp_path / "cut.mp4"))
    assert pictures[4][:, :70].max() < 20
    assert pictures[4][60:, 100:220].mean() > 40
    with pytest.raises(Fault, match="25 frames/s"):
        export([wide.folder, fast.folder], tmp_path / "cut.mp4")
    with pytest.raises(Fault, match="too short"):
        export([wide.folder, tall.folder], tmp_path / "cut.mp4", crossfade="1/8s")
    with pytest.raises(Fault, match="a cut is an"):
        export([wide.folder, tall.folder], tmp_path / "cut.gif")


def test_a_damaged_picture_is_not_exported(tmp_path: Path) -> None:
    take = roll(make_shot(12, id="a"), FakeRunner(), tmp_path)
    with take.picture.open("r+b") as file:
        file.seek(take.picture.stat().st_size // 2)
        file.write(b"#" * 64)
    for name in ("sheet.png", "film.gif", "f.%04d.png"):
        with pytest.raises(Fault, match="damaged"):
            export(take.folder, tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


@pytest.mark.parametrize("crossfade", ["-1s", "soon"])
def test_dissolves_that_cannot_be_are_refused(tmp_path: Path, crossfade: str) -> None:
    shots(tmp_path)
    with pytest.raises(Fault, match=crossfade):
        export(tmp_path, tmp_path / "cut.mp4", crossfade=crossfade)


def test_a_dissolve_in_frames_has_them_at_any_rate(tmp_path: Path) -> None:
    takes = [roll(make_shot(12, id=name, fps="30000/1001"), FakeRunner(), tmp_path) for name in "ab"]
    pictures, _ = decoded(export([take.folder for take in takes], tmp_path / "cut.mp4", crossfade="4f"))
    assert len(pictures) == 12 + 12 - 4


def test_a_title_needs_a_film(take: Take, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="there is no title"):
        export(take.folder, tmp_path / "a.gif", title="Words")
