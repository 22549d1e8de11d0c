"""One class at its 断卡 return: most have nothing to declare, two lent something, a few are silent."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import User
from oversight.demo.beside import came_in
from oversight.demo.deeds import at_hour
from rounds import services as rounds
from rounds.models import Assignment, Completion, Round
from selfcheck.cards import services as cards
from selfcheck.cards.catalogue import CATALOGUE
from selfcheck.cards.forms import LEADS_TO, WORTH
from selfcheck.models import Declaration

if TYPE_CHECKING:
    from oversight.demo.story import Story

SILENT = 4
LENT = {
    "kind": "bank", "provider": "工商银行", "tail": "6789", "count": 1, "way": "lent",
    "happened_on": None, "by_month": False, "whom": "网上兼职认识的人", "known": False,
    "gain": 200, "present": "back", "reported": False, "note": "已到网点办理注销",
}  # fmt: skip
BOUGHT = LENT | {
    "kind": "qq", "provider": "QQ", "tail": "", "way": "bought", "whom": "同乡", "known": True,
    "gain": None, "present": "used", "note": "",
}  # fmt: skip
LOST = LENT | {"way": "lost", "whom": "", "known": None, "gain": None, "present": "cancelled"}


def tell(story: "Story") -> None:
    """The round is open for one class, whose counselor has checked part of it."""
    klass = story.campus.colleges[0].classes[0]
    counselor, opens = story.cast["counselor"], at_hour(story.now - timedelta(days=6), 8)
    round_ = opened(story, klass, opens)
    part = Assignment.objects.get(round=round_, unit=klass)
    held = timezone.localdate(opens)
    cards.add_study(
        part, sort="class", held_on=held, topic="学习两卡有关规定和案例", attended=30,
        actor=counselor,
    )  # fmt: skip
    undecided = {person.pk for person in story.cast.values()}
    people = list(User.objects.filter(unit_path__startswith=klass.path, category="student"))
    some = [one for one in people if one.pk not in undecided and one.status in User.COUNTED]
    some = some[:-SILENT]
    came_in(some, opens)
    said = {0: [LENT], 1: [BOUGHT], 2: [LOST]}
    for number, person in enumerate(some):
        rows = said.get(number, [])
        made = cards.declare(round_, person, actor=person, zero=not rows, accounts=rows)
        at = story.moment(opens, story.now)
        Declaration.objects.filter(pk=made.pk).update(declared_at=at)
        Completion.objects.filter(pk=made.completion_id).update(done_at=at, state_at=at)
    zeros = Declaration.objects.filter(completion__round=round_)
    cards.check_zeros(zeros, actor=counselor)
    lent = round_.findings.filter(code="bank:lent").get()
    rounds.follow_finding(lent, actor=counselor, note="已与本人谈话，陪同到网点注销银行卡。")


def opened(story: "Story", klass, opens) -> Round:
    """The office's round, issued on the day it opens."""
    due = at_hour(story.now + timedelta(days=9), 24)
    season = "秋季" if opens.month > 7 else "春季"
    round_ = cards.draft(
        actor=story.office,
        title=f"{opens.year} 年{season}学期“断卡”自查",
        body="请如实申报。已经出租、出借的，请尽快收回、注销。",
        unit=story.campus.school,
        owner=story.campus.school,
        places=[klass.path],
        categories=["student"],
        opens_at=opens,
        due_at=due,
        locks_at=due + timedelta(days=3),
        kinds=list(CATALOGUE),
        disclose_until=timezone.localdate() + timedelta(days=4),
        worth=WORTH,
        leads_to=LEADS_TO,
    )
    rounds.issue(round_, actor=story.office)
    Round.objects.filter(pk=round_.pk).update(state_at=opens, created_at=opens)
    round_.assignments.update(state_at=opens)
    round_.refresh_from_db()
    return round_
