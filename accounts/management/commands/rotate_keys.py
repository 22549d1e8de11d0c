"""`manage.py rotate_keys`: what is sealed with an old key is sealed with the one in front."""

import json

from django.core.management.base import BaseCommand, CommandError

from accounts.moves import Refused
from accounts.services import rotation


class Command(BaseCommand):
    """May run while the portal is in use, be stopped, and be run again."""

    help = "用 FIELD_KEYS 中的第一个密钥重新加密全部加密列；可中断，可重复执行"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, json: bool, **options):
        """Seal anew and tell how many values bear each key's name."""
        tell = (lambda done: None) if json else self.tell
        try:
            done = rotation.rotate(tell)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        said = {"active": rotation.ring()[0], "resealed": done, "keys": rotation.counts()}
        if json:
            self.stdout.write(dumps(said))
            return
        self.stdout.write(f"共重新加密 {done} 项。")
        for name, count in said["keys"].items():
            if name != "?":
                self.stdout.write(f"密钥 {name}：{count} 项")
        self.stdout.write("计数为 0 的旧密钥可以从 FIELD_KEYS 中移除。")

    def tell(self, done: int) -> None:
        """How far it is."""
        self.stdout.write(f"已重新加密 {done} 项……")


def dumps(said) -> str:
    """One JSON object."""
    return json.dumps(said, ensure_ascii=False)
