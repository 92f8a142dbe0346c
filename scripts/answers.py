"""How answers look in the terminal and as JSON."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from corpus.dates import spelled_out
from corpus.dating.spelled_dates import spelled_period
from corpus.types import Article
from retrieval.types import Answer, Citation, Status


def as_dict(answer: Answer) -> dict[str, Any]:
    """Shape that ``--json`` prints, one object a question."""
    return {
        "id": answer.id,
        "question": answer.question,
        "status": answer.status.value,
        "confidence": round(answer.confidence, 4),
        "answers": [_citation(citation) for citation in answer.answers],
        "filter": {
            "sources": sorted(answer.filter.sources),
            "since": answer.filter.since.isoformat() if answer.filter.since else None,
            "until": answer.filter.until.isoformat() if answer.filter.until else None,
        },
        "took_ms": round(answer.took_ms, 1),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "text": citation.text,
        "span": list(citation.span) if citation.span else None,
        "score": round(citation.score, 4),
        "before": citation.before,
        "after": citation.after,
        "article": _article(citation.article),
        "also": [_article(article) for article in citation.also],
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published_at": article.published_at.isoformat(),
        "url": article.url,
    }


def show(answer: Answer, console: Console) -> None:
    """Print an answer for people."""
    if answer.status is Status.NOT_FOUND:
        console.print("Tidak ditemukan di artikel yang ada.", style="yellow")
        if answer.filter:
            console.print(Text(f"(dicari hanya {_limits(answer)})", style="dim"), soft_wrap=True)
        if answer.answers:
            console.print("Mungkin terkait:", style="dim")
        for citation in answer.answers:
            _show_citation(citation, console, style="dim")
        return
    for citation in answer.answers:
        _show_citation(citation, console)


def _show_citation(citation: Citation, console: Console, *, style: str = "") -> None:
    text = Text(citation.text, style=style)
    if citation.span and not style:
        text.stylize("bold green", *citation.span)
    console.print(Text("  ") + text, soft_wrap=True, highlight=False)
    article = citation.article
    day = spelled_out(article.published_at.day)
    also = f" (juga: {', '.join(copy.source for copy in citation.also)})" if citation.also else ""
    console.print(
        Text(
            f"    {article.source}, {day}{also}: {article.title}",
            style=style or "cyan",
        ),
        soft_wrap=True,
        highlight=False,
    )
    if article.url:
        console.print(Text(f"    {article.url}", style="dim"), soft_wrap=True, highlight=False)


def _limits(answer: Answer) -> str:
    sources = f"di {', '.join(sorted(answer.filter.sources))}" if answer.filter.sources else ""
    days = spelled_period(answer.filter.since, answer.filter.until)
    return " ".join(part for part in (sources, days) if part)
