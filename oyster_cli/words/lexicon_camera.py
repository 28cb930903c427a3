"""What crews say about the camera, as data: sizes, angles, supports, lenses. Moves are in script/moves.py."""

from __future__ import annotations

from oyster_cli.words.lexicon import phrases

SIZES = phrases({
    "ECU": "extreme close up, extreme closeup, ecu, xcu, big close up",
    "CU": "close up, closeup, cu, close shot",
    "MCU": "medium close up, medium closeup, mcu",
    "MS": "medium shot, mid shot, waist shot",
    "CS": "cowboy shot, american shot",
    "MWS": "medium wide shot, medium wide, medium long shot, mws, mls",
    "FS": "full shot, full body shot",
    "WS": "wide shot, long shot, wide view",
    "EWS": "extreme wide shot, extreme long shot, establishing shot, very wide shot, ews, els, xws, vista, panorama, panoramic",
})  # fmt: skip
ANGLES = phrases({
    "eye": "eye level, eye level shot",
    "low": "low angle, low angle shot, from below, worm's eye view, worms eye view",
    "high": "high angle, high angle shot, from above",
    "overhead": "overhead, overhead shot, top down, bird's eye view, birds eye view, top shot, god's eye view",
    "dutch": "dutch angle, dutch, canted angle, canted, dutch tilt",
})  # fmt: skip
SUPPORTS = phrases({
    "tripod": "tripod, on sticks",
    "handheld": "handheld, hand held, shaky camera, handheld camera, pov, point of view, first person",
    "drone": "drone, drone shot, aerial, aerial shot, aerial view, helicopter shot, flyover, drone view",
})  # fmt: skip
LENSES = phrases({
    "24": "wide angle, wide angle lens, wide lens",
    "50": "normal lens, standard lens",
    "135": "long lens, telephoto, telephoto lens, tele lens",
})  # fmt: skip
LOOKS = phrases({
    "noir": "noir, film noir, black and white, black & white, monochrome, b&w",
    "teal-orange": "teal and orange, orange and teal, teal orange, blockbuster look",
    "bleach": "bleach bypass, bleach, bleached look",
    "dream": "dream sequence, dreamlike, dream look",
    "day-for-night": "day for night",
    "golden": "golden look, warm look, warm grade",
    "cold": "cold look, cold grade, cool grade",
})  # fmt: skip
F_STOPS = phrases({"2": "shallow depth of field, shallow focus, bokeh", "11": "deep focus, deep depth of field"})
