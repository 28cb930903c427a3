"""The words we know, as data: places, things, hours, weathers and what things do. A new thing adds its words here.

Words stand in the singular; plurals are found by the tagger. A hyphen counts as a space.
"""

from __future__ import annotations


def phrases(table: dict[str, str]) -> dict[str, str]:
    return {phrase.strip(): value for value, line in table.items() for phrase in line.split(",")}


# Places the world can build.
PLACES = phrases({
    "canyon": "canyon, gorge, ravine, chasm, slot canyon, canyonland",
    "coast": "coast, coastline, shore, seashore, shoreline, beach, cliff, sea cliff, headland, bay, seaside, rocky coast, "
    "rocky shore, coastal, sea, ocean, at sea, open sea",
    "forest": "forest, wood, woods, woodland, grove, pine forest, forest clearing, clearing, taiga, pine wood, "
    "conifer forest, "
    "spruce forest, pinewood, oak forest, broadleaf forest, forest floor",
    "pass": "mountain pass, the pass, mountain, mountains, mountain range, mountain ridge, ridge, snow ridge, "
    "snowy ridge, alps, alpine, "
    "peak, summit, alpine pass, snowy pass, snow pass, high pass, snowfield, mountainside",
    "desert": "desert, sand desert, sandy desert, dune, sand dune, desert dune, sand sea, dune sea, erg, sahara, dunescape, "
    "dune field, sea of sand, arabian desert, namib, gobi",
    "street": "street, city street, city, town, alley, alleyway, avenue, downtown, road, cityscape, urban, side street, "
    "boulevard, main street, highway, motorway",
    "jungle": "jungle, rainforest, rain forest, tropical forest, tropical rainforest, jungle valley, rainforest valley, "
    "jungle clearing, amazon",
    "river": "river, riverside, riverbank, river bank, river valley, valley, stream, brook, creek, riverside path, "
    "river path",
    "meadow": "meadow, flower meadow, wildflower meadow, hay meadow, pasture, grassland, field, green field, countryside, "
    "hillside, rolling hill, rolling hills, farmland, lawn, park, prairie",
    "reef": "reef, coral reef, underwater, under water, underwater reef, undersea, underwater scene, seabed, sea bed, "
    "seafloor, sea floor, ocean floor, beneath the sea, under the sea, below the surface, beneath the waves, "
    "beneath the surface, "
    "underwater world, tropical reef, coral, coral garden, deep sea, atoll",
    "harbour": "harbour, harbor, port, fishing port, quay, quayside, marina, jetty, pier, dock, docks, wharf, "
    "wooden jetty, wooden pier, boardwalk, fishing harbour, fishing village, waterfront, mooring",
    "cave": "cave, cavern, grotto, limestone cave, cave chamber, cave system, underground, underground cave, dripstone cave, "
    "cave pool, underground pool, cave lake, underground lake",
})  # fmt: skip

# Words above that name a thing as much as a place: a plain place beside them wins.
SOFT_PLACES = {"sea", "ocean", "river", "stream", "brook", "creek", "beach", "shore", "road", "cliff", "mountain", "peak",
               "mountains", "mountain range", "field", "countryside", "riverside", "city", "ridge", "coastal", "alpine",
    "urban"}  # fmt: skip

