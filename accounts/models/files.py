"""Private files: stored under a name of our own, served by one view after a look at its owner."""

import uuid

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils import timezone


def private_storage():
    """Where files lie; never below a public address."""
    return FileSystemStorage(location=settings.MEDIA_ROOT, base_url=None)


def stored_name(stored, filename) -> str:
    """A name that nobody can guess and no file system refuses."""
    return f"{stored.kind}/{stored.uuid.hex[:2]}/{stored.uuid.hex}"


class StoredFile(models.Model):
    """Bytes with their digest. The name the sender gave is kept as text only."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    file = models.FileField(storage=private_storage, upload_to=stored_name)
    name = models.CharField("文件名", max_length=100)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("User", models.PROTECT, related_name="+", null=True)
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        indexes = [models.Index(fields=["sha256"], name="file_sha256")]

    def __str__(self):
        return self.name
