"""Where the time of a take went: stages of the simulated world, and what of the wall time is left for the rest."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cli import Cli

from oyster_cli.commands.profile import FILES, Profiler, lines
from oyster_cli.picture.device import start
from oyster_cli.runner.profile import STAGES, Stopwatch, found, watched


def test_a_stage_inside_another_counts_for_itself_only():
    watch = Stopwatch()
    inner = watch.timed("raster", lambda: time.sleep(0.05))

    def work() -> None:
        time.sleep(0.02)
        inner()
        time.sleep(0.02)

    watch.timed("things", work)()
    assert watch.spent_s["raster"] == pytest.approx(0.05, abs=0.02)
    assert watch.spent_s["things"] == pytest.approx(0.04, abs=0.02)


def test_a_stage_that_fails_is_counted_and_stops():
    watch = Stopwatch()

    def broken() -> None:
        time.sleep(0.02)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch.timed("sky", broken)()
    time.sleep(0.05)
    watch.timed("mix", lambda: None)()
    assert 0.01 < watch.spent_s["sky"] < 0.045


def test_every_stage_is_found_wrapped_and_put_back():
    start("cpu")
    places = [place for names in STAGES.values() for place in names]
    before = [getattr(*found(place)) for place in places]
    with watched():
        assert all(getattr(*found(place)) is not call for place, call in zip(places, before, strict=True))
    assert all(getattr(*found(place)) is call for place, call in zip(places, before, strict=True))


def test_the_parts_sum_to_the_wall_time_and_the_first_frame_is_apart():
    watch = Stopwatch()
    begun = time.perf_counter()
    profiler = Profiler(watch)
    step = watch.timed("shade", lambda: time.sleep(0.01))
    for frame in range(5):
        time.sleep(0.06 if frame == 0 else 0.002)
        step()
        profiler.frame()
    found = profiler.profile()
    wall_s = time.perf_counter() - begun
    assert found.frames == 4
    assert found.first_s > 0.06
    assert found.first_s + 4 * sum(found.each_ms.values()) / 1000 + found.end_s == pytest.approx(wall_s, abs=0.005)
    assert found.each_ms["shade"] == pytest.approx(10, abs=5)
    assert found.each_ms[FILES] == pytest.approx(2, abs=2)


def test_a_take_of_one_frame_has_nothing_to_take_apart():
    profiler = Profiler(Stopwatch())
    profiler.frame()
    assert profiler.profile().each_ms == {}
    assert len(lines(profiler.profile())) == 2


def test_the_profile_is_a_table_on_stderr_and_part_of_json(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    start("cpu")
    cli, shot = Cli(capfd), ("generate", "waterfall canyon", "--size", "96x64", "--quality", "draft", "--seconds", "3f")
    said = cli(*shot, "--profile")
    assert said.out.strip() == str(Path("takes/waterfall-canyon/v001"))
    assert all(f"  {stage} " in said.err for stage in (*STAGES, FILES, "all"))
    facts = cli(*shot, "--profile", "--json").json["profile"]
    assert facts["frames"] == 2
    assert set(facts["each_ms"]) == {*STAGES, FILES}
    assert all(ms > 0 for stage, ms in facts["each_ms"].items() if stage not in ("shadow", "lens"))
    assert "profile" not in cli(*shot, "--json").json
