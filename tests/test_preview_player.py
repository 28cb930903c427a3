"""The player's clock, its size on the screen, what a terminal answers, and a film played in a real pseudo-terminal."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from oyster_cli.fault import Fault
from oyster_cli.preview import film as films
from oyster_cli.preview import player, speaker, terminal


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second, 24 frames; frame n is grey 10 n, with a tone."""
    path = tmp_path_factory.mktemp("film") / "grey.mp4"
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=24, options={"crf": "10"})
        video.width, video.height, video.pix_fmt = 128, 64, "yuv420p"
        tone = out.add_stream("aac", rate=48_000)
        for n in range(24):
            frame = av.VideoFrame.from_ndarray(np.full((64, 128, 3), 10 * n, np.uint8), format="rgb24")
            frame.pts = n
            out.mux(video.encode(frame))
        out.mux(video.encode())
        wave = np.tile(np.sin(np.arange(48_000) * 0.05).astype(np.float32) * 0.5, (2, 1))
        sound = av.AudioFrame.from_ndarray(wave, format="fltp", layout="stereo")
        sound.sample_rate, sound.pts = 48_000, 0
        out.mux(tone.encode(sound))
        out.mux(tone.encode())
    return path


def test_a_still_is_the_frame_shown_at_that_instant(movie: Path):
    film = films.open_film(movie)
    assert (film.frames, film.fps, film.has_sound) == (24, 24, True)
    for at_s, n in ((0.0, 0), (0.5, 12), (0.51, 12), (23 / 24, 23), (0.999, 23)):
        assert films.still(film, at_s, (16, 8)).mean() == pytest.approx(10 * n, abs=3)
    with pytest.raises(Fault, match="outside the film"):
        films.still(film, 1.0, (16, 8))


def test_sound_is_whole_and_at_48_khz(movie: Path):
    pieces = np.concatenate(list(films.sound(films.open_film(movie))))
    assert pieces.shape[1] == 2
    assert 48_000 <= len(pieces) <= 48_000 + 1024
    assert np.abs(pieces).max() == pytest.approx(0.5, abs=0.05)


def test_late_frames_are_left_out(movie: Path):
    film = films.open_film(movie)
    times = [time_s for time_s, _ in films.pictures(film, lambda: (8, 8), lambda: 0.5)]
    assert times == pytest.approx([n / 24 for n in range(12, 24)])


def test_no_movie_is_a_fault(tmp_path: Path):
    (tmp_path / "no.mp4").write_text("this is prose")
    for name in ("no.mp4", "missing.mp4"):
        with pytest.raises(Fault):
            films.open_film(tmp_path / name)


def whole(items: list[np.ndarray]) -> films.Ahead:
    ahead = films.Ahead(iter(items), depth=99)
    ahead._thread.join()
    return ahead


def test_the_tape_hands_out_every_sample_once_and_counts_them():
    sound = np.random.default_rng(4).random((5000, 2), dtype=np.float32)
    tape = speaker.Tape(whole([sound[:1700], sound[1700:1701], sound[1701:]]))
    heard = [tape.read(n) for n in (1, 999, 1000, 2500)]
    assert np.array_equal(np.concatenate(heard), sound[:4500])
    tape.paused = True
    assert not tape.read(300).any()
    assert tape.sent == 4500
    tape.paused = False
    last = tape.read(1000)
    assert np.array_equal(last[:500], sound[4500:])
    assert not last[500:].any()
    assert tape.sent == 5500  # past the end the clock runs on


def test_the_clock_moves_within_a_block_but_never_past_it():
    tape = speaker.Tape(None)
    tape.read(4800)
    first = tape.heard_s(0.0)
    time.sleep(0.03)
    assert 0.02 <= tape.heard_s(0.0) - first <= 0.1
    time.sleep(0.1)
    assert tape.heard_s(0.25) == pytest.approx(0.1 - 0.25)