FEET = ("feet", "foot", "boots", "boot", "shoes", "shoe")  # who says so wants to see them
# Things the world can build.
THINGS = phrases({
    "waterfall": "waterfall, the falls, cascade, cataract",
    "river": "river, stream, brook, creek, torrent, rapids",
    "sea": "sea, ocean",
    "surf": "surf, wave, breaker, swell, sea spray",
    "campfire": "campfire, camp fire, fire, bonfire, flame",
    "conifer": "pine, pine tree, conifer, fir, spruce, pine forest, pine wood, pinewood, conifer forest, spruce forest, "
    "cedar, "
    "evergreen",
    "oak": "oak, oak tree, great oak, old oak, lone oak, lone tree, solitary tree, single tree",
    "fence": "fence, gate, field gate, wooden fence, five barred gate",
    "village": "church tower, steeple, church spire, hamlet, farmhouse, distant village, far village",
    "broadleaf": "birch, beech, maple, willow, broadleaf, oak forest, broadleaf forest",
    "tree": "tree",
    "rock": "rock, boulder, stones",
    "building": "building, skyscraper, tower block, apartment block, office block, shop front, storefront, house front, "
    "window, lit window",
    "neon": "neon sign, neon, neon light, sign, lit sign, shop sign",
    "lamp": "lamp, street lamp, street light, streetlight, streetlamp, lamp post, lamppost, lights, light",
    "car": "car, taxi, cab, automobile, sedan, vehicle, headlight, hatchback, limousine",
    "walker": "walker, person, man, woman, hiker, wanderer, traveller, traveler, pedestrian, figure, people, men, women, "
    "runner, "
    "girl, boy, stranger, mountaineer, climber, lone figure, passer by, someone, fisherman, sailor, "
    f"footsteps, {', '.join(FEET)}",
    "cricket": "cricket, grasshopper",
    "insect": "insect, bee, bumblebee, honeybee, butterfly",
    "owl": "owl, tawny owl",
    "bird": "bird, songbird, robin, blackbird, thrush, nightingale, sparrow, finch, birdsong, bird song",
    "skylark": "skylark, lark",
    "swallow": "swallow, swift, martin",
    "flower": "flower, wildflower, wild flower, buttercup, daisy, poppy, clover, blossom",
    "grass": "grass, tall grass, long grass",
    "hedge": "hedge, hedgerow",
    "gull": "gull, seagull, sea gull",
    "crow": "crow, raven, rook, jackdaw",
    "horse": "horse, pony, stallion, mare",
    "wolf": "wolf, wolves, grey wolf, wolf pack",
    "parrot": "parrot, macaw, toucan, cockatoo, jungle bird, tropical bird",
    "frog": "frog, tree frog, toad",
    "cicada": "cicada",
    "helicopter": "helicopter, chopper",
    "plane": "aeroplane, airplane, plane, jet, airliner, jet plane, passenger jet, aircraft",
    "train": "train, railway, railroad, passenger train, locomotive, train track, diesel train",
    "siren": "siren, ambulance, police car, fire engine, emergency vehicle, police siren, ambulance siren",
    "fan": "fan, ventilator, air conditioner, air conditioning, air conditioning unit, generator, machine, extractor fan",
    "boat": "boat, fishing boat, sailboat, sailing boat, yacht, trawler, dinghy, rowing boat, rowboat, mast, fishing fleet",
    "bell": "bell, boat bell, ship's bell, ship bell, buoy, bell buoy, harbour bell, harbor bell, fog bell",
    "lighthouse": "lighthouse, beacon, light house",
    "star": "star, starlight, starry, starry sky, milky way",
    "moon": "moon, full moon, moonlight, moonlit, crescent moon, half moon",
    "sun": "sun",
    "whale": "whale, humpback, humpback whale",
    "fish": "fish, fishes, shoal, shoal of fish, school of fish, reef fish, tropical fish, clownfish",
    "bubbles": "bubble, air bubble",
    "weed": "sea grass, seagrass, seaweed, kelp, kelp forest",
    "torch": "torch, burning torch, flaming torch, torchlight, torchlit, torch light",
    "drip": "drip, dripping water, dripping, water drip, drop, water drop, drop of water, water droplet, droplet, dripstone, "
    "stalactite, stalagmite",
    "door": "door, front door, shop door, wooden door, house door, doorway",
    "crowd": "crowd, audience, crowd of people, market crowd, people talking, people chatting, murmur of voices, chatter, "
    "onlookers, spectator, gathering, babble of voices",
    "jetty": "jetty, wooden jetty, pier, wooden pier, boardwalk",
    "fireworks": "firework, fireworks, firework display, fireworks display, firework show",
    "explosion": "explosion, blast",
    "path": "path, gravel path, footpath, trail, track, dirt path, dirt track, gravel track",
})  # fmt: skip
KINDS = frozenset(THINGS.values())

EMPTY = {"empty": ("walker", "car"), "deserted": ("walker", "car"), "uninhabited": ("walker",)}  # words that rule things out
# Colours that things can have; a taxi has its own.
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "white", "grey", "gray", "silver",
    "black", "cyan",
           "amber", "violet")  # fmt: skip
COLOURED = ("car", "walker", "neon", "helicopter", "train", "siren")
LIVERIES = {"taxi": "taxi", "cab": "taxi"}
ADDED = (
    "waterfall",
    "campfire",
    "cricket",
    "insect",
    "owl",
    "bird",
    "skylark",
    "swallow",
    "gull",
    "crow",
    "horse",
    "wolf",
    "walker",
    "car",
    "building",
    "neon",
    "lamp",
    "parrot",
    "frog",
    "cicada",
    "helicopter",
    "fan",
    "siren",
    "train",
    "plane",
    "torch",
    "drip",
    "whale",
    "boat",
    "bell",
    "lighthouse",
    "fireworks",
    "explosion",
    "crowd",
)  # what a cue can add
SEVERAL = {"car": 4, "walker": 3, "people": 9, "bird": 5, "skylark": 2, "swallow": 5, "gull": 5, "crow": 6, "horse": 3,
           "traffic": 16, "heavy traffic": 16, "busy street": 16, "rush hour": 16, "busy road": 16}  # fmt: skip  # of a plural
