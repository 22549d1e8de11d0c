"""The pledge as a kind of round."""

from django.urls import reverse

from pledges import services
from rounds.kinds import Kind


class PledgeKind(Kind):
    """Each person reads the exact text and signs it by hand."""

    code = "pledge"
    label = "承诺书签署"
    verb = "签署"

    def form(self):
        from pledges.forms import PledgeForm

        return PledgeForm

    def draft(self, *, actor, parameters, **shape):
        return services.draft(actor=actor, **parameters, **shape)

    def parameters(self, round_):
        return {"text": round_.pledge.text, "year": round_.pledge.year}

    def revise(self, round_, *, actor, parameters, **shape):
        return services.revise(round_, actor=actor, **parameters, **shape)

    def sample(self, round_, person):
        blanks = services.SAMPLE | {"year": round_.pledge.year}
        page = services.page_with(round_.pledge.text, blanks)
        return page.heading, page.paragraphs

    def start_url(self, round_):
        return reverse("pledges:sign", args=[round_.pk])

    def receipt_url(self, completion):
        return reverse("pledges:receipt", args=[completion.round_id, completion.person_id])
