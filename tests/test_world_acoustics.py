"""A place answers by its geometry: closed rooms against Eyring worked out by hand, and what each built place does."""

from dataclasses import replace

import numpy as np
import pytest
from filming import make_view  # noqa: F401 first: it starts the device

from oyster_cli.script.models import Scene
from oyster_cli.script.weather import Weather
from oyster_cli.world.acoustics import RAYS, Acoustics, Hits, _sphere, first_echoes, late_field
from oyster_cli.world.air import Air
from oyster_cli.world.places import build_site
from oyster_cli.world.site import Room, Site

DAY = Air(Weather(), 12.0, 1.0, 0.0, (0.8, 0.6), 20.0, 50.0, 0.0, 0.0)
SIZE = np.array([10.0, 7.5, 3.5])


def boxed(eye: np.ndarray, rays: np.ndarray, swallowed: float) -> Hits:
    """What rays meet in a box from 0 to SIZE."""
    way = np.where(rays > 0.0, SIZE - eye, eye) / np.maximum(np.abs(rays), 1e-9)
    far_m, wall = way.min(axis=1), way.argmin(axis=1)
    normal = -np.sign(rays) * np.eye(3)[wall]
    points = eye + far_m[:, None] * rays
    return Hits(rays, far_m, normal, np.full((len(rays), 2), swallowed), points)


def test_a_box_rings_as_eyring_says():
    """T9: 262.5 m³, 272.5 m² and 10 % give 1.473 s; rays from its middle find it out to a tenth."""
    eye = np.array([4.2, 3.1, 1.6])
    traced = [boxed(eye, _sphere(RAYS), 0.1)]
    for bounce in range(1, 4):
        last = traced[-1]
        way = last.normal + 0.999 * _sphere(RAYS)[(np.arange(RAYS) * 37 + 11 * bounce) % RAYS]
        traced.append(boxed(np.clip(last.points, 1e-3, SIZE - 1e-3), way / np.linalg.norm(way, axis=1, keepdims=True), 0.1))
    room, mean_m = late_field(traced, eye)
    assert mean_m == pytest.approx(4 * 262.5 / 272.5, rel=0.12)
    assert room.rt60_s == pytest.approx(1.473, rel=0.12)
    assert room.dull_db_s == pytest.approx(0.0, abs=1e-9)


def test_flat_walls_are_mirrors_where_they_are():
    """From the middle of a box 10 m long the ends answer as images; floor and roof are too near."""
    eye = np.array([5.0, 3.75, 1.75])
    patches = first_echoes(boxed(eye, _sphere(256)[::4], 0.1), eye, "1")
    ends = {round(patch.at[0]) for patch in patches if abs(patch.normal[0]) > 0.99}
    assert ends == {0, 10}
    assert all(patch.mirror and patch.returns == pytest.approx(0.9) for patch in patches)
    assert not any(abs(patch.normal[2]) > 0.9 for patch in patches)


@pytest.fixture(scope="module")
def built() -> dict[str, tuple[Site, Room, list]]:
    out = {}
    for place in ("canyon", "street"):
        site = build_site(Scene(place=place), 7)
        out[place] = (site, *Acoustics(site).around(np.array(site.stand.eye), DAY))
    return out


def test_a_canyon_and_a_street_answer_as_such_places_do(built):
    """1.5 to 3 s with echoes, 0.8 to 1.5 s; the facades stand nearer and are heard more."""
    canyon, street = built["canyon"][1], built["street"][1]
    assert 1.5 < canyon.rt60_s < 3.0
    assert 0.8 < street.rt60_s < 1.5
    assert street.level_db > canyon.level_db + 10.0
    assert canyon.pre_delay_s > 0.1 > street.pre_delay_s


def test_echoes_come_from_what_is_there(built):
    """The facades of the street, 7.5 m off its middle, and walls of the canyon tens of metres off."""
    fronts = {round(patch.at[0], 1) for patch in built["street"][2] if patch.mirror and abs(patch.normal[0]) > 0.99}
    assert {-7.5, 7.5} <= fronts
    site, _, patches = built["canyon"]
    far_m = [np.linalg.norm(np.array(patch.at) - site.stand.eye) for patch in patches]
    assert len(patches) >= 5
    assert max(far_m) > 60.0
    for patch in patches:
        assert patch.at[1] == pytest.approx(float(site.ground.height_at(patch.at[0], patch.at[2])), abs=0.5 * patch.reach_m)


def test_snow_swallows(built):
    site, bare, _ = built["canyon"]
    deep, _ = Acoustics(site).around(np.array(site.stand.eye), replace(DAY, snow_cover=1.0))
    assert deep.rt60_s < 0.85 * bare.rt60_s
    assert deep.level_db < bare.level_db - 0.5
    assert deep.dull_db_s > bare.dull_db_s + 3.0


def test_it_is_worked_out_anew_on_the_way_and_goes_on_from_its_state(built):
    site = built["street"][0]
    one, eye = Acoustics(site), np.array(site.stand.eye)
    first = one.around(eye, DAY)
    assert one.around(eye + [0.0, 0.0, 0.9], DAY) == first  # not far enough
    onward = one.around(eye + [0.0, 0.0, 30.0], DAY)
    assert onward != first
    other = Acoustics(site)
    other.load(one.save())
    assert other.around(eye + [0.0, 0.0, 30.5], DAY) == onward
