"""What people type about rounds, checked."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.day_field import DayField
from accounts.models import Unit, User
from accounts.paths import CLASS, COLLEGE, SCHOOL, cut
from accounts.scope import covers
from accounts.services.schools import school_at
from adapters import images
from rounds import queries
from rounds.kinds import Kind
from rounds.models import Round

END = time(23, 59, 59)  # “3月15日前” includes that day to 24:00
TABS = ["missing", "units", "items", "done", "excused"]
SHOWS = ["judge", "returned", "silent", "open", "all"]


def start_of(day) -> datetime:
    """The first moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day) -> datetime:
    """The last second of a day."""
    return timezone.make_aware(datetime.combine(day, END))


class Choices(forms.MultipleChoiceField):
    """Several of a few, each with a box to tick."""

    def __init__(self, **more):
        super().__init__(widget=forms.CheckboxSelectMultiple, **more)


class RoundForm(forms.Form):
    """Whom a round asks, and by when. The kind's own form stands beside it."""

    title = forms.CharField(label="任务名称", max_length=80)
    body = forms.CharField(
        label="说明",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="办理人会在页面上方看到，可不填。",
    )
    owner = forms.ModelChoiceField(label="发布单位", queryset=Unit.objects.none())
    unit = forms.ModelChoiceField(label="面向单位", queryset=Unit.objects.none())
    level = forms.TypedChoiceField(
        label="交件层级",
        coerce=int,
        choices=[(CLASS, "班级（科室）逐级交件"), (COLLEGE, "学院、部门交件")],
    )
    categories = Choices(label="人员类别")
    grades = Choices(label="年级", required=False, help_text="不选即全部年级。")
    cohorts = Choices(
        label="入校年度",
        required=False,
        help_text="只面向某年度的新生、新进人员时选择；不选即全部。",
    )
    since = DayField(
        label="新到起始日期",
        required=False,
        help_text="只面向自此日起进入名册的新到人员（如新进教职工）时填写；以后陆续进入名册的自动计入。",
    )
    places = forms.ModelMultipleChoiceField(
        label="指定单位", queryset=Unit.objects.none(), required=False
    )
    opens_on = DayField(label="开始日期", help_text="当日 0:00 起可以办理。")
    due_on = DayField(label="按时截止", help_text="含当日，至 24:00；此前完成计为按时。")
    locks_on = DayField(label="停止办理", help_text="含当日，至 24:00；此后不能再办理。")

    def __init__(self, *args, user, kind: Kind | None = None, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        owners = queries.owners(user)
        fields["owner"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in owners])
        fields["owner"].initial = owners[0].pk if owners else None
        if len(owners) == 1:
            fields["owner"].widget = forms.HiddenInput()
        root = cut(owners[0].path, SCHOOL) if owners else "-"
        if owners:
            word = school_at(root).college_word
            fields["level"].choices = [
                (CLASS, "班级（科室）逐级交件"),
                (COLLEGE, f"{word}、部门交件"),
            ]
        schools = Unit.objects.permitted(user).filter(path=root)
        colleges = Unit.objects.permitted(user).children_of(root)
        wide = covers(user, "round.draft", root)
        fields["unit"].queryset = (schools | colleges if wide else schools).order_by("path")
        fields["unit"].initial = schools.first()
        self._audience(queries.roster_audience(root))
        self.branches = queries.choosable(user, root)
        choosable = [unit.pk for b in self.branches for unit in (b.unit, *b.below)]
        fields["places"].queryset = Unit.objects.filter(pk__in=choosable)
        today = timezone.localdate()
        fields["opens_on"].initial = today
        fields["due_on"].initial = today + timedelta(days=14)
        fields["locks_on"].initial = today + timedelta(days=21)
        if kind and kind.expects != "people":
            for name in {"level", "categories", "grades", "cohorts", "since"} & set(fields):
                del fields[name]

    def _audience(self, found: dict[str, list[str]]) -> None:
        fields: Any = self.fields
        labels = dict(User.Category.choices)
        fields["categories"].choices = [(c, labels[c]) for c in found["categories"]]
        fields["categories"].initial = found["categories"]
        fields["grades"].choices = [(g, f"{g} 级") for g in found["grades"]]
        fields["cohorts"].choices = [(c, f"{c} 年入校") for c in found["cohorts"]]
        for name in ("grades", "cohorts"):
            if not found[name]:
                del fields[name]

    def clean(self):
        """The dates follow one another, and a department's round asks the whole school."""
        super().clean()
        given = self.cleaned_data
        opens, due, locks = (given.get(name) for name in ("opens_on", "due_on", "locks_on"))
        if opens and due and due < opens:
            self.add_error("due_on", "按时截止不能早于开始日期。")
        if due and locks and locks < due:
            self.add_error("locks_on", "停止办理不能早于按时截止。")
        unit, places = given.get("unit"), given.get("places") or []
        if unit and (beyond := [p.name for p in places if not p.path.startswith(unit.path)]):
            self.add_error("places", f"“{beyond[0]}”不属于所选的面向单位，请取消勾选。")
        return given

    def ticked(self) -> set[int]:
        """The units ticked now, as the page shows them."""
        found = self["places"].value() or []
        return {int(pk) for pk in found if str(pk).isdecimal()}

    def shape(self) -> dict:
        """The round as the services take it."""
        given = dict(self.cleaned_data)
        return {
            "title": given["title"],
            "body": given["body"],
            "owner": given["owner"],
            "unit": given["unit"],
            "level": given.get("level", CLASS),
            "categories": given.get("categories", []),
            "grades": given.get("grades", []),
            "cohorts": given.get("cohorts", []),
            "since": given.get("since"),
            "places": queries.outermost(unit.path for unit in given["places"]),
            "opens_at": start_of(given["opens_on"]),
            "due_at": end_of(given["due_on"]),
            "locks_at": end_of(given["locks_on"]),
        }

    @staticmethod
    def initial_of(round_: Round) -> dict:
        """A draft as this form shows it."""
        days = {
            "opens_on": timezone.localtime(round_.opens_at).date(),
            "due_on": timezone.localtime(round_.due_at).date(),
            "locks_on": timezone.localtime(round_.locks_at).date(),
        }
        names = (
            "title",
            "body",
            "owner",
            "unit",
            "level",
            "categories",
            "grades",
            "cohorts",
            "since",
        )
        places = Unit.objects.filter(path__in=round_.places).values_list("pk", flat=True)
        return days | {"places": list(places)} | {name: getattr(round_, name) for name in names}


