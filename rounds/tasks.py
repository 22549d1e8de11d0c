"""What the worker does for rounds: one service called."""

from celery import shared_task

from rounds import services


@shared_task(name="rounds.end_excuses")
def end_excuses():
    """Close the excuses whose last day is over."""
    services.end_excuses()


@shared_task(name="rounds.recount_changed")
def recount_changed():
    """Bring the province's tallies up to date."""
    services.recount_changed()


@shared_task(name="rounds.recount_all")
def recount_all():
    """Count the province's tallies from nothing."""
    services.recount_all()
