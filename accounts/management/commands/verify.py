"""`manage.py verify PART`: proof that nothing was altered."""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand

from accounts.verify import PARTS

SHOWN = 200


class Command(BaseCommand):
    """Exit status 0 when all agrees, 1 when something was altered or is missing."""

    help = "核对数据未被改动：audit 操作记录，files 文件，及各应用登记的其他部分"

    def add_arguments(self, parser):
        parser.add_argument("part", choices=sorted(PARTS), help="核对哪一部分")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, part, json: bool, **options):
        """Prove the part and tell what was found."""
        proof = PARTS[part]()
        if json:
            self.stdout.write(as_json(part, proof))
        else:
            for finding in proof.findings[:SHOWN]:
                self.stdout.write(finding.said)
            if len(proof.findings) > SHOWN:
                self.stdout.write(f"……共 {len(proof.findings)} 处。")
            self.stdout.write(proof.sentence)
            found = f"发现 {len(proof.findings)} 处不一致，请立即保留现场并报告负责人。"
            self.stdout.write("全部一致。" if proof.sound else found)
        if not proof.sound:
            sys.exit(1)


def as_json(part, proof) -> str:
    """One object with what was looked at and what was found."""
    said = {"part": part, "sound": proof.sound, "checked": proof.checked, **proof.facts}
    said["findings"] = [asdict(one) for one in proof.findings]
    return json.dumps(said, ensure_ascii=False)