AUDIENCE = ["unit", "categories", "grades", "cohorts", "since", "places"]


def audience_asked(form: RoundForm) -> Round | None:
    """The round so far as the audience chosen on the form goes; None while that does not fit."""
    form.is_valid()
    if any(name in form.errors for name in AUDIENCE):
        return None
    given = {name: form.cleaned_data.get(name) or [] for name in AUDIENCE}
    given["places"] = queries.outermost(unit.path for unit in given["places"])
    given["since"] = given["since"] or None
    return Round(**given)


class ReasonForm(forms.Form):
    """Why something is done; `required` unless told."""

    reason = forms.CharField(
        label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )

    def __init__(self, *args, label: str = "原因", required: bool = True, **more):
        super().__init__(*args, **more)
        self.fields["reason"].label = label
        self.fields["reason"].required = required


class SubmitForm(ReasonForm):
    """A word about what is handed in; where that is possible, that there is nothing to report."""

    zero = forms.BooleanField(
        label="零报告：经核实，本单位无需要填报的情况", required=False,
        help_text="勾选即明确报告“无”，与未交件分开统计。",
    )  # fmt: skip
    field_order = ["zero", "reason"]

    def __init__(self, *args, zero: bool, **more):
        super().__init__(*args, **more)
        if not zero:
            del self.fields["zero"]

    @property
    def said_zero(self) -> bool:
        """Whether 无 was ticked."""
        return self.cleaned_data.get("zero", False)


class LateForm(ReasonForm):
    """Why a unit may act after the lock, and until when."""

    until = DayField(label="办理至", help_text="含当日，至 24:00；到时自动停止办理，仍计为逾期。")

    @property
    def end(self) -> datetime:
        """The last moment of the day given."""
        return end_of(self.cleaned_data["until"])


