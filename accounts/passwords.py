"""What a password must be, by the level of protection the school is registered at."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

LONGEST = 128


@dataclass(frozen=True)
class Level:
    """Shortest length, kinds of characters, how many former passwords are refused, days good.

    `days` is for people with a role, `days_others` for everybody else; 0 is for good.
    """

    length: int
    classes: int
    history: int
    days: int
    days_others: int


LEVELS = {2: Level(8, 3, 3, 180, 0), 3: Level(10, 3, 5, 90, 90)}
NUMBERS = {3: "三", 4: "四"}


def level() -> Level:
    """The rule in force."""
    return LEVELS[settings.PASSWORD_LEVEL]


def rule() -> str:
    """The rule in force, as the person reads it before choosing."""
    now = level()
    return (
        f"口令至少 {now.length} 位，大写字母、小写字母、数字、符号中至少用{NUMBERS[now.classes]}种，"
        f"不能包含学号、工号、姓名、手机号，不能与最近 {now.history} 次用过的口令相同。"
    )


class LongEnough:
    """Refuses what is shorter than the level asks."""

    def validate(self, password, user=None):
        """Raises ValidationError when it is too short."""
        if len(password) < level().length:
            raise ValidationError(f"口令至少 {level().length} 位。")

    def get_help_text(self):
        """The rule as the person reads it."""
        return f"至少 {level().length} 位。"


class NotCommon(CommonPasswordValidator):
    """Refuses what thousands use."""

    def get_error_message(self):
        """The refusal in the portal's word for a password."""
        return "这个口令太常见，容易被猜中，请换一个。"


class NotYourOwnData:
    """Refuses numbers, names and the ID's last six: anybody in the class knows them."""

    def validate(self, password, user=None):
        """Raises ValidationError when the password is made of the person's own data."""
        if user is None:
            return
        own = {user.number, user.name, user.id_number[-6:], user.phone, user.phone[-6:]}
        if any(piece and len(piece) >= 4 and piece.lower() in password.lower() for piece in own):
            raise ValidationError("口令中不能包含您的学（工）号、姓名、手机号或证件号码后六位。")

    def get_help_text(self):
        """The rule as the person reads it."""
        return "不能包含学（工）号、姓名、手机号或证件号码后六位。"


class NotUsedLately:
    """Refuses the password in use and those just before it."""

    def validate(self, password, user=None):
        """Raises ValidationError when the person has had it lately."""
        if user is None or not user.pk or len(password) > LONGEST:
            return
        times = level().history
        past = user.past_passwords.values_list("password", flat=True)[: times - 1]
        held = [user.password] if user.has_usable_password() else []
        if any(check_password(password, one) for one in [*held, *past]):
            raise ValidationError(f"不能与最近 {times} 次用过的口令相同。")

    def get_help_text(self):
        """The rule as the person reads it."""
        return f"不能与最近 {level().history} 次用过的口令相同。"


class MixedEnough:
    """Asks for several of: capitals, small letters, digits, other signs."""

    CLASSES = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")

    def validate(self, password, user=None):
        """Raises ValidationError when too few kinds are used, or it is too long."""
        if len(password) > LONGEST:
            raise ValidationError(f"口令不能超过 {LONGEST} 个字符。")
        asked = level().classes
        if sum(bool(re.search(kind, password)) for kind in self.CLASSES) < asked:
            words = NUMBERS[asked]
            raise ValidationError(f"口令须包含大写字母、小写字母、数字、符号中的至少{words}类。")

    def get_help_text(self):
        """The rule as the person reads it."""
        return f"包含大写字母、小写字母、数字、符号中的至少{NUMBERS[level().classes]}类。"
