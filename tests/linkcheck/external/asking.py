"""Many visits at once, each host in its turn.

One thread holds all the state and does the waiting; the others each make one
request. So a host that asks for patience keeps nobody else from being asked.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import UTC, datetime

from .. import urls
from .model import Answer, Outcome, Visit
from .turns import Turns
from .visit import Patience, step


class Clock:
    """The time, and waiting for it to pass. Tests bring their own."""

    def seconds(self) -> float:
        """Seconds from some moment on."""
        return time.monotonic()

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def wait(self, running: Set[Future[Answer]], seconds: float | None) -> Set[Future[Answer]]:
        """Wait until a request ends or the seconds are over (None: never); what has ended."""
        if running:
            return wait_for(running, seconds, FIRST_COMPLETED).done
        time.sleep(seconds or 0)
        return set()


def ask_all(
    visits: Iterable[Visit],
    ask: Callable[[Visit], Answer],
    turns: Turns[Visit],
    patience: Patience,
    workers: int,
    clock: Clock,
) -> Iterator[tuple[Visit, Outcome]]:
    """Make all visits, and give each with its outcome as soon as that is known."""
    for visit in visits:
        turns.add(urls.host(visit.url), visit)
    running: dict[Future[Answer], Visit] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        while True:
            while len(running) < workers and (visit := turns.take(clock.seconds())) is not None:
                running[pool.submit(ask, visit)] = visit
            pause = turns.wait(clock.seconds()) if len(running) < workers else None
            if not running and pause is None:
                return
            for future in clock.wait(running.keys(), pause):
                visit = running.pop(future)
                host = urls.host(visit.url)
                turns.done(host)
                result = step(visit, future.result(), patience, clock.now())
                if isinstance(result, Outcome):
                    yield visit, result
                    continue
                at = clock.seconds() + result.wait
                if result.hold:
                    turns.hold(host, at)
                turns.add(urls.host(result.visit.url), result.visit, at)
    finally:
        pool.shutdown(cancel_futures=True)
