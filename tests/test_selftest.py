"""The selftest: all laws hold, and when a constant is wrong, the laws that rest on it and no others fail."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from cli import Cli

from oyster_cli.fault import Exit
from oyster_cli.sound import absorption, barrier, desk, head, laws, loudness
from oyster_cli.sound.laws import Row, measured
from oyster_cli.sound.synth import bubbles

NAMES = {"distance", "air", "travel", "doppler", "ITD", "ILD", "reverberation", "barrier", "ambisonics", "bubble", "rain",
         "car", "loudness", "true peak", "cuts", "near field", "pinna", "turning", "echo", "air to water"}  # fmt: skip
TABLES = (absorption.per_metre, head.sphere, head.near, barrier._table)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """To break something with: what was worked out before is worked out anew, and once more when it is whole again."""

    def forget() -> None:
        for table in TABLES:
            table.cache_clear()

    forget()
    yield monkeypatch
    forget()


def test_all_laws_hold():
    rows = list(measured())
    assert [row for row in rows if not row.ok] == []
    assert {row.law for row in rows} == NAMES
    assert len({(row.law, row.case) for row in rows}) == len(rows)


def test_what_is_expected_follows_from_the_formulas():
    """The figures that stand in the table, worked out here: Doppler, Kuhn, Sabine, Maekawa, Minnaert."""
    want = {(row.law, row.case): row for row in measured()}
    volume, surface = 10 * 7.5 * 3.5, 2 * (10 * 7.5 + 10 * 3.5 + 7.5 * 3.5)
    assert 24 * np.log(10) / 343.0 * volume / (0.1 * surface) == pytest.approx(1.552, abs=0.001)
    figures = {
        ("doppler", "source at -50 m/s"): 343.2 / 393.2,
        ("doppler", "source at 20 m/s"): 343.2 / 323.2,
        ("doppler", "listener at 30 m/s"): 373.2 / 343.2,
        ("travel", "100 m at 0 °C"): 48_000 * 100 / (343.2 * np.sqrt(273.15 / 293.15)),
        ("ITD", "60°, 150 Hz"): 3e6 * 0.0875 / 343.0 * np.sin(np.pi / 3),
        ("ITD", "90° under water"): 3e6 * 0.0875 / 1500.0,
        ("barrier", "500 Hz"): 10 * np.log10(3 + 40 * (2 * np.hypot(10, 2.5) - 20) * 500 / 343.2),
        ("bubble", "5 mm, tone"): np.sqrt(3 * 1.4 * 101_325 / 998) / (2 * np.pi * 0.005),
        ("true peak", "12 kHz between samples"): 20 * np.log10(0.5),
    }
    for row, figure in figures.items():
        assert abs(want[row].expected - figure) < 0.3 * want[row].tolerance, row


@pytest.mark.parametrize(
    ("where", "name", "factor", "failing"),
    [
        ((desk,), "speed_m_s", 1.05, {"travel", "doppler", "echo"}),
        ((desk, absorption), "absorption_db_m", 2.0, {"air", "reverberation"}),
        ((head,), "RADIUS_M", 1.2, {"ITD", "ILD", "near field", "turning"}),
        ((barrier,), "SPEED_M_S", 0.5, {"barrier"}),
        ((bubbles,), "minnaert_hz", 1.01, {"bubble"}),
        ((loudness,), "_OFFSET_DB", 0.0, {"loudness"}),
    ],
)
def test_a_wrong_constant_is_found_out_and_where(
    broken: pytest.MonkeyPatch, where, name: str, factor: float, failing: set[str]
):
    for module in where:
        right = getattr(module, name)
        wrong = (lambda *args, right=right, **more: factor * right(*args, **more)) if callable(right) else factor * right
        broken.setattr(module, name, wrong)
    rows = list(measured())
    assert {row.law for row in rows if not row.ok} == failing


def test_a_wrong_speed_fails_every_row_that_rests_on_it(broken: pytest.MonkeyPatch):
    right = desk.speed_m_s
    broken.setattr(desk, "speed_m_s", lambda *args: 0.95 * right(*args))
    assert not any(row.ok for law in (laws.travel, laws.doppler) for row in law())
    assert all(row.ok for law in (laws.distance, laws.air) for row in law())


def test_what_is_not_a_number_does_not_hold():
    assert not Row("law", "case", "dB", 0.0, float("nan"), 1.0).ok
    assert Row("law", "case", "dB", 0.0, -1.0, 1.0).ok
    assert not Row("law", "case", "dB", 0.0, -1.01, 1.0).ok


def test_the_command_prints_a_table_and_ends_well(capfd: pytest.CaptureFixture[str]):
    said = Cli(capfd)("selftest")
    assert said.code == Exit.OK
    rows = [line.split("\t") for line in said.out.splitlines()]
    assert {row[0] for row in rows} == NAMES
    assert {row[-1] for row in rows} == {"ok"}
    assert next(row for row in rows if row[1] == "1 to 2 m")[:3] == ["distance", "1 to 2 m", "-6.0206"]


def test_the_command_says_what_does_not_hold(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    wrong = Row("distance", "1 to 3 m", "dB", -9.54, -6.02, 0.01)
    monkeypatch.setattr(laws, "LAWS", (laws.distance, lambda: iter([wrong])))
    said = Cli(capfd)("selftest", "--json")
    assert said.code == Exit.FAILED
    assert "1 of 5 do not hold" in said.err
    assert said.json["ok"] is False
    assert said.json["laws"][-1] == {
        "law": "distance", "case": "1 to 3 m", "unit": "dB", "expected": -9.54, "measured": -6.02, "tolerance": 0.01,
        "ok": False,
    }  # fmt: skip
    assert [law["ok"] for law in said.json["laws"]] == [True] * 4 + [False]