class ExcuseForm(ReasonForm):
    """Why, and until when."""

    until = DayField(label="豁免至", required=False, help_text="含当日；不填则到任务结束。")


class DecideForm(ReasonForm):
    """Granted or refused, with a word about it."""

    decision = forms.ChoiceField(choices=[("grant", "同意"), ("refuse", "不同意")])

    def __init__(self, *args, **more):
        super().__init__(*args, label="答复", required=False, **more)


class LateDecideForm(DecideForm):
    """Allowed until a day, or declined with a word about it."""

    until = DayField(label="办理至", required=False, help_text="同意时填写，含当日。")
    field_order = ["until", "reason"]

    @property
    def end(self) -> datetime | None:
        """The last moment of the day given, if one is."""
        day = self.cleaned_data.get("until")
        return end_of(day) if day else None


class PictureForm(forms.Form):
    """A photo or scan, checked and made anew before anything is stored."""

    picture = forms.FileField(
        label="照片或扫描件",
        error_messages={"required": "请选择照片或扫描件。"},
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_picture(self) -> tuple[str, images.Image]:
        """The name it came under, and the picture as we made it anew."""
        sent: UploadedFile = self.cleaned_data["picture"]
        try:
            return sent.name or "", images.open_safely(sent)
        except images.Unusable as refusal:
            raise forms.ValidationError(str(refusal)) from None


class ManyForm(forms.Form):
    """The parts ticked for one judgement; asked once more before it is passed."""

    parts = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "请先勾选要办理的单位。"}
    )
    confirmed = forms.BooleanField(required=False)

    def __init__(self, *args, ids, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["parts"].choices = [(pk, pk) for pk in ids]


class ManyBackForm(ManyForm):
    """The parts ticked to go back, all for one reason, which is asked on the second page."""

    reason = forms.CharField(
        label="退回原因", max_length=200, required=False, widget=forms.Textarea({"rows": 3})
    )

    def clean(self):
        """Once confirmed, the reason is needed."""
        data = super().clean()
        if data.get("confirmed") and not data.get("reason", "").strip():
            self.add_error("reason", "请填写退回原因，便于对方修改。")
        return data


class OverviewExportForm(forms.Form):
    """What a class's overview is taken out for."""

    purpose = forms.CharField(
        label="用途", min_length=2, max_length=100, help_text="如“班会核对”，将印在名单首行。"
    )


class Filter(forms.Form):
    """What a link asks of a list; nonsense in it counts as nothing asked."""

    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def asked(self, name: str, default=None):
        """The value given in the link if it makes sense, else the default."""
        self.is_valid()
        found = self.cleaned_data.get(name)
        return default if found in (None, "") else found


class BoardFilter(Filter):
    tab = forms.ChoiceField(required=False, choices=[(tab, tab) for tab in TABS])
    mark = forms.CharField(required=False, max_length=20)


class OutsideForm(forms.Form):
    """A list of results from elsewhere, and where it is from."""

    source = forms.CharField(
        label="数据来源",
        max_length=80,
        help_text="例如：公安机关安装名单（11 月）、某学习平台导出。",
    )
    file = forms.FileField(
        label="结果名单",
        help_text="Excel 或 CSV，含学号（工号）或“姓名、班级”，以及完成日期、结果。",
        error_messages={"required": "请选择结果名单。", "empty": "文件为空，请重新导出后再上传。"},
    )


class OutsideFilter(Filter):
    show = forms.ChoiceField(required=False, choices=[("good", ""), ("bad", "")])


class SampleForm(forms.Form):
    """The lines of the sample found to be true."""

    true = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args, ids, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["true"].choices = [(pk, pk) for pk in ids]


class ProvinceFilter(Filter):
    show = forms.ChoiceField(required=False, choices=[("open", ""), ("closed", "")])


class LateFilter(Filter):
    show = forms.ChoiceField(required=False, choices=[("asked", ""), ("allowed", ""), ("past", "")])


class PartsFilter(Filter):
    show = forms.ChoiceField(required=False, choices=[(show, show) for show in SHOWS])
    round = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class RoundsFilter(Filter):
    show = forms.ChoiceField(required=False, choices=[("open", ""), ("draft", ""), ("over", "")])
    kind = forms.CharField(required=False, max_length=20)
