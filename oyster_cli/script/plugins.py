"""Effects of the user's own: VST3 plug-ins, loaded and set through pedalboard."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oyster_cli.clock import RATE_HZ
from oyster_cli.fault import Exit, Fault
from oyster_cli.script.spelling import did_you_mean, one_of

if TYPE_CHECKING:
    from pedalboard import VST3Plugin


def load_vst3(path: str, preset: str, parameters: dict[str, Any]) -> VST3Plugin:
    """A new one, silent so far, with its preset and over that its parameters.

    Raises Fault: exit code 4 when it is not there or cannot be loaded, 2 when it makes sound of its own, is not for two
    channels, or cannot be set like this.
    """
    import numpy as np
    import pedalboard

    file = Path(path).expanduser()
    try:
        loaded = pedalboard.VST3Plugin(str(file))
    except (ImportError, OSError, RuntimeError, ValueError):
        why = "this is no VST3 plug-in that can be loaded here" if file.exists() else "there is no such VST3 plug-in"
        raise Fault(why, path, code=Exit.MISSING) from None
    if not loaded.is_effect:
        raise Fault("this VST3 plug-in is an instrument", path, "a mix is made of effects")
    if preset:
        _load_preset(loaded, preset)
    try:
        for name, value in parameters.items():
            _set(loaded, name, value)
    except ValueError as error:
        raise Fault.of(error, path) from None
    try:  # it hears of its parameters with the first sound, and only then knows how much it holds back
        loaded.process(np.zeros((2, 512), np.float32), RATE_HZ)
    except ValueError:
        raise Fault("this VST3 plug-in is not for two channels", path, "a mix is heard in pairs of them") from None
    return loaded


def _load_preset(loaded: Any, preset: str) -> None:
    file = Path(preset).expanduser()
    try:
        loaded.load_preset(str(file))
    except RuntimeError:
        why = "this preset is not one of the plug-in's" if file.exists() else "there is no such preset"
        raise Fault(why, preset) from None
    loaded.raw_state = loaded.raw_state  # or else what is set over it is compared with what was before, and may be passed over


def _set(loaded: Any, name: str, value: Any) -> None:
    parameter = loaded.parameters[one_of(name, loaded.parameters, "parameter")]
    try:
        setattr(loaded, name, value)
        if math.isnan(parameter.raw_value):  # "nan" is a number to pedalboard, and in no range
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(f"{name} {value!r} is not possible; {_possible(parameter, str(value))}") from None


def _possible(parameter: Any, given: str) -> str:
    if parameter.type is float:
        return f"{parameter.min_value:g} to {parameter.max_value:g} {parameter.label}".strip()
    return did_you_mean(given, parameter.valid_values)