COLLECTIVES = phrases({"car": "traffic, cars, heavy traffic, busy street, busy road, rush hour",
                       "walker": "people, pedestrians, passers by, men, women"})  # fmt: skip
SUBJECTS = ("waterfall", "walker", "campfire", "car", "oak", "whale", "torch", "train", "siren")  # what a camera can be about

# A thing named without a place stands somewhere. The first thing named decides.
PLACE_OF = {
    "waterfall": "canyon", "river": "river", "sea": "coast", "surf": "coast", "campfire": "forest", "conifer": "forest",
    "broadleaf": "forest", "tree": "forest", "oak": "meadow", "fence": "meadow", "village": "meadow", "flower": "meadow",
    "grass": "meadow", "hedge": "meadow", "insect": "meadow", "skylark": "meadow", "swallow": "meadow",
    "building": "street", "neon": "street", "lamp": "street", "car": "street",
    "walker": "river", "people": "street",
    "cricket": "forest", "owl": "forest", "bird": "forest", "gull": "coast", "crow": "meadow", "path": "river",
    "horse": "meadow", "wolf": "forest",
    "rock": "canyon", "parrot": "jungle", "frog": "river", "cicada": "jungle", "helicopter": "jungle",
    "fan": "street", "siren": "street", "train": "meadow",
    "plane": "meadow",
    "whale": "reef", "fish": "reef", "bubbles": "reef", "weed": "reef",
    "boat": "harbour", "bell": "harbour", "crowd": "street", "door": "street", "jetty": "harbour", "lighthouse": "coast",
    "torch": "cave", "drip": "cave", "fireworks": "harbour", "explosion": "desert",
}  # fmt: skip
PLACE_OF_WEATHER = {"storm": "coast", "lightning": "coast", "snow": "pass", "heavy snow": "pass", "blizzard": "pass",
                    "light snow": "pass", "snow on the ground": "pass", "fog": "forest", "mist": "river"}  # fmt: skip
WEATHER_OF = {"desert": {"cloud": 0.1, "visibility_m": 11_000}}  # a place's own fair weather, where it is not everyone's

# What a second place adds when the first one is taken.
PLACE_AS_THING = {"forest": "conifer", "river": "river", "coast": "sea"}

WEATHER_WORDS = phrases({
    "clear": "clear, clear sky, clear skies, blue sky, blue skies, cloudless, sunny, sunshine, sunlit, sun drenched, "
    "fair weather, "
    "fine weather, bright sunlight, sunlight, sun ray, ray of sun, sunbeam, sun beam, light ray, light shaft, shaft of light, "
    "god ray",
    "clouds": "cloud, cloudy, clouded, partly cloudy, broken cloud",
    "overcast": "overcast, grey sky, gray sky, leaden sky, dull sky",
    "rain": "rain, rainy, raining, rainfall, rainy weather, shower, rain falling, falling rain, it rains, rains",
    "light rain": "light rain, drizzle, drizzling, drizzly, sprinkle",
    "heavy rain": "downpour, cloudburst, torrential rain, pouring rain, deluge",
    "storm": "storm, stormy, thunderstorm, tempest, thunder storm",
    "snow": "snow, snowing, snowfall, snow falling, falling snow, snowflake, snows",
    "heavy snow": "snowstorm, snow storm",
    "blizzard": "blizzard, whiteout, white out",
    "snow on the ground": "snowy, snow covered, snow capped, snow on the ground, snowbound, snow ridge, snow pass, "
    "snowy ridge, "
    "snowy pass, snowfield, snow clad, winter, wintry, deep snow",
    "blowing snow": "blowing snow, drifting snow, blown snow",
    "mist": "mist, misty, light fog",
    "fog": "fog, foggy, fogbound",
    "haze": "haze, hazy, smog",
    "heat haze": "heat haze, shimmer, shimmering, shimmering heat, heat shimmer, heat, hot, scorching, scorching heat, "
    "blazing heat, sweltering, mirage, heat wave",
    "calm": "calm, windless, no wind, still air, calm weather",
    "light snow": "light snow, light snowfall, snow flurry",
    "breeze": "breeze, breezy, light wind, light breeze",
    "wind": "wind, windy, windswept, gust, gusty, gusting",
    "strong wind": "gale, squall, high wind, howling wind, gale force wind, hard wind",
    "lightning": "lightning, thunder, lightning bolt, lightning flash, thunderclap, lightning strike",
    "wet": "wet, rain soaked, puddle, after rain, after the rain, after a storm, after the storm, "
    "after a shower, "
    "rain slicked, damp",
    "dry": "dry",
})  # fmt: skip
WEATHER_OFF: dict[str, dict[str, float]] = {
    "rain": {"rain_mm_h": 0},
    "snow": {"snow_mm_h": 0},
    "fog": {"visibility_m": 23_000},
    "wind": {"wind_m_s": 0.3},
    "lightning": {"lightning_per_min": 0},
    "clouds": {"cloud": 0},
    "storm": {"lightning_per_min": 0, "rain_mm_h": 0},
}
# Weather words on a scale: the word for more of it and for less of it.
STRONGER = {
    "rain": "heavy rain",
    "snow": "heavy snow",
    "wind": "strong wind",
    "fog": "thick fog",
    "mist": "fog",
    "clouds": "overcast",
    "breeze": "wind",
    "storm": "storm",
    "strong wind": "strong wind",
    "lightning": "lightning",
}
WEAKER = {"rain": "light rain", "snow": "light snow", "wind": "breeze", "fog": "mist", "clouds": "light cloud",
    "breeze": "breeze",
          "mist": "mist"}  # fmt: skip
