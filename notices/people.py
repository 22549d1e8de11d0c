"""Both sides of a transfer and its person are told, and each college what a roster changed in it."""

from collections import defaultdict

from django.urls import reverse
from django.utils import timezone

from accounts import changes, roster_notes
from accounts.models import Grant, ImportBatch, Transfer, Unit
from accounts.paths import COLLEGE, ancestors, cut
from accounts.periods import day_of
from accounts.scope import Role
from notices.models import Notice
from notices.services.inbox import tell

State = Transfer.State
OURS, THEIRS = "ours", "theirs"


def contacts(colleges) -> dict[str, set[int]]:
    """Who is told for each college or department: its 联络员; where there is none, its heads."""
    roles = [Role.LIAISON, Role.COLLEGE_HEAD]
    held = Grant.objects.present().filter(role__in=roles, path__in=set(colleges))
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for path, role, user in held.values_list("path", "role", "user"):
        found[path][role].add(user)
    return {path: by[Role.LIAISON] or by[Role.COLLEGE_HEAD] for path, by in found.items()}


class Letters:
    """Messages of one moment, one for each person and topic, none to whoever did the deed."""

    def __init__(self, by: int | None):
        self.by, self.day = by, day_of(timezone.now())
        self.rows: dict[tuple[int, str], Notice] = {}

    def write(self, people, key: str, title: str, body: str, link: str) -> None:
        """Each of these people is to be told."""
        for person in people:
            if person != self.by:
                self.rows.setdefault((person, key), self._notice(person, key, title, body, link))

    def _notice(self, person: int, key: str, title: str, body: str, link: str) -> Notice:
        return Notice(
            person_id=person, kind=Notice.Kind.PEOPLE, key=key, day=self.day, title=title,
            body=body, link=link,
        )  # fmt: skip

    def send(self) -> None:
        """They are in the inboxes."""
        tell(row for _, row in sorted(self.rows.items(), key=lambda pair: pair[0]))


@changes.listen_to_transfers
def tell_transfers(ids: list[int], by: int | None) -> None:
    """Both sides and the person read what was asked or decided."""
    rows = list(Transfer.objects.filter(pk__in=ids).select_related("person").order_by("pk"))
    paths = {cut(path, COLLEGE) for row in rows for path in (row.old_path, row.new_path)}
    steps = {
        step for row in rows for path in (row.old_path, row.new_path) for step in ancestors(path)
    }
    names = dict(Unit.objects.filter(path__in=steps).values_list("path", "name"))
    letters, told = Letters(by), contacts(paths)
    _asked([row for row in rows if row.state == State.ASKED], letters, told, names)
    for row in rows:
        if row.state != State.ASKED:
            _decided(row, letters, told, names)
    letters.send()


def _asked(rows: list[Transfer], letters: Letters, told, names) -> None:
    """One message a college for all it is asked for, one for each person."""
    link = reverse("roster:transfers")
    sides: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        old, new = cut(row.old_path, COLLEGE), cut(row.new_path, COLLEGE)
        sides[OURS, old, new] += 1
        sides[THEIRS, new, new] += 1
        body = f"{names.get(new, '')}的名册中有您，已请您现在的单位确认，确认前仍在原单位。"
        letters.write(
            [row.person_id], f"transfer:{row.pk}:asked", "转入申请待确认", body,
            reverse("accounts:me"),
        )  # fmt: skip
    for (side, college, taking), many in sides.items():
        key = f"ask:{rows[0].batch_id}:{side}:{taking}"
        if side == OURS:
            title = f"转入申请：{many} 人待您确认"
            body = f"{names.get(taking, '')}的名册中有本单位 {many} 人，请确认是否转出。"
        else:
            title = f"转入申请已发出：{many} 人"
            body = "名册中的这些人员现在其他单位，对方同意后转入，结果另行告知。"
        letters.write(told.get(college, ()), key, title, body, link)


def _decided(row: Transfer, letters: Letters, told, names) -> None:
    """What the other side reads of where somebody stands is only that it is another unit."""
    key, link = f"transfer:{row.pk}:{row.state}", reverse("roster:transfers")
    old, new = cut(row.old_path, COLLEGE), cut(row.new_path, COLLEGE)
    place = _place(row.new_path, names)
    if row.state == State.CONFIRMED:
        words = {
            old: ("有人员已转出", f"{row.person.name}已转往{place}。"),
            new: ("有人员已转入", f"{row.person.name}已转入{place}，进行中的任务随之转移。"),
        }
        own = ("您的所在单位已变更", f"您已转入{place}，进行中的任务随之转移，已办的无需重办。")
    else:
        said = f"{row.person.name}仍在原单位。{row.note}"
        words = {old: ("未同意转出", said), new: ("转入申请未获同意", said)}
        own = ("转入申请未获同意", "您仍在原单位，任务照常办理。")
    for college, (title, body) in words.items():
        letters.write(told.get(college, ()), key, title, body, link)
    letters.write([row.person_id], key, *own, reverse("accounts:me"))


def _place(path: str, names: dict[str, str]) -> str:
    return " ".join(names.get(step, "") for step in ancestors(path)[1:])


@changes.listen_to_rosters
def tell_colleges(batch_id: int, by: int | None) -> None:
    """The contact of each college the roster changed has the way to its change note.

    A roster that is taken back leaves no note: who was told of it reads that instead.
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    touched = roster_notes.touched(batch)
    if batch.state == ImportBatch.State.UNDONE:
        keys = [_topic(batch, unit) for unit, _ in touched]
        Notice.objects.filter(key__in=keys).update(
            title="名册变动已撤销", body="这次名册导入已撤销，人员恢复到导入之前，无需核对。",
            link="", read_at=None,
        )  # fmt: skip
        return
    letters, told = Letters(by), contacts(unit.path for unit, _ in touched)
    for unit, many in touched:
        link = reverse("roster:note", args=[batch.pk, unit.pk])
        title = f"名册变动：涉及本单位 {many} 人"
        body = f"“{batch.called}”已写入，{unit.name}有 {many} 人变动，请核对变动通知单。"
        letters.write(told.get(unit.path, ()), _topic(batch, unit), title, body, link)
    letters.send()


def _topic(batch: ImportBatch, unit: Unit) -> str:
    return f"roster:{batch.pk}:{unit.pk}"
