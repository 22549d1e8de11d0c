"""What happens beside the main line at the invented school, so that each page shows something."""

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import openpyxl
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts import jobs
from accounts.audit import record
from accounts.models import Job, Transfer, Unit, User
from accounts.services import contracts, exports, requests, retaining, saving
from adapters.scans import Scanned, open_scan
from oversight.demo.names import strokes
from pledges import services as pledges
from pledges.archives import services as archives
from rounds import services
from rounds.figures import Census
from rounds.models import Assignment, Round

if TYPE_CHECKING:
    from oversight.demo.story import Story

ON_PAPER, IN_ROOM = 2, 1
SHEET, LINE = (1240, 1754), 180


def tell(story: "Story", round_: Round) -> None:
    """Paper, a phone passed round, objections, leave, a list from elsewhere; then the desk's own."""
    klass = story.campus.colleges[0].classes[0]
    people = [one for one in story.unsigned(round_, klass) if one.status in User.COUNTED]
    on_paper(story, round_, klass, people[:ON_PAPER])
    passed_round(story, round_, klass, people[ON_PAPER : ON_PAPER + IN_ROOM])
    objections(story, round_, people[ON_PAPER + IN_ROOM :][:2])
    leave(story, round_)
    zero(story, round_)
    from_elsewhere(story, round_, klass)
    asked_about_records(story, klass)
    hired(story)
    moving(story)
    archived(story, round_)
    desk(story)


def came_in(people: list[User], moment) -> None:
    """These people have been let in before they signed."""
    waiting = User.objects.filter(pk__in=[one.pk for one in people], activated_at=None)
    waiting.update(activated_at=moment)


def on_paper(story: "Story", round_: Round, klass: Unit, people: list[User]) -> None:
    """A few without a smartphone signed a printed sheet, ticked by their counselor."""
    counselor = story.cast["counselor"]
    came_in(people, story.now)
    scan = pledges.add_scan(
        round_, klass, sheet(story, people), name="签字表.png",
        signed_on=timezone.localdate(), actor=counselor,
    )  # fmt: skip
    pledges.record_paper(scan, people, actor=counselor)


def sheet(story: "Story", people: list[User]) -> Scanned:
    """A photographed sheet with everybody's hand under the other."""
    paper = Image.new("RGB", SHEET, "white")
    pen = ImageDraw.Draw(paper)
    for number, person in enumerate(people):
        top = 200 + number * LINE
        pen.line([(120, top + 150), (1120, top + 150)], fill="grey", width=2)
        for stroke in strokes(person.name, story.dice):
            pen.line([(120 + x * 0.4, top + y * 0.4) for x, y, _ in stroke], fill="black", width=4)
    out = io.BytesIO()
    paper.save(out, "PNG")
    out.seek(0)
    out.name, out.size = "签字表.png", out.getbuffer().nbytes
    return open_scan(out)


def passed_round(story: "Story", round_: Round, klass: Unit, people: list[User]) -> None:
    """In the class meeting a phone went from hand to hand, then was given back."""
    counselor = story.cast["counselor"]
    passing = pledges.start_passing(round_, klass, actor=counselor).passing
    came_in(people, story.now)
    for person in people:
        digest = pledges.page_for(round_, person).sha256
        drawn = strokes(person.name, story.dice)
        pledges.sign(round_, person, text_sha256=digest, strokes=drawn, passing=passing)
    pledges.end_passing(passing, actor=counselor)


def objections(story: "Story", round_: Round, people: list[User]) -> None:
    """Two do not agree to sign; the college has answered one."""
    reasons = ["担心填写的个人信息被他用。", "希望先了解承诺书第三条的含义。"]
    made = [
        pledges.decline(round_, person, reason=reason)
        for person, reason in zip(people, reasons, strict=False)
    ]
    for answered in made[1:]:
        pledges.answer_objection(
            answered, actor=story.cast["liaison"], note="已当面说明第三条，本人表示再考虑。"
        )


def leave(story: "Story", round_: Round) -> None:
    """One class asked to go on after the lock, another may, a third may not."""
    parts = Assignment.objects.filter(round=round_, state=Assignment.State.OPEN)
    rows = parts.filter(unit__kind=Unit.Kind.CLASS).select_related("unit", "round")
    some = [part for part in rows.order_by("unit_path") if part.unit_path in story.holders][1:4]
    asked = [
        services.ask_late(
            part, actor=story.holders[part.unit_path], reason="全班集中实习，月底返校"
        )
        for part in some
    ]
    until = round_.locks_at + timedelta(days=14)
    for row in asked[1:2]:
        services.decide_late(row, actor=story.office, grant=True, note="按计划返校", until=until)
    for row in asked[2:]:
        services.decide_late(
            row, actor=story.office, grant=False, note="可在手机上办理，无需延期。"
        )


