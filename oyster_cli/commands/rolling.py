"""One shot rolled, with its bar; and how to go on when it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oyster_cli import runner
from oyster_cli.commands.progress import Bar
from oyster_cli.fault import Exit, Fault

if TYPE_CHECKING:
    from oyster_cli.runner.protocol import Runner, Step
    from oyster_cli.script.models import Shot
    from oyster_cli.take.take import Take

OnFrame = Callable[["Step"], None]


class Stage:
    """Where shots are rolled: keeps each model open, so that shots which share a world find it built."""

    def __init__(self, root: Path, device: str) -> None:
        self._root, self._device = root, device
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

        return self._rolled(shot, lambda on_frame: roll.roll(shot, self.runner(shot.model), self._root, on_frame=on_frame))

    def go_on(self, shot: Shot) -> Take:
        """The rest of an interrupted take of this shot, or a new version when there is none."""
        from oyster_cli.take.take import unfinished

        folder = unfinished(self._root, shot)
        return self.resume(folder, shot) if folder else self.roll(shot)

    def resume(self, folder: Path, shot: Shot) -> Take:
        """The rest of an interrupted take."""
        from oyster_cli.take import roll

        return self._rolled(shot, lambda on_frame: roll.resume(folder, self.runner, on_frame))

    def direct(self, take: Take, cues: Any) -> Take:
        """A new version of a take with more cues."""
        from oyster_cli.take import roll

        camera = self.runner(take.shot.model)
        return self._rolled(take.shot, lambda on_frame: roll.direct(take, cues, camera, on_frame))

    def _rolled(self, shot: Shot, work: Callable[[OnFrame], Take]) -> Take:
        try:
            with Bar(shot) as bar:
                return work(lambda step: bar.frame(step.at))
        except KeyboardInterrupt:
            raise Fault("interrupted", remedy=self._how_to_go_on(shot), code=Exit.INTERRUPTED) from None

    def _how_to_go_on(self, shot: Shot) -> str:
        from oyster_cli.take.slate import CALL_SHEET
        from oyster_cli.take.take import versions_in

        folder = self._root / shot.id
        begun = [path for path in versions_in(folder) if (path / CALL_SHEET).exists()] if folder.is_dir() else []
        return f"go on with: oyster generate --resume {begun[-1]}" if begun else "nothing was finished yet: start anew"