@pytest.mark.parametrize("via", ["blocks", "kitty"])
@pytest.mark.parametrize(("cols", "rows"), [(80, 24), (200, 20), (40, 60), (3, 2)])
@pytest.mark.parametrize("shape", [(1280, 720), (858, 2048)])
def test_the_picture_fits_and_keeps_its_proportions(via: str, cols: int, rows: int, shape: tuple[int, int]):
    film = films.Film(Path("x.mp4"), 24, Fraction(24), *shape, True)
    at = player.layout(film, terminal.Ability(via, True), cols, rows)
    assert at.left + at.cols <= cols
    assert at.top + at.rows <= rows - 1
    if min(at.cols, at.rows) > 8:
        assert at.cols * 10 / (at.rows * 20) == pytest.approx(shape[0] / shape[1], rel=0.07)
        assert at.pixels[0] / at.pixels[1] == pytest.approx(shape[0] / shape[1], rel=0.07)


@pytest.mark.parametrize(
    ("answer", "env", "via"),
    [
        (b"\x1b_Gi=31;OK\x1b\\\x1b[?62c", {}, "kitty"),
        (b"\x1b_Gi=31;EINVAL:no\x1b\\\x1b[?62c", {}, "blocks"),
        (b"\x1b[?1;2c", {"LC_TERMINAL": "iTerm2"}, "iterm"),
        (b"\x1b[?1;2c", {"LC_TERMINAL": "iTerm2", "TMUX": "x"}, "blocks"),
        (b"", {"COLORTERM": "truecolor"}, "blocks"),
    ],
)
def test_what_a_terminal_can_do_follows_from_its_answer(answer: bytes, env: dict[str, str], via: str):
    able = terminal.ability("auto", answer, env)
    assert (able.via, able.truecolor) == (via, "COLORTERM" in env)
    assert terminal.ability("blocks", answer, env).via == "blocks"


def test_sync_and_cell_size_are_read_from_the_answer():
    able = terminal.ability("auto", b"\x1b[?2026;2$y\x1b[6;36;17t\x1b[?62;4c", {})
    assert (able.sync, able.cell_px) == (True, (17, 36))


def in_terminal(movie: Path, keys: bytes, after_s: float, stop: int | None = None) -> tuple[bytes, int]:
    """Play in a pseudo-terminal; returns what was written there and the exit status. Checks that the terminal is put back."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell's background jobs do not
    code = f"{heeds}; from oyster_cli.preview import film, player; player.play(film.open_film({str(movie)!r}))"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    written, begun, sent = b"", time.monotonic(), False
    while child.poll() is None and time.monotonic() - begun < 20:
        if select.select([ours], [], [], 0.02)[0]:
            written += os.read(ours, 65536)
        if b"\xe2\x96\x80" in written and not sent and time.monotonic() - begun > after_s:
            sent = True
            os.write(ours, keys) if keys else None
            child.send_signal(stop) if stop else None
    while select.select([ours], [], [], 0.05)[0]:
        written += os.read(ours, 65536)
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)
    return written, child.wait(5)


def test_a_film_is_played_to_its_end_and_the_screen_is_put_back(movie: Path):
    written, code = in_terminal(movie, b"", 99)
    assert code == 0
    assert len(re.findall(rb"00:00:0\d:\d\d / 00:00:01:00", written)) >= 8
    assert written.rstrip().endswith(terminal._LEAVE)


@pytest.mark.parametrize(
    ("keys", "stop", "codes"),
    [(b"q", None, {0}), (b"", signal.SIGINT, {1, -signal.SIGINT}), (b"", signal.SIGTERM, {143})],
)
def test_leaving_early_puts_the_screen_back(movie: Path, keys: bytes, stop: int | None, codes: set[int]):
    written, code = in_terminal(movie, keys, 0.0, stop)
    assert code in codes
    assert written.rstrip().endswith(terminal._LEAVE)
