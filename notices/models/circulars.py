"""通知: what an office, a department or a college publishes to chosen units and roles."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.models import StoredFile, Unit, User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet, reach


class CircularQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """What the user's own unit publishes, what was published below it, what was received."""
        if action == "forward":
            return self.received(user).filter(state=Circular.State.PUBLISHED)
        allowed = reach(user, f"circular.{action}", "path")
        if action == "view":
            out = ~Q(state__in=[Circular.State.DRAFT, Circular.State.SCHEDULED])
            allowed = (allowed & out) | reach(user, "circular.edit", "path")
            allowed |= Q(pk__in=Circular.objects.received(user).values("pk"))
        return self.filter(allowed)

    def received(self, user):
        """Those in the user's inbox."""
        from notices.models.inbox import Notice

        mine = Notice.objects.filter(person=user.pk, circular__isnull=False)
        published = [Circular.State.PUBLISHED, Circular.State.RECALLED]
        return self.filter(pk__in=mine.values("circular"), state__in=published)


class Circular(models.Model):
    """A 通知 of a unit; whom it reached stands in the notices that point to it."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SCHEDULED = "scheduled", "待发布"
        PUBLISHED = "published", "已发布"
        RECALLED = "recalled", "已撤回"

    MOVES = {
        "schedule": ({State.DRAFT}, State.SCHEDULED),
        "unschedule": ({State.SCHEDULED}, State.DRAFT),
        "publish": ({State.SCHEDULED}, State.PUBLISHED),
        "call_back": ({State.PUBLISHED}, State.RECALLED),
    }

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发布单位")
    path = PathField("单位路径")
    title = models.CharField("标题", max_length=100)
    number = models.CharField("文号", max_length=40, blank=True)
    body = models.TextField("正文")
    places = models.JSONField("发给单位", default=list)
    roles = models.JSONField("发给人员", default=list)
    receipt = models.BooleanField("需要回执", default=True)
    pinned = models.BooleanField("置顶", default=False)
    publish_at = models.DateTimeField("发布时间", null=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    told = models.PositiveIntegerField("收到人数", default=0)
    # a 催办 of those who have not read it, held till the next window
    remind_at = models.DateTimeField("待催办", null=True, editable=False)
    remind_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, editable=False, verbose_name="催办人"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拟稿人")
    created_at = models.DateTimeField("拟稿时间", default=timezone.now)

    objects = CircularQuerySet.as_manager()
    scope_name, scope_path = "circular", "path"

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["path"], name="circular_path"),
            models.Index(
                fields=["publish_at"], condition=Q(state="scheduled"), name="circular_scheduled"
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False),
                name="circular_to_remind",
            ),
        ]

    def __str__(self):
        return self.title


class Attachment(models.Model):
    """A Word or PDF file that goes with a 通知."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="attachments")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "通知附件"
        ordering = ["id"]

    def __str__(self):
        return self.file.name


class Forward(models.Model):
    """A 通知 passed on to a class with a line, once."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="forwards")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="班级")
    line = models.CharField("附言", max_length=200, blank=True)
    told = models.PositiveIntegerField("收到人数", default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="转发人")
    created_at = models.DateTimeField("转发时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "转发"
        ordering = ["id"]
        constraints = [UniqueConstraint(fields=["circular", "unit"], name="forwarded_once")]

    def __str__(self):
        return f"{self.circular} {self.unit}"
