"""Directions: 66 cases of a 10 s clip at 24 fps, each a cue or handed back with its words; and the laws of reading."""

from fractions import Fraction
from typing import get_args

import pytest

from oyster_cli.clock import parse_seconds
from oyster_cli.script.models import Bus
from oyster_cli.words.direction import read_directions

FPS = Fraction(24)
LENGTH_S = Fraction(10)
BACK = ()  # handed back: nothing of it can be done yet


def w(name, to="on"):
    return {"change": "weather", "target": name, "to": to}


def move(kind, **more):
    return {"change": "move", "move": {"kind": kind, **more}}


# words -> cues as (at, over, fields); over None: not said
CASES = [
    ("at 2s a storm rolls in over 1.5s", [(2, 1.5, w("storm"))]),
    ("at 4s cut to 85mm on the lighthouse", BACK),
    ("after 3 seconds it starts to rain", [(3, None, w("rain"))]),
    ("the rain stops at 6s", [(6, None, w("rain", "off"))]),
    ("from frame 48 push in slowly on the boat", [(2, None, move("dolly-in", speed="slow", target="boat"))]),
    ("from 2s to 5s crane up", [(2, 3, move("crane-up"))]),
    ("over the first 3 seconds the fog clears", [(0, 3, w("fog", "off"))]),
    ("in the last 2 seconds fade to black", BACK),
    (
        "halfway through, a train passes left to right",
        [(5, None, {"change": "act", "target": "train", "to": "pass", "side": "left"})],
    ),
    ("no rain", [(0, None, w("rain", "off"))]),
    ("the wind picks up gradually from 1s", [(1, 4, w("wind", "more"))]),
    ("the wind dies down over 4s", [(0, 4, w("wind", "less"))]),
    ("lightning at 1.5s, 3s and 4.2s", [(at, None, {"change": "lightning"}) for at in (1.5, 3, 4.2)]),
    ("thunder half a second after each flash", BACK),
    ("three gulls take off at 2 seconds", [(2, None, {"change": "act", "target": "gull", "to": "take off", "count": 3})]),
    ("a dog barks twice at 3s", BACK),
    ("the bell rings every 2s", BACK),
    ("at 00:05 the lamp switches on", [(5, None, {"change": "light", "target": "lamp", "to": "on"})]),
    ("turn the street lights off at 7s", [(7, None, {"change": "light", "target": "lamp", "to": "off"})]),
    ("sunset over 8 seconds", [(0, 8, {"change": "hour", "to": "dusk"})]),
    ("the sun rises from 0 to 6s", [(0, 6, {"change": "hour", "to": "sunrise"})]),
    ("day turns to night over the whole shot", [(0, 10, {"change": "hour", "to": "night"})]),
    ("jump to night at 5s", [(5, None, {"change": "hour", "to": "night"})]),
    ("snow begins to fall, slowly getting heavier", [(0, None, w("snow")), (1, 4, w("snow", "more"))]),
    ("at 3s pan left 30 degrees in 2s", [(3, 2, move("pan-left", amount=30))]),
    ("tilt up to the sky at 4s", [(4, None, move("tilt-up", target="sky"))]),
    ("whip pan right at 2.5s", [(2.5, None, move("pan-right", speed="fast"))]),
    ("dolly out for 3 seconds starting at 1s", [(1, 3, move("dolly-out"))]),
    ("hold for 2s", [(0, 2, move("static"))]),
    ("hold on the castle, then orbit clockwise", [(0, None, move("static")), (0, None, move("orbit-left"))]),
    (
        "zoom from 24mm to 85mm between 2s and 4s",
        [(2, None, {"change": "lens", "to": 24}), (2, 2, {"change": "lens", "to": 85})],
    ),
    ("switch to a 50mm lens at frame 72", [(3, None, {"change": "lens", "to": 50})]),
    ("rack focus to the horse at 3s", BACK),
    ("follow the car", [(0, None, move("follow", target="car"))]),
    ("cut to a wide shot at 6s", BACK),
    ("cut to black at 9s", BACK),
    ("crossfade to the beach over 1s at 5s", BACK),
    ("low angle from 2s", BACK),
    ("handheld shake between 3s and 5s", BACK),
    ("slow motion from 4s to 6s", BACK),
    ("freeze at 8s", BACK),
    ("speed up x2 after 5s", BACK),
    ("a helicopter enters from the right at 1s", [(1, None, {"change": "add", "target": "helicopter", "side": "right"})]),
    ("the ship sails away into the distance", BACK),
    (
        "the man stops walking at 3s and turns around",
        [
            (3, None, {"change": "act", "target": "walker", "to": "stop"}),
            (3, None, {"change": "act", "target": "walker", "to": "turn"}),
        ],
    ),
    ("remove the boats at 4s", [(4, None, {"change": "remove", "target": "boat"})]),
    ("add two horses on the left at 2s", [(2, None, {"change": "add", "target": "horse", "count": 2, "side": "left"})]),
    ("five seconds in, fireworks explode behind the castle", BACK),
    ("an explosion in the distance at 2s, louder than the sea", BACK),
    ("at 1s the fireworks go off", [(1, None, {"change": "act", "target": "fireworks", "to": "start"})]),
    ("bring in fireworks at 2s", [(2, None, {"change": "add", "target": "fireworks"})]),
    ("at 2s a siren", [(2, None, {"change": "add", "target": "siren"})]),
    ("the campfire goes out at 7s", [(7, None, {"change": "act", "target": "campfire", "to": "out"})]),
    ("the music fades out over the last second", BACK),
    ("mute the traffic", [(0, None, {"change": "level", "target": "vehicles", "to": "off"})]),
    ("make it darker", BACK),
    ("warmer light from 3s", BACK),
    ("leaves turn autumn colours over 6 secs", BACK),
    ("the river floods by 5s", BACK),
    ("two beats later the door slams", BACK),
    ("at the same time the siren starts", [(0, None, {"change": "act", "target": "siren", "to": "start"})]),
    ("at 3s the train blows its horn", [(3, None, {"change": "act", "target": "train", "to": "horn"})]),
    ("then a second later the crowd cheers", [(1, None, {"change": "act", "target": "crowd", "to": "cheer"})]),
    ("meanwhile the camera sinks underwater", [(0, None, move("crane-down"))]),
    ("until 4s nothing moves", BACK),
    ("at 1:02.5 the tram departs", BACK),
    ("quickly dolly in 2 m", [(0, None, move("dolly-in", speed="fast", amount=2))]),
    ("keep the lighthouse in frame", BACK),
    ("without birds from 3s", [(3, None, {"change": "remove", "target": "bird"})]),
    ("at 2s a dragon flies past", BACK),
]

