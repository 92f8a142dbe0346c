"""CSV and TSV as a stream of rows, however the lines are quoted, and going on after a broken row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from corpus.reading.fields import Field, known_field
from corpus.reading.rows import Line
from corpus.types import Reason

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """First row of a table.

    :param delimiter: that under which most of the names are known.
    """

    names: tuple[str, ...]
    delimiter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of a table.

    :param number: of its first line, from 1.
    :param cells: by name of their column; empty for a broken row.
    :param broken: what is wrong with the row, or None.
    """

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)
    broken: Reason | None = None
    detail: str = ""


def header_of(sample: str) -> Header | None:
    r"""Read the header of a table, if that is what the first line is: two known fields, one of them the text.

    >>> header_of("judul;isi;tanggal\nBanjir surut;...").delimiter
    ';'
    """
    header = best_header(sample.lstrip("\ufeff\r\n").split("\n", 1)[0])
    fields = {known_field(name) for name in header.names}
    return header if Field.BODY in fields and len(fields - {None}) > 1 else None


def best_header(line: str) -> Header:
    """Split a header line at the delimiter that gives the most known names, then the most names.

    >>> best_header("judul, isi").names
    ('judul', 'isi')
    """
    headers = [Header(names=_split(line, delimiter), delimiter=delimiter) for delimiter in DELIMITERS]
    return max(headers, key=lambda header: (sum(map(bool, map(known_field, header.names))), len(header.names)))


def records(lines: Iterable[Line], header: Header, *, max_row_chars: int) -> Iterator[Record]:
    """Read the rows under a header.

    A row whose quotes do not close, or that has more cells than the header has names, is broken. Reading goes on at the
    line after the one where it began; what looks like the rest of a row torn by its quotes, lines with too few or too
    many cells, is passed over.

    :param lines: those after the header.
    :param max_row_chars: a longer row is broken; so long a text is looked at to find a closing quote.
    """
    csv.field_size_limit(max(csv.field_size_limit(), max_row_chars))
    source = _Rereadable(lines, max_row_chars)
    rows = _rows(source, header)
    in_torn_row = False
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except (csv.Error, _UnreadableLineError) as error:
            yield _broken(error, source.number)
            in_torn_row = source.reject() or isinstance(error, csv.Error)
            rows = _rows(source, header)
            continue
        number = source.number
        source.accept()
        if not any(cell.strip() for cell in cells) or (in_torn_row and len(cells) != len(header.names)):
            continue
        in_torn_row = False
        yield _record(cells, header, number)


def _rows(lines: Iterable[str], header: Header) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=header.delimiter, strict=True, skipinitialspace=True)


def _record(cells: list[str], header: Header, number: int) -> Record:
    wanted = len(header.names)
    if any(cell.strip() for cell in cells[wanted:]):
        return Record(number=number, broken=Reason.BROKEN_ROW, detail=f"{len(cells)} cells under {wanted} names")
    return Record(number=number, cells=dict(zip(header.names, cells, strict=False)))


def _broken(error: Exception, number: int) -> Record:
    if isinstance(error, _UnreadableLineError):
        return Record(number=number, broken=error.reason)
    return Record(number=number, broken=Reason.BROKEN_ROW, detail=str(error))


def _split(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        names = next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True), [])
    except csv.Error:
        return ()
    return tuple(name.strip() for name in names)


class _UnreadableLineError(Exception):
    """A line that no encoding fits, or that is over the limit."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _Rereadable:
    """Lines of the row being read, kept so that reading can begin again after the first of them."""

    def __init__(self, lines: Iterable[Line], max_chars: int) -> None:
        self._lines = iter(lines)
        self._again: deque[Line] = deque()
        self._taken: list[Line] = []
        self._chars = 0
        self._max_chars = max_chars

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        if line.text is None:
            raise _UnreadableLineError(line.problem)
        self._chars += len(line.text)
        if self._chars > self._max_chars:
            raise _UnreadableLineError(Reason.TOO_BIG)
        return line.text

    @property
    def number(self) -> int:
        """Of the first line of the row."""
        return self._taken[0].number if self._taken else 0

    def accept(self) -> None:
        """Forget the lines of a whole row."""
        self._taken.clear()
        self._chars = 0

    def reject(self) -> bool:
        """Read again all but the first line of the row.

        :return: whether there are such lines.
        """
        rest = self._taken[1:]
        self._again.extendleft(reversed(rest))
        self.accept()
        return bool(rest)
