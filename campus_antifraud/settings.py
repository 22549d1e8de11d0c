"""Settings of the portal. Clone and run; production by environment variables only.

Every variable read here is described in `docs/operations.md`, which a test compares with this file.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from campus_antifraud import keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # any variable may be given as a file: NAME_FILE

VAR_ROOT = Path(env("VAR_ROOT", default=str(BASE_DIR / "var"))).resolve()
VAR_ROOT.mkdir(parents=True, exist_ok=True)

_keys, KEYS_FROM_FILE = keys.load(env, VAR_ROOT)
SECRET_KEY = _keys["SECRET_KEY"]
FIELD_KEYS = _keys["FIELD_KEYS"]
INDEX_KEY = _keys["INDEX_KEY"]
AUDIT_KEY = _keys["AUDIT_KEY"]

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env("DEMO_PASSWORD", default="Fanzha-2026-demo")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "campus_antifraud.apps.PortalConfig",
    "accounts",
    "rounds.apps.RoundsConfig",
    "notices.apps.NoticesConfig",
    "pledges.apps.PledgesConfig",
    "selfcheck.apps.SelfcheckConfig",
    "oversight",
    "campus_antifraud.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_cas_ng",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "campus_antifraud.middleware.last_resort",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "campus_antifraud.middleware.policy_gate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "campus_antifraud.urls"
WSGI_APPLICATION = "campus_antifraud.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "campus_antifraud.context.portal",
            ],
            "builtins": ["accounts.templatetags.portal"],
        },
    },
]

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_ROOT / 'portal.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at the start, so no transaction fails when it is upgraded.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        " PRAGMA journal_size_limit=27103364;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_ROOT / "cache",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.NumberBackend",
    "accounts.backends.CodeBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotYourOwnData"},
    {"NAME": "accounts.passwords.LongEnough"},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.MixedEnough"},
    {"NAME": "accounts.passwords.NotUsedLately"},
]
PASSWORD_LEVEL = env.int(
    "PASSWORD_LEVEL", default=2
)  # 等保 二级 or 三级: accounts.passwords.LEVELS
TWO_FACTOR = env.list("TWO_FACTOR", default=["OFFICE", "SYSADMIN", "AUDITOR"])
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "oversight:home"
LOGOUT_REDIRECT_URL = "accounts:login"
CAS_SERVER_URL = env("CAS_SERVER_URL", default="")
CAS_SCHOOL = env("CAS_SCHOOL", default="")
CAS_ROOT_PROXIED_AS = env("CAS_ROOT_URL", default="")
CAS_VERSION = "3"
CAS_CREATE_USER = False
CAS_IGNORE_REFERER = True  # else a missing ?next redirects to the referer, foreign or not
CAS_REDIRECT_URL = "/"
CAS_LOGIN_MSG = CAS_LOGGED_MSG = None
if CAS_SERVER_URL:
    AUTHENTICATION_BACKENDS.append("accounts.sso.RosterCasBackend")

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_CALLABLE = "accounts.backends.attempted"
AXES_WHITELIST_CALLABLE = "accounts.backends.is_ticket"
# never kept of a failed attempt
AXES_SENSITIVE_PARAMETERS = ["number", "code", "current", "password1", "password2", "ticket"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "campus_antifraud.errors.too_many"
AXES_CLIENT_IP_CALLABLE = "accounts.backends.address_of"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=8) * 3600
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
IDLE_MINUTES_DESK = env.int("IDLE_MINUTES_DESK", default=15)
REPLY_DAYS = env.int("REPLY_DAYS", default=15)
DORMANT_DAYS = env.int("DORMANT_DAYS", default=90)
DORMANT_DAYS_OTHERS = env.int("DORMANT_DAYS_OTHERS", default=400)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "campus_antifraud.errors.csrf_failed"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([CAS_SERVER_URL] if CAS_SERVER_URL else [])],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_LIMIT = env.int("UPLOAD_LIMIT_MB", default=30) * 1024 * 1024
ADMIN_ADDRESSES = env.list("ADMIN_ADDRESSES", default=[])

# from and until which hour of a working day people are sent messages
NOTICE_HOURS = tuple(env.list("NOTICE_HOURS", cast=int, default=[8, 21]))

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["campus_antifraud.formats"]


STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_ROOT / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_ROOT / "media")))
AUDIT_ANCHOR = Path(env("AUDIT_ANCHOR", default=str(VAR_ROOT / "anchors" / "audit.jsonl")))
PASSING_CHECK = env("PASSING_CHECK", default="record")
PDF_FONT = env("PDF_FONT", default="")
OCR_ENGINE = env("OCR_ENGINE", default="")
X_ACCEL = env.bool("X_ACCEL", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CELERY_BROKER_URL = REDIS_URL or f"sqla+sqlite:///{VAR_ROOT / 'broker.sqlite3'}"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    # A broker loses or delays a message some day; the job's row does not.
    "expire archives": {"task": "pledges.expire_archives", "schedule": 3600.0},
    "sweep jobs": {"task": "accounts.sweep_jobs", "schedule": 60.0},
    "seal the audit rows": {"task": "accounts.seal_audit", "schedule": 300.0},
    "send notices": {"task": "notices.send_due", "schedule": 60.0},
    "purge exports": {"task": "accounts.purge_exports", "schedule": crontab(minute=35)},
    "expire contracts": {
        "task": "accounts.expire_contracts",
        "schedule": crontab(hour="0,1", minute=2),
    },
    "end retention": {"task": "accounts.end_retention", "schedule": crontab(hour=3, minute=40)},
    "tidy the logins": {"task": "accounts.tidy_logins", "schedule": crontab(hour=3, minute=20)},
    "read pictures": {"task": "selfcheck.read_waiting", "schedule": 60.0},
    "ask for renewals": {
        "task": "selfcheck.ask_renewals",
        "schedule": crontab(hour=8, minute=10),
    },
    "end barriers": {"task": "selfcheck.end_barriers", "schedule": crontab(hour="0,1", minute=7)},
    "recount what changed": {"task": "rounds.recount_changed", "schedule": 60.0},
    "recount everything": {"task": "rounds.recount_all", "schedule": crontab(hour=3, minute=10)},
    "end excuses": {"task": "rounds.end_excuses", "schedule": crontab(minute=5)},
    "purge the broker": {"task": "accounts.purge_broker", "schedule": crontab(hour=4, minute=10)},
}

# PostgreSQL keeps more in an index than SQLite can, which loses nothing but speed
SILENCED_SYSTEM_CHECKS = ["models.W040"]

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # who failed to come in is kept in the database, not told to the log
    "loggers": {"axes": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
