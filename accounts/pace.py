"""How often one person may ask for something that answers fast and shows people."""

import logging
from time import time

from django.core.cache import cache

MINUTE = 60
log = logging.getLogger(__name__)


def within(what: str, who: int, times: int) -> bool:
    """Whether this is one of so many times in the present minute; counted by this call."""
    key = f"pace:{what}:{who}:{int(time()) // MINUTE}"
    try:
        cache.add(key, 0, 2 * MINUTE)
        return cache.incr(key) <= times
    except Exception as unreachable:  # each cache has errors of its own
        log.warning("the pace of %s is not counted", what, exc_info=unreachable)
        return True  # a counter that is down closes no page
