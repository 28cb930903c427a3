"""The ground of every place against closed forms: the warp, the noise, what is seen and heard across it, what stands on it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from scipy.interpolate import PchipInterpolator

from oyster_cli.fault import Fault
from oyster_cli.picture import device
from oyster_cli.picture.curve import Curve
from oyster_cli.script.models import Scene
from oyster_cli.world import noise
from oyster_cli.world.boxed import boxed
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp, see_sky
from oyster_cli.world.places import PLACES, build_site
from oyster_cli.world.places.beds import stepped
from oyster_cli.world.places.erosion import carve_valleys
from oyster_cli.world.places.frame import aim, project
from oyster_cli.world.places.land import Land
from oyster_cli.world.site import Site

SUBJECT = {"canyon": "waterfall_foot", "coast": "stack", "forest": "campfire", "pass": "summit"}


@pytest.fixture(autouse=True)
def _kernels() -> None:
    device.start("auto")


@cache
def site(place: str) -> Site:
    return build_site(Scene(place=place), 7)


def shaped(warp: Warp, shape: torch.Tensor) -> Ground:
    """A bare ground of this height."""
    one = torch.ones_like(shape)
    three, two = shape[..., None].expand(*shape.shape, 3), shape[..., None].expand(*shape.shape, 2)
    return Ground(warp, shape, three, one, one, one, one, torch.zeros(2, 4), 0.0, one * DRY_M, two, one)


def small_warp() -> Warp:
    return Warp(Axis.reaching(-300.0, 300.0, 257, 0.5), Axis.reaching(-100.0, 500.0, 257, 0.5))


def nodes(warp: Warp) -> tuple[torch.Tensor, torch.Tensor]:
    z, x = torch.meshgrid(torch.from_numpy(warp.z.nodes()), torch.from_numpy(warp.x.nodes()), indexing="ij")
    return x, z


def test_axis_reaches_where_it_should_and_turns_back() -> None:
    axis = Axis.reaching(-500.0, 3500.0, 1024, 0.4)
    assert axis.to_world(np.array([0.0, 1023.0])) == pytest.approx([-500.0, 3500.0], rel=1e-9)
    index = np.linspace(0, 1023, 5000)
    assert np.abs(axis.to_grid(axis.to_world(index)) - index).max() < 1e-4
    middle = axis.to_world(axis.offset + np.array([-0.5, 0.5]))
    assert middle[1] - middle[0] == pytest.approx(0.4, rel=1e-3)
    assert (np.diff(axis.nodes()) > 0).all()


def test_heights_and_normals_of_a_plane() -> None:
    warp = small_warp()
    x, z = nodes(warp)
    ground = shaped(warp, 3.0 + 0.2 * x - 0.1 * z)
    at = np.random.default_rng(1).uniform(-90, 90, (2, 200))
    assert ground.height_at(*at) == pytest.approx(3.0 + 0.2 * at[0] - 0.1 * at[1], abs=0.02)
    assert ground.normal_at(*at) == pytest.approx(np.tile(np.array([-0.2, 1.0, 0.1]) / np.sqrt(1.05), (200, 1)), abs=0.01)


def test_water_is_dry_next_to_dry_nodes() -> None:
    warp = small_warp()
    x, _ = nodes(warp)
    ground = shaped(warp, torch.zeros_like(x))
    wet = Ground(**{**vars(ground), "water": torch.where(x < 10.0, torch.full_like(x, 2.0), torch.full_like(x, DRY_M))})
    assert wet.water_at(np.array([0.0, 8.0, 12.0]), 0.0) == pytest.approx([2.0, 2.0, DRY_M])
    edge = np.linspace(9.0, 11.0, 50)
    assert set(np.round(wet.water_at(edge, 0.0), 3)) == {2.0, DRY_M}  # never something between


def test_detour_over_a_wedge() -> None:
    warp = small_warp()
    x, z = nodes(warp)
    top = float(warp.z.nodes()[np.argmin(np.abs(warp.z.nodes() - 40.0))])  # a row of nodes, so that the grid has the edge
    ridge = shaped(warp, (10.0 - 2.0 * (z - top).abs()).clamp(min=0.0))
    source, ear, up = np.array([[0.0, 1.0, 80.0], [0.0, 1.0, 0.0], [0.0, 30.0, 0.0]])
    by_hand = np.hypot(top, 9.0) + np.hypot(80.0 - top, 9.0) - 80.0
    assert ridge.detour_m(source, ear, 800)[0] == pytest.approx(by_hand, rel=0.02)
    assert ridge.detour_m(source, ear)[0] == pytest.approx(by_hand, rel=0.15)
    assert ridge.detour_m(source + up, ear + up)[0] == 0.0
    flat = shaped(warp, torch.zeros_like(x))
    assert flat.detour_m(np.array([[5.0, 0.0, 60.0], [0.0, 2.0, 3.0]]), ear).max() < 1e-9


def test_sky_over_a_plane_and_in_a_trench() -> None:
    warp = small_warp()
    x, _ = nodes(warp)
    assert see_sky(warp, torch.zeros_like(x)).numpy() == pytest.approx(1.0, abs=0.01)
    half_angle = np.radians(35.0)  # of a V: its walls rise at 55 degrees
    seen = see_sky(warp, x.abs() / np.tan(half_angle))
    row = int(warp.z.offset)
    bottom = float(seen[row - 2 : row + 3, 126:131].mean())
    azimuth = np.radians(np.arange(0, 360, 1.0))
    by_hand = np.mean(1 / (1 + (np.sin(azimuth) / np.tan(half_angle)) ** 2))
    assert bottom == pytest.approx(by_hand, rel=0.08)


def even(n: int, step: float) -> tuple[torch.Tensor, torch.Tensor]:
    line = torch.arange(n, dtype=torch.float32) * step
    z, x = torch.meshgrid(line, line, indexing="ij")
    return x.contiguous(), z.contiguous()


def test_noise_spectrum_falls_like_a_landscape() -> None:
    x, z = even(512, 1.0)
    field = noise.fbm(x, z, 128.0, 3, octaves=6).numpy()
    assert field.std() == pytest.approx(noise.STD, rel=0.15)
    window = np.hanning(512)
    power = np.abs(np.fft.fft2(field * window[:, None] * window)) ** 2
    k = np.hypot(*np.meshgrid(np.fft.fftfreq(512), np.fft.fftfreq(512))) * 512
    octaves = [power[(k >= low) & (k < 2 * low)].sum() for low in (4, 8, 16, 32)]
    falls = np.log2(octaves[:-1]) - np.log2(octaves[1:])
    assert falls.mean() == pytest.approx(2.0, abs=0.35)  # gain 0.5: a quarter of the power each octave


def test_noise_has_no_favoured_direction() -> None:
    x, z = even(700, 3.0)
    field = noise.fbm(x, z, 40.0, 11, octaves=4).numpy()
    lag = 5
    along = np.mean((field[:, lag:] - field[:, :-lag]) ** 2)
    ahead = np.mean((field[lag:] - field[:-lag]) ** 2)
    turned = noise.fbm((x - z) * 0.5**0.5, (x + z) * 0.5**0.5, 40.0, 11, octaves=4).numpy()
    oblique = np.mean((turned[:, lag:] - turned[:, :-lag]) ** 2)
    assert np.array([ahead, oblique]) / along == pytest.approx([1.0, 1.0], abs=0.15)


def test_noise_leaves_out_what_the_grid_cannot_carry() -> None:
    x, z = even(256, 1.0)
    fine, coarse = (noise.fbm(x, z, 64.0, 5, step_m=torch.full_like(x, s)).numpy() for s in (0.1, 16.0))
    rough = [np.abs(np.diff(field, 2)).mean() for field in (fine, coarse)]
    assert rough[1] < 0.2 * rough[0]
    assert (noise.fbm(x, z, 64.0, 5, step_m=torch.full_like(x, 64.0)) == 0).all()
    crests = noise.ridged(x, z, 64.0, 5)
    assert float(crests.min()) >= 0.0
    assert 0.9 < float(crests.max()) <= 1.0


def test_water_cuts_valleys_that_drain() -> None:
    x, z = even(96, 20.0)
    plan = 200.0 * torch.exp(-(((x - 950) ** 2 + (z - 950) ** 2) / 500.0**2)) + 2.0 * noise.fbm(x, z, 200.0, 2)
    cut = carve_valleys(plan, torch.full_like(plan, 3.0), 20.0, 15, 0.05, 0.8).numpy()
    inner = cut[1:-1, 1:-1]
    around = np.stack([cut[1 + i : 95 + i, 1 + j : 95 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j])
    assert (around.min(0) < inner).mean() > 0.98  # hardly a pit is left
    assert (inner - around.min(0)).max() < 0.8 * 20.0 * 1.05  # and nothing stands steeper than it may


@pytest.mark.parametrize("place", PLACES)
def test_camera_stands_clear(place: str) -> None:
    here = site(place)
    x, y, z = here.stand.eye
    assert 1.0 < y - max(here.ground.height_at(x, z), here.ground.water_at(x, z)) < 12.0
    for scatter in here.scatters:
        away = np.hypot(scatter.at[:, 0] - x, scatter.at[:, 2] - z)
        assert (away > np.minimum(0.5 + 0.3 * scatter.height_m, 2.0)).all(), scatter.kind
        sunk = here.ground.height_at(scatter.at[:, 0], scatter.at[:, 2]) - scatter.at[:, 1]
        most = 0.65 if scatter.kind in ("roof", "giant") else 0.35  # these stand in a forest whose crowns the ground carries
        assert (sunk <= most * scatter.height_m + 1e-3).all(), scatter.kind
        assert (-sunk <= 0.35 * scatter.height_m + 1e-3).all(), scatter.kind
    maps = [here.ground.height, here.ground.albedo, here.ground.rough, here.ground.sky_view, here.ground.bumpy]
    assert all(bool(torch.isfinite(m).all()) for m in maps)
    low, high = torch.aminmax(here.ground.sky_view)
    assert 0.0 <= float(low) <= float(high) <= 1.001


@pytest.mark.parametrize("place", SUBJECT)
def test_subject_is_in_the_frame_and_in_sight(place: str) -> None:
    here = site(place)
    subject = here.spots[SUBJECT[place]]
    across, down, ahead = project(here.stand, subject)[0]
    assert min(abs(across - 1 / 3), abs(across - 2 / 3)) < 0.075
    assert 0.0 < down < 0.9
    assert ahead > 4.0
    above = np.array([0.0, 0.03 * ahead + 0.5, 0.0])  # its foot may hide behind a stone
    assert here.ground.detour_m(subject + above, np.array(here.stand.eye))[0] == 0.0


def test_walker_crosses_the_frame_on_the_path() -> None:
    here = site("river")
    seen = project(here.stand, here.spots["path"])
    inside = seen[(seen[:, 0] > 0) & (seen[:, 0] < 1) & (seen[:, 2] > 0)]
    assert inside[:, 0].max() - inside[:, 0].min() > 0.9
    assert (inside[:, 1] < 0.97).all()
    assert 8.0 < inside[len(inside) // 2, 2] < 13.0


@pytest.mark.parametrize("place", ["canyon", "river"])
def test_rivers_run_down_and_hold_water(place: str) -> None:
    here = site(place)
    river = here.spots["river"]
    assert (np.diff(river[:, 1]) < 0).all()
    water = here.ground.water_at(river[5:, 0], river[5:, 2])
    assert water == pytest.approx(river[5:, 1], abs=0.15)
    assert (water > here.ground.height_at(river[5:, 0], river[5:, 2])).mean() > 0.97


def test_fall_is_high_and_sheer_and_its_scree_lies_at_rest() -> None:
    here = site("canyon")
    lip, foot = here.spots["waterfall_lip"], here.spots["waterfall_foot"]
    assert 50.0 < lip[:, 1].mean() - foot[1] < 70.0
    assert 8.0 < np.linalg.norm(lip[1] - lip[0]) < 14.0
    assert np.hypot(*(lip.mean(0) - foot)[[0, 2]]) < 12.0
    x, z = np.meshgrid(np.linspace(-90.0, 90.0, 91), np.linspace(20.0, 150.0, 66))
    over = here.ground.height_at(x, z) - 0.004 * z
    slope = 1 / here.ground.normal_at(x, z)[..., 1] ** 2 - 1
    apron = np.sqrt(slope[(over > 3.0) & (over < 12.0)])
    assert np.median(apron) < 0.75  # 37 degrees, the angle of repose
    assert np.sqrt(slope).max() > 3.0  # while cliffs stand


def test_same_seed_same_bytes_other_seed_another_place() -> None:
    first, again, other = (build_site(Scene(place="forest"), seed) for seed in (7, 7, 8))
    assert torch.equal(first.ground.height, again.ground.height)
    assert torch.equal(first.ground.albedo, again.ground.albedo)
    assert all(np.array_equal(a.at, b.at) for a, b in zip(first.scatters, again.scatters, strict=True))
    assert not torch.equal(first.ground.height, other.ground.height)


def test_aim_puts_the_subject_where_it_is_asked() -> None:
    stand = aim(np.array([1.0, 2.0, 3.0]), np.array([40.0, 2.0, 90.0]), 0.3, 0.62, 35.0)
    across, _, _ = project(stand, np.array([[40.0, 2.0, 90.0]]))[0]
    horizon = project(stand, np.array([[0.0, 2.0, 1e7]]))[0, 1]
    assert (across, horizon) == (pytest.approx(0.3, abs=0.01), pytest.approx(0.62, abs=0.01))


def test_a_place_we_do_not_have_is_a_fault() -> None:
    with pytest.raises(Fault, match="moon"):
        build_site(Scene(place="moon"), 7)


def test_cells_are_those_of_the_nearest_point() -> None:
    rng = np.random.default_rng(2)
    x, z = (torch.from_numpy(rng.uniform(-200, 200, 4000).astype(np.float32)) for _ in range(2))
    luck, border = noise.cells(x, z, 20.0, 5)
    assert 0.45 < luck.mean() < 0.55
    assert (border >= 0.0).all()
    away = 0.9 * border * torch.tensor(1.0)
    for turn in np.arange(8) * np.pi / 4:  # whatever lies nearer than the border is of the same cell
        other, _ = noise.cells(x + away * float(np.cos(turn)), z + away * float(np.sin(turn)), 20.0, 5)
        assert (other == luck).float().mean() > 0.995


def test_hard_layers_stand_as_cliffs_and_soft_ones_keep_their_slope() -> None:
    land = Land.spread(3, 120.0, 120.0, 120.0, 513, 0.3)
    plain = 0.8 * (land.x + 120.0)
    height = stepped(land, plain, ((40.0, 60.0, 8.0),))
    soft = (plain < 40.0) | (plain > 60.0)
    torch.testing.assert_close(height[soft], plain[soft])
    assert (height - plain).abs().max() < 20.0
    inside = land.slope(height)[(plain > 42.0) & (plain < 58.0)]
    assert inside.max() > 4.0  # cliffs
    assert (inside < 0.35).float().mean() > 0.5  # and ledges
    across = torch.diff(height, dim=1)
    assert across.min() > -18.0
    assert (across > -1e-3).float().mean() > 0.97  # it goes up with the slope but where a block stands out


def test_one_point_has_the_height_that_it_has_among_many() -> None:
    here = site("river").ground
    x, z = np.random.default_rng(1).uniform(-400, 400, (2, 60))
    x[:2] = 1e6, -1e6  # beyond the grid it is as high as at its edge
    for ask in (here.height_at, here.water_at):
        many = ask(x, z)
        assert [float(ask(float(a), float(b))) for a, b in zip(x, z, strict=True)] == pytest.approx(many.tolist(), abs=1e-5)


def test_points_of_a_box_repeat_and_lie_about_its_middle() -> None:
    rng = np.random.default_rng(2)
    points, middle, box = rng.uniform(-900, 900, (500, 3)), np.array([40.0, -3.0, 11.0]), np.array([26.0, 14.0, 30.0])
    got = boxed(points, middle, box)
    assert (np.abs(got - middle) <= box / 2 + 1e-3).all()
    whole = (got - points) / box
    assert np.abs(whole + 0.5 - np.round(whole + 0.5)).max() < 1e-4


def test_a_curve_is_the_monotone_one_of_fritsch_and_butland() -> None:
    rng = np.random.default_rng(3)
    for count in (3, 4, 17):
        x, y = np.cumsum(rng.random(count) + 0.05), rng.standard_normal((count, 2)).round(1)
        fine = np.linspace(x[0], x[-1], 400)
        assert Curve(x, y)(fine) == pytest.approx(PchipInterpolator(x, y)(fine), abs=1e-9)
        assert Curve(x, y[:, 0])(float(x[1])) == pytest.approx(y[1, 0])
