"""The grid: school → college or department → class or group → dorm."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Length

from accounts.paths import CLASS, COLLEGE, DORM, SCHOOL, PathField, ancestors, cut, level_of
from accounts.scope import ScopedQuerySet

models.CharField.register_lookup(Length)


class UnitQuerySet(ScopedQuerySet):
    def schools(self):
        """The roots of the grid."""
        return self.filter(kind=Unit.Kind.SCHOOL)

    def open(self):
        """The units that stand today; one that was moved or merged away stays for what is past."""
        return self.filter(closed_on__isnull=True)

    def children_of(self, path: str):
        """The units one level below a path, in their order."""
        from accounts.paths import WIDTH, under

        deep = {"path__length": len(path) + WIDTH}
        return self.filter(under(path), **deep).order_by("path")


class Unit(models.Model):
    """A node of the grid. Its path is given once and never reused."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "学校"
        COLLEGE = "college", "学院"
        DEPARTMENT = "department", "部门"
        CLASS = "class", "班级"
        GROUP = "group", "科室（小组）"
        DORM = "dorm", "宿舍"

    LEVELS = {
        Kind.SCHOOL: SCHOOL,
        Kind.COLLEGE: COLLEGE,
        Kind.DEPARTMENT: COLLEGE,
        Kind.CLASS: CLASS,
        Kind.GROUP: CLASS,
        Kind.DORM: DORM,
    }

    path = PathField("路径", unique=True)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    name = models.CharField("名称", max_length=60)
    code = models.CharField("代码", max_length=40, blank=True)
    files_own = models.BooleanField(
        "单独交件",
        default=False,
        help_text="科室（小组）自己交件，由所属单位审核；不勾选则由所属单位统一交件。",
    )

    opened_on = models.DateField("设立日期", null=True, blank=True, editable=False)
    closed_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    moved_to = models.ForeignKey(
        "self", models.PROTECT, related_name="former", null=True, editable=False,
        verbose_name="去向",
    )  # fmt: skip
    contract_ends = models.DateField(
        "合同截止", null=True, blank=True, editable=False,
        help_text="驻校企业、社会服务单位的合同截止日期，含当日。",
    )  # fmt: skip
    # the highest number of a child that was taken back with its roster: no other child gets it
    spent = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = UnitQuerySet.as_manager()
    scope_name, scope_path = "unit", "path"

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["path"]
        constraints = [
            CheckConstraint(
                condition=Q(kind="school", path__length=6)
                | Q(kind__in=["college", "department"], path__length=12)
                | Q(kind__in=["class", "group"], path__length=18)
                | Q(kind="dorm", path__length=24),
                name="unit_kind_fits_its_level",
                violation_error_message="单位类型与所在层级不符。",
            ),
            UniqueConstraint(
                fields=["code"], condition=Q(kind="school"), name="one_school_for_a_code"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def level(self) -> int:
        """1 school, 2 college or department, 3 class or group, 4 dorm."""
        return level_of(self.path)

    @property
    def school_path(self) -> str:
        """The path of the school this unit belongs to."""
        return cut(self.path, SCHOOL)

    @property
    def answers(self) -> bool:
        """Whether the unit hands in for itself: a group only when it opts in, a dorm never."""
        return self.kind != self.Kind.DORM and (self.kind != self.Kind.GROUP or self.files_own)

    def lineage(self) -> list["Unit"]:
        """The units from the school down to this one; their names are no secret to its people."""
        return list(Unit.objects.filter(path__in=ancestors(self.path)).order_by("path"))


class UnitName(models.Model):
    """What a unit was called until a day; today's name stands on the unit itself."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="names", verbose_name="单位")
    path = PathField("路径", editable=False)
    name = models.CharField("曾用名", max_length=60)
    starts_at = models.DateTimeField("起", null=True)
    ends_at = models.DateTimeField("止")

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "unit", "path"

    class Meta:
        verbose_name = verbose_name_plural = "曾用名"
        ordering = ["path", "ends_at", "id"]
        indexes = [models.Index(fields=["path", "ends_at"], name="unit_name_path")]

    def __str__(self):
        return self.name


class UnitAlias(models.Model):
    """Another name by which rosters know a unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="aliases", verbose_name="单位")
    name = models.CharField("别名", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "别名"
        ordering = ["id"]
        constraints = [UniqueConstraint(fields=["unit", "name"], name="one_alias_each")]

    def __str__(self):
        return self.name


class School(models.Model):
    """What a school calls its offices, and where its portal is reached."""

    unit = models.OneToOneField(
        Unit, models.PROTECT, primary_key=True, related_name="school", verbose_name="学校"
    )
    host = models.CharField(
        "访问域名",
        max_length=100,
        blank=True,
        help_text="如 fanzha.example.edu.cn；一校一库时可不填。",
    )
    office_name = models.CharField("安全保卫部门名称", max_length=30, default="保卫处")
    student_office_name = models.CharField("学生工作部门名称", max_length=30, default="学生处")
    college_word = models.CharField("二级单位称谓", max_length=10, default="学院")
    contact = models.CharField("值班电话", max_length=40, blank=True)
    site = models.URLField("学校官网中的入口", blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "school", "unit__path"

    class Meta:
        verbose_name = verbose_name_plural = "学校称谓"
        constraints = [
            UniqueConstraint(fields=["host"], condition=~Q(host=""), name="one_school_for_a_host"),
        ]

    def __str__(self):
        return self.unit.name
