"""Is this installation fit for production? One answer for each thing it needs."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts import jobs
from accounts.models import User
from adapters import ocr

OK, WARN, FAIL = "ok", "warn", "fail"
LEVELS = {checks.ERROR: FAIL, checks.WARNING: WARN}
SILENT = timedelta(minutes=3)
ROOM = 5 * 1024**3


@dataclass(frozen=True)
class Item:
    """One thing looked at: fit, advisable to change, or not fit."""

    item: str
    state: str
    detail: str

    as_dict = asdict


def items() -> list[Item]:
    """Everything looked at, in the order in which it would be put right."""
    return [
        database(),
        storage(),
        disk(),
        shared_memory(),
        broker(),
        worker(),
        *safety(),
        demo_people(),
        clock(),
        sign_on(),
        program("libreoffice", "LibreOffice", ("soffice", "libreoffice"), "不能直接生成 PDF"),
        program("chromium", "Chromium", ("chromium", "google-chrome"), "不能生成带中文的图片"),
        reading(),
    ]


def database() -> Item:
    """Reachable, and with every table the code expects."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Item("database", FAIL, f"连接不上数据库：{type(error).__name__}")
    if waiting:
        return Item("database", FAIL, f"有 {len(waiting)} 项迁移未执行，请运行 manage.py migrate")
    return Item("database", OK, f"{connection.display_name}，迁移已全部执行")


def storage() -> Item:
    """Uploaded files can be kept."""
    root = Path(settings.MEDIA_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root) as file:
            file.write(b"1")
    except OSError as error:
        return Item("storage", FAIL, f"上传目录不可写：{error.strerror}")
    return Item("storage", OK, "上传目录可写")


def disk() -> Item:
    """Room for a term's uploads."""
    root = next(
        p for p in (Path(settings.MEDIA_ROOT), *Path(settings.MEDIA_ROOT).parents) if p.exists()
    )
    free = shutil.disk_usage(root).free
    return Item("disk", OK if free > ROOM else WARN, f"剩余 {free / 1024**3:.1f} GB")


def shared_memory() -> Item:
    """What one process notes, another reads."""
    try:
        cache.set("preflight", "1", 10)
        held = cache.get("preflight") == "1"
    except Exception as error:  # each backend has errors of its own
        return Item("cache", FAIL, f"缓存不可用：{type(error).__name__}")
    return Item("cache", OK if held else FAIL, "缓存可读写" if held else "缓存写入后读不到")


def broker() -> Item:
    """The messenger to the workers answers."""
    kind = "Redis" if settings.REDIS_URL else "本机文件"
    try:
        with current_app.connection_for_write(connect_timeout=3) as link:
            link.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # each transport has errors of its own
        return Item("broker", FAIL, f"消息通道（{kind}）连接不上：{type(error).__name__}")
    return Item("broker", OK, f"消息通道（{kind}）可用")


def worker() -> Item:
    """A worker did what the timetable sent it, within the last minutes."""
    try:
        last = jobs.last_beat()
    except Exception as error:  # as above
        return Item("worker", FAIL, f"读不到后台进程的心跳：{type(error).__name__}")
    if last is None:
        return Item("worker", FAIL, "后台进程或定时进程从未运行")
    if timezone.now() - last > SILENT:
        said = timezone.localtime(last).strftime("%Y-%m-%d %H:%M")
        return Item("worker", FAIL, f"后台进程或定时进程自 {said} 起没有动静")
    return Item("worker", OK, "后台进程和定时进程正在运行")


def safety() -> Iterator[Item]:
    """Our own findings and everybody's errors; one line of praise when there is none.

    What Django only warns of follows from one of ours.
    """
    found = [
        message
        for message in checks.run_checks(include_deployment_checks=True, databases=["default"])
        if message.level >= checks.ERROR or message.id.startswith("portal.")
    ]
    for message in found:
        said = f"{message.msg}{message.hint or ''}"
        yield Item(message.id, LEVELS.get(message.level, FAIL), said)
    if not found:
        yield Item("settings", OK, "安全设置齐全")


def demo_people() -> Item:
    """Nobody invented is among the people."""
    try:
        invented = User.objects.filter(demo=True).count()
    except DatabaseError as error:
        return Item("demo_people", FAIL, f"读不到人员：{type(error).__name__}")
    if invented:
        return Item("demo_people", FAIL, f"数据库中有 {invented} 个演示人员，请改用空数据库")
    return Item("demo_people", OK, "没有演示人员")


def clock() -> Item:
    """Days end when they end in the school."""
    right = settings.TIME_ZONE == "Asia/Shanghai" and settings.USE_TZ
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return Item("clock", OK if right else FAIL, f"北京时间 {now}，请与实际时间核对")


def sign_on() -> Item:
    """Single sign-on, where the school has it."""
    if not settings.CAS_SERVER_URL:
        return Item("sign_on", OK, "未接入统一身份认证，使用本系统口令")
    secure = settings.CAS_SERVER_URL.startswith("https://")
    said = "已接入统一身份认证" if secure else "统一身份认证地址不是 https"
    return Item("sign_on", OK if secure else FAIL, said)


def program(item: str, name: str, commands: tuple[str, ...], without: str) -> Item:
    """A program that some pages make use of; without it something else stands in its place."""
    found = next((path for path in map(shutil.which, commands) if path), None)
    return (
        Item(item, OK, f"已安装 {name}")
        if found
        else Item(item, WARN, f"未安装 {name}：{without}，以打印页代替")
    )


def reading() -> Item:
    """Pictures are read, or it is said that people look at each."""
    engine = ocr.engine_of(settings.OCR_ENGINE)
    return Item("ocr", OK if engine.works else FAIL, engine.said)
