"""What people choose and type about 断卡 returns, checked."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.day_field import DayField, of_this_age
from rounds.forms import Choices, Filter
from selfcheck.cards.catalogue import CATALOGUE, MOST_OWN, TAILED, Present, Way, measure_of, word_of
from selfcheck.cards.guarding import forbidden

MOST_COUNT = 99
MOST_ROWS = 30
MOST_GAIN = Decimal(10_000_000)
WORTH = "在主动申报期内如实说明，并按要求收回、注销、报警的，以教育、整改为主；是否从轻由学校依照规定决定。"
LEADS_TO = (
    "如申报了出租、出借、出售、转让、购买，辅导员会与您联系，请您尽快收回、注销或报警；"
    "情况由学校指定人员逐项处理并写明理由。系统不会自动报送纪检部门或公安机关。"
)


class Whole(forms.CharField):
    """A whole number in ordinary digits; “3人”, “1e5”, “-1”, “2.5”, “若干” and full-width are none."""

    def __init__(self, *, most: int, least: int = 0, **more):
        self.most, self.least = most, least
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"widget": widget, **more})

    def clean(self, value) -> int | None:
        """The number, within its bounds."""
        text = super().clean(value)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise forms.ValidationError("请填写数字，如 1，不要带单位、小数或其他文字。")
        if not self.least <= int(text) <= self.most:
            raise forms.ValidationError(f"请填写 {self.least} 到 {self.most} 之间的数字。")
        return int(text)


class Guarded(forms.CharField):
    """A short text in which no card number, telephone, password or code may stand."""

    def clean(self, value) -> str:
        """The text, if nothing of that stands in it."""
        text = super().clean(value)
        if refused := forbidden(text):
            raise forms.ValidationError(refused)
        return text


class WhenField(forms.CharField):
    """A month or a day, not in the future: the day, and whether only the month is meant."""

    def __init__(self, **more):
        super().__init__(widget=forms.TextInput(attrs={"type": "month"}), **more)

    def clean(self, value) -> tuple[date, bool] | None:
        """The day (the first of a month), and whether it is a month."""
        text = super().clean(value)
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?", text)
        try:
            day = date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
        except ValueError:
            day = None
        if day is None or not of_this_age(day):
            raise forms.ValidationError("请填写年月，如 2026-09。")
        if day > timezone.localdate():
            raise forms.ValidationError("时间不能晚于今天。")
        return day, not found[3]


class CardCheckForm(forms.Form):
    """What a 断卡 round asks besides: which accounts, and what the page says before the first field."""

    kinds = Choices(
        label="申报种类",
        choices=[(code, word) for code, (word, _) in CATALOGUE.items()],
        initial=list(CATALOGUE),
        error_messages={"required": "请至少选择一种账户。"},
    )
    own = forms.CharField(
        label="其他种类",
        required=False,
        max_length=120,
        help_text="本校增加的种类，用顿号隔开，如：游戏账号、对公账户。",
    )
    disclose_until = DayField(
        label="主动申报截止",
        required=False,
        help_text="含当日。此日之前申报的单独标记为主动申报；不填则不设主动申报期。",
    )
    worth = forms.CharField(
        label="主动申报的意义",
        max_length=500,
        initial=WORTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="按本校规定填写，申报人在填写之前看到。",
    )
    leads_to = forms.CharField(
        label="可能的后续",
        max_length=500,
        initial=LEADS_TO,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="申报人在填写之前看到，须如实写明。",
    )
    studied = forms.BooleanField(
        label="申报前须组织学习（部门会议、主题班会）",
        required=False,
        initial=True,
        help_text="没有登记学习的单位交件时须说明原因。",
    )

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)

    def clean_own(self) -> list[str]:
        """The further sorts, each a short word of its own."""
        words = [one.strip() for one in re.split(r"[、,，;；\n]+", self.cleaned_data["own"])]
        found = list(dict.fromkeys(one for one in words if one))
        taken = {word for word, _ in CATALOGUE.values()} | set(CATALOGUE)
        if len(found) > MOST_OWN:
            raise forms.ValidationError(f"其他种类最多 {MOST_OWN} 种。")
        if any(len(one) > 10 for one in found):
            raise forms.ValidationError("每一种的名称不超过 10 个字，多种之间用顿号隔开。")
        if double := [one for one in found if one in taken]:
            raise forms.ValidationError(f"“{'、'.join(double)}”已在上面的种类中，请直接勾选。")
        return found

    def clean(self):
        """The sorts as one list."""
        given = super().clean()
        given["kinds"] = [*given.get("kinds", []), *given.pop("own", [])]
        return given


class AccountForm(forms.Form):
    """One line: an account, how it left one's own hands, how it stands now."""

    kind = forms.ChoiceField(
        label="种类", error_messages={"required": "请选择种类。", "invalid_choice": "请选择种类。"}
    )
    provider = Guarded(
        label="银行、运营商或平台",
        required=False,
        max_length=40,
        help_text="如：工商银行、中国移动。",
    )
    tail = forms.RegexField(
        r"\A[0-9]{4}\Z",
        label="号码后4位",
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}
        ),
        help_text="只填最后4位，不要填写完整号码。没有数字号码的可不填。",
        error_messages={"invalid": "请只填写号码的最后4位数字。"},
    )
    count = Whole(label="数量", most=MOST_COUNT, least=1, initial="1")
    way = forms.ChoiceField(
        label="方式",
        choices=[("", "请选择"), *Way.choices],
        error_messages={"required": "请选择方式。", "invalid_choice": "请选择方式。"},
        help_text="遗失、被盗、赠与家人不属于违规，不计入出租、出借。",
    )
    when = WhenField(label="时间", help_text="大致的年月，如 2026-09。", required=False)
    whom = Guarded(label="给了谁、从谁处得来", required=False, max_length=60)
    known = forms.TypedChoiceField(
        label="是否相识",
        required=False,
        choices=[("", "不适用"), ("yes", "相识"), ("no", "不相识")],
        coerce=lambda said: said == "yes",
        empty_value=None,
    )
    gain = forms.RegexField(
        r"\A[0-9]{1,8}(\.[0-9]{1,2})?\Z",
        label="获利金额（元）",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="没有获利填 0 或不填。",
        error_messages={"invalid": "请填写金额数字，如 200 或 200.50。"},
    )
    present = forms.ChoiceField(
        label="目前状态",
        choices=[("", "请选择"), *Present.choices],
        error_messages={"required": "请选择目前状态。", "invalid_choice": "请选择目前状态。"},
    )
    reported = forms.BooleanField(label="已报警", required=False)
    note = Guarded(label="说明", required=False, max_length=200)

    def __init__(self, *args, kinds, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["kind"].choices = [("", "请选择"), *((code, word_of(code)) for code in kinds)]
        self.use_required_attribute = False

    def has_changed(self) -> bool:
        """A line in which nothing stands but the count it came with is none."""
        return any(name not in {"count", "DELETE"} for name in self.changed_data)

    def clean_gain(self) -> Decimal | None:
        """The sum of money, within what can be meant."""
        text = self.cleaned_data["gain"]
        if text and Decimal(text) > MOST_GAIN:
            raise forms.ValidationError("金额过大，请核对。")
        return Decimal(text) if text else None

    def clean(self):
        """A card has its last digits."""
        given = super().clean()
        tailed = given.get("kind") in TAILED
        if tailed and "tail" in given and not given["tail"]:
            self.add_error("tail", f"{word_of(given['kind'])}请填写号码的最后4位数字。")
        return given

    @property
    def measure(self) -> str:
        """The word the chosen sort is counted in."""
        return measure_of(self["kind"].value() or "")

    def account(self) -> dict[str, Any]:
        """The line as the services take it."""
        given = dict(self.cleaned_data)
        given.pop("DELETE", None)
        when = given.pop("when")
        given["happened_on"], given["by_month"] = when or (None, False)
        return given


class BaseAccounts(forms.BaseFormSet):
    """All lines of a declaration."""

    deletion_widget = forms.CheckboxInput

    def accounts(self) -> list[dict[str, Any]]:
        """The lines that were filled in and not taken out again."""
        kept = [
            form for form in self.forms if form.has_changed() and not self._should_delete_form(form)
        ]
        return [form.account() for form in kept]

    def clean(self):
        """At least one line, or it would be a 零报告."""
        if not any(self.errors) and not self.accounts():
            raise forms.ValidationError("请至少填写一项；没有需要申报的，请选择“没有（零报告）”。")


def accounts_form(kinds: list[str], *, data=None, more: bool = False, initial=None) -> Any:
    """The lines of a declaration, with one empty line; one more where that is asked for."""
    made = forms.formset_factory(
        AccountForm, formset=BaseAccounts, extra=0 if initial else 1, can_delete=True,
        max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True,
    )  # fmt: skip
    if data is not None and more:
        data = data.copy()
        lines = data.get("form-TOTAL_FORMS", "1")
        lines = int(lines) if re.fullmatch(r"[0-9]{1,3}", lines) else 1
        data["form-TOTAL_FORMS"] = str(min(lines + 1, MOST_ROWS))
        data.setdefault(f"form-{lines}-count", "1")
    return made(data, initial=initial, form_kwargs={"kinds": kinds})


class ChoiceForm(forms.Form):
    """Which of the two: nothing to declare, or line by line; or one more line, before either."""

    said = forms.ChoiceField(
        choices=[("zero", ""), ("rows", ""), ("more", "")],
        error_messages={
            "required": "请选择“没有（零报告）”，或逐项填写。",
            "invalid_choice": "请选择“没有（零报告）”，或逐项填写。",
        },
    )
    again = forms.BooleanField(required=False)
    discovered = forms.BooleanField(required=False)


class AgainFilter(Filter):
    """Whether a link asks to declare anew, and whether line by line."""

    again = forms.BooleanField(required=False)
    rows = forms.BooleanField(required=False)
