"""A file of a drop comes in: what its name says, whether it is a picture, what became of it."""

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from accounts.models import Unit, User
from accounts.moves import Refused
from accounts.paths import under
from accounts.services.files import clean_name
from adapters import zips
from adapters.images import Image, Unusable, open_safely
from rounds.figures import Census
from rounds.models import Assignment, Item, Round
from selfcheck.models import Drop, DropFile, ToolItem
from selfcheck.tools.naming import Namer, Someone, Thing, words_of
from selfcheck.tools.services.placing import place

Outcome = DropFile.Outcome
MOST_FILES, MOST_BYTES = zips.MOST_MEMBERS, zips.MOST_TOTAL


def files_of(drop: Drop) -> QuerySet[DropFile]:
    """The files of a drop."""
    return DropFile.objects.filter(drop=drop)


def items_of(round_: Round) -> list[Item]:
    """What the round asks to be shown by pictures."""
    school = round_.unit.school_path
    bare = ToolItem.objects.filter(tool__unit__path=school, pictured=False).select_related("tool")
    without = {one.key for one in bare}
    return [one for one in round_.items.select_related("round__unit") if one.code not in without]


def asked(part: Assignment) -> QuerySet[User]:
    """The people of the class whom the round asks."""
    return Census(part.round).people(part.unit_path)


def namer_of(drop: Drop) -> Namer:
    """What reads the names of files that come in for this class."""
    part = drop.assignment
    people = asked(part).order_by("pk").values_list("pk", "number", "name")
    around = [step.name for step in part.unit.lineage()]
    below = Unit.objects.filter(under(part.unit_path, strictly=True))
    around += below.values_list("name", flat=True)
    return Namer(
        [Someone(*row) for row in people],
        [Thing(one.pk, words_of(one.label)) for one in items_of(part.round)],
        around=around,
        today=timezone.localdate(),
    )


def shown(name: str) -> str:
    """The path of a file as harmless text, its end where it is long."""
    parts = [clean_name(part) for part in name.replace("\\", "/").split("/") if part]
    return "/".join(parts)[-200:] or "未命名"


def opened(sent) -> tuple[Image | None, str]:
    """The picture made anew, or why there is none."""
    try:
        return open_safely(sent), ""
    except Unusable as unusable:
        return None, str(unusable)


def room_for(drop: Drop, count: int, size: int) -> None:
    """Raises Refused where a drop would be more than a class can have. The caller holds its part."""
    there = files_of(drop).aggregate(size=Sum("size", default=0))["size"]
    if files_of(drop).count() + count > MOST_FILES or there + size > MOST_BYTES:
        raise Refused(f"一次最多上传 {MOST_FILES} 张、300 MB，请分次上传。")


def settle_file(row: DropFile, image: Image | None, why: str, *, actor: User) -> None:
    """The waiting row says what became of its file. The caller holds the class's part."""
    if image is None:
        row.outcome, row.why = Outcome.REFUSED, why
    else:
        try:
            with transaction.atomic():
                row.outcome, row.shot, why = place(row, image, actor=actor)
                row.why = why or row.why
        except Refused as refusal:
            row.outcome, row.why = Outcome.REFUSED, str(refusal)[:200]
    row.save()
