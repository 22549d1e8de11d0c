"""Lines of a round answered each on its own, and what is known of people beyond it."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from accounts.models import User
from accounts.paths import PathField
from rounds.models.facts import Completion, FactQuerySet
from rounds.models.rounds import Round


class Item(models.Model):
    """One line of a round. A part is done when its obligatory ones are."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="items")
    code = models.CharField("代码", max_length=30, help_text="同一事项在各任务中相同，用于沿用。")
    label = models.CharField("项目", max_length=60)
    obligatory = models.BooleanField("必填", default=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "项目"
        ordering = ["position", "id"]
        constraints = [
            UniqueConstraint(fields=["round", "code"], name="an_item_once_in_a_round"),
        ]

    def __str__(self):
        return self.label


class Answer(models.Model):
    """One person's answer to one item: pending, accepted or sent back, and how long it holds.

    Excused, the item is not asked of them until its last day.
    """

    class State(models.TextChoices):
        PENDING = "pending", "待核"
        ACCEPTED = "accepted", "已完成"
        SENT_BACK = "sent_back", "已退回"
        EXCUSED = "excused", "已豁免"

    MOVES = {
        "accept": ({State.PENDING, State.SENT_BACK}, State.ACCEPTED),
        "send_back": ({State.PENDING, State.ACCEPTED}, State.SENT_BACK),
        "redo": ({State.PENDING, State.ACCEPTED, State.SENT_BACK}, State.PENDING),
        "ask_again": ({State.EXCUSED}, State.SENT_BACK),
        "reopen": ({State.ACCEPTED, State.SENT_BACK}, State.PENDING),
    }

    round = models.ForeignKey(Round, models.PROTECT, related_name="answers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers")
    completion = models.ForeignKey(Completion, models.PROTECT, related_name="answers")
    person = models.ForeignKey(User, models.PROTECT, related_name="answers")
    unit_path = PathField("单位路径")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PENDING)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    done_at = models.DateTimeField("办理时间", default=timezone.now)
    valid_until = models.DateField("有效期至", null=True)
    carried = models.BooleanField("沿用已有", default=False)

    objects = FactQuerySet.as_manager()
    scope_name, scope_path, scope_person = "completion", "unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "项目办理"
        constraints = [
            UniqueConstraint(fields=["round", "item", "person"], name="one_answer_each"),
        ]
        indexes = [
            models.Index(fields=["round", "unit_path", "item", "state"], name="answer_path"),
        ]

    def __str__(self):
        return f"{self.person} {self.item}"


class Standing(models.Model):
    """What is known of a person whatever the round: until when a thing they once showed holds."""

    person = models.ForeignKey(User, models.PROTECT, related_name="standings")
    code = models.CharField("事项", max_length=30)
    since = models.DateField("自")
    valid_until = models.DateField("有效期至", null=True)
    source = models.ForeignKey(Answer, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "已有"
        constraints = [
            UniqueConstraint(fields=["person", "code"], name="one_standing_each"),
        ]

    def __str__(self):
        return f"{self.person} {self.code}"
