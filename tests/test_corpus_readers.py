"""Formats: what each reader makes of a file, row by row, and what it says of broken ones."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from corpus_reading import BODY, bodies, read_all, read_bytes, refusals
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.readers import ReadOptions, read_entries
from corpus.reading.archives import open_stream
from corpus.reading.formats import Format, guess_format, parse_format
from corpus.reading.plain_text import read_plain_text
from corpus.types import RawArticle, Reason, Rejection

ROW = {"judul": "Banjir surut", "isi": BODY, "tanggal": "2025-07-12", "sumber": "Warta Nusa"}


def jsonl(*rows: object) -> str:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)


async def test_json_lines_give_an_article_a_line(tmp_path: Path) -> None:
    """Each line is an article that knows its line; empty lines do not count as rows."""
    entries = await read_bytes(tmp_path, "a.jsonl", jsonl(ROW, "", ROW | {"isi": "Kedua."}))
    expected = [(f"{tmp_path}/a.jsonl:1", BODY), (f"{tmp_path}/a.jsonl:3", "Kedua.")]
    assert expected == [(entry.origin, entry.body) for entry in entries if isinstance(entry, RawArticle)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param('{"isi": "putus', Reason.BROKEN_ROW, id="cut off"),
        pytest.param("{'isi': 'x'}", Reason.BROKEN_ROW, id="single quotes"),
        pytest.param("[1, 2]", Reason.BROKEN_ROW, id="list"),
        pytest.param("7", Reason.BROKEN_ROW, id="number"),
        pytest.param("1" * 5000, Reason.BROKEN_ROW, id="endless number"),
        pytest.param("[" * 100_000, Reason.BROKEN_ROW, id="endless nesting"),
        pytest.param('{"isi": ""}', Reason.EMPTY, id="empty text"),
        pytest.param('{"isi": "' + "x" * 2**20 + '"}', Reason.TOO_BIG, id="too big"),
    ],
)
async def test_broken_line_does_not_stop_the_rest(tmp_path: Path, row: str, reason: Reason) -> None:
    """A bad row is one rejection with its line number; the rows around it are read."""
    entries = await read_bytes(tmp_path, "a.jsonl", jsonl(ROW, row, ROW), max_file_mb=1)
    assert ([BODY, BODY], [("a.jsonl:2", reason)]) == (bodies(entries), refusals(entries, tmp_path))


async def test_line_of_another_encoding_is_read(tmp_path: Path) -> None:
    """One row in Windows-1252 among UTF-8 is decoded by itself."""
    data = "\n".join(['{"isi": "kafé"}', '{"isi": "naïf"}']).encode() + b'\n{"isi": "caf\xe9"}'
    assert bodies(await read_bytes(tmp_path, "a.jsonl", data)) == ["kafé", "naïf", "café"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps([ROW, ROW]), id="array"),
        pytest.param(json.dumps([ROW, ROW], indent=2), id="array over many lines"),
        pytest.param(json.dumps({"status": "ok", "total": 2, "articles": [ROW, ROW]}), id="NewsAPI"),
        pytest.param(json.dumps({"meta": {"halaman": 1}, "data": {"items": [ROW, ROW]}}), id="list within objects"),
        pytest.param(
            json.dumps({"hits": {"total": 2, "hits": [{"_source": ROW}, {"_source": ROW}]}}), id="Elasticsearch"
        ),
        pytest.param(jsonl(ROW, ROW), id="JSON Lines under another name"),
        pytest.param(json.dumps(ROW, indent=1) + "\n" + json.dumps(ROW, indent=1), id="objects one after another"),
        pytest.param("\ufeff" + json.dumps([ROW, ROW]), id="byte order mark"),
    ],
)
async def test_json_is_read_in_each_of_its_forms(tmp_path: Path, text: str) -> None:
    """Arrays, wrapped lists and rows under the wrong name all give their articles."""
    entries = await read_bytes(tmp_path, "a.json", text)
    assert (bodies(entries), refusals(entries)) == ([BODY, BODY], [])


async def test_single_object_is_an_article(tmp_path: Path) -> None:
    """A file with one object is one article, also if lists hang on it."""
    assert bodies(await read_bytes(tmp_path, "a.json", json.dumps(ROW | {"data": [{"isi": "bukan"}]}))) == [BODY]


async def test_array_of_addresses_leads_to_pages(tmp_path: Path) -> None:
    """Texts that are addresses are fetched, which here is not allowed."""
    entries = await read_bytes(tmp_path, "a.json", '["https://warta.example/1"]')
    assert refusals(entries) == [("https://warta.example/1", Reason.UNREACHABLE)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            '[{"isi": "a"}, {"isi": rusak}, {"isi": "b"}]', ["a", Reason.BROKEN_ROW, "b"], id="broken element"
        ),
        pytest.param('[{"isi": "a"},\n{"isi": "pu', ["a", Reason.BROKEN_FILE], id="cut off within an element"),
        pytest.param('[{"isi": "a"}', ["a", Reason.BROKEN_FILE], id="cut off after an element"),
        pytest.param('[{"isi": "a"}, 7]', ["a", Reason.BROKEN_ROW], id="number among objects"),
        pytest.param("[]", [Reason.EMPTY], id="empty array"),
        pytest.param("{", [Reason.BROKEN_FILE], id="open brace"),
        pytest.param("bukan json", [Reason.BROKEN_ROW], id="no JSON"),
        pytest.param(f'[{{"isi": "{"x" * 2**20}"}}, {{"isi": "b"}}]', [Reason.TOO_BIG, "b"], id="element too big"),
        pytest.param('[{"isi": "}]\\"[{,"}, {"isi": "b"}]', ['}]"[{,', "b"], id="brackets in a text"),
    ],
)
async def test_broken_json_gives_what_is_whole(tmp_path: Path, text: str, expected: list[object]) -> None:
    """Whole elements are read, broken ones are told."""
    entries = await read_bytes(tmp_path, "a.json", text, max_file_mb=1)
    assert expected == [entry.body if isinstance(entry, RawArticle) else entry.reason for entry in entries]


async def test_rejected_element_is_told_by_its_line(tmp_path: Path) -> None:
    """The line where an element begins is named."""
    entries = await read_bytes(tmp_path, "a.json", '[\n {"isi": "a"},\n {"isi":\n "" }\n]')
    assert refusals(entries, tmp_path) == [("a.json:3", Reason.EMPTY)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"judul,isi,tanggal\nBanjir,{BODY},2025-07-12\n", id="comma"),
        pytest.param(f"judul;isi;tanggal\nBanjir;{BODY};2025-07-12\n", id="semicolon"),
        pytest.param(f"judul\tisi\ttanggal\nBanjir\t{BODY}\t2025-07-12\n", id="tab"),
        pytest.param(f"judul|isi|tanggal\nBanjir|{BODY}|2025-07-12\n", id="bar"),
        pytest.param(f'"judul","isi","tanggal"\r\n"Banjir","{BODY}","2025-07-12"\r\n', id="quoted, Windows"),
        pytest.param(f"judul,isi,tanggal\rBanjir,{BODY},2025-07-12\r", id="old Macintosh"),
        pytest.param(f"\ufeffsep=;\njudul;isi;tanggal\nBanjir;{BODY};2025-07-12\n", id="Excel"),
        pytest.param(f"\njudul, isi, tanggal\n\nBanjir, {BODY}, 2025-07-12\n,,\n", id="spaces and empty rows"),
        pytest.param(f"tanggal,judul,isi,lain,\n2025-07-12,Banjir,{BODY},,,,,\n", id="empty columns at the end"),
    ],
)
async def test_table_is_read_with_each_separator(tmp_path: Path, text: str) -> None:
    """The separator and the order of the columns are told from the first row."""
    entries = await read_bytes(tmp_path, "a.csv", text)
    expected = [("Banjir", BODY, "2025-07-12")]
    assert expected == [
        (entry.title, entry.body, entry.published) for entry in entries if isinstance(entry, RawArticle)
    ]
    assert refusals(entries) == []


async def test_cell_holds_paragraphs_and_quotes(tmp_path: Path) -> None:
    """A quoted cell may hold line breaks, separators and doubled quotes, and be longer than the csv module's limit."""
    long = "Kalimat panjang. " * 20_000
    entries = await read_bytes(tmp_path, "a.csv", f'judul,isi\nA,"Satu, ""dua"".\nTiga."\nB,"{long}"\n')
    assert ['Satu, "dua".\nTiga.', long.strip()] == bodies(entries)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        pytest.param('B;"rusak "sekali" ya;2', 3, id="bare quotes"),
        pytest.param("B;terlalu;banyak;sel", 3, id="too many cells"),
        pytest.param('B;"tak tertutup;2', 3, id="quote that nothing closes"),
        pytest.param('B;"rusak "sekali\nbaris lanjutan\nlagi;2', 3, id="torn over several lines"),
    ],
)
async def test_broken_row_of_a_table_does_not_stop_the_rest(tmp_path: Path, row: str, line: int) -> None:
    """A bad row is one rejection with its line number; the rows around it are read."""
    entries = await read_bytes(tmp_path, "a.csv", f"judul;isi;nomor\nA;{BODY};1\n{row}\nC;{BODY};3\n")
    assert ([BODY, BODY], [(f"a.csv:{line}", Reason.BROKEN_ROW)]) == (bodies(entries), refusals(entries, tmp_path))


