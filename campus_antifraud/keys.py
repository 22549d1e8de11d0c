"""The portal's secrets: from the environment, or made once and kept beside the embedded database.

Four keys with one purpose each: cookies (`SECRET_KEY`), sealed columns (`FIELD_KEYS`), blind
indexes (`INDEX_KEY`), audit digests (`AUDIT_KEY`). None is derived from another, so that changing
one never touches what the others protect.
"""

import base64
import json
import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "AUDIT_KEY")


def _fresh() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": f"k1:{key()}",
        "INDEX_KEY": key(),
        "AUDIT_KEY": key(),
    }


def load(env, var: Path) -> tuple[dict[str, str], bool]:
    """Each key by name, and whether any had to come from the file on this machine.

    The file `keys.json` is made on first need, readable by its owner only. Two processes that
    start together agree: the file appears whole, and the first one to link it wins.
    """
    given = {name: key for name in NAMES if (key := env(name, default="").strip())}
    if len(given) == len(NAMES):
        return given, False
    path = var / "keys.json"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        draft = var / f"keys.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(_fresh(), file)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return json.loads(path.read_text()) | given, True
