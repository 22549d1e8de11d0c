"""Sealed columns: AES-256-GCM with the key's id in front, and blind indexes to find them by.

The additional data is `table.column` and the row's own uuid, so a value copied to another row or
column does not open. A blind index is a keyed digest of the normalised value: equal values are
found, nothing else is learned.
"""

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

BLOCK = 64  # of SHA-256


class Unreadable(Exception):
    """The key is missing, or the value was altered or moved from its row."""


@lru_cache(maxsize=4)
def _ring(spec: str) -> dict[str, AESGCM]:
    pairs = (item.split(":", 1) for item in spec.split(",") if item)
    return {name: AESGCM(base64.b64decode(key)) for name, key in pairs}


@lru_cache(maxsize=4)
def _index_key(spec: str) -> tuple:
    """The inner and outer digest of HMAC-SHA256 with the key taken in: a value costs half."""
    key = base64.b64decode(spec)
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(c ^ pad for c in key)) for pad in (0x36, 0x5C))
    return inner, outer


def seal(value: str, column: str, row: uuid.UUID) -> str:
    """The value readable only with the active key, in this column of this row; '' stays ''."""
    if not value:
        return ""
    ring = _ring(settings.FIELD_KEYS)
    name, cipher = next(iter(ring.items()))
    nonce = secrets.token_bytes(12)
    box = cipher.encrypt(nonce, value.encode(), column.encode() + row.bytes)
    return f"{name}:{base64.b64encode(nonce + box).decode()}"


def random_pieces(size: int) -> Iterator[bytes]:
    """Random bytes in pieces, without a system call for each."""
    while True:
        many = secrets.token_bytes(size * 500)
        for start in range(0, len(many), size):
            yield many[start : start + size]


def sealer(column: str) -> Callable[[str, bytes], str]:
    """A function that seals many values of one column as `seal` does, given the rows' uuid bytes."""
    name, cipher = next(iter(_ring(settings.FIELD_KEYS).items()))
    encrypt, encode, prefix, said = cipher.encrypt, base64.b64encode, f"{name}:", column.encode()
    nonces = random_pieces(12)

    def seal_one(value: str, row: bytes) -> str:
        nonce = next(nonces)
        box = encrypt(nonce, value.encode(), said + row)
        return prefix + encode(nonce + box).decode()

    return seal_one


def unseal(box: str, column: str, row: uuid.UUID) -> str:
    """The value that was sealed in this column of this row.

    Raises Unreadable when no key opens it: a wrong key must never look like an empty value.
    """
    if not box:
        return ""
    name, _, body = box.partition(":")
    cipher = _ring(settings.FIELD_KEYS).get(name)
    if cipher is None:
        raise Unreadable(f"no key {name!r} in FIELD_KEYS")
    raw = base64.b64decode(body)
    try:
        return cipher.decrypt(raw[:12], raw[12:], column.encode() + row.bytes).decode()
    except InvalidTag as error:
        raise Unreadable(f"{column} of {row} was altered or sealed elsewhere") from error


def index(value: str) -> str:
    """32 hexadecimal digits that equal values share; '' for ''."""
    return indexer()(value)


def indexer() -> Callable[[str], str]:
    """A function that does as `index` does, for many values."""
    inner, outer = _index_key(settings.INDEX_KEY)
    begin, end = inner.copy, outer.copy

    def index_one(value: str) -> str:
        if not value:
            return ""
        first, last = begin(), end()
        first.update(value.encode())
        last.update(first.digest())
        return last.hexdigest()[:32]

    return index_one


class Sealed:
    """A model attribute kept in `NAME_sealed`, and found through `NAME_index`.

    Reading opens it, assigning seals it and renews the index; without `found` there is none.
    """

    def __init__(self, *, found: bool = True):
        self.found = found

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, row, owner=None):
        if row is None:
            return self
        box = getattr(row, f"{self.name}_sealed")
        return unseal(box, f"{row._meta.db_table}.{self.name}", row.uuid)

    def __set__(self, row, value):
        box = seal(value, f"{row._meta.db_table}.{self.name}", row.uuid)
        setattr(row, f"{self.name}_sealed", box)
        if self.found:
            setattr(row, f"{self.name}_index", index(value))
