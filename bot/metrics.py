"""Figures of a running bot, for Prometheus and for /status."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.sending.faults import Fault
from retrieval.types import Status

LATENCY_BUCKETS_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0)
"""Around what is promised: 95 of 100 questions within 1.5 s."""

CONTENT_TYPE = CONTENT_TYPE_LATEST


class BotMetrics:
    """Counts what the bot does; in a registry of its own, so that two bots in one process do not mix.

    :param clock: seconds, never going back.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started_at = clock()
        self._failing_since: float | None = None
        self.telegram_errors: Tally[tuple[str, str]] = Tally()
        self.answers: Tally[str] = Tally()
        self.handler_errors = 0
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "kutip_question_seconds",
            "From a question to its answer, waiting included, sending not.",
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self._answers = Counter("kutip_answers", "Questions by what they got.", ["status"], registry=self.registry)
        for status in Status:
            self._answers.labels(status=status.value)
        self._telegram_errors = Counter(
            "kutip_telegram_errors",
            "Failed requests to Telegram, each try counted.",
            ["method", "kind"],
            registry=self.registry,
        )
        self._errors = Counter("kutip_errors", "Updates whose handling failed.", ["kind"], registry=self.registry)
        self._index_lag = Gauge(
            "kutip_index_lag", "Changes of the store that the indexes lack.", registry=self.registry
        )
        self.watch("kutip_uptime_seconds", "Since the start.", lambda: self.uptime_s)
        self.watch(
            "kutip_telegram_failing_seconds",
            "Since when no request to Telegram has succeeded; 0 if the last one did.",
            lambda: self.telegram_fails_for_s,
        )

    def watch(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Serve a figure that is read when it is asked for, such as the length of a queue.

        :param name: as in ``kutip_waiting_questions``.
        """
        Gauge(name, description, registry=self.registry).set_function(value)

    @property
    def uptime_s(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started_at

    @property
    def telegram_fails_for_s(self) -> float:
        """Seconds since which no request to Telegram has succeeded, though some were made; 0 if the last one did."""
        return 0.0 if self._failing_since is None else self._clock() - self._failing_since

    def observe_question(self, took_s: float) -> None:
        """Note how long a question took."""
        self._seconds.observe(took_s)

    def count_answer(self, status: Status) -> None:
        """Note whether a question found its answer."""
        self.answers[status.value] += 1
        self._answers.labels(status=status.value).inc()

    def count_error(self, kind: str) -> None:
        """Note that handling an update failed.

        :param kind: the name of the error's class.
        """
        self.handler_errors += 1
        self._errors.labels(kind=kind).inc()

    def note_telegram(self, method: str, fault: Fault | None) -> None:
        """Note the outcome of one request; a refusal is an answer too, so it shows that Telegram can be reached."""
        if fault is None or fault in (Fault.FINAL, Fault.FLOOD):
            self._failing_since = None
        elif self._failing_since is None:
            self._failing_since = self._clock()
        if fault is not None:
            self.telegram_errors[method, fault.value] += 1
            self._telegram_errors.labels(method=method, kind=fault.value).inc()

    def set_index_lag(self, changes: int) -> None:
        """Note how many changes of the store the indexes lack."""
        self._index_lag.set(changes)

    def render(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self.registry)