def zero(story: "Story", round_: Round) -> None:
    """A small office whose only one is away for a year has nobody to sign, and says so outright."""
    parts = Assignment.objects.filter(round=round_, state=Assignment.State.OPEN)
    for part in parts.select_related("unit", "round").order_by("-unit_path"):
        actor, left = story.holders.get(part.unit_path), story.unsigned(round_, part.unit)
        if actor and len(left) == 1 == Census(round_).at(part.unit_path).expected:
            away = "援疆挂职一年，由接收单位组织学习"
            services.excuse_person(round_, left[0], actor=story.office, reason=away)
            services.submit(part, actor=actor, zero=True)
            return


def from_elsewhere(story: "Story", round_: Round, klass: Unit) -> None:
    """A list from another platform is shown and waits to be looked through; an earlier was dropped."""
    for source in ("“平安校园”平台导出（有误）", "“平安校园”平台导出"):
        book = openpyxl.Workbook()
        book.active.append(["学号", "姓名", "班级", "完成日期", "结果"])
        for person in story.unsigned(round_, klass)[:6]:
            day = f"{timezone.localdate():%Y-%m-%d}"
            book.active.append([person.number, person.name, klass.name, day, "已完成"])
        book.active.append(["20990001", "查无此人", klass.name, "2026-13-01", "未完成"])
        out = io.BytesIO()
        book.save(out)
        batch = services.show_outside(
            round_,
            out.getvalue(),
            unit=story.campus.school,
            name="平台导出.xlsx",
            source=source,
            actor=story.office,
        )
        if "有误" in source:
            services.drop(batch, actor=story.office)


def asked_about_records(story: "Story", klass: Unit) -> None:
    """Three ask about their record: one waits, one was put right, one was refused."""
    there = User.objects.filter(unit_path__startswith=klass.path, demo=False).order_by("pk")
    texts = [
        ("correct", "姓名中“宇”应为“雨”，以身份证为准。", None, ""),
        ("correct", "已转到本校区住宿，请更正寝室。", True, "已按宿舍管理系统更正。"),
        ("erase", "请删除本人的手机号。", False, "在校期间用于联络本人，毕业后按期限删除。"),
    ]
    for person, (kind, text, grant, note) in zip(there[5:8], texts, strict=True):
        row = requests.ask(person, kind=kind, text=text)
        if grant is not None:
            requests.decide(row, grant=grant, note=note, actor=story.cast["liaison"])


def moving(story: "Story") -> None:
    """Another college's roster names somebody of the first: asked for, not pulled over."""
    old, new = (college.classes[-1] for college in story.campus.colleges[:2])
    person = User.objects.filter(unit_path__startswith=old.path, demo=False).order_by("pk").last()
    actor = story.holders.get(story.campus.colleges[1].unit.path, story.office)
    asked = Transfer.objects.create(
        person=person, old_path=person.unit_path, new_path=new.path, asked_by=actor
    )
    record(actor, "ask_transfers", asked, rows=1)


def hired(story: "Story") -> None:
    """The firms on the campus are here under a contract; one of them ends soon."""
    for key, days, paper in (
        ("kitchen", 20, "后勤合〔2025〕3号"),
        ("second_kitchen", 240, "后勤合〔2026〕8号"),
    ):
        contracts.set_contract(
            story.campus.groups[key], ends_on=timezone.localdate() + timedelta(days=days),
            reason=paper, actor=story.office,
        )  # fmt: skip


def archived(story: "Story", round_: Round) -> None:
    """A small unit's pledges were taken out for an inspection."""
    kitchen = story.campus.groups["second_kitchen"]
    made = archives.ask_archive(round_, kitchen, purpose="食堂年度检查", actor=story.office)
    jobs.run(Job.objects.get(key=archives.key_of(made)).pk)


def desk(story: "Story") -> None:
    """The office keeps two views at hand, one of them shared, and took a list out this morning."""
    office = story.office
    retaining.rules(story.campus.school)
    views = [
        ("accounts.user", "未激活学生", "activated=0&category__exact=student", True),
        ("rounds.assignment", "已退回的单位", "state__exact=sent_back", False),
    ]
    for model, name, query, shared in views:
        saving.save(model, name=name, query=query, shared=shared, actor=office)
    asked = {"model": "accounts.user", "query": "category__exact=service"}
    made = exports.ask("desk", asked, title="人员名单", purpose="核对驻校企业人员", actor=office)
    jobs.run(made.job_id)
