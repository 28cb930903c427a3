"""A VST3 plug-in in a mix: set as it is written, on time, in every layout it can be in. The plug-in is built of plugin.c."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pedalboard
import pytest
from cli import Cli
from fake_runner import FakeRunner, make_shot

from oyster_cli.fault import Exit
from oyster_cli.runner.protocol import BUSES
from oyster_cli.script.chains import SoundMix
from oyster_cli.sound.layout import layouts
from oyster_cli.sound.mix import Mixer, left_out
from oyster_cli.take.roll import roll

pytestmark = pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="builds its plug-in for Linux")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> str:
    bundle = tmp_path_factory.mktemp("plug-ins") / "post.vst3"
    library = bundle / "Contents" / f"{platform.machine()}-linux" / "post.so"
    library.parent.mkdir(parents=True)
    source = Path(__file__).with_name("plugin.c")
    subprocess.run(["cc", "-O1", "-fPIC", "-shared", "-o", library, source, "-lm"], check=True)
    return str(bundle)


@pytest.fixture
def preset(plugin: str, tmp_path: Path) -> str:
    """6 dB up, 20 ms late and turned, as the plug-in itself writes it."""
    loaded = pedalboard.VST3Plugin(plugin, {"gain_db": 6, "delay_ms": 20, "phase": "turned"})
    (tmp_path / "mine.vstpreset").write_bytes(loaded.preset_data)
    return str(tmp_path / "mine.vstpreset")


def mix_of(**chains: list[dict[str, object]]) -> SoundMix:
    master = chains.pop("master", [])
    return SoundMix.model_validate({"about": "a test", "buses": chains, "master": master})


def noise(channels: int = 2) -> np.ndarray:
    """(samples, buses, channels), other on each."""
    return (0.1 * np.random.default_rng(1).standard_normal((20_011, len(BUSES), channels))).astype(np.float32)


def late(sound: np.ndarray, ms: float) -> np.ndarray:
    samples = round(ms * 48)
    return np.concatenate([np.zeros_like(sound[:samples]), sound[: len(sound) - samples]])


def heard(mixer: Mixer, sound: np.ndarray, size: int = 30_000) -> np.ndarray:
    return np.concatenate(list(mixer.process(sound[at : at + size] for at in range(0, len(sound), size))))


def test_it_does_what_it_is_set_to_however_the_sound_is_cut(plugin: str):
    sound = noise()
    mix = mix_of(
        water=[{"vst3": plugin, "gain_db": -6, "delay_ms": 12.5}],
        master=[{"vst3": plugin, "gain_db": 3, "phase": "turned"}],
    )
    whole, dry = heard(Mixer(mix), sound), sound.astype(float)
    wanted = -(10 ** (3 / 20)) * (10 ** (-6 / 20) * late(dry[:, 0], 12.5) + dry[:, 1:].sum(axis=1))
    assert BUSES[0] == "water"
    assert np.abs(whole - wanted).max() < 1e-6
    assert all(np.array_equal(heard(Mixer(mix), sound, size), whole) for size in (480, 1601, 10_007))


def test_what_it_holds_back_comes_at_its_own_time_from_the_first_pass_on(plugin: str):
    """How late it is follows from a parameter, so that it is known only after the plug-in has been told."""
    sound = noise()
    mixer = Mixer(mix_of(water=[{"vst3": plugin, "ahead_ms": 100}], master=[{"vst3": plugin, "ahead_ms": 15}]))
    for _ in range(2):
        assert np.array_equal(heard(mixer, sound), sound.sum(axis=1))


@pytest.mark.parametrize("name", ["binaural", "stereo", "5.1", "mono"])
def test_a_channel_without_a_partner_goes_through_it_as_well(plugin: str, name: str):
    layout = layouts()[name]
    sound = noise(layout.channels)
    mix = mix_of(master=[{"Gain": {"gain_db": 2}}, {"vst3": plugin, "gain_db": 4, "delay_ms": 10, "ahead_ms": 5}])
    wanted = 10 ** (6 / 20) * late(sound.astype(float).sum(axis=1), 10)
    assert np.abs(heard(Mixer(mix, layout), sound) - wanted).max() < 2e-6
    assert not left_out(mix, layout)


def test_ambisonics_go_without_it_and_say_so_by_its_name(plugin: str):
    layout = layouts()["ambix1"]
    mix, sound = mix_of(water=[{"vst3": plugin, "gain_db": 4}]), noise(4)
    assert left_out(mix, layout) == ["post.vst3 (water)"]
    assert np.array_equal(heard(Mixer(mix, layout), sound), sound.sum(axis=1))


@pytest.mark.parametrize(("over", "gain"), [
    ({}, -(10 ** (6 / 20))),
    ({"gain_db": 0}, -1),  # what it was before the preset
    ({"gain_db": -6, "phase": "straight"}, 10 ** (-6 / 20)),
])  # fmt: skip
def test_parameters_are_set_over_a_preset(plugin: str, preset: str, over: dict[str, object], gain: float):
    sound = noise()
    mix = mix_of(master=[{"vst3": plugin, "preset": preset, **over}])
    assert np.abs(heard(Mixer(mix), sound) - gain * late(sound.astype(float).sum(axis=1), 20)).max() < 2e-6


def test_a_take_through_it_is_the_same_bytes_on_every_run(plugin: str, tmp_path: Path):
    mix = mix_in(tmp_path, f"{{vst3: {plugin}, gain_db: 3, ahead_ms: 25}}")
    one, other = (roll(make_shot(24, mix=mix), FakeRunner(), tmp_path / each) for each in ("one", "other"))
    assert (one.folder / "sound.wav").read_bytes() == (other.folder / "sound.wav").read_bytes()


def mix_in(folder: Path, effect: str) -> str:
    """A mix of one effect."""
    (folder / "mine.yaml").write_text(f"about: x\nmaster:\n  - {effect}\n")
    return str(folder / "mine.yaml")


@pytest.mark.parametrize(("settings", "said", "remedy"), [
    ("gain: 6", "post.vst3: parameter 'gain' is not known", "did you mean 'gain_db'?"),
    ("width: 6", "post.vst3: parameter 'width' is not known", "one of: gain_db, delay_ms, ahead_ms, phase"),
    ("gain_db: 25", "post.vst3: gain_db 25 is not possible", "-24 to 24 dB"),
    ("gain_db: nan", "post.vst3: gain_db 'nan' is not possible", "-24 to 24 dB"),
    ("gain_db: [6]", "post.vst3: gain_db [6] is not possible", "-24 to 24 dB"),
    ("phase: tuned", "post.vst3: phase 'tuned' is not possible", "did you mean 'turned'?"),
    ("phase: 2", "post.vst3: phase 2 is not possible", "one of: straight, turned"),
    ("preset: lost.vstpreset", "lost.vstpreset: there is no such preset", ""),
    ("preset: mine.yaml", "mine.yaml: this preset is not one of the plug-in's", ""),
])  # fmt: skip
def test_what_cannot_be_set_is_told_before_anything_is_rolled(cli: Cli, plugin: str, settings: str, said: str, remedy: str):
    Path("post.vst3").symlink_to(plugin)
    mix = mix_in(Path.cwd(), f"{{vst3: post.vst3, {settings}}}")
    told = cli("generate", "canyon", "--size", "160x90", "--seconds", "12f", "--mix", mix)
    assert told.code == Exit.USAGE
    assert told.err.partition("oyster: ")[2].strip() == f"{said}\n        {remedy}".strip()
    assert not list(Path("takes").rglob("*"))


def test_a_plug_in_for_one_channel_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    class OneEar:
        is_effect = True

        def __init__(self, path: str) -> None:
            self.path = path

        def process(self, _sound: np.ndarray, _rate_hz: int) -> np.ndarray:
            raise ValueError("does not support 2-channel output")

    monkeypatch.setattr(pedalboard, "VST3Plugin", OneEar)
    mix = mix_in(Path.cwd(), "vst3: ear.vst3")
    told = cli("generate", "canyon", "--size", "160x90", "--seconds", "12f", "--mix", mix)
    assert told.code == Exit.USAGE
    assert "oyster: ear.vst3: this VST3 plug-in is not for two channels" in told.err
