"""What the admins of the bot read: state, loading, deleting, broadcasts, blocking. Plain text, Indonesian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from bot.words.markup import cut, tidy
from bot.words.texts import number
from corpus.dating.spelled_dates import short_day, spelled_out
from corpus.types import Article, LoadReport, Reason, Rejection

# /status


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFigures:
    """What /status tells.

    :param newest: day of the newest article, or None for an empty corpus.
    :param index_lag: articles that the index does not hold yet.
    :param p50_ms: half of the recent answers took at most this long. :param p95_ms: likewise 95 of a hundred.
    :param waiting: questions in the queue.
    :param unsent: messages in the outbox that wait to be sent.
    :param doubtful: messages of which nobody knows whether they arrived.
    :param subscriptions: chats and topics that get digests. :param paused: those whose chat cannot be written to.
    :param errors: since the start.
    :param uptime_s: seconds since the start.
    """

    articles: int
    sentences: int
    outlets: int
    newest: date | None
    index_lag: int
    answered: int
    not_found: int
    p50_ms: float | None
    p95_ms: float | None
    waiting: int
    unsent: int
    doubtful: int
    errors: int
    chats: int
    blocked: int
    likes: int
    dislikes: int
    uptime_s: float
    subscriptions: int = 0
    paused: int = 0


def status(figures: StatusFigures) -> str:
    """The state of the bot in a few lines."""
    newest = spelled_out(figures.newest) if figures.newest else "belum ada"
    speed = (
        "belum ada jawaban"
        if figures.p50_ms is None or figures.p95_ms is None
        else f"p50 {_milliseconds(figures.p50_ms)}, p95 {_milliseconds(figures.p95_ms)}"
    )
    lag = "mutakhir" if not figures.index_lag else f"tertinggal {number(figures.index_lag)} artikel"
    return "\n".join(
        (
            f"Arsip: {number(figures.articles)} artikel, {number(figures.sentences)} kalimat",
            f"Media: {number(figures.outlets)}",
            f"Artikel terbaru: {newest}",
            f"Indeks: {lag}",
            "",
            f"Pertanyaan: {number(figures.answered)} terjawab, {number(figures.not_found)} tidak ketemu",
            f"Waktu jawab: {speed}",
            f"Penilaian: 👍 {number(figures.likes)}, 👎 {number(figures.dislikes)}",
            "",
            f"Antrean: {number(figures.waiting)} pertanyaan, {number(figures.unsent)} pesan belum terkirim",
            f"Pesan yang tidak pasti sampai: {number(figures.doubtful)}",
            f"Langganan: {number(figures.subscriptions)} aktif, {number(figures.paused)} dijeda",
            f"Galat: {number(figures.errors)}",
            f"Chat: {number(figures.chats)} aktif, {number(figures.blocked)} pengguna diblokir",
            f"Aktif selama: {duration(figures.uptime_s)}",
        )
    )


def duration(seconds: float) -> str:
    """A length of time in its two largest units.

    >>> duration(93_784)
    '1 hari 2 jam'
    >>> duration(0.4)
    '0 detik'
    """
    left = int(seconds)
    words: list[str] = []
    for unit, size in (("hari", 86_400), ("jam", 3_600), ("menit", 60), ("detik", 1)):
        count, left = divmod(left, size)
        if count or (unit == "detik" and not words):
            words.append(f"{count} {unit}")
    return " ".join(words[:2])


def _milliseconds(value: float) -> str:
    return f"{number(round(value))} ms" if value < 1000 else f"{value / 1000:.1f} detik".replace(".", ",")


# /muat

LOAD_HOW = (
    "Kirim berkas .txt, .html, .jsonl, .csv, atau .zip (paling besar 20 MB), atau tulis alamat artikelnya: "
    "/muat https://contoh.example/berita"
)
LOAD_BUSY = "Masih ada pemuatan yang berjalan. Tunggu sampai selesai, lalu kirim lagi."
LOAD_TOO_BIG = "Berkasnya lebih dari 20 MB, jadi tidak bisa diunduh lewat Telegram. Pecah dulu, atau pakai kutip load."
LOAD_WRONG_KIND = "Berkas ini tidak dikenal. Yang bisa dimuat: .txt, .html, .jsonl, .csv, dan .zip."
LOAD_STOPPED = "Pemuatan terhenti di tengah jalan. Yang sudah masuk tetap tersimpan; kirim lagi untuk melanjutkan."
LOAD_DONE = "Selesai dimuat."
LOAD_NOTHING = "Tidak ada artikel yang bisa dimuat."
LOAD_REJECTED_FILE = "Rincian yang ditolak ada di berkas ini."

REJECTIONS_SHOWN = 10
"""Rejections told in the chat; more go into a file."""

LONGEST_REJECTION, LONGEST_NAME = 300, 300
"""Letters of a rejection, and of what is loaded, that are told: an address may have thousands."""


def load_started(name: str) -> str:
    """:param name: of the file or the address."""
    return f"Memuat {cut(tidy(name), LONGEST_NAME)}…"


def load_progress(name: str, report: LoadReport) -> str:
    """While a load runs; edits the message of :func:`load_started`."""
    seen = report.added + report.updated + report.unchanged + len(report.rejected)
    return f"Memuat {cut(tidy(name), LONGEST_NAME)}… {number(seen)} artikel dibaca, {number(report.added)} baru"


def load_report(report: LoadReport) -> str:
    """What a load did; rejections beyond the first ones are left to :func:`rejections_file`."""
    is_empty = not (report.added or report.updated or report.unchanged)
    lines = [
        LOAD_NOTHING if is_empty else LOAD_DONE,
        "",
        f"Baru: {number(report.added)}",
        f"Diperbarui: {number(report.updated)}",
        f"Sudah ada: {number(report.unchanged)}",
        f"Salinan artikel lain: {number(report.copies)}",
        f"Kalimat: {number(report.sentences)}",
        f"Ditolak: {number(len(report.rejected))}",
        f"Lama: {duration(report.took_s)}",
    ]
    if report.rejected:
        lines += ["", *(f"• {cut(rejection(one), LONGEST_REJECTION)}" for one in report.rejected[:REJECTIONS_SHOWN])]
    left = len(report.rejected) - REJECTIONS_SHOWN
    if left > 0:
        lines.append(f"dan {number(left)} lagi")
    return "\n".join(lines)


def rejections_file(rejected: Sequence[Rejection]) -> str:
    """All rejections, one a line, for a text file."""
    return "\n".join(map(rejection, rejected)) + "\n"


def rejection(one: Rejection) -> str:
    """One input that was not loaded, and what to do about it.

    >>> rejection(Rejection(origin="arsip.zip/a.txt", reason=Reason.NO_DATE))
    'arsip.zip/a.txt: tanggal terbitnya tidak ditemukan'
    """
    detail = f" ({tidy(one.detail)})" if one.detail else ""
    return f"{tidy(one.origin)}: {_REASONS[one.reason]}{detail}"


_REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.EMPTY: "tidak ada teksnya",
        Reason.TOO_SHORT: "teksnya terlalu pendek",
        Reason.TOO_LONG: "kalimatnya terlalu banyak untuk satu artikel",
        Reason.NO_DATE: "tanggal terbitnya tidak ditemukan",
        Reason.FUTURE_DATE: "tanggal terbitnya di masa depan",
        Reason.BAD_DATE: "tanggal terbitnya tidak terbaca",
        Reason.NO_SOURCE: "nama medianya tidak ditemukan",
        Reason.NOT_FOUND: "berkas atau foldernya tidak ada",
        Reason.UNREADABLE: "tidak bisa dibaca; mungkin terkunci kata sandi",
        Reason.UNKNOWN_FORMAT: "formatnya tidak dikenal",
        Reason.BINARY: "bukan teks",
        Reason.BROKEN_ROW: "barisnya rusak",
        Reason.BROKEN_FILE: "berkasnya rusak; yang sebelum bagian rusak tetap terbaca",
        Reason.UNKNOWN_ENCODING: "penyandian hurufnya tidak dikenal; simpan sebagai UTF-8",
        Reason.NO_ARTICLE: "tidak ada artikel di halaman itu",
        Reason.NOT_A_FEED: "bukan umpan RSS atau Atom",
        Reason.TOO_BIG: "melebihi batas ukuran",
        Reason.ARCHIVE_BOMB: "isi arsipnya terlalu besar, atau terlalu banyak lapisnya",
        Reason.UNSAFE_PATH: "nama berkasnya menunjuk ke luar arsip",
        Reason.BAD_URL: "alamatnya tidak bisa dipakai; tulis dengan http atau https",
        Reason.FORBIDDEN_ADDRESS: "alamatnya ada di jaringan dalam",
        Reason.HTTP_STATUS: "server menolak",
        Reason.TIMEOUT: "server tidak menjawab pada waktunya",
        Reason.TOO_MANY_REDIRECTS: "alamatnya dialihkan terus-menerus",
        Reason.UNREACHABLE: "servernya tidak bisa dihubungi",
    }
)

# /hapus

DELETE_HOW = "Tulis ID atau alamat artikelnya: /hapus ID"
DELETE_UNKNOWN = "Tidak ada artikel dengan ID atau alamat itu."
DELETE_KEPT = "Baik, artikelnya tidak dihapus."


def delete_question(article: Article) -> str:
    """Before an article is deleted."""
    return f"Hapus artikel ini dari arsip?\n\n{_named(article)}"


def deleted(article: Article) -> str:
    """After an article was deleted."""
    return f"Sudah dihapus, dan tidak akan dikutip lagi:\n\n{_named(article)}"


def _named(article: Article) -> str:
    return f"{cut(tidy(article.title), LONGEST_NAME)}\n{tidy(article.source)}, {short_day(article.published_at.day)}"


# /siaran

BROADCAST_HOW = "Tulis pengumumannya sesudah /siaran, atau balas sebuah pesan dengan /siaran untuk menyiarkan isinya."
BROADCAST_CANCELLED = "Baik, siarannya dibatalkan."
BROADCAST_GONE = "Rancangan siaran ini sudah tidak ada. Tulis lagi dengan /siaran."
BROADCAST_BUSY = "Masih ada siaran yang berjalan. Tunggu sampai selesai."


def broadcast_question(chats: int) -> str:
    """Under the preview of a broadcast."""
    return f"Begitulah pesannya akan terlihat. Kirim ke {number(chats)} chat?"


def broadcast_progress(sent: int, chats: int) -> str:
    """While it goes out."""
    return f"Menyiarkan… {number(sent)} dari {number(chats)} chat"


def broadcast_report(*, sent: int, gone: int, failed: int, doubtful: int) -> str:
    """When it went out.

    :param gone: chats that took the bot out. :param failed: refused. :param doubtful: perhaps arrived.
    """
    lines = [f"Siaran selesai: terkirim ke {number(sent)} chat."]
    if gone:
        lines.append(f"Sudah tidak bisa dikirimi: {number(gone)}")
    if failed:
        lines.append(f"Gagal: {number(failed)}")
    if doubtful:
        lines.append(f"Tidak pasti sampai: {number(doubtful)}")
    return "\n".join(lines)


# /blokir

BLOCK_HOW = (
    "Tulis ID penggunanya: /blokir 123456789, atau teruskan pesannya ke sini lalu balas dengan /blokir. "
    "Buka lagi dengan /blokir buka 123456789."
)
BLOCK_NOT_ADMINS = "Admin bot tidak bisa diblokir."
NOBODY_BLOCKED = "Tidak ada pengguna yang diblokir."

BLOCKED_SHOWN = 200
"""Ids that the list names."""


def blocked(user_id: int) -> str:
    """A user is not answered any more."""
    return f"Pengguna {user_id} diblokir. Pesannya tidak akan dijawab lagi."


def unblocked(user_id: int) -> str:
    """A user is answered again."""
    return f"Blokir pengguna {user_id} dibuka."


def not_blocked(user_id: int) -> str:
    """Somebody was to be let in who is not out."""
    return f"Pengguna {user_id} memang tidak diblokir."


def blocked_list(user_ids: Sequence[int]) -> str:
    """Who is not answered; beyond :data:`BLOCKED_SHOWN` only how many."""
    if not user_ids:
        return NOBODY_BLOCKED
    left = len(user_ids) - BLOCKED_SHOWN
    more = [f"dan {number(left)} lagi"] if left > 0 else []
    return "\n".join(("Pengguna yang diblokir:", *map(str, sorted(user_ids)[:BLOCKED_SHOWN]), *more))
