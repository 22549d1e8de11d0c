"""`make demo`: the whole product on one machine, with a demo school, nothing else installed.

Web, worker and timetable run as children of this process and end with it.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STEPS = (
    ["migrate", "--verbosity", "0"],
    ["load_demo", "--size", "small"],
    ["collectstatic", "--noinput", "--verbosity", "0"],
)


def main() -> int:
    """Set up what is missing, run until interrupted; 0 after a clean stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    if not _is_free(port):
        return _say(f"端口 {port} 已被占用，请换一个：make demo PORT=8010", code=1)
    var = Path(os.environ.get("VAR_ROOT") or ROOT / "var" / "demo")
    var.mkdir(parents=True, exist_ok=True)
    given = {"DEMO": "1", "DEBUG": "0", "VAR_ROOT": str(var), "PYTHONWARNINGS": "ignore"}
    environment = os.environ | given
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for step in STEPS:
            if subprocess.call([sys.executable, "manage.py", *step], cwd=ROOT, env=environment):
                return _say("准备未完成，原因见上。", code=1)
        return _serve(port, environment)
    except KeyboardInterrupt:
        return _say("\n演示已停止。")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _serve(port: int, environment: dict[str, str]) -> int:
    beat = Path(environment["VAR_ROOT"]) / "celerybeat-schedule"
    celery = [BIN / "celery", "--quiet", "--app", "campus_antifraud"]
    worker = [*celery, "worker", "--concurrency", "1", "--loglevel", "error"]
    commands = [
        [BIN / "gunicorn", "campus_antifraud.wsgi", "--bind", f"127.0.0.1:{port}"],
        worker,
        [*worker, "--hostname", "reader@%h", "--queues", "reading"],  # reading takes hours
        [*celery, "beat", "--schedule", beat, "--loglevel", "error"],
    ]
    # a group of its own for each, so that none outlives this process
    children = [
        subprocess.Popen(list(map(str, c)), cwd=ROOT, env=environment, start_new_session=True)
        for c in commands
    ]
    try:
        if _wait_for(port, children):
            _welcome(port)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        return _say("有一个进程意外退出，演示已停止。", code=1)
    finally:
        _end(children)


def _end(children) -> None:
    """Each ends by itself, its processes with it; what is left after ten seconds is killed."""
    for child in children:
        child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def _wait_for(port: int, children) -> bool:
    """Whether the portal answers; False as soon as it cannot any more."""
    while all(child.poll() is None for child in children):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5):
                return True
        except OSError:
            time.sleep(0.3)
    return False


def _welcome(port: int) -> None:
    password = os.environ.get("DEMO_PASSWORD", "Fanzha-2026-demo")
    _say(
        f"\n演示已就绪：http://127.0.0.1:{port}/\n"
        f"演示账号（学（工）号即账号名，口令均为 {password}）：\n"
        "  office 安全保卫部门    leader 校领导        department 职能部门   head 院系负责人\n"
        "  liaison 学院联络员     keeper 食堂负责人    counselor 辅导员      cadre 班干部\n"
        "  dormhead 寝室长        student 学生         staff 教职工          carer 心理中心\n"
        "  police 联络民警        volunteer 志愿者     auditor 审计员        sysadmin 系统管理员\n"
        "  discipline 纪检监察    inspector 检查人员\n"
        "按 Ctrl-C 停止。"
    )


def _say(sentence: str, *, code: int = 0) -> int:
    print(sentence, flush=True)  # noqa: T201 - this is what the person at the terminal reads
    return code


if __name__ == "__main__":
    sys.exit(main())
