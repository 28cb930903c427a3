"""Prompts: the six worlds fully understood, forty cases as far as the catalogue reaches, the rest listed."""

import pytest

from oyster_cli.fault import Fault
from oyster_cli.script.weather import HOURS
from oyster_cli.words.prompt import read_prompt
from oyster_cli.world.cast import wanted

# prompt, place, things, hour, weather that must be there, camera
SIX = [
    ("waterfall canyon", "canyon", {"waterfall"}, None, (), {"subject": "waterfall"}),
    (
        "a storm over the sea at dusk, waves breaking on rocks, lightning",
        "coast",
        {"sea", "surf", "rock"},
        "dusk",
        ("rain_mm_h", "lightning_per_min", "wind_m_s"),
        {},
    ),
    (
        "campfire in a pine forest at night, crickets, an owl",
        "forest",
        {"campfire", "conifer", "cricket", "owl"},
        "night",
        (),
        {"subject": "campfire"},
    ),
    (
        "snow falling on a mountain pass, strong wind, slow crane up, 24mm",
        "pass",
        set(),
        None,
        ("snow_mm_h", "wind_m_s"),
        {"lens": 24.0, "moves": ["crane-up slow"]},
    ),
    (
        "city street at night in heavy rain, cars passing, neon signs",
        "street",
        {"car", "neon"},
        "night",
        ("rain_mm_h", "wet"),
        {"subject": "car"},
    ),
    (
        "a walker crosses a gravel path beside a river, dolly in, 50mm",
        "river",
        {"walker", "path", "river"},
        None,
        (),
        {"lens": 50.0, "moves": ["dolly-in medium"], "subject": "walker"},
    ),
]

