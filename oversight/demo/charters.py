"""The invented school's 责任书, half signed, and a class's joint appeal."""

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Grant
from accounts.scope import Role
from oversight.demo.deeds import at_hour
from oversight.demo.names import strokes
from pledges.charters import services as charters
from pledges.charters.models import Charter, Tier
from pledges.joint import services as joint
from pledges.services import page_for
from rounds import services
from rounds.figures import Census

if TYPE_CHECKING:
    from oversight.demo.story import Story

WITH_SCHOOL = 8  # how many units have signed with the school
MOST = 12  # pairs signed one tier below


def tell(story: "Story") -> None:
    """A cascade under way, and an appeal that half a class has joined."""
    round_ = issued(story)
    top = round_.charters.filter(tier=Tier.UNIT).order_by("unit_path")
    for row in top[:WITH_SCHOOL]:
        both(story, row)
    below = round_.charters.filter(tier__in=[Tier.CLASS, Tier.GROUP]).order_by("unit_path")
    for number, row in enumerate(below[:MOST]):
        both(story, row, sides=2 if number % 3 else 1)
    appeal(story)


def shape(story: "Story", title: str, body: str) -> dict:
    """What every round of the office's has."""
    opens = at_hour(story.now - timedelta(days=6), 8)
    return {
        "title": title,
        "body": body,
        "unit": story.campus.school,
        "owner": story.campus.school,
        "opens_at": opens,
        "due_at": at_hour(opens + timedelta(days=21), 24),
        "locks_at": at_hour(opens + timedelta(days=28), 24),
    }


def issued(story: "Story"):
    """The cascade from the school to the dorms, each tier below the one above it."""
    year = str(story.now.year)
    tiers = ["unit", "class", "group", "dorm"]
    round_ = charters.draft(
        actor=story.office,
        year=year,
        cascade=True,
        school_role=Role.OFFICE,
        unit_role=Role.LIAISON,
        texts=dict(zip(tiers, story.texts[3:7], strict=True)),
        categories=[],
        **shape(story, f"{year} 年度反诈责任书", "请逐级签订，签订后登记存放处。"),
    )
    services.issue(round_, actor=story.office)
    round_.refresh_from_db()
    return round_


def both(story: "Story", row: Charter, *, sides: int = 2) -> None:
    """The sides sign that have somebody to sign, the lower one first."""
    places = [(row.unit_path, row.lower_role), (row.upper_path, row.upper_role)]
    for path, role in places[:sides]:
        grant = Grant.objects.in_force().filter(path=path, role=role).select_related("user").first()
        ready = Charter.objects.unlocked().filter(pk=row.pk).exists()
        if grant is None or not ready:
            return
        row.refresh_from_db()
        drawn = strokes(grant.user.name, story.dice)
        digest = charters.page_of(row).sha256
        charters.sign(row, grant.user, text_sha256=digest, strokes=drawn)


def appeal(story: "Story") -> None:
    """One class joins an appeal; half of it has."""
    first = story.campus.colleges[0].classes[0]
    round_ = joint.draft(
        actor=story.office,
        text=story.texts[-1],
        year=str(story.now.year),
        together=3,
        categories=["student"],
        **shape(story, "“无诈班级”联名倡议", "自愿联名；是否在海报上显示姓名由本人决定。")
        | {"unit": first},
    )
    services.issue(round_, actor=story.office)
    here = Census(round_).missing(first.path).filter(demo=False)
    people = list(here.filter(activated_at__isnull=False))
    for number, person in enumerate(people[: len(people) // 2]):
        joint.join(
            round_,
            person,
            on_poster=number % 5 != 4,
            text_sha256=page_for(round_, person).sha256,
            strokes=strokes(person.name, story.dice),
        )
