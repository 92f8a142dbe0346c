"""Bytes to text: which encodings are told, and what is done with bytes that are none."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.reading.encodings import RowDecoder, as_utf8, decode, wide_encoding

TEXT = "“Harga beras naik 5 persen,” kata Chairil di Café Méndez – suhu 30°C…"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1252", "mac-roman", "gb18030"],
)
def test_encoding_is_told_without_being_named(encoding: str) -> None:
    """Text comes out as it went in, without a byte order mark."""
    assert decode((TEXT * 3).encode(encoding)) == TEXT * 3


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        pytest.param("windows-1251", "й", id="known"),
        pytest.param("latin-1", "é", id="latin-1 as the web means it"),
        pytest.param(" 'ISO-8859-1' ", "é", id="quoted"),
        pytest.param("hex", "é", id="no encoding of text"),
        pytest.param("karangan", "é", id="unknown"),
        pytest.param(None, "é", id="none"),
    ],
)
def test_declared_encoding_decides_where_bytes_do_not(declared: str | None, text: str) -> None:
    """A name is believed if it is that of an encoding of text."""
    assert text == decode(b"\xe9", declared=declared)


def test_utf8_wins_over_a_wrong_name() -> None:
    """Valid UTF-8 is hardly ever anything else."""
    assert decode("kafé".encode(), declared="latin-1") == "kafé"


def test_broken_byte_does_not_spoil_utf8() -> None:
    """A few broken bytes are replaced, the rest is kept."""
    assert decode(TEXT.encode() + b"\xff surut") == TEXT + "\ufffd surut"


def test_noise_has_no_encoding() -> None:
    """Bytes that are no text are not made into one."""
    assert decode(bytes(range(1, 256)) * 8) is None


def test_encoding_is_told_from_what_is_far_behind() -> None:
    """The first odd character may come after a long stretch of plain letters."""
    text = "kata " * 50_000 + "Café"
    assert text == decode(text.encode("cp1252"))


def test_row_of_another_encoding_does_not_spoil_the_others() -> None:
    """Each row is decoded by itself."""
    decoder = RowDecoder()
    rows = ["kafé".encode(), "kafé “besar”".encode("cp1252"), "naïf".encode("cp1252"), "Méndez".encode()]
    expected = ["kafé", "kafé “besar”", "naïf", "Méndez"]
    assert expected == [decoder.decode(row) for row in rows]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_wide_stream_becomes_utf8(encoding: str) -> None:
    """A stream of two or four bytes a character can be read line by line."""
    data = (f"{TEXT}\n" * 3000).encode(encoding)
    found = wide_encoding(data[:1000])
    assert found is not None
    lines = as_utf8(io.BytesIO(data), found).read().decode().splitlines()
    assert [line.removeprefix("\ufeff") for line in lines] == [TEXT] * 3000


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=60)
def test_any_bytes_are_decoded_or_not(data: bytes) -> None:
    """No bytes make the decoder fail."""
    assert isinstance(decode(data), str | None)
    assert isinstance(RowDecoder().decode(data), str | None)


@given(st.text())
@settings(deadline=None)
def test_any_text_survives_utf8(text: str) -> None:
    """What was UTF-8 is never taken for anything else."""
    wide = wide_encoding(text.encode())
    if wide is None:
        assert text.removeprefix("\ufeff") == decode(text.encode())
