"""What each soak stands on: a portal of its own that goes away with it, and one line of what was found."""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def asked(sample: str, *, by_lot: bool = True) -> argparse.Namespace:
    """What can be asked of a soak: to be short, and, where lots are drawn, another seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", action="store_true", help=sample)
    if by_lot:
        parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args()


@contextmanager
def portal() -> Iterator[Path]:
    """An empty portal with its files in a folder that is removed in the end; the folder."""
    with tempfile.TemporaryDirectory(prefix="soak-") as var:
        os.environ |= {"VAR_ROOT": var, "DJANGO_SETTINGS_MODULE": "campus_antifraud.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield Path(var)


def told(soak: str, start: float, ok: bool, **found) -> int:
    """What was found is printed as one line; what the command says to the shell."""
    seconds = round(time.monotonic() - start, 1)
    print(json.dumps({"soak": soak, **found, "seconds": seconds, "ok": ok}), flush=True)
    return 0 if ok else 1
