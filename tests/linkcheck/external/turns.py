"""Whose turn it is: so many requests to a host at once, so much time between two of them.

No threads and no clock in here: who asks says what time it is.
"""

import heapq
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

Job = TypeVar("Job")


@dataclass
class _Host(Generic[Job]):
    waiting: list[tuple[float, int, Job]] = field(default_factory=list)  # a heap: not before, order, job
    running: int = 0
    free_at: float = 0.0  # when the next request may start, in seconds


class Turns(Generic[Job]):
    """The jobs that wait, host by host."""

    def __init__(self, at_once: int, delay: float) -> None:
        """`at_once` requests to one host run together; `delay` seconds pass between two starts."""
        self._at_once, self._delay = at_once, delay
        self._hosts: dict[str, _Host[Job]] = {}
        self._order = count()

    def add(self, host: str, job: Job, at: float = 0.0) -> None:
        """Let a job wait, at least until the time `at` (seconds)."""
        waiting = self._hosts.setdefault(host, _Host()).waiting
        heapq.heappush(waiting, (at, next(self._order), job))

    def hold(self, host: str, until: float) -> None:
        """Ask nothing of a host before `until` (seconds): it said when to come back."""
        found = self._hosts.setdefault(host, _Host())
        found.free_at = max(found.free_at, until)

    def take(self, now: float) -> Job | None:
        """A job whose turn has come, or None. `done` must follow."""
        for host in self._hosts.values():
            if host.waiting and host.running < self._at_once and self._ready(host) <= now:
                host.running += 1
                host.free_at = now + self._delay
                return heapq.heappop(host.waiting)[2]
        return None

    def done(self, host: str) -> None:
        """A job of this host has ended."""
        self._hosts[host].running -= 1

    def wait(self, now: float) -> float | None:
        """Seconds until `take` may give a job; None if that takes a `done` first, or nothing waits."""
        times = [
            self._ready(host) - now for host in self._hosts.values() if host.waiting and host.running < self._at_once
        ]
        return max(0.0, min(times)) if times else None

    def _ready(self, host: _Host[Job]) -> float:
        return max(host.free_at, host.waiting[0][0])
