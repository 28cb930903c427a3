"""Looks: what they do to colours, that the table in the kernel says the same, and how they are named."""

from __future__ import annotations

import json

import filming  # noqa: F401 (starts the device: kernels are compiled on import)
import numpy as np
import pytest
import torch
from cli import Cli
from scipy.interpolate import RegularGridInterpolator

from oyster_cli.fault import Exit, Fault
from oyster_cli.picture.grade import LUMA, NODES, grade, graded, table
from oyster_cli.picture.mask import masked
from oyster_cli.runner import open_runner
from oyster_cli.script.looks import NEUTRAL, FilmLook, load_look, look_names
from oyster_cli.script.score import make_score
from oyster_cli.words.resolve import read_shots, resolve_prompt

GREYS = np.linspace(0, 1, 65)[:, None].repeat(3, axis=1)
COLOURS = np.random.default_rng(5).random((4000, 3))


def luma(colours: np.ndarray) -> np.ndarray:
    return colours @ LUMA


@pytest.mark.parametrize("name", look_names())
def test_every_look_keeps_the_order_of_greys_and_stays_in_range(name: str):
    greys = luma(graded(load_look(name), GREYS))
    assert (np.diff(greys) > -1e-3).all()
    assert greys[-1] - greys[0] > 0.3
    out = graded(load_look(name), COLOURS)
    assert out.min() >= 0
    assert out.max() <= 1


def test_neutral_changes_nothing():
    np.testing.assert_allclose(graded(load_look(NEUTRAL), COLOURS), COLOURS, atol=1e-12)


def test_each_number_does_what_it_says():
    def made(**numbers: object) -> FilmLook:
        return FilmLook(about="", **numbers)  # type: ignore[arg-type]

    lifted = graded(made(lift=(0.1, 0.1, 0.1)), GREYS)
    assert (lifted[0, 0], lifted[-1, 0]) == pytest.approx((0.1, 1.0))
    np.testing.assert_allclose(graded(made(gain=(0.5, 1, 1)), COLOURS), COLOURS * [0.5, 1, 1])
    np.testing.assert_allclose(graded(made(gamma=(2, 2, 2)), COLOURS), np.sqrt(COLOURS))
    hard = graded(made(contrast=1.5), GREYS)[:, 0]
    assert (hard[0], hard[-1]) == (0, 1)
    assert np.interp(0.4614, GREYS[:, 0], hard) == pytest.approx(0.4614, abs=0.01)
    assert np.interp(0.47, GREYS[:, 0], hard) - np.interp(0.45, GREYS[:, 0], hard) == pytest.approx(0.02 * 1.5, rel=0.15)
    grey = graded(made(saturation=0), COLOURS)
    np.testing.assert_allclose(grey, np.broadcast_to(luma(COLOURS)[:, None], grey.shape))
    tinted = graded(made(shadows=(-0.05, 0, 0.05), highlights=(0.05, 0, -0.05)), GREYS)
    assert tinted[12, 2] > tinted[12, 0] + 0.03
    assert tinted[58, 0] > tinted[58, 2] + 0.03
    np.testing.assert_allclose(luma(tinted)[4:-4], GREYS[4:-4, 0], atol=0.012)


def test_looks_are_what_they_are_named_after():
    noir, night = graded(load_look("noir"), COLOURS), graded(load_look("day-for-night"), COLOURS)
    np.testing.assert_allclose(noir.max(axis=1), noir.min(axis=1), atol=1e-9)
    assert luma(night).mean() < 0.6 * luma(COLOURS).mean()
    assert night[:, 2].mean() > 1.2 * night[:, 0].mean()
    teal = graded(load_look("teal-orange"), GREYS)
    assert teal[10, 2] > teal[10, 0]
    assert teal[55, 0] > teal[55, 2]
    assert graded(load_look("golden"), GREYS)[40, 0] > graded(load_look("cold"), GREYS)[40, 0]
    spread = {name: np.ptp(graded(load_look(name), COLOURS), axis=1).mean() for name in ("bleach", NEUTRAL)}
    assert spread["bleach"] < 0.8 * spread[NEUTRAL]


@pytest.mark.parametrize("name", ["teal-orange", "dream"])
def test_the_kernel_lays_the_table_over_a_picture_as_scipy_does(name: str):
    look, (width, height) = load_look(name), (80, 50)
    shown = torch.from_numpy(np.column_stack([COLOURS, np.arange(4000)]).astype(np.float32))
    shown[0, :3], shown[1, :3] = 0.0, 1.0
    before = shown.numpy().astype(float).copy()
    grade(shown, table(look), 0.0, width, height)
    line = np.linspace(0, 1, NODES)
    nodes = table(look).numpy()[:, :3].reshape(NODES, NODES, NODES, 3)
    wanted = RegularGridInterpolator((line, line, line), nodes)(before[:, :3])
    np.testing.assert_allclose(shown[:, :3].numpy(), wanted, atol=2e-5)
    np.testing.assert_array_equal(shown[:, 3].numpy(), before[:, 3])
    assert np.abs(wanted - graded(look, before[:, :3])).mean() < 0.004  # what the table loses


