"""How a shot is cut into chunks for a learned model, and what each is told."""

import itertools
from fractions import Fraction

import pytest
from fake_runner import cue, make_shot

from oyster_cli.runner.ltx2.chunks import CUT_S, FADE_S, plan_chunks
from oyster_cli.runner.ltx2.rules import Rules
from oyster_cli.runner.ltx2.text import cue_words, describe
from oyster_cli.script.models import Camera, Cue, Learned, Move, Scene, ThingSpec
from oyster_cli.script.score import make_score

LTX = Rules(side_step=32, frame_step=8, mel_per_s=Fraction(100), mel_per_latent=4, longest_s=20.0, rate_hz=24000)
OTHER = Rules(side_step=16, frame_step=3, mel_per_s=Fraction(16000, 256), mel_per_latent=2, longest_s=7.0, rate_hz=32000)


def score_of(frames, *cues, relay=False, **changes):
    shot = make_shot(frames, model="ltx2", cues=cues, **changes)
    return make_score(shot.model_copy(update={"learned": Learned(cues="relay" if relay else "cut")}))


def chunks_of(*args, rules=LTX, **changes):
    score = score_of(*args, **changes)
    return score, list(plan_chunks(score, rules))


SHOTS = list(itertools.product((LTX, OTHER), (1, 2, 120, 121, 700), ("24", "24000/1001", "25", "30", "60"), (False, True)))


@pytest.mark.parametrize(("rules", "frames", "fps", "relay"), SHOTS)
def test_chunks_tile_the_shot_and_keep_the_rules(rules, frames, fps, relay):
    cues = [cue(f"{frame}f") for frame in (0, 1, 40, 41, 90, 118, 119, 500) if frame < frames]
    score, chunks = chunks_of(frames, *cues, rules=rules, fps=fps, relay=relay)
    shown = [frame for chunk in chunks for frame in range(chunk.first, chunk.end)]
    assert shown == list(range(frames))
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        assert (chunk.frames - 1) % rules.frame_step == 0
        assert chunk.frames <= rules.longest_s * score.clock.fps
        assert chunk.tail < chunk.end - chunk.video_at <= chunk.frames
        assert (chunk.tail - 1) % rules.frame_step == 0 or chunk.number == 0 == chunk.tail
    assert [begun.beat for chunk in chunks for begun in chunk.begun] == list(score.beats)


@pytest.mark.parametrize(("rules", "frames", "fps", "relay"), [shot for shot in SHOTS if shot[1] == 700])
def test_sound_neither_drifts_nor_runs_out(rules, frames, fps, relay):
    score, chunks = chunks_of(frames, cue("3s"), cue("11.3s"), rules=rules, fps=fps, relay=relay)
    latent_s = 1 / rules.latents_per_s
    for before, chunk in itertools.pairwise(chunks):
        offset = chunk.sound_at * latent_s - Fraction(chunk.video_at) / score.clock.fps
        assert abs(offset) <= latent_s / 2
        seam_s = chunk.first / score.clock.fps
        end_s = before.sound_at * latent_s + rules.sound_s(rules.audio_latents(before.frames, score.clock.fps))
        assert end_s >= seam_s + FADE_S  # the old sound lasts until it has been faded out
        pinned_to_s = chunk.sound_at * latent_s + rules.sound_s(chunk.pinned)
        assert abs(pinned_to_s - seam_s) <= latent_s / 2 or pinned_to_s > seam_s - latent_s
        made = rules.audio_latents(before.frames, score.clock.fps)
        assert before.sound_at <= chunk.sound_at
        assert chunk.sound_at + chunk.pinned <= before.sound_at + made


def same(chunk, other):
    """Whether two chunks are made from the same."""
    facts = [(c.number, c.video_at, c.tail, c.frames, c.sound_at, c.pinned, c.segments) for c in (chunk, other)]
    return facts[0] == facts[1] and chunk.to_the_end == other.to_the_end


@pytest.mark.parametrize("asked", [1, 8, 9, 10, 100, 237, 238, 239, 240, 241, 299])
def test_a_cut_cue_leaves_what_comes_before_as_it_was(asked):
    _, plain = chunks_of(300, cue("20f"))
    _, directed = chunks_of(300, cue("20f"), cue(f"{asked}f"))
    (seam,) = [begun.frame for chunk in directed for begun in chunk.begun if begun.beat.frame == asked]
    assert asked <= seam < max(asked + LTX.frame_step, 300 if asked > 292 else 0)
    by_frame = {frame: chunk for chunk in plain for frame in range(chunk.first, chunk.end)}
    for chunk in directed:
        if chunk.first < seam:
            assert same(chunk, by_frame[chunk.first])
    assert any(chunk.first == seam for chunk in directed)


def test_a_cue_snaps_to_a_latent_of_the_chunk_it_cuts():
    _, (first, second) = chunks_of(120, cue("2s"))
    assert (first.end, second.first, second.tail) == (49, 49, 25)
    assert (second.begun[0].beat.frame, second.begun[0].frame) == (48, 49)
    assert "rain" in second.segments[0].text
    assert "rain" not in first.segments[0].text