async def test_undecodable_row_of_a_table_does_not_stop_the_rest(tmp_path: Path) -> None:
    """Each line of a table is decoded by itself."""
    data = b"judul,isi\nA,satu\nB," + bytes(range(128, 256)) * 3 + b"\nC,dua\n"
    entries = await read_bytes(tmp_path, "a.csv", data)
    assert (bodies(entries), refusals(entries, tmp_path)) == (["satu", "dua"], [("a.csv:3", Reason.UNKNOWN_ENCODING)])


async def test_table_without_a_column_for_the_text_is_told_once(tmp_path: Path) -> None:
    """A table of something else is one rejection that names its columns."""
    entries = await read_bytes(tmp_path, "a.csv", "nama,alamat\nRini,Demak\nBudi,Kudus\n")
    assert [
        Rejection(
            origin=f"{tmp_path}/a.csv",
            reason=Reason.UNKNOWN_FORMAT,
            detail="no column with the text among: nama, alamat",
        )
    ] == entries


async def test_columns_can_be_named_by_hand(tmp_path: Path) -> None:
    """--map finds the text under any name."""
    entries = await read_bytes(tmp_path, "a.csv", f"nama,naskah\nRini,{BODY}\n", field_map={"isi": "naskah"})
    assert bodies(entries) == [BODY]


