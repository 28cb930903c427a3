"""Words that are no things of ours, as data: small words, praise, words without effect, and what we do not have (yet)."""

from __future__ import annotations

from oyster_cli.words.lexicon import phrases


def _words(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.replace("\n", " ").split(","))


# Carry grammar, not content.
SMALL = _words("""a, an, or, the, of, in, at, by, over, under, above, below, with, from, to, into, onto, on, through, across,
 along, beside,
 near, next to, around, against, between, among, towards, toward, past, up to, for, as, while, where, there, is, are,
    was, be, being,
 it, its, his, her, their, this, that, these, then, during, has, have, some of, of a, out, off, down, up, so, very, just,
    only, one of,
 in front of, seen, we see, starts, begins, out at, inside, outside, beyond, after, before, surrounded by, full of, set in,
 shot, shots, scene, footage, video, clip, film, movie, view, camera, frame, image, show, shows, showing, featuring, angle,
 lens, seen from, sky, air, ground, weather, background, foreground, landscape, season, world, place, water, edge, top,
 walls, wall, side, day out, spot, what, which, who, still, again, now, slowly moving, moves, moving, in view, falling""")

# Says that it is good, not what it is.
PRAISE = _words("""beautiful, stunning, scenic, majestic, dramatic, atmospheric, breathtaking, gorgeous, spectacular,
 epic, amazing,
 lovely, magnificent, picturesque, serene, peaceful, tranquil, quiet, moody, mysterious, eerie, lonely, realistic,
 natural, nice,
 wonderful, magical, impressive, awe inspiring, idyllic, dreamy, cosy, cozy, pretty, wild, great, grand, vast, endless,
 gravel,
 rocky, rugged, remote, mighty, roaring, powerful, lush, crisp, cold, cool, steep, bare, open""")

# Spells of image models: they do nothing here, and it is said.
NO_EFFECT = _words("""8k, 4k, 16k, hd, uhd, hdr, masterpiece, best quality, high quality, highest quality, hyperrealistic,
 hyper realistic, photorealistic, photo realistic, ultra realistic, ultra detailed, highly detailed, detailed, intricate,
 cinematic,
 trending on artstation, artstation, unreal engine, unreal engine 5, octane render, octane, ray tracing, ray traced,
 award winning,
 national geographic, professional, high resolution, sharp focus, vivid, vibrant, stock footage, film grain, anamorphic, imax,
 photograph, photography, photo, render, 3d render, volumetric lighting, volumetric, depth of field, ultra hd, aesthetic""")

# Well-known words we have nothing for, under the nearest place, thing or weather we have ("" for none).
ABSENT = phrases({
    "coast": "island, lagoon, fjord",
    "desert": "sand, oasis, camel, caravan, camel caravan, nomad, bedouin, cactus, sand storm, sandstorm, dust storm, vulture, "
    "scorpion, savanna desert",
    "canyon": "on the moon, mesa, mars, badlands",
    "pass": "volcano, glacier, arctic, antarctica, tundra",
    "river": "savanna, savannah, swamp, marsh, lake, pond, pool, spring, canal, flood",
    "meadow": "garden, farm, hill, orchard",
    "street": "village, square, market, station, car park, parking lot, courtyard",
    "forest": "bamboo forest",
    "rock": "stone, castle, ruin, iceberg, statue, monument, island rock",
    "building": "temple, church, cathedral, cabin, house, hut, barn, tower, windmill, factory, shop, hotel, window, "
    "office, cafe, bar, "
    "roof, chimney, hall, museum, restaurant, school, hospital, palace",
    "sea": "ship, sailing ship, submarine",
    "whale": "dolphin, shark, orca, manta, manta ray, porpoise",
    "fish": "turtle, sea turtle, jellyfish, octopus, squid, seal, eel, ray fish, starfish",
    "surf": "tsunami, tide",
    "train": "steam train, tram",
    "car": "bus, truck, lorry, van, motorbike, motorcycle, tank",
    "walker": "diver, scuba diver, swimmer, bicycle, bike, astronaut, soldier, child, children, kid, baby, cowboy, "
    "robot, knight, "
    "couple walking, family, dancer, "
    "cyclist, worker, king, queen, player, mother, father, friend",
    "bird": "kite, penguin, duck, goose, geese, eagle, hawk, "
    "cockerel, "
    "rooster, chicken, swan, pigeon, bat, dragon",
    "cricket": "firefly, mosquito",
    "fog": "smoke, steam, dust, vapour, vapor",
    "snow": "ash, sleet",
    "rain": "hail",
    "storm": "tornado, hurricane, typhoon",
    "snow on the ground": "ice, frost, icicle",
    "star": "aurora, galaxy, space, comet",
    "moon": "planet",
    "sun": "ray",
    "campfire": "lava, magma, candle, firelight, fireplace, lava flow, ember",
    "night": "dark",
    "lamp": "lantern, spotlight, searchlight",
    "tree": "leaf, leaves, bush, palm, palm tree, fern",
    "waterfall": "fountain, dam, geyser",
    "handheld": "steadicam, gimbal",
    "": "paddle, detail, bench, bridge, viaduct, dog, cat, bear, fox, deer, cow, cattle, "
    "sheep, goat, lion, tiger, elephant, rabbit, "
    "squirrel, monkey, "
    "panda, kangaroo, giraffe, snake, wildebeest, spaceship, rocket, ufo, balloon, music, song, piano, "
    "guitar, drum, "
    "siren, alarm, horn, foghorn, engine, gunshot, voice, breathing, rainbow, "
    "moss, "
    "wheat, mushroom, tent, room, kitchen, bedroom, corridor, stage, studio, classroom, laboratory, earth, court, stadium, "
    "basketball court, windowsill, stall, boot, book, ball, cup, coffee, table, chair, food, apple, hat, umbrella, coat, "
    "dress, mirror, "
    "flag, ladder, monster, ghost, alien, sword, ice cream, summer, autumn, season change, hand, face, hair, "
    "eye, head, "
    "body, shadow, reflection, silhouette, colour, color, slow motion, time lapse, timelapse, "
    "cyberpunk, freeze, "
    "crossfade, fade, cut, golden, warm, tall, small, large, huge, tiny, old, "
    "new, ruined, "
    "wooden, narrow, fast, macro, fisheye, tilt shift, crab, church bell, silence, "
    "village square, "
    "wheel, glass, paper, wing, tail, tyre, tire, metal, floor, screen, bottle, box, bag, bed, home, toy, "
    "desk, phone, plate",
})  # fmt: skip

# The place that a thing implies, though we do not have the thing.
IMPLIES = phrases(
    {
        "coast": "sailing ship, crab, tsunami",
        "harbour": "ship, foghorn",
        "reef": "dolphin, shark, orca, manta, manta ray, sea turtle, jellyfish, octopus, squid, diver, scuba diver",
        "street": "tram, bus, truck, lorry, van, motorbike, motorcycle, cyberpunk, shop, hotel, cafe, restaurant",
        "forest": "deer, bear, fox, tent, mushroom, firefly",
        "river": "bridge, viaduct, fountain",
        "meadow": "windmill, cow, cattle, sheep, wheat",
    }
)
