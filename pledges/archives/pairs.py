"""责任书 between tiers in an archive: both hands, and where the copies lie."""

from django.conf import settings
from django.utils import timezone

from accounts.paths import under
from adapters import pdf
from pledges.archives.binder import Binder, moment
from pledges.charters.models import Charter, CharterSignature, Side
from pledges.charters.queries import recorder
from pledges.charters.services.signing import pages_of, texts_of, verify
from pledges.models import Archive
from pledges.services.documents import day_of, digest_of
from pledges.services.signing import Page
from rounds.models import Round

CHUNK = 100
INDEX = "责任书目录.xlsx"
COLUMNS = {
    "任务": 28, "编号": 10, "层级": 20, "上级": 20, "下级": 24, "上级签署人": 12,
    "上级签署时间": 20, "下级签署人": 12, "下级签署时间": 20, "方式": 12, "文件": 40,
    "文件校验码（SHA-256）": 66, "文本校验码": 66, "签订校验码": 66, "核验": 8, "代录人": 12,
    "扫描件": 40, "份数": 8, "存放处": 24, "保管人": 12, "归档日期": 12,
}  # fmt: skip
JOINED = ["round__charter", "upper", "unit", "person", "scan", "recorded_by"]


def index(binder: Binder) -> None:
    """The index is there."""
    if INDEX not in binder.indexes:
        binder.index(INDEX, COLUMNS)


def ids_of(archive: Archive, round_: Round) -> list[int]:
    """The signed charters of a unit with the one above it, and of those below."""
    rows = Charter.objects.filter(
        under(archive.unit_path, "unit_path"), round=round_, state=Charter.State.SIGNED
    )
    return list(rows.order_by("unit_path", "pk").values_list("pk", flat=True))


def bind(binder: Binder, archive: Archive, round_: Round, ids: list[int], top: list[str]) -> None:
    """Each charter's document lies in the folder of its tier and stands in the index."""
    texts = texts_of(round_.pk)
    for start in range(0, len(ids), CHUNK):
        some = Charter.objects.select_related(*JOINED).in_bulk(ids[start : start + CHUNK])
        rows = list(some.values())
        pages, hands = pages_of(rows), hands_of(rows)
        for row in rows:
            under_it, page = hands.get(row.pk, {}), pages[row.pk]
            data = pdf.draw(sheet_of(row, page, under_it), font_file=settings.PDF_FONT)
            own = f"{row.pk}_{row.person.name if row.person else row.unit.name}.pdf"
            folders = [*top, "责任书", row.get_tier_display(), own]
            name = binder.add(folders, row.state_at, data)
            sound = verify(row, list(under_it.values()), texts)
            lies = binder.scan(row.scan, f"责任书{row.pk}") if row.scan and on_paper(row) else ""
            line = _line(row, under_it, name, digest_of(data), sound, lies)
            binder.line(INDEX, COLUMNS, [round_.title, *line])
        binder.step(len(rows))


def on_paper(row: Charter) -> bool:
    """Whether it was signed by pen."""
    return row.method == "paper"


def hands_of(rows: list[Charter]) -> dict[int, dict[str, CharterSignature]]:
    """The hands in force under each of these, by side."""
    found: dict[int, dict[str, CharterSignature]] = {}
    hands = CharterSignature.objects.filter(charter__in=rows, superseded_at=None)
    for one in hands.select_related("hand__person", "text"):
        found.setdefault(one.charter_id, {})[one.side] = one
    return found


def sheet_of(row: Charter, page: Page, hands: dict[str, CharterSignature]) -> pdf.Sheet:
    """What stands on a charter's document: the text, both hands, the proof, where copies lie."""
    lower = row.person.name if row.person else row.unit.name
    proof = [
        f"{Side(side).label}回执号 {one.hand.receipt}　时间 {moment(one.hand.signed_at)}"
        for side, one in sorted(hands.items(), reverse=True)
    ]
    if on_paper(row):
        sha256 = row.scan.sha256 if row.scan else ""
        proof.append(f"纸质签订，代录人 {row.recorded_by}　扫描件校验码 {sha256}")
    proof += [f"文本校验码 {row.text_sha256}", f"签订校验码 {row.seal}"]
    if row.kept_on:
        where = f"存放处 {row.place}　份数 {row.copies}　保管人 {row.keeper}"
        proof.append(f"{where}　归档日期 {row.kept_on:%Y-%m-%d}")
    below = hands.get(Side.LOWER)
    above = hands.get(Side.UPPER)
    return pdf.Sheet(
        heading=page.heading,
        paragraphs=page.paragraphs,
        facts=_facts("下级", lower, row, below, row.lower_name),
        strokes=below.hand.strokes if below else [],
        proof=proof,
        beside=(
            _facts("上级", row.upper.name, row, above, row.upper_name),
            above.hand.strokes if above else [],
        ),
    )


def _facts(word: str, unit: str, row: Charter, one: CharterSignature | None, name: str):
    day = row.signed_on
    if one:
        name, day = one.signed_by, timezone.localtime(one.hand.signed_at)
    return [(word, unit), ("签署人", name), ("日期", day_of(day) if day else "")]


def _line(row: Charter, hands, name: str, sha256: str, sound: bool, lies: str) -> list[str | int]:
    signers: list[str | int] = []
    for side, written in ((Side.UPPER, row.upper_name), (Side.LOWER, row.lower_name)):
        one = hands.get(side)
        day = f"{row.signed_on:%Y-%m-%d}" if row.signed_on else ""
        signers += [one.signed_by, moment(one.hand.signed_at)] if one else [written, day]
    return [
        row.pk,
        row.get_tier_display(),
        row.upper.name,
        row.person.name if row.person else row.unit.name,
        *signers,
        row.get_method_display(),
        name,
        sha256,
        row.text_sha256,
        row.seal,
        "一致" if sound else "不一致",
        recorder(row),
        lies,
        row.copies or "",
        row.place,
        row.keeper,
        f"{row.kept_on:%Y-%m-%d}" if row.kept_on else "",
    ]