def test_a_vignette_darkens_the_corners_and_leaves_the_middle():
    shown = torch.full((80 * 50, 4), 0.5)
    grade(shown, table(load_look(NEUTRAL)), 0.4, 80, 50)
    picture = shown[:, 0].numpy().reshape(50, 80)
    assert picture[25, 40] == pytest.approx(0.5, abs=1e-3)
    assert picture[0, 0] == pytest.approx(0.5 * 0.6, abs=0.01)


@pytest.mark.parametrize(("ratio", "bars"), [(2.39, (0, 23)), (16 / 9, (0, 0)), (1.0, (70, 0))])
def test_a_mask_leaves_the_frame_that_was_asked_for(ratio: float, bars: tuple[int, int]):
    picture = masked(np.full((1, 180, 320, 3), 200, np.uint8), ratio)[0, :, :, 0]
    kept = np.argwhere(picture == 200)
    assert tuple(kept.min(axis=0))[::-1] == bars
    assert tuple(kept.max(axis=0)) == (179 - bars[1], 319 - bars[0])
    width, height = np.ptp(kept[:, 1]) + 1, np.ptp(kept[:, 0]) + 1
    assert width / height == pytest.approx(ratio, rel=0.015)


@pytest.mark.parametrize(
    ("prompt", "look"),
    [("waterfall canyon, film noir", "noir"), ("black and white forest", "noir"),
     ("teal and orange street at night", "teal-orange"),
     ("day for night, coast", "day-for-night"), ("waterfall canyon", NEUTRAL)],
)  # fmt: skip
def test_words_name_looks(prompt: str, look: str):
    shot, reading = resolve_prompt(prompt)
    assert (shot.look, reading.unknown) == (look, ())


def test_whose_look_counts_in_a_list():
    text = """\
oyster: 1
defaults: {look: cold, frame: 2.39}
shots:
  - prompt: waterfall canyon
  - prompt: waterfall canyon, film noir
  - {prompt: "waterfall canyon, film noir", look: {film: dream, hour: dusk}, frame: "1.85"}
"""
    shots = [shot for shot, _ in read_shots(text, "x")]
    assert [(shot.look, shot.frame) for shot in shots] == [("cold", 2.39), ("noir", 2.39), ("dream", 1.85)]
    with pytest.raises(Fault, match=r"x:3:28: look 'nour' is not known .*noir"):
        read_shots("oyster: 1\nshots:\n  - {prompt: forest, look: nour}\n", "x")


def test_the_command_line_takes_a_look_and_a_frame(capfd: pytest.CaptureFixture[str]):
    cli = Cli(capfd)
    said = cli("generate", "waterfall canyon, film noir", "--look", "cold", "--frame", "2.39", "--dry-run", "--json")
    assert (said.json["shots"][0]["shot"]["look"], said.json["shots"][0]["shot"]["frame"]) == ("cold", 2.39)
    wrong = cli("generate", "waterfall canyon", "--look", "nour", "--dry-run")
    assert wrong.code == Exit.USAGE
    assert "did you mean 'noir'?" in wrong.err
    assert cli("generate", "waterfall canyon", "--frame", "wide", "--dry-run").code == Exit.USAGE
    assert {look["name"] for look in json.loads(cli("presets", "--json").out)["looks"]} == set(look_names())


def test_a_look_is_in_the_rolled_picture_and_its_sound_is_the_same():
    def rolled(**asked: str) -> tuple[np.ndarray, np.ndarray]:
        shot, _ = resolve_prompt("waterfall canyon", length="2f", size="160x90", quality="draft", **asked)
        session = open_runner("sim", "cpu").open(make_score(shot))
        steps = [session.step() for _ in range(2)]
        return steps[1].picture[0].astype(float), np.concatenate([step.stems["water"] for step in steps])

    plain, noir = rolled(), rolled(look="noir", frame="2.39")
    np.testing.assert_array_equal(plain[1], noir[1])
    assert np.ptp(plain[0][20:70], axis=2).mean() > 10
    assert np.ptp(noir[0], axis=2).max() <= 1
    assert noir[0][:11].max() == 0
    assert noir[0][20:70].mean() > 20