# Words of understood clauses that are handed back all the same.
PARTLY = {"hold on the castle, then orbit clockwise": "castle",
          "meanwhile the camera sinks underwater": "underwater"}  # fmt: skip

MORE = [
    ("the helicopter hovers at 3s", [(3, None, {"change": "act", "target": "helicopter", "to": "hover"})]),
    ("at 4s the helicopter lands", [(4, None, {"change": "act", "target": "helicopter", "to": "land"})]),
    ("the helicopter leaves at 5s", [(5, None, {"change": "act", "target": "helicopter", "to": "leave"})]),
    ("the helicopter flies away at 5s", [(5, None, {"change": "act", "target": "helicopter", "to": "leave"})]),
    ("the frogs stop at 2s", [(2, None, {"change": "act", "target": "frog", "to": "stop"})]),
    ("the bell rings at 2s", [(2, None, {"change": "act", "target": "bell", "to": "ring"})]),
    ("the lighthouse goes out at 3s", [(3, None, {"change": "light", "target": "lighthouse", "to": "off"})]),
    ("mute the bell", [(0, None, {"change": "level", "target": "effects", "to": "off"})]),
    (
        "at 2s a storm rolls in over 1.5s; at 4s night falls",
        [(2, 1.5, w("storm")), (4, None, {"change": "hour", "to": "night"})],
    ),
    ("2s storm 1.5s", [(2, 1.5, w("storm"))]),
    ("add two cars on the left at 2s", [(2, None, {"change": "add", "target": "car", "count": 2, "side": "left"})]),
    ("1s: heavy rain", [(1, None, w("heavy rain"))]),
    ("0:04 rain", [(4, None, w("rain"))]),
    ("t=2 lightning", [(2, None, {"change": "lightning"})]),
    ("after a couple of seconds night falls", [(2, None, {"change": "hour", "to": "night"})]),
    ("at the 3 second mark the wind picks up", [(3, None, w("wind", "more"))]),
    ("starting on frame 48, crane up", [(2, None, move("crane-up"))]),
    ("rain at 1s; a second later lightning", [(1, None, w("rain")), (2, None, {"change": "lightning"})]),
    ("pan left from 1s to 3s, then pan right", [(1, 2, move("pan-left")), (3, None, move("pan-right"))]),
    ("rain starts at 2s and stops at 4s", [(2, None, w("rain")), (4, None, w("rain", "off"))]),
    ("at 2s rain, at 4s fog", [(2, None, w("rain")), (4, None, w("fog"))]),
    (
        "softer water at 2s; rain -6 dB at 3s",
        [
            (2, None, {"change": "level", "target": "water", "to": "less"}),
            (3, None, {"change": "level", "target": "weather", "to": -6}),
        ],
    ),
    ("at 1s the sky clears", [(1, None, w("clear"))]),
    ("the storm passes over 3s", [(0, 3, w("storm", "off"))]),
    ("the owl hoots at 1.5s", [(1.5, None, {"change": "act", "target": "owl", "to": "call"})]),
    ("by the end it is night", [(0, 10, {"change": "hour", "to": "night"})]),
]


