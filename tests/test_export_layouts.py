"""Other layouts out of one take: what their files say by their bytes, and what is heard from where."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyloudnorm
import pytest
from cli import Cli
from fake_runner import DIRECTIONS, FakeRunner, FakeSession, make_shot

from oyster_cli.export.export import export, export_stems, left_out
from oyster_cli.export.inspect import inspect
from oyster_cli.export.playback import play
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import Step
from oyster_cli.script.chains import SoundMix
from oyster_cli.script.models import Loudness
from oyster_cli.sound.ambisonics import encode
from oyster_cli.sound.layout import SPEAKERS_DEG, layouts
from oyster_cli.sound.loudness import TruePeak
from oyster_cli.sound.mix import Mixer
from oyster_cli.take.riff import Form, write_wave
from oyster_cli.take.roll import roll
from oyster_cli.take.take import Take
from oyster_cli.take.wave import open_wave

CHANNELS = {"stereo": 2, "5.1": 6, "ambix1": 4, "ambix2": 9, "ambix3": 16, "mono": 1}


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """Exposed, so that the limiter has nothing to do."""
    return roll(make_shot(13, loudness="off"), FakeRunner(), tmp_path_factory.mktemp("takes"))


def beds(take: Take) -> np.ndarray:
    """(samples, 16): all buses with the take's gain."""
    return np.sum([take.bed(bus).read() for bus in take.beds], axis=0) * np.float32(10 ** (take.slate.gain_db / 20))


def chunks_of(path: Path) -> dict[bytes, bytes]:
    """The chunks of a WAV, read by hand; each begins at an even place and the whole is as long as it says."""
    content, found, at = path.read_bytes(), {}, 12
    assert (content[:4], content[8:12]) == (b"RIFF", b"WAVE")
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8
    while at < len(content):
        name, size = struct.unpack("<4sI", content[at : at + 8])
        found[name] = content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(content)
    return found


@pytest.mark.parametrize("layout", list(CHANNELS))
def test_a_wav_says_what_it_is_by_its_bytes(take: Take, tmp_path: Path, layout: str) -> None:
    path, count = export(take.folder, tmp_path / "film.wav", layout=layout), CHANNELS[layout]
    chunks = chunks_of(path)
    tag, channels, rate_hz, per_s, width, bits = struct.unpack("<HHIIHH", chunks[b"fmt "][:16])
    assert (channels, rate_hz, bits, width, per_s) == (count, 48_000, 24, 3 * count, 144_000 * count)
    if layout == "5.1":
        valid, mask = struct.unpack("<HI", chunks[b"fmt "][18:24])
        assert (tag, valid, mask) == (0xFFFE, 24, 0x3F)
        assert chunks[b"fmt "][24:].hex() == "0100000000001000800000aa00389b71"  # the GUID of whole numbers
    else:
        assert (tag, len(chunks[b"fmt "])) == (1, 16), "a mask would name speakers"
    assert len(chunks[b"data"]) == take.slate.samples * width
    bext = chunks[b"bext"]
    assert len(bext) == 602
    assert struct.unpack("<Q", bext[338:346])[0] == take.clock.sample(take.shot.start_frame)
    assert bext[:12] == b"a fake place"
    assert inspect(path)["shot_id"] == "fake"


def test_film_order_is_another_order_and_has_no_mask(take: Take, tmp_path: Path) -> None:
    smpte = open_wave(export(take.folder, tmp_path / "a.wav", layout="5.1")).read()
    path = export(take.folder, tmp_path / "b.wav", layout="5.1", order="film")
    assert np.array_equal(open_wave(path).read(), smpte[:, [0, 1, 2, 4, 5, 3]])
    assert chunks_of(path)[b"fmt "][:2] == b"\1\0"
    assert not smpte[:, 3].any()


def test_ambix_is_the_sum_of_the_beds(take: Take, tmp_path: Path) -> None:
    whole = open_wave(export(take.folder, tmp_path / "a.wav", layout="ambix3")).read()
    assert np.abs(whole - beds(take)).max() < 2e-7
    for order in (1, 2):
        part = open_wave(export(take.folder, tmp_path / "a.wav", layout=f"ambix{order}")).read()
        assert np.array_equal(part, whole[:, : (order + 1) ** 2])
    assert np.array_equal(open_wave(export(take.folder, tmp_path / "a.wav", layout="mono")).read(), whole[:, :1])
    both = open_wave(export(take.folder, tmp_path / "a.wav", layout="stereo")).read()
    left, right = (0.5 * whole[:, 0] + 0.125**0.5 * (whole[:, 3] + side * whole[:, 1]) for side in (1, -1))
    assert np.abs(both - np.stack([left, right], axis=1)).max() < 3e-7


