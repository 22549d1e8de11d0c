"""What a password must not be."""

import re

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
)
from django.core.exceptions import ValidationError


class LongEnough(MinimumLengthValidator):
    """Refuses what is shorter than eight characters."""

    def get_error_message(self):
        """The refusal in the portal's word for a password."""
        return f"口令至少 {self.min_length} 位。"


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


class ThreeClasses:
    """Asks for three of: capitals, small letters, digits, other signs."""

    CLASSES = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")

    def validate(self, password, user=None):
        """Raises ValidationError when fewer than three classes are used, or it is too long."""
        if len(password) > 128:
            raise ValidationError("口令不能超过 128 个字符。")
        if sum(bool(re.search(kind, password)) for kind in self.CLASSES) < 3:
            raise ValidationError("口令须包含大写字母、小写字母、数字、符号中的至少三类。")

    def get_help_text(self):
        """The rule as the person reads it."""
        return "至少 8 位，包含大写字母、小写字母、数字、符号中的至少三类。"
