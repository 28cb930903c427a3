"""From words, lists and presets to shots."""

from fractions import Fraction

import pytest

from oyster_cli.fault import Fault, Faults
from oyster_cli.script.sensors import PRESETS, sensor, sensors
from oyster_cli.script.weather import HOURS
from oyster_cli.words.direction import read_directions
from oyster_cli.words.lexicon import ADDED, KINDS, PLACES
from oyster_cli.words.presets import load_preset, preset_names
from oyster_cli.words.resolve import read_shots, resolve_cues, resolve_prompt, slug
from oyster_cli.world.cast import HOLDS, THINGS


def test_a_command_line_overrides_preset_and_prompt():
    shot, _ = resolve_prompt("at dawn", preset="campfire-night", lens="85mm", move="slow pan left", length="96f", fps="23.976")
    assert shot.camera.lens == 85
    assert [(move.kind, move.speed) for move in shot.camera.moves] == [("pan-left", "slow")]
    assert (shot.frames, shot.fps) == (96, "24000/1001")
    assert shot.scene.place == "forest"
    assert shot.scene.hour == HOURS["dawn"]


@pytest.mark.parametrize(
    ("asked", "about"),
    [
        ({"prompt": ""}, "empty"),
        ({"prompt": "sea", "length": "-1s"}, "shorter"),
        ({"prompt": "sea", "length": "999999s"}, "more than"),
        ({"prompt": "sea", "size": "1279x720"}, "1279x720"),
        ({"prompt": "sea", "fps": "0"}, "frame rate"),
        ({"prompt": "sea", "preset": "canyon-fals"}, "canyon-falls"),
        ({"prompt": "sea", "move": "doly in"}, "dolly in"),
        ({"prompt": "sea", "lens": "2mm"}, "lens"),
        ({"prompt": "sea", "seed": -1}, "seed"),
        ({"prompt": "sea", "quality": "best"}, "quality"),
    ],
)
def test_what_cannot_be_filmed_is_a_fault(asked, about):
    with pytest.raises(Fault) as caught:
        resolve_prompt(**asked)
    assert about in str(caught.value)
    assert "\n" not in str(caught.value)


def test_shots_that_share_a_world_have_one_place_whatever_their_seeds():
    text = (
        "oyster: 1\nworlds: {camp: {prompt: campfire in a pine forest}, other: {prompt: campfire in a pine forest}}\nshots:\n"
        "  - {world: camp, seed: 1}\n  - {world: camp, seed: 2, prompt: at night}\n"
        "  - {world: other}\n  - {prompt: forest, seed: 4}\n"
    )
    first, second, other, alone = (shot for shot, _ in read_shots(text, "x"))
    assert first.seed != second.seed
    assert first.place_seed == second.place_seed != other.place_seed
    assert first.scene.place == second.scene.place == "forest"
    assert second.scene.hour == HOURS["night"]
    assert (alone.world, alone.place_seed) == (None, 4)


def test_whose_word_counts_for_camera_and_look():
    text = (
        "oyster: 1\ndefaults: {camera: {lens: 35mm, f_stop: 8}, look: {hour: noon, weather: rain}}\nshots:\n"
        "  - {prompt: canyon}\n  - {prompt: 'canyon at night, 24mm, light snow'}\n"
        "  - {prompt: 'canyon at night, 24mm', camera: {lens: 85}, look: {hour: 6.5}}\n"
    )
    plain, said, own = (shot for shot, _ in read_shots(text, "x"))
    assert (plain.camera.lens, plain.scene.hour, plain.scene.weather.rain_mm_h) == (35, HOURS["noon"], 12)
    assert (said.camera.lens, said.camera.f_stop, said.scene.hour) == (24, 8, HOURS["night"])
    assert (own.camera.lens, own.scene.hour) == (85, 6.5)


def test_prompts_cues_and_schema_are_faulted_together():
    text = (
        "oyster: 1\nshots:\n  - prompt: asdf\n    cues:\n      - at 99s rain\n      - gibberish here\n"
        "      - {at: 9s, change: lightning}\n  - prompt: qwer\n    duration: 0s\n"
    )
    with pytest.raises(Faults) as caught:
        read_shots(text, "s.yaml")
    assert [fault.where for fault in caught.value.each] == [
        "s.yaml:3:13",
        "s.yaml:5:9",
        "s.yaml:6:9",
        "s.yaml:7:9",
        "s.yaml:8:13",
        "s.yaml:9:15",
    ]
    with pytest.raises(Faults) as caught:
        read_shots("oyster: 1\nbad: 1\nshots:\n  - prompt: asdf\n", "s.yaml")
    assert [fault.where for fault in caught.value.each] == ["s.yaml:2:1", "s.yaml:4:13"]