# The same, and the words that are not in the catalogue: they must be listed. Place None: no such place here, anything will do.
FORTY = [
    (
        "a foggy harbour at dawn, gulls, a boat bell, slow crane up, 35mm",
        "harbour",
        {"gull", "bell"},
        "dawn",
        ("visibility_m",),
        {"lens": 35.0, "moves": ["crane-up slow"]},
        "",
    ),
    (
        "a waterfall in a canyon after rain, low sun, 24mm, tilt up from the pool",
        "canyon",
        {"waterfall"},
        "golden hour",
        ("wet",),
        {"lens": 24.0, "moves": ["tilt-up medium"]},
        "pool",
    ),
    (
        "storm over a lighthouse, waves hitting the rocks, no birds",
        "coast",
        {"lighthouse", "surf", "rock"},
        None,
        ("rain_mm_h",),
        {},
        "",
    ),
    (
        "three horses cross a snowy meadow at dusk, long lens",
        "meadow",
        {"horse"},
        "dusk",
        ("snow_cover",),
        {"lens": 135.0},
        "",
    ),
    (
        "a night street in the rain, neon signs, a taxi passes left to right",
        "street",
        {"neon", "car"},
        "night",
        ("rain_mm_h",),
        {},
        "",
    ),
    (
        "desert dunes at noon, wind, a caravan of camels in the distance",
        "desert",
        set(),
        "noon",
        ("wind_m_s",),
        {},
        "caravan, camels",
    ),
    (
        "crickets and frogs by a swamp under a full moon, fireflies",
        "river",
        {"cricket", "frog", "moon"},
        "night",
        (),
        {},
        "swamp, fireflies",
    ),
    (
        "a steam train crosses a stone viaduct in autumn, smoke",
        "river",
        set(),
        None,
        (),
        {},
        "steam train, viaduct, autumn, smoke",
    ),
    (
        "drone shot flying over a rainforest river, mist, parrots",
        "jungle",
        {"river", "parrot"},
        None,
        ("visibility_m",),
        {"support": "drone", "moves": ["dolly-in medium"]},
        "",
    ),
    (
        "an empty church, candles, a single bell toll, slow dolly in",
        None,
        {"bell"},
        None,
        (),
        {"moves": ["dolly-in slow"]},
        "church, candles",
    ),
    (
        "a campfire by a lake, mountains behind, stars, an owl",
        "river",
        {"campfire", "star", "owl"},
        "night",
        (),
        {},
        "lake, mountains behind",
    ),
    ("cyberpunk alley, flickering neon, steam, distant sirens", "street", {"neon", "siren"}, None, (), {}, "cyberpunk, steam"),
    ("a helicopter lands on a snowy ridge, blowing snow", "pass", {"helicopter"}, None, ("snow_cover", "wind_m_s"), {}, ""),
    ("underwater reef, a whale passes, sun rays", "reef", {"whale"}, None, ("cloud",), {"subject": "whale"}, ""),
    (
        "a quiet village square at sunrise, a cockerel, market stalls",
        "street",
        set(),
        "sunrise",
        (),
        {},
        "village square, cockerel, market, stalls",
    ),
    (
        "fireworks over a castle, crowd cheering, wide shot",
        "harbour",
        {"fireworks", "crowd"},
        None,
        (),
        {"size": "WS"},
        "castle",
    ),
    ("lightning over the savanna, wildebeest running", "river", set(), None, ("lightning_per_min",), {}, "savanna, wildebeest"),
    ("an iceberg calving into a green sea", "coast", {"sea"}, None, (), {}, "iceberg, calving, green"),
    ("a lava flow reaching the ocean, steam, night", "coast", {"sea"}, "night", (), {}, "lava flow, steam"),
    (
        "time-lapse of clouds over a mountain lake from dawn to dusk",
        "pass",
        set(),
        "dawn",
        ("cloud",),
        {},
        "time lapse, lake, to dusk",
    ),
    ("a cat asleep on a windowsill, rain outside", None, set(), None, ("rain_mm_h",), {}, "cat, windowsill, asleep"),
    ("an astronaut walks on the moon, Earth rising", None, set(), None, (), {}, "astronaut, on the moon, Earth"),
    (
        "POV running through a pine forest, heavy breathing",
        "forest",
        {"conifer"},
        None,
        (),
        {"support": "handheld"},
        "breathing",
    ),
    ("long empty corridor, flickering light, footsteps approaching", None, {"lamp", "walker"}, None, (), {}, "corridor"),
    (
        "a tram in a wet city at night, 85mm, shallow depth of field",
        "street",
        set(),
        "night",
        ("wet",),
        {"lens": 85.0, "f_stop": 2.0},
        "tram",
    ),
    (
        "rolling hills with wildflowers, bees, gentle breeze, no people",
        "meadow",
        {"flower", "insect"},
        None,
        ("wind_m_s",),
        {},
        "",
    ),
    (
        "golden hour on a wheat farm, a windmill turning, orbit shot",
        "meadow",
        set(),
        "golden hour",
        (),
        {"moves": ["orbit-right medium"]},
        "wheat, farm, windmill",
    ),
    ("a thunderstorm out at sea, a sailing ship pitching", "coast", {"sea"}, None, ("lightning_per_min",), {}, "sailing ship"),
    ("factory at night, machines humming, an alarm", "street", {"fan"}, "night", (), {}, "factory, alarm"),
    (
        "cave with dripping water and torchlight, handheld",
        "cave",
        {"drip", "torch"},
        None,
        (),
        {"support": "handheld", "subject": "torch"},
        "",
    ),
    ("a waterfall on the left, a red cabin on the right, pines behind", None, {"waterfall", "conifer"}, None, (), {}, "cabin"),
    (
        "black and white, noir street, fog, a man under a lamp",
        "street",
        {"walker", "lamp"},
        None,
        ("visibility_m",),
        {},
        "",
    ),
    ("aerial of a highway at rush hour, headlights, dusk", "street", {"car"}, "dusk", (), {"support": "drone"}, ""),
    ("a lone wolf howls on a cliff in moonlight", None, {"moon", "wolf"}, "night", (), {}, ""),
    (
        "spring meadow, skylarks, distant church bells, static 50mm",
        "meadow",
        {"skylark"},
        None,
        (),
        {"lens": 50.0, "moves": ["static medium"]},
        "spring, church bells",
    ),
    ("tsunami wave approaching a fishing town", None, {"surf"}, None, (), {}, "tsunami, fishing"),
    (
        "a spaceship descends into a misty jungle at night, blue lights",
        "jungle",
        {"lamp"},
        "night",
        ("visibility_m",),
        {},
        "spaceship, blue",
    ),
    (
        "basketball court, kids playing, sunny afternoon",
        None,
        set(),
        "afternoon",
        ("cloud",),
        {},
        "basketball court, kids, playing",
    ),
    ("a dragon circles a ruined tower in heavy snow", "pass", set(), None, ("snow_mm_h",), {}, "dragon, tower"),
    (
        "hyperrealistic 8k masterpiece, trending on artstation, a calm lake",
        "river",
        set(),
        None,
        ("wind_m_s",),
        {},
        "hyperrealistic, 8k, masterpiece, trending on artstation, lake",
    ),
]


