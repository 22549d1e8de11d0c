"""Many deeds of past days at once, each row as the services would have left it then."""

import random
from datetime import UTC, datetime, time

from django.utils import timezone

from accounts.audit import digest, path_of
from accounts.models import AuditEntry, User
from accounts.paths import COLLEGE, SCHOOL, ancestors, cut
from oversight.demo.names import strokes
from pledges.models import Signature
from pledges.services import page_with
from pledges.services.signing import seal_of
from rounds.models import Assignment, Completion, Round

BATCH = 1000
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile MicroMessenger/8.0"


def at_hour(moment: datetime, hour: int) -> datetime:
    """That hour of the moment's day here; 24 is its last minute."""
    clock = time(23, 59, 59) if hour == 24 else time(hour)
    return timezone.make_aware(datetime.combine(timezone.localdate(moment), clock)).astimezone(UTC)


class Diary:
    """What was done on past days: rows of the trail, written together at the end."""

    def __init__(self):
        self.entries: list[AuditEntry] = []

    def note(self, at: datetime, actor: User, verb: str, obj, note: str = "", **detail) -> None:
        """Somebody did this to the object at that moment."""
        entry = AuditEntry(
            at=at,
            actor=actor,
            actor_name=actor.name,
            verb=verb,
            model=obj._meta.model_name,
            object_id=str(obj.pk),
            subject=str(obj)[:120],
            path=path_of(obj),
            note=note,
            detail=detail,
        )
        entry.digest = digest(entry)
        self.entries.append(entry)

    def save(self) -> None:
        """The trail holds them, in the order of their days."""
        self.entries.sort(key=lambda entry: entry.at)
        AuditEntry.objects.bulk_create(self.entries, batch_size=BATCH)
        self.entries = []


def sign_many(
    round_: Round, signed: list[tuple[User, datetime]], names: dict[str, str], diary: Diary
) -> None:
    """Each person has signed the round's pledge at their moment."""
    dice = random.Random(round_.pk)
    done = Completion.objects.bulk_create(
        (
            Completion(
                round=round_,
                person=person,
                unit_path=person.unit_path,
                state=Completion.State.ACCEPTED,
                state_at=at,
                done_at=at,
            )
            for person, at in signed
        ),
        batch_size=BATCH,
    )
    rows = [
        _signature(round_, completion, at, names, dice)
        for completion, (_, at) in zip(done, signed, strict=True)
    ]
    Signature.objects.bulk_create(rows, batch_size=BATCH)
    for row in rows:
        diary.note(row.signed_at, row.person, "sign", row, again=False)


def _signature(
    round_: Round, done: Completion, at: datetime, names: dict[str, str], dice: random.Random
) -> Signature:
    person, path = done.person, done.unit_path
    blanks = {
        "year": round_.pledge.year,
        "school": names[cut(path, SCHOOL)],
        "unit": "".join(names[step] for step in ancestors(path)[COLLEGE - 1 : COLLEGE + 1]),
        "name": person.name,
    }
    page = page_with(round_.pledge.text, blanks)
    signature = Signature(
        completion=done,
        person=person,
        unit_path=path,
        text=page.text,
        blanks=blanks,
        text_sha256=page.sha256,
        strokes=strokes(person.name, dice),
        signed_at=at,
        receipt=f"{at:%Y%m%d}-{dice.getrandbits(40):010X}",
        agent=AGENT,
    )
    signature.seal = seal_of(signature)
    return signature


def take(part: Assignment, verb: str, *, at: datetime, actor: User, diary: Diary, note="", **more):
    """The part took this step of its table at that moment."""
    sources, target = Assignment.MOVES[verb]
    if part.state not in sources:
        raise ValueError(f"{verb} of a part that is {part.state}")
    before, part.state, part.state_at, part.note = part.state, target, at, note
    for name, value in more.items():
        setattr(part, name, value)
    diary.note(at, actor, verb, part, note, state=[before, target])


def save_parts(parts: list[Assignment]) -> None:
    """The parts stand as they were taken."""
    fields = ["state", "state_at", "note", "submitted_by", "submitted_at", "opened_at", "judged_by"]
    Assignment.objects.bulk_update(parts, fields, batch_size=200)
