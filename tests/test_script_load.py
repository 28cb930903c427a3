"""Shot lists: all faults at once, each at its place and with what was meant."""

import pytest

from oyster_cli.fault import Fault, Faults
from oyster_cli.script.load import load_document
from oyster_cli.script.shotlist import inherited, shot_id

BAD = """\
oyster: 1
projct: x
worlds: {canyon: {prompt: waterfall canyon}, empty: {}}
defaults: {camera: {sensor: s36}}
shots:
  - id: 0010
    world: canyn
    duration: 4 parsecs
    camera: {move: doly in, lense: 35mm, size: WX}
    cues:
      - at 2s a storm rolls in
      - {at: 2s, chnge: weather}
      - {at: 2s, change: wether}
  - id: 0010
    id: 0010
    look: {weather: strm, hour: dsk}
"""
# line, column, a word of the cause, what was meant
EXPECTED = [
    (2, 1, "projct", "project"),
    (3, 53, "empty", ""),
    (4, 29, "s36", "s35"),
    (7, 12, "canyn", "canyon"),
    (8, 15, "parsecs", "4s"),
    (9, 20, "doly", "dolly in"),
    (9, 29, "lense", "lens"),
    (9, 48, "WX", "WS"),
    (12, 9, "change", ""),
    (12, 18, "chnge", "change"),
    (13, 26, "wether", "weather"),
    (14, 5, "nothing", "prompt"),
    (15, 5, "id", "line 14"),
    (15, 9, "0010", ""),
    (16, 21, "strm", "storm"),
    (16, 33, "dsk", "dusk"),
]


def test_all_faults_of_a_file_come_at_once():
    with pytest.raises(Faults) as caught:
        load_document(BAD, "shots.yaml")
    found = {fault.where: fault for fault in caught.value.each}
    assert list(found) == [f"shots.yaml:{line}:{column}" for line, column, _, _ in EXPECTED]
    for fault, (_, _, cause, meant) in zip(found.values(), EXPECTED, strict=True):
        assert cause in fault.message
        assert meant in fault.remedy


def test_a_fault_shows_its_line_with_a_caret_under_the_word():
    with pytest.raises(Fault) as caught:
        load_document("oyster: 1\nshots:\n  - prompt: sea\n    sede: 3\n", "shots.yaml")
    shown, caret = caught.value.excerpt.splitlines()
    assert shown[caret.index("^") :].startswith("sede")
    assert "did you mean 'seed'?" in str(caught.value)


@pytest.mark.parametrize("text", ["defaults: {size: 640x360}\nshots: [prompt: sea]", "\nshots: [{prompt: sea, fps: 25}]"])
def test_what_stands_at_the_top_of_a_list_is_sent_there(text: str):
    with pytest.raises(Fault) as caught:
        load_document(f"oyster: 1\n{text}\n", "shots.yaml")
    assert "unknown key" in caught.value.message
    assert caught.value.remedy == "it stands at the top of the file"


@pytest.mark.parametrize(
    ("shot", "cause"),
    [
        ("{duration: 4s}", "nothing about what is there"),
        ("{prompt: sea, scene: {place: coast}}", "takes no prompt"),
        ("{world: w, scene: {place: coast}}", "not both"),
        ("{prompt: sea, id: a b}", "cannot be a name"),
        ("{prompt: sea, seed: -1}", "seed: -1 is too little (0 or more)"),
        ("{prompt: sea, duration: 1/0s}", "cannot be read"),
        ("{prompt: sea, camera: {lens: 3mm}}", "lens: 3mm is too little (6 or more)"),
        ("{prompt: sea, camera: {f_stop: .nan}}", "number"),
        ("3", "mapping"),
    ],
)
def test_each_way_to_say_it_wrong_is_one_fault(shot, cause):
    with pytest.raises(Fault) as caught:
        load_document(f"oyster: 1\nworlds: {{w: {{prompt: sea}}}}\nshots:\n  - {shot}\n", "x")
    assert cause in str(caught.value)


@pytest.mark.parametrize("size", ["1279x720", "1280", "0x0", "axb", "99999x2"])
def test_odd_sizes_are_refused_with_an_example(size):
    with pytest.raises(Fault, match="1280x720"):
        load_document(f"oyster: 1\nsize: {size}\nshots: [{{prompt: sea}}]\n", "x")


def test_settings_are_inherited_from_defaults_and_list():
    document = load_document(
        "oyster: 1\nseed: 3\nquality: draft\ndefaults: {seed: 5, duration: 2s}\n"
        "shots: [{prompt: sea, seed: 9}, {prompt: sea}, {prompt: sea, quality: final}]\n",
        "x",
    )
    assert [inherited(document, shot, "seed") for shot in document.shots] == [9, 5, 5]
    assert [inherited(document, shot, "quality") for shot in document.shots] == ["draft", "draft", "final"]
    assert {inherited(document, shot, "duration") for shot in document.shots} == {"2s"}
    assert [shot_id(index) for index in (0, 1, 11)] == ["sc010_sh0010", "sc010_sh0020", "sc010_sh0120"]


def test_an_aspect_sets_an_even_height():
    document = load_document("oyster: 1\nsize: 1920x1080\naspect: 2.39\nshots: [{prompt: sea}]\n", "x")
    width, height = document.pixels()
    assert (width, height % 2) == (1920, 0)
    assert abs(width / height - 2.39) < 2.39 / height * 1.01


@pytest.mark.parametrize(
    ("cue", "cause", "remedy"),
    [
        ("change: hour, to: banana", "'banana' is not a number", "dawn"),
        ("change: hour, to: 31", "31.0 is outside 0 to 24", ""),
        ("change: lens, to: wide", "'wide' is not a number", ""),
        ("change: level, target: watr, to: more", "bus 'watr' is not known", "did you mean 'water'?"),
        ("change: level, target: water, to: loudish", "'loudish' is not a number", "more"),
        ("change: weather, target: rainn, to: on", "weather 'rainn' is not known", "did you mean 'rain'?"),
        ("change: weather, to: {winds: 3}", "field of weather 'winds' is not known", ""),
        ("change: weather, to: rain", "a cue that changes weather needs a target", ""),
        ("change: move", "a cue that changes move needs a move", "dolly in"),
        ("change: add", "a cue that changes add needs a target", ""),
    ],
)
def test_a_cue_that_nothing_could_follow_is_a_fault_where_it_stands(cue: str, cause: str, remedy: str):
    text = f"oyster: 1\nshots:\n- prompt: waterfall canyon\n  cues:\n  - at 1s night falls\n  - {{at: 1s, {cue}}}\n"
    with pytest.raises(Fault) as caught:
        load_document(text, "shots.yaml")
    assert cause in caught.value.message
    assert remedy in caught.value.remedy
    assert caught.value.where.startswith("shots.yaml:6:")
