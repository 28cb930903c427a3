"""One state, seen and heard: what changes in the picture changes in the sound, on its frame and to its sample."""

import copy
import math

import numpy as np
import pytest

from oyster_cli.runner.sim import SimRunner
from oyster_cli.script.models import Cue, Scene, Shot
from oyster_cli.script.score import make_score, place_cue
from oyster_cli.sound.synth.thunder import Emission
from oyster_cli.sound.voice import BUSES

RATE_HZ = 48_000
CUE_FRAME = 3
FAR = 26  # frames in which the thunder arrives at the coast


class Place:
    """A small world that is rolled again and again from its beginning."""

    def __init__(self, place, weather="clear", fps=24, **scene):
        shot = Shot(scene=Scene(place=place, weather=weather, **scene), frames=96, fps=fps, size=(96, 54), quality="draft")
        self.frame = RATE_HZ // fps  # samples
        self.score = make_score(shot)
        self.session = SimRunner("cpu").open(self.score)
        self.world = self.session._world
        self.begin = self.session.save()

    def level_db(self, stem):
        """Of each frame, dB re 20 micropascal."""
        return 10 * np.log10((stem.reshape(-1, 2 * self.frame) ** 2).mean(axis=1) / 4e-10 + 1e-12)

    def roll(self, frames, *cues, state=None, draw=False, look=None):
        """Stems (bus -> samples, 2), events, and what `look` saw of the world after each frame."""
        self.session.load(copy.deepcopy(self.begin if state is None else state))
        beats = [place_cue(cue, self.score.clock, 96) for cue in cues]
        steps, seen = [], []
        for _ in range(frames):
            now = self.world.frame
            steps.append(self.session.step([beat for beat in beats if beat.frame == now], draw))
            seen.append(look(self.world) if look else None)
        stems = {bus: np.concatenate([step.stems[bus] for step in steps]).astype(np.float64) for bus in BUSES}
        return stems, [event for step in steps for event in step.events], seen


def stormy_coast():
    return Place("coast", "heavy rain, strong wind", fps=8, hour="dusk")  # it strikes only when told


def night_street():
    return Place("street", "clear", things=[{"kind": "car", "count": 3}], hour="night")


@pytest.fixture(scope="module")
def coast():
    return stormy_coast()


@pytest.fixture(scope="module")
def street():
    return night_street()


@pytest.fixture(scope="module")
def canyon():
    return Place("canyon", fps=8, things=[{"kind": "waterfall"}], without=("river",))


@pytest.fixture(scope="module")
def without_bolt(coast):
    return coast.roll(FAR)[0]["weather"]


def cue(change, target=None, to=None, over=None, frame=CUE_FRAME):
    return Cue(at=f"{frame}f", change=change, target=target, to=to, over=over)


def struck(coast, without_bolt, monkeypatch, farther_m=0.0):
    """A click instead of thunder, from the bolt's nearest point (or so many metres behind it): event, arrival in samples."""
    click = np.zeros(64, np.float32)
    click[0] = 1e4

    def strike(bolt, ear, *_, **__):
        way = bolt[np.argmin(np.linalg.norm(bolt - ear, axis=1))] - ear
        at = ear + way * (1 + farther_m / np.linalg.norm(way))
        return [Emission(tuple(at), click), Emission(tuple(at), 0 * click)]

    monkeypatch.setattr("oyster_cli.world.things.lightning.strike", strike)
    monkeypatch.setattr(type(coast.world.site.ground), "detour_m", lambda _self, points, _eye: np.zeros(len(points)))
    with_bolt, events, _ = coast.roll(FAR, cue("lightning"))
    heard = (with_bolt["weather"] - without_bolt).mean(axis=1)  # the desk is linear: what is left is the click
    begin = int(np.argmax(abs(heard) > 0.5 * abs(heard).max()))  # the first: what the sea sends back may be as loud
    near = np.arange(begin - 200, begin + 200)
    return next(event for event in events if event.kind == "strike"), heard[near] @ near / heard[near].sum()


def way(event, eye, celsius):
    """Samples that sound needs from where it was told to the camera: 343.2 m/s at 20 degrees, as the root of warmth."""
    return math.dist(event.at, eye) / (343.2 * math.sqrt((celsius + 273.15) / 293.15)) * RATE_HZ


def test_thunder_is_as_late_as_its_bolt_is_far(coast, without_bolt, monkeypatch):
    event, arrival = struck(coast, without_bolt, monkeypatch)
    celsius = coast.world.atmosphere._air(0).temperature_c
    assert event.frame == CUE_FRAME
    assert event.sample == CUE_FRAME * coast.frame
    expected = event.sample + way(event, coast.world.view.eye, celsius)
    assert abs(arrival - expected) <= 4  # air full of rain answers for longer than is looked at
    assert abs(event.heard_sample - expected) <= 2
    _, moved = struck(coast, without_bolt, monkeypatch, farther_m=10.0)
    assert abs(moved - expected) > 4  # ten metres farther is not the same bolt
    assert moved - arrival == pytest.approx(10.0 / 343.2 * RATE_HZ, rel=0.03)


