"""The layouts a take can be heard in, and how each is made of its ambisonic beds. Nothing is rendered for it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from oyster_cli.sound.ambisonics import CHANNELS, DEGREES, encode

SPEAKERS_DEG = (30.0, -30.0, 0.0, 110.0, -110.0)  # left, right, centre, both surrounds (ITU-R BS.775), to the left of ahead
SURROUND = 1.41  # how much a surround channel counts in loudness (BS.1770); the low-frequency channel does not
LFE = 3  # where it is in SMPTE's order
_MAX_RE = (1.0, 0.861, 0.612, 0.304)  # of each degree: P_l(cos 30.6°), the largest energy vector at third order (Zotter 2012)


@dataclass(frozen=True)
class Layout:
    """What channels there are.

    matrix (channels, 16): a bed's way into them; None where the take's own two ears are what is wanted. pairs: channels that
    an effect for stereo takes together; none where it would bend directions. judged (channels, n): how loudness is judged,
    None for by the channels themselves; weights (n,): how much each counts there.
    """

    name: str
    channels: int
    matrix: np.ndarray | None
    pairs: Sequence[slice]
    judged: np.ndarray | None
    weights: Sequence[float]

    @property
    def order(self) -> int:
        """Of ambisonics; 0 for all other layouts."""
        return round(self.channels**0.5) - 1 if self.name.startswith("ambix") else 0


@lru_cache
def layouts() -> dict[str, Layout]:
    """Every layout by its name."""
    six, pair = surround_matrix(), [slice(0, 2)]
    weights = (1.0, 1.0, 1.0, 0.0, SURROUND, SURROUND)
    made = [
        Layout("binaural", 2, None, pair, None, (1.0, 1.0)),
        Layout("stereo", 2, _cardioids(45.0, -45.0), pair, None, (1.0, 1.0)),
        Layout("5.1", 6, six, [slice(0, 2), slice(2, 3), slice(3, 4), slice(4, 6)], None, weights),
        *(
            Layout(f"ambix{order}", count, np.eye(count, CHANNELS), (), six[:, :count].T, weights)
            for order, count in ((1, 4), (2, 9), (3, 16))
        ),
        Layout("mono", 1, np.eye(1, CHANNELS), [slice(0, 1)], None, (1.0,)),
    ]
    return {layout.name: layout for layout in made}


def _cardioids(*azimuths_deg: float) -> np.ndarray:
    """(n, 16): cardioid microphones in one place, facing to the left by these angles."""
    turn = np.radians(np.array(azimuths_deg))
    out = np.zeros((len(turn), CHANNELS))
    out[:, 0], out[:, 1], out[:, 3] = 0.5, 0.5 * np.sin(turn), 0.5 * np.cos(turn)
    return out


def surround_matrix() -> np.ndarray:
    """(6, 16) for 5.1 in SMPTE's order: left, right, centre, low frequencies, both surrounds.

    Panned between speakers from every direction of a sphere, and these taken up by the bed's own patterns with max-rE weights
    (all-round ambisonic decoding, Zotter & Frank 2012). What is above or below goes to all five. As loud from everywhere on
    average. The low-frequency channel stays silent: it is there for effects that are laid by hand, and all bass of the
    place is in the others.
    """
    heights, shares = np.polynomial.legendre.leggauss(24)
    turns = np.arange(96) * np.pi / 48
    up, turn = (part.ravel() for part in np.meshgrid(heights, turns, indexing="ij"))
    flat = np.sqrt(1.0 - up**2)
    gains = encode(np.stack([-flat * np.sin(turn), up, flat * np.cos(turn)], axis=1)).astype(np.float64)
    share = np.repeat(shares / 192.0, 96)[:, None]
    wanted = flat[:, None] * _panned(turn) + abs(up)[:, None] / 5**0.5
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    five = (wanted * share).T @ (gains * (np.array(_MAX_RE)[DEGREES] * (2 * DEGREES + 1)))
    five /= np.sqrt(np.sum((gains @ five.T) ** 2 * share))
    return np.insert(five, LFE, 0.0, axis=0)


def _panned(turn: np.ndarray) -> np.ndarray:
    """(n, 5): gains of the two speakers around each direction, of power 1 (VBAP, Pulkki 1997). turn: radians to the left."""
    out = np.zeros((len(turn), len(SPEAKERS_DEG)))
    ring = np.argsort(SPEAKERS_DEG)
    for one, other in zip(ring, np.roll(ring, -1), strict=True):
        begin, end = np.radians(SPEAKERS_DEG[one]), np.radians(SPEAKERS_DEG[other])
        gap, after = (end - begin) % (2 * np.pi), (turn - begin) % (2 * np.pi)
        inside = after < gap
        near, far = np.sin(gap - after[inside]), np.sin(after[inside])
        power = np.hypot(near, far)
        out[inside, one], out[inside, other] = near / power, far / power
    return out
