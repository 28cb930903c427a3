"""Words of directions, as data: what starts, stops, grows and fades, what is added, and what no cue can do yet."""

from __future__ import annotations

from oyster_cli.words.lexicon import phrases


def _forms(phrase: str) -> list[str]:
    """A verb phrase with the forms of its first word: pick up, picks up, picking up, picked up."""
    first, _, rest = phrase.partition(" ")
    stem = first[:-1] if first.endswith("e") else first
    doubled = stem + stem[-1]
    words = [first, f"{first}s", f"{first}es", f"{stem}ing", f"{stem}ed", f"{doubled}ing", f"{doubled}ed"]
    return [f"{word} {rest}".strip() for word in words]


_STATES = phrases({
    "on": "start, begin, roll in, come in, set in, arrive, move in, blow in, return, resume, come on, turn on, switch on, "
    "light up, "
    "close in, sweep in, kick in, drift in, creep in, break out, go on, relight, reignite, ignite, fall, descend",
    "off": "stop, cease, end, lift, dissipate, disperse, blow over, go away, die away, turn off, switch off, go off, go out, "
    "burn out, burn off, fade away, die, pass over, off, die out, put out, extinguish, dry up, dries up, dried up, dry out",
    "more": "pick up, rise, increase, grow, build, build up, strengthen, thicken, intensify, get heavier, get stronger, "
    "heavier, "
    "stronger, harder, thicker, worsen, get worse, rougher, flare up, get thicker, swell, up",
    "less": "die down, drop, ease, ease off, weaken, calm down, thin, fade, slacken, lighten, lighter, let up, subside, "
    "settle, "
    "weaker, thinner, get lighter, get weaker, calm, down",
})  # fmt: skip
_LEVELS = phrases({
    "more": "louder, turn up, bring up, raise, get louder, boost, twice as loud",
    "less": "softer, quieter, turn down, bring down, lower, get softer, get quieter, duck, half as loud",
    "off": "mute, silence",
    "on": "unmute",
})  # fmt: skip
_HUSHES = ("fall silent", "fell silent", "fall quiet", "fell quiet", "go silent", "went silent", "go quiet", "went quiet",
           "become silent", "is silent", "are silent")  # fmt: skip
_ALL = ("everything", "all", "all sound", "all sounds", "all the sounds", "every sound", "sound", "volume")
_SILENCE = ("silence", "silence falls", "sound fades out", "all sound fades out", "sound fades away", "sound stops",
            "fade out the sound", "fade the sound out")  # fmt: skip
_DOES = phrases(
    {
        "add": "add, bring in, bring on, appear, enter, show up, come into frame, walk in, drive in",
        "remove": "remove, disappear, vanish, exit, delete",
    }
)
_HOURS = phrases({
    "night": "night falls, night comes, night fell, it gets dark, gets dark, get dark, darkness falls, becomes night, "
    "pitch dark",
    "sunrise": "the sun rises, sun rises, the sun comes up, sun comes up, day breaks, dawn breaks",
    "dusk": "sunset, the sun sets, sun sets, the sun goes down, sun goes down, dusk falls, evening falls",
})  # fmt: skip
BUSES = phrases({
    "water": "water, bubbles, waterfall, river, sea, surf, wave, stream, ocean",
    "weather": "weather, rain, wind, thunder, storm, snow",
    "fire": "fire, campfire",
    "creatures": "creatures, animals, whale, birds, bird, owl, crickets, cricket, gull, crow, skylark, swallow, parrot, frog, "
    "cicada, insect, wolf",
    "people": "people, voices, crowd",
    "vehicles": "vehicles, vehicle, traffic, car, cars, siren, train, plane, helicopter",
    "foley": "foley, footsteps, footstep, steps, boat, boats, walker, horse, door",
    "effects": "effects, sound effects, bell, fan, firework, fireworks, explosion",
})  # fmt: skip

# What no cue can do yet: the whole clause is handed back, with the nearest thing that can be done.
_BLOCKED = {
    "cut": "a new shot in the list", "cuts": "a new shot in the list", "hard cut": "a new shot in the list",
    "crossfade": "oyster export", "dissolve": "oyster export", "fade to black": "oyster export", "fade in": "oyster export",
    "fade out": "level", "fades out": "level", "slow motion": "", "freeze": "", "speed up": "", "time lapse": "",
    "rack focus": "", "focus": "", "keep": "follow", "black and white": "", "nothing": "", "wide shot": "zoom out",
    "close up": "zoom in", "darker": "night", "brighter": "noon", "warmer": "golden hour", "cooler": "blue hour",
    "dim": "night", "every": "", "than": "", "as": "", "handheld": "", "shake": "",
    "low angle": "crane down", "high angle": "crane up",
    **dict.fromkeys(("everything but", "everything except", "all but", "all except"), "mute"),
}  # fmt: skip

_SMALL = ("make", "makes", "let", "get", "gets", "getting", "become", "becomes", "turn", "turns", "switch", "switches",
    "go", "goes",
          "jump", "jumps", "cut back", "then", "again", "keeps", "sound", "sounds", "volume", "noise", "lens", "to a",
    "change",
          "changes", "bring", "come", "comes", "whole", "into", "around", "starting", "we", "of the")  # fmt: skip


def direction_words() -> dict[str, dict[str, str]]:
    """The phrases that mean something in a direction beyond what they mean in a prompt."""
    table: dict[str, dict[str, str]] = {word: {"small": word} for word in _SMALL}
    for kind, verbs in (("state", _STATES), ("do", _DOES), ("level", _LEVELS)):
        for phrase, value in verbs.items():
            for form in _forms(phrase):
                table.setdefault(form, {})[kind] = value
    table |= {phrase: {"hour": value} for phrase, value in _HOURS.items()}
    table |= {phrase: {"blocked": near} for phrase, near in _BLOCKED.items()}
    table |= {"on": {"switch": "on"}, "sky": {"target": "sky"}, "flash": {"weather": "lightning"}, "strike": {"verb": "strike"}}
    for form in _forms("clear"):
        table[form] = table[f"{form} up"] = {"state": "off", "weather": "clear"}
    for hush in _HUSHES:
        table |= {form: {"level": "off", "hush": "off"} for form in _forms(hush)}
    for phrase in _ALL:
        table[phrase] = table.get(phrase, {}) | {"all": phrase}
    table |= {phrase: {"level": "off", "all": phrase} for phrase in _SILENCE}
    for noun in ("clap", "crack", "peal", "roll", "rumble", "boom"):
        table |= {phrase: {"weather": "lightning"} for phrase in (f"{noun} of thunder", f"thunder {noun}", f"thunder {noun}s")}
    table |= {"underwater": {"absent": ""}, "under water": {"absent": ""}}  # no camera goes from one place to another
    for phrase in ("take off", "turn around"):
        table |= {form: {"verb": phrase} for form in _forms(phrase)}
    for phrase in ("leave", "leaves", "leaving", "fly away", "flies away", "flying away", "fly off", "flies off"):
        table[phrase] = {"verb": "leave"}  # in a prompt leaves are on trees
    return table
