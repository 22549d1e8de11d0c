"""What must not reach production: `manage.py check --deploy` refuses it, each with its cure."""

import base64
import binascii

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from accounts.services import rotation
from rounds.kinds import KINDS
from rounds.models import Round

LOCAL = {"localhost", "127.0.0.1", "[::1]"}
AES_BYTES = {16, 24, 32}


def _host_is_missing() -> bool:
    hosts = set(settings.ALLOWED_HOSTS)
    return "*" in hosts or not hosts - LOCAL


def _on_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


DANGERS = [
    ("portal.E001", lambda: settings.DEBUG, "调试模式已打开。", "去掉环境变量 DEBUG。"),
    ("portal.E002", lambda: settings.DEMO, "演示账号可以登录。", "去掉环境变量 DEMO。"),
    (
        "portal.E003",
        lambda: settings.KEYS_FROM_FILE,
        "密钥由本机自动生成，与数据存放在一起。",
        "在环境变量中设置 SECRET_KEY、FIELD_KEYS、INDEX_KEY、AUDIT_KEY，并另行保管。",
    ),
    ("portal.E004", lambda: not settings.HTTPS, "登录信息未加密传输。", "设置 HTTPS=1。"),
    (
        "portal.E005",
        _host_is_missing,
        "ALLOWED_HOSTS 未写明本校域名，或放开了所有域名。",
        "把 ALLOWED_HOSTS 设为本系统的域名。",
    ),
]
ADVICE = [
    (
        "portal.W001",
        _on_sqlite,
        "数据库是 SQLite，只适合一台机器。",
        "设置 DATABASE_URL，改用 PostgreSQL。",
    ),
    (
        "portal.W002",
        lambda: not settings.REDIS_URL,
        "后台工作和登录锁定只在本机有效。",
        "设置 REDIS_URL。",
    ),
    (
        "portal.W003",
        lambda: not settings.ADMIN_ADDRESSES,
        "任何地址都能打开管理后台。",
        "把 ADMIN_ADDRESSES 设为办公地址，用逗号分隔。",
    ),
]


@checks.register(checks.Tags.security, deploy=True)
def production(app_configs, **kwargs):
    """The comfortable defaults of one machine, as errors; what a larger school wants, as advice."""
    errors = [
        checks.Error(said, hint=cure, id=code) for code, wrong, said, cure in DANGERS if wrong()
    ]
    advice = [
        checks.Warning(said, hint=cure, id=code) for code, wrong, said, cure in ADVICE if wrong()
    ]
    return errors + advice


@checks.register(checks.Tags.security)
def keys(app_configs, **kwargs):
    """Keys that cannot seal are refused before anything is written with them."""
    pairs = [item.partition(":") for item in settings.FIELD_KEYS.split(",") if item]
    names = [name for name, _, _ in pairs]
    whole = all(name and _bytes_of(key) in AES_BYTES for name, _, key in pairs)
    found = []
    if not pairs or not whole or len(set(names)) < len(names):
        found.append(
            checks.Error(
                "FIELD_KEYS 不可用。",
                hint="写成 名称:密钥，多个用逗号分隔，名称不重复；密钥为 32 字节的 base64。",
                id="portal.E006",
            )
        )
    found += [
        checks.Error(f"{name} 不可用。", hint="至少 32 字节，以 base64 写出。", id="portal.E007")
        for name in ("INDEX_KEY", "AUDIT_KEY")
        if _bytes_of(getattr(settings, name)) < 32
    ]
    return found


def _bytes_of(key: str) -> int:
    """How many bytes a key has; 0 for what is no base64."""
    try:
        return len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return 0


@checks.register(checks.Tags.database)
def sealed_values(app_configs, databases=None, **kwargs):
    """Every sealed value's key is there."""
    if not databases:
        return []
    try:
        missing = rotation.lost()
    except DatabaseError:
        return []  # not migrated yet
    return [
        checks.Error(
            f"数据库中有用密钥“{name}”加密的数据，而 FIELD_KEYS 中没有这个密钥。",
            hint="把该密钥补入 FIELD_KEYS；更换密钥请用 manage.py rotate_keys，计数为 0 后再移除旧密钥。",
            id="portal.E009",
        )
        for name in missing
    ]


def require_keys() -> None:
    """Nothing is served when a key is missing: blank numbers would be written over true ones.

    Raises ImproperlyConfigured, with the cure.
    """
    for error in sealed_values(None, databases=["default"]):
        raise ImproperlyConfigured(f"{error.msg}{error.hint}")


@checks.register(checks.Tags.database)
def kinds(app_configs, databases=None, **kwargs):
    """Every kind of round in the database is registered by an app that is installed."""
    if not databases:
        return []
    try:
        stored = set(Round.objects.order_by().values_list("kind", flat=True).distinct())
    except DatabaseError:
        return []  # not migrated yet
    return [
        checks.Error(
            f"数据库中有种类为“{kind}”的任务，而没有应用负责这一种类。",
            hint="装回负责它的应用。",
            id="portal.E008",
        )
        for kind in sorted(stored - set(KINDS))
    ]
