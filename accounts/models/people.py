"""People of the school and the numbers they are known by."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.paths import Bytewise, PathField
from accounts.scope import ScopedQuerySet, holds
from accounts.sealed import Sealed
from accounts.spelling import Spelled


class UserQuerySet(ScopedQuerySet):
    def records_of(self, user):
        """The user's own record and those that were joined to it."""
        return self.filter(Q(pk=user.pk) | Q(merged_into=user.pk))

    def counted(self):
        """Those who are on the roster now: no figure expects anybody else."""
        return self.filter(status__in=User.COUNTED)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def get_by_natural_key(self, username):
        return self.get(uuid=username)


class User(AbstractBaseUser):
    """A person. Most log in rarely and some never; `unit` is where they are counted.

    An external account (police, inspector, province) has no unit and is never counted.
    """

    class Category(models.TextChoices):
        STUDENT = "student", "学生"
        STAFF = "staff", "教职工"
        DISPATCHED = "dispatched", "劳务派遣"
        SERVICE = "service", "社会服务人员"
        EXTERNAL = "external", "校外账号"

    class Status(models.TextChoices):
        ACTIVE = "active", "在校"
        EXCHANGE = "exchange", "境外交换"
        SUSPENDED = "suspended", "休学"
        RESERVED = "reserved", "保留学籍"
        WITHDRAWN = "withdrawn", "退学"
        TRANSFERRED_OUT = "transferred_out", "转学"
        GRADUATED = "graduated", "毕业"
        LEFT = "left", "离职"

    COUNTED = [Status.ACTIVE]
    HIRED = [Category.DISPATCHED, Category.SERVICE]  # whose time here ends with a contract

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(
        "Unit", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="学校"
    )
    unit = models.ForeignKey(
        "Unit",
        models.PROTECT,
        related_name="people",
        null=True,
        blank=True,
        verbose_name="所在单位",
    )
    unit_path = PathField("单位路径", blank=True, editable=False)
    name = models.CharField("姓名", max_length=60)
    pinyin, initials = Spelled("拼音"), Spelled("首字母", part=1)
    number = models.CharField("学（工）号", max_length=30, blank=True)
    category = models.CharField("人员类别", max_length=12, choices=Category)
    status = models.CharField("状态", max_length=16, choices=Status, default=Status.ACTIVE)
    status_note = models.CharField("状态说明", max_length=60, blank=True)
    gender = models.CharField("性别", max_length=2, blank=True)
    grade = models.CharField("年级", max_length=8, blank=True)
    cohort = models.CharField(
        "入校年度", max_length=8, blank=True, help_text="新生、新进人员按此单列。"
    )
    major = models.CharField("专业（岗位）", max_length=60, blank=True)
    phone_sealed = models.CharField(max_length=160, blank=True, editable=False)
    phone_index = models.CharField(max_length=32, blank=True, editable=False)
    id_number_sealed = models.CharField(max_length=160, blank=True, editable=False)
    id_number_index = models.CharField(max_length=32, blank=True, editable=False)
    study_years = models.CharField("学制（年）", max_length=3, blank=True, db_default="")
    contract_ends = models.DateField("本人合同截止", null=True, blank=True, editable=False)
    absent_since = models.DateField("名册未见", null=True, blank=True, editable=False)
    is_active = models.BooleanField("可登录", default=True)
    activated_at = models.DateTimeField("激活时间", null=True, blank=True, editable=False)
    password_at = models.DateTimeField("口令设置时间", null=True, blank=True, editable=False)
    dormant_since = models.DateTimeField("久未登录", null=True, blank=True, editable=False)
    demo = models.BooleanField(default=False, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged", null=True, editable=False,
        verbose_name="并入",
    )  # fmt: skip
    created_at = models.DateTimeField("建档时间", default=timezone.now, editable=False)

    phone = Sealed()
    id_number = Sealed()

    objects = UserManager()
    USERNAME_FIELD = "uuid"
    is_superuser = False
    scope_name, scope_path, scope_person = "person", "unit_path", "pk"

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["unit_path", "number"]
        indexes = [
            # covers the counting of expected people, so that it reads the index alone
            models.Index(
                fields=["unit_path", "status", "category", "grade", "id"], name="user_counted"
            ),
            models.Index(fields=["phone_index"], name="user_phone", condition=~Q(phone_index="")),
            models.Index(
                fields=["id_number_index"], name="user_id_number", condition=~Q(id_number_index="")
            ),
            models.Index(
                fields=["unit_path"], name="user_absent", condition=Q(absent_since__isnull=False)
            ),
            # what is rare among many people is listed and counted from an index of its own
            models.Index(
                fields=["unit_path", "number"],
                name="user_not_student",
                condition=~Q(category="student"),
            ),
            models.Index(
                fields=["status", "unit_path", "number"],
                name="user_not_active",
                condition=~Q(status="active"),
            ),
            models.Index(
                fields=["unit_path", "number"],
                name="user_waiting",
                condition=Q(activated_at__isnull=True),
            ),
            models.Index(fields=["pinyin"], name="user_pinyin"),
            models.Index(fields=["initials"], name="user_initials"),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the admin site opens for this person."""
        return holds(self, "desk.enter")

    def has_perm(self, perm, obj=None) -> bool:
        """Answered by the scope table: `app.verb_model` becomes the action `model.verb`."""
        _, _, code = perm.partition(".")
        verb, _, model = code.partition("_")
        return holds(self, f"{ADMIN_NAMES.get(model, model)}.{ADMIN_VERBS.get(verb, verb)}")

    def has_module_perms(self, app_label) -> bool:
        """Whoever may enter the desk sees each app; its models are asked one by one."""
        return self.is_staff


ADMIN_NAMES = {
    "lockexception": "assignment",
    "user": "person",
    "auditentry": "audit",
    "importbatch": "roster",
    "retentionrule": "retention",
    "pledgetext": "text",
}
ADMIN_VERBS = {"change": "edit"}


class Identity(models.Model):
    """One number by which the school knows a person; a person may have several."""

    class Kind(models.TextChoices):
        STUDENT = "student", "学号"
        STAFF = "staff", "工号"
        EXAM = "exam", "考生号"
        PAPER = "paper", "证件"

    school = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="学校")
    kind = models.CharField("类型", max_length=8, choices=Kind)
    value = Bytewise("编号", max_length=40)
    user = models.ForeignKey(User, models.CASCADE, related_name="identities", verbose_name="人员")

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [
            UniqueConstraint(fields=["school", "value", "kind"], name="one_person_for_a_number"),
        ]

    def __str__(self):
        return self.value


class ActivationCode(models.Model):
    """A one-time code from a printed slip; only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="codes", verbose_name="人员")
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField("发放时间", default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发放人")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "激活码"
        constraints = [
            UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="one_open_code_each",
            ),
        ]

    def __str__(self):
        return f"{self.user}的激活码"
