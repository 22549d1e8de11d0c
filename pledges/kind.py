"""The pledge as a kind of round."""

from django.urls import reverse

from accounts.paths import CLASS
from accounts.scope import covers
from pledges import queries, services
from rounds.kinds import Kind
from rounds.queries import sees_figures, sees_parts


class PledgeKind(Kind):
    """Each person reads the exact text and signs it by hand."""

    code = "pledge"
    label = "承诺书签署"
    verb = "签署"
    takes_outside = True
    welcomes = True

    def form(self):
        from pledges.forms import PledgeForm

        return PledgeForm

    def draft(self, *, actor, parameters, **shape):
        return services.draft(actor=actor, **parameters, **shape)

    def parameters(self, round_):
        details = round_.pledge
        return {"text": details.text, "year": details.year, "head_role": details.head_role}

    def revise(self, round_, *, actor, parameters, **shape):
        return services.revise(round_, actor=actor, **parameters, **shape)

    def sample(self, round_, person):
        blanks = services.SAMPLE | {"year": round_.pledge.year}
        page = services.page_with(round_.pledge.text, blanks)
        return page.heading, page.paragraphs

    def joined(self, old, kept, *, actor):
        services.rebind(old, kept, actor=actor)

    def closed(self, round_, *, actor):
        services.fix_root(round_, actor=actor)

    def marked(self, round_):
        return [("objected", "不同意签署", "objection.view", queries.objected(round_))]

    def links(self, board, user):
        round_, found = board.round, []
        if round_.state == round_.State.CLOSED and sees_figures(user, round_, round_.unit.path):
            found.append(("签署证明", reverse("pledges:proof", args=[round_.pk])))
        if covers(user, "archive.make", board.path):
            place = [round_.pk, board.unit.pk]
            found.append(("归档下载", reverse("pledges:archives", args=place)))
            found.append(("年度归档", reverse("pledges:year_archives", args=place[1:])))
        if round_.state == round_.State.OPEN and covers(user, "round.issue", round_.owner.path):
            found.append(("更换承诺书文本", reverse("pledges:change", args=[round_.pk])))
        open_ = round_.accepts and board.unit.level == CLASS
        if open_ and covers(user, "signature.record", board.path):
            place = [round_.pk, board.unit.pk]
            found.append(("纸质签署", reverse("pledges:paper", args=place)))
            found.append(("现场传签", reverse("pledges:pass_start", args=place)))
        if round_.pledge.head_role and sees_parts(user, round_, board.path):
            found.append(("单位负责人签署", reverse("pledges:heads", args=[round_.pk])))
        return found

    def start_url(self, round_):
        return reverse("pledges:sign", args=[round_.pk])

    def receipt_url(self, completion):
        return reverse("pledges:receipt", args=[completion.round_id, completion.person_id])
