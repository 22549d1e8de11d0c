"""One digest over many: a Merkle root, so that a line on paper proves every signature of a round."""

from collections.abc import Iterable
from hashlib import sha256


def leaf(receipt: str, seal: str) -> bytes:
    """What one signature contributes: its receipt number and its own keyed digest."""
    return sha256(f"{receipt}:{seal}".encode()).digest()


def root(leaves: Iterable[bytes]) -> str:
    """The root in hexadecimal: neighbours are joined and digested until one is left.

    An odd one out goes up as it is; of nothing the root is ''.
    """
    row = list(leaves)
    while len(row) > 1:
        pairs = [sha256(b"".join(row[i : i + 2])).digest() for i in range(0, len(row) - 1, 2)]
        row = pairs + row[len(row) - len(row) % 2 :]
    return row[0].hex() if row else ""
