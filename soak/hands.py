"""Hands for `soak.tamper`: charters, heads, a joint appeal; and the ways a stranger alters them."""

from datetime import timedelta

STROKES = [[[100, 100, 0], [200, 150, 30], [300, 120, 60]]]
COLLEGES = 10
JOINERS = 20


def person(unit, number: int, **more):
    """Somebody who stands in the unit."""
    from accounts.models import Unit, User

    school = Unit.objects.get(path=unit.school_path)
    return User.objects.create(
        school=school, unit=unit, unit_path=unit.path, name=f"人员{number}",
        number=f"{number:08d}", **more,
    )  # fmt: skip


def college(school, office, number: int):
    """A college with its head and a class with its counselor, dorm-less students in it."""
    from accounts.models import Grant, Unit
    from accounts.services import units

    made = units.add(school, kind="college", name=f"学院{number}", actor=office)
    klass = units.add(made, kind="class", name=f"{number}班", actor=office)
    staff = units.add(made, kind="group", name="教职工", actor=office)
    people = [person(staff, number * 100 + n, category="staff") for n in range(2)]
    for one, role, unit in zip(people, ("COLLEGE_HEAD", "COUNSELOR"), (made, klass), strict=True):
        Grant.objects.create(user=one, role=role, unit=unit, path=unit.path)
    students = [
        person(klass, number * 100 + 10 + n, category="student") for n in range(JOINERS // COLLEGES)
    ]
    return Unit.objects.get(pk=made.pk), klass, people, students


def rounds(school, office):
    """Three open rounds: charters of two tiers, a pledge with heads, a joint appeal."""
    from django.utils import timezone

    from pledges import services as pledges
    from pledges.charters import services as charters
    from pledges.joint import services as joint
    from rounds import services

    now = timezone.now()
    day = timedelta(days=1)
    shape = {"unit": school, "owner": school, "opens_at": now - day, "due_at": now + day}
    shape |= {"locks_at": now + day, "year": "2026", "actor": office}
    texts = pledges.starter_texts(school, actor=office)
    made = [
        charters.draft(
            title="责任书", categories=[], cascade=True, school_role="OFFICE",
            unit_role="COLLEGE_HEAD", texts={"unit": texts[3], "class": texts[4]}, **shape,
        ),
        pledges.draft(
            title="承诺书", categories=["student"], text=texts[0], head_role="COLLEGE_HEAD", **shape
        ),
        joint.draft(title="倡议书", categories=["student"], text=texts[0], together=3, **shape),
    ]  # fmt: skip
    for round_ in made:
        services.issue(round_, actor=office)
    return made


def sign_all(school, office) -> None:
    """Everybody has signed whatever they are asked for."""
    from pledges import services as pledges
    from pledges.charters import services as charters
    from pledges.charters.models import Charter
    from pledges.heads import services as heads
    from pledges.joint import services as joint

    made = [college(school, office, number) for number in range(1, COLLEGES + 1)]
    charter, pledge, appeal = rounds(school, office)
    for unit, klass, (head, counselor), students in made:
        for below, hands in ((unit, (head, office)), (klass, (counselor, head))):
            row = Charter.objects.get(round=charter, unit=below)
            for one in hands:
                digest = charters.page_of(row).sha256
                charters.sign(row, one, text_sha256=digest, strokes=STROKES)
        digest = heads.page_for_head(pledge, unit).sha256
        heads.sign_for_unit(pledge, unit, head, text_sha256=digest, strokes=STROKES)
        for one in students:
            digest = pledges.page_for(appeal, one).sha256
            joint.join(appeal, one, on_poster=True, text_sha256=digest, strokes=STROKES)


def altered(chance, count: int) -> dict[tuple[str, str], str]:
    """So many rows are altered, in sorts drawn by lot: what must be found, and how it was done."""
    from pledges.charters.models import Charter
    from pledges.heads.models import HeadSignature
    from pledges.joint.models import JointName

    ways = {"charter": (Charter, PAIRS), "head": (HeadSignature, HEADS), "poster": (JointName, OFF)}
    rows = [(sort, row) for sort, (model, _) in ways.items() for row in model.objects.all()]
    rows = [(sort, row) for sort, row in rows if getattr(row, "state", "signed") == "signed"]
    done = {}
    for sort, row in chance.sample(rows, count):
        how = chance.choice(sorted(ways[sort][1]))
        known = str(row.pk)
        done[sort, ways[sort][1][how](row) or known] = how
    return done


def _set(row, **fields) -> None:
    type(row).objects.filter(pk=row.pk).update(**fields)


def _hand(row, **fields) -> None:
    from pledges.charters.models import Hand

    Hand.objects.filter(charters__charter=row.pk, charters__side="lower").update(**fields)


def _gone(row) -> str:
    """The number by which a row that is no longer there is found missing."""
    known = row.hand.receipt if hasattr(row, "hand") else str(row.pk)
    type(row).objects.filter(pk=row.pk).delete()
    return known


PAIRS = {
    "text": lambda row: _set(row, blanks=row.blanks | {"lower": "别的单位"}),
    "digest": lambda row: _set(row, text_sha256="0" * 64),
    "method": lambda row: _set(row, method="paper"),
    "state": lambda row: _set(row, state="open"),
    "strokes": lambda row: _hand(row, strokes=[[[1, 1, 0], [9, 9, 9]]]),
    "time": lambda row: _hand(row, signed_at=row.state_at - timedelta(days=9)),
    "person": lambda row: _hand(row, person=row.round.created_by),
    "one hand gone": lambda row: row.signatures.filter(side="upper").delete() and None,
}
HEADS = {
    "text": lambda row: _set(row, blanks=row.blanks | {"unit": "别的单位"}),
    "role": lambda row: _set(row, role="LIAISON"),
    "seal": lambda row: _set(row, seal="0" * 64),
    "end": lambda row: _set(row, ended_at=row.hand.signed_at),
    "gone": _gone,
}
OFF = {"gone": _gone}