def check(prompt, place, things, hour, weather, camera):
    reading = read_prompt(prompt)
    assert reading.scene.place == place or place is None
    assert things <= {thing.kind for thing in reading.scene.things}
    assert ("hour" in reading.scene.model_fields_set, reading.scene.hour) == (hour is not None, HOURS.get(hour, 10.5))
    assert set(weather) <= reading.scene.weather.model_fields_set
    said = {name: getattr(reading.camera, name) for name in reading.camera.model_fields_set}
    said["moves"] = [f"{move.kind} {move.speed}" for move in reading.camera.moves]
    for name, value in camera.items():
        assert said[name] == value
    return reading


@pytest.mark.parametrize(("prompt", "hour", "weather"), [
    ("desert dunes at noon, heat haze, wind", "noon", {"shimmer": 1.0, "wind_m_s": 10, "cloud": 0.0}),
    ("the Sahara, shimmering heat", None, {"shimmer": 1.0}),
    ("sand dunes at golden hour, light breeze", "golden hour", {"shimmer": 0.0, "wind_m_s": 4.5, "cloud": 0.1}),
    ("desert at night", "night", {"shimmer": 0.0}),
    ("a sea of sand under an overcast sky", None, {"cloud": 1.0}),
    ("an erg in the morning, no wind", "morning", {"wind_m_s": 0.3}),
])  # fmt: skip
def test_deserts_are_read_fully(prompt, hour, weather):
    reading = check(prompt, "desert", set(), hour, (), {})
    assert (reading.unknown, reading.assumed) == ((), ())
    assert {name: getattr(reading.scene.weather, name) for name in weather} == weather


def test_what_a_desert_holds_that_we_do_not_have_still_tells_the_place():
    reading = read_prompt("a caravan of camels")
    assert (reading.scene.place, len(reading.unknown)) == ("desert", 2)


@pytest.mark.parametrize("case", SIX, ids=lambda case: case[1])
def test_the_six_worlds_read_fully(case):
    reading = check(*case)
    assert reading.unknown == ()
    assert reading.assumed == ()


@pytest.mark.parametrize("case", FORTY, ids=lambda case: case[0][:30])
def test_forty_prompts_read_as_far_as_the_catalogue_reaches(case):
    reading = check(*case[:-1])
    listed = {unknown.word for unknown in reading.unknown}
    assert {word.strip() for word in case[-1].split(",") if word} <= listed


HARBOURS = [
    ("boats rocking in a harbor at night", "harbour", {"boat"}, "night", (), {}),
    ("a jetty in fog", "harbour", set(), None, ("visibility_m",), {}),
    ("quiet quay at night, a ship's bell tolls", "harbour", {"bell"}, "night", (), {}),
    ("marina at sunset, yachts, 50mm", "harbour", {"boat"}, "sunset", (), {"lens": 50.0}),
    ("fishing boats moored in the dock, rain, a lighthouse", "harbour", {"boat", "lighthouse"}, None, ("rain_mm_h",), {}),
    ("a pier with gulls, no boats", "harbour", {"gull"}, None, (), {}),
]


@pytest.mark.parametrize("case", HARBOURS, ids=lambda case: case[0][:30])
def test_a_harbour_has_many_names(case):
    assert check(*case).unknown == ()


@pytest.mark.parametrize("prompt", ["", "   ", "8k masterpiece", "asdf qwer", "a dragon", "no, without", "42"])
def test_a_prompt_in_which_nothing_is_understood_is_a_fault_with_an_example(prompt):
    with pytest.raises(Fault) as caught:
        read_prompt(prompt)
    assert "waterfall canyon" in caught.value.remedy


def things(prompt: str) -> dict[str, dict]:
    return {thing.kind: thing.model_dump(exclude_defaults=True) for thing in read_prompt(prompt).scene.things}


def test_counts_sides_distances_actions_and_colours_belong_to_their_thing():
    found = things("two red cars on the left, a lone hiker walking in the distance, on the right an owl, 3 pedestrians")
    assert found["car"] == {"kind": "car", "count": 2, "side": "left", "colour": "red"}
    assert found["owl"]["side"] == "right"
    assert found["walker"] == {"kind": "walker", "count": 3, "distance": "far", "action": "walk"}
    assert things("a taxi passes left to right")["car"] == {"kind": "car", "action": "pass", "side": "left", "colour": "taxi"}


