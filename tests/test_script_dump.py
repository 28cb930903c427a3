"""A dumped shot is a shot list that resolves to the same shot; the schema is that of the models and holds for every file."""

import json
import random
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft7Validator

from oyster_cli.script import models
from oyster_cli.script.cues import possible
from oyster_cli.script.dump import dump_shot, shot_hash
from oyster_cli.script.looks import look_names
from oyster_cli.script.mixes import mix_names
from oyster_cli.script.models import Camera, Cue, Learned, Move, Scene, Shot, ThingSpec
from oyster_cli.script.sample import sample
from oyster_cli.script.schema import SCHEMA_FILE, schema_text
from oyster_cli.script.weather import Weather
from oyster_cli.script.yaml12 import read_source
from oyster_cli.words.resolve import read_shots

TEXTS = (
    "",
    "on",
    "0010",
    "12e3",
    "1:30",
    "null",
    "~",
    "a: b # c",
    "- x",
    "ünï ☂",
    "line\nbreak",
    " edge ",
    "'\"",
    "{x}",
    "0x1F",
)
ROOT = Path(__file__).parents[1]


def any_shot(seed: int) -> Shot:
    """A shot with random values in every field."""
    dice = random.Random(seed)
    kinds = ("waterfall", "campfire", "0010", "on")

    def move() -> Move:
        return Move(
            kind=dice.choice(get_args(models.MoveKind)), amount=dice.choice((None, 2.5)), target=dice.choice((None, "car"))
        )

    def cue() -> Cue:
        drawn = Cue(
            at=dice.choice(("0s", "1.5s", "7f", "125/48s")),
            over=dice.choice((None, "2s")),
            change=dice.choice(get_args(models.Change)),
            target=dice.choice((None, "rain", "water", *kinds)),
            to=dice.choice((None, "on", "0010", 35.0, -6.25, {"rain_mm_h": 3.0})),
            move=dice.choice((None, move())),
            count=dice.randint(1, 9),
            side=dice.choice((None, "left")),
            text=dice.choice(TEXTS),
        )
        try:
            return possible(drawn)
        except ValueError:
            return cue()

    cues = tuple(cue() for _ in range(dice.randint(0, 3)))
    world = dice.choice((None, "canyon", "no"))
    return Shot(
        id=dice.choice(("0010", "sc010_sh0010", "1e3", "on")),
        scene=Scene(
            prompt=dice.choice(TEXTS),
            place=dice.choice(("canyon", "coast")),
            things=tuple(ThingSpec(kind=dice.choice(kinds), count=dice.randint(1, 9)) for _ in range(dice.randint(0, 3))),
            without=dice.choice(((), ("bird",))),
            hour=dice.uniform(0, 24),
            weather=Weather(rain_mm_h=dice.uniform(0, 50), visibility_m=dice.uniform(100, 3e4)),
        ),
        camera=Camera(
            lens=dice.choice((None, 35, 50.5)),
            f_stop=dice.uniform(1, 16),
            moves=tuple(move() for _ in range(dice.randint(0, 2))),
        ),
        frames=dice.randint(130, 3000),
        fps=dice.choice(("24", "24000/1001", "29.97")),
        size=dice.choice(((1280, 720), (640, 268))),
        seed=dice.randint(0, 2**31 - 1),
        start_frame=dice.choice((0, 1001)),
        look=dice.choice(look_names()),
        frame=dice.choice((None, 2.39, 1.85)),
        mix=dice.choice(mix_names()),
        sound_delay=dice.choice(("physical", "film")),
        loudness=dice.choice((-24, -23, -14, "off")),
        cues=cues,
        learned=dice.choice((None, Learned(), Learned(weights="no", cues="relay", follow=dice.random(), guide="takes/a b"))),
        world=world,
        world_seed=None if world is None else dice.randint(0, 2**31 - 1),
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_dumped_shot_resolves_to_itself(seed):
    shot = any_shot(seed)
    text = dump_shot(shot)
    (again, _), *others = read_shots(text, "score.yaml")
    assert again == shot
    assert others == []
    assert dump_shot(again) == text


def test_the_hash_tells_every_change():
    shot = any_shot(1)
    changed = [shot.model_copy(update=change) for change in ({"seed": shot.seed ^ 1}, {"frames": 7}, {"quality": "draft"})]
    hashes = {shot_hash(each, "1") for each in (shot, *changed)} | {shot_hash(shot, "2")}
    assert len(hashes) == 5
    assert shot_hash(any_shot(1), "1") == shot_hash(shot, "1")


def test_the_published_schema_is_that_of_the_models():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()
    Draft7Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda file: file.name)
def test_examples_hold_the_schema_and_resolve(file):
    text = file.read_text(encoding="utf-8")
    schema_path = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / schema_path).resolve() == SCHEMA_FILE.resolve()
    _holds(text)
    assert all(reading.unknown == () for _, reading in read_shots(text, file.name))


def test_the_sample_and_a_dump_hold_the_schema_and_resolve():
    _holds(sample())
    _holds(dump_shot(any_shot(3)))
    assert all(reading.unknown == () for _, reading in read_shots(sample(), "sample"))


def test_the_schema_refuses_what_the_models_refuse():
    validator = Draft7Validator(json.loads(schema_text()))
    for bad in ("oyster: 1\nshots: [{prompt: sea, lens: 3}]", "shots: [{prompt: sea}]", "oyster: 1\nshots: []"):
        assert list(validator.iter_errors(read_source(bad, "x")[0].data))


def _holds(text: str) -> None:
    Draft7Validator(json.loads(schema_text())).validate(read_source(text, "x")[0].data)
