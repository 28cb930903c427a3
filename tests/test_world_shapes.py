"""Shapes against closed forms: volumes, unit normals, budgets, sizes, and a gait whose feet stay where they are."""

from __future__ import annotations

import numpy as np
import pytest

from oyster_cli.picture import kinds, room
from oyster_cli.picture.kinds import Mesh, join
from oyster_cli.picture.mesh import box, boxes, extrude, flat, icosphere, lathe, loft, placed, tube, turn
from oyster_cli.picture.occlusion import shaded
from oyster_cli.world.shapes import (
    bird,
    blossom,
    broadleaf,
    building,
    bush,
    campfire,
    car,
    conifer,
    deadwood,
    facade,
    grass,
    oak,
    rock,
    sign,
    street,
    turf,
)  # fmt: skip
from oyster_cli.world.shapes import gait as g
from oyster_cli.world.shapes.walker import walker

PLANTS = {
    "spruce": (lambda seed, level: conifer.conifer(seed, level), (3300, 1300, 320, 45)),
    "dwarf": (lambda seed, level: conifer.conifer(seed, level, "dwarf"), (3300, 1300, 320, 45)),
    "pine": (lambda seed, level: conifer.conifer(seed, level, "pine"), (3300, 750, 170, 45)),
    **{
        kind: (lambda seed, level, kind=kind: broadleaf.broadleaf(seed, level, kind), (9000, 2400, 840, 110))
        for kind in broadleaf.HABITS
    },
    **{kind: (lambda s, level, kind=kind: oak.oak(s, level, kind), (23500, 9500, 3600, 700, 120)) for kind in oak.HABITS},
    **{kind: (lambda s, level, kind=kind: blossom.blossom(s, level, kind), (150, 60, 30, 12)) for kind in blossom.KINDS},
    "sward": (grass.sward, (150, 60, 20, 10)),
    "turf": (turf.turf, (750, 190, 50, 20)),
    "bush": (bush.bush, (2700, 1100, 250, 55)),
    "fern": (bush.fern, (500, 200, 40, 12)),
    "heather": (bush.heather, (430, 135, 36)),
    "flower": (bush.flower, (150, 75, 30)),
    "grass": (grass.grass, (440, 170, 55, 8)),
    "dry grass": (lambda seed, level: grass.grass(seed, level, 0.92), (460, 190, 70, 12)),
    "reed": (grass.reed, (240, 100, 8)),
    "snag": (deadwood.snag, (360, 215, 80)),
    **{
        kind: (lambda seed, level, kind=kind: rock.rock(seed, level, kind), (1280, 320, 80, 20))
        for kind in ("rock", "boulder", "slab", "pebble")
    },
}


def volume(mesh: Mesh) -> float:
    """Of a closed mesh, by the divergence theorem: positive when its triangles run counter-clockwise seen from outside."""
    a, b, c = mesh.points[mesh.triangles].astype(float).swapaxes(0, 1)
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def sound(mesh: Mesh) -> None:
    """Everything kinds.Mesh promises."""
    n = len(mesh.points)
    assert n
    assert mesh.triangles.min() >= 0
    assert mesh.triangles.max() < n
    assert all(len(getattr(mesh, name)) == n for name in ("normals", "colours", "material", "sway", "shade"))
    for name in ("points", "normals", "colours", "sway", "shade"):
        assert getattr(mesh, name).dtype == np.float32
        assert np.isfinite(getattr(mesh, name)).all()
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)
    assert mesh.shade.min() >= 0
    assert mesh.shade.max() <= 1
    dull = ~np.isin(mesh.material, (kinds.GLOW, kinds.ROOM, kinds.CABIN))  # the last two hold places
    assert mesh.colours[dull].max(initial=0) < 0.9
    assert mesh.colours.min() >= 0


