"""Which rounds an archive holds, which archives were asked for."""

from django.db.models import Q, QuerySet

from accounts.models import Job, Unit
from accounts.paths import ancestors, under
from pledges.models import Archive
from pledges.queries import rooted
from rounds.models import Round


def rounds_at(user, unit: Unit) -> QuerySet[Round]:
    """The rounds with signatures that ask anything at or below a unit and that the user may see."""
    here = under(unit.path, "unit__path") | Q(unit__path__in=ancestors(unit.path))
    found = rooted(Round.objects.permitted(user)).filter(here)
    return found.exclude(state=Round.State.DRAFT).order_by("pk")


def of_year(year: str) -> Q:
    """Those whose text is for this year."""
    return Q(pledge__year=year) | Q(charter__year=year)


def rounds_of(archive: Archive) -> list[Round]:
    """The rounds an archive is made of."""
    found = rounds_at(archive.requested_by, archive.unit)
    if archive.round_id:
        return list(found.filter(pk=archive.round_id))
    return list(found.filter(of_year(archive.year)))


def years_at(user, unit: Unit) -> list[str]:
    """The years for which anything was asked at a unit, the latest first."""
    said = rounds_at(user, unit).order_by().values_list("pledge__year", "charter__year")
    return sorted({year for pair in said for year in pair if year}, reverse=True)


def archives_of(user, unit: Unit, **of) -> list[Archive]:
    """The archives of a unit asked for lately, each with its latest `job`."""
    from pledges.archives.services import key_of

    found = Archive.objects.permitted(user).filter(unit=unit, **of)
    rows: list = list(found.select_related("requested_by", "file", "round")[:20])
    latest = Job.objects.filter(key__in=[key_of(row) for row in rows]).order_by("pk")
    jobs = {job.key: job for job in latest}
    for row in rows:
        row.job, row.mine = jobs.get(key_of(row)), row.requested_by_id == user.pk
    return rows