INTENSITY = phrases({
    "more": "heavy, heavily, strong, strongly, hard, torrential, pouring, driving, fierce, violent, howling, dense, "
    "thick, intense, "
    "raging, big, bad, heavier, harder, stronger",
    "less": "light, lightly, gentle, gently, soft, softly, slight, faint, thin, weak, lighter",
})  # fmt: skip

HOUR_WORDS = phrases({
    "dawn": "dawn, daybreak, first light, early morning, before sunrise",
    "sunrise": "sunrise, sun up, sunup",
    "morning": "morning, mid morning",
    "day": "day, daytime, daylight, by day, broad daylight",
    "noon": "noon, midday, high noon",
    "afternoon": "afternoon",
    "golden hour": "golden hour, magic hour, low sun, late afternoon, evening sun, golden light",
    "sunset": "sunset, sundown, setting sun",
    "dusk": "dusk, twilight, nightfall",
    "blue hour": "blue hour",
    "evening": "evening",
    "night": "night, nighttime, night time, at night, nocturnal, by night, in the dark, darkness, late at night",
    "midnight": "midnight",
})  # fmt: skip
NIGHT_THINGS = ("star", "moon")  # they can only be seen at night

NUMBERS = {
    "a couple of": 2, "a pair of": 2, "a few": 3, "few": 3, "several": 3, "some": 3, "many": 6, "lots of": 6, "dozens of": 24,
    "a dozen": 12,
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "one": 1,
    "single": 1, "lone": 1, "solitary": 1, "both": 2, "twenty": 20, "a group of": 5, "couple": 2, "pair": 2, "dozen": 12,
}  # fmt: skip

SIDES = phrases({
    "left": "on the left, to the left, at left, on the left side, left side, left hand side, from the left, left to right, "
    "from left to right",
    "right": "on the right, to the right, at right, on the right side, right side, right hand side, from the right, "
    "right to left, from right to left",
    "centre": "in the middle, in the centre, in the center, at the centre, centred, centered",
})  # fmt: skip
DISTANCES = phrases({
    "far": "in the distance, distant, far away, far off, in the background, in the far distance, faraway, on the horizon, "
    "far, "
    "behind",
    "mid": "in the middle distance, in the midground",
    "near": "in the foreground, close by, near the camera, close to the camera, nearby",
})  # fmt: skip

