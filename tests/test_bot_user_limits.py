"""The fair limit of each person's questions, and of notices to a chat."""

from __future__ import annotations

from bot.sending.limits import Notices, UserLimiter, Verdict


def run_users(limiter: UserLimiter, times: list[float], clock: list[float]) -> list[Verdict]:
    """Verdicts on questions of one person at some times."""
    verdicts = []
    for time in times:
        clock[0] = time
        verdicts.append(limiter.allow(1))
    return verdicts


def test_person_gets_a_minutes_questions_at_once_then_one_notice() -> None:
    """Ten questions at once are answered, the next gets a notice, those after it nothing."""
    clock = [0.0]
    limiter = UserLimiter(10, clock=lambda: clock[0])
    verdicts = run_users(limiter, [0.0] * 14, clock)
    assert [Verdict.ALLOWED] * 10 + [Verdict.WAIT_NOTICE] + [Verdict.SILENT] * 3 == verdicts


def test_flood_goes_on_without_further_notices() -> None:
    """Who keeps flooding for ten minutes gets ten answers a minute and a single notice."""
    clock = [0.0]
    limiter = UserLimiter(10, clock=lambda: clock[0])
    verdicts = run_users(limiter, [second / 2 for second in range(1200)], clock)
    assert 1 == verdicts.count(Verdict.WAIT_NOTICE)
    assert 10 + 99 <= verdicts.count(Verdict.ALLOWED) <= 10 + 100


def test_person_who_calmed_down_is_told_again() -> None:
    """Half a minute of quiet wipes the slate clean."""
    clock = [0.0]
    limiter = UserLimiter(10, clock=lambda: clock[0])
    verdicts = run_users(limiter, [0.0] * 11 + [31.0] * 6, clock)
    assert [Verdict.ALLOWED] * 5 + [Verdict.WAIT_NOTICE] == verdicts[11:]


def test_people_are_limited_apart() -> None:
    """One person's flood takes nothing from another."""
    limiter = UserLimiter(1, clock=lambda: 0.0)
    assert [Verdict.ALLOWED, Verdict.WAIT_NOTICE, Verdict.ALLOWED] == [limiter.allow(user) for user in (1, 1, 2)]


def test_remembered_people_are_bounded() -> None:
    """The person not seen for longest is forgotten first."""
    limiter = UserLimiter(1, clock=lambda: 0.0, most_users=2)
    assert [Verdict.ALLOWED] * 4 == [limiter.allow(user) for user in (1, 2, 3, 1)]


def test_notices_are_a_minute_apart() -> None:
    """One line about errors a minute in a chat, whatever happens in others."""
    clock = [0.0]
    notices = Notices(60, clock=lambda: clock[0])
    assert [True, False, True] == [notices.allow(chat) for chat in (1, 1, 2)]
    clock[0] = 60.0
    assert notices.allow(1)
