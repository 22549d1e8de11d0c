"""Reading pictures by machine: what is accepted is right, nothing wrong is accepted, and it costs no more than it must.

`python -m bench.reading [--pictures 400]`: one JSON line a figure, for the layouts that were looked at
while the rules were written (`near`) and for those that were first measured unseen (`far`, `fresh`).
"""

import argparse
import resource
import sys
import time
from collections import Counter
from dataclasses import replace

from adapters import ocr, pixels
from bench.measure import say
from bench.screens import NOW, Case, cases
from selfcheck.reading import identity_key, read_page, verdict
from selfcheck.reading.names import OTHER, compare

HALVES = ("near", "far", "fresh")
RIGHT, SETTLED, SPEED, GROWTH = 0.99, 0.85, 0.9, 1.1
SAME = {"overseas_message": "overseas_off"}  # two looks of one thing
GROUPS = {
    "name": ("name",), "phone": ("phone",), "state": ("realname",),
    "switch": ("call", "sms", "check", "calls", "push", "block"),
    "colour": ("colour",), "date": ("issued", "shown", "until"),
}  # fmt: skip


class Score:
    """What came of the uploads of one half."""

    def __init__(self) -> None:
        self.right, self.of = Counter(), Counter()
        self.honest = self.settled = self.traps = self.pictures = 0
        self.wrong: list[str] = []
        self.unsettled: list[tuple] = []

    def take(self, case: Case) -> None:
        """Read and judge one upload."""
        lines = [ocr.read(shot.data) for shot in case.shots]
        readings = [
            read_page(said, shot.data) for said, shot in zip(lines, case.shots, strict=True)
        ]
        person = case.person
        if person.taken:  # handed in by another before
            person = replace(person, taken=frozenset(map(identity_key, readings)) - {""})
        found = verdict(readings, case.item, person, NOW)
        self.pictures += len(case.shots)
        self.honest += case.honest
        self.traps += not case.honest
        if found.accept and not case.honest:
            self.wrong.append(f"{case.sort} {case.layout}")
        if case.honest and not found.accept:
            self.unsettled.append((case.sort, case.layout, found.doubts))
        if case.honest and found.accept:
            self.settled += 1
            for shot, reading in zip(case.shots, readings, strict=True):
                self.compare(shot, reading)

    def compare(self, shot, reading) -> None:
        """Count what was read rightly in a picture of an accepted upload."""
        self.count("page", SAME.get(reading.page, reading.page) == shot.page)
        for group, facts in GROUPS.items():
            for fact in facts:
                read = reading.fact(fact)
                if fact in shot.facts and read.sure:
                    same = read.value[:10] == shot.facts[fact]
                    if group == "name":
                        same = compare(read.value, shot.facts[fact]) != OTHER
                    self.count(group, same)

    def count(self, group: str, right: bool) -> None:
        self.of[group] += 1
        self.right[group] += right

    def tell(self, half: str) -> bool:
        """One line for each figure."""
        good = [
            say(
                f"reading {half} {group}",
                ok=self.right[group] >= RIGHT * of,
                right=self.right[group],
                of=of,
                at_least=RIGHT,
            )
            for group, of in self.of.items()
        ]
        share = self.settled / max(1, self.honest)
        good.append(
            say(
                f"reading {half} wrong accepted",
                ok=not self.wrong,
                wrong=len(self.wrong),
                of=self.traps,
                which=self.wrong[:5],
            )
        )
        good.append(
            say(
                f"reading {half} settled without a person",
                ok=share >= SETTLED,
                share=share,
                honest=self.honest,
                at_least=SETTLED,
            )
        )
        return all(good)


def speed(half: str, pictures: int) -> bool:
    """Pictures a second beside the bare engine on the same pictures, by processor time."""
    data = [shot.data for case in cases(half, pictures, seed=7) for shot in case.shots]
    engine = ocr._engine()
    ocr.read(data[0])
    ours = bare = 0.0
    for one in data:  # by turns: a busy machine slows both
        start = time.process_time()
        read_page(ocr.read(one), one)
        middle = time.process_time()
        engine(pixels.opened(one))
        bare += time.process_time() - middle
        ours += middle - start
    per = len(data)
    return say(
        "reading speed",
        ok=bare / ours >= SPEED,
        pictures=per,
        per_second=per / ours,
        bare_per_second=per / bare,
        ratio=bare / ours,
        at_least=SPEED,
    )


def memory(pictures: int) -> bool:
    """What the process holds after the first pictures, and after as many more."""
    data = [shot.data for case in cases("near", 30, seed=9) for shot in case.shots]
    held = []
    for turn in range(pictures):
        one = data[turn % len(data)]
        read_page(ocr.read(one), one)
        if turn + 1 in (len(data) * 2, pictures):
            held.append(_held())
    growth = held[-1] / held[0]
    return say(
        "reading memory",
        ok=growth <= GROWTH,
        pictures=pictures,
        mb=held,
        growth=growth,
        at_most=GROWTH,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _held() -> int:
    import psutil

    return psutil.Process().memory_info().rss // 1024**2


def main() -> None:
    """Every figure; exit status 1 where one does not hold."""
    options = argparse.ArgumentParser()
    options.add_argument("--pictures", type=int, default=400)
    options.add_argument("--half", choices=HALVES)
    options.add_argument("--only", choices=("right", "speed", "memory"))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--why", action="store_true", help="which honest uploads went to a person")
    given = options.parse_args()
    good = []
    for half in HALVES if given.only in {None, "right"} else ():
        if given.half in {None, half}:
            score = Score()
            for case in cases(
                half, given.pictures // (1 if given.half else len(HALVES)), given.seed
            ):
                score.take(case)
            good.append(score.tell(half))
            for line in score.unsettled if given.why else ():
                print(*line, file=sys.stderr)
    if given.only in {None, "speed"}:
        good.append(speed("fresh", max(20, given.pictures // 8)))
    if given.only in {None, "memory"}:
        good.append(memory(max(90, min(300, given.pictures))))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
