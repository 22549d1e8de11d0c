"""What a class cadre or counselor puts into the group chat: counts and a link, never a name."""

from django.utils import timezone

from accounts.services.schools import school_at
from rounds.kinds import kind_of
from rounds.queries import Board

LIMIT = 300


def address_of(request, school, path: str) -> str:
    """The full address on the school's own domain, or where this request came in."""
    if school.host:
        scheme = "https" if request.is_secure() else "http"
        return f"{scheme}://{school.host}{path}"
    return request.build_absolute_uri(path)


def last_moment(round_) -> str:
    """When a round is due, as said aloud: 12月1日24:00 includes that whole day."""
    due = timezone.localtime(round_.due_at)
    hour = "24:00" if (due.hour, due.minute) == (23, 59) else f"{due:%H:%M}"
    return f"{due.month}月{due.day}日{hour}"


def group_text(board: Board, request) -> tuple[str, str]:
    """The text, at most 300 characters, and its link."""
    round_ = board.round
    school = school_at(board.path)
    kind = kind_of(round_)
    link = address_of(request, school, kind.start_url(round_))
    entry = f"（{school.site}）" if school.site else ""
    head = f"【{round_.title[:40]}】{board.unit.name[:20]}还有 {board.figures.missing} 人未完成，"
    text = (
        f"{head}请在 {last_moment(round_)}前{kind.verb}：{link}\n"
        f"本平台不收取任何费用，不索要密码、验证码；也可从学校官网{entry}进入。"
    )
    if len(text) > LIMIT:  # a long address of the school's site gives way first
        text = text.replace(entry, "") if entry else text
    return text, link
