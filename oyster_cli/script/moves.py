"""What crews call the moves of a camera, and how fast. Pure data, and one reader for short move texts."""

from __future__ import annotations

import difflib

_MOVES = {
    "static": "static, locked, locked off, lock off, hold, fixed camera, static camera, still camera",
    "pan-left": "pan left, pans left, panning left, swish pan left, whip pan left",
    "pan-right": "pan right, pans right, panning right, swish pan right, whip pan right, pan, pans, panning, whip pan",
    "tilt-up": "tilt up, tilts up, tilting up, look up, looks up, tilt, tilts",
    "tilt-down": "tilt down, tilts down, tilting down, look down, looks down",
    "roll": "camera roll, camera rolls, roll the camera",
    "dolly-in": "dolly in, dollies in, dolly forward, push in, pushes in, pushing in, push forward, track in, move in, "
    "moves in, camera forward, creep in, move closer, dolly",
    "dolly-out": "dolly out, dollies out, dolly back, pull out, pulls out, pull back, pulls back, pulling back, "
    "push out, track out, move back, moves back, move away",
    "truck-left": "truck left, trucks left, track left, tracks left, crab left, slide left, dolly left",
    "truck-right": "truck right, trucks right, track right, tracks right, crab right, slide right, dolly right",
    "pedestal-up": "pedestal up, ped up",
    "pedestal-down": "pedestal down, ped down",
    "crane-up": "crane up, cranes up, craning up, jib up, boom up, camera rises, camera ascends, rise up, crane",
    "crane-down": "crane down, cranes down, craning down, jib down, boom down, camera sinks, camera descends, camera lowers",
    "orbit-left": "orbit left, orbits left, arc left, arcs left, circle left, orbit clockwise, arc clockwise",
    "orbit-right": "orbit right, orbits right, arc right, arcs right, circle right, orbit, orbits, orbiting, orbit shot, "
    "arc, arc shot, arcs around, circles around, circle around, orbit counterclockwise, orbit anticlockwise",
    "follow": "follow, follows, following, tracking shot, tracking, follow shot",
    "zoom-in": "zoom in, zooms in, zooming in, crash zoom, zoom",
    "zoom-out": "zoom out, zooms out, zooming out",
    "dolly-zoom": "dolly zoom, zolly, vertigo shot, vertigo effect, vertigo",
}

# Phrase -> kind of move. Seen from above, a camera that circles clockwise moves to its own left.
MOVES: dict[str, str] = {phrase.strip(): kind for kind, line in _MOVES.items() for phrase in line.split(",")}

SPEEDS: dict[str, str] = {
    "slow": "slow", "slowly": "slow", "gently": "slow", "gradually": "slow", "gradual": "slow", "medium": "medium",
    "fast": "fast", "quick": "fast", "quickly": "fast", "rapidly": "fast", "rapid": "fast", "suddenly": "fast",
    "swiftly": "fast", "whip": "fast", "crash": "fast",
}  # fmt: skip


def read_move(text: str) -> dict[str, str]:
    """The fields of a Move for a short text such as "dolly in" or "slow crane-up". Raises ValueError with what was meant."""
    words = text.lower().replace("-", " ").split()
    speeds = [SPEEDS[word] for word in words if word in SPEEDS]
    phrase = " ".join(word for word in words if word not in SPEEDS)
    if phrase not in MOVES:
        near = difflib.get_close_matches(phrase, MOVES, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else "for example 'dolly in', 'pan left' or 'slow crane up'"
        raise ValueError(f"{text!r} is not a camera move; {hint}")
    return {"kind": MOVES[phrase], **({"speed": speeds[0]} if speeds else {})}
