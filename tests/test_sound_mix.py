"""Mixes: what a chain does to its bus and to the sum, the same however the sound is cut, and what is wrong told in one line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pedalboard
import pytest
from cli import Cli
from fake_runner import FakeRunner, cue, make_shot
from numpy._core import _multiarray_umath
from scipy.signal import lfilter, welch

from oyster_cli.export.export import export_stems
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import BUSES
from oyster_cli.script.chains import EFFECTS, SoundMix, load_mix
from oyster_cli.script.mixes import PLAIN, mix_names
from oyster_cli.sound.mix import Mixer
from oyster_cli.take.roll import direct, roll
from oyster_cli.take.take import Take, open_take

RATE_HZ = 48_000


def noise(samples: int = 40_000, seed: int = 1) -> np.ndarray:
    """(samples, buses, 2) white noise of 0.1 Pa, other on every bus."""
    return (0.1 * np.random.default_rng(seed).standard_normal((samples, len(BUSES), 2))).astype(np.float32)


def mixed(mix: dict[str, object], sound: np.ndarray, size: int | None = None) -> np.ndarray:
    mixer = Mixer(SoundMix.model_validate({"about": "a test", **mix}))
    cut = [sound[at : at + (size or len(sound))] for at in range(0, len(sound), size or len(sound) or 1)]
    return np.concatenate([np.zeros((0, 2), np.float32), *mixer.process(cut)])


def heard(take: Take) -> np.ndarray:
    return np.concatenate(list(take.sound())).astype(float)


def test_plain_is_the_sum_of_the_buses_to_the_bit():
    sound = noise()
    for size in (480, 1601, len(sound)):
        assert np.array_equal(mixed({}, sound, size), sound.sum(axis=1))
    assert load_mix(PLAIN) == SoundMix(about=load_mix(PLAIN).about)


@pytest.mark.parametrize("bus", BUSES)
def test_a_gain_on_one_bus_raises_only_that_bus(bus: str):
    sound = noise()
    louder = mixed({"buses": {bus: [{"Gain": {"gain_db": 6}}]}}, sound)
    wanted = sound.astype(float).sum(axis=1) + (10 ** (6 / 20) - 1) * sound[:, BUSES.index(bus)]
    assert np.abs(louder - wanted).max() < 1e-6


def test_effects_follow_each_other_and_the_masters_hear_the_sum():
    sound = noise()
    clipped = mixed({"master": [{"Gain": {"gain_db": 6}}, {"Clipping": {"threshold_db": -20}}]}, sound)
    wanted = np.clip(10 ** (6 / 20) * sound.astype(float).sum(axis=1), -0.1, 0.1)
    assert np.abs(clipped - wanted).max() < 1e-6


def test_a_low_pass_is_that_of_the_first_order():
    sound = noise()
    once = mixed({"buses": {"water": [{"LowpassFilter": {"cutoff_frequency_hz": 1000}}]}}, sound)
    n = np.tan(np.pi * 1000 / RATE_HZ)  # bilinear transform of 1 / (s + 1), warped to 1 kHz
    low = lfilter([n / (n + 1), n / (n + 1)], [1, (n - 1) / (n + 1)], sound[:, 0].astype(float), axis=0)
    assert np.abs(once - low - sound[:, 1:].astype(float).sum(axis=1)).max() < 1e-5


@pytest.mark.parametrize("size", [480, 1601, 4096, 10_007])
@pytest.mark.parametrize("effect", EFFECTS)
def test_no_effect_can_tell_how_the_sound_was_cut(effect: str, size: int):
    sound = noise(20_011)
    mix = {"buses": {"water": [{effect: {}}]}, "master": [{effect: {}}]}
    whole = mixed(mix, sound)
    assert whole.shape == (20_011, 2)
    assert np.array_equal(mixed(mix, sound, size), whole)


@pytest.mark.parametrize("effect", EFFECTS)
def test_in_blocks_an_effect_does_what_it_does_to_the_whole(effect: str):
    sound = noise(20_011)
    whole = getattr(pedalboard, effect)().process(sound[:, 0].T.copy(), RATE_HZ).T
    rest = sound[:, 1:].astype(float).sum(axis=1)
    assert np.abs(mixed({"buses": {BUSES[0]: [{effect: {}}]}}, sound, 1601) - whole - rest).max() < 1e-5


@pytest.mark.parametrize("samples", [0, 1, 4095, 4096, 4097, 8192])
def test_what_an_effect_holds_back_comes_at_its_own_time(samples: int):
    sound = noise(samples)
    late = mixed({"buses": {"fire": [{"BrickwallLimiter": {"ceiling_db": 20, "lookahead_ms": 40}}]}}, sound)
    assert late.shape == (samples, 2)
    assert np.abs(late - sound.astype(float).sum(axis=1)).max(initial=0) < 1e-5  # nothing is over the ceiling


@pytest.mark.parametrize("name", mix_names())
def test_a_mix_is_the_same_bytes_on_every_run_and_starts_from_silence(name: str):
    sound, mixer = noise(60_000), Mixer(load_mix(name))
    first, again = (np.concatenate(list(mixer.process([sound]))) for _ in range(2))
    assert np.array_equal(first, again)
    assert np.array_equal(first, np.concatenate(list(Mixer(load_mix(name)).process([sound]))))
    assert np.isfinite(first).all()
    assert np.array_equal(first, sound.sum(axis=1)) == (name == PLAIN)


def band_db(sound: np.ndarray, low_hz: float, high_hz: float) -> float:
    """Level of a band in dB over that of the whole."""
    at_hz, power = welch(sound.astype(float), RATE_HZ, axis=0, nperseg=8192)
    inside = (at_hz >= low_hz) & (at_hz < high_hz)
    return float(10 * np.log10(power[inside].sum() / power.sum()))


@pytest.mark.parametrize(("name", "low_hz", "high_hz", "least_db"), [
    ("underwater", 3000, 20_000, 30), ("radio", 20, 100, 15), ("radio", 10_000, 20_000, 12), ("tight", 0, 30, 5),
    ("dream", 8000, 20_000, 3),
])  # fmt: skip
def test_mixes_are_what_they_are_named_after(name: str, low_hz: float, high_hz: float, least_db: float):
    sound = 0.05 * noise(96_000)
    dry, wet = (np.concatenate(list(Mixer(load_mix(each)).process([sound]))) for each in (PLAIN, name))
    assert band_db(wet, low_hz, high_hz) < band_db(dry, low_hz, high_hz) - least_db


def test_a_take_is_mixed_to_its_loudness_and_a_directed_one_goes_on_as_its_parent(tmp_path: Path):
    dry = roll(make_shot(48), FakeRunner(), tmp_path / "dry")
    parent = roll(make_shot(48, mix="underwater"), FakeRunner(), tmp_path)
    assert band_db(heard(parent), 3000, 20_000) < band_db(heard(dry), 3000, 20_000) - 25
    assert parent.slate.loudness_lkfs == pytest.approx(-24, abs=0.1)
    assert all(np.array_equal(parent.stem(bus).read(), dry.stem(bus).read()) for bus in BUSES)  # stems stay as they were born
    child = direct(parent, [cue("1s")], FakeRunner())
    fresh = roll(child.shot, FakeRunner(), tmp_path / "fresh")
    scale = 10 ** ((child.slate.gain_db - fresh.slate.gain_db) / 20)
    assert child.slate.gain_db == parent.slate.gain_db
    assert np.array_equal(child.wave.read(0, 48_000), parent.wave.read(0, 48_000))
    assert np.abs(heard(child) - scale * heard(fresh)).max() < 1e-3  # no seam: the chains have heard all that came before


def test_a_mix_is_an_option_and_stands_in_lists(cli: Cli):
    made = cli("generate", "canyon", "--size", "160x90", "--seconds", "12f", "--mix", "radio")
    assert open_take(Path(made.out.strip())).shot.mix == "radio"
    Path("shots.yaml").write_text(
        "oyster: 1\nsize: 160x90\ndefaults: {duration: 12f, mix: dream}\n"
        "shots:\n  - {id: one, prompt: canyon}\n  - {id: two, prompt: canyon, mix: plain}\n"
    )
    takes = [open_take(Path(line)) for line in cli("generate", "shots.yaml").out.split()]
    assert [take.shot.mix for take in takes] == ["dream", "plain"]
    assert {each["name"] for each in json.loads(cli("presets", "--json").out)["mixes"]} == set(mix_names())


def test_a_mix_there_is_not_is_told_with_what_was_meant(cli: Cli):
    for command in (("generate", "canyon", "--mix", "undrwater"), ("generate", "shots.yaml", "--mix", "undrwater")):
        Path("shots.yaml").write_text("oyster: 1\nshots: [{prompt: canyon}]\n")
        said = cli(*command)
        assert said.code == Exit.USAGE
        assert "mix 'undrwater' is not known" in said.err
        assert "did you mean 'underwater'?" in said.err


@pytest.mark.parametrize(("chain", "message", "remedy"), [
    ("- Reverbb: {}", "effect 'Reverbb' is not known", "did you mean 'Reverb'?"),
    ("- Gain: {gain: 6}", "'gain' is not", "did you mean 'gain_db'?"),
    ("- Reverb: {room_size: 3}", "Room Size value must be between 0.0 and 1.0", ""),
    ("- Gain: {gain_db: loud}", "gain_db 'loud' is not a number", ""),
    ("- LowpassFilter: {cutoff_frequency_hz: 48000}", "cutoff_frequency_hz 48000 is not possible", "below 24000"),
    ("- Gain", "'Gain' is not an effect", "for example"),
    ("- Gain: 6", "6 is not a mapping", ""),
])  # fmt: skip
def test_what_is_wrong_in_a_mix_is_told_where_it_stands(chain: str, message: str, remedy: str, tmp_path: Path):
    for number, text in enumerate((f"about: x\nbuses:\n  water:\n    {chain}\n", f"about: x\nmaster:\n  {chain}\n")):
        (tmp_path / f"{number}.yaml").write_text(text)
        with pytest.raises(Fault) as told:
            load_mix(str(tmp_path / f"{number}.yaml"))
        assert message in told.value.message
        assert remedy in told.value.remedy
        assert told.value.where.endswith(f"{number}.yaml:{4 - number}:{told.value.where.rpartition(':')[2]}")


def test_a_bus_there_is_not_is_told(tmp_path: Path):
    (tmp_path / "wrong-bus.yaml").write_text("about: x\nbuses:\n  watr:\n    - Gain: {}\n")
    with pytest.raises(Fault) as told:
        load_mix(str(tmp_path / "wrong-bus.yaml"))
    assert "did you mean 'water'?" in told.value.remedy


def other_library(path: Path) -> None:
    """A bundle as VST3 has it on Linux, around a library that is something else."""
    inside = path / "Contents" / "x86_64-linux"
    inside.mkdir(parents=True)
    shutil.copy(_multiarray_umath.__file__, inside / f"{path.stem}.so")


class Instrument:
    """What pedalboard loads of a synthesizer."""

    is_effect = False

    def __init__(self, path: str) -> None:
        self.path = path


@pytest.mark.parametrize(("make", "code", "said"), [
    (lambda _: None, Exit.MISSING, "there is no such VST3 plug-in"),
    (lambda path: path.write_text("hello"), Exit.MISSING, "this is no VST3 plug-in that can be loaded here"),
    (Path.mkdir, Exit.MISSING, "this is no VST3 plug-in that can be loaded here"),
    (other_library, Exit.MISSING, "this is no VST3 plug-in that can be loaded here"),
    (None, Exit.USAGE, "this VST3 plug-in is an instrument"),
])  # fmt: skip
def test_a_plug_in_that_is_none_is_told_before_anything_is_rolled(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None] | None, code: Exit, said: str
):
    if make:
        make(Path("space.vst3"))
    else:
        monkeypatch.setattr(pedalboard, "VST3Plugin", Instrument)
    Path("mine.yaml").write_text("about: x\nmaster:\n  - vst3: space.vst3\n")
    told = cli("generate", "canyon", "--size", "160x90", "--seconds", "12f", "--mix", "mine.yaml")
    assert told.code == code
    assert [line for line in told.err.splitlines() if line.startswith("oyster: ")] == [f"oyster: space.vst3: {said}"]
    assert not list(Path("takes").rglob("*"))


def test_a_mix_of_ones_own_is_a_file_and_is_known_from_any_folder(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    Path("mine.yaml").write_text("about: x\nmaster:\n  - Gain: {gain_db: -12}\n")
    rolled = ("generate", "canyon", "--size", "160x90", "--seconds", "12f", "--loudness", "off", "--mix")
    plain, mine = (open_take(Path(cli(*rolled, name).out.strip()).absolute()) for name in ("plain", "mine.yaml"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    louder, softer = (take.slate.gain_db for take in (plain, mine))
    assert np.allclose(heard(mine) * 10 ** (-softer / 20), heard(plain) * 10 ** ((-12 - louder) / 20), atol=2e-4)
    assert cli("export", str(mine.folder), "mine.wav", "--layout", "5.1").code == 0


def test_a_take_keeps_its_mix_and_another_mix_is_another_take(cli: Cli, tmp_path: Path):
    file, roll_it = Path("mine.yaml"), ("generate", "list.yaml", "--mix", "mine.yaml")
    Path("list.yaml").write_text("oyster: 1\nsize: 160x90\nshots: [{id: one, prompt: canyon, duration: 12f}]\n")
    file.write_text("buses: {water: [{Gain: {gain_db: 6}}]}\n")
    first = open_take(Path(cli(*roll_it).out.strip()))
    assert open_take(Path(cli(*roll_it).out.strip())).folder == first.folder  # it is there already
    stems = export_stems(first.folder, tmp_path / "first.wav")
    file.write_text("buses: {water: [{Gain: {gain_db: -60}}]}\n")
    second = open_take(Path(cli(*roll_it).out.strip()))
    assert second.folder != first.folder
    assert second.mix == SoundMix.model_validate({"buses": {"water": [{"Gain": {"gain_db": -60}}]}})
    file.unlink()
    for before, after in zip(stems, export_stems(first.folder, tmp_path / "again.wav"), strict=True):
        assert before.read_bytes() == after.read_bytes()
    child = open_take(Path(cli("direct", first.folder, "at 6f rain").out.strip()))
    assert child.mix == first.mix


@pytest.mark.parametrize("text", [None, "master:\n  - Gains: {}\nabout: x\n"])
def test_a_mix_of_ones_own_that_is_wrong_is_told_before_a_list_is_begun(cli: Cli, text: str | None):
    if text:
        Path("mine.yaml").write_text(text)
    Path("list.yaml").write_text("oyster: 1\nshots:\n  - prompt: canyon\n  - {prompt: canyon, mix: mine.yaml}\n")
    told = cli("generate", "list.yaml")
    assert told.code == Exit.USAGE
    assert "mine.yaml" in told.err
    assert ("did you mean 'Gain'" if text else "there is no such mix") in told.err
    assert not Path("takes").exists()
