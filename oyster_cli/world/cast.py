"""Who is in the scene: a thing for every word of it, for what the place itself holds, and for the weather."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import numpy as np

from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Thing

# kind of thing -> file and class in world/things. A new thing is a new file and a line here.
THINGS = {
    "plants": "plants:Plants",
    "oak": "oak:Oak",
    "fence": "fence:Fence",
    "village": "village:Village",
    "waterfall": "waterfall:Waterfall",
    "river": "river:River",
    "sea": "sea:Sea",
    "rain": "rain:Rain",
    "snow": "snow:Snow",
    "wind": "wind:Wind",
    "lightning": "lightning:Lightning",
    "campfire": "campfire:Campfire",
    "cricket": "crickets:Crickets",
    "insect": "insects:Insects",
    "owl": "owl:Owl",
    "bird": "birds:Birds",
    "gull": "birds:Gulls",
    "crow": "crows:Crows",
    "horse": "horse:Horse",
    "wolf": "wolf:Wolf",
    "skylark": "wings:Larks",
    "swallow": "wings:Swallows",
    "walker": "walker:Walker",
    "people": "people:People",
    "door": "door:Door",
    "crowd": "crowd:Crowd",
    "furniture": "furniture:Furniture",
    "signal": "signals:Signals",
    "car": "car:Cars",
    "siren": "siren:Siren",
    "building": "buildings:Buildings",
    "neon": "neon:Neon",
    "lamp": "lamps:Lamps",
    "sand": "sand:Sand",
    "city": "city:City",
    "parrot": "birds:Parrots",
    "frog": "birds:Frogs",
    "cicada": "cicadas:Cicadas",
    "helicopter": "helicopter:Helicopter",
    "fan": "fan:Fan",
    "train": "train:Train",
    "plane": "plane:Plane",
    "mist": "mist:Mist",
    "undersea": "undersea:Undersea",
    "fish": "fish:Fish",
    "bubbles": "bubbles:Bubbles",
    "whale": "whale:Whale",
    "basin": "basin:Basin",
    "quay": "quay:Quay",
    "boat": "boats:Boats",
    "bell": "bell:Bell",
    "lighthouse": "lighthouse:Lighthouse",
    "torch": "torch:Torch",
    "drip": "drip:Drip",
    "daylight": "daylight:Daylight",
    "fireworks": "fireworks:Fireworks",
    "explosion": "explosion:Explosion",
}
# What a place holds without being asked. Weather things are always there: they wait until the weather calls them.
HOLDS = {
    "canyon": ("plants", "river"),
    "coast": ("sea", "plants"),
    "desert": ("plants", "sand"),
    "forest": ("plants",),
    "meadow": ("plants", "oak", "fence", "village", "bird", "skylark", "swallow", "insect"),
    "pass": ("plants",),
    "street": ("building", "lamp", "neon", "city", "furniture", "signal", "people"),
    "river": ("river", "plants", "bird"),
    "jungle": ("river", "plants", "mist", "cicada", "parrot", "frog"),
    "reef": ("undersea", "plants", "fish", "bubbles"),
    "harbour": ("basin", "plants", "quay", "boat", "lighthouse", "gull"),
    "cave": ("drip", "torch", "daylight"),
}
WEATHER = ("wind", "rain", "snow", "lightning")
SAME = {"surf": "sea", "tree": "plants", "rock": "plants", "thunder": "lightning", "person": "walker", "path": "plants",
        "flower": "plants", "grass": "plants", "hedge": "plants", "weed": "plants",
        "jetty": "quay"}  # fmt: skip
# Words that rule out several.
MANY = {
    "bird": ("bird", "skylark", "swallow"),
    "walker": ("walker", "people", "crowd"),
    "people": ("walker", "people", "crowd"),
}
# Of these there is one that is everywhere in its place; others may come in again and again.
WHOLE = ("plants", "oak", "fence", "village", "insect", "waterfall", "river", "sea", "building", "neon", "lamp", "city",
         "sand", "mist", "undersea", "fish", "bubbles", "basin", "quay", "boat", "bell", "lighthouse",
         "torch", "drip", "daylight", "people", "crowd", "furniture", "signal", "fan", "train", "plane", "fireworks",
         *WEATHER)  # fmt: skip
STAY = ("river", "sea", "sand", "mist", "undersea", "basin", "quay", *WEATHER)  # the place's and the weather's own
# What the ground must have room for.
ONLY_AT = {"waterfall": ("canyon",), "sea": ("coast",), "river": ("canyon", "river", "jungle"), "oak": ("meadow",),
           "fence": ("meadow",), "village": ("meadow",), "sand": ("desert",), "mist": ("jungle",)}  # fmt: skip
ONLY_AT |= dict.fromkeys(("basin", "quay", "boat", "bell"), ("harbour",)) | {"lighthouse": ("harbour", "coast")}
ONLY_AT |= dict.fromkeys(("furniture", "signal", "siren"), ("street",))
ONLY_AT |= {"plane": tuple(place for place in HOLDS if place not in ("cave", "reef"))}
ONLY_AT |= {"train": ("meadow", "river", "desert")}
ONLY_AT |= dict.fromkeys(("drip", "daylight"), ("cave",))
ONLY_AT |= {"fireworks": ("street", "harbour", "coast", "meadow", "river", "canyon", "desert")}
ONLY_AT |= {"explosion": (*ONLY_AT["fireworks"], "forest", "pass")}
ONLY_AT["door"] = ("street", "harbour")
ONLY_AT["crowd"] = ("canyon", "coast", "desert", "forest", "harbour", "jungle", "meadow", "pass", "river", "street")
ONLY_AT |= dict.fromkeys(("undersea", "fish", "bubbles", "whale"), ("reef",))
DOWN_THERE = {"reef": ("undersea", "plants", "fish", "bubbles", "whale", "lightning")}  # all that a place under water can hold


def wanted(scene: Scene) -> dict[str, ThingSpec]:
    """Name -> what was asked, in a fixed order: the place's own things, the scene's, the weather's."""
    specs = {kind: ThingSpec(kind=kind) for kind in HOLDS.get(scene.place, ())}
    for spec in scene.things:
        if belongs(spec.kind, scene.place):
            specs[SAME.get(spec.kind, spec.kind)] = spec
    specs.update({kind: ThingSpec(kind=kind) for kind in WEATHER if kind not in specs and belongs(kind, scene.place)})
    if "siren" in specs and "car" in specs:  # the others leave it a lane
        free = "right" if specs["siren"].side == "left" else "left"
        specs["car"] = specs["car"].model_copy(update={"side": free})
    named = {spec.kind for spec in scene.things}  # an empty street, but for a walker
    ruled_out = {kind for ruled in scene.without for kind in MANY.get(ruled, (ruled,))} - named
    out = {SAME.get(kind, kind) for kind in ruled_out} - set(WEATHER)
    return {kind: spec for kind, spec in specs.items() if kind not in out}


def belongs(kind: str, place: str) -> bool:
    """Whether there is such a thing, and room for it at this place."""
    kind = SAME.get(kind, kind)
    return kind in THINGS and place in ONLY_AT.get(kind, (place,)) and kind in DOWN_THERE.get(place, (kind,))


def make_thing(name: str, spec: ThingSpec, site: Site, seed: int) -> Thing:
    """Build one thing. Its name is its key for every random draw it makes."""
    kind = SAME.get(spec.kind, spec.kind)
    module, cls = THINGS[kind].split(":")
    return getattr(import_module(f"oyster_cli.world.things.{module}"), cls)(name, spec, site, seed)


def make_cast(scene: Scene, site: Site, seed: int) -> dict[str, Thing]:
    """All things of a scene by name."""
    specs = {name: spec for name, spec in wanted(scene).items() if not (site.roof and name in WEATHER)}
    return {name: make_thing(name, spec, site, seed) for name, spec in specs.items()}


def subjects(cast: Mapping[str, Thing]) -> dict[str, np.ndarray]:
    """Where things are, for a camera that goes to one."""
    return {name: at for thing in cast.values() for name, at in thing.views().items()}