@pytest.mark.parametrize("layout", ["binaural", "5.1", "ambix2"])
def test_stems_are_named_by_their_bus_and_add_up_to_the_mix(take: Take, tmp_path: Path, layout: str) -> None:
    made = export_stems(take.folder, tmp_path / "film.wav", layout=layout)
    sign = f"_ambix_o{layout[-1]}_ACN-SN3D" if layout.startswith("ambix") else ""
    assert {path.name for path in made} >= {f"film_water{sign}.wav", f"film_foley{sign}.wav"}
    mix = open_wave(export(take.folder, tmp_path / "mix.wav", layout=layout)).read()
    assert np.abs(sum(open_wave(path).read() for path in made) - mix).max() < 3e-7
    chunks = chunks_of(made[0])
    tag, bits = struct.unpack("<H12xH", chunks[b"fmt "][:16])
    assert (tag, bits) == (0xFFFE if layout == "5.1" else 3, 32)
    assert struct.unpack("<Q", chunks[b"bext"][338:346])[0] == take.clock.sample(take.shot.start_frame)


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-4])])
def test_only_what_an_export_is_made_of_has_to_be_there(take: Take, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    bed = shutil.copytree(take.folder, tmp_path / "bed")
    damage(bed / "beds" / "water.wav")
    for name in ("film.mp4", "film.wav", "sheet.png"):
        assert export(bed, tmp_path / name).exists()
    assert len(export_stems(bed, tmp_path / "film.wav")) == 8
    stem = shutil.copytree(take.folder, tmp_path / "stem")
    damage(stem / "stems" / "water.wav")
    for layout in ("binaural", "ambix3", "stereo"):
        assert export(stem, tmp_path / "film.wav", layout=layout).exists()
    for folder, layout, lost in ((bed, "5.1", "beds/water.wav"), (stem, "binaural", "stems/water.wav")):
        with pytest.raises(Fault, match="damaged or missing") as told:
            export_stems(folder, tmp_path / "film.wav", layout=layout)
        assert told.value.where.endswith(lost)
        assert told.value.code == Exit.FAILED


def test_another_layout_is_as_loud_as_the_take(tmp_path: Path) -> None:
    """By another meter, on what loudspeakers make of it."""
    take = roll(make_shot(14, loudness=-23), FakeRunner(), tmp_path)
    sound = open_wave(export(take.folder, tmp_path / "film.wav", layout="ambix1")).read()
    meter = TruePeak(sound.shape[1])
    meter.add(sound)
    assert meter.dbtp() < -2.0
    heard = sound @ np.delete(layouts()["5.1"].matrix[:, :4], 3, axis=0).T
    assert take.slate.loudness_lkfs == pytest.approx(-23.0, abs=0.25)
    assert pyloudnorm.Meter(48_000).integrated_loudness(heard.astype(float)) == pytest.approx(take.slate.loudness_lkfs, abs=0.4)


def measured(sound: np.ndarray) -> tuple[float, float]:
    """Loudness in LKFS by another meter, and true peak in dBTP, of two channels."""
    meter = TruePeak(2)
    meter.add(sound)
    return pyloudnorm.Meter(48_000).integrated_loudness(sound.astype(float)), meter.dbtp()


@pytest.mark.parametrize("loudness", [-24, -14])
def test_a_take_can_be_brought_to_another_loudness(take: Take, tmp_path: Path, loudness: Loudness) -> None:
    path = export(take.folder, tmp_path / "film.wav", loudness=loudness)
    sound, own = open_wave(path).read(), take.wave.read()
    lkfs, peak_dbtp = measured(sound)
    assert lkfs == pytest.approx(loudness, abs=0.4)
    assert peak_dbtp < -2.0
    note = inspect(path)
    assert note["loudness_lkfs"] is None
    stems = sum(open_wave(each).read() for each in export_stems(take.folder, tmp_path / "film.wav", loudness=loudness))
    assert np.abs(stems - own * 10 ** ((note["gain_db"] - take.slate.gain_db) / 20)).max() < 3e-6
    film = play(export(take.folder, tmp_path / "film.mp4", loudness=loudness))
    assert np.corrcoef(film.sound, sound.mean(axis=1))[0, 1] > 0.95  # AAC's of noise
    assert 20 * np.log10(film.sound.std() / sound.mean(axis=1).std()) == pytest.approx(0.0, abs=0.2)


def test_shots_of_a_cut_are_brought_to_one_loudness(take: Take, tmp_path: Path) -> None:
    other = roll(make_shot(13, loudness=-23), FakeRunner(), tmp_path)
    cut = export([take.folder, other.folder], tmp_path / "cut.wav", loudness=-24)
    halves = np.split(open_wave(cut).read(), 2)
    assert [measured(half)[0] for half in halves] == pytest.approx([-24.0, -24.0], abs=0.4)
    exposed = export([take.folder, other.folder], tmp_path / "cut.wav", loudness="off")
    assert np.abs(np.subtract(*np.split(open_wave(exposed).read(), 2))).max() < 3e-7  # one world, one exposure


@pytest.mark.parametrize(("layout", "name", "order"), [
    ("5.1", "5.1", 0), ("ambix1", "4.0", 1), ("ambix3", "ambisonic 3", 3),
])  # fmt: skip
def test_a_film_has_the_same_picture_and_the_layout_s_sound(
    take: Take, tmp_path: Path, layout: str, name: str, order: int
) -> None:
    film = export(take.folder, tmp_path / "film.mp4", layout=layout)
    assert packets(film) == packets(take.movie)
    with av.open(str(film)) as file:
        track = file.streams.audio[0]
        assert (track.layout.name, track.codec_context.name) == (name, "opus" if order > 1 else "aac")
        assert (track.start_time, track.duration) == (0, take.slate.samples)
        assert file.streams.video[0].metadata["timecode"] == take.clock.timecode(take.shot.start_frame)
        parts = [part.to_ndarray() for frame in file.decode(track) for part in av.AudioResampler(format="flt").resample(frame)]
    sound = np.concatenate(parts, axis=1).reshape(-1, CHANNELS[layout])[: take.slate.samples]
    exact = open_wave(export(take.folder, tmp_path / "film.wav", layout=layout)).read()
    for one, other in zip(sound.T, exact.T, strict=True):
        assert not other.any() or np.corrcoef(one, other)[0, 1] > 0.9
    content = film.read_bytes()
    at = content.find(b"SA3D")
    assert (at > 0) == bool(order)
    if order:  # its size, version 0, type 0, order, ACN, SN3D, and channels as they come
        count = (order + 1) ** 2
        assert struct.unpack(">I", content[at - 4 : at])[0] == 20 + 4 * count
        assert struct.unpack(">BBIBBI", content[at + 4 : at + 16]) == (0, 0, order, 0, 0, count)
        assert struct.unpack(f">{count}I", content[at + 16 : at + 16 + 4 * count]) == tuple(range(count))
    assert inspect(film)["shot_id"] == "fake"
    assert len(play(film).sound) == take.slate.samples


def packets(film: Path) -> list[tuple[Any, bytes]]:
    with av.open(str(film)) as file:
        return [(packet.pts * packet.time_base, bytes(packet)) for packet in file.demux(video=0) if packet.size]


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("a.gif", {"layout": "5.1"}, "no sound in a .gif"),
        ("a.wav", {"layout": "5.2"}, r"no layout '5.2'.*5\.1"),
        ("a.wav", {"layout": "mono", "order": "film"}, "one order"),
        ("a.wav", {"layout": "5.1", "order": "itu"}, "smpte, film"),
        ("a.mp4", {"layout": "5.1", "order": "film"}, "order of their own"),
    ],
)
def test_what_cannot_be_is_a_fault(take: Take, tmp_path: Path, name: str, asked: dict[str, str], said: str) -> None:
    with pytest.raises(Fault, match=said):
        export(take.folder, tmp_path / name, **asked)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_take_without_beds_has_what_two_channels_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a learned model."""
    real = FakeSession.step
    monkeypatch.setattr(FakeSession, "step", lambda self, beats=(), draw=True: bare(real(self, beats, draw)))
    take = roll(make_shot(8, loudness="off"), FakeRunner(), tmp_path)
    with pytest.raises(Fault, match=r"no ambisonic beds.*binaural, stereo or mono") as caught:
        export(take.folder, tmp_path / "a.wav", layout="5.1")
    assert caught.value.code == Exit.FAILED
    own = take.wave.read()
    assert np.abs(open_wave(export(take.folder, tmp_path / "a.wav", layout="stereo")).read() - own).max() < 3e-7
    mono = open_wave(export(take.folder, tmp_path / "a.wav", layout="mono")).read()
    assert np.abs(mono[:, 0] - own.mean(axis=1)).max() < 3e-7


def test_a_file_tells_its_layout_and_no_loudness_of_another(take: Take, tmp_path: Path) -> None:
    for target, asked in (("a.wav", {"layout": "5.1", "order": "film"}), ("b.mp4", {"layout": "ambix1"})):
        note = inspect(export(take.folder, tmp_path / target, **asked))
        assert asked.items() <= note.items()
        assert (note["loudness_lkfs"], note["gain_db"]) == (None, take.slate.gain_db)


def bare(step: Step) -> Step:
    return replace(step, beds={})


@pytest.mark.parametrize("layout", ["binaural", "5.1", "ambix1"])
def test_a_cut_is_its_takes_in_the_same_layout(tmp_path: Path, layout: str) -> None:
    """Laid by hand: 8 frames, then 6 that come up over the last two, each with equal power; stems are cut alike."""
    takes = [roll(make_shot(frames, id=name), FakeRunner(), tmp_path / name) for name, frames in (("a", 8), ("b", 6))]
    asked = {"crossfade": "2f", "layout": layout}
    folders = [take.folder for take in takes]
    first, second = (open_wave(export(each, tmp_path / f"{each.parent.name}.wav", layout=layout)).read() for each in folders)
    up = np.sin(np.pi / 2 * np.arange(4000) / 4000)[:, None]
    both = first[-4000:] * np.cos(np.pi / 2 * np.arange(4000) / 4000)[:, None] + second[:4000] * up
    whole = open_wave(export(folders, tmp_path / "cut.wav", **asked))
    assert np.abs(whole.read() - np.concatenate([first[:-4000], both, second[4000:]])).max() < 3e-7
    assert struct.unpack("<Q", chunks_of(tmp_path / "cut.wav")[b"bext"][338:346])[0] == 3600 * 48_000  # at 01:00:00:00
    film = play(export(folders, tmp_path / "cut.mp4", **asked))
    assert (len(film.motion), len(film.sound)) == (12, 24_000)
    assert inspect(tmp_path / "cut.mp4")["layout"] == layout
    stems = export_stems(folders, tmp_path / "stems.wav", **asked)
    alone = [export_stems(each, tmp_path / f"{each.parent.name}_.wav", layout=layout) for each in folders]
    water = [open_wave(next(path for path in made if "water" in path.name)).read() for made in (stems, *alone)]
    assert np.abs(water[0][:12_000] - water[1][:12_000]).max() < 1e-7
    assert np.abs(water[0][16_000:] - water[2][4000:]).max() < 1e-7


def test_stems_of_a_titled_cut_begin_with_its_title(tmp_path: Path) -> None:
    takes = [roll(make_shot(frames, id=name), FakeRunner(), tmp_path / name) for name, frames in (("a", 8), ("b", 6))]
    folders, asked = [take.folder for take in takes], {"title": "Pond", "crossfade": "2f"}
    mix = open_wave(export(folders, tmp_path / "cut.wav", **asked)).read()
    stems = sum(open_wave(path).read() for path in export_stems(folders, tmp_path / "cut.wav", **asked))
    assert len(mix) == 96_000 + 24_000
    assert np.abs(stems - mix).max() < 3e-7
    assert not stems[:96_000].any()


def test_a_cut_tells_its_shots(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folders = [roll(make_shot(8, id=name), FakeRunner(), tmp_path / name).folder for name in ("a", "b")]
    told = Cli(capfd)("inspect", export(folders, tmp_path / "cut.wav")).out.splitlines()
    assert told == ["shot\ta v001: a fake place", "shot\tb v001: a fake place", "layout\tbinaural"]


def test_stems_say_what_comes_after_them(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plain, radio = (roll(make_shot(8, mix=mix), FakeRunner(), tmp_path / mix) for mix in ("plain", "radio"))
    told = [Cli(capfd)("export", each.folder, tmp_path / "a.wav", "--stems").err for each in (plain, radio)]
    assert "before what the mix does" not in told[0]
    assert "before what the mix does to their sum: HighpassFilter, LowpassFilter" in told[1]


def test_the_command(take: Take, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = Cli(capfd)
    said = run("export", str(take.folder), str(tmp_path / "a.wav"), "--layout", "5.1", "--order", "film", "--stems", "--json")
    assert said.code == Exit.OK
    assert said.json["stems"] == [str(tmp_path / "a_water.wav"), str(tmp_path / "a_foley.wav")]
    said = run("export", str(take.folder), str(tmp_path / "a.mp4"), "--layout", "ambix3")
    assert (said.code, said.out.split()) == (Exit.OK, [str(tmp_path / "a.mp4")])
    assert run("export", str(take.folder), str(tmp_path / "a.mp4"), "--stems").code == Exit.USAGE
    assert run("export", str(take.folder), str(tmp_path / "a.wav"), "--crossfade", "lots").code == Exit.USAGE


def test_ambisonics_go_without_what_would_bend_directions(tmp_path: Path) -> None:
    take = roll(make_shot(8, mix="dream"), FakeRunner(), tmp_path)
    assert any("Reverb" in each for each in left_out(take.folder, "ambix3"))
    assert left_out(take.folder, "5.1") == []
    sound = open_wave(export(take.folder, tmp_path / "a.wav", layout="ambix1")).read()
    water = open_wave(export_stems(take.folder, tmp_path / "a.wav", layout="ambix1")[0]).read()
    assert sound.shape == (16_000, 4)
    assert np.abs(water - water[:, :1] * DIRECTIONS["water"][:4]).max() < 1e-6 * np.abs(water).max()


def test_a_reverb_is_heard_in_pairs_and_not_in_the_low_frequencies() -> None:
    mix = SoundMix.model_validate({"about": "a hall", "buses": {"water": [{"Reverb": {"room_size": 0.8}}]}})
    click = np.zeros((9600, 1, 6), np.float32)
    click[0, 0, [0, 1, 2, 4, 5]] = 0.5
    wet = np.concatenate(list(Mixer(mix, layouts()["5.1"], ["water"]).process([click])))
    assert wet.shape == (9600, 6)
    assert (np.abs(wet[4800:]).max(axis=0) > 1e-4).tolist() == [True, True, True, False, True, True]


def energy_vector(azimuths_deg: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Power of the five speakers in dB, and where their energy comes from, degrees to the left, for sources around."""
    turn, at = np.radians(azimuths_deg), np.radians(SPEAKERS_DEG)
    gains = encode(np.stack([-np.sin(turn), 0 * turn, np.cos(turn)], axis=1)) @ layouts()["5.1"].matrix.T
    power = np.delete(gains, 3, axis=1) ** 2
    return 10 * np.log10(power.sum(axis=1)), np.degrees(np.arctan2(power @ np.sin(at), power @ np.cos(at)))


