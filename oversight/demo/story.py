"""A year of the invented school: last year's pledge closed, this year's half done, one in draft."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from itertools import cycle

from django.utils import timezone

from accounts import changes
from accounts.audit import record
from accounts.models import Grant, Unit, User
from accounts.paths import CLASS, COLLEGE, cut
from accounts.scope import Role
from oversight.demo import beside, cards, charters, marks, safeguards
from oversight.demo.deeds import Diary, at_hour, save_parts, sign_many, take
from oversight.demo.names import strokes
from oversight.demo.people import Roster, activate, settle
from oversight.demo.school import Campus, found, newest_grade
from oversight.demo.telling import tell_story
from pledges import services as pledges
from pledges.models import PledgeText
from rounds import services
from rounds.figures import Census
from rounds.models import Assignment, Completion, Round

State = Assignment.State
UNDECIDED = {"student", "staff", "keeper"}  # accounts whose part is left to whoever tries them
EVERYBODY = ["student", "staff", "dispatched", "service"]
TITLE = "{} 年防范电信网络诈骗承诺书"
# how far a class is, and how many of a hundred classes are so far
STAGES = {"approved": 14, "submitted": 6, "sent_back": 5, "open": 75}
REASONS = [
    "有 2 人的笔迹无法辨认，请通知本人重新签署后再交。",
    "情况说明未写明未签人员的去向，请逐人补充。",
    "名单中有已转出的学生，请核对后再交。",
]
NOTES = ["{n} 人请假在外，已电话提醒。", "{n} 人实习未归，已逐一联系，本周内补签。"]


class Story:
    """What everybody at the school did, told from last year until this minute."""

    def __init__(self, campus: Campus, roster: Roster, dice: random.Random):
        self.campus, self.roster, self.dice = campus, roster, dice
        self.cast, self.now = roster.cast, timezone.now()
        self.office = roster.cast["office"]
        self.diary = Diary()
        self.names = campus.names()
        self.holders = _holders(campus.school)
        self.texts = pledges.starter_texts(campus.school, actor=self.office)
        self.done: set[int] = set()
        self.shares = cycle([0.25, 0.1, 0.4, 0.18, 0.5, 0.3])  # of classes still at it
        # colleges that handed in as a whole
        self.whole = {college.unit.path for college in campus.colleges[1::5]}

    def tell(self) -> None:
        """The rounds of the school stand, with everything that was done in them."""
        self.last_year()
        self.change_class(self.campus.colleges[1:3])
        round_ = self.this_year()
        activate(self.roster, self.done)
        self.diary.save()
        self.today(round_)
        self.draft()
        tell_story(self.campus, self.cast, round_)
        charters.tell(self)
        beside.tell(self, round_)
        safeguards.tell(self)
        cards.tell(self)

    def moment(self, start: datetime, end: datetime) -> datetime:
        """Some moment between the two, when people are awake, as the database gives it back."""
        day = timezone.localdate(start + (end - start) * self.dice.random())
        clock = time(self.dice.randint(8, 22), self.dice.randrange(60), self.dice.randrange(60))
        found = timezone.make_aware(datetime.combine(day, clock)).astimezone(UTC)
        return min(max(found, start), end)

    def people(self, round_: Round) -> dict[str, list[User]]:
        """Whom the round asks, by the class or group they stand in."""
        found: dict[str, list[User]] = defaultdict(list)
        everybody = [*self.roster.people, *self.cast.values()]
        for person in everybody:
            asked = person.category in round_.categories and person.status in User.COUNTED
            if asked and (not round_.grades or person.grade in round_.grades):
                found[cut(person.unit_path, CLASS)].append(person)
        return found

    def open_round(self, text, year: int, opens: datetime, due: datetime, **more) -> Round:
        """A pledge round of the office, issued on the day it opens."""
        round_ = pledges.draft(
            actor=self.office,
            text=text,
            year=str(year),
            title=TITLE.format(year),
            body="请在规定时间内阅读并手写签署。班级、科室交件前请核对未签人员名单。",
            unit=self.campus.school,
            owner=self.campus.school,
            opens_at=opens,
            due_at=due,
            locks_at=due + timedelta(days=7),
            **more,
        )
        services.issue(round_, actor=self.office)
        Round.objects.filter(pk=round_.pk).update(state_at=opens, created_at=opens)
        round_.assignments.update(state_at=opens)
        round_.refresh_from_db()
        return round_

    def last_year(self) -> None:
        """Students signed a year ago; nearly all did, the round is closed and its figures kept."""
        opens = at_hour(self.now - timedelta(days=375), 8)
        due = at_hour(self.now - timedelta(days=355), 24)
        grades = [str(newest_grade() - back) for back in range(4, 0, -1)]
        written = opens - timedelta(days=7)
        PledgeText.objects.filter(pk__in=[t.pk for t in self.texts]).update(created_at=written)
        round_ = self.open_round(
            self.texts[1], opens.year, opens, due, categories=["student"], grades=grades
        )
        # it accepts nothing by the clock any more, so its rows are written as they were left
        signed = []
        for people in self.people(round_).values():
            some = [person for person in people if self.dice.random() < 0.97]
            signed += [(person, self.moment(opens, due)) for person in some]
        self.sign(round_, signed)
        asked = self.people(round_)  # the newest classes were not there yet
        round_.assignments.filter(unit__kind=Unit.Kind.CLASS).exclude(unit_path__in=asked).delete()
        parts = list(round_.assignments.select_related("unit", "round").order_by("-unit_path"))
        for part in parts:
            self.submitted(part, due - timedelta(days=2))
            self.judged(part, due + timedelta(days=1))
        save_parts(parts)
        ended = at_hour(due + timedelta(days=10), 10)
        services.close(round_, actor=self.office, reason="按期结束")
        Round.objects.filter(pk=round_.pk).update(state_at=ended)
        round_.completions.filter(state=Completion.State.MISSING).update(state_at=ended)

    def sign(self, round_: Round, signed: list[tuple[User, datetime]]) -> None:
        """These people signed then."""
        sign_many(round_, signed, self.names, self.diary)
        self.done |= {person.pk for person, _ in signed}

    def change_class(self, colleges) -> None:
        """Two students study something else since: their earlier pledge stays where they were."""
        old, new = colleges[0].classes[1], colleges[1].classes[1]
        movers = [p for p in self.roster.people if p.unit_path.startswith(old.path)]
        movers = [p for p in movers if p.status in User.COUNTED][:2]
        told = [changes.Moved(p.pk, p.unit_path, new.path) for p in movers]
        for person in movers:
            person.unit, person.unit_path = new, new.path
            person.major, person.status_note = colleges[1].majors[new.path], "转专业"
            person.save(update_fields=["unit", "unit_path", "major", "status_note"])
            record(self.office, "move", person, note=f"由{old}转入{new}")
        changes.tell(self.campus.school.path, told)

    def this_year(self) -> Round:
        """Everybody is asked; half has signed, class by class in different stages."""
        opens = at_hour(self.now - timedelta(days=18), 8)
        due = at_hour(self.now + timedelta(days=10), 24)
        round_ = self.open_round(self.texts[0], opens.year, opens, due, categories=EVERYBODY)
        people = self.people(round_)
        stages = self.stages(people)
        signed = []
        for path, some in people.items():
            share = self.share(stages[path])
            if path == self.campus.groups["kitchen"].path:
                share = 0.55
            for person in some:
                willing = self.dice.random() < share
                if person.number not in UNDECIDED and (person.demo or willing):
                    end = self.now - timedelta(days=3 if stages[path] != "open" else 0, hours=2)
                    signed.append((person, self.moment(opens, end)))
        self.sign(round_, signed)
        self.advance(round_, stages)
        return round_

    def stages(self, people: Iterable[str]) -> dict[str, str]:
        """How far each class or group is; the cast's own are left for today."""
        found = {}
        for path in people:
            stage = self.dice.choices(list(STAGES), weights=list(STAGES.values()))[0]
            found[path] = "approved" if cut(path, COLLEGE) in self.whole else stage
        for key, department in self.campus.departments.items():
            stage = found[self.campus.groups[key].path] if key in self.campus.groups else "open"
            found[department.path] = stage
        ours = [klass.path for klass in self.campus.colleges[0].classes]
        found |= {ours[0]: "open", ours[-1]: "full", ours[1]: "approved", ours[2]: "submitted"}
        third = [klass.path for klass in self.campus.colleges[2].classes]
        found |= {third[0]: "open", third[1]: "sent_back"}
        groups = self.campus.groups
        found |= {groups["kitchen"].path: "open", groups["second_kitchen"].path: "approved"}
        found |= {groups["property"].path: "submitted"}
        found |= {self.campus.departments["logistics"].path: "open"}
        found |= dict.fromkeys(self.whole, "submitted")
        return found

    def share(self, stage: str) -> float:
        """Which part of a class has signed at a stage."""
        if stage == "open":
            return next(self.shares)
        return {"approved": 1.0, "full": 0.97, "submitted": 0.98, "sent_back": 0.93}[stage]

    def advance(self, round_: Round, stages: dict[str, str]) -> None:
        """Classes handed in, colleges judged them; some handed in as a whole."""
        parts = round_.assignments.select_related("unit", "round").order_by("-unit_path")
        changed = []
        for part in parts:
            whole = part.unit_path in self.whole
            stage = stages.get(part.unit_path, "open")
            if stage in {"open", "full"}:
                continue
            since = self.now - timedelta(days=1 if whole else 2.5)
            self.submitted(part, since)
            if stage != "submitted":
                self.judged(part, since + timedelta(days=1), back=stage == "sent_back")
            changed.append(part)
        save_parts(changed)

    def submitted(self, part: Assignment, at: datetime) -> None:
        """The unit handed in by the hand of whoever answers for it."""
        at = self.moment(at - timedelta(hours=12), at)
        actor = self.holders[part.unit_path]
        take(
            part, "submit", at=at, actor=actor, diary=self.diary, note=self.excuse_of(part),
            submitted_by=actor, submitted_at=at,
        )  # fmt: skip

    def excuse_of(self, part: Assignment) -> str:
        """What the unit says about those who are missing."""
        if len(part.unit_path) < CLASS * 6:
            return "部分人员请假在外，返校后补签。"
        missing = Census(part.round).missing(part.unit_path).count()
        return self.dice.choice(NOTES).format(n=missing) if missing else ""

    def judged(self, part: Assignment, at: datetime, *, back: bool = False) -> None:
        """The unit above approved, or sent back with a reason."""
        at = self.moment(at - timedelta(hours=12), at)
        above = cut(part.unit_path, COLLEGE) if len(part.unit_path) > COLLEGE * 6 else ""
        actor = self.holders.get(above, self.office)
        note = self.dice.choice(REASONS) if back else ""
        verb = "send_back" if back else "approve"
        take(
            part, verb, at=at, actor=actor, diary=self.diary, note=note,
            judged_by=actor, opened_at=at,
        )  # fmt: skip

    def today(self, round_: Round) -> None:
        """What happened this morning, by the services themselves."""
        first, third = self.campus.colleges[0], self.campus.colleges[2]
        liaison, counselor = self.cast["liaison"], self.cast["counselor"]
        part = {row.unit_path: row for row in round_.assignments.select_related("unit", "round")}
        for person in self.unsigned(round_, first.classes[0])[:4]:
            self.sign_now(round_, person)
        services.submit(
            part[first.classes[-1].path], actor=counselor, note="未签人员已逐一联系，本周内补签。"
        )
        done = self.completed(round_, first.classes[-1])
        services.ask_correction(
            done[0], actor=done[0].person, reason="签名写得太潦草，想重新签一次"
        )
        granted = services.ask_correction(done[1], actor=done[1].person, reason="误由室友代签")
        services.decide_correction(granted, actor=counselor, grant=True)
        sick, away = self.unsigned(round_, first.classes[0])[-2:]
        services.excuse_person(round_, sick, actor=liaison, reason="住院治疗，出院后补签")
        until = timezone.localdate() + timedelta(days=5)
        services.excuse_person(round_, away, actor=liaison, reason="参加学科竞赛集训", until=until)
        interns = next(klass for klass in third.classes if part[klass.path].state == State.OPEN)
        services.excuse_unit(
            part[interns.path], actor=self.holders[third.unit.path],
            reason="全班在校外实习基地，由基地统一组织学习并签署纸质承诺书",
        )  # fmt: skip

    def unsigned(self, round_: Round, unit: Unit) -> list[User]:
        """People of a unit who have not signed, the cast's own accounts left out."""
        return list(Census(round_).missing(unit.path).filter(demo=False))

    def completed(self, round_: Round, unit: Unit) -> list[Completion]:
        """What people of a unit have done."""
        found = round_.completions.filter(unit_path__startswith=unit.path, person__demo=False)
        return list(found.select_related("round", "person").order_by("pk"))

    def sign_now(self, round_: Round, person: User) -> None:
        """The person signs at this moment."""
        User.objects.filter(pk=person.pk, activated_at__isnull=True).update(activated_at=self.now)
        page = pledges.page_for(round_, person)
        drawn = strokes(person.name, self.dice)
        pledges.sign(round_, person, text_sha256=page.sha256, strokes=drawn)

    def draft(self) -> None:
        """The student office prepares something for the weeks before the vacation."""
        opens = at_hour(self.now + timedelta(days=21), 8)
        pledges.draft(
            actor=self.cast["department"],
            text=self.texts[1],
            year=str(opens.year),
            title=f"{opens.year} 年寒假前学生反诈承诺",
            unit=self.campus.school,
            owner=self.campus.departments["affairs"],
            categories=["student"],
            opens_at=opens,
            due_at=at_hour(opens + timedelta(days=14), 24),
            locks_at=at_hour(opens + timedelta(days=21), 24),
        )


def _holders(school: Unit) -> dict[str, User]:
    """Who hands in for each unit."""
    roles = [Role.LIAISON, Role.COUNSELOR, Role.KEEPER]
    grants = Grant.objects.filter(role__in=roles, path__startswith=school.path)
    return {grant.path: grant.user for grant in grants.select_related("user").order_by("-pk")}


def load(size: str) -> dict[str, int]:
    """The invented school stands with its people and its year; how many of each."""
    dice = random.Random(2026)
    campus = found(size)
    roster = settle(campus, dice)
    Story(campus, roster, dice).tell()
    return marks.counts()
