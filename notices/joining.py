"""The messages of a record that turned out to be somebody else's."""

from django.db.models import Exists, OuterRef

from accounts import joins
from accounts.models import User
from notices.models import Notice


def carry(old: User, kept: User, actor: User) -> None:
    """The kept record has them, but for what it was told itself."""
    same = Notice.objects.filter(person=kept, key=OuterRef("key"), day=OuterRef("day"))
    mine = Notice.objects.filter(person=old).exclude(Exists(same))
    Notice.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).update(person=kept)


joins.register(joins.Join("消息", lambda old: old.notices.count(), carry))
