"""The rules by which words about a digest are read; :mod:`bot.digests.subscription_words` applies them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.digests.schedule_words import (
    DAY_NUMBERS,
    DAY_PART,
    DAYS,
    EVERY,
    NUMBER,
    ZONE_WORDS,
    days_in,
    hour_of,
    number_of,
)
from bot.digests.schedules import EVERY_DAY
from bot.digests.subscription_changes import Changes, Problem, each_once
from bot.digests.subscriptions import MOST_ALERTS, MOST_STORIES, MOST_TOPICS

USUAL_ALERTS = 3
"""A day, where somebody wants them and names no number."""

LONGEST_TOPIC = 40
"""Characters of a subject."""


@dataclass(slots=True)
class Draft:
    """Changes while they are read."""

    values: dict[str, Any] = field(default_factory=dict)
    include: list[str] | None = None
    exclude: list[str] | None = None
    add: list[str] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def complain(self, problem: Problem) -> None:
        """Note what cannot be done, once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def changes(self) -> Changes:
        """What was read."""
        if max(len(self.include or ()), len(self.exclude or ()), len(self.add)) > MOST_TOPICS:
            self.complain(Problem.TOO_MANY_TOPICS)
        return Changes(
            **self.values,
            include=None if self.include is None else each_once(self.include)[:MOST_TOPICS],
            exclude=None if self.exclude is None else each_once(self.exclude)[:MOST_TOPICS],
            add=each_once(self.add)[:MOST_TOPICS],
            drop=each_once(self.drop),
            problems=tuple(self.problems),
            unknown=tuple(self.unknown),
        )


@dataclass(slots=True)
class Words:
    """A text, and how far it was read.

    :ivar follows: whether the last word was not understood either, so that the next is told along with it.
    """

    text: str
    at: int = 0
    follows: bool = False
    draft: Draft = field(default_factory=Draft)


def _take_hour(match: re.Match[str], words: Words) -> None:
    if match.groupdict().get("half"):
        words.draft.complain(Problem.NOT_A_WHOLE_HOUR)
        return
    hour = hour_of(number_of(match["hour"]), (match.groupdict().get("part") or "").casefold())
    if hour is None:
        words.draft.complain(Problem.NO_SUCH_HOUR)
    elif int(match.groupdict().get("minute") or 0):
        words.draft.complain(Problem.NOT_A_WHOLE_HOUR)
    else:
        words.draft.values["hour"] = hour


def _take_zone(match: re.Match[str], words: Words) -> None:
    words.draft.values["zone"] = ZONE_WORDS[match["zone"].casefold()]


def _take_days(match: re.Match[str], words: Words) -> None:
    _set_days(words.draft, days_in(match["days"]))


def _take_every_day(_match: re.Match[str], words: Words) -> None:
    _set_days(words.draft, EVERY_DAY)


def _take_workdays(_match: re.Match[str], words: Words) -> None:
    _set_days(words.draft, frozenset(range(5)))


def _take_weekend(_match: re.Match[str], words: Words) -> None:
    _set_days(words.draft, frozenset((5, 6)))


def _take_days_off(match: re.Match[str], words: Words) -> None:
    off = frozenset((5, 6)) if match["weekend"] else days_in(match["days"])
    _set_days(words.draft, words.draft.values.get("weekdays", EVERY_DAY) - off)


def _set_days(draft: Draft, days: frozenset[int]) -> None:
    if days:
        draft.values["weekdays"] = days
    else:
        draft.complain(Problem.NO_WEEKDAY_LEFT)


# sound, number, on and off


def _sets(**values: Any) -> Callable[[re.Match[str], Words], None]:
    def act(_match: re.Match[str], words: Words) -> None:
        words.draft.values.update(values)

    return act


def _take_limit(match: re.Match[str], words: Words) -> None:
    number = number_of(match["number"])
    if 1 <= number <= MOST_STORIES:
        words.draft.values["limit"] = number
    else:
        words.draft.complain(Problem.STORIES_OUT_OF_RANGE)


# telling at once


def _take_alerts(match: re.Match[str], words: Words) -> None:
    number = next((one for name in ("before", "after") if (one := match.groupdict().get(name))), None)
    wanted = USUAL_ALERTS if number is None else number_of(number)
    if 1 <= wanted <= MOST_ALERTS:
        words.draft.values["alerts_per_day"] = wanted
    else:
        words.draft.complain(Problem.ALERTS_OUT_OF_RANGE)


# subjects

