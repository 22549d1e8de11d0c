"""Many people at once over loopback: a closed loop, and an open one at a given rate."""

import http.client
import itertools
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Host": "localhost"}
SECRET = "b" * 32  # a cross-site token is any 32 letters that cookie and form agree on


@dataclass(frozen=True)
class Visitor:
    """A logged-in student and what they would post."""

    session: str
    form: dict[str, str]


@dataclass
class Tally:
    """What came of the requests: the time of each that succeeded, the status of each that did not."""

    spent: list[float] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The time in milliseconds within which this share was answered."""
        ordered = sorted(self.spent)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def median(self) -> float:
        """The time in milliseconds within which half was answered."""
        return statistics.median(self.spent)


class Line:
    """One keep-alive connection, made anew when the server has closed it."""

    def __init__(self, port: int):
        self.port = port
        self.connection = self._open()

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, visitor: Visitor) -> int:
        """The status of the answer; 599 when there was none."""
        headers = HEADERS | {"Cookie": f"sessionid={visitor.session}; csrftoken={SECRET}"}
        body = None
        if method == "POST":
            body = urlencode(visitor.form | {"csrfmiddlewaretoken": SECRET})
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = self._open()
            return 599
        return response.status


def closed_loop(
    port: int, method: str, path: str, visitors: Iterator[Visitor], *, good: int, seconds: float,
    lines: int = 8,
) -> tuple[float, Tally]:  # fmt: skip
    """Requests a second when each line asks again as soon as it is answered."""
    tally, lock = Tally(), threading.Lock()
    start = time.perf_counter()

    def work():
        line = Line(port)
        while time.perf_counter() - start < seconds:
            with lock:
                visitor = next(visitors)
            _timed(line, method, path, visitor, good, tally, time.perf_counter())

    _together(work, lines)
    return len(tally.spent) / (time.perf_counter() - start), tally


def open_loop(
    port: int, path: str, visitors: Iterator[Visitor], *, good: int, rate: float, seconds: float,
    lines: int = 48,
) -> Tally:  # fmt: skip
    """People come at random at this rate whether or not those before them were answered.

    A time runs from when somebody came. Every twentieth presses the button twice.
    """
    tally, lock, dice = Tally(), threading.Lock(), random.Random(7)
    arrivals: list[tuple[float, Visitor]] = []
    for at in itertools.takewhile(lambda t: t < seconds, _clock(dice, rate)):
        visitor = next(visitors)
        arrivals += [(at, visitor)] * (2 if dice.random() < 0.05 else 1)
    queue, start = iter(arrivals), time.perf_counter()

    def work():
        line = Line(port)
        while True:
            with lock:
                at, visitor = next(queue, (None, None))
            if at is None:
                return
            time.sleep(max(0.0, start + at - time.perf_counter()))
            _timed(line, "POST", path, visitor, good, tally, start + at)

    _together(work, lines)
    return tally


def _clock(dice: random.Random, rate: float) -> Iterator[float]:
    at = 0.0
    while True:
        at += dice.expovariate(rate)
        yield at


def _timed(line, method, path, visitor, good: int, tally: Tally, since: float) -> None:
    status = line.ask(method, path, visitor)
    if status == good:
        tally.spent.append((time.perf_counter() - since) * 1000)
    else:
        tally.errors.append(status)


def _together(work: Callable[[], None], lines: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
