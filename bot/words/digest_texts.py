"""What people read about their digest: its state in words, buttons, notices.

Indonesian; plain text unless it says HTML.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.digests.schedules import EVERY_DAY, next_slot
from bot.digests.subscription_changes import Problem
from bot.digests.subscriptions import MOST_ALERTS, MOST_OF_OWNER, MOST_STORIES, MOST_TOPICS, Subscription
from bot.words.markup import cut, escape, tidy
from bot.words.texts import marked, number
from corpus.dating.spelled_dates import spelled_out

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ZONE_NAMES: Mapping[str, str] = MappingProxyType(
    {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
)
ZONE_PLACES: Mapping[str, str] = MappingProxyType(
    {"Asia/Jakarta": "WIB (Jakarta)", "Asia/Makassar": "WITA (Makassar)", "Asia/Jayapura": "WIT (Jayapura)"}
)

# buttons

BUTTON_ON = "Nyalakan"
BUTTON_OFF = "Hentikan"
BUTTON_RESUME = "Lanjutkan"
BUTTON_HOUR = "Jam"
BUTTON_ZONE = "Zona waktu"
BUTTON_DAYS = "Hari"
BUTTON_EVERY_DAY = "Setiap hari"
BUTTON_WORKDAYS = "Senin–Jumat"
BUTTON_TOPICS = "Topik"
BUTTON_TYPE_TOPICS = "Tulis topik"
BUTTON_TYPE_UNWANTED = "Tulis yang dihindari"
BUTTON_ANY_TOPIC = "Semua topik"
BUTTON_LIMIT = "Jumlah berita"
BUTTON_SILENT = "Tanpa suara"
BUTTON_LOUD = "Pakai suara"
BUTTON_ALERTS = "Kabar langsung"
BUTTON_NO_ALERTS = "Mati"
BUTTON_NIGHT = "Malam juga"
BUTTON_CHATS = "Grup dan channel"
BUTTON_ADD_CHAT = "Atur grup atau channel lain"
BUTTON_REMOVE = "Hapus dari daftar"
BUTTON_BACK = "« Kembali"
KEY_GROUP = "Pilih grup"
KEY_CHANNEL = "Pilih channel"
KEY_CANCEL = "Batal"

PLACEHOLDER_TOPICS = "misalnya: ekonomi, timnas, harga beras"
PLACEHOLDER_UNWANTED = "misalnya: gosip, zodiak"

# notices over the chat, at most 200 characters

KEPT = "Disimpan."
ONE_DAY_AT_LEAST = "Pilih paling sedikit satu hari."
TOPICS_FIRST = "Pilih topiknya dulu, supaya jelas kabar mana yang ditunggu."
NOT_YOURS = "Hanya admin chat itu yang bisa mengubahnya."
GONE = "Langganan ini sudah dihapus. Lihat /langganan."
TOO_MANY_CHATS = f"Paling banyak {MOST_OF_OWNER} chat yang bisa kamu atur."

# asking for typed words

ASK_TOPICS = (
    "Topik apa yang kamu mau? Pisahkan dengan koma, misalnya: ekonomi, timnas, harga beras. "
    "Tulis “batal” kalau tidak jadi."
)
ASK_UNWANTED = (
    "Topik apa yang mau kamu hindari? Pisahkan dengan koma, misalnya: gosip, zodiak. Tulis “batal” kalau tidak jadi."
)
CANCELLED = "Baik, tidak ada yang diubah."

# groups and channels

ASK_CHAT = (
    "Pilih grup atau channel yang mau diberi kabar pilihan setiap hari. Kamu harus menjadi admin di sana, dan bot ini "
    "sudah ditambahkan: di channel sebagai admin yang boleh mengirim pesan. Untuk satu topik di forum, tulis "
    "/langganan di dalam topik itu."
)
CHAT_CHOSEN = "Sip."
NO_CHAT_CHOSEN = "Baik, tidak jadi."
NOT_ADMIN = "Kamu bukan admin di sana, jadi tidak bisa mengatur kabar pilihannya."
BOT_IS_OUT = "Bot ini belum ada di sana. Tambahkan dulu, lalu pilih lagi."
BOT_MAY_NOT_WRITE = "Bot ini belum boleh mengirim pesan di sana. Beri izin dulu, lalu coba lagi."
CHATS = "Grup dan channel yang kamu atur"
NO_CHATS = "Belum ada grup atau channel yang kamu atur."

STOPPED = "Kabar pilihan dihentikan. Kirim /langganan kalau mau lagi."
STOPPED_HERE = "Kabar pilihan di sini dihentikan. Admin bisa menyalakannya lagi dengan /langganan."
NEVER_STARTED = "Kamu belum berlangganan. Kirim /langganan kalau mau kabar pilihan setiap hari."
NEVER_STARTED_HERE = "Di sini belum ada kabar pilihan. Admin bisa menyalakannya dengan /langganan."


def paused(title: str) -> str:
    """To whoever set up a chat that cannot be written to any more."""
    where = f"di “{tidy(title)}”" if title.strip() else "di salah satu chat yang kamu atur"
    return (
        f"Kabar pilihan {where} dijeda, karena bot ini tidak bisa lagi mengirim pesan di sana. Kalau izinnya sudah "
        "ada lagi, buka /langganan dan ketuk Lanjutkan."
    )


# the page


def page(subscription: Subscription, *, title: str | None, now: datetime, in_group: bool = False) -> str:
    """HTML: what a subscription gets, in words.

    :param title: of a group or channel; None for the person's own.
    :param in_group: it is shown in that group itself.
    """
    heading = "Kabar pilihan untukmu" if title is None else f"Kabar pilihan untuk {escape(tidy(title))}"
    if subscription.thread_id is not None:
        heading += " (satu topik forum)"
    lines = [f"<b>{heading}</b>", "", *_state(subscription, now), ""]
    lines += [f"{name}: {words}" for name, words in _settings(subscription)]
    lines += ["", _hint(in_group)]
    return "\n".join(lines)


def _state(subscription: Subscription, now: datetime) -> list[str]:
    if not subscription.is_on:
        return ["Belum aktif. Ketuk Nyalakan, dan kabar terpenting datang sendiri setiap hari."]
    if subscription.paused_since is not None:
        return ["Dijeda: bot ini tidak bisa mengirim pesan ke sini. Kalau sudah bisa lagi, ketuk Lanjutkan."]
    zone = subscription.tz
    coming = next_slot(subscription.hour, zone, subscription.weekdays, after=max(now, subscription.since))
    if coming is None:
        return ["Aktif."]
    today = now.astimezone(zone).date()
    near = {today: "hari ini", today + timedelta(days=1): "besok"}.get(coming.day)
    day = f"{near}, {spelled_out(coming.day)}," if near else spelled_out(coming.day)
    return [f"Aktif. Berikutnya {day} pukul {clock(coming.hour, zone.key)}."]


def _settings(subscription: Subscription) -> list[tuple[str, str]]:
    settings = [
        ("Waktu", f"{days_in_words(subscription.weekdays)} pukul {clock(subscription.hour, subscription.zone)}"),
        ("Topik", topics_in_words(subscription.include) or "semua"),
    ]
    if subscription.exclude:
        settings.append(("Tanpa", topics_in_words(subscription.exclude)))
    settings += [
        ("Isi", f"paling banyak {subscription.limit} berita"),
        ("Suara", "tanpa suara" if subscription.silent else "pakai suara"),
        ("Kabar langsung", _alerts(subscription)),
    ]
    return settings


def _alerts(subscription: Subscription) -> str:
    if not subscription.alerts_per_day:
        return "mati"
    if not subscription.include:
        return "menunggu topik"
    night = "malam juga" if subscription.alerts_at_night else "tidak pada malam hari"
    return f"paling banyak {subscription.alerts_per_day} sehari, {night}"


def _hint(in_group: bool) -> str:
    if in_group:
        return "<i>Bisa juga ditulis, misalnya: /langganan jam 7 pagi WITA topik ekonomi</i>"
    return "<i>Bisa juga ditulis, misalnya: /langganan senin sampai jumat jam 7 pagi, topik ekonomi tanpa gosip</i>"


def clock(hour: int, zone: str) -> str:
    """An hour with its zone.

    >>> clock(7, "Asia/Makassar")
    '07.00 WITA'
    """
    return f"{hour:02}.00 {ZONE_NAMES.get(zone, zone)}"


def marked_hour(hour: int, *, chosen: bool) -> str:
    """An hour on its button.

    >>> marked_hour(7, chosen=True)
    '07 ✓'
    """
    return marked(f"{hour:02}", chosen=chosen)


def days_in_words(weekdays: Collection[int]) -> str:
    """Weekdays as they are read.

    >>> days_in_words({0, 1, 2, 3, 4}), days_in_words({0, 2}), days_in_words({5, 6})
    ('Senin sampai Jumat', 'Senin dan Rabu', 'Sabtu dan Minggu')
    """
    days = sorted(weekdays)
    if set(days) == EVERY_DAY:
        return "setiap hari"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]} sampai {WEEKDAYS[days[-1]]}"
    return listed([WEEKDAYS[day] for day in days])


def topics_in_words(topics: Sequence[str]) -> str:
    """HTML: subjects as they are read."""
    return listed([escape(tidy(topic)) for topic in topics])


def listed(names: Sequence[str]) -> str:
    """Names as they are read.

    >>> listed(["a", "b", "c"])
    'a, b, dan c'
    """
    if len(names) < 3:
        return " dan ".join(names)
    return f"{', '.join(names[:-1])}, dan {names[-1]}"


# what words led to

MOST_UNKNOWN, LONGEST_UNKNOWN = 8, 60
"""Passages that were not understood, and letters of each, that are told: the page below needs its room."""

_PROBLEMS: Mapping[Problem, str] = MappingProxyType(
    {
        Problem.NO_SUCH_HOUR: "Jam itu tidak ada. Tulis misalnya: jam 7 pagi, atau jam 19.",
        Problem.NOT_A_WHOLE_HOUR: "Baru bisa pada jam bulat, misalnya jam 7 pagi.",
        Problem.STORIES_OUT_OF_RANGE: f"Jumlah beritanya bisa dari 1 sampai {MOST_STORIES}.",
        Problem.ALERTS_OUT_OF_RANGE: f"Kabar langsung bisa dari 1 sampai {MOST_ALERTS} sehari.",
        Problem.TOO_MANY_TOPICS: f"Paling banyak {MOST_TOPICS} topik; selebihnya tidak disimpan.",
        Problem.TOPIC_TOO_LONG: "Satu topik cukup beberapa kata; yang terlalu panjang tidak disimpan.",
        Problem.NO_WEEKDAY_LEFT: ONE_DAY_AT_LEAST,
    }
)


def outcome(*, is_kept: bool, problems: Sequence[Problem], unknown: Sequence[str]) -> str:
    """HTML: what became of what somebody wrote."""
    lines = [KEPT] if is_kept else []
    lines += [_PROBLEMS[problem] for problem in problems]
    if unknown:
        told = [f"“{escape(cut(tidy(words), LONGEST_UNKNOWN))}”" for words in unknown[:MOST_UNKNOWN]]
        more = ["lainnya"] if len(unknown) > MOST_UNKNOWN else []
        lines.append(f"Belum dipahami: {listed([*told, *more])}.")
    return "\n".join(lines)


def chats(count: int) -> str:
    """Above the buttons of the chats that a person has set up."""
    return f"{CHATS}: {number(count)}" if count else NO_CHATS


# below a digest


def ask_about(number: int) -> str:
    """On the button that leads from a story into a question.

    >>> ask_about(2)
    'Tanya no. 2'
    """
    return f"Tanya no. {number}"


# telling at once

ALERT = "Kabar langsung"
