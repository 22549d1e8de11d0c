"""A safeguard round at the invented school: one class nearly through, another at it, pictures drawn."""

import io
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts.models import Unit, User
from adapters.images import open_safely
from oversight.demo.deeds import at_hour
from rounds import services as rounds
from rounds.kinds import KINDS
from rounds.models import Answer, Round
from selfcheck.models import Shot
from selfcheck.tools.queries import tool_item
from selfcheck.tools.services import catalogue, judging, sending

if TYPE_CHECKING:
    from oversight.demo.story import Story

MUST = ("app.installed", "app.named", "app.warning", "code.green")
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
SIZE = (390, 700)
GREEN, BLUE, INK, GREY = (38, 166, 91), (32, 84, 216), (30, 34, 42), (226, 229, 235)
# what one in so many pictures is doubted for
DOUBTS = ("other_phone", "no_identity", "cropped", "old")


def tell(story: "Story") -> None:
    """The catalogue stands, the round is under way, two classes have sent their pictures."""
    catalogue.adopt(story.campus.school, actor=story.office)
    round_ = issued(story)
    klass, other = story.campus.colleges[0].classes[:2]
    for unit, share in ((klass, 0.8), (other, 0.35)):
        for person in asked(story, round_, unit):
            if story.dice.random() < share:
                sent(story, round_, person)
    looked(story, round_, klass)


def issued(story: "Story") -> Round:
    """The office asks students and staff for the App and the code."""
    kind = KINDS["safeguard"]
    labels = dict(kind.items(story.campus.school.path))
    opens = at_hour(story.now - timedelta(days=6), 8)
    due = at_hour(story.now + timedelta(days=15), 24)
    made = rounds.draft_asking(
        kind,
        [{"code": code, "label": labels[code], "obligatory": True} for code in MUST],
        actor=story.office,
        parameters={"sample_percent": 5, "fresh_days": 30},
        title="国家反诈中心 App 和反骗码核查",
        body="请按各项说明办理后上传截图。办理有困难的，可在页面中说明情况，不影响评优和个人记录。",
        unit=story.campus.school,
        owner=story.campus.school,
        categories=["student", "staff"],
        opens_at=opens,
        due_at=due,
        locks_at=due + timedelta(days=7),
    )
    rounds.issue(made, actor=story.office)
    made.refresh_from_db()
    return made


def asked(story: "Story", round_: Round, unit: Unit) -> list[User]:
    """Whom the round asks in a class, the accounts one logs in with left to whoever tries them."""
    people = [p for p in story.roster.people if p.unit_path.startswith(unit.path)]
    return [p for p in people if not p.demo and rounds.is_asked(round_, p)]


def sent(story: "Story", round_: Round, person: User) -> None:
    """The person's pictures came, were read, and most were accepted."""
    upload, tail = uuid4(), person.phone[-4:]
    User.objects.filter(pk=person.pk, activated_at=None).update(activated_at=story.now)
    until = timezone.localdate() + timedelta(days=story.dice.randrange(5, 180))
    for item in round_.items.all():
        if story.dice.random() < 0.08:
            continue
        known = tool_item(item)
        image = open_safely(io.BytesIO(page(item.code, person.name, tail, until)))
        days = (timezone.localdate() - timedelta(days=2), until) if known.tool.coloured else ()
        answer = sending.send(
            item, known, person, [("截图.png", image)], actor=person, upload=upload,
            **({"days": days} if days else {}),
        )  # fmt: skip
        doubts = [story.dice.choice(DOUBTS)] if story.dice.random() < 0.12 else []
        Shot.objects.filter(evidence__answer=answer).update(
            state=Shot.State.READ, read_at=story.now, facts=facts(item.code, person.name, tail, until),
            doubts=doubts, certain=not doubts, sampled=not doubts and story.dice.random() < 0.05,
        )  # fmt: skip
        if not doubts:
            rounds.judge(answer, actor=None, accept=True, valid_until=answer.valid_until)


def facts(code: str, name: str, tail: str, until) -> dict:
    """What the machine read from such a page."""
    said = {
        "app.installed": {"name": f"*{name[1:]}", "phone": tail},
        "app.named": {"name": f"*{name[1:]}", "phone": tail, "realname": "yes"},
        "app.warning": {"call": "on", "sms": "on"},
        "code.green": {"name": f"*{name[1:]}", "colour": "green", "until": until.isoformat()},
    }[code]
    return {key: {"value": value, "certainty": 0.98} for key, value in said.items() if value}


def looked(story: "Story", round_: Round, klass: Unit) -> None:
    """The counselor sent a few back."""
    waiting = Answer.objects.filter(
        round=round_, unit_path__startswith=klass.path, state=Answer.State.PENDING
    )
    for answer in waiting.order_by("pk")[:2]:
        judging.settle(answer, actor=story.cast["counselor"], verdict="return", reasons=["cropped"])


def page(code: str, name: str, tail: str, until) -> bytes:
    """An invented screen of a phone; where no Chinese font is found, its shapes alone."""
    sheet = Image.new("RGB", SIZE, "white")
    draw, letters = ImageDraw.Draw(sheet), font(22)
    draw.rectangle((0, 0, SIZE[0], 36), fill=GREY)
    draw.rectangle((0, 36, SIZE[0], 110), fill=BLUE)
    if code == "code.green":
        draw.rectangle((95, 200, 295, 400), fill=GREEN)
    lines = {
        "app.installed": ["国家反诈中心", f"*{name[1:]}", f"手机号 138****{tail}", "报案助手", "来电预警"],
        "app.named": ["国家反诈中心　我的", f"*{name[1:]}", f"手机号 138****{tail}", "已实名"],
        "app.warning": ["预警设置", "来电预警　已开启", "短信预警　已开启"],
        "code.green": ["反骗码　绿码", f"*{name[1:]}", f"有效期至 {until:%Y-%m-%d}"],
    }[code]  # fmt: skip
    start = 430 if code == "code.green" else 150
    for row, line in enumerate(lines[1:]):
        top = start + row * 70
        draw.line((24, top + 48, SIZE[0] - 24, top + 48), fill=GREY)
        if letters:
            draw.text((28, top + 8), line, font=letters, fill=INK)
        if code == "app.warning":
            draw.rounded_rectangle((310, top + 8, 360, top + 36), 14, fill=GREEN)
    if letters:
        draw.text((28, 58), lines[0], font=letters, fill="white")
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def font(size: int):
    """A Chinese font of this machine; None where none is found."""
    for path in FONTS:
        try:
            return ImageFont.truetype(path, size)
        except OSError:
            continue
    return None
