"""The charter as a kind of round."""

from django.urls import reverse

from accounts.moves import Refused
from pledges.charters import queries, services
from pledges.services.rooting import fix_root
from rounds.kinds import Kind


class CharterKind(Kind):
    """Each pair of units, upper and lower, signs one text by two named people."""

    code = "charter"
    label = "责任书（逐级签订）"
    verb = "签署"
    expects = "pairs"

    def form(self):
        from pledges.charters.forms import CharterForm

        return CharterForm

    def draft(self, *, actor, parameters, **shape):
        return services.draft(actor=actor, **parameters, **shape)

    def parameters(self, round_):
        return queries.parameters(round_)

    def revise(self, round_, *, actor, parameters, **shape):
        return services.revise(round_, actor=actor, **parameters, **shape)

    def sample(self, round_, person):
        first = queries.tiers(round_)[0]
        page = services.sample_page(first.text, round_.charter.year)
        return page.heading, page.paragraphs

    def preview(self, round_):
        return queries.to_come(round_)

    def check(self, round_):
        if not services.expected(round_):
            raise Refused("所选范围内没有需要签订责任书的单位，请检查面向单位和层级后再发布。")

    def assign(self, round_):
        return services.sync(round_)

    def closed(self, round_, *, actor):
        fix_root(round_, actor=actor)

    def waits(self, round_, path):
        return queries.waits(round_, path)

    def start_url(self, round_):
        return reverse("charters:mine")

    def board_url(self, round_):
        return reverse("charters:cascade", args=[round_.pk])
