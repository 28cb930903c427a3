"""One shot rolled, with its bar; and how to go on when it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oyster_cli import runner
from oyster_cli.commands import report, say
from oyster_cli.commands.profile import Profile, profiling
from oyster_cli.commands.progress import Bar
from oyster_cli.fault import Exit, Fault

if TYPE_CHECKING:
    from oyster_cli.runner.protocol import Runner, Session, Step
    from oyster_cli.script.models import Shot
    from oyster_cli.take.take import Take

OnFrame = Callable[["Step"], None]


class Stage:
    """Where shots are rolled: keeps each model open, so that shots which share a world find it built.

    profile: whether the time of each frame is taken apart; then `profile` holds the last shot's.
    """

    def __init__(self, root: Path, device: str, profile: bool = False) -> None:
        self._root, self._device, self._profiled = root, device, profile
        self.profile: Profile | None = None
        self._open: dict[tuple[str, str], Runner] = {}

    def runner(self, model: str, device: str | None = None) -> Runner:
        """The runner of a model, opened when it is first asked for."""
        key = (model, device or self._device)
        if key not in self._open:
            self._open[key] = runner.open_runner(*key)
        return self._open[key]

    def finished(self, shot: Shot) -> Take | None:
        """A whole take of exactly this shot."""
        from oyster_cli.take.take import done

        return done(self._root, shot)

    def keep_order(self, ids: Sequence[str]) -> None:
        """Write down the order of a shot list, for the cut."""
        from oyster_cli.take.order import keep_order

        keep_order(self._root, ids)

    def roll(self, shot: Shot) -> Take:
        """A new version of a shot."""
        from oyster_cli.take import roll

        def work(camera: Runner, on_frame: OnFrame) -> Take:
            return roll.roll(shot, camera, self._root, on_open=_told, on_frame=on_frame)

        return self._rolled(shot, self._device, self._root / shot.id, work)

    def go_on(self, shot: Shot) -> Take:
        """The rest of an interrupted take of this shot, or a new version when there is none."""
        from oyster_cli.take.take import unfinished

        folder = unfinished(self._root, shot)
        return self.resume(folder) if folder else self.roll(shot)

    def resume(self, folder: Path) -> Take:
        """The rest of an interrupted take."""
        from oyster_cli.take import roll
        from oyster_cli.take.slate import read_call_sheet

        sheet = read_call_sheet(folder)

        def work(_camera: Runner, on_frame: OnFrame) -> Take:
            return roll.resume(folder, self.runner, on_open=_told, on_frame=on_frame)

        return self._rolled(sheet.shot, sheet.device, folder.parent, work)

    def direct(self, take: Take, cues: Any) -> Take:
        """A new version of a take with more cues."""
        from oyster_cli.take import roll

        def work(camera: Runner, on_frame: OnFrame) -> Take:
            return roll.direct(take, cues, camera, on_open=_told, on_frame=on_frame)

        return self._rolled(take.shot, self._device, take.folder.parent, work)

    def _rolled(self, shot: Shot, device: str, versions: Path, work: Callable[[Runner, OnFrame], Take]) -> Take:
        """What the work makes, with a bar, with its time taken apart if that is wanted. versions: where it puts its take."""
        from oyster_cli.script.score import make_score

        try:
            with ExitStack() as around:
                bar = around.enter_context(Bar(shot))
                camera = self.runner(shot.model, device)
                if holds := getattr(camera, "holds", None):  # a learned model: said before it is loaded, which takes a while
                    say.note(f"  {holds(make_score(shot))}")
                profiler = around.enter_context(profiling()) if self._profiled else None

                def on_frame(step: Step) -> None:
                    bar.frame(step.at)
                    if profiler:
                        profiler.frame()

                take = work(camera, on_frame)
                self.profile = profiler.profile() if profiler else None
                return take
        except KeyboardInterrupt:
            how = _how_to_go_on(versions) or "nothing was finished yet: start anew"
            raise Fault("interrupted", remedy=how, code=Exit.INTERRUPTED) from None
        except Fault as fault:
            how = _how_to_go_on(versions)
            if fault.where.startswith(how.rpartition(" ")[2] or "\0"):  # something in that version's folder
                fault.remedy = "; ".join(filter(None, (fault.remedy, how)))
            raise


def _told(session: Session) -> None:
    """Say what will not be done, while there is time to stop."""
    for cue in session.unheeded():
        say.note(f"  nothing here can do this: {cue.text or report.cue(cue)}")


def _how_to_go_on(versions: Path) -> str:
    """What to type to go on with the newest unfinished version in a shot's folder; "" when there is none."""
    from oyster_cli.take.slate import CALL_SHEET
    from oyster_cli.take.take import versions_in

    begun = [path for path in versions_in(versions) if (path / CALL_SHEET).exists()] if versions.is_dir() else []
    return f"go on with: oyster generate --resume {begun[-1]}" if begun else ""
