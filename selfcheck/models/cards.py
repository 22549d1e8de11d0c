"""A 断卡 round, what each person declared, and the sheet a unit signs, stamps and reports."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import StoredFile, User
from accounts.paths import PathField
from accounts.scope import OWN, ScopedQuerySet, reach
from accounts.sealed import Sealed
from rounds.models import Assignment, Completion, Round
from selfcheck.cards.catalogue import Present, Way, measure_of, word_of


class CardCheckQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """As the round itself."""
        return self.filter(round__in=Round.objects.permitted(user, action))


class CardCheck(models.Model):
    """What a 断卡 round adds: which accounts, until when it is 主动申报 and what that is worth."""

    round = models.OneToOneField(
        Round, models.PROTECT, primary_key=True, related_name="cardcheck", verbose_name="任务"
    )
    kinds = models.JSONField("申报种类", default=list)
    disclose_until = models.DateField("主动申报截止", null=True)
    worth = models.CharField("主动申报的意义", max_length=500)
    leads_to = models.CharField("可能的后续", max_length=500)
    studied = models.BooleanField("须先组织学习", default=True)

    objects = CardCheckQuerySet.as_manager()
    scope_name, scope_path = "round", "round__unit__path"

    class Meta:
        verbose_name = verbose_name_plural = "断卡自查任务"

    def __str__(self):
        return str(self.round)

    @property
    def words(self) -> list[str]:
        """The accounts asked about, in words."""
        return [word_of(code) for code in self.kinds]

    @property
    def discloses(self) -> bool:
        """Whether what is declared today is 主动申报."""
        return self.disclose_until is not None and timezone.localdate() <= self.disclose_until


class DeclarationQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Those of people one answers for; a unit's contact reads and enters no student's."""
        path = "completion__unit_path"
        allowed = reach(user, f"declaration.{action}", path)
        staff = reach(user, f"declaration.{action}_staff", path)
        allowed |= staff & ~Q(completion__person__category=User.Category.STUDENT)
        if action in OWN and getattr(user, "is_authenticated", False):
            allowed |= Q(completion__person=user.pk)
        return self.filter(allowed)


class Declaration(models.Model):
    """What a person declared. A new one takes the place of the last, which is kept."""

    completion = models.ForeignKey(Completion, models.PROTECT, related_name="declarations")
    zero = models.BooleanField("零报告")
    voluntary = models.BooleanField("主动申报", default=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="代录人"
    )
    receipt = models.CharField("回执号", max_length=20, unique=True)
    declared_at = models.DateTimeField("申报时间", default=timezone.now)
    superseded_at = models.DateTimeField("被替换时间", null=True)
    checked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="核对人"
    )
    checked_at = models.DateTimeField("核对时间", null=True)

    objects = DeclarationQuerySet.as_manager()
    scope_name, scope_path, scope_person = (
        "declaration",
        "completion__unit_path",
        "completion__person",
    )

    class Meta:
        verbose_name = verbose_name_plural = "断卡申报"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["completion"],
                condition=Q(superseded_at__isnull=True),
                name="one_declaration_in_force",
            ),
            CheckConstraint(
                condition=Q(checked_by__isnull=True) | Q(checked_at__isnull=False),
                name="checked_at_some_time",
            ),
        ]

    def __str__(self):
        return f"{self.completion}申报"