_SPLIT = re.compile(r"\s*(?:[,;/&\n]|\b(?:dan|atau|serta|sama|plus)\b)\s*", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:(?:topik(?:nya)?|berita|tentang|soal|yang|hal|itu|juga|ke|dari|di)\s+)+"
    r"|\s+(?:saja|aja|ya|dong|deh|juga|itu|tolong|please)$",
    re.IGNORECASE,
)
_EDGES = " .!?:;,\"'()[]“”‘’-"


def topics_of(text: str, draft: Draft) -> list[str]:
    """Subjects of a list, as they were written."""
    topics = []
    for piece in _SPLIT.split(text):
        topic = piece.strip(_EDGES)
        while (shorter := _AROUND.sub("", topic).strip(_EDGES)) != topic:
            topic = shorter
        if len(topic) > LONGEST_TOPIC:
            draft.complain(Problem.TOPIC_TOO_LONG)
        elif topic and not FILLER.fullmatch(topic):
            topics.append(topic)
    return topics


def _rest_of_clause(words: Words) -> str:
    """Words up to where another rule begins that cannot be about a subject."""
    start = at = words.at
    while at < len(words.text):
        is_start_of_word = at == start or not words.text[at - 1].isalnum()
        if is_start_of_word and any(pattern.match(words.text, at) for pattern in _ENDS_TOPICS):
            break
        at += 1
    words.at = at
    return words.text[start:at]


def _take_include(_match: re.Match[str], words: Words) -> None:
    topics = topics_of(_rest_of_clause(words), words.draft)
    if topics:
        words.draft.include = [*(words.draft.include or []), *topics]


def _take_added(_match: re.Match[str], words: Words) -> None:
    words.draft.add += topics_of(_rest_of_clause(words), words.draft)


def _take_dropped(_match: re.Match[str], words: Words) -> None:
    topics = topics_of(_rest_of_clause(words), words.draft)
    if topics:
        words.draft.drop += topics
    else:
        words.draft.include = []


def _take_exclude(_match: re.Match[str], words: Words) -> None:
    topics = topics_of(_rest_of_clause(words), words.draft)
    if topics:
        words.draft.exclude = [*(words.draft.exclude or []), *topics]


def _take_any_topic(_match: re.Match[str], words: Words) -> None:
    words.draft.include = []


def _take_no_exclusion(_match: re.Match[str], words: Words) -> None:
    words.draft.exclude = []


# the rules


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE)


_AT_ONCE = (
    r"(?:(?:kabar(?:an|i)?|berita|info|beri ?tahu|notif(?:ikasi)?|kasih tahu)(?:\s+(?:aku|saya|kami|kita))?\s+"
    r"(?:secara\s+)?langsung|langsung\s+(?:kabari|beri ?tahu|kasih tahu)|kabar kilat|alert)"
)
_A_DAY = r"(?:\s*(?:x|kali)?\s*(?:sehari|per hari|tiap hari|setiap hari|/hari)|\s*(?:x|kali))"
_MOST = r"(?:maksimal|maks|max|maksimum|paling banyak|sebanyak|cukup|hanya|isi(?:nya)?|jumlah(?:nya)?)"
_NO = r"(?:tanpa|jangan|tidak(?: usah)?|tak(?: usah)?|nggak(?: usah)?|gak(?: usah)?|ga(?: usah)?)"
_OFF = r"(?:matikan|hentikan|stop|setop|berhenti|nonaktifkan|hapus)"
_ON = r"(?:nyalakan|hidupkan|aktifkan|pakai|pake|dengan|pasang)"
_STORY = r"(?:berita|cerita|kabar|artikel|judul|topik utama)"

