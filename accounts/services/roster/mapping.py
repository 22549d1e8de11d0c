"""What the columns of a roster mean when its header does not say: asked once, then remembered."""

from django.db import transaction
from django.utils import timezone

from accounts.models import ColumnMap, ImportBatch, Unit
from accounts.moves import Refused, move
from accounts.paths import SCHOOL, cut
from accounts.roster.columns import FIELDS
from accounts.roster.heads import KEYS, UNREAD, Head, Unmapped
from accounts.services.roster.queueing import hold, read_soon


class Unread(Refused):
    """No header of the file says who is who; `heads` are the likeliest, as plain values."""

    def __init__(self, unmapped: Unmapped):
        super().__init__(str(unmapped))
        self.heads = heads_of(unmapped.heads)


def heads_of(heads: list[Head]) -> list[dict]:
    """Each different header once, as it is kept with a batch."""
    return list({head.signature: head.plain() for head in reversed(heads)}.values())[::-1]


def remembered(school_path: str) -> dict[str, dict[str, str]]:
    """By signature of a header, what people of the school said of its columns."""
    maps = ColumnMap.objects.filter(school__path=school_path)
    return dict(maps.values_list("signature", "mapping"))


def ask(batch: ImportBatch, unread: Unread) -> ImportBatch:
    """The batch waits for somebody to say what its columns mean."""
    with transaction.atomic():
        batch.report = {"heads": unread.heads}
        batch.save(update_fields=["report"])
        return move(batch, "ask", actor=batch.created_by, note=str(unread))


def wrong(mapping: dict[str, str]) -> str:
    """Why a header cannot be read in this way; '' when it can, or is not to be read at all."""
    fields = [name for name in mapping.values() if name != UNREAD]
    twice = {name for name in fields if fields.count(name) > 1}
    if twice:
        return f"“{FIELDS[min(twice)]}”对应了两列，请只保留一列。"
    if not fields:
        return ""
    missing = [] if "name" in fields else ["姓名"]
    missing += [] if KEYS & set(fields) else ["学（工）号、考生号或证件号码中的一项"]
    return f"还没有指明：{'；'.join(missing)}。" if missing else ""


@transaction.atomic
def map_columns(batch: ImportBatch, mappings: dict[str, dict[str, str]], *, actor) -> ImportBatch:
    """The columns mean this, for this file and the next ones with the same header.

    `mappings` holds, by signature, column → field ("" for none). The file is read again.
    """
    known = {head["signature"] for head in batch.report.get("heads", [])}
    if not set(mappings) <= known:
        raise Refused("名册已重新读取，请刷新页面后再对应。")
    for said in mappings.values():
        if why := wrong(said):
            raise Refused(why)
    if not any(name for said in mappings.values() for name in said.values()):
        raise Refused("请至少为一张工作表指明姓名和学号（工号）。")
    hold(batch.unit)
    remember(cut(batch.path, SCHOOL), mappings, actor=actor)
    move(batch, "map", actor=actor)
    return read_soon(batch, actor=actor)


def remember(school_path: str, mappings: dict[str, dict[str, str]], *, actor) -> None:
    """The next file of the same header is read in the same way."""
    school = Unit.objects.get(path=school_path)
    for signature, said in mappings.items():
        ColumnMap.objects.update_or_create(
            school=school,
            signature=signature,
            defaults={"mapping": said, "said_by": actor, "said_at": timezone.now()},
        )
