"""Rosters on their way in: brought, made sense of, put right, written or taken back."""

from pathlib import Path

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.html import format_html

from accounts import roster_queries as queries
from accounts import roster_sheets as sheets
from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.models import ImportBatch, Job, RowFix, StagedRow
from accounts.roster_forms import ColumnsForm, UploadForm
from accounts.roster_grid import CorrectedForm
from accounts.scope import holds, may
from accounts.services import roster as services
from accounts.words import ROSTER

State = ImportBatch.State
BUSY = {State.READING, State.APPLYING, State.UNDOING}


class RosterStep(UploadForm, StepForm):
    """A file, and the unit whose roster it is."""

    def __init__(self, *args, actor=None, **kwargs):
        super().__init__(*args, user=actor, actor=actor, **kwargs)
        self.fields["file"].help_text = (
            "从教务、人事系统导出的名册原样上传即可。没有现成名册的，"
            "在门户“名册导入”→“导入名册”页下载空白模板。"
        )


class ColumnsStep(ColumnsForm, StepForm):
    """What each column of the file means, as it was guessed."""

    def __init__(self, *args, row=None, **kwargs):
        heads = row.report.get("heads", [])
        super().__init__(*args, heads=heads, row=row, **kwargs)
        for h, head in enumerate(heads):
            sheet = f"工作表“{head['sheet']}”，" if head["sheet"] else ""
            for c, (_, _, samples) in enumerate(head["columns"]):
                shown = "，".join(samples) or "（空）"
                self.fields[f"{h}-{c}"].help_text = f"{sheet}内容示例：{shown}"

    def clean(self):
        """As the service takes it."""
        super().clean()
        return {"mappings": self.mappings()}


