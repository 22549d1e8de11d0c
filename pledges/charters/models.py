"""What a charter round asks, one row for each pair of units, and the hands put under it."""

from django.db import models
from django.db.models import CheckConstraint, Exists, OuterRef, Q, QuerySet, UniqueConstraint
from django.utils import timezone

from accounts.models import Grant, StoredFile, Unit, User
from accounts.paths import PathField
from accounts.scope import Role, ScopedQuerySet, grants_of, reach
from rounds.models import Completion, Round


class Tier(models.TextChoices):
    UNIT = "unit", "学校与二级单位"
    CLASS = "class", "二级单位与班级"
    GROUP = "group", "二级单位与科室、驻校企业"
    DORM = "dorm", "辅导员与寝室"
    LODGING = "lodging", "辅导员与校外住宿学生"


class Side(models.TextChoices):
    UPPER = "upper", "上级"
    LOWER = "lower", "下级"


class CharterRound(models.Model):
    """What a charter round adds to a round: its year, its order, who signs for whom."""

    round = models.OneToOneField(
        Round, models.PROTECT, primary_key=True, related_name="charter", verbose_name="任务"
    )
    year = models.CharField("年度", max_length=12)
    cascade = models.BooleanField("逐级开启", default=True)
    school_role = models.CharField("学校签署人", max_length=16, choices=Role)
    unit_role = models.CharField("二级单位签署人", max_length=16, choices=Role)
    # over all that are signed, fixed when the round closes
    root = models.CharField("汇总校验码", max_length=64, blank=True, editable=False)
    rooted = models.PositiveIntegerField("签订份数", null=True, editable=False)
    rooted_at = models.DateTimeField("固定时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "责任书任务"

    def __str__(self):
        return str(self.round)


class CharterTier(models.Model):
    """A tier that a round asks for, and the text signed there."""

    charter_round = models.ForeignKey(CharterRound, models.CASCADE, related_name="tiers")
    tier = models.CharField("层级", max_length=8, choices=Tier)
    text = models.ForeignKey("PledgeText", models.PROTECT, related_name="+", verbose_name="文本")

    class Meta:
        verbose_name = verbose_name_plural = "责任书层级"
        constraints = [
            UniqueConstraint(fields=["charter_round", "tier"], name="one_text_for_a_tier"),
        ]

    def __str__(self):
        return self.get_tier_display()


def signing() -> QuerySet[Grant]:
    """The grants by which somebody can sign today: one whose account is closed leaves a vacancy."""
    return Grant.objects.able()


class CharterQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Below a grant, in a round a granted unit owns, or the user's own to sign.

        Papers are kept by the upper unit, hence `keep` asks about the upper one.
        """
        owned = reach(user, "round.own", "round__owner__path")
        if action == "sign":
            return self.filter(signed_by(user))
        if action == "keep":
            return self.filter(reach(user, "charter.keep", "upper_path") | owned)
        allowed = reach(user, f"charter.{action}", "unit_path") | owned
        if action == "view":
            allowed |= signed_by(user)
        return self.filter(allowed)

    def expected(self):
        """Those that are to be signed: all but the ones of units and people who are gone."""
        return self.exclude(state=Charter.State.GONE)

    def with_vacancies(self):
        """Each row knows whether anybody is there to sign for either side."""
        held = signing()
        upper = held.filter(path=OuterRef("upper_path"), role=OuterRef("upper_role"))
        lower = held.filter(path=OuterRef("unit_path"), role=OuterRef("lower_role"))
        return self.annotate(
            upper_vacant=~Exists(upper),
            lower_vacant=Q(person__isnull=True) & ~Exists(lower),
        )

    def unlocked(self):
        """Those whose tier is open: all at once, or below a pair that is signed."""
        above = Charter.objects.filter(
            round=OuterRef("round"), unit_path=OuterRef("upper_path"), person__isnull=True
        ).exclude(state__in=[Charter.State.SIGNED, Charter.State.GONE])
        return self.filter(Q(round__charter__cascade=False) | ~Exists(above))


def signed_by(user) -> Q:
    """The pairs in which the user signs for a side by a role held now, or as the student."""
    found = Q(pk__in=[])
    if not getattr(user, "is_authenticated", False):
        return found
    for grant in grants_of(user):
        found |= Q(upper_path=grant.path, upper_role=grant.role)
        found |= Q(unit_path=grant.path, lower_role=grant.role, person__isnull=True)
    return found | Q(person=user.pk)


class Charter(models.Model):
    """One pair: the upper unit and the lower one, or one student who lives off campus."""

    class State(models.TextChoices):
        OPEN = "open", "待双方签"
        UPPER = "upper", "上级已签"
        LOWER = "lower", "下级已签"
        SIGNED = "signed", "已签订"
        GONE = "gone", "不再需要"

    MOVES = {
        "sign_upper": ({State.OPEN}, State.UPPER),
        "sign_lower": ({State.OPEN}, State.LOWER),
        "countersign": ({State.UPPER, State.LOWER}, State.SIGNED),
        "record_paper": ({State.OPEN, State.UPPER, State.LOWER}, State.SIGNED),
        "void_paper": ({State.SIGNED}, State.OPEN),
    }
    WAITING = [State.OPEN, State.UPPER, State.LOWER]

    round = models.ForeignKey(Round, models.PROTECT, related_name="charters", verbose_name="任务")
    tier = models.CharField("层级", max_length=8, choices=Tier)
    upper = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="上级单位")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="下级单位")
    person = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="校外住宿学生"
    )
    upper_path = PathField("上级路径", editable=False)
    unit_path = PathField("单位路径", editable=False)
    upper_role = models.CharField("上级签署人", max_length=16, choices=Role)
    lower_role = models.CharField("下级签署人", max_length=16, choices=Role, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    # fixed by the first hand put under it
    blanks = models.JSONField("填入内容", default=dict)
    text_sha256 = models.CharField("文本校验码", max_length=64, blank=True)
    # over the whole pair, from the moment it is signed
    seal = models.CharField("签订校验码", max_length=64, blank=True, editable=False)
    # signed on paper: by whom, when, and the scan
    method = models.CharField(
        "方式", max_length=8, choices=Completion.Method, default=Completion.Method.SELF
    )
    signed_on = models.DateField("签订日期", null=True)
    upper_name = models.CharField("上级签署人姓名", max_length=60, blank=True)
    lower_name = models.CharField("下级签署人姓名", max_length=60, blank=True)
    scan = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="代录人"
    )
    # where the copies lie
    copies = models.PositiveSmallIntegerField("份数", null=True)
    place = models.CharField("存放处", max_length=60, blank=True)
    keeper = models.CharField("保管人", max_length=60, blank=True)
    kept_on = models.DateField("归档日期", null=True)

    objects = CharterQuerySet.as_manager()
    scope_name, scope_path, scope_person = "charter", "unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "责任书"
        ordering = ["unit_path", "id"]
        constraints = [
            UniqueConstraint(
                fields=["round", "unit"],
                condition=Q(person__isnull=True),
                name="one_charter_for_a_unit",
            ),
            UniqueConstraint(
                fields=["round", "person"],
                condition=Q(person__isnull=False),
                name="one_charter_for_a_lodger",
            ),
            CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(tier=Tier.LODGING),
                name="a_lodger_signs_as_oneself",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "unit_path", "tier", "state"], name="charter_path"),
            models.Index(fields=["round", "upper_path"], name="charter_upper"),
        ]

    def __str__(self):
        return f"{self.upper}与{self.person or self.unit}责任书"


class FormerScan(models.Model):
    """The scan of a paper record that was voided, kept for whoever may see the pair."""

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="former_scans")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    voided_at = models.DateTimeField("作废时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "作废登记的扫描件"
        ordering = ["id"]

    def __str__(self):
        return str(self.file)


class Hand(models.Model):
    """One drawing of a name, which may stand under many texts."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="签署人")
    strokes = models.JSONField("笔迹")
    signed_at = models.DateTimeField("签署时间", default=timezone.now)
    receipt = models.CharField("回执号", max_length=24, unique=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手写签名"

    def __str__(self):
        return self.receipt


class CharterSignature(models.Model):
    """One side's hand under one pair, bound to the text shown."""

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="signatures")
    side = models.CharField("一方", max_length=5, choices=Side)
    hand = models.ForeignKey(Hand, models.PROTECT, related_name="charters")
    role = models.CharField("身份", max_length=16, choices=Role, blank=True)
    text = models.ForeignKey("PledgeText", models.PROTECT, related_name="+")
    text_sha256 = models.CharField("文本校验码", max_length=64)
    seal = models.CharField("签署校验码", max_length=64)
    # as it stood when signed, “A 代 B” for a deputy; '' where it was not yet written down
    signer = models.CharField("签署人", max_length=140, blank=True, db_default="", default="")
    superseded_at = models.DateTimeField("失效时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任书签署"
        constraints = [
            UniqueConstraint(
                fields=["charter", "side"],
                condition=Q(superseded_at__isnull=True),
                name="one_hand_in_force_a_side",
            ),
        ]

    def __str__(self):
        return f"{self.charter} {self.get_side_display()}"

    @property
    def signed_by(self) -> str:
        """Who signed, as it is shown."""
        return self.signer or self.hand.person.name
