"""责任书 by pair, the hands of unit heads, and the rounds of joint appeals."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.day_field import DayField
from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter, yes_no
from pledges.charters import services as charters
from pledges.charters.models import Charter
from pledges.heads.models import HeadSignature
from pledges.heads.services import verify_head
from pledges.joint.models import JointRound
from rounds.admin.shown import RoundFilter
from rounds.models import Completion


class KeepForm(StepForm):
    """Where the copies lie."""

    copies = forms.IntegerField(label="份数", min_value=1, max_value=20, initial=2)
    place = forms.CharField(label="存放处", max_length=60)
    keeper = forms.CharField(label="保管人", max_length=60)
    kept_on = DayField(label="归档日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keeper"].initial = self.actor.name
        self.fields["kept_on"].initial = timezone.localdate()

    def clean_kept_on(self):
        """Not a day to come."""
        day = self.cleaned_data["kept_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("归档日期不能晚于今天。")
        return day


def _keep(charter, *, actor, **where):
    return charters.keep([charter], actor=actor, **where)


KeptFilter = yes_no(
    "存放", "kept", ("已登记", Q(kept_on__isnull=False)), ("未登记", Q(kept_on=None))
)


@admin.register(Charter)
class CharterAdmin(ScopedAdmin):
    """Each pair with its state, its signers and where its copies lie."""

    list_display = ("pair", "round", "tier", "state_shown", "method", "state_at", "kept_on")
    list_display_links = ("pair",)
    list_filter = ("state", "tier", "method", KeptFilter, RoundFilter, UnderFilter)
    list_select_related = ("round", "upper", "unit", "person")
    search_fields = ("unit__name", "upper__name", "person__name", "=person__number")
    search_help_text = "按单位名称，或校外住宿学生的姓名、学号查找"
    ordering = ("-round_id", "unit_path", "id")
    readonly_fields = ("pair", "state_shown", "signers", "intact")
    fields = (
        "pair", "round", "tier", "upper_role", "lower_role", "state_shown", "state_at", "signers",
        "intact", "method", "signed_on", "recorded_by", "copies", "place", "keeper", "kept_on",
        "note",
    )  # fmt: skip
    empty = "没有符合条件的责任书。"
    steps = (
        Step(
            name="keep",
            label="登记存放",
            verb="keep",
            run=_keep,
            form=KeepForm,
            when=lambda charter: charter.state == Charter.State.SIGNED,
            says="登记纸质责任书的份数和存放处；再次登记即更新。",
            bulk=True,
        ),
        Step(
            name="void",
            label="作废代录",
            verb="keep",
            run=charters.void_paper,
            when=lambda charter: (
                charter.state == Charter.State.SIGNED and charter.method == Completion.Method.PAPER
            ),
            says="作废后不再计入已签订，恢复为待签；扫描件仍留存备查。",
            weighty=True,
        ),
    )

    @admin.display(description="责任书", ordering="unit_path")
    def pair(self, charter):
        """Both sides by name."""
        return str(charter)

    @admin.display(description="签署人")
    def signers(self, charter):
        """Who signed for which side, by hand or on paper."""
        hands = charter.signatures.filter(superseded_at=None).select_related("hand__person")
        said = [f"{one.get_side_display()}：{one.signed_by}" for one in hands]
        paper = (("上级", charter.upper_name), ("下级", charter.lower_name))
        said += [f"{side}：{name}（纸质）" for side, name in paper if name]
        return "，".join(said) or "—"

    @admin.display(description="核验")
    def intact(self, charter):
        """Whether text, hands and rows are as signed."""
        if not charter.signatures.filter(superseded_at=None).exists():
            return "—"
        fine = charters.verify(charter)
        return "一致，文本和笔迹未被改动" if fine else "不一致，记录可能被改动"

    def links(self, request, row):
        """To the document itself."""
        return [("查看责任书", reverse("charters:document", args=[row.pk]))]


@admin.register(HeadSignature)
class HeadSignatureAdmin(ScopedAdmin):
    """Who signed for which unit, until a successor did or the text changed; nothing is changed here."""

    list_display = ("unit", "signer", "role", "round", "signed_at", "standing")
    list_filter = (
        yes_no(
            "效力",
            "former",
            ("不再用于新签", Q(ended_at__isnull=False)),
            ("有效", Q(ended_at=None)),
        ),
        RoundFilter,
        UnderFilter,
    )
    list_select_related = ("unit", "round", "hand__person")
    search_fields = ("unit__name", "hand__person__name", "=hand__receipt")
    search_help_text = "按单位、签署人姓名或完整回执号查找"
    ordering = ("-id",)
    readonly_fields = ("signer", "signed_at", "receipt", "standing", "intact")
    fields = (
        "unit", "round", "signer", "role", "signed_at", "receipt", "standing", "ended_at",
        "intact",
    )  # fmt: skip
    empty = "没有符合条件的单位负责人签署。"

    @admin.display(description="签署人")
    def signer(self, head):
        """Who signed."""
        return head.signed_by

    @admin.display(description="签署时间", ordering="hand__signed_at")
    def signed_at(self, head):
        """When."""
        return head.hand.signed_at

    @admin.display(description="回执号")
    def receipt(self, head):
        """The number of the hand."""
        return head.hand.receipt

    @admin.display(description="效力")
    def standing(self, head):
        """Whether a successor has signed or the text has changed since."""
        return "不再用于新签" if head.ended_at else "有效"

    @admin.display(description="核验")
    def intact(self, head):
        """Whether text, hand and row are as signed."""
        return "一致，文本和笔迹未被改动" if verify_head(head) else "不一致，记录可能被改动"

    def called(self, row):
        """The unit with its signer."""
        return f"{row.unit}：{row.signed_by}"

    def links(self, request, row):
        """To the heads of the whole round."""
        return [("各单位会签情况", reverse("pledges:heads", args=[row.round_id]))]


@admin.register(JointRound)
class JointRoundAdmin(ScopedAdmin):
    """Joint appeals, whose names stand together by unit; who does not join is nowhere listed."""

    list_display = ("round", "together", "owner", "round_state", "due")
    list_display_links = ("round",)
    list_filter = ("together", "round__state", UnderFilter)
    list_select_related = ("round__owner",)
    search_fields = ("round__title",)
    search_help_text = "按任务名称查找"
    ordering = ("-round_id",)
    readonly_fields = ("owner", "round_state", "due", "joined")
    fields = ("round", "together", "owner", "round_state", "due", "joined")
    empty = "没有符合条件的联名倡议任务。"

    @admin.display(description="发布单位")
    def owner(self, joint):
        """Who issued it."""
        return joint.round.owner.name

    @admin.display(description="状态", ordering="round__state")
    def round_state(self, joint):
        """The state of the round."""
        return self.state_shown(joint.round)

    @admin.display(description="按时截止", ordering="round__due_at")
    def due(self, joint):
        """The last day on time."""
        return timezone.localtime(joint.round.due_at).date()

    @admin.display(description="已联名")
    def joined(self, joint):
        """How many joined."""
        done = Completion.objects.filter(round=joint.round_id, state=Completion.State.ACCEPTED)
        return f"{done.count():,} 人"

    def links(self, request, row):
        """To the board."""
        return [("看板", reverse("rounds:board", args=[row.round_id]))]