@pytest.mark.parametrize(
    ("first", "rest", "is_title"),
    [
        pytest.param("Banjir Demak surut", "\n\nAir surut.", True, id="above an empty line"),
        pytest.param("Banjir surut", "\nAir surut di Demak.", True, id="above a longer line"),
        pytest.param("Kapan banjir surut?", "\n\nAir surut.", True, id="question"),
        pytest.param("Rini: Air surut...", "\n\nAir surut.", True, id="dots"),
        pytest.param("Air surut di Demak.", "\n\nWarga pulang.", False, id="sentence"),
        pytest.param("Air surut. Kapan pulang?", "\nWarga menunggu kabar di posko.", False, id="two sentences"),
        pytest.param("DEMAK, WARTANUSA.com -", "\n\nAir surut.", False, id="dateline"),
        pytest.param("Jakarta - Kapan banjir surut?", "\n\nAir surut.", False, id="dateline with text"),
        pytest.param("Laporan Wartawan Warta Nusa, Rini", f"\n{BODY * 2}", False, id="signature"),
        pytest.param("Warga pulang ke rumah", "\nAir surut", False, id="above a shorter line"),
        pytest.param("Banjir surut", "", False, id="one line"),
        pytest.param("kata " * 40, "\n\nAir surut.", False, id="long line"),
    ],
)
def test_title_of_a_plain_text_is_told_from_its_first_sentence(first: str, rest: str, is_title: bool) -> None:
    """A short first line above a text is its title; what could be a sentence of the article stays in it."""
    article = read_plain_text(first + rest, origin="a.txt")
    expected = (first, rest.strip()) if is_title else (None, (first + rest).strip())
    assert expected == (article.title, article.body)


