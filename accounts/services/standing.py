"""One person's studies or work take a turn: 休学, 复学, 留级, 转专业, 毕业, 退学 … with day and reason."""

from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.utils import timezone

from accounts import changes
from accounts.audit import record
from accounts.models import Departure, Transfer, Unit, User
from accounts.moves import Refused
from accounts.paths import CLASS, COLLEGE, SCHOOL, cut
from accounts.services import ending
from accounts.services.ending import ENDS_LOGIN
from accounts.services.transfers import relocate

Status = User.Status
EARLIEST = date(2000, 1, 1)


class Turn(models.TextChoices):
    SUSPEND = "suspend", "休学"
    RESUME = "resume", "复学"
    REPEAT = "repeat", "留级"
    SWITCH = "switch", "转专业（转班）"
    RESERVE = "reserve", "保留学籍"
    GRADUATE = "graduate", "毕业"
    WITHDRAW = "withdraw", "退学"
    TRANSFER_OUT = "transfer_out", "转学"
    LEAVE = "leave", "离职、调出（离岗）"


@dataclass(frozen=True)
class Rule:
    """From which statuses a turn is taken, to which, and whether it needs a class."""

    sources: tuple[str, ...]
    target: str
    to_class: bool = False


HERE = (Status.ACTIVE, Status.EXCHANGE)
AWAY = (Status.SUSPENDED, Status.RESERVED, Status.EXCHANGE)
RULES: dict[str, Rule] = {
    Turn.SUSPEND: Rule(HERE, Status.SUSPENDED),
    Turn.RESUME: Rule(AWAY, Status.ACTIVE, to_class=True),
    Turn.REPEAT: Rule((Status.ACTIVE,), Status.ACTIVE, to_class=True),
    Turn.SWITCH: Rule((Status.ACTIVE,), Status.ACTIVE, to_class=True),
    Turn.RESERVE: Rule(HERE, Status.RESERVED),
    Turn.GRADUATE: Rule(HERE, Status.GRADUATED),
    Turn.WITHDRAW: Rule((*HERE, *AWAY), Status.WITHDRAWN),
    Turn.TRANSFER_OUT: Rule((*HERE, *AWAY), Status.TRANSFERRED_OUT),
    Turn.LEAVE: Rule((Status.ACTIVE,), Status.LEFT),
}


def turns_for(person: User) -> list[Turn]:
    """The turns that are open to a person as they stand."""
    student = person.category == User.Category.STUDENT
    return [
        turn
        for turn in Turn
        if person.status in RULES[turn].sources and (turn == Turn.LEAVE) != student
    ]


@transaction.atomic
def take(
    person: User, turn: str, *, day: date, reason: str, actor, unit: Unit | None = None
) -> User:
    """The turn is taken: open rounds count anew, closed ones stay, whoever has gone cannot log in."""
    Unit.objects.select_for_update().get(path=cut(person.unit_path, SCHOOL))
    row = User.objects.select_for_update().get(pk=person.pk)
    _check(row, turn, day, reason, actor)
    rule, home = RULES[turn], Unit.objects.get(path=row.unit_path)
    also: dict = {"status": rule.target, "absent_since": None}
    also["status_note"] = f"{day:%Y-%m-%d} {Turn(turn).label}：{reason.strip()}"[:60]
    target = _class_for(row, turn, unit, also) if rule.to_class else home
    if rule.target in ENDS_LOGIN:
        also["is_active"] = False
        _keep(row, home, also, day, actor)
    note = f"{Turn(turn).label}，{day:%Y-%m-%d}：{reason.strip()}"
    before = row.unit_path
    moved = relocate(row, target, actor=actor, note=note, **also)
    if rule.target in ENDS_LOGIN:
        ending.shut([row.pk])
    if cut(before, COLLEGE) != cut(target.path, COLLEGE):
        _tell_both(moved, before, target, note, actor)
    return moved


