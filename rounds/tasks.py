"""What the worker does for rounds: one service called."""

from celery import shared_task

from rounds import services


@shared_task(name="rounds.end_excuses")
def end_excuses():
    """Close the excuses whose last day is over."""
    services.end_excuses()
