"""Units and what the school calls its offices."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.admin.grants import FOUND, Lookup
from accounts.contract_forms import ContractForm
from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter
from accounts.models import Grant, School, Unit
from accounts.paths import ancestors
from accounts.services import contracts, regrouping, schools, units


class NameForm(StepForm):
    """What a unit is called."""

    name = forms.CharField(label="名称", max_length=60)
    code = forms.CharField(
        label="代码", max_length=40, required=False, help_text="与名册中的单位代码一致，可不填。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.row.name
        self.fields["code"].initial = self.row.code
        if self.row.kind == Unit.Kind.SCHOOL:
            del self.fields["code"]


class AddForm(StepForm):
    """A unit below the row."""

    kind = forms.ChoiceField(label="类型")
    name = forms.CharField(label="名称", max_length=60)
    code = forms.CharField(
        label="代码", max_length=40, required=False, help_text="与名册中的单位代码一致，可不填。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = units.kinds_below(self.row)
        self.fields["kind"].choices = [(kind, Unit.Kind(kind).label) for kind in kinds]


class ToForm(StepForm):
    """Where a unit goes, and why."""

    to = forms.ModelChoiceField(label="去向单位", queryset=Unit.objects.none())
    reason = forms.CharField(label="原因或依据", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        looked_up = Lookup(Grant._meta.get_field("unit"), admin.site, attrs=FOUND)
        looked_up.choices, looked_up.is_required = field.choices, True
        field.widget = looked_up
        field.queryset = Unit.objects.permitted(self.actor, "edit").open()


class ContractStep(ContractForm, StepForm):
    """The last day of the unit's contract."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = self.row.contract_ends


class AliasForm(StepForm):
    """Another name of the unit."""

    name = forms.CharField(label="别名", max_length=60)


def _move(unit, *, to, reason, actor):
    return regrouping.move(unit, parent=to, actor=actor, reason=reason)


def _merge(unit, *, to, reason, actor):
    return regrouping.merge(unit, target=to, actor=actor, reason=reason)


def _load(unit) -> str:
    return str(regrouping.load_of(unit))


def _open(unit) -> bool:
    return unit.closed_on is None


def _renew(unit, *, actor, ends_on, reason):
    contracts.set_contract(unit, actor=actor, ends_on=ends_on, reason=reason)


def _hand_in(files_own: bool):
    def run(unit, *, actor):
        return units.set_files_own(unit, files_own=files_own, actor=actor)

    return run