def level(bus, to):
    return {"change": "level", "target": bus, "to": to}


def stops(kind):
    return {"change": "act", "target": kind, "to": "stop"}


def all_buses(at, over, to):
    return [(at, over, level(bus, to)) for bus in get_args(Bus)]


# What a sound editor says.
SOUND = [
    ("the river falls silent", [(0, None, level("water", "off"))]),
    ("the waterfall falls silent", [(0, None, level("water", "off"))]),
    ("the waterfall is muted", [(0, None, level("water", "off"))]),
    ("the river fell quiet at 2s", [(2, None, level("water", "off"))]),
    ("the wind goes silent", [(0, None, level("weather", "off"))]),
    ("the walker falls silent", [(0, None, level("foley", "off"))]),
    ("the campfire falls silent", [(0, None, level("fire", "off"))]),
    ("the creatures fall silent", [(0, None, level("creatures", "off"))]),
    ("the helicopter falls silent", [(0, None, level("vehicles", "off"))]),
    ("the birds fall silent", [(0, None, stops("bird"))]),
    ("at 2s the frogs go quiet", [(2, None, stops("frog"))]),
    ("the birds fall silent over 1s", [(0, 1, level("creatures", "off"))]),
    ("the crickets go quiet", [(0, None, stops("cricket"))]),
    ("the crowd falls silent at 3s", [(3, None, stops("crowd"))]),
    ("thunder", [(0, None, {"change": "lightning"})]),
    ("at 1s thunder", [(1, None, {"change": "lightning"})]),
    ("a clap of thunder", [(0, None, {"change": "lightning"})]),
    ("at 2s thunder rolls", [(2, None, {"change": "lightning"})]),
    ("thunder rumbles at 1s and 3s", [(1, None, {"change": "lightning"}), (3, None, {"change": "lightning"})]),
    ("thunder and lightning", [(0, None, {"change": "lightning"})]),
    ("no thunder", [(0, None, w("lightning", "off"))]),
    ("a storm with thunder", [(0, None, w("storm"))]),
    ("the waterfall thunders", BACK),
    ("the thunder gets louder", [(0, None, level("weather", "more"))]),
    ("turn the water up", [(0, None, level("water", "more"))]),
    ("turn the rain down", [(0, None, w("rain", "less"))]),
    ("turn up the water", [(0, None, level("water", "more"))]),
    ("turn the birds down", [(0, None, level("creatures", "less"))]),
    ("turn the sound of the river down over 2s", [(0, 2, level("water", "less"))]),
    ("turn the water down by 3 dB", [(0, None, level("water", -3))]),
    ("the river is 6 dB quieter", [(0, None, level("water", -6))]),
    ("turn the lights down", BACK),
    ("turn the camera down", BACK),
    ("the footsteps get louder", [(0, None, level("foley", "more"))]),
    ("the river gets quieter over 2s", [(0, 2, level("water", "less"))]),
    ("the river is twice as loud", [(0, None, level("water", "more"))]),
    ("at 2s the birds are half as loud", [(2, None, level("creatures", "less"))]),
    ("the river is twice as loud as the birds", BACK),
    ("the rain stops as the fog rolls in", BACK),
    ("silence", all_buses(0, None, "off")),
    ("mute everything at 3s", all_buses(3, None, "off")),
    ("everything falls silent", all_buses(0, None, "off")),
    ("the sound fades out over 2s", all_buses(0, 2, "off")),
    ("turn everything down", all_buses(0, None, "less")),
    ("silence the birds", [(0, None, level("creatures", "off"))]),
    ("silence the dog", BACK),
    ("silence ends at 3s", BACK),
    ("everything stops", BACK),
    ("mute everything but the birds", BACK),
]