HEADED = RawArticle(
    origin="a.txt",
    body="Air surut.",
    title="Banjir surut",
    source="Warta Nusa",
    url="https://warta.example/1",
    published="12 Juli 2025",
)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            ["Judul: Banjir surut", "Tanggal: 12 Juli 2025", "Sumber: Warta Nusa", "URL: https://warta.example/1", ""],
            id="Indonesian",
        ),
        pytest.param(
            ["Title: Banjir surut", "Published: 12 Juli 2025", "Source: Warta Nusa", "Link: https://warta.example/1"],
            id="English",
        ),
        pytest.param(
            [
                *("---", 'title: "Banjir surut"', "date: 12 Juli 2025", "layout: post", "source: Warta Nusa"),
                *("url: https://warta.example/1", "---"),
            ],
            id="between dashes",
        ),
        pytest.param(
            [
                *("Judul: Banjir surut", "Penulis: Rini", "Tanggal: 12 Juli 2025", "Sumber: Warta Nusa"),
                *("URL: https://warta.example/1", "Isi:"),
            ],
            id="with an author, and the text named",
        ),
        pytest.param(
            [
                *("\ufeffSumber: Warta Nusa\r", "Tanggal: 12 Juli 2025\r", "Tautan: https://warta.example/1\r"),
                *("Judul: Banjir surut\r", "\r"),
            ],
            id="Windows",
        ),
    ],
)
def test_header_lines_of_a_plain_text_are_fields(lines: list[str]) -> None:
    """Lines at the top that name a field give it."""
    assert read_plain_text("\n".join([*lines, "Air surut."]), origin="a.txt") == HEADED


@pytest.mark.parametrize(
    "text",
    [
        "Rini: air sudah surut.",
        "Alamat: Jalan Merdeka 5, Demak.",
        "Judul:",
        "--- \nAir surut.",
        "Penulis: Rini menulis.",
    ],
)
def test_line_with_a_colon_is_no_header_by_that_alone(text: str) -> None:
    """Nothing of a text is taken for a field that it does not fit."""
    assert text.strip() == read_plain_text(text, origin="a.txt").body


def test_markdown_is_read_without_its_signs() -> None:
    """Headings, emphasis and links of Markdown become text."""
    text = (
        "# Banjir *surut*\n\n**Air** surut di [Demak](https://x.example/a_b_c), kata _Rini_.\n\n"
        "## Dampak\n> snake_case_2 tetap\n\n---\n![foto](a.png)"
    )
    article = read_plain_text(text, origin="a.md", is_markdown=True)
    assert article.title == "Banjir surut"
    assert article.body.split("\n") == ["Air surut di Demak, kata Rini.", "", "Dampak", "snake_case_2 tetap"]


async def test_text_file_is_one_article(tmp_path: Path) -> None:
    """A text file is one article."""
    assert bodies(await read_bytes(tmp_path, "a.txt", BODY)) == [BODY]


async def test_list_of_addresses_is_told_from_a_text(tmp_path: Path) -> None:
    """A text file of nothing but addresses leads to pages; remarks and empty lines do not count."""
    entries = await read_bytes(tmp_path, "a.txt", "# daftar\nhttps://warta.example/1\n\nHTTP://warta.example/2\n")
    expected = [("https://warta.example/1", Reason.UNREACHABLE), ("HTTP://warta.example/2", Reason.UNREACHABLE)]
    assert expected == refusals(entries)


