"""Loops over samples, compiled for this machine's processor when they are first called, and kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

from oyster_cli.cache import shelf

_Call = TypeVar("_Call", bound=Callable[..., object])

numba.config.CACHE_DIR = str(shelf("loops", lambda source: b"import compiled" in source))  # type: ignore[attr-defined]


def compiled(loop: _Call) -> _Call:
    """The function, compiled: its arguments are arrays and numbers, divisions by zero give what numpy's do.

    Products may be fused with sums, which rounds less. What the loop takes from other files of ours has to be an argument: what
    was kept does not know when they change.
    """
    quick = numba.njit(loop, error_model="numpy", fastmath={"contract"})
    quick._cache = _Kept(loop)  # type: ignore[attr-defined]
    return cast(_Call, quick)


class _Kept(FunctionCache):  # type: ignore[misc]
    """Numba's. A full disk or a damaged file only costs the time to compile again."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a damaged file can raise nearly anything
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(OSError):
            super().save_overload(sig, data)
