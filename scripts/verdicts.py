"""How benchmarks tell a figure beside what is asked of it."""

from __future__ import annotations


def verdict(what: str, *, asked: str, reached: str, is_met: bool) -> str:
    """One row of a table of figures.

    >>> verdict("sent twice", asked="0", reached="0", is_met=True)
    'MET  sent twice: 0 (asked: 0)'
    """
    return f"{'MET ' if is_met else 'MISS'} {what}: {reached} (asked: {asked})"


def tell(what: str, *, asked: str, reached: str, is_met: bool) -> bool:
    """Print a row as :func:`verdict` makes it.

    :return: `is_met`.
    """
    print(verdict(what, asked=asked, reached=reached, is_met=is_met), flush=True)
    return is_met
