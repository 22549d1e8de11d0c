"""A picture that no file name assigns finds its owner by what stands in it."""

from accounts.models import User
from rounds.figures import Census
from rounds.models import Answer, Item
from selfcheck import reading
from selfcheck.models import Shot
from selfcheck.reading import packs
from selfcheck.tools.services import placing, telling

PICTURE = Shot.By.PICTURE
ANOTHER = {"other_name", "other_phone"}


def find_owner(shot: Shot) -> Shot:
    """The picture shows the item of the one person of the class whose it can only be.

    Of whom the file's name tells, the page says which item alone, unless it is another's. It stays
    with the class where it fits nobody, or more than one, or proves nothing asked.
    """
    part = shot.evidence.assignment
    if part is None or shot.drop is None:
        return shot
    found = telling.reading_of(shot)
    pack = packs.by_page(found.page)
    if pack is None:
        return shot
    person, by = (shot.person, shot.matched_by) if shot.person else (alone(shot, found), PICTURE)
    if person is None or set(reading.consistent(found, on_record(person))) & ANOTHER:
        return shot
    item = item_of(shot, pack, person)
    if item is None:
        return shot
    return placing.assign(shot, person, item, by=by, actor=shot.drop.made_by)


def alone(shot: Shot, found: reading.Reading) -> User | None:
    """The one person of the class whose page it can be; None for nobody, and for several."""
    part = shot.evidence.assignment
    if part is None or not found.names:
        return None
    people = Census(shot.round).people(part.unit_path)
    fitting = [one for one in people if not reading.consistent(found, on_record(one))]
    return fitting[0] if len(fitting) == 1 else None


def on_record(person: User) -> reading.Person:
    """A person as a page is compared with; a namesake fits as well, and then nobody is chosen."""
    return reading.Person(name=person.name, phone_tail=person.phone[-4:])


def item_of(shot: Shot, pack: packs.Pack, person: User) -> Item | None:
    """The first of the items the page proves that the person has not answered; else the first."""
    proves = [one.item for one in pack.settles]
    asked = [item for item in shot.round.items.all() if telling.reads(item) in proves]
    given = set(
        Answer.objects.filter(round=shot.round_id, person=person)
        .exclude(state=Answer.State.SENT_BACK)
        .values_list("item", flat=True)
    )
    return next((item for item in asked if item.pk not in given), asked[0] if asked else None)