async def test_line_that_is_no_address_is_told_by_its_number(tmp_path: Path) -> None:
    """A list of addresses names its bad lines."""
    entries = await read_bytes(tmp_path, "a.urls", "https://warta.example/1\nwarta\nftp://warta.example/3\n")
    assert refusals(entries[1:], tmp_path) == [("a.urls:2", Reason.BAD_URL), ("a.urls:3", Reason.BAD_URL)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a", '{"isi": "x"}', Format.JSON),
        ("a", '[{"isi": "x"}]', Format.JSON),
        ("a", "[Foto] Air surut.", Format.TEXT),
        ("a", "judul,isi\nA,b", Format.CSV),
        ("a", "Banjir, rob, dan isi bumi", Format.TEXT),
        ("a", "<!doctype html><p>x", Format.HTML),
        ("a", "<p>x</p>", Format.HTML),
        ("a", "<?xml version='1.0'?><!-- x --><rss>", Format.FEED),
        ("a.html", "<rss version='2.0'>", Format.FEED),
        ("a.xml", "<html><p>x", Format.HTML),
        ("a.xml", "<?xml version='1.0'?><lain/>", Format.FEED),
        ("a.txt", "<html><p>x", Format.HTML),
        ("a.txt", "https://a.example/\nhttps://b.example/", Format.URLS),
        ("a.jsonl", " [\n{", Format.JSON),
        ("a.jsonl", '{"isi": "x"}', Format.JSONL),
        ("a.csv", "https://a.example/", Format.CSV),
        ("A.TSV", "x", Format.CSV),
        ("a.log2", "x", Format.TEXT),
        ("a", "<!--" * 20_000, Format.HTML),
        ("a", "", Format.TEXT),
    ],
)
def test_format_is_told_from_name_and_content(name: str, text: str, expected: Format) -> None:
    """Unmistakable content decides, then the name, then the rest of the content."""
    assert expected is guess_format(name, text)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/csv; charset=utf-8", Format.CSV),
        ("application/rss+xml", Format.FEED),
        ("application/x-ndjson", Format.JSONL),
        ("application/json", Format.JSON),
        ("text/html", Format.HTML),
        ("text/plain", Format.TEXT),
    ],
)
def test_format_of_a_fetched_page_is_told_by_the_server(content_type: str, expected: Format) -> None:
    """Where neither content nor name tells, the content type does."""
    assert expected is guess_format("berita", "Air surut.", content_type)


async def test_named_format_is_used(tmp_path: Path) -> None:
    """--format wins over name and content."""
    assert bodies(await read_bytes(tmp_path, "a.json", '{"isi": "x"}', format="txt")) == ['{"isi": "x"}']


def test_unknown_format_is_a_usage_error() -> None:
    """A format that does not exist is told before anything is read."""
    with pytest.raises(InputError):
        ReadOptions(format="word")


