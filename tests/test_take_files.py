"""States, WAV and picture files: what goes in comes out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from scipy.io import wavfile

from oyster_cli.fault import Fault
from oyster_cli.take.decode import read_frames
from oyster_cli.take.encode import MASTER, SOUND, STEM, Film, Recipe, join_masters, write_sound
from oyster_cli.take.states import read_state, write_state
from oyster_cli.take.wave import open_wave

pytestmark = pytest.mark.filterwarnings("ignore:Chunk")  # scipy reads WAV, but not what a broadcast WAV adds


def test_state_comes_back_in_bits_and_types(tmp_path: Path) -> None:
    state = {
        "whole": 2**70, "real": 0.1, "odd": float("inf"), "none": None, "yes": True, "text": "Æ",
        "single": np.float32(0.1), "array": np.arange(6, dtype=np.uint64).reshape(2, 3), "empty": np.zeros((0, 3), np.float32),
        "nested": {"a": {"b": [np.array(3.5), {"c": 1}, []]}},
    }  # fmt: skip
    write_state(tmp_path / "a.npz", state)
    write_state(tmp_path / "b.npz", state)
    back = read_state(tmp_path / "a.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert list(back) == list(state)
    assert {key: back[key] for key in list(state)[:6]} == {key: state[key] for key in list(state)[:6]}
    assert type(back["single"]) is np.float32
    for name in ("array", "empty"):
        assert back[name].dtype == state[name].dtype  # type: ignore[attr-defined]
        assert np.array_equal(back[name], state[name])
    assert back["nested"]["a"]["b"][0].shape == ()
    assert back["nested"]["a"]["b"][1:] == [{"c": 1}, []]


@pytest.mark.parametrize("wrong", [{"a": object()}, {"a": np.array([object()])}, {"a": {1: 2}}])
def test_state_refuses_what_needs_a_pickle(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        write_state(tmp_path / "a.npz", wrong)


def test_damaged_state_is_a_fault(tmp_path: Path) -> None:
    write_state(tmp_path / "a.npz", {"a": np.ones(100)})
    (tmp_path / "a.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:-40])
    with pytest.raises(Fault, match="damaged"):
        read_state(tmp_path / "a.npz")


def test_24_bits_are_exact_and_clip(tmp_path: Path) -> None:
    values = np.array([[0, 1], [-1, 0.5], [1 / (1 << 23), -1.5 / (1 << 23)], [2.0, -2.0]], np.float32)
    write_sound(tmp_path / "a.wav", SOUND, [values[:1], values[1:]], {"description": "x"})
    top = 1 - 1 / (1 << 23)
    wanted = np.array([[0, top], [-1, 0.5], [1 / (1 << 23), -2 / (1 << 23)], [top, -1]])
    assert np.array_equal(open_wave(tmp_path / "a.wav").read(), wanted.astype(np.float32))
    rate_hz, read = wavfile.read(tmp_path / "a.wav")  # 24 bits in the upper part of int32
    assert rate_hz == 48_000
    assert np.array_equal(read, wanted * (1 << 31))


def test_floats_are_exact_anywhere(tmp_path: Path) -> None:
    values = np.random.default_rng(1).standard_normal((100_000, 2)).astype(np.float32) * 30
    write_sound(tmp_path / "a.wav", STEM, np.array_split(values, 7))
    found = open_wave(tmp_path / "a.wav")
    assert found.samples == 100_000
    assert np.array_equal(found.read(777, 60_001), values[777:60_001])
    assert np.array_equal(np.concatenate(list(found.chunks(5))), values[5:])
    assert len(found.read(99_999, 200_000)) == 1


def test_what_is_no_wav_is_a_fault(tmp_path: Path) -> None:
    for content in (b"", b"RIFF....WAVE", b"x" * 5000):
        (tmp_path / "a.wav").write_bytes(content)
        with pytest.raises(Fault, match="not a WAV"):
            open_wave(tmp_path / "a.wav")


def noise(frames: int, seed: int = 0) -> list[np.ndarray]:
    return list(np.random.default_rng(seed).integers(0, 256, (frames, 48, 64, 3), dtype=np.uint8))


def write_master(path: Path, frames: list[np.ndarray], fps: Fraction, recipe: Recipe = MASTER) -> Path:
    with Film(path, recipe, size=(64, 48), fps=fps) as film:
        for frame in frames:
            film.frame(frame)
    return path


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(24000, 1001), Fraction(60000, 1001), Fraction(240)])
def test_master_is_lossless_and_joins_without_loss(tmp_path: Path, fps: Fraction) -> None:
    first, second = noise(30), noise(20, 1)
    parts = [(write_master(tmp_path / "1.mov", first, fps), 17), (write_master(tmp_path / "2.mov", second, fps), 20)]
    join_masters(tmp_path / "all.mov", parts, (64, 48), fps)
    wanted = first[:17] + second
    assert np.array_equal(list(read_frames(tmp_path / "all.mov", fps)), wanted)
    for number in (0, 16, 17, 36):
        assert np.array_equal(list(read_frames(tmp_path / "all.mov", fps, number, number + 1)), [wanted[number]])
    with av.open(str(tmp_path / "all.mov")) as file:
        assert file.streams.video[0].average_rate == fps


def test_masters_of_another_build_join_too(tmp_path: Path) -> None:
    other = Recipe("matroska", "ffv1", "bgr0", {"level": "3"})
    first, second = noise(3), noise(3, 1)
    parts = [(write_master(tmp_path / "1.mov", first, Fraction(24)), 2)]
    parts.append((write_master(tmp_path / "2.mov", second, Fraction(24), other), 3))
    join_masters(tmp_path / "all.mov", parts, (64, 48), Fraction(24))
    assert np.array_equal(list(read_frames(tmp_path / "all.mov", Fraction(24))), first[:2] + second)


def test_damaged_picture_is_a_fault(tmp_path: Path) -> None:
    path = write_master(tmp_path / "1.mov", noise(5), Fraction(24))
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(Fault, match="picture is damaged"):
        list(read_frames(path, Fraction(24)))
