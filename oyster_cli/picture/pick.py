"""The lesser and the greater of numbers, an instruction each: qd.min and qd.max mind what is no number, and take three."""

from __future__ import annotations

import quadrants as qd


@qd.func
def lesser(a, b):
    """The lesser of two numbers or, one by one, of two vectors'."""
    return qd.select(a < b, a, b)


@qd.func
def greater(a, b):
    """The greater of two numbers or, one by one, of two vectors'."""
    return qd.select(a > b, a, b)