def test_volumes_against_closed_forms():
    assert volume(boxes([0, 0, 0], [2, 3, 4], (0.5, 0.5, 0.5))) == pytest.approx(24, rel=1e-6)
    b = 0.1  # a bevelled box: the middle prism is the rectangle less four corners, the two caps are frustums (Simpson, exact)

    def area(inset: float) -> float:
        return (2 - 2 * inset) * (4 - 2 * inset) - 2 * b * b

    caps = 2 * b / 6 * (area(b) + 4 * area(b / 2) + area(0))
    assert volume(box((2, 3, 4), b)) == pytest.approx(area(0) * (3 - 2 * b) + caps, rel=1e-5)
    ring = 0.5 * 12 * np.sin(2 * np.pi / 12)  # a regular 12-gon of radius 1
    assert volume(lathe([(1, 0), (1, 2)], 12, (0.5, 0.5, 0.5))) == pytest.approx(2 * ring, rel=1e-5)
    assert volume(lathe([(1, 0), (0, 3)], 12, (0.5, 0.5, 0.5))) == pytest.approx(ring, rel=1e-5)  # a cone: a third
    assert volume(extrude(np.array([(0, 0), (1, 0), (0, 1)]), 0.5, (0.5, 0.5, 0.5))) == pytest.approx(0.25, rel=1e-5)
    assert 0.98 * 4 / 3 * np.pi < volume(icosphere(3)) < 4 / 3 * np.pi