class ConfirmStep(StepForm):
    """The second tick, where many would leave or a college be new."""

    sure = forms.BooleanField(
        label="已核对以上内容，确认无误",
        error_messages={"required": "请核对以上提示并勾选确认。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not services.startling(self.row.report):
            del self.fields["sure"]


class CorrectedStep(CorrectedForm, StepForm):
    """The workbook of refused rows, corrected."""


def _upload(*, actor, unit, file):
    return services.upload(unit, file.read(), name=file.name, actor=actor)


def _merge(batch, *, actor, file):
    with sheets.on_disk(file) as path:
        return services.merge(batch, Path(path), name=file.name, actor=actor)


def _counted(batch) -> str:
    shown = [f"{word} {batch.counts[key]:,}" for key, word in ROSTER.items() if key in batch.counts]
    return "，".join(shown) or "—"


def _would(batch) -> str:
    """What confirming writes, and what should be looked at first."""
    said = [f"名册比对结果：{_counted(batch)}。确认后写入这些变化，被拒绝的行不写入。"]
    said += [
        f"{name}将有 {many:,} 人离校或未见于名册（现有 {of:,} 人），请核对名册是否完整。"
        for name, many, of in batch.report.get("alarms", [])
    ]
    if strangers := batch.report.get("strangers"):
        said.append(f"名册里有本校还没有的单位：{'、'.join(strangers)}，确认后将新建。")
    return "".join(said)


def _undone(batch) -> str:
    """What taking it back would do, or what has come to depend on it."""
    if held := services.depends(batch):
        return f"这次导入之后已有下列情况，不能撤销：{'；'.join(held)}。"
    return "新增的人员和新建的单位不再保留，变更、转班、疑似离校的人员恢复到导入之前。"


def _in(*states):
    return lambda batch: batch.state in states


def _rejected(batch) -> bool:
    kept = batch.file is not None and batch.state in {State.READY, State.APPLIED}
    return kept and bool(batch.counts.get(StagedRow.Verdict.REJECTED))


def _unchecked(batch) -> bool:
    return batch.state == State.READY and batch.fixes.filter(checked=False).exists()


def _abandoned(batch) -> bool:
    """Whether it can be put aside: nothing works on it any more."""
    if batch.state not in {State.READING, State.APPLYING}:
        return batch.state in ImportBatch.MOVES["discard"][0]
    job = queries.job_of(batch)
    return job is None or job.state not in {Job.State.QUEUED, Job.State.RUNNING}


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin):
    """Rosters received, each with the step that is next; the rows are on the portal's own pages."""

    list_display = (
        "unit", "state_shown", "next_step", "counted", "created_by", "created_at",
    )  # fmt: skip
    list_display_links = ("unit",)
    list_filter = ("state",)
    list_select_related = ("unit", "created_by", "file")
    fields = (
        "unit", "named", "state_shown", "state_at", "progress", "counted", "note",
        "created_by", "created_at",
    )  # fmt: skip
    readonly_fields = ("named", "state_shown", "progress", "counted")
    empty = "还没有导入过名册。请点“导入名册”上传，写入前可以逐行核对。"
    steps = (
        Step(
            name="upload",
            label="导入名册",
            verb="make",
            run=_upload,
            form=RosterStep,
            says="上传后先读取、比对，列出变化；确认之前不写入任何数据。",
            done="名册已上传，正在读取。读取完成后在本页核对、确认。",
            on_list=True,
            opens=True,
        ),
        Step(
            name="recheck",
            label="重新核对",
            verb="apply",
            run=services.recheck,
            form=StepForm,
            when=_unchecked,
            says="按已填写的更正重新读取名册，并与现有人员比对。",
            done="正在重新核对。",
        ),
        Step(
            name="confirm",
            label="确认写入",
            verb="apply",
            run=services.confirm,
            form=ConfirmStep,
            when=lambda batch: (
                batch.state == State.READY and services.writes(batch) and not _unchecked(batch)
            ),
            says=_would,
            done="正在写入，完成后状态为“已写入”。",
        ),
        Step(
            name="rejected",
            label="下载拒绝的行",
            verb="view",
            run=sheets.hand_out,
            form=StepForm,
            when=_rejected,
            says="下载的表格列出每行的问题，改好后用“上传改好的表格”并入本次导入。下载记入操作记录。",
            hands_out=True,
        ),
        Step(
            name="merge",
            label="上传改好的表格",
            verb="apply",
            run=_merge,
            form=CorrectedStep,
            when=lambda batch: batch.state == State.READY and _rejected(batch),
            says="在下载的表格里按“问题”列改好，不要改动“原行号”列。上传后并入本次导入并重新核对。",
            done="已取回更正，正在重新核对。",
        ),
        Step(
            name="map",
            label="指明各列的含义",
            verb="apply",
            run=services.map_columns,
            form=ColumnsStep,
            when=lambda batch: (
                batch.state in {State.MAPPING, State.READY} and bool(batch.report.get("heads"))
            ),
            says="姓名，以及学（工）号、考生号、证件号码中的一项必须指明。指明一次即记住，以后同样表头的名册不再询问。",
            done="正在按指明的含义重新读取。",
        ),
        Step(
            name="undo",
            label="撤销这次导入",
            verb="apply",
            run=services.revoke,
            form=StepForm,
            when=_in(State.APPLIED),
            says=_undone,
            done="正在撤销，完成后状态为“已撤销”。",
            weighty=True,
        ),
        Step(
            name="discard",
            label="放弃",
            verb="apply",
            run=services.discard,
            form=StepForm,
            when=_abandoned,
            says="放弃后不写入任何数据；需要时重新上传名册。",
            done="已放弃这份名册，没有写入任何数据。",
            weighty=True,
        ),
    )

    def get_queryset(self, request):
        """With whether corrections wait to be checked, without what was made of the file."""
        waiting = RowFix.objects.filter(batch=OuterRef("pk"), checked=False)
        return super().get_queryset(request).defer("report").annotate(waits=Exists(waiting))

    def get_fields(self, request, obj=None):
        """Progress only while something is under way."""
        busy = obj is not None and obj.state in BUSY
        return [name for name in self.fields if busy or name != "progress"]

    def get_list_display(self, request):
        """What is next only for whoever may do it."""
        if holds(request.user, "roster.apply"):
            return self.list_display
        return tuple(name for name in self.list_display if name != "next_step")

    @admin.display(description="名册文件")
    def named(self, batch):
        """The file it came from, or what else it is."""
        return batch.called

    @admin.display(description="统计")
    def counted(self, batch):
        """The counts in words."""
        return _counted(batch)

    @admin.display(description="进度")
    def progress(self, batch):
        """How far the work behind it is."""
        job = queries.job_of(batch) if batch.state in BUSY else None
        if job is None:
            return "—"
        said = f"{job.get_state_display()} {job.percent}%"
        return f"{said}，{job.message}" if job.message else f"{said}，完成后请刷新本页"

    @admin.display(description="下一步")
    def next_step(self, batch):
        """The way to what is to be done with it now."""
        label, address = self.next_of(batch)
        return format_html('<a href="{}">{}</a>', address, label) if address else label

    def next_of(self, batch) -> tuple[str, str]:
        """What is to be done with the roster now, and where; no address when nothing is."""
        portal = reverse("roster:batch", args=[batch.pk])
        if batch.state in BUSY:
            return "查看进度", portal
        if batch.state == State.REFUSED:
            return "重新上传", self.address_of(self.step_named("upload", on_list=True))
        if batch.state == State.APPLIED and batch.counts.get(StagedRow.Verdict.ABSENT):
            return "核实疑似离校", reverse("roster:absent")
        if batch.state == State.READY and batch.waits:
            return self._to("recheck", batch)
        if batch.state == State.READY and any(batch.counts.get(v) for v in queries.TABS[1:]):
            return self._to("confirm", batch)
        if batch.state == State.READY and _rejected(batch):
            return "更正拒绝的行", reverse("roster:correct", args=[batch.pk])
        if batch.state == State.MAPPING:
            return self._to("map", batch)
        return ("查看名册比对", portal) if batch.state == State.READY else ("—", "")

    def _to(self, name: str, batch) -> tuple[str, str]:
        step = self.step_named(name)
        return step.label, self.address_of(step, batch)

    def links(self, request, row):
        """To the rows on the roster's own page, and to what is put right there."""
        ways = [("查看名册比对", reverse("roster:batch", args=[row.pk]))]
        if row.state == State.READY and _rejected(row) and may(request.user, "apply", row):
            ways.append(("在网页上更正", reverse("roster:correct", args=[row.pk])))
        if row.state == State.REFUSED and self.holds(request, "make"):
            again = self.step_named("upload", on_list=True)
            ways.append(("重新上传", self.address_of(again)))
        return ways
