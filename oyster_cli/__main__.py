"""The command line: `oyster` and `python -m oyster_cli`. The one place where faults are caught."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from oyster_cli.commands import direct, doctor, export, generate, init, inspect, models, presets, preview, say, schema, selftest
from oyster_cli.commands.faults import as_fault
from oyster_cli.fault import Exit

app = typer.Typer(
    name="oyster",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Shots whose picture and sound come out of one world.",
    epilog='For example: oyster generate "waterfall canyon"',
)
for command in (
    generate.generate, direct.direct, export.export, preview.preview, inspect.inspect,
    init.init, presets.presets, schema.schema, doctor.doctor, selftest.selftest,
):  # fmt: skip
    app.command()(command)
app.add_typer(models.models, name="models")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        code = app(args, prog_name="oyster", standalone_mode=False)
        return code if isinstance(code, int) else Exit.OK
    except (Exception, KeyboardInterrupt) as error:
        found = as_fault(error)
    say.fault(found, json_wanted="--json" in args)
    return found.code


if __name__ == "__main__":
    sys.exit(main())
