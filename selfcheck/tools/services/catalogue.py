"""The school's catalogue of safeguards, as its office keeps it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Unit
from accounts.moves import Refused
from rounds.models import Item as Asked
from rounds.models import Standing
from selfcheck.models import Tool, ToolItem
from selfcheck.tools.starters import STARTERS

LONGEST = 60  # what a round keeps of “tool · item”


@transaction.atomic
def adopt(school: Unit, *, actor) -> list[Tool]:
    """The school has the tools to start from; those it has already stay as they are."""
    there = set(Tool.objects.filter(unit=school).values_list("code", flat=True))
    made = []
    for given in STARTERS:
        if given["code"] in there:
            continue
        more = {name: value for name, value in given.items() if name != "items"}
        tool = Tool.objects.create(unit=school, unit_path=school.path, **more)
        items = [ToolItem(tool=tool, position=n, **one) for n, one in enumerate(given["items"])]
        ToolItem.objects.bulk_create(items)
        record(actor, "keep_tool", tool)
        made.append(tool)
    return made


@transaction.atomic
def keep_tool(school: Unit, *, actor, tool: Tool | None = None, **given) -> Tool:
    """The tool is in the catalogue as given; a new one under a code of its own, kept for good."""
    same = Tool.objects.filter(unit=school, name=given["name"], retired_at=None)
    if same.exclude(pk=tool.pk if tool else 0).exists():
        raise Refused(f"目录中已有“{given['name']}”，请换一个名称，或直接修改已有的。")
    if tool is None:
        tool = Tool(
            unit=school, unit_path=school.path, code=_free(Tool.objects.filter(unit=school), "t")
        )
    for name, value in given.items():
        setattr(tool, name, value)
    for item in tool.items.all() if tool.pk else ():
        _check_length(tool, item.label)
    _save(tool)
    record(actor, "keep_tool", tool)
    return tool


@transaction.atomic
def keep_item(tool: Tool, *, actor, item: ToolItem | None = None, **given) -> ToolItem:
    """The item is asked of the tool as given; a new one under a code of its own, kept for good."""
    _check_length(tool, given["label"])
    others = tool.items.exclude(pk=item.pk if item else 0)
    if others.filter(label=given["label"]).exists():
        raise Refused(f"此工具已有“{given['label']}”项目，请换一个名称。")
    if item is None:
        item = ToolItem(tool=tool, code=_free(tool.items, "i"), position=tool.items.count())
    for name, value in given.items():
        setattr(item, name, value)
    _save(item)
    record(actor, "keep_tool", tool, note=item.label)
    return item


@transaction.atomic
def drop_item(item: ToolItem, *, actor) -> None:
    """The item is gone from the catalogue; one that a round has asked for stays."""
    if used(item.tool, item):
        raise Refused("已有任务要求过此项目，不能移除。以后的任务中不再要求即可。")
    record(actor, "drop_tool_item", item.tool, note=item.label)
    item.delete()


@transaction.atomic
def retire(tool: Tool, *, actor) -> None:
    """No new round asks for the tool; those that do go on."""
    done = Tool.objects.filter(pk=tool.pk, retired_at=None).update(retired_at=timezone.now())
    if not done:
        raise Refused("此工具已停用，请刷新页面后再看。")
    record(actor, "retire_tool", tool)


@transaction.atomic
def restore(tool: Tool, *, actor) -> None:
    """New rounds may ask for the tool again."""
    if Tool.objects.filter(unit=tool.unit_id, name=tool.name, retired_at=None).exists():
        raise Refused(f"目录中已有在用的“{tool.name}”，请先修改名称。")
    if not Tool.objects.filter(pk=tool.pk, retired_at__isnull=False).update(retired_at=None):
        raise Refused("此工具正在使用，请刷新页面后再看。")
    record(actor, "restore_tool", tool)


def used(tool: Tool, item: ToolItem | None = None) -> bool:
    """Whether a round of the school has asked for it, or somebody has it."""
    codes = {"code": item.key} if item else {"code__startswith": f"{tool.code}."}
    asked = Asked.objects.filter(**codes, round__unit__path__startswith=tool.unit_path)
    held = Standing.objects.filter(**codes, person__school=tool.unit_id)
    return asked.exists() or held.exists()


def _free(there, letter: str) -> str:
    """A code that none of these bears."""
    taken = set(there.values_list("code", flat=True))
    return next(code for n in range(1, 1000) if (code := f"{letter}{n}") not in taken)


def _check_length(tool: Tool, label: str) -> None:
    if len(f"{tool.name} · {label}") > LONGEST:
        raise Refused(f"工具名称与项目名称合计不能超过 {LONGEST - 3} 个字，请缩短。")


def _save(row) -> None:
    try:
        with transaction.atomic():
            row.full_clean()
            row.save()
    except IntegrityError:
        raise Refused("另一位同事刚刚保存了同一项，请刷新后再编辑。") from None