_ALERT_RULES = (
    (_rule(rf"(?:{_NO}|{_OFF})\s+(?:mau\s+)?{_AT_ONCE}"), _sets(alerts_per_day=0)),
    (
        _rule(
            rf"(?:{_ON}\s+)?(?:{_MOST}\s+)?(?:(?P<before>{NUMBER})\s*(?:x|kali)?\s*)?{_AT_ONCE}"
            rf"(?:\s+{_MOST})?(?:\s+(?P<after>{NUMBER}){_A_DAY})?(?:\s*(?:sehari|per hari))?"
        ),
        _take_alerts,
    ),
    (_rule(rf"(?:{_NO})\s+(?:kirim\s+|kabari\s+)?(?:malam(?:-malam)?|tengah malam)"), _sets(alerts_at_night=False)),
    (_rule(r"malam\s+(?:juga|boleh|pun)|(?:boleh|juga|termasuk)\s+malam"), _sets(alerts_at_night=True)),
)
_SOUND_RULES = (
    (
        _rule(
            rf"{_NO}\s+(?:pakai\s+|pake\s+|ada\s+)?(?:suara|bunyi|notif(?:ikasi)?|berbunyi|bersuara|dering)|"
            rf"(?:{_OFF})\s+(?:suara|bunyi|notif(?:ikasi)?|dering)|(?:mode\s+)?(?:senyap|hening|silent|diam-diam|mute)|"
            r"(?:suara|bunyi)(?:nya)?\s+(?:mati|off)"
        ),
        _sets(silent=True),
    ),
    (
        _rule(
            rf"(?:{_ON}|ada)\s+(?:suara|bunyi|notif(?:ikasi)?|dering)|bersuara|berbunyi|bunyikan|"
            r"(?:suara|bunyi)(?:nya)?\s+(?:nyala|hidup|on|aktif)"
        ),
        _sets(silent=False),
    ),
)
_HOUR_RULES = (
    (
        _rule(rf"(?P<part>{DAY_PART})\s+(?:jam|pukul|pkl|jm)\b\.?\s*(?P<hour>{NUMBER})(?:[.:](?P<minute>\d{{2}}))?"),
        _take_hour,
    ),
    (_rule(rf"(?:jam|pukul|pkl|jm)?\.?\s*(?P<half>setengah)\s+{NUMBER}(?:\s+{DAY_PART})?"), _take_hour),
    (_rule(r"(?:(?:jam|pukul)\s+)?tengah malam"), _sets(hour=0)),
    (_rule(r"(?:(?:jam|pukul)\s+)?tengah hari"), _sets(hour=12)),
    (
        _rule(
            rf"(?:jam(?:nya)?|pukul|pkl|jm)\b\.?\s*(?:(?:ke|jadi|menjadi)\s+)?(?P<hour>{NUMBER})(?:\s*(?:[.:]|lewat|kurang)\s*(?P<minute>\d{{1,2}})"
            rf"(?:\s*menit)?)?(?:\s+(?P<part>{DAY_PART}))?"
        ),
        _take_hour,
    ),
    (_rule(rf"(?P<hour>{NUMBER})(?:[.:](?P<minute>\d{{2}}))?\s+(?P<part>{DAY_PART})"), _take_hour),
    (_rule(r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})"), _take_hour),
)
_ZONE_RULES = (
    (_rule(r"(?:zona\s+)?(?:waktu\s+)?(?P<zone>wib|wita|wit)"), _take_zone),
    (_rule(rf"waktu\s+(?:indonesia\s+)?(?P<zone>{'|'.join(ZONE_WORDS)})"), _take_zone),
)
_DAY_RULES = (
    (
        _rule(
            r"(?:di\s+|pada\s+)?(?:(?:tiap|setiap)\s+|tiap-tiap\s+)hari(?!\s+(?:kerja|biasa|libur)|\s+(?:"
            + "|".join(DAY_NUMBERS)
            + r")\b)|harian|sehari-hari|semua hari"
        ),
        _take_every_day,
    ),
    (_rule(rf"{EVERY}?(?:hari (?:kerja|biasa)|weekdays?)"), _take_workdays),
    (_rule(rf"{EVERY}?(?:akhir (?:pekan|minggu)|weekends?)"), _take_weekend),
    (
        _rule(
            rf"(?:kecuali|selain|libur)\s+(?:pada\s+)?(?:(?P<weekend>(?:hari\s+)?akhir (?:pekan|minggu)|weekend)"
            rf"|(?P<days>{DAYS}))"
        ),
        _take_days_off,
    ),
    (_rule(rf"{EVERY}?(?:pada\s+)?(?P<days>{DAYS})"), _take_days),
)
_LIMIT_RULES = (
    (_rule(rf"(?:{_MOST}\s+)?(?P<number>{NUMBER})\s*{_STORY}(?:\s+(?:saja|aja))?"), _take_limit),
    (_rule(rf"{_MOST}\s+(?P<number>{NUMBER})"), _take_limit),
)
_TOPIC_RULES = (
    (
        _rule(
            r"(?:semua|segala)\s+(?:topik|berita|kabar)|(?:topik|berita)(?:nya)?\s+(?:semua|apa (?:saja|aja)|bebas)"
            rf"|tanpa topik|(?:{_OFF}|kosongkan)\s+semua topik"
        ),
        _take_any_topic,
    ),
    (_rule(r"tanpa pengecualian|tanpa kecuali"), _take_no_exclusion),
    (_rule(r"(?:tambah(?:kan|in)?|plus)(?:\s+(?:topik|berita|tentang|soal))?"), _take_added),
    (_rule(r"(?:hapus|buang|kurangi|coret)\s+(?:topik|berita)(?:nya)?"), _take_dropped),
)
_UNWANTED = (
    r"(?:tanpa|kecuali|selain|bukan|hindari|jangan(?:\s+(?:ada|kirim|yang))?|tidak\s+(?:mau|usah|perlu|pakai)"
    r"|(?:ng)?gak?\s+(?:mau|usah|perlu|pakai|pake))"
)
_EXCLUDE_RULE = (_rule(rf"{_UNWANTED}(?:\s+(?:topik|berita|kabar|soal|tentang|yang))*"), _take_exclude)
_SWITCH_RULES = (
    (
        _rule(
            rf"(?:{_OFF}|off|mati|jangan kirim(?:i)?(?: lagi)?)(?:\s+(?:langganan|kirim(?:an)?|berlangganan|dulu|digest"
            r"|kabar pilihan|semuanya?|ringkasan(?:nya)?))*"
        ),
        _sets(is_on=False),
    ),
    (
        _rule(
            r"(?:nyalakan|hidupkan|aktifkan|aktif|nyala|mulai(?: lagi)?|lanjut(?:kan)?|on|berlangganan|langganan lagi)"
            r"(?:\s+(?:langganan|lagi|kiriman|kabar pilihan|digest))*"
        ),
        _sets(is_on=True),
    ),
)
_INCLUDE_RULE = (
    _rule(
        r"(?:topik(?:nya)?|tema(?:nya)?|tentang|soal|mengenai|seputar|kata kunci(?:nya)?|berita(?:nya)?|kabar)"
        r"(?:\s+(?:utama|tentang|soal|seputar|mengenai))*(?:\s*[:=])?"
    ),
    _take_include,
)

RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Words], None]], ...] = (
    *_ALERT_RULES,
    *_SOUND_RULES,
    *_HOUR_RULES,
    *_ZONE_RULES,
    *_DAY_RULES,
    *_LIMIT_RULES,
    *_TOPIC_RULES,
    *_SWITCH_RULES,
    _EXCLUDE_RULE,
    _INCLUDE_RULE,
)

_ENDS_TOPICS: tuple[re.Pattern[str], ...] = (
    *(pattern for pattern, _ in (*_ALERT_RULES, *_SOUND_RULES, *_HOUR_RULES, *_ZONE_RULES, *_DAY_RULES, *_LIMIT_RULES)),
    *(pattern for pattern, _ in _TOPIC_RULES),
    _EXCLUDE_RULE[0],
    _rule(r"(?:kirim(?:kan|i)?|topik(?:nya)?|tentang|mengenai|seputar)"),
)

FILLER = re.compile(
    r"(?:tolong|mohon|minta|mau|ingin|pengen|pengin|kirim(?:kan|in|i)?|kirim-kirim|saya|aku|ku|gue|gw|kami|kita|kamu"
    r"|dong|deh|ya|yah|yuk|nih|sih|saja|aja|lagi|dan|atau|serta|juga|untuk|buat|pada|di|ke|dari|dengan|yang|itu|ini"
    r"|jadi|jadikan|ubah|ganti|setel|atur|set|coba|bisa|boleh|kalau|kalo|ada|baru|jadwal(?:nya)?|waktu(?:nya)?|zona"
    r"|ringkasan|rangkuman|langganan(?:ku|nya)?|digest|harian|jam(?:nya)?|pukul|hari(?:nya)?|setiap|tiap|sekitar|kira-kira"
    r"|please|pls|halo|hai|min|kak|bang|mas|mbak|makasih|terima kasih|semuanya?|ringkas|waktu setempat|sekarang)\b"
    r"|[\W_]",
    re.IGNORECASE,
)
SPACE = re.compile(r"\s+")
WORD = re.compile(r"[\w'-]+")
UNWANTED_WORD = re.compile(rf"\b{_UNWANTED}\b", re.IGNORECASE)
TOPIC_WORD = re.compile(r"^\s*(?:topik(?:nya)?|tentang|soal|berita)\b[\s:]*", re.IGNORECASE)
ANY_TOPIC_ALONE = re.compile(
    r"\W*(?:(?:topik\s+)?(?:semua(?:nya)?|apa (?:saja|aja)|bebas)(?:\s+topik)?|tanpa topik|kosong(?:kan)?|-)\W*",
    re.IGNORECASE,
)
