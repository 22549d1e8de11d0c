"""Safeguards: the catalogue of tools, the round that asks for some, the pictures that show them."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet
from rounds.models import Assignment, Evidence, Round


class Tool(models.Model):
    """One safeguard of a school's catalogue: an App, a regional code, whatever else it asks for."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="学校")
    unit_path = PathField("单位路径")
    code = models.SlugField("代码", max_length=14, help_text="办理记录以此沿用，启用后不再更改。")
    name = models.CharField("名称", max_length=40)
    guide = models.TextField("办理与截图说明", blank=True)
    places = models.JSONField(
        "适用校区", default=list, blank=True, help_text="规定使用的校区或学院（路径）；空即全校。"
    )
    coloured = models.BooleanField("以颜色示状态", default=False, help_text="如绿码、红码。")
    passes = models.PositiveSmallIntegerField(
        "红码转绿须连续通过次数", default=3, help_text="以颜色示状态的才适用。"
    )
    retired_at = models.DateTimeField("停用时间", null=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "tool", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "反诈工具"
        ordering = ["id"]
        constraints = [
            UniqueConstraint(fields=["unit", "code"], name="a_tool_once_in_a_school"),
        ]

    def __str__(self):
        return self.name


class ToolItem(models.Model):
    """One thing asked of a tool: installed, registered, switched on, a code in force.

    `reads` is what the rule packs call it: by that its pictures are read; '' for none.
    """

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="items")
    code = models.SlugField("代码", max_length=14)
    label = models.CharField("项目", max_length=40)
    voluntary = models.BooleanField(
        "选填", default=False, help_text="起草任务时先列为选填，可再调整。"
    )
    pictured = models.BooleanField("须交截图", default=True)
    reads = models.CharField("机器识别", max_length=20, blank=True)
    valid_days = models.PositiveSmallIntegerField("有效天数", null=True, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "工具项目"
        ordering = ["position", "id"]
        constraints = [
            UniqueConstraint(fields=["tool", "code"], name="an_item_once_of_a_tool"),
        ]

    def __str__(self):
        return self.label

    @property
    def key(self) -> str:
        """The code under which rounds ask it and people keep it: at most 30 letters."""
        return f"{self.tool.code}.{self.code}"


class Safeguard(models.Model):
    """What a safeguard round adds to a round."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="safeguard")
    sample_percent = models.PositiveSmallIntegerField(
        "机器通过的抽检比例（%）", default=5, help_text="机器判为通过的截图中，交人工复核的比例。"
    )
    fresh_days = models.PositiveSmallIntegerField(
        "截图须在任务开始前几天之内", default=30, help_text="更早的截图交人工核对。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "反诈工具任务"
        constraints = [
            CheckConstraint(condition=Q(sample_percent__lte=100), name="sample_is_a_share"),
        ]

    def __str__(self):
        return str(self.round)


class Drop(models.Model):
    """Files that somebody handed in at once for a class, until they are taken over or withdrawn."""

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        TAKEN = "taken", "已采用"
        UNDONE = "undone", "已撤销"

    MOVES = {
        "take_drop": ({State.OPEN}, State.TAKEN),
        "undo_drop": ({State.OPEN, State.TAKEN}, State.UNDONE),
    }

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="drops")
    unit_path = PathField("单位路径")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    made_at = models.DateTimeField("上传时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "drop", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "班级截图批次"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.assignment} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"open": "soon", "taken": "done"}.get(self.state, "grey")


class Shot(models.Model):
    """What is known of one picture beside its bytes: whose, read as what, in doubt or not.

    `evidence` has its owner: an answer once a person and an item are known, before that the class's
    assignment. `upload` is shared by pictures sent at one moment, as a page of switches carries no
    name of its own. Of what was read the facts stay when the picture goes.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "待识别"
        READ = "read", "已识别"
        UNREAD = "unread", "未识别"

    class By(models.TextChoices):
        OWN = "own", "本人上传"
        NUMBER = "number", "文件名学号"
        NAME = "name", "文件名姓名"
        PICTURE = "picture", "图中文字"
        HAND = "hand", "人工指定"

    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="shot")
    round = models.ForeignKey(Round, models.PROTECT, related_name="shots", db_index=False)
    unit_path = PathField("单位路径")
    person = models.ForeignKey(
        User, models.PROTECT, related_name="shots", null=True, verbose_name="人员"
    )
    drop = models.ForeignKey(Drop, models.PROTECT, related_name="shots", null=True)
    upload = models.UUIDField("同次上传")
    matched_by = models.CharField("对应依据", max_length=8, choices=By, blank=True)
    pixels = models.CharField("像素校验码", max_length=64)
    received = models.CharField("原件校验码", max_length=64)
    taken_at = models.DateTimeField("拍摄时间", null=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.QUEUED)
    read_at = models.DateTimeField("识别时间", null=True)
    page = models.CharField("页面", max_length=20, blank=True)
    facts = models.JSONField("识别结果", default=dict)
    rest = models.JSONField("识别明细", default=dict)
    doubts = models.JSONField("存疑", default=list)
    certain = models.BooleanField("机器判为通过", default=False)
    sampled = models.BooleanField("抽中复核", default=False)
    identity = models.CharField("识别标识", max_length=64, blank=True)
    added_at = models.DateTimeField("上传时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "shot", "unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "截图"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["round", "unit_path", "state"], name="shot_path"),
            models.Index(fields=["state", "id"], condition=Q(state="queued"), name="shot_queued"),
            models.Index(fields=["pixels"], name="shot_pixels"),
            models.Index(fields=["received"], name="shot_received"),
            models.Index(fields=["identity"], condition=~Q(identity=""), name="shot_identity"),
        ]

    def __str__(self):
        return f"{self.person or '未对应'} {self.evidence.file.name}"
