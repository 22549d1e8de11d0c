"""Safeguards as a kind of round."""

from django.urls import reverse

from accounts.paths import CLASS
from accounts.scope import covers
from rounds.kinds import Kind
from rounds.services import carry_over
from selfcheck.tools import queries
from selfcheck.tools.services import barriers, drafting


class SafeguardKind(Kind):
    """Each person shows by pictures that the tools of the catalogue protect them."""

    code = "safeguard"
    label = "反诈工具核查"
    verb = "办理"
    asks_items = True
    welcomes = True

    def form(self):
        from selfcheck.tools.forms import SafeguardForm

        return SafeguardForm

    def draft(self, *, actor, parameters, **shape):
        return drafting.draft(actor=actor, **parameters, **shape)

    def revise(self, round_, *, actor, parameters, **shape):
        return drafting.revise(round_, actor=actor, **parameters, **shape)

    def parameters(self, round_):
        details = round_.safeguard
        return {"sample_percent": details.sample_percent, "fresh_days": details.fresh_days}

    def items(self, school):
        return [(item.key, f"{item.tool} · {item}") for item in queries.items_at(school)]

    def usually(self, school):
        found = queries.items_at(school)
        return {item.key: _usually(item) for item in found if _usually(item) != "must"}

    def fits(self, round_):
        drafting.check_places(round_)

    def known(self, round_):
        return queries.held_already(round_)

    def sample(self, round_, person):
        said = [f"{line.label}：{line.tool.guide}" for line in queries.asked_of(round_)]
        return round_.title, [*filter(None, round_.body.splitlines()), *said]

    def marked(self, round_):
        return queries.marked(round_)

    def carry(self, round_, people=None):
        carry_over(round_, people)
        barriers.carry(round_, people)

    def start_url(self, round_):
        return reverse("tools:mine", args=[round_.pk])

    def receipt_url(self, completion):
        return reverse("tools:of_person", args=[completion.round_id, completion.person_id])

    def links(self, board, user):
        round_, found = board.round, []
        if board.unit.level == CLASS and covers(user, "drop.make", board.path):
            place = [round_.pk, board.unit.pk]
            found.append(("上传班级截图", reverse("drops:class", args=place)))
        if covers(user, "completion.judge", board.path):
            place = [round_.pk, board.unit.pk]
            found.append(("截图核验", reverse("review:queue", args=place)))
        if covers(user, "shot.view", board.path) and covers(user, "export.make", board.path):
            place = [round_.pk, board.unit.pk]
            found.append(("截图打包", reverse("review:pictures", args=place)))
        if covers(user, "completion.view", board.path):
            found.append(("到期预告", reverse("tools:expiring_of", args=[board.unit.pk])))
        if covers(user, "barrier.view", board.path):
            found.append(("办理困难", reverse("tools:barriers")))
        return found

    def answer_url(self, item):
        return f"{reverse('tools:mine', args=[item.round_id])}#item-{item.pk}"


def _usually(item) -> str:
    if item.tool.places:
        return "not"
    return "may" if item.voluntary else "must"