def test_surround_comes_from_where_it_should() -> None:
    """Within 4 degrees in front, 8 up to the surround speakers, 23 between these, which are 140 degrees apart. As loud from
    everywhere within 2 dB, from above nearly so, and alike on both sides."""
    around = np.arange(0.0, 180.0, 5.0)
    level, heard = energy_vector(around)
    off = np.abs(heard - around)
    assert off[around <= 30].max() < 4.0
    assert off[around <= 110].max() < 8.0
    assert off.max() < 23.0
    assert np.ptp(level) < 2.0
    assert np.abs(energy_vector(-around)[1] + heard).max() < 1e-3
    above = encode(np.array([[0.0, 1.0, 0.0]])) @ layouts()["5.1"].matrix.T
    assert abs(10 * np.log10(np.sum(above**2))) < 2.5


def test_more_than_four_gigabytes_say_so_in_64_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oyster_cli.take.riff._UNSAID", 3000)
    write_wave(tmp_path / "a.wav", Form(16), [np.zeros((100, 16), np.float32)])
    content = (tmp_path / "a.wav").read_bytes()
    name, said, kind, ds64, size = struct.unpack("<4sI4s4sI", content[:20])
    assert (name, said, kind, ds64, size) == (b"RF64", 3000, b"WAVE", b"ds64", 28)
    assert struct.unpack("<QQQI", content[20:48]) == (len(content) - 8, 4800, 100, 0)