@pytest.mark.parametrize("name", [*Format, "txt", ".htm", "NDJSON", "rss", "tsv"])
def test_formats_are_known_by_name_and_suffix(name: str) -> None:
    """A format may be named as itself or by a suffix."""
    assert parse_format(name) in Format


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("a.txt", b"%PDF-1.7 isi", Reason.BINARY, id="PDF as text"),
        pytest.param("a", b"\x89PNG\r\n", Reason.BINARY, id="image"),
        pytest.param("a.txt", b"air\0surut\0" * 9, Reason.BINARY, id="zero bytes"),
        pytest.param("a.pdf", b"teks biasa", Reason.BINARY, id="PDF by name"),
        pytest.param("a.docx", b"teks biasa", Reason.BINARY, id="Word by name"),
        pytest.param("a.txt", b"\xd0\xcf\x11\xe0isi", Reason.BINARY, id="old Word"),
        pytest.param("a", b"x" * 257 + b"ustar", Reason.BINARY, id="tar"),
        pytest.param("a.py", b"print(1)", Reason.UNKNOWN_FORMAT, id="program"),
        pytest.param("a.txt", b"", Reason.EMPTY, id="empty"),
        pytest.param("a.txt", b" \n\t ", Reason.EMPTY, id="white space"),
        pytest.param("a.jsonl", b"\n\n", Reason.EMPTY, id="empty lines"),
        pytest.param("a.csv", b"\n", Reason.EMPTY, id="empty table"),
        pytest.param("a.csv", b"judul,isi\n", Reason.EMPTY, id="table of nothing"),
        pytest.param("a.urls", b"# nanti\n", Reason.EMPTY, id="list of nothing"),
        pytest.param("a.xml", b"<?xml version='1.0'?><lain/>", Reason.NOT_A_FEED, id="other XML"),
        pytest.param(
            "a.rss", b"<rss version='2.0'><channel><title>W</title></channel></rss>", Reason.EMPTY, id="empty feed"
        ),
        pytest.param("a.txt", bytes(range(1, 256)) * 8, Reason.UNKNOWN_ENCODING, id="no encoding"),
        pytest.param("a.txt", b"air " * 2**19, Reason.TOO_BIG, id="big text"),
        pytest.param("a.html", b"<p>" + b"air " * 2**19, Reason.TOO_BIG, id="big page"),
        pytest.param("a.xml", b"<rss>" + b"air " * 2**19, Reason.TOO_BIG, id="big feed"),
        pytest.param("a.html", b"<html><p>Segera.</p>", Reason.NO_ARTICLE, id="no article"),
    ],
)
async def test_file_without_an_article_says_why(tmp_path: Path, name: str, data: bytes, reason: Reason) -> None:
    """What cannot be an article is one rejection with its reason."""
    assert [(name, reason)] == refusals(await read_bytes(tmp_path, name, data, max_file_mb=1), tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.json"])
async def test_wide_encodings_are_read_in_every_format(tmp_path: Path, name: str, encoding: str) -> None:
    """Files from Windows programs are read, also where rows are streamed."""
    body = "“Air surut,” kata Rini – Sabtu."
    texts = {"a.txt": body, "a.csv": f"judul;isi\nA;{body}", "a.json": json.dumps([{"isi": body}], ensure_ascii=False)}
    text = texts.get(name) or json.dumps({"isi": body}, ensure_ascii=False)
    assert [body] == bodies(await read_bytes(tmp_path, name, text.encode(encoding)))


async def test_feed_file_is_read_without_the_network(tmp_path: Path) -> None:
    """Where nothing may be fetched, what the feed tells is taken."""
    feed = (
        "<rss version='2.0'><channel><title>W</title><item><title>Banjir</title><link>https://w.example/1</link>"
        "<description>Air surut.</description></item><item><link>https://w.example/2</link></item></channel></rss>"
    )
    entries = await read_bytes(tmp_path, "a.rss", feed)
    assert (bodies(entries), refusals(entries)) == (["Air surut."], [("https://w.example/2", Reason.UNREACHABLE)])


@given(st.binary(max_size=300), st.sampled_from([None, *Format]), st.sampled_from(["a", "a.csv", "a.gz", "a.json.zip"]))
@settings(deadline=None, max_examples=150)
def test_any_bytes_in_any_format_are_read_or_rejected(data: bytes, chosen: Format | None, name: str) -> None:
    """No file makes a reader fail."""
    reading = ReadOptions(format=chosen).reading(max_bytes=200)
    list(read_entries(open_stream(io.BytesIO(data), name=name, origin="a", max_bytes=200), reading))


SIGNS = ['"', '""', ",", ";", "\n", "\r\n", "{", "}", "[", "]", ":", "\\", "isi", "judul", "a b", "é", " ", "7"]
TOKENS = st.sampled_from(SIGNS)


@given(
    st.lists(TOKENS, max_size=60), st.sampled_from([Format.CSV, Format.JSON, Format.JSONL, Format.TEXT, Format.URLS])
)
@settings(deadline=None, max_examples=150)
def test_any_broken_rows_are_read_or_rejected(tokens: list[str], chosen: Format) -> None:
    """No disorder of quotes and brackets makes a reader fail."""
    data = "".join(["judul,isi\n" if chosen is Format.CSV else "", *tokens]).encode()
    reading = ReadOptions(format=chosen).reading(max_bytes=100)
    list(read_entries(open_stream(io.BytesIO(data), name="a", origin="a", max_bytes=100), reading))


@given(st.lists(st.dictionaries(st.sampled_from(["judul", "isi", "x"]), st.text(max_size=30)), min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_json_array_gives_what_json_lines_give(rows: list[dict[str, str]]) -> None:
    """However objects are lined up, and wherever the pieces of the stream end, the same articles come out."""
    reading = ReadOptions().reading(max_bytes=10_000)

    def told(name: str, text: str) -> list[object]:
        found = read_entries(open_stream(io.BytesIO(text.encode()), name=name, origin="a", max_bytes=10_000), reading)
        return [(item.body, item.title) if isinstance(item, RawArticle) else item.reason for item in found]

    assert told("a.jsonl", jsonl(*rows)) == told("a.json", json.dumps(rows, ensure_ascii=False, indent=1))


async def test_options_have_no_effect_on_what_names_its_own(tmp_path: Path) -> None:
    """Source and date of the options are the pipeline's business; fields pass through as they are."""
    (tmp_path / "a.jsonl").write_text(jsonl(ROW), encoding="utf-8")
    [article] = await read_all(tmp_path / "a.jsonl", source="Lain", date="2020-01-01")
    assert isinstance(article, RawArticle)
    assert (article.source, article.published) == ("Warta Nusa", "2025-07-12")
