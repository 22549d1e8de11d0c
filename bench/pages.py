"""Pages visited as their reader would, upon two databases that take turns."""

import json
import time
from collections.abc import Callable

from bench import measure

TURNS = 3  # so that a busy minute hits both


def one_visit(client, address: str) -> tuple[float, float, int]:
    """Milliseconds of the whole page, of its SQL, and how many statements."""
    from django.db import connection

    spent: list[float] = []

    def clock(execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((time.perf_counter() - start) * 1000)

    start = time.perf_counter()
    with connection.execute_wrapper(clock):
        response = client.get(address)
    whole = (time.perf_counter() - start) * 1000
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}")
    return whole, sum(spent), len(spent)


def best_visit(client, address: str) -> tuple[float, float, int]:
    """The best of five visits, after one by which templates are compiled."""
    one_visit(client, address)
    visits = [one_visit(client, address) for _ in range(measure.BEST_OF)]
    return min(v[0] for v in visits), min(v[1] for v in visits), visits[0][2]


def visit_all(addresses: Callable[[], dict[str, str]], **office) -> None:
    """Print the best visit to each page, as this office sees it."""
    import django

    django.setup()
    from django.test import Client

    from accounts.models import User
    from accounts.services import logins, second

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(number="office", **office))
    session = client.session
    session[second.SHOWN] = True  # an office comes in by both steps, and was informed
    session.pop(logins.INFORM, None)
    session.save()
    found = {name: best_visit(client, address) for name, address in addresses().items()}
    print(json.dumps(found))


def in_turns(env: dict[str, str], bench: str, databases) -> dict[str, dict[str, list]]:
    """The best figures of each page of a benchmark upon each of the databases."""
    best: dict[str, dict[str, list]] = {name: {} for name in databases}
    for _ in range(TURNS):
        for name, kept in best.items():
            found = json.loads(measure.python(env, name, "-m", bench, "--visit"))
            for page, figures in found.items():
                pairs = zip(figures, kept.get(page, figures), strict=True)
                kept[page] = [min(pair) for pair in pairs]
    return best
