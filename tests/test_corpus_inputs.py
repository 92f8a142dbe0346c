"""What is named on the command line: folders, archives, pipes, addresses, and how all of it is followed."""

from __future__ import annotations

import asyncio
import errno
import gzip
import io
import json
import os
import ssl
import stat
import sys
import threading
import time
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from corpus_reading import BODY, bodies, read_all, refusals
from http_site import Answer, Site, running_site

from corpus.readers import ReadOptions, read
from corpus.reading import archives
from corpus.reading.archives import why_unreadable
from corpus.reading.following import BATCH_ROWS, PAGES_AHEAD, completed
from corpus.reading.web import Web
from corpus.settings import CorpusSettings
from corpus.types import RawArticle, Reason, Rejection

ROW = json.dumps({"isi": BODY}) + "\n"


def zipped(**members: bytes | str) -> bytes:
    return zip_of([(name.replace("__", "/").replace("_", "."), data) for name, data in members.items()])


def zip_of(members: list[tuple[str | zipfile.ZipInfo, bytes | str]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def written(folder: Path, **files: bytes | str) -> Path:
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


async def test_folder_is_read_recursively_in_the_order_of_names(tmp_path: Path) -> None:
    """Files of folders and their folders come sorted; what the system keeps there is passed over."""
    files = {"b_txt": "dua", "a__z_txt": "satu", "c__d__e_txt": "tiga"}
    hidden = {".git__x_txt": "x", "__MACOSX__y_txt": "y", "Thumbs_db": "z"}
    written(tmp_path, **files)
    for name, text in hidden.items():
        path = tmp_path / name.replace("__MACOSX__", "__MACOSX/").replace(".git__", ".git/").replace("_db", ".db")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    entries = await read_all(tmp_path)
    expected = [(f"{tmp_path}/a/z.txt", "satu"), (f"{tmp_path}/b.txt", "dua"), (f"{tmp_path}/c/d/e.txt", "tiga")]
    assert expected == [(entry.origin, entry.body) for entry in entries if isinstance(entry, RawArticle)]


async def test_names_are_read_in_their_order(tmp_path: Path) -> None:
    """What is named first is read first."""
    written(tmp_path, a_txt="satu", b_txt="dua")
    assert bodies(await read_all(tmp_path / "b.txt", tmp_path / "a.txt")) == ["dua", "satu"]


@pytest.mark.parametrize(
    "name",
    ["tidak-ada.txt", "a.txt/dalam.txt", "x" * 300, "nol\0.txt", ""],
    ids=["missing", "in a file", "long", "nul", ""],
)
async def test_missing_file_is_told(tmp_path: Path, name: str) -> None:
    """A path that leads nowhere is a rejection, and the next input is read."""
    written(tmp_path, a_txt=BODY)
    entries = await read_all(f"{tmp_path}/{name}" if name else tmp_path / "kosong" / "", tmp_path / "a.txt")
    assert ([reason for _, reason in refusals(entries)], bodies(entries)) == ([Reason.NOT_FOUND], [BODY])


async def test_empty_folder_is_told(tmp_path: Path) -> None:
    """A folder of nothing is not passed over in silence."""
    assert [(str(tmp_path), Reason.EMPTY)] == refusals(await read_all(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_file_without_permission_is_told(tmp_path: Path) -> None:
    """A file that may not be read is a rejection, and the next one is read."""
    written(tmp_path, a_txt=BODY, b_txt=BODY)
    (tmp_path / "a.txt").chmod(0)
    entries = await read_all(tmp_path)
    assert (refusals(entries, tmp_path), bodies(entries)) == ([("a.txt", Reason.UNREADABLE)], [BODY])


def test_refused_permission_has_its_words() -> None:
    """The system's own words for a refusal are told."""
    told = why_unreadable(PermissionError(errno.EACCES, "x"), "a.txt")
    assert Rejection(origin="a.txt", reason=Reason.UNREADABLE, detail=os.strerror(errno.EACCES)) == told


async def test_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    """A file that is none is told instead of read."""
    os.mkfifo(tmp_path / "pipa")
    assert refusals(await read_all(tmp_path), tmp_path) == [("pipa", Reason.UNREADABLE)]


async def test_name_that_is_no_utf8_can_be_shown(tmp_path: Path) -> None:
    """An origin is text, whatever bytes a file name has."""
    written(tmp_path, **{os.fsdecode(b"caf\xe9") + "_txt": BODY})
    [article] = await read_all(tmp_path)
    assert article.origin == f"{tmp_path}/caf\ufffd.txt"


async def test_links_in_a_folder_lead_neither_out_nor_in_circles(tmp_path: Path) -> None:
    """Links out of the folder and broken ones are told; links within it are read once, where they lead."""
    folder = written(tmp_path, luar_txt="rahasia", dalam__a_txt=BODY) / "dalam"
    (folder / "b-luar.txt").symlink_to(tmp_path / "luar.txt")
    (folder / "c-atas").symlink_to(tmp_path)
    (folder / "d-lingkar").symlink_to(folder)
    (folder / "e-sama.txt").symlink_to(folder / "a.txt")
    (folder / "f-rusak").symlink_to(tmp_path / "tidak-ada")
    (folder / "g-diri").symlink_to(folder / "g-diri")
    entries = await read_all(folder)
    expected = [
        ("b-luar.txt", Reason.UNSAFE_PATH),
        ("c-atas", Reason.UNSAFE_PATH),
        ("f-rusak", Reason.NOT_FOUND),
        ("g-diri", Reason.UNSAFE_PATH),
    ]
    assert ([BODY], expected) == (bodies(entries), refusals(entries, folder))


async def test_link_that_is_named_is_followed(tmp_path: Path) -> None:
    """Who names a link means what it leads to."""
    written(tmp_path, a_txt=BODY)
    (tmp_path / "b").symlink_to(tmp_path / "a.txt")
    assert bodies(await read_all(tmp_path / "b")) == [BODY]


@pytest.fixture
def low_stack() -> Iterator[int]:
    """A Python stack of 300 calls, so that no folder needs to be very deep to show what goes with its depth."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    yield 300
    sys.setrecursionlimit(usual)


async def test_deep_folders_are_read(tmp_path: Path, low_stack: int) -> None:
    """Folders may be nested deeper than Python's stack."""
    folder = tmp_path
    for _ in range(low_stack + 20):
        folder = folder / "d"
        folder.mkdir()
    written(folder, a_txt=BODY)
    assert bodies(await read_all(tmp_path)) == [BODY]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("a.jsonl.gz", gzip.compress(ROW.encode()), id="gz"),
        pytest.param("a.JSONL.GZ", gzip.compress(ROW.encode()), id="gz in capitals"),
        pytest.param("a", gzip.compress(ROW.encode()), id="gz by content"),
        pytest.param("a.gz", gzip.compress(b"") + gzip.compress(ROW.encode()), id="gz in two parts"),
        pytest.param("a.zip", zipped(dalam__a_jsonl=ROW), id="zip"),
        pytest.param("a", zipped(a_jsonl=ROW), id="zip by content"),
        pytest.param("a.zip", zipped(a_jsonl_gz=gzip.compress(ROW.encode())), id="gz in zip"),
        pytest.param("a.zip", zipped(a_zip=zipped(a_jsonl=ROW)), id="zip in zip"),
        pytest.param("a.zip.gz", gzip.compress(zipped(a_jsonl=ROW)), id="zip in gz"),
    ],
)
async def test_archive_is_opened(tmp_path: Path, name: str, data: bytes) -> None:
    """Archives and archives in archives are read without being named as such."""
    (tmp_path / name).write_bytes(data)
    entries = await read_all(tmp_path)
    assert (bodies(entries), refusals(entries)) == ([BODY], [])


async def test_member_of_an_archive_knows_its_place(tmp_path: Path) -> None:
    """Origins lead into the archive, in the order of its members' names."""
    written(tmp_path, a_zip=zipped(b_txt="dua", a__x_jsonl=ROW))
    entries = await read_all(tmp_path / "a.zip")
    assert [f"{tmp_path}/a.zip/a/x.jsonl:1", f"{tmp_path}/a.zip/b.txt"] == [entry.origin for entry in entries]


def linked_member() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("tautan.txt")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


def encrypted() -> bytes:
    data = bytearray(zipped(a_txt=BODY))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def with_broken_checksum() -> bytes:
    data = bytearray(zipped(a_txt=BODY))
    data[data.index(b"PK\x01\x02") + 16] ^= 0xFF
    data[14] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "origin", "reason"),
    [
        pytest.param(zip_of([("../x.txt", BODY)]), "a.zip/../x.txt", Reason.UNSAFE_PATH, id="above"),
        pytest.param(
            zip_of([("a/../../x.txt", BODY)]), "a.zip/a/../../x.txt", Reason.UNSAFE_PATH, id="above on a detour"
        ),
        pytest.param(zip_of([("/etc/x.txt", BODY)]), "a.zip//etc/x.txt", Reason.UNSAFE_PATH, id="absolute"),
        pytest.param(zip_of([("C:/x.txt", BODY)]), "a.zip/C:/x.txt", Reason.UNSAFE_PATH, id="drive"),
        pytest.param(zip_of([("..\\x.txt", BODY)]), "a.zip/..\\x.txt", Reason.UNSAFE_PATH, id="above on Windows"),
        pytest.param(zip_of([(linked_member(), "/etc/passwd")]), "a.zip/tautan.txt", Reason.UNSAFE_PATH, id="link"),
        pytest.param(encrypted(), "a.zip/a.txt", Reason.UNREADABLE, id="encrypted"),
        pytest.param(with_broken_checksum(), "a.zip/a.txt", Reason.BROKEN_FILE, id="checksum"),
        pytest.param(zipped(a_txt=BODY)[:60], "a.zip", Reason.BROKEN_FILE, id="cut off"),
        pytest.param(zip_of([]), "a.zip", Reason.EMPTY, id="no members"),
        pytest.param(b"PK\x03\x04bukan", "a.zip", Reason.BROKEN_FILE, id="no zip behind the mark"),
        pytest.param(b"bukan arsip", "a.zip", Reason.BROKEN_FILE, id="no zip"),
        pytest.param(zip_of([("[Content_Types].xml", "<x/>")]), "a.zip", Reason.BINARY, id="Word"),
        pytest.param(
            zipped(a_zip=zipped(b_zip=zipped(c_txt=BODY))), "a.zip/a.zip/b.zip", Reason.ARCHIVE_BOMB, id="three deep"
        ),
        pytest.param(zipped(a_txt=""), "a.zip/a.txt", Reason.EMPTY, id="empty member"),
        pytest.param(zipped(a_pdf=b"%PDF"), "a.zip/a.pdf", Reason.BINARY, id="binary member"),
    ],
)
async def test_bad_archive_is_told(tmp_path: Path, data: bytes, origin: str, reason: Reason) -> None:
    """What is wrong with an archive or a member of it is one rejection."""
    written(tmp_path, a_zip=data)
    assert [(origin, reason)] == refusals(await read_all(tmp_path / "a.zip"), tmp_path)