def test_the_flash_comes_at_once_and_nothing_of_the_thunder_before_its_time(coast, without_bolt):
    with_bolt, events, flash = coast.roll(FAR, cue("lightning"), look=lambda world: float(world.film._flash[1]))
    thunder = abs(with_bolt["weather"] - without_bolt).max(axis=1)
    event = next(event for event in events if event.kind == "strike")
    assert max(flash[:CUE_FRAME]) == 0.0
    assert flash[CUE_FRAME] > 0.0
    assert 2.0 < (event.heard_sample - event.sample) / RATE_HZ < 4.9  # 0.7 to 1.6 km
    assert thunder[: event.heard_sample - 24].max() < 1e-3 * thunder.max()
    assert thunder[event.heard_sample : event.heard_sample + 2400].max() > 0.01 * thunder.max()


def test_rain_is_heard_from_its_frame_on(street):
    dry, _, _ = street.roll(12)
    wet, _, _ = street.roll(12, cue("weather", "heavy rain", "on"))
    first = CUE_FRAME * street.frame
    assert np.array_equal(wet["weather"][:first], dry["weather"][:first])
    rain = wet["weather"] - dry["weather"]
    assert rain[first : first + street.frame].any()
    assert street.level_db(rain)[CUE_FRAME] > 20.0
    assert (np.diff(street.level_db(rain)[CUE_FRAME:]) > 0).sum() > 5  # over its second it grows


def test_rain_that_stops_at_once_is_gone_with_its_frame(street):
    rain = street.roll(16, cue("weather", "heavy rain", "on", "0f"), cue("weather", "heavy rain", "off", "0f", 9))[0]
    level = street.level_db(rain["weather"])
    assert level[8] > 60.0
    assert level[12:].max() < level[8] - 25.0


def test_wind_that_rises_bends_the_trees_and_is_heard():
    forest = Place("forest", "calm")

    def bent(world):
        return float(world.film.set.stage.instances.numpy()[:, 17].mean())

    stems, _, gust = forest.roll(16, cue("weather", "strong wind", "on", "12f"), draw=True, look=bent)
    gust, level = np.array(gust), forest.level_db(stems["weather"])
    assert gust[CUE_FRAME - 1] < 0.5
    assert gust[-1] > 8.0
    assert (np.diff(gust[CUE_FRAME : CUE_FRAME + 12]) > 0).all()
    assert level[-1] > level[CUE_FRAME - 1] + 25.0
    assert np.corrcoef(np.log(gust[CUE_FRAME:]), level[CUE_FRAME:])[0, 1] > 0.95


def test_a_waterfall_that_is_turned_off_thins_and_falls_silent_together(canyon):
    fall = canyon.world.cast["waterfall"]
    stems, _, veil = canyon.roll(26, cue("act", "waterfall", "off"), look=lambda _: fall.look().veil_flow)
    way = math.dist(fall.foot, canyon.world.view.eye) / 341.0 * 8  # frames
    power = np.interp(np.arange(26) - way, np.arange(1, 27), veil)  # it goes with the flow
    level = canyon.level_db(stems["water"])
    level -= level[:CUE_FRAME].mean()
    assert veil[CUE_FRAME - 1] == 1.0
    assert veil[-1] < 0.1
    assert level == pytest.approx(10 * np.log10(power), abs=1.5)
    assert level != pytest.approx(10 * np.log10(np.array(veil)), abs=1.5)  # the way from the fall takes its time


def test_fog_dulls_what_is_far(canyon):
    def bands_db(*cues):
        late = canyon.roll(14, *cues)[0]["water"][-4 * canyon.frame :, 0]
        power, hz = np.abs(np.fft.rfft(late)) ** 2, np.fft.rfftfreq(len(late), 1 / RATE_HZ)
        return np.array([10 * np.log10(power[(hz > low) & (hz < 1.2 * low)].sum()) for low in (100.0, 910.0, 2730.0)])

    fog = bands_db(cue("weather", "fog", "on", "0f"))
    way = math.dist(canyon.world.cast["waterfall"].foot, canyon.world.view.eye)
    lost = way * 7.5 * (1 / 250 - 1 / 2000)  # dB at 1 kHz, in proportion to frequency
    assert bands_db() - fog == pytest.approx(lost * np.array([0.11, 1.0, 3.0]), abs=3.0)


@pytest.mark.parametrize(("name", "build"), [("coast", stormy_coast), ("street", night_street)])
def test_same_seed_same_samples_and_a_saved_world_goes_on(name, build, request):
    place, twin = request.getfixturevalue(name), build()
    cues = cue("lightning", frame=1), cue("weather", "heavy rain", "on", frame=2), cue("level", "vehicles", -9.0, "6f")
    first, told, state = place.roll(5, *cues, look=lambda _: place.session.save())
    rest, told_then, _ = place.roll(5, *cues, state=state[-1])
    again, told_again, _ = twin.roll(5, *cues, state=state[-1])
    anew, told_anew, _ = twin.roll(5, *cues)
    for bus in BUSES:
        assert np.array_equal(again[bus], rest[bus]), bus
        assert np.array_equal(anew[bus], first[bus]), bus
    assert (told_again, told_anew) == (told_then, told)
    assert not np.array_equal(first["weather"], rest["weather"])