def test_icosphere_is_closed_and_round():
    ball = icosphere(2)
    assert len(ball.triangles) == 20 * 4**2
    assert len(ball.points) - len(ball.triangles) * 3 // 2 + len(ball.triangles) == 2  # Euler
    np.testing.assert_allclose(np.linalg.norm(ball.points, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(ball.normals, ball.points, atol=1e-6)


def test_tube_keeps_its_radius():
    path = np.array([(0, 0, 0), (0, 1, 0), (0, 2, 0)], float)
    mesh = tube(path, 0.3, 8, (0.5, 0.5, 0.5))
    np.testing.assert_allclose(np.hypot(mesh.points[:, 0], mesh.points[:, 2]), 0.3, atol=1e-6)
    np.testing.assert_allclose((mesh.points - mesh.normals * 0.3)[:, [0, 2]], 0, atol=1e-6)


def test_placed_turns_and_scales_normals():
    mesh = placed(icosphere(2), (1, 2, 3), turn("y", 30), (1, 2, 0.5))
    assert volume(mesh) == pytest.approx(volume(icosphere(2)), rel=1e-4)
    np.testing.assert_allclose(turn("y", 90) @ [0, 0, 1], [1, 0, 0], atol=1e-12)  # y turns z towards x
    local = (mesh.points - [1, 2, 3]) @ turn("y", 30)
    slope = local / np.array([1, 2, 0.5]) ** 2  # gradient of the ellipsoid
    expected = slope / np.linalg.norm(slope, axis=1, keepdims=True) @ turn("y", 30).T
    np.testing.assert_allclose(mesh.normals, expected, atol=1e-3)
    assert volume(placed(icosphere(1), scale=(-1, 1, 1))) > 0  # mirrored, and still outside out


def test_flat_has_face_normals():
    mesh = flat(icosphere(1))
    a, b, c = mesh.points.reshape(-1, 3, 3).swapaxes(0, 1)
    assert abs(np.einsum("ij,ij->i", mesh.normals[::3], b - a)).max() < 1e-5
    assert (np.einsum("ij,ij->i", mesh.normals[::3], c) > 0).all()


def test_occlusion_darkens_what_is_covered():
    ball = placed(icosphere(2), (0, 1.0, 0))
    alone, floored = shaded(ball, 2.0), shaded(ball, 2.0, floor=0.0)
    top, bottom = ball.points[:, 1] > 1.9, ball.points[:, 1] < 0.1
    assert alone.shade[top].min() > 0.8
    assert floored.shade[bottom].max() < 0.5 < floored.shade[top].min()


@pytest.mark.parametrize("kind", PLANTS)
def test_plants(kind: str):
    make, budgets = PLANTS[kind]
    for level, budget in enumerate(budgets):
        mesh = make(3, level)
        sound(mesh)
        assert len(mesh.triangles) <= budget
        assert mesh.points[:, 1].max() == pytest.approx(1, abs=0.02)
        foot = mesh.points[:, 1] < 0.02
        assert mesh.sway[foot].max(initial=0) < 0.25  # a willow's curtain swings there
        if kind not in ("rock", "boulder", "slab", "pebble"):
            assert mesh.points[:, 1].min() > -0.3
            assert mesh.sway[mesh.points[:, 1] > 0.8].mean() > mesh.sway[mesh.points[:, 1] < 0.3].mean()
    again, other = make(3, 1), make(4, 1)
    assert np.array_equal(again.points, make(3, 1).points)
    assert not np.array_equal(again.points[:40], other.points[:40])


def silhouette(mesh: Mesh, cells: int = 24) -> float:
    """Share of cells of a square of side 1 that hold some part of the mesh, seen along z: points strewn over its triangles."""
    a, b, c = mesh.points[mesh.triangles].swapaxes(0, 1)
    u, v = np.sqrt(np.random.default_rng(0).random((60, 1, 1))), np.random.default_rng(1).random((60, 1, 1))
    at = (a * (1 - u) + b * (u * (1 - v)) + c * (u * v)).reshape(-1, 3)
    cell = np.floor(np.stack([at[:, 0] + 1, at[:, 1]], axis=1) * cells).astype(int)
    return len(np.unique(cell, axis=0)) / cells**2


@pytest.mark.parametrize("kind", ["spruce", "pine", "oak", "birch"])
def test_levels_fill_alike(kind: str):
    make, _ = PLANTS[kind]
    fine, coarse = silhouette(make(1, 0)), silhouette(make(1, 2))
    assert 0.6 < coarse / fine < 1.4


@pytest.mark.parametrize("style", building.STYLES)
def test_building(style: str):
    near, far = building.building(5, 10.0, 12.0, 5, style)
    for mesh in (near, far):
        sound(mesh)
    assert 800 < len(near.triangles) < 4000
    assert len(far.triangles) < 200
    roof = building.GROUND_M + 4 * building.STYLES[style].floor_m
    assert far.points[:, 1].max() == pytest.approx(roof + 0.5)
    assert abs(far.points[:, 0]).max() == pytest.approx(5.0)
    assert far.points[:, 2].max() == pytest.approx(12.0)


def test_share_of_lit_windows():
    panes = [building.building(seed, 12.0, 12.0, 8, "brick", lit=0.3)[1] for seed in range(12)]
    lit = sum((mesh.material == kinds.GLOW).sum() for mesh in panes)
    dark = sum((mesh.material == kinds.GLASS).sum() for mesh in panes)
    assert 0.2 < lit / (lit + dark) < 0.45
    glow = np.concatenate([mesh.colours[mesh.material == kinds.GLOW] for mesh in panes])
    assert (glow[:, 0] > glow[:, 1]).all()  # 2700 to 4000 K: red over green over blue
    assert (glow[:, 1] > glow[:, 2]).all()
    assert not (building.building(1, lit=0.0)[0].material == kinds.GLOW).any()


@pytest.mark.parametrize("kind", car.FORMS)
def test_car(kind: str):
    made = car.car(kind)
    for mesh in (made.body, made.head, made.tail, made.wheel):
        sound(mesh)
    assert len(made.body.triangles) + 4 * len(made.wheel.triangles) < 3000
    radius = np.hypot(made.wheel.points[:, 1], made.wheel.points[:, 2]).max()
    assert radius == pytest.approx(made.wheel_m)
    np.testing.assert_allclose(made.axles[:, 1], made.wheel_m)  # the wheels stand on the ground
    assert abs(np.abs(made.body.points[:, 0]).max() - abs(made.axles[:, 0]).max()) < 0.4
    assert made.body.points[:, 1].min() > 0.1
    assert made.head.points[:, 2].min() > made.axles[:, 2].max() > made.axles[:, 2].min() > made.tail.points[:, 2].max()
    for axle in made.axles:  # nothing of the body lies in a wheel's way
        near = made.body.points[np.abs(made.body.points[:, 0] - axle[0]) < 0.1]
        assert np.hypot(near[:, 1] - axle[1], near[:, 2] - axle[2]).min() > made.wheel_m


def test_small_things():
    things = [*bird.bird("gull"), *bird.owl(), campfire.hearth(1), deadwood.log(1), deadwood.stump(1), deadwood.litter(1)]
    things += [street.bench(), street.hydrant(), street.litter_bin(), *street.manhole(), street.drain()]
    things += [street.cable([0, 5, 0], [8, 5, 0]), street.pavement(10.0, 3.5, 0.13, 0.018)]
    things += [rock.pebbles(1), street.kerb(np.array([(0, 0.12, 0), (0, 0.12, 3), (1, 0.12, 6)], float))]
    for mesh in things:
        sound(mesh)
    for light in (street.lamp_post(), street.lantern(), street.traffic_light("green")):
        sound(join([light.body, light.glow]))
        assert (light.glow.material == kinds.GLOW).all()
    cable = street.cable(np.array([0, 5, 0]), np.array([8, 5, 0]), 0.6)
    assert cable.points[:, 1].min() == pytest.approx(5 - 0.6, abs=0.02)


def test_a_lit_pane_says_where_it_is_in_its_room():
    low = np.array([[1.0, 5.0, 0.1], [4.0, 5.0, 0.1]])
    panes = facade.quads(low[:, 0], low[:, 0] + 1.2, low[:, 1], low[:, 1] + 1.5, low[:, 2])
    for turned in (panes, panes[:, ::-1] * [1, 1, -1]):  # to both sides of a house
        homes = facade.lit_rooms(turned, np.array([7, 9]), sill_m=0.8).colours.reshape(2, 4, 3)
        np.testing.assert_allclose(homes[..., 0].mean(1), room.WIDE_M / 2, atol=1e-5)
        np.testing.assert_allclose(np.ptp(homes[..., 0], axis=1), 1.2, atol=1e-5)
        np.testing.assert_allclose(homes[..., 1], turned[..., 1] - 5.0 + 0.8, atol=1e-5)
        np.testing.assert_allclose(homes[..., 2] % 1 * room.HALF_PART_M, 0.6, atol=1e-3)
        np.testing.assert_array_equal(homes[:, 0, 2] // 1, [7, 9])
    shop = facade.lit_rooms(panes, np.array([3, 3]), middle=3.1).colours
    assert np.ptp(shop[:, 0]) == pytest.approx(4.2)
    assert shop[0, 2] % 1 * room.SHOP_PART_M == pytest.approx(4.5, abs=0.02)
    np.testing.assert_array_equal(shop[:, 2] // 1, room.SHOPS + 3)


def test_neon_spells_and_switches():
    made = sign.neon("HOTEL", "blue", upright=True)
    sound(made.glow)
    assert made.size[1] > 4 * made.size[0]
    assert (made.glow.material == kinds.GLOW).all()
    assert (made.board.material != kinds.GLOW).all()
    assert abs(made.glow.points[:, 1]).max() < made.size[1] / 2
    assert len(sign.neon("BAR").glow.triangles) != len(sign.neon("OPEN").glow.triangles)
    assert sign.neon("24H NOODLES").size[0] > 4.0
    for low, high, near in zip(made.far.points.min(0), made.far.points.max(0), made.glow.points.T, strict=True):
        assert near.min() - 0.02 < low <= high < near.max() + 0.02  # the same word from afar
    assert 4 * len(made.far.triangles) < len(made.glow.triangles)


# ---- gait -------------------------------------------------------------------------------------------------------------


def walk(speed_m_s: float, height_m: float, phases: np.ndarray, ground: g.Ground | None = None) -> dict[str, np.ndarray]:
    """Poses (n, 3, 4) by part of a body that walks along +z, over z = phase * stride."""
    length, _ = g.stride(speed_m_s, height_m)
    poses = np.stack([g.gait(p, speed_m_s, height_m, (0.0, p * length), 0.0, ground) for p in phases])
    return {part: poses[:, k].astype(float) for k, part in enumerate(g.PARTS)}


def point(pose: np.ndarray, at: tuple[float, float, float]) -> np.ndarray:
    return pose @ np.array([*at, 1.0])


def sole(feet: dict[str, np.ndarray], side: str, height_m: float) -> np.ndarray:
    """(n, 3 points, 3): heel, ball and toe tip."""
    foot, toe = feet[f"foot_{side}"], feet[f"toe_{side}"]
    heel, ball = (point(foot, (0, -g.ANKLE * height_m, z * height_m)) for z in (g.HEEL, g.BALL))
    return np.stack([heel, ball, point(toe, (0, 0, (g.TOE - g.BALL) * height_m))], axis=1)


SPEEDS = [(0.7, 1.6), (1.3, 1.75), (1.7, 1.9)]


@pytest.mark.parametrize(("speed", "tall"), SPEEDS)
def test_stance_foot_does_not_slip(speed: float, tall: float):
    for side, offset in (("left", 0.0), ("right", 0.5)):
        heel_down, ball_down = np.linspace(0, 0.35, 40) + offset, np.linspace(0.09, 0.615, 40) + offset
        heel = sole(walk(speed, tall, heel_down), side, tall)[:, 0]
        ball = sole(walk(speed, tall, ball_down), side, tall)[:, 1]
        assert np.ptp(heel, axis=0).max() < 0.01
        assert np.ptp(ball, axis=0).max() < 0.01
        assert abs(heel[:, 1]).max() < 0.002


@pytest.mark.parametrize(("speed", "tall"), SPEEDS)
def test_swing_foot_clears_the_ground(speed: float, tall: float):
    swing = np.linspace(0.66, 0.95, 60)
    lowest = sole(walk(speed, tall, swing), "left", tall)[..., 1].min(axis=1)
    assert 0.005 < lowest.min() < 0.025
    everywhere = sole(walk(speed, tall, np.linspace(0, 1, 120)), "left", tall)[..., 1]
    assert everywhere.min() > -0.002


@pytest.mark.parametrize(("speed", "tall"), SPEEDS)
def test_knees_bend_the_right_way_and_bones_keep_their_length(speed: float, tall: float):
    body = walk(speed, tall, np.linspace(0, 1, 121))
    thigh, shank, foot = (body[f"{part}_left"] for part in ("thigh", "shank", "foot"))
    np.testing.assert_allclose(np.linalg.norm(shank[..., 3] - thigh[..., 3], axis=1), g.THIGH * tall, rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(foot[..., 3] - shank[..., 3], axis=1), g.SHANK * tall, rtol=1e-3)
    bend = np.degrees(np.arctan2(*(np.einsum("nj,nj->n", shank[:, :, 1], thigh[:, :, k]) for k in (2, 1))))
    assert bend.min() > 0.5  # never straight, never backwards
    assert 40 < bend.max() < 75
    for part in ("pelvis", "thigh_left", "hand_right"):
        turned = body[part][:, :, :3]
        np.testing.assert_allclose(turned @ turned.transpose(0, 2, 1), np.tile(np.eye(3), (121, 1, 1)), atol=1e-4)
        np.testing.assert_allclose(np.linalg.det(turned), 1, atol=1e-4)


def test_knee_follows_measured_angles():
    """Knee flexion of normal walking in degrees at shares of the stride, within what people differ by."""
    phases = np.array([0.0, 0.12, 0.40, 0.60, 0.72, 0.97])
    body = walk(1.3, 1.75, phases)
    bend = np.degrees(np.arccos(np.einsum("nj,nj->n", body["shank_left"][:, :, 1], body["thigh_left"][:, :, 1]).clip(-1, 1)))
    np.testing.assert_allclose(bend, [5, 18, 5, 40, 64, 3], atol=11)


def test_stride_and_contacts():
    for speed in (0.6, 1.3, 1.8):
        length, period = g.stride(speed, 1.75)
        assert length == pytest.approx(speed * period)
    length, period = g.stride(1.3, 1.75)
    assert 1.3 < length < 1.5
    assert 105 < 120 / period < 115  # steps a minute
    seen = g.contacts(-0.001, 1.0)
    assert [(c.side, c.kind, round(c.phase, 2)) for c in seen] == [
        ("left", "heel strike", 0.0), ("right", "toe off", 0.12), ("right", "heel strike", 0.5), ("left", "toe off", 0.62),
        ("left", "heel strike", 1.0),
    ]  # fmt: skip
    assert [c for k in range(21) for c in g.contacts(k / 7, (k + 1) / 7)] == g.contacts(0, 3)  # spans tile


def test_heel_strike_is_where_and_when_it_says():
    speed, tall, heading = 1.3, 1.75, 0.7
    length, _ = g.stride(speed, tall)
    way = np.array([np.sin(heading), np.cos(heading)])
    for contact in g.contacts(1.9, 3.1):
        if contact.kind != "heel strike":
            continue
        before, at = (g.gait(p, speed, tall, tuple(way * p * length), heading) for p in (contact.phase - 0.02, contact.phase))
        foot = g.PARTS.index(f"foot_{contact.side}")
        heel = (0, -g.ANKLE * tall, g.HEEL * tall)
        assert point(before[foot], heel)[1] > 0.003 > abs(point(at[foot], heel)[1])
        told = g.heel_at(contact, 2.0, speed, tall, way * 2.0 * length, heading)
        np.testing.assert_allclose(point(at[foot], heel)[[0, 2]], told, atol=0.01)


def test_feet_find_uneven_ground():
    def ground(points: np.ndarray) -> np.ndarray:
        return 0.08 * points[:, 1]

    phases = np.linspace(0, 2, 200)
    feet = sole(walk(1.2, 1.75, phases, ground), "left", 1.75)
    assert (feet[..., 1] - 0.08 * feet[..., 2]).min() > -0.02
    stands = (phases % 1 > 0.1) & (phases % 1 < 0.35)
    assert np.ptp(feet[stands & (phases < 1), 1], axis=0).max() < 0.01


@pytest.mark.parametrize(("speed", "tall"), SPEEDS)
def test_no_leg_pierces_the_coat(speed: float, tall: float):
    body = walk(speed, tall, np.linspace(0, 1, 60, endpoint=False))
    parts = dict(zip(g.PARTS, walker(tall), strict=True))
    for panel, way in (("skirt_front", 1), ("skirt_back", -1)):
        cloth = parts[panel].points[parts[panel].material == kinds.CLOTH] / tall
        for share in (0.5, 0.85):  # down the thigh
            for side in g.SIDES:
                spot = (0.0, -share * g.THIGH * tall, way * 0.046 * tall)
                skin = np.array([point(pose, spot) for pose in body[f"thigh_{side}"]])
                seen = np.array([pose[:, :3].T @ (at - pose[:, 3]) for pose, at in zip(body[panel], skin, strict=True)]) / tall
                level = cloth[np.abs(cloth[:, 1] - seen[:, 1].mean()) < 0.035]
                middle = level[np.abs(level[:, 0]) < 0.07]
                assert (way * seen[:, 2] < way * np.median(middle[:, 2])).all()


def test_walker_is_whole():
    parts = walker(1.8)
    assert len(parts) == len(g.PARTS)
    for mesh in parts:
        sound(mesh)
    assert sum(len(mesh.triangles) for mesh in parts) < 4200
    body = join([placed(m, p[:, 3], p[:, :3]) for m, p in zip(parts, g.gait(0.3, 1.3, 1.8), strict=True)])
    assert body.points[:, 1].max() == pytest.approx(1.8, rel=0.03)
    assert abs(body.points[:, 1].min()) < 0.01


def test_wings_flap():
    poses = np.stack([bird.flap(p) for p in np.linspace(0, 1, 41)])
    tips = np.stack([poses[:, k] @ np.array([s * 0.5, 0, 0, 1.0]) for k, s in ((1, -1), (2, 1))], axis=1)
    np.testing.assert_allclose(tips[:, 0, 1], tips[:, 1, 1], atol=1e-6)  # both alike
    assert np.ptp(tips[:, 0, 1]) > 0.4
    np.testing.assert_allclose(poses[0], poses[-1], atol=1e-5)


def test_loft_closes():
    square = np.array([(1, 0, 1), (1, 0, -1), (-1, 0, -1), (-1, 0, 1)], float)
    rings = np.stack([square, np.add(square, [0, 2, 0])])
    assert volume(loft(rings, (0.5, 0.5, 0.5))) == pytest.approx(8)


@pytest.mark.parametrize("kind", ["rock", "boulder", "slab"])
def test_a_stone_is_cut_by_planes_and_shows_their_normals(kind: str) -> None:
    rng = np.random.default_rng(4)
    way, cut = rock._planes(rng, kind)
    ball = icosphere(3).points.astype(float)
    radius, normal = rock._hewn(ball, way, cut, 0.03)
    over = (ball * radius[:, None]) @ way.T - cut
    assert over.max() < 1e-6  # nothing sticks out of a face
    flat = np.abs(over).min(axis=1) < 0.004
    assert flat.mean() > 0.2
    facing = (normal[flat] * way[np.abs(over[flat]).argmin(axis=1)]).sum(axis=1)
    assert np.median(facing) > 0.98
