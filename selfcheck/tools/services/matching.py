"""A picture that no file name assigns finds its owner by what stands in it."""

from accounts.models import User
from rounds.figures import Census
from rounds.models import Answer, Item
from selfcheck import reading
from selfcheck.models import Shot
from selfcheck.reading import packs
from selfcheck.tools.services import placing, telling


def find_owner(shot: Shot) -> Shot:
    """The picture shows the item of the one person of the class whose it can only be.

    It stays with the class where it fits nobody, or more than one, or proves nothing asked.
    """
    part = shot.evidence.assignment
    if part is None or shot.drop is None or shot.person_id:
        return shot
    found = telling.reading_of(shot)
    pack = packs.by_page(found.page)
    if pack is None or not found.names:
        return shot
    people = Census(shot.round).people(part.unit_path)
    fitting = [one for one in people if not reading.consistent(found, on_record(one))]
    item = item_of(shot, pack, fitting[0]) if len(fitting) == 1 else None
    if item is None:
        return shot
    return placing.assign(shot, fitting[0], item, by=Shot.By.PICTURE, actor=shot.drop.made_by)


def on_record(person: User) -> reading.Person:
    """A person as a page is compared with; a namesake fits as well, and then nobody is chosen."""
    return reading.Person(name=person.name, phone_tail=person.phone[-4:])


def item_of(shot: Shot, pack: packs.Pack, person: User) -> Item | None:
    """The first of the items the page proves that the person has not answered; else the first."""
    proves = [one.item for one in pack.settles]
    asked = [
        item for item in shot.round.items.all() if telling.reads(item, person.unit_path) in proves
    ]
    given = set(
        Answer.objects.filter(round=shot.round_id, person=person)
        .exclude(state=Answer.State.SENT_BACK)
        .values_list("item", flat=True)
    )
    return next((item for item in asked if item.pk not in given), asked[0] if asked else None)
