"""How the portal is served: by processes with a few threads each, behind a proxy that speaks TLS."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 30
loglevel = "warning"
# %(U)s is the address without what follows the question mark, which may be a name or a number
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(B)s %(M)sms"
