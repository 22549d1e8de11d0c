"""Why a picture is in doubt or comes back: a word for the chip, a sentence for whoever sent it."""

from collections.abc import Iterable

from selfcheck.reading import REASONS

# what people send back for most often: these bear a key of their own
USUAL = [
    "wrong_page", "unreadable", "other_name", "other_phone", "switch_off", "not_realname", "expired",
    "old", "cropped",
]  # fmt: skip


def label(code: str) -> str:
    """The word of a reason; the code itself for one that is not known any more."""
    return REASONS.get(code, (code, ""))[0]


def said(codes: Iterable[str], note: str = "") -> str:
    """What the person is told, reason by reason."""
    told = [REASONS[code][1] for code in codes if code in REASONS]
    return "".join(told) + note.strip()