def fields(cue):
    told = cue.model_dump(exclude_defaults=True)
    at, over = parse_seconds(told.pop("at"), FPS), told.pop("over", None)
    assert told.pop("text")
    if "move" in told:
        told["move"] = dict(told["move"])
    return float(at), None if over is None else float(parse_seconds(over, FPS)), told


@pytest.mark.parametrize(("words", "expected"), CASES + MORE + SOUND, ids=lambda value: value if isinstance(value, str) else "")
def test_directions_become_cues_or_are_handed_back(words, expected):
    read = read_directions(words, LENGTH_S, FPS)
    assert [fields(cue) for cue in read.cues] == list(expected)
    if expected == BACK:
        assert [each.word for each in read.unknown] == [words]
    else:
        assert [each.word for each in read.unknown] == ([PARTLY[words]] if words in PARTLY else [])


@pytest.mark.parametrize(
    ("words", "near"),
    [("at 2s a dragon flies past", "bird"), ("a tram passes", "train"), ("cut to black at 9s", "a new shot in the list")],
)
def test_what_is_handed_back_comes_with_the_nearest(words, near):
    assert read_directions(words, LENGTH_S, FPS).unknown[0].nearest == near


@pytest.mark.parametrize(
    "words", ["rain twelve seconds hence", "from 5s to 2s rain", "rain 40 degrees", "lightning after each beat"]
)
def test_a_clause_with_a_time_or_number_left_over_makes_no_cue(words):
    read = read_directions(words, LENGTH_S, FPS)
    assert read.cues == ()
    assert [each.word for each in read.unknown] == [words]


def test_nothing_said_is_nothing_read():
    assert read_directions(" ; \n ", LENGTH_S, FPS).cues == ()
    assert read_directions("asdf", LENGTH_S, FPS).unknown[0].word == "asdf"


def test_times_are_exact_at_every_rate():
    fps = Fraction(24000, 1001)
    cue = read_directions("at frame 49 lightning", 100 / fps, fps).cues[0]
    assert parse_seconds(cue.at, fps) * fps == 49
    half = read_directions("halfway through night falls", 125 / fps, fps).cues[0]
    assert parse_seconds(half.at, fps) * fps == Fraction(125, 2)


def test_muting_one_thing_says_that_its_bus_goes_with_it():
    read = read_directions("mute the wind", LENGTH_S, FPS)
    assert read.assumed == ("wind → weather (the whole bus)",)
    assert read_directions("the waterfall is muted", LENGTH_S, FPS).assumed == ("waterfall → water (the whole bus)",)
    assert read_directions("mute everything", LENGTH_S, FPS).assumed == ()


def test_they_who_sang_can_fall_silent():
    read = read_directions("at 2s the birds sing; at 4s they fall silent", LENGTH_S, FPS)
    assert [(cue.at, cue.target, cue.to) for cue in read.cues] == [("2s", "bird", "call"), ("4s", "bird", "stop")]


def test_slips_of_spelling_are_mended_and_said():
    read = read_directions("at 2s the watefall gets louder", LENGTH_S, FPS)
    assert read.cues[0].target == "water"
    assert "watefall → waterfall" in read.assumed


def test_a_model_that_reads_every_word_is_told_what_we_do_not_know():
    text = "at 2s a dragon lands on the tower; at 4s night falls; then she smiles"
    read = read_directions(text, Fraction(8), Fraction(24), free=True)
    assert [(cue.at, cue.change, cue.text) for cue in read.cues] == [
        ("2s", "words", "a dragon lands on the tower"), ("4s", "hour", "at 4s night falls"), ("4s", "words", "she smiles"),
    ]  # fmt: skip
    assert read.unknown == ()
    plain = read_directions(text, Fraction(8), Fraction(24))
    assert [cue.change for cue in plain.cues] == ["hour"]
    assert "dragon" in plain.unknown[0].word


def test_a_clause_that_is_understood_in_part_is_told_whole_as_well():
    read = read_directions("at 1s a storm rolls in with purple clouds", Fraction(8), Fraction(24), free=True)
    assert {cue.change for cue in read.cues} == {"words", "weather"}
    assert [cue.text for cue in read.cues if cue.change == "words"] == ["a storm rolls in with purple clouds"]
