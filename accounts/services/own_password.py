"""A person's own password is chosen: kept as a hash, with those before it while the rule asks."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import PastPassword, User
from accounts.passwords import level
from accounts.scope import roles_of


def choose(person: User, password: str) -> None:
    """The person has this password from now; to be called within a transaction."""
    rule = level()
    if person.has_usable_password():
        PastPassword.objects.create(user=person, password=person.password)
        kept = person.past_passwords.values("pk")[: rule.history]
        person.past_passwords.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    person.set_password(password)
    person.password_at = timezone.now()
    person.save(update_fields=["password", "password_at"])


def days_good(person: User) -> int:
    """For how many days a password of this person is good; 0 for as long as they like."""
    rule = level()
    return rule.days if roles_of(person) else rule.days_others


def overdue(person: User) -> bool:
    """Whether the person must choose a new password; demo accounts never."""
    days, since = days_good(person), person.password_at or person.activated_at
    if not days or person.demo or since is None:
        return False
    return timezone.now() - since > timedelta(days=days)
