"""A zip under way: its documents, the scans behind them, an index of each sort."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from accounts import jobs
from accounts.models import Job, StoredFile
from accounts.services.files import safe
from adapters.streamed import StreamedSheet


class Binder:
    """A zip under way, and how far it is."""

    def __init__(self, whole: zipfile.ZipFile, folder: str, job: Job | None):
        self.whole, self.folder, self.job = whole, Path(folder), job
        self.indexes: dict[str, StreamedSheet] = {}
        self.scans: dict[int, str] = {}
        self.done = self.total = 0

    def add(self, path: Sequence[str], at: datetime, data: bytes) -> str:
        """One document lies in its folders; its name in the zip."""
        name = "/".join(safe(step) for step in path)
        entry = zipfile.ZipInfo(name, timezone.localtime(at).timetuple()[:6])
        entry.external_attr = 0o644 << 16
        self.whole.writestr(entry, data)  # a PDF is compressed in itself
        return name

    def scan(self, stored: StoredFile, number: str) -> str:
        """A sheet signed on paper lies in the zip, once however many signed it; its name there."""
        if stored.pk not in self.scans:
            self.scans[stored.pk] = f"纸质扫描件/{number}_{safe(stored.name)}"
            self.whole.write(stored.file.path, self.scans[stored.pk])
        return self.scans[stored.pk]

    def line(self, index: str, columns: dict[str, int], values: Sequence[str | int]) -> None:
        """One more line of an index, numbered."""
        sheet = self.indexes.get(index)
        if sheet is None:
            sheet = self.index(index, columns)
        sheet.add([sheet.row + 1, *values])

    def index(self, index: str, columns: dict[str, int]) -> StreamedSheet:
        """The index is there, be it without a line."""
        place = self.folder / index
        made = StreamedSheet(place, "目录", ["序号", *columns], [6, *columns.values()])
        return self.indexes.setdefault(index, made)

    def step(self, count: int) -> None:
        """So many more are done."""
        self.done += count
        jobs.progress(self.job, self.done, self.total)

    def close(self) -> int:
        """The indexes are in the zip; how many lines they have."""
        for name, sheet in self.indexes.items():
            sheet.close()
            self.whole.write(self.folder / name, name)
        return sum(sheet.row for sheet in self.indexes.values())


def moment(at: datetime | None) -> str:
    """A moment as an index shows it; '' for none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""