def test_cues_of_one_latent_begin_together():
    _, (_, second) = chunks_of(120, cue("42f"), cue("45f", "hour", to="night"))
    assert [begun.frame for begun in second.begun] == [49, 49]


def test_a_long_shot_is_cut_where_the_chunk_ends():
    _, chunks = chunks_of(24 * 60)
    assert all(chunk.end - chunk.video_at > (CUT_S - 0.5) * 24 for chunk in chunks[:-1])
    assert [chunk.to_the_end for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def test_five_seconds_are_one_chunk_of_the_length_the_model_likes_best():
    _, (chunk,) = chunks_of(120)
    assert chunk.frames == 121


def test_relay_is_one_chunk_with_a_text_for_each_instant():
    _, (chunk,) = chunks_of(240, cue("2s"), cue("4s", "hour", to="night"), relay=True)
    assert [segment.frame for segment in chunk.segments] == [0, 49, 97]
    assert ["rain" in segment.text for segment in chunk.segments] == [False, True, True]
    assert ["night" in segment.text for segment in chunk.segments] == [False, False, True]
    assert [begun.frame for begun in chunk.begun] == [49, 97]


THINGS = (ThingSpec(kind="car"), ThingSpec(kind="owl", count=2))
SCENE = Scene(prompt="old mill at noon", place="river", things=THINGS, hour=12.5)


def told(*cues, camera=None):
    """The text at the last of some cues."""
    shot = make_shot(120, scene=SCENE, camera=camera or Camera(), cues=cues)
    beats = make_score(shot).beats
    return describe(shot, beats[:-1], beats[-1:])


def test_the_words_of_the_director_lead_while_they_hold():
    assert told().startswith("Old mill at noon. River with car, 2 owls. It is noon")
    assert "Old mill" in told(Cue(at="1s", change="add", target="fox"))
    dragon = told(Cue(at="1s", change="words", text="a dragon lands"))
    assert "Now a dragon lands." in dragon
    assert dragon.count("dragon") == 1
    assert told(Cue(at="1s", change="hour", to="night")).startswith("Old mill. River with car, 2 owls. It is night")
    assert told(Cue(at="1s", change="remove", target="car")).startswith("Old mill at noon. River with 2 owls.")


@pytest.mark.parametrize(
    ("change", "present", "absent"),
    [
        ({"change": "hour", "to": "night"}, "It is night", "noon"),
        ({"change": "weather", "target": "storm"}, "lightning", "clear"),
        ({"change": "weather", "target": "fog", "to": "on"}, "thick fog", "clear"),
        ({"change": "weather", "to": {"snow_mm_h": 8}}, "heavy snowfall", "rain"),
        ({"change": "add", "target": "fox", "side": "left"}, "fox on the left comes into view", "disappears"),
        ({"change": "remove", "target": "owl"}, "owl disappears", "2 owls"),
        ({"change": "act", "target": "car", "to": "stop"}, "car (stop)", "comes"),
        ({"change": "light", "target": "car", "to": "on"}, "light of the car goes on", "off"),
        ({"change": "lightning"}, "lightning strikes", "rain"),
        ({"change": "move", "move": "slow crane up"}, "slow crane up", "stands still"),
        ({"change": "lens", "to": 85}, "85 mm lens", "35 mm"),
        ({"change": "level", "target": "vehicles", "to": "less"}, "sound of vehicles", "rain"),
    ],
)
def test_every_change_is_in_the_words(change, present, absent):
    text = told(Cue(at="1s", **change))
    assert present in text
    assert absent not in text


def test_what_was_changed_holds_on():
    text = told(Cue(at="1s", change="weather", target="rain"), Cue(at="2s", change="remove", target="car"))
    assert "rain" in text
    assert "Now rain" not in text
    assert "with 2 owls" in text


def test_weather_that_is_off_is_gone():
    text = told(Cue(at="1s", change="weather", target="rain"), Cue(at="2s", change="weather", target="rain", to="off"))
    assert "light rain" not in text
    assert "wet ground" not in text


def test_the_camera_is_in_the_words():
    camera = Camera(lens=24, size="CU", angle="low", support="handheld", subject="owl", moves=(Move(kind="dolly-in"),))
    text = told(camera=camera)
    for words in ("Close-up", "low angle", "handheld", "24 mm", "owl in the middle", "dolly in"):
        assert words in text


def test_the_look_is_in_the_words():
    assert "look is day for night" in describe(make_shot(10, scene=SCENE, look="day-for-night"), ())
    assert "look" not in told()


def test_cue_words():
    assert cue_words(Cue(at="1s", change="hour", to="night", text="night falls")) == "night falls"
    assert cue_words(Cue(at="1s", change="weather", target="rain", to="on")) == "weather rain on"