# What things do. verb -> (action, the kinds that do it); action "" is what such things do anyway.
_WEATHER_VERB = "rain snow wind fog storm lightning cloud star moon sun"
VERBS = {
    "walk": ("walk", "walker people horse"), "hike": ("walk", "walker people"), "stroll": ("walk", "walker people"),
    "climb": ("walk", "walker people"), "wade": ("wade", "walker people"),
    "wander": ("walk", "walker people horse"), "cross": ("cross", "walker people car helicopter train plane horse"),
    "run": ("run", "walker horse"), "jog": ("run", "walker"),
    "approach": ("walk", "walker surf storm"), "stand": ("stand", "walker people horse wolf"),
    "wait": ("stand", "walker people"),
    "trot": ("trot", "horse"), "gallop": ("gallop", "horse"), "canter": ("gallop", "horse"), "graze": ("stand", "horse"),
    "pass": ("pass", "car walker people horse bird skylark swallow gull crow helicopter whale siren train plane"),
    "drive": ("pass", "car siren"), "go by": ("pass", "car walker horse helicopter whale siren train plane"),
    "drive past": ("pass", "car siren"), "drive by": ("pass", "car siren"),
    "pass by": ("pass", "car walker people horse helicopter whale siren train plane"),
    "wail": ("on", "siren"), "race": ("pass", "car siren train"), "honk": ("horn", "train"), "toot": ("horn", "train"),
    "rattle": ("pass", "train"), **dict.fromkeys(("blow its horn", "blows its horn", "sounds its horn"), ("horn", "train")),
    "park": ("stop", "car"),
    "speed": ("pass", "car siren"), "fly": ("fly", "bird skylark swallow gull crow owl parrot insect helicopter plane"),
    "circle": ("fly", "bird skylark swallow gull crow owl insect helicopter"),
    "hoot": ("call", "owl"),
    "call": ("call", "owl bird skylark swallow gull crow cricket parrot frog wolf"),
    "sing": ("call", "bird skylark swallow cricket cicada frog whale"),
    "cruise": ("pass", "whale"), "glide": ("pass", "whale bird gull crow"), "swim": ("", "fish whale"), "dart": ("", "fish"),
    "chirp": ("call", "bird skylark swallow cricket"),
    "ring": ("ring", "bell"), "toll": ("ring", "bell"), "chime": ("ring", "bell"),
    "moor": ("", "boat"), "rock": ("", "boat"), "bob": ("", "boat"), "creak": ("", "boat door"), "clank": ("ring", "bell"),
    "cry": ("call", "gull crow"), "caw": ("call", "crow"), "croak": ("call", "frog crow"),
    "screech": ("call", "owl gull parrot"),
    "glow": ("", "campfire neon lamp moon torch"),
    "break": ("", "surf sea"), "crash": ("", "surf sea waterfall lightning"), "hit": ("", f"surf sea {_WEATHER_VERB}"),
    "roll": ("", f"surf sea {_WEATHER_VERB}"), "lap": ("", "surf sea river"), "pound": ("", "surf sea rain waterfall"),
    "burn": ("", "campfire torch"), "crackle": ("", "campfire torch"), "flicker": ("", "campfire neon lamp lightning torch"),
    "blaze": ("", "campfire"), "fall": ("", f"waterfall {_WEATHER_VERB}"), "plunge": ("", "waterfall"), "drop": ("",
    "waterfall"),
    "tumble": ("", "waterfall river"), "thunder": ("", "waterfall surf"),
    "roar": ("", "waterfall surf wind campfire helicopter plane"), "hum": ("", "fan neon"), "whirr": ("", "fan"),
    "spin": ("", "fan"),
    "flow": ("", "river waterfall"), "run through": ("", "river path"), "wind through": ("", "river path"),
    "rush": ("", "river waterfall"), "murmur": ("", "river crowd"), "babble": ("", "river"), "pour": ("", "waterfall rain"),
    "blow": ("", "wind snow"), "howl": ("call", "wind wolf"), "rage": ("", "storm sea wind"),
    "drift": ("", "snow fog cloud bubbles fish whale"),
    "swirl": ("", "snow fog wind surf"), "sway": ("", "tree conifer broadleaf oak grass flower weed"),
    "shine": ("", "moon star sun neon lamp"),
    "rise": ("", "moon fog bubbles"), "strike": ("", "lightning"), "flash": ("", "lightning neon"),
    "rumble": ("", "lightning storm"),
    "hover": ("hover", "helicopter"), "land": ("land", "helicopter"), "touch down": ("land", "helicopter"),
    "fly over": ("fly", "helicopter plane"), "fly past": ("pass", "helicopter plane"),
    "buzz": ("call", "cicada"), "cheer": ("cheer", "crowd"), "talk": ("talk", "crowd"), "chat": ("talk", "crowd"),
    "open": ("open", "door"), "shut": ("close", "door"), "close": ("close", "door"), "slam": ("slam", "door"),
    "slam shut": ("slam", "door"),
    "hang": ("", "fog cloud"), "sigh": ("", "wind"), "whistle": ("", "wind"), "twinkle": ("", "star"),
}  # fmt: skip
