"""The joint appeal as a kind of round: a pledge whose names stand together."""

from django.urls import reverse

from accounts.paths import level_of
from pledges.joint import services
from pledges.kind import PledgeKind
from rounds.queries import sees_ticks


class JointKind(PledgeKind):
    """Each member of a unit joins by hand; a poster shows who did."""

    code = "joint"
    label = "联名倡议书"
    verb = "联名"
    takes_outside = False  # a name on a poster is given by oneself

    def form(self):
        from pledges.joint.forms import JointForm

        return JointForm

    def draft(self, *, actor, parameters, **shape):
        return services.draft(actor=actor, **parameters, **shape)

    def parameters(self, round_):
        return super().parameters(round_) | {"together": round_.joint.together}

    def revise(self, round_, *, actor, parameters, **shape):
        return services.revise(round_, actor=actor, **parameters, **shape)

    def links(self, board, user):
        found = super().links(board, user)
        stands = level_of(board.path) == board.round.joint.together
        if stands and sees_ticks(user, board.round, board.path):
            place = [board.round.pk, board.unit.pk]
            found.append(("联名海报", reverse("joint:poster", args=place)))
        return found

    def start_url(self, round_):
        return reverse("joint:sign", args=[round_.pk])

    def receipt_url(self, completion):
        return reverse("joint:joined", args=[completion.round_id, completion.person_id])