def _keep(row: User, home: Unit, also: dict, day: date, actor) -> None:
    """How the person stood before leaving, so that a slip can be taken back."""
    Departure.objects.create(
        person=row, unit=home, day=day, entered_by=actor,
        status=also["status"], note=also["status_note"],
        was_status=row.status, was_note=row.status_note, was_active=row.is_active,
    )  # fmt: skip


def departure_of(person: User) -> Departure | None:
    """The leaving that can be taken back: the last one entered, when nothing has come since."""
    last = Departure.objects.filter(person=person, undone_at=None).last()
    if last is None or last.unit_id != person.unit_id or person.is_active:
        return None
    return last if (last.status, last.note) == (person.status, person.status_note) else None


@transaction.atomic
def take_back(person: User, *, reason: str, actor) -> User:
    """The person stands as before the leaving; open rounds count them again, closed ones never."""
    if not reason.strip():
        raise Refused("请填写撤销的原因。")
    Unit.objects.select_for_update().get(path=cut(person.unit_path, SCHOOL))
    row = User.objects.select_for_update().get(pk=person.pk)
    last = departure_of(row)
    if last is None:
        raise Refused(f"{row.name}没有可以撤销的离校登记，或之后又有变更，请通过名册或异动办理。")
    home = Unit.objects.get(pk=last.unit_id)
    if home.closed_on:
        raise Refused(f"{home.name}已撤销，不能恢复到原单位，请通过名册导入到现在的单位。")
    Departure.objects.filter(pk=last.pk).update(undone_at=timezone.now())
    before, row.status, row.status_note = row.status, last.was_status, last.was_note
    row.is_active = last.was_active
    row.save(update_fields=["status", "status_note", "is_active"])
    record(actor, "undo_leaving", row, note=reason.strip(), status=[before, row.status])
    back = changes.Moved(row.pk, row.unit_path, row.unit_path)
    changes.tell(home.school_path, [back])
    return row


def _check(row: User, turn: str, day: date, reason: str, actor) -> None:
    if turn not in turns_for(row):
        raise Refused(f"{row.name}现为“{row.get_status_display()}”，不能办理所选的异动。")
    if row.pk == actor.pk:
        raise Refused("不能办理本人的异动，请由同事办理。")
    if not reason.strip():
        raise Refused("请填写依据，如“教务处〔2026〕12 号”。")
    if not EARLIEST <= day <= timezone.localdate():
        raise Refused("日期应为今天或以前，请核对。")
    if RULES[turn].target in ENDS_LOGIN:
        ending.check_free(row)


def _class_for(row: User, turn: str, unit: Unit | None, also: dict) -> Unit:
    """The class somebody goes on in; who repeats takes on its grade."""
    stays = unit is None or unit.path == cut(row.unit_path, CLASS)
    if stays and turn == Turn.RESUME:
        home = Unit.objects.get(path=row.unit_path)
        if home.closed_on:
            raise Refused(f"{home.name}已撤销，请选择转入的班级。")
        return home
    if unit is None or unit.kind not in {Unit.Kind.CLASS, Unit.Kind.GROUP}:
        raise Refused("请选择转入的班级。")
    if unit.closed_on:
        raise Refused(f"{unit.name}已撤销，请选择其他班级。")
    if stays:
        raise Refused("转入的班级与现在的班级相同，请核对。")
    mates = User.objects.counted().filter(unit__path__startswith=unit.path).exclude(grade="")
    grades = mates.order_by().values_list("grade").annotate(many=models.Count("pk"))
    grade = grades.order_by("-many").first()
    if turn == Turn.REPEAT and (not grade or grade[0] <= row.grade):
        raise Refused("留级应转入下一年级的班级，请核对。")
    if grade and turn != Turn.SWITCH:
        also["grade"] = grade[0]
    return unit


def _tell_both(person: User, before: str, target: Unit, note: str, actor) -> None:
    """Both colleges read who went over, where they read who is asked for."""
    made = Transfer.objects.create(
        person=person,
        old_path=before,
        new_path=target.path,
        state=Transfer.State.CONFIRMED,
        note=note[:500],
        asked_by=actor,
    )
    changes.tell_transfers([made.pk], actor.pk)
