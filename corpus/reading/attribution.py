"""Who published an article, and when: decided from what the input says, best evidence first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from corpus.cleaning.datelines import find_dateline
from corpus.cleaning.portals import portal_name, portal_of_url
from corpus.dates import check_plausible, parse_publication, publication_from_text
from corpus.types import PublicationTime, RawArticle, Reason

# Portals put the day into the path: /2025/06/18/..., /20250618170731-532-833622/...
_DAY_IN_PATH = re.compile(r"/(?P<year>20\d\d)/?(?P<month>[01]\d)/?(?P<day>[0-3]\d)(?=\d{0,6}[/-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undated:
    """Why no date can be believed.

    :param reason: :attr:`Reason.NO_DATE`, :attr:`Reason.BAD_DATE` or :attr:`Reason.FUTURE_DATE`.
    :param detail: the text that was read as a date, or "".
    """

    reason: Reason
    detail: str = ""


def source_of(raw: RawArticle, *, default: str | None = None) -> str | None:
    """Name the publisher: the field as given, else the portal of the address, else the dateline, else `default`.

    A known portal's address beats the dateline, because portals reprint each other with the first dateline kept, and
    the address is what is cited.

    >>> source_of(RawArticle(origin="-", body="BANDUNG, KOMPAS.com - Warga berkumpul di alun-alun."))
    'Kompas.com'
    """
    if raw.source and raw.source.strip():
        return " ".join(raw.source.split())
    of_url = portal_of_url(raw.url) if raw.url else None
    if of_url and portal_name(of_url) == of_url and "." not in of_url.removesuffix(".com").removesuffix(".co.id"):
        return of_url
    dateline = find_dateline(raw.body)
    return (dateline.source if dateline else None) or of_url or default


def publication_of(
    raw: RawArticle, *, now: datetime, zone: ZoneInfo, default: str | None = None
) -> PublicationTime | Undated:
    """Date an article: its field, else the day in its address, else the dates in its text, else `default`.

    A date that cannot be ("18/6/2926", next year) is not believed, and the next evidence is asked.

    :param now: aware; later days are not believed.
    :param zone: of times that name none.
    """
    failed: Undated | None = None
    if raw.published and raw.published.strip():
        found = _believable(raw.published, now=now, zone=zone)
        if isinstance(found, PublicationTime):
            return found
        failed = found
    reference = day_in_url(raw.url) if raw.url else None
    if reference and check_plausible(PublicationTime(day=reference), now=now) is None:
        return PublicationTime(day=reference)
    dateline = find_dateline(raw.body)
    from_text = publication_from_text(
        raw.body, now=now, zone=zone, reference=reference, dateline_end=dateline.end if dateline else 0
    )
    if from_text:
        return from_text
    if default:
        found = _believable(default, now=now, zone=zone)
        if isinstance(found, PublicationTime):
            return found
        failed = failed or found
    return failed or Undated(reason=Reason.NO_DATE)


def _believable(text: str, *, now: datetime, zone: ZoneInfo) -> PublicationTime | Undated:
    try:
        published = parse_publication(text, zone=zone)
    except ValueError:
        return Undated(reason=Reason.BAD_DATE, detail=text[:60])
    if check_plausible(published, now=now) is None:
        return published
    in_future = published.day > now.date()
    return Undated(reason=Reason.FUTURE_DATE if in_future else Reason.BAD_DATE, detail=text[:60])


def day_in_url(url: str) -> date | None:
    """Day that the address names, or None.

    >>> day_in_url("https://nasional.kompas.com/read/2025/06/28/17505441/judul")
    datetime.date(2025, 6, 28)
    """
    match = _DAY_IN_PATH.search(url)
    if not match:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
