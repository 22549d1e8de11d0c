"""The proofs of accounts: the audit rows and their chain, the stored files."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import time
from typing import Any

from django.conf import settings
from django.db.models import Count

from accounts.audit import digest
from accounts.models import AuditEntry, AuditLink, StoredFile
from accounts.services import sealing
from accounts.verify import Proof, part

CHUNK = 2000
BEING_WRITTEN = 3600  # seconds within which a file's row may not be committed yet


@part("audit")
def audit() -> Proof:
    """Each row fits its digest, each link its row and the link before it, the anchor the chain."""
    proof = Proof()
    if AuditLink.objects.exists() and not settings.AUDIT_ANCHOR.exists():
        proof.find("anchor", settings.AUDIT_ANCHOR.name, "锚点文件不存在。")
    proof.facts["newly_sealed"] = sealing.seal()
    heads = dict(_anchored(proof))
    proof.facts["anchors"] = len(heads)
    proof.facts["sealed"] = _walk(proof, heads)
    _tail(proof)
    _repeated(proof)
    proof.sentence = (
        f"已核对操作记录 {proof.checked} 条，封存 {proof.facts['sealed']} 环，"
        f"外部锚点 {proof.facts['anchors']} 个，尚未封存 {len(_ids(proof))} 条。"
    )
    return proof


def _ids(proof: Proof) -> list[int]:
    return proof.facts["unsealed"]  # type: ignore[return-value]


def _anchored(proof: Proof) -> Iterator[tuple[int, str]]:
    """The heads written down outside, by number."""
    path: Path = settings.AUDIT_ANCHOR
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for row, line in enumerate(file, start=1):
            try:
                said = json.loads(line)
                yield int(said["number"]), str(said["digest"])
            except (ValueError, KeyError, TypeError):
                proof.find("anchor", row, f"锚点文件第 {row} 行不可读。")


def _walk(proof: Proof, heads: dict[int, str]) -> int:
    """Every link in order with its row; how many. What no link answers for is found missing."""
    before, expected, seen = sealing.GENESIS, 1, 0
    links = AuditLink.objects.order_by("number").iterator(CHUNK)
    while chunk := list(islice(links, CHUNK)):
        entries = AuditEntry.objects.in_bulk([link.entry_id for link in chunk])
        for link in chunk:
            if link.number != expected:
                proof.find("chain", expected, f"封存链缺第 {expected} 至 {link.number - 1} 环。")
            should = sealing.link_digest(link.number, before, link.entry_id, link.said)
            if not hmac.compare_digest(should, link.digest):
                proof.find("chain", link.number, f"封存链第 {link.number} 环与前后不衔接。")
            if heads.pop(link.number, link.digest) != link.digest:
                proof.find("anchor", link.number, f"第 {link.number} 环与外部锚点不一致。")
            _look(proof, link, entries.get(link.entry_id))
            before, expected, seen = link.digest, link.number + 1, seen + 1
    for number in sorted(heads):
        proof.find("anchor", number, f"外部锚点记有第 {number} 环，封存链中已没有。")
    return seen


def _look(proof: Proof, link: AuditLink, entry: AuditEntry | None) -> None:
    """One link's row is there and says what it said."""
    if entry is None:
        proof.find("removed", link.entry_id, f"操作记录 {link.entry_id} 已被删除。")
        return
    _own(proof, entry)
    if entry.digest != link.said:
        proof.find(
            "replaced", entry.pk, f"操作记录 {entry.pk} 与封存时不一致（内容被替换或次序被调换）。"
        )


def _own(proof: Proof, entry: AuditEntry) -> None:
    """A row fits the digest it bears."""
    proof.checked += 1
    if not hmac.compare_digest(digest(entry), entry.digest):
        proof.find(
            "changed", entry.pk, f"操作记录 {entry.pk} 与自身校验码不符（被改动或并非系统写入）。"
        )


def _tail(proof: Proof) -> None:
    """Rows committed since the sealing a moment ago: no fault, but told."""
    ids = []
    for entry in sealing.unsealed().iterator(CHUNK):
        ids.append(entry.pk)
        _own(proof, entry)
    proof.facts["unsealed"] = ids


def _repeated(proof: Proof) -> None:
    """A copy of a true row bears a true digest; no two deeds share one."""
    twice = AuditEntry.objects.order_by().values("digest").annotate(n=Count("pk")).filter(n__gt=1)
    said = AuditEntry.objects.filter(digest__in=twice.values("digest")).order_by("pk")
    first: dict[str, int] = {}
    named = {finding.which for finding in proof.findings}
    for entry_id, its in said.values_list("pk", "digest"):
        if str(entry_id) in named:
            continue  # a row that bears another's digest leaves that other one be
        if first.setdefault(its, entry_id) != entry_id:
            proof.find(
                "inserted",
                entry_id,
                f"操作记录 {entry_id} 是第 {first[its]} 条的重复，系后来插入。",
            )


@part("files")
def files() -> Proof:
    """Every row's file is there and unaltered, and every file has its row."""
    proof = Proof()
    storage: Any = StoredFile._meta.get_field("file").storage  # type: ignore[union-attr]
    root = Path(storage.location)
    known = set()
    for stored in StoredFile.objects.order_by("pk").iterator(CHUNK):
        known.add(stored.file.name)
        proof.checked += 1
        path = Path(stored.file.path)
        if not path.is_file():
            proof.find("missing", stored.pk, f"文件 {stored.pk} 有登记而无实物。")
        elif _sha256(path) != stored.sha256:
            proof.find("changed", stored.pk, f"文件 {stored.pk} 与登记的校验码不符。")
    for name in _lying(root):
        if name not in known and not StoredFile.objects.filter(file=name).exists():
            proof.find("orphan", name, f"文件 {name} 有实物而无登记。")
    proof.sentence = f"已核对文件 {proof.checked} 个。"
    return proof


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lying(root: Path) -> Iterator[str]:
    """The files below the private root, by the name a row would give; not those just written."""
    settled = time() - BEING_WRITTEN
    for path in sorted(root.rglob("*")) if root.exists() else ():
        if path.is_file() and path.stat().st_mtime < settled:
            yield path.relative_to(root).as_posix()
