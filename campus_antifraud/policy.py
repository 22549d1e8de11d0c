"""Every address has one entry here; an address without one refuses.

The entry says who may knock. Which rows they may then touch is decided by `get_permitted` alone.
"""

from collections.abc import Callable

from accounts.scope import holds

PUBLIC = "public"
LOGIN = "login"
Entry = str | Callable


def allowed(*verbs: str) -> Callable:
    """An entry for those who hold one of these actions anywhere."""

    def asks(user) -> bool:
        return any(holds(user, verb) for verb in verbs)

    asks.verb = "、".join(verbs)
    return asks


JUDGE = ("assignment.approve", "round.own")  # a round's owner judges at the top rung
POLICY: dict[str, Entry] = {
    "oversight:home": LOGIN,
    "roster:list": allowed("roster.view"),
    "roster:upload": allowed("roster.make"),
    "roster:batch": allowed("roster.view"),
    "roster:rejected": allowed("roster.view"),
    "roster:confirm": allowed("roster.apply"),
    "roster:discard": allowed("roster.apply"),
    "roster:absent": allowed("person.settle"),
    "roster:settle": allowed("person.settle"),
    "rounds:list": allowed("round.view"),
    "rounds:new": allowed("round.draft"),
    "rounds:draft": allowed("round.edit"),
    "rounds:edit": allowed("round.edit"),
    "rounds:issue": allowed("round.issue"),
    "rounds:withdraw": allowed("round.issue"),
    "rounds:close": allowed("round.close"),
    "rounds:board": allowed("round.view"),
    "rounds:export": allowed("person.view", "round.own"),
    "rounds:reminder": allowed("person.ticks", "round.own"),
    "rounds:excuse_person": allowed("excuse.grant"),
    "rounds:void_excuse": allowed("excuse.void"),
    "rounds:corrections": allowed("correction.decide"),
    "rounds:decide": allowed("correction.decide"),
    "rounds:assignments": allowed("assignment.view", "round.own"),
    "rounds:assignment": allowed("assignment.view", "round.own"),
    "rounds:approve_many": allowed(*JUDGE),
    "rounds:opened": allowed(*JUDGE),
    "rounds:approve": allowed(*JUDGE),
    "rounds:send_back": allowed(*JUDGE),
    "rounds:undo": allowed(*JUDGE),
    "rounds:excuse": allowed("assignment.excuse", "round.own"),
    "rounds:submit": allowed("assignment.submit"),
    "rounds:withdraw_part": allowed("assignment.withdraw"),
    "rounds:attach": allowed("assignment.attach"),
    "rounds:detach": allowed("evidence.add"),
    "pledges:sign": LOGIN,
    "pledges:correct": LOGIN,
    "pledges:receipt": LOGIN,
    "pledges:pledge": LOGIN,
    "pledges:drawing": LOGIN,
    "pledges:texts": allowed("text.view"),
    "pledges:starter": allowed("text.edit"),
    "pledges:text": allowed("text.view"),
    "pledges:new_text": allowed("text.edit"),
    "pledges:new_version": allowed("text.edit"),
    "accounts:login": PUBLIC,
    "accounts:logout": LOGIN,
    "accounts:activate": PUBLIC,
    "accounts:cas": PUBLIC,
    "accounts:me": LOGIN,
    "accounts:password": LOGIN,
    "accounts:promise": LOGIN,
    "accounts:people": allowed("person.view"),
    "accounts:person": allowed("person.view"),
    "accounts:unmask": allowed("person.unmask"),
    "accounts:reissue": allowed("person.activate"),
    "accounts:slips": allowed("person.activate"),
    "accounts:slip_unit": allowed("person.activate"),
    "accounts:print_slips": allowed("person.activate"),
    "accounts:file": LOGIN,
    "accounts:job": LOGIN,
}
DESK = allowed("desk.enter")


def entry_for(view_name: str | None) -> Entry | None:
    """The entry of an address by its name; None for one that has none."""
    if view_name and view_name.startswith("admin:"):
        return DESK
    return POLICY.get(view_name or "")