class Account(models.Model):
    """One line of a declaration. Never a whole number: four last digits, and those sealed."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="accounts")
    kind = models.CharField("种类", max_length=20)
    provider = models.CharField("银行、运营商或平台", max_length=40, blank=True)
    tail_sealed = models.CharField(max_length=160, blank=True, editable=False)
    count = models.PositiveSmallIntegerField("数量")
    way = models.CharField("方式", max_length=8, choices=Way)
    happened_on = models.DateField("时间", null=True)
    by_month = models.BooleanField("只到月", default=False)
    whom_sealed = models.CharField(max_length=500, blank=True, editable=False)
    known = models.BooleanField("是否相识", null=True)
    gain = models.DecimalField("获利金额", max_digits=10, decimal_places=2, null=True)
    present = models.CharField("目前状态", max_length=10, choices=Present)
    reported = models.BooleanField("是否报警", default=False)
    note_sealed = models.CharField(max_length=2000, blank=True, editable=False)

    tail = Sealed(found=False)
    whom = Sealed(found=False)
    note = Sealed(found=False)

    class Meta:
        verbose_name = verbose_name_plural = "申报账户"
        ordering = ["id"]
        constraints = [
            CheckConstraint(condition=Q(count__gte=1), name="account_counts_something"),
        ]

    def __str__(self):
        return f"申报账户 {self.pk}"

    @property
    def word(self) -> str:
        """The sort of account in words."""
        return word_of(self.kind)

    @property
    def measure(self) -> str:
        """The word it is counted in."""
        return measure_of(self.kind)


class Study(models.Model):
    """A 部门会议 or 主题班会 that came before the declaring; a wrong one is voided, never deleted."""

    class Sort(models.TextChoices):
        CLASS = "class", "主题班会"
        MEETING = "meeting", "部门会议"
        OTHER = "other", "其他集中学习"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="studies")
    sort = models.CharField("形式", max_length=8, choices=Sort)
    held_on = models.DateField("日期")
    topic = models.CharField("内容", max_length=80)
    attended = models.PositiveIntegerField("参加人数")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    added_at = models.DateTimeField("登记时间", default=timezone.now)
    voided_at = models.DateTimeField("作废时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "assignment", "assignment__unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "组织学习"
        ordering = ["held_on", "id"]
        constraints = [
            UniqueConstraint(
                fields=["assignment", "sort", "held_on", "topic"],
                condition=Q(voided_at__isnull=True),
                name="a_study_once",
            ),
        ]

    def __str__(self):
        return f"{self.held_on} {self.get_sort_display()}"


class Remark(models.Model):
    """A unit's own words beside one line of its sheet."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="remarks")
    row_path = PathField("所在行")
    text = models.CharField("备注", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "assignment", "assignment__unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "统计表备注"
        constraints = [
            UniqueConstraint(fields=["assignment", "row_path"], name="one_remark_a_line"),
        ]

    def __str__(self):
        return f"{self.assignment}备注"


class Difference(models.Model):
    """What a unit says where the sum says otherwise, and why. The sum stays; this stands beside it."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="differences")
    row_path = PathField("所在行")
    column = models.CharField("栏目", max_length=30)
    summed = models.PositiveIntegerField("汇总数")
    said = models.PositiveIntegerField("单位填报数")
    reason = models.CharField("原因", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间", default=timezone.now)
    ended_at = models.DateTimeField("撤回时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "assignment", "assignment__unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "差异说明"
        ordering = ["id"]
        constraints = [
            UniqueConstraint(
                fields=["assignment", "row_path", "column"],
                condition=Q(ended_at__isnull=True),
                name="one_difference_a_cell",
            ),
            CheckConstraint(condition=~Q(reason=""), name="difference_has_a_reason"),
        ]

    def __str__(self):
        return f"{self.assignment}差异说明"


class SheetStep(models.Model):
    """One of the three signatures under a unit's sheet, bound to the figures it was given for."""

    class Step(models.IntegerChoices):
        FILLED = 1, "辅导员（填表人）"
        LED = 2, "分管领导（审核人）"
        HEADED = 3, "书记、院长（单位负责人）"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="sheet_steps")
    step = models.PositiveSmallIntegerField("步骤", choices=Step)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="签字人")
    figures = models.CharField(max_length=64)
    at = models.DateTimeField("签字时间", default=timezone.now)
    ended_at = models.DateTimeField("失效时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "assignment", "assignment__unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "统计表签字"
        ordering = ["step", "id"]
        constraints = [
            UniqueConstraint(
                fields=["assignment", "step"],
                condition=Q(ended_at__isnull=True),
                name="one_signature_a_step",
            ),
        ]

    def __str__(self):
        return f"{self.assignment}{self.get_step_display()}签字"


class Stamp(models.Model):
    """The unit's stamp: the scan of the signed and stamped sheet, or a named person's word for it."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="stamps")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", null=True)
    signed_by = models.CharField("纸面签字人", max_length=60, blank=True)
    figures = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="确认人")
    at = models.DateTimeField("确认时间", default=timezone.now)
    ended_at = models.DateTimeField("失效时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "assignment", "assignment__unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "统计表盖章"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["assignment"], condition=Q(ended_at__isnull=True), name="one_stamp_a_sheet"
            ),
        ]

    def __str__(self):
        return f"{self.assignment}盖章"