@admin.register(Unit)
class UnitAdmin(ScopedAdmin):
    """The grid in its own order, from the school down."""

    list_display = ("shown", "kind", "code", "handing_in", "standing", "people")
    list_display_links = ("shown",)
    list_filter = ("kind", UnderFilter)
    search_fields = ("name", "code")
    search_help_text = "按名称或代码查找"
    sortable_by = ()
    fields = (
        "place", "kind", "name", "code", "handing_in", "path", "opened_on", "standing", "other_names",
        "contract_ends",
    )  # fmt: skip
    readonly_fields = (
        "place", "handing_in", "opened_on", "standing", "other_names", "contract_ends",
    )  # fmt: skip
    list_select_related = ("moved_to",)
    empty = "没有符合条件的单位。导入名册时会自动建立学院和班级，也可在上级单位的页面中新增。"
    steps = (
        Step(
            name="add",
            label="新增下级单位",
            verb="add",
            run=units.add,
            form=AddForm,
            when=lambda unit: _open(unit) and bool(units.kinds_below(unit)),
            says="单位一经建立不能删除，名称可以修改。",
        ),
        Step(
            name="rename",
            label="修改名称",
            verb="edit",
            run=units.rename,
            form=NameForm,
            when=_open,
            says="人员和进行中的任务随之显示新名称，已结束的任务不变；原名称留作别名，名册仍可识别。",
        ),
        Step(
            name="move",
            label="迁移",
            verb="edit",
            run=_move,
            form=ToForm,
            when=lambda unit: _open(unit) and unit.kind in regrouping.MOVABLE,
            says=_load,
            weighty=True,
        ),
        Step(
            name="merge",
            label="并入其他单位",
            verb="edit",
            run=_merge,
            form=ToForm,
            when=lambda unit: _open(unit) and unit.kind != Unit.Kind.SCHOOL,
            says=_load,
            weighty=True,
        ),
        Step(
            name="close",
            label="撤销",
            verb="edit",
            run=regrouping.close,
            when=lambda unit: _open(unit) and unit.kind != Unit.Kind.SCHOOL,
            says="只有没有下级单位、人员和责任的单位才能撤销；还有人员的请并入其他单位。",
            weighty=True,
        ),
        Step(
            name="reopen",
            label="恢复",
            verb="edit",
            run=regrouping.reopen,
            when=lambda unit: unit.closed_on is not None and unit.moved_to_id is None,
            says="误撤销的单位恢复使用。",
        ),
        Step(
            name="alias",
            label="登记别名",
            verb="edit",
            run=units.add_alias,
            form=AliasForm,
            when=_open,
            says="名册里写这个名称的，也按本单位导入。",
        ),
        Step(
            name="drop_alias",
            label="取消别名",
            verb="edit",
            run=units.drop_alias,
            form=AliasForm,
            when=lambda unit: unit.aliases.exists(),
            says="名册里写这个名称的，不再按本单位导入。",
        ),
        Step(
            name="contract",
            label="登记合同截止",
            verb="renew",
            run=_renew,
            form=ContractStep,
            when=lambda unit: _open(unit) and unit.kind == Unit.Kind.GROUP,
            says="到期未续签的人员次日离岗；续签后因此离岗的人员自动恢复。",
        ),
        Step(
            name="own",
            label="改为单独交件",
            verb="edit",
            run=_hand_in(True),
            form=StepForm,
            when=lambda unit: unit.kind == Unit.Kind.GROUP and not unit.files_own,
            says="本科室（小组）将自己交件，由所属单位审核；进行中的任务随即增加本单位的一项。",
        ),
        Step(
            name="joint",
            label="改为统一交件",
            verb="edit",
            run=_hand_in(False),
            form=StepForm,
            when=lambda unit: unit.kind == Unit.Kind.GROUP and unit.files_own,
            says="今后的任务由所属单位统一交件；进行中的任务里本单位已有的一项仍须办理或豁免。",
        ),
    )

    @admin.display(description="名称", ordering="path")
    def shown(self, unit):
        """The name, set in by its depth."""
        return format_html('<span class="desk-depth-{}">{}</span>', unit.level, unit.name)

    @admin.display(description="交件方式")
    def handing_in(self, unit):
        """Who hands in for the unit's people."""
        if unit.kind in {Unit.Kind.SCHOOL, Unit.Kind.DORM}:
            return "不交件"
        return "单独交件" if unit.answers else "由所属单位统一交件"

    @admin.display(description="存续")
    def standing(self, unit):
        """Whether it stands, or since when not and what became of it."""
        if unit.closed_on is None:
            return "在用"
        return f"{unit.closed_on} 起" + (f"转入{unit.moved_to}" if unit.moved_to else "撤销")

    @admin.display(description="曾用名和别名")
    def other_names(self, unit):
        """What it was called until when, and the names rosters know it by."""
        former = [
            f"{name.name}（至 {timezone.localdate(name.ends_at)}）" for name in unit.names.all()
        ]
        return "、".join([*former, *(alias.name for alias in unit.aliases.all())]) or "—"

    @admin.display(description="人员")
    def people(self, unit):
        """The way to the people at or below the unit."""
        address = reverse("admin:accounts_user_changelist")
        return format_html('<a href="{}?under={}">人员名单</a>', address, unit.path)

    @admin.display(description="所在")
    def place(self, unit):
        """The units from the school down to this one."""
        return " › ".join(step.name for step in unit.lineage())

    def get_list_display(self, request):
        """The way to people only for those who may see people."""
        may = request.user.has_perm("accounts.view_user")
        return self.list_display if may else self.list_display[:-1]

    def links(self, request, row):
        """To the people of the unit and to the units below."""
        address = reverse("admin:accounts_unit_changelist")
        below = ("下属单位", f"{address}?under={row.path}")
        if not request.user.has_perm("accounts.view_user"):
            return [below]
        return [
            ("人员名单", f"{reverse('admin:accounts_user_changelist')}?under={row.path}"),
            below,
        ]

    def option_labels(self, found) -> dict[int, str]:
        """Each unit with the units above it, so that two of one name can be told apart."""
        steps = {step for unit in found for step in ancestors(unit.path)}
        names = dict(Unit.objects.filter(path__in=steps).values_list("path", "name"))
        return {
            unit.pk: " › ".join(names[s] for s in ancestors(unit.path)[1:]) or unit.name
            for unit in found
        }


class OfficesForm(StepForm):
    """The school's own names."""

    office_name = forms.CharField(label="安全保卫部门名称", max_length=30)
    student_office_name = forms.CharField(label="学生工作部门名称", max_length=30)
    college_word = forms.CharField(label="二级单位称谓", max_length=10)
    contact = forms.CharField(label="值班电话", max_length=40, required=False)
    site = forms.URLField(
        label="学校官网中的入口",
        required=False,
        assume_scheme="https",
        help_text="师生可从学校官网进入本系统的页面地址，以 https:// 开头。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.initial = getattr(self.row, name)


@admin.register(School)
class SchoolAdmin(ScopedAdmin):
    """One row: the own school's names."""

    list_display = ("unit", "office_name", "student_office_name", "college_word", "contact")
    list_select_related = ("unit",)
    fields = ("unit", "office_name", "student_office_name", "college_word", "contact", "site")

    def links(self, request, row):
        """To what people are told about their data."""
        return [("个人信息处理告知书", reverse("accounts:notice_edit"))]

    steps = (
        Step(
            name="names",
            label="修改称谓",
            verb="edit",
            run=schools.name_offices,
            form=OfficesForm,
            says="页面、表格和通知中的部门名称将随之改变。",
        ),
    )
