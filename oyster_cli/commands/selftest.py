"""oyster selftest: whether the laws of sound hold on this machine."""

from __future__ import annotations

from dataclasses import asdict

import typer

from oyster_cli.commands import say
from oyster_cli.fault import Exit


def selftest(json: say.Json = False) -> None:
    """Measure the laws of sound on test sources, against figures from standards and papers."""
    from oyster_cli.sound.laws import measured

    rows = list(measured())
    broken = sum(not row.ok for row in rows)
    if json:
        say.as_json({"ok": not broken, "laws": [asdict(row) | {"ok": row.ok} for row in rows]})
    else:
        say.table(
            ("law", "case", "expected", "measured", "tolerance", "unit", "ok"),
            [(row.law, row.case, f"{row.expected:.5g}", f"{row.measured:.5g}", f"{row.tolerance:.2g}", row.unit,
              "ok" if row.ok else "no") for row in rows],
        )  # fmt: skip
    if broken:
        say.note(f"{broken} of {len(rows)} do not hold")
        raise typer.Exit(Exit.FAILED)
