"""Words of the meadow: what they come to, and that none is left over."""

from __future__ import annotations

import pytest

from oyster_cli.script.models import Scene
from oyster_cli.words.prompt import read_prompt
from oyster_cli.world.cast import wanted


def test_the_meadow_reads_fully():
    reading = read_prompt("meadow in the morning, birds, light breeze, orbit around an oak")
    assert (reading.unknown, reading.assumed) == ((), ())
    assert (reading.scene.place, reading.scene.hour, reading.scene.weather.wind_m_s) == ("meadow", 8.5, 4.5)
    assert {thing.kind for thing in reading.scene.things} == {"bird", "oak"}
    move = reading.camera.moves[0]
    assert (move.kind, move.target, reading.camera.subject) == ("orbit-right", "oak", "oak")


@pytest.mark.parametrize("word", ["meadow", "pasture", "grassland", "field", "countryside", "park", "farmland", "hillside"])
def test_open_country_is_the_meadow(word):
    assert read_prompt(f"{word} at dusk").scene.place == "meadow"


@pytest.mark.parametrize(
    ("prompt", "kinds"),
    [
        ("spring meadow, skylarks", {"skylark"}),
        ("swallows over tall grass swaying in the wind", {"swallow", "grass"}),
        ("a lone tree in a field of poppies, a wooden fence, hedgerows", {"oak", "flower", "fence", "hedge"}),
    ],
)
def test_what_is_in_a_meadow(prompt, kinds):
    reading = read_prompt(prompt)
    assert reading.scene.place == "meadow"
    assert {thing.kind for thing in reading.scene.things} == kinds


def test_no_birds_means_none_on_the_wing_either():
    assert {"bird", "skylark", "swallow"} <= wanted(Scene(place="meadow")).keys()
    silent = wanted(read_prompt("meadow without birds").scene)
    assert not {"bird", "skylark", "swallow"} & silent.keys()
    assert "oak" in silent


def test_an_oak_elsewhere_does_not_call_for_the_great_one():
    assert "oak" not in wanted(read_prompt("an oak by a river").scene)