def test_a_file_of_cues_holds_words_and_cues_in_full():
    read = resolve_cues("cues:\n  - at 2s rain\n  - {at: 3s, change: lens, to: 50}\n", "c.yaml", 120, Fraction(24))
    assert [(cue.at, cue.change) for cue in read.cues] == [("2s", "weather"), ("3s", "lens")]
    with pytest.raises(Faults) as caught:
        resolve_cues("cues:\n  - at 2s rain\n  - {at: 3s, change: lens, too: 50}\n  - nonsense\n", "c.yaml", 120, Fraction(24))
    assert [fault.where for fault in caught.value.each] == ["c.yaml:3:28", "c.yaml:4:5"]


def test_every_preset_reads_without_a_word_left_over():
    assert len(preset_names()) >= 10
    places = set()
    for name in preset_names():
        shot, reading = resolve_prompt("", preset=name)
        assert reading.unknown == ()
        assert reading.assumed == ()
        assert shot.id == slug(name)
        assert load_preset(name).about.endswith(".")
        places.add(shot.scene.place)
    assert places >= {"canyon", "cave", "coast", "desert", "forest", "harbour", "meadow", "pass", "reef", "street", "river"}
    assert PRESETS.is_dir()


def test_film_backs_have_the_sizes_of_their_makers():
    assert (sensor("full-frame").width_mm, sensor("full-frame").height_mm) == (36, 24)
    assert all(back.width_mm > back.height_mm > 1 for back in sensors().values())
    with pytest.raises(Fault, match="s35"):
        sensor("s36")


def test_the_lexicon_names_what_the_world_can_build():
    assert set(PLACES.values()) == set(HOLDS)
    assert set(ADDED) <= set(THINGS)
    places_have = {
        "conifer",
        "broadleaf",
        "tree",
        "rock",
        "path",
        "jetty",
        "surf",
        "star",
        "moon",
        "sun",
        "flower",
        "grass",
        "hedge",
        "weed",
    }  # the ground, the sea, the sky
    assert set(KINDS) - places_have <= set(THINGS)


def test_a_cue_outside_its_shot_is_told_with_every_other_fault():
    text = """\
oyster: 1
projct: x
shots:
  - {prompt: waterfall canyon, duration: 2s, cues: [at 9s night falls, {at: 3s, change: hour, to: night}, {at: 1s}]}
"""
    with pytest.raises(Faults) as caught:
        read_shots(text, "x")
    assert [fault.where for fault in caught.value.each] == ["x:2:1", "x:4:53", "x:4:72", "x:4:107"]
    assert [fault.message for fault in caught.value.each][1] == "cue at 9s is outside the shot"


@pytest.mark.parametrize("words", ["at 1s zoom to 3000mm", "at 1s the wind gets louder by 300 dB"])
def test_words_cannot_ask_for_more_than_there_is(words):
    with pytest.raises(Fault, match="outside"):
        read_directions(words, Fraction(5), Fraction(24))


@pytest.mark.parametrize(
    ("prompt", "cues", "found"),
    [
        ("a street", ["at 2s the door slams"], ["stand"]),
        ("a street with a door", ["at 3s the door opens", "at 2s the door slams"], ["stand"]),
        ("a street with a door", ["at 2s the door opens", "at 3s the door slams"], [None]),
        ("a street with a door", ["at 2s rain starts"], [None]),
        ("a door slams in a street", ["at 3s the door slams"], ["slam"]),
        ("a street", ["at 2s rain starts"], []),
    ],
)
def test_a_door_that_is_to_slam_in_a_list_stands_open_until_then(prompt, cues, found):
    [(shot, _)] = read_shots(f"oyster: 1\nshots:\n  - prompt: {prompt}\n    cues: {cues}\n", "doors.yaml")
    assert [thing.action for thing in shot.scene.things if thing.kind == "door"] == found


def test_prompts_that_begin_alike_do_not_share_a_folder():
    near = "medium shot of a walker by a river, "
    birds, still, again = (slug(near + rest) for rest in ("songbirds", "locked off", "Songbirds!"))
    assert birds == again
    assert birds != still
    assert all(name.startswith("medium-shot-of-a-walker-by-a-river-") for name in (birds, still))
    assert slug("Waterfall canyon") == "waterfall-canyon"
    assert slug("…") == "shot"
