"""Dates of Indonesian news, the one place to import from: fields, undated texts, and days inside sentences.

Each part has its own module: :mod:`corpus.dating.date_fields` reads fields, :mod:`corpus.dating.date_guess` judges
a text that came without one, :mod:`corpus.dating.time_expressions` resolves the days of a sentence,
:mod:`corpus.dating.spelled_dates` writes days out. Periods of questions are in :mod:`corpus.dating.periods`.
"""

from __future__ import annotations

from corpus.dating.date_fields import EARLIEST_DAY, BadDateError, check_plausible, parse_publication
from corpus.dating.date_guess import publication_from_text
from corpus.dating.spelled_dates import spelled_out
from corpus.dating.time_expressions import MentionedDate, mentioned_days

__all__ = [
    "EARLIEST_DAY",
    "BadDateError",
    "MentionedDate",
    "check_plausible",
    "mentioned_days",
    "parse_publication",
    "publication_from_text",
    "spelled_out",
]