async def test_bad_member_does_not_stop_the_rest(tmp_path: Path) -> None:
    """The other members of an archive are read."""
    written(tmp_path, a_zip=zip_of([("../x.txt", "x"), ("a.txt", BODY), ("b.pdf", b"%PDF"), ("c.txt", BODY)]))
    assert bodies(await read_all(tmp_path / "a.zip")) == [BODY, BODY]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.gz"])
async def test_rows_before_the_end_of_a_cut_off_file_are_read(tmp_path: Path, name: str) -> None:
    """A compressed file that ends early gives its rows, then one rejection."""
    rows = "".join(json.dumps({"isi": f"{BODY} {os.urandom(40).hex()}"}) + "\n" for _ in range(3000))
    data = gzip.compress(rows.encode())
    written(tmp_path, **{name.replace(".", "_"): data[: len(data) // 2]})
    entries = await read_all(tmp_path)
    assert 1000 < len(bodies(entries)) < 2000
    assert [(name, Reason.BROKEN_FILE)] == refusals(entries, tmp_path)[-1:]
    assert len(refusals(entries)) <= 2  # the row that was cut in two may be told too


LONG = "air surut " * 20_000


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("a.txt", LONG, id="text"),
        pytest.param("a.jsonl", json.dumps({"isi": LONG}) + "\n", id="rows"),
        pytest.param("a.csv", f"judul,isi\nBanjir,{LONG}\n", id="table"),
        pytest.param("a.json", f'[{{"isi": "{LONG}"}},', id="array"),
    ],
)
async def test_bomb_is_given_up_early(tmp_path: Path, name: str, line: str) -> None:
    """An archive that expands to hundreds of times its size is not read to its end."""
    size = archives.FREE_BYTES + 2**21
    written(tmp_path, **{f"{name.replace('.', '_')}_gz": gzip.compress(line.encode() * (size // len(line)))})
    entries = await read_all(tmp_path, max_file_mb=30)
    assert refusals(entries, tmp_path) == [(f"{name}.gz", Reason.ARCHIVE_BOMB)]


async def test_members_of_a_bomb_share_one_limit(tmp_path: Path) -> None:
    """Many members that are harmless alone are stopped together, and the rest is told."""
    data = b"air surut " * (archives.FREE_BYTES // 40)
    written(tmp_path, a_zip=zip_of([(f"{number}.txt", data) for number in range(8)]))
    entries = refusals(await read_all(tmp_path / "a.zip"), tmp_path)
    assert entries == [("a.zip/4.txt", Reason.ARCHIVE_BOMB), ("a.zip", Reason.ARCHIVE_BOMB)]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
async def test_member_that_cannot_be_read_in_pieces_is_refused(tmp_path: Path, method: int) -> None:
    """Methods of which a few bytes expand to gigabytes in one step are not begun; the other members are read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", bytes(2**22), compress_type=method)
        archive.writestr("b.txt", BODY, compress_type=zipfile.ZIP_DEFLATED)
    written(tmp_path, a_zip=file.getvalue())
    entries = await read_all(tmp_path)
    assert (refusals(entries, tmp_path), len(bodies(entries))) == ([("a.zip/a.txt", Reason.UNREADABLE)], 1)


async def test_repetitive_small_file_is_no_bomb(tmp_path: Path) -> None:
    """A small file may compress as well as it likes."""
    written(tmp_path, a_txt_gz=gzip.compress(b"air surut " * 100_000))
    assert len(bodies(await read_all(tmp_path))) == 1


@pytest.fixture
def stdin() -> Iterator[Callable[[bytes], int]]:
    """Standard input as a pipe: the function fills it and gives the end to write to."""
    kept = os.dup(0)
    writing: list[int] = []

    def fill(data: bytes) -> int:
        ends = os.pipe()
        os.dup2(ends[0], 0)
        os.close(ends[0])
        os.write(ends[1], data)
        writing.append(ends[1])
        return ends[1]

    yield fill
    os.dup2(kept, 0)
    os.close(kept)
    for end in writing:
        try:
            os.close(end)
        except OSError:
            assert end in writing  # closed by the test already


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(ROW.encode() * 2, [BODY, BODY], id="JSON Lines"),
        pytest.param(BODY.encode(), [BODY], id="text"),
        pytest.param(f"judul,isi\nA,{BODY}\n".encode(), [BODY], id="table"),
        pytest.param(gzip.compress(ROW.encode()), [BODY], id="gz"),
        pytest.param(zipped(a_jsonl=ROW), [BODY], id="zip"),
    ],
)
async def test_standard_input_is_read(stdin: Callable[[bytes], int], data: bytes, expected: list[str]) -> None:
    """A pipe is read like a file without a name."""
    os.close(stdin(data))
    assert expected == bodies(await read_all("-"))


async def test_wait_for_standard_input_can_be_given_up(stdin: Callable[[bytes], int]) -> None:
    """A load that waits for a silent pipe ends when it is cancelled."""
    stdin(ROW.encode())
    waiting = asyncio.create_task(read_all("-"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    began = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert time.monotonic() - began < 2.0


async def test_large_archive_from_a_pipe_is_refused(stdin: Callable[[bytes], int]) -> None:
    """A zip archive must be sought in, so that one from a pipe is held in memory, up to the limit."""
    noise = os.urandom(2**20 + 2**16)
    end = stdin(b"")
    data = zip_of([("a.txt", noise)])

    def feed() -> None:
        with os.fdopen(end, "wb") as pipe:
            try:
                pipe.write(data)
            except BrokenPipeError:
                return

    writer = threading.Thread(target=feed)
    writer.start()
    entries = await read_all("-", max_file_mb=1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    writer.join(timeout=5)
    assert refusals(entries) == [("-", Reason.TOO_BIG)]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site() as running:
        yield running


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    careless = CorpusSettings(_env_file=None, http_pause_s=0.0, http_retries=0, allow_private_addresses=True)
    async with Web(careless, ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as client:
        yield client


PARAGRAPH = (
    "Banjir di Kecamatan Karanganyar, Kabupaten Demak, mulai surut pada Sabtu pagi, kata Kepala BPBD Rini Astuti."
)


def article_page(text: str = PARAGRAPH, head: str = "") -> str:
    return f"<html><head><title>Banjir surut</title>{head}</head><body><article><p>{text}</p></article></body></html>"


def feed_of(*links: str, text: str = "Ringkas.") -> str:
    items = "".join(
        f"<item><title>Judul {number}</title><link>{link}</link><description>{text}</description>"
        f"<pubDate>Sat, 12 Jul 2025 09:15:00 +0700</pubDate></item>"
        for number, link in enumerate(links)
    )
    return f"<rss version='2.0'><channel><title>Warta Nusa</title>{items}</channel></rss>"


async def test_address_leads_to_its_article(site: Site, web: Web) -> None:
    """A page is fetched and read, and cited under its address."""
    url = site.answer("/banjir", article_page())
    [article] = await read_all(url, web=web)
    assert isinstance(article, RawArticle)
    assert (url, url, PARAGRAPH) == (article.origin, article.url, article.body)


async def test_list_of_addresses_is_followed_in_order(site: Site, web: Web, tmp_path: Path) -> None:
    """Each address of a list gives its article or its rejection, in the order of the list, and is fetched once."""
    urls = [site.answer(f"/{number}", article_page(f"{PARAGRAPH} {number}")) for number in range(12)]
    lines = [*urls[:6], site.url + "/tidak-ada", urls[0], f"{urls[1]}#bawah", *urls[6:]]
    written(tmp_path, daftar_txt="\n".join(lines))
    entries = await read_all(tmp_path, web=web)
    told = [*urls[:6], site.url + "/tidak-ada", *urls[6:]]
    assert told == [entry.origin for entry in entries]
    assert len(told) == len(site.asked)


async def test_feed_leads_to_the_pages_of_its_summaries(site: Site, web: Web) -> None:
    """What a page does not say of itself, the feed says."""
    url = site.answer("/rss", feed_of(site.answer("/banjir", article_page())), content_type="application/rss+xml")
    [article] = await read_all(url, web=web)
    assert isinstance(article, RawArticle)
    expected = (PARAGRAPH, "Banjir surut", "Sat, 12 Jul 2025 09:15:00 +0700")
    assert expected == (article.body, article.title, article.published)


async def test_whole_articles_of_a_feed_need_no_pages(site: Site, web: Web) -> None:
    """An entry that holds its article is not fetched."""
    text = " ".join([PARAGRAPH] * 12)
    entries = await read_all(site.answer("/rss", feed_of(site.url + "/banjir", text=text)), web=web)
    assert ([text], ["/rss"]) == (bodies(entries), [asked.path for asked in site.asked])


async def test_list_may_lead_to_feeds_and_these_to_pages(site: Site, web: Web) -> None:
    """Three steps are followed: a list, its feeds, their articles."""
    feed = site.answer("/rss", feed_of(site.answer("/banjir", article_page())))
    assert bodies(await read_all(site.answer("/daftar", feed, content_type="text/plain"), web=web)) == [PARAGRAPH]


async def test_addresses_that_lead_to_each_other_come_to_an_end(site: Site, web: Web) -> None:
    """Lists of lists of lists are not followed for ever."""
    for number in range(8):
        site.answer(f"/{number}", f"{site.url}/{number + 1}", content_type="text/plain")
    entries = await read_all(f"{site.url}/0", web=web)
    assert [(f"{site.url}/3", Reason.NO_ARTICLE)] == refusals(entries)


async def test_file_behind_an_address_is_read_by_its_kind(site: Site, web: Web) -> None:
    """Rows, tables and archives may be fetched too."""
    urls = [
        site.answer("/a.jsonl", ROW, content_type="text/plain"),
        site.answer("/b.csv?unduh=1", f"judul,isi\nA,{BODY}", content_type="text/csv"),
        site.answer("/c.zip", zipped(a_jsonl=ROW), content_type="application/zip"),
        site.answer("/d.jsonl.gz", Answer(body=gzip.compress(ROW.encode()))),
        site.answer("/e.jsonl.gz", Answer(body=gzip.compress(ROW.encode()), headers={"content-encoding": "gzip"})),
        site.answer("/f", json.dumps([{"isi": BODY}]), content_type="application/json"),
    ]
    entries = await read_all(*urls, web=web)
    assert (bodies(entries), refusals(entries)) == ([BODY] * 6, [])


async def test_named_format_is_that_of_the_address_and_not_of_pages_behind(site: Site, web: Web) -> None:
    """--format says what is named, not where it leads."""
    page = site.answer("/banjir", article_page())
    assert bodies(await read_all(site.answer("/x", page), web=web, format="urls")) == [PARAGRAPH]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer(status=404), Reason.HTTP_STATUS, id="404"),
        pytest.param(Answer(status=301, headers={"location": "/a"}), Reason.TOO_MANY_REDIRECTS, id="loop"),
        pytest.param(Answer(body=b"<html><p>Segera.</p></html>"), Reason.NO_ARTICLE, id="no article"),
        pytest.param(Answer(body=b"%PDF-1.7"), Reason.BINARY, id="PDF"),
        pytest.param(Answer(body=b""), Reason.EMPTY, id="empty"),
    ],
)
async def test_address_without_an_article_says_why(site: Site, web: Web, answer: Answer, reason: Reason) -> None:
    """Each address that gives nothing is one rejection, and the next is followed."""
    url = site.answer("/a", answer)
    entries = await read_all(url, site.answer("/b", article_page()), web=web)
    assert ([(url, reason)], [PARAGRAPH]) == (refusals(entries), bodies(entries))


@pytest.mark.parametrize("name", ["ftp://warta.example/a", "http://budi:rahasia@warta.example/", "https://"])
async def test_unusable_address_is_told_without_its_password(web: Web, name: str) -> None:
    """An address that cannot be fetched is a rejection, and no secret is shown."""
    [(origin, reason)] = refusals(await read_all(name, web=web))
    assert reason is Reason.BAD_URL
    assert "rahasia" not in origin


async def test_pages_are_fetched_a_few_ahead_and_no_more(site: Site, web: Web, tmp_path: Path) -> None:
    """A list is not fetched whole before its first page is read."""
    urls = [site.answer(f"/{number}", article_page(f"{PARAGRAPH} {number}")) for number in range(20)]
    written(tmp_path, daftar_txt="\n".join(urls))
    reading = read([str(tmp_path)], options=ReadOptions(), settings=CorpusSettings(_env_file=None), web=web)
    async with aclosing(reading):
        await anext(reading)
        await asyncio.sleep(0.1)
    assert 1 <= len(site.asked) <= PAGES_AHEAD + 1


@pytest.mark.parametrize(
    ("page", "feed", "expected"),
    [
        pytest.param(
            "2025-07-12", "Sat, 12 Jul 2025 09:15:00 +0700", "Sat, 12 Jul 2025 09:15:00 +0700", id="finer feed"
        ),
        pytest.param("2025-07-12T09:00:00", "Sat, 12 Jul 2025 09:15:00", "2025-07-12T09:00:00", id="page with time"),
        pytest.param(None, "2025-07-12", "2025-07-12", id="page without"),
        pytest.param("2025-07-12", None, "2025-07-12", id="feed without"),
    ],
)
def test_finer_time_of_page_and_feed_is_kept(page: str | None, feed: str | None, expected: str) -> None:
    """The page's time counts, unless only the feed's says the time of day."""
    article = completed(
        RawArticle(origin="a", body=BODY, published=page), RawArticle(origin="b", body="", published=feed)
    )
    assert expected == article.published


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs the list of open files that Linux keeps")
async def test_what_is_open_is_closed_when_reading_stops_early(tmp_path: Path) -> None:
    """A load that is given up leaves no file open."""
    written(tmp_path, a_jsonl=ROW * (BATCH_ROWS * 3))
    reading = read([str(tmp_path)], options=ReadOptions(), settings=CorpusSettings(_env_file=None), web=None)
    async with aclosing(reading):
        await anext(reading)
        assert f"{tmp_path}/a.jsonl" in open_files()
    assert f"{tmp_path}/a.jsonl" not in open_files()


def open_files() -> list[str]:
    return [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
