"""The 断卡 return as a kind of round."""

from django.urls import reverse

from accounts.moves import Refused
from accounts.paths import CLASS, COLLEGE, under
from rounds.kinds import Kind
from selfcheck.cards import queries, services, signing
from selfcheck.cards.catalogue import CATALOGUE
from selfcheck.cards.sums import Sheet
from selfcheck.models import Study


class CardCheckKind(Kind):
    """Each person declares what became of their cards and accounts; the unit signs and reports a sheet."""

    code = "cardcheck"
    label = "“断卡”自查"
    verb = "申报"

    def form(self):
        from selfcheck.cards.forms import CardCheckForm

        return CardCheckForm

    def draft(self, *, actor, parameters, **shape):
        return services.draft(actor=actor, **parameters, **shape)

    def parameters(self, round_):
        details = round_.cardcheck
        own = [code for code in details.kinds if code not in CATALOGUE]
        return {
            "kinds": [code for code in details.kinds if code in CATALOGUE],
            "own": "、".join(own),
            "disclose_until": details.disclose_until,
            "worth": details.worth,
            "leads_to": details.leads_to,
            "studied": details.studied,
        }

    def revise(self, round_, *, actor, parameters, **shape):
        return services.revise(round_, actor=actor, **parameters, **shape)

    def sample(self, round_, person):
        details = round_.cardcheck
        said = [
            f"申报本人名下的{'、'.join(details.words)}是否出租、出借、出售、转让，或购买他人的卡和账户。",
            f"谁会看到：{queries.READERS}",
            f"可能的后续：{details.leads_to}",
            f"主动申报：{details.worth}",
        ]
        if details.disclose_until:
            said.append(f"主动申报截止：{details.disclose_until:%Y-%m-%d}（含当日）。")
        return round_.title, said

    def joined(self, old, kept, *, actor):
        services.exchange(old, kept, actor=actor)

    def lacks(self, assignment):
        part = assignment
        if part.round.cardcheck.studied:
            held = Study.objects.filter(under(part.unit_path, "assignment__unit_path"))
            if not held.filter(assignment__round=part.round_id, voided_at=None).exists():
                return "还没有登记组织学习（部门会议、主题班会）"
        unchecked = queries.unchecked(part.round, part.unit_path)
        return f"还有 {unchecked} 份申报未核对" if unchecked else ""

    def submitting(self, assignment):
        reports = assignment.unit.level == COLLEGE
        lack = signing.lacking(Sheet(assignment.round, assignment.unit)) if reports else ""
        if lack:
            raise Refused(f"{lack}，请在“统计表（附件2）”页办理后再交件。")

    def returned(self, assignment):
        services.undo_signatures(assignment)

    def links(self, board, user):
        place, found = [board.round.pk, board.unit.pk], []
        if board.unit.level >= COLLEGE and queries.answers_for(user, board.path):
            found.append(("申报核对与代录", reverse("cards:class", args=place)))
        if board.unit.level <= CLASS and signing.sees_sheet(user, board.round, board.unit):
            found.append(("统计表（附件2）", reverse("cards:sheet", args=place)))
        return found

    def start_url(self, round_):
        return reverse("cards:declare", args=[round_.pk])

    def receipt_url(self, completion):
        return reverse("cards:receipt", args=[completion.round_id, completion.person_id])