def test_a_no_reaches_to_the_next_comma_and_no_further():
    reading = read_prompt("forest without birds or owls, crickets and no wind")
    assert reading.scene.without == ("bird", "owl")
    assert [thing.kind for thing in reading.scene.things] == ["cricket"]
    assert reading.scene.weather.wind_m_s < 1
    assert reading.unknown == ()


def test_slips_of_spelling_are_mended_and_said():
    reading = read_prompt("watefall in a canion")
    assert reading.scene.place == "canyon"
    assert reading.assumed == ("watefall → waterfall", "canion → canyon")
    assert reading.unknown == ()


def test_what_is_implied_is_said():
    assert read_prompt("a lighthouse").assumed == ("lighthouse → coast",)
    assert read_prompt("forest under the stars").assumed == ("star → night",)
    assert read_prompt("rain").assumed == ("no place named → river",)


@pytest.mark.parametrize(
    ("prompt", "place", "size"),
    [
        ("close-up of a man's boots walking in snow", "pass", "CU"),
        ("shoes on a wet street at night", "street", "CU"),
        ("medium shot of feet on a gravel path", "river", "MS"),
    ],
)
def test_whoever_names_feet_sees_them_where_somebody_walks(prompt: str, place: str, size: str):
    reading = read_prompt(prompt)
    assert (reading.scene.place, reading.camera.size, reading.camera.subject) == (place, size, "feet")
    assert things(prompt)["walker"].get("count", 1) == 1
    assert reading.unknown == ()


def test_an_empty_place_has_what_is_named_in_it_all_the_same():
    empty, steps, car = (wanted(read_prompt(f"an empty street{more}").scene) for more in ("", ", footsteps", ", a car passes"))
    assert empty.keys() & {"walker", "people", "car"} == set()
    assert steps.keys() & {"walker", "people", "car"} == {"walker"}
    assert car.keys() & {"walker", "people", "car"} == {"car"}
    assert "car" not in wanted(read_prompt("an empty street, no cars").scene)


def test_who_walks_may_do_so_anywhere():
    assert read_prompt("a walker in the snow").scene.place == "pass"
    assert read_prompt("a walker and an owl in the snow").scene.place == "forest"
    assert read_prompt("a walker").scene.place == "river"


def test_words_without_effect_are_told_from_words_without_a_thing():
    unknown = {each.word: each for each in read_prompt("canyon, 8k, a dragon").unknown}
    assert unknown["8k"].no_effect
    assert unknown["8k"].nearest is None
    assert not unknown["dragon"].no_effect
    assert unknown["dragon"].nearest == "bird"


@pytest.mark.parametrize(
    ("words", "hour"), [("at 7pm", 19), ("6:30 am", 6.5), ("at 18:45", 18.75), ("at noon", 12.5), ("12 am", 0), ("12 pm", 12)]
)
def test_clock_times_are_hours(words, hour):
    assert read_prompt(f"canyon {words}").scene.hour == hour


def test_weathers_add_up_to_the_stronger():
    weather = read_prompt("canyon, storm, fog, strong wind").scene.weather
    assert (weather.cloud, weather.visibility_m, weather.wind_m_s) == (1.0, 250, 17)


def test_an_absurd_lens_is_listed_and_not_used():
    reading = read_prompt("canyon, 2mm, f/2.8")
    assert reading.camera.lens is None
    assert reading.camera.f_stop == 2.8
    assert [each.word for each in reading.unknown] == ["2mm"]


def test_every_word_is_somewhere():
    """No word of a prompt is lost: it is small, understood, assumed or listed."""
    from oyster_cli.words.tagger import tag

    quiet = {"small", "break", "not", "count", "intensity", "verb", "speed", "side", "distance", "colour"}
    for prompt, *_ in SIX + FORTY:
        reading = read_prompt(prompt)
        said = " ".join([*(each.text for each in reading.understood), *(each.word for each in reading.unknown)]).lower()
        for each in tag(prompt):
            if not each.means.keys() & quiet and "mm" not in each.text:
                assert each.text.lower() in said, (prompt, each.text)
