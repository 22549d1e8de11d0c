"""The refused rows as fields to put right; identity and telephone numbers stay masked."""

from django import forms

from accounts.models import StagedRow
from accounts.roster.cells import masked
from accounts.roster.columns import FIELDS
from accounts.roster.table import LONGEST_RAW

HIDDEN = {"id_number", "phone"}
OUT = "out"


class CorrectionForm(forms.Form):
    """One page of refused rows. What is not touched stays as it came."""

    def __init__(self, *args, rows: list[StagedRow], headers: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows, self.headers = rows, headers
        by_column = {header: name for name, header in headers.items()}
        by_column |= {label: name for name, label in FIELDS.items() if label not in by_column}
        self.shown: dict[int, dict[str, str]] = {}
        for row in rows:
            fix = row.fix.cells if row.fix and not row.fix.left_out else {}
            self.shown[row.pk] = row.cells | fix
            row.wrong = [by_column[c] for c, _, _ in row.reasons if c in by_column]
            for name in {**headers, **dict.fromkeys(row.wrong)}:
                self.fields[f"{row.pk}-{name}"] = self._field(row, name)
            self.fields[f"{row.pk}-{OUT}"] = forms.BooleanField(
                label="此行不导入", required=False, initial=bool(row.fix and row.fix.left_out)
            )

    def _field(self, row: StagedRow, name: str) -> forms.Field:
        value = self.shown[row.pk].get(name, "")
        kept = name in HIDDEN and value
        attrs = {"placeholder": f"{masked(name, value)}，不改请留空"} if kept else {}
        return forms.CharField(
            label=self.headers.get(name) or FIELDS[name],
            required=False,
            max_length=LONGEST_RAW,
            initial="" if kept else value,
            widget=forms.TextInput(attrs | {"autocomplete": "off"}),
            error_messages={"max_length": "内容过长，请缩短。"},
        )

    def lines(self) -> list[dict]:
        """Each row with its reasons, the fields that are wrong, and the others."""
        return [
            {
                "row": row,
                "wrong": [self[f"{row.pk}-{name}"] for name in dict.fromkeys(row.wrong)],
                "others": [
                    self[f"{row.pk}-{name}"] for name in self.headers if name not in row.wrong
                ],
                "out": self[f"{row.pk}-{OUT}"],
            }
            for row in self.rows
        ]

    def clean(self):
        """Rows that are no longer refused are said so, whatever was typed."""
        cleaned = super().clean()
        posted = {key.partition("-")[0] for key in self.data if key[:1].isdigit()}
        if posted - {str(row.pk) for row in self.rows}:
            raise forms.ValidationError("名册已重新核对过，请刷新页面后再更正。")
        return cleaned

    def fixes(self) -> dict[tuple[str, int], dict[str, str] | None]:
        """By sheet and row what was changed; None where the row is to be left out."""
        found: dict[tuple[str, int], dict[str, str] | None] = {}
        for row in self.rows:
            was_out = bool(row.fix and row.fix.left_out)
            changed = self._changed(row)
            if self.cleaned_data.get(f"{row.pk}-{OUT}"):
                if not was_out:
                    found[row.sheet, row.row] = None
            elif changed or was_out:
                found[row.sheet, row.row] = changed
        return found

    def _changed(self, row: StagedRow) -> dict[str, str]:
        changed = {}
        for name in {**self.headers, **dict.fromkeys(row.wrong)}:
            said = self.cleaned_data.get(f"{row.pk}-{name}", "")
            before = self.shown[row.pk].get(name, "")
            if said != before and (said or name not in HIDDEN):
                changed[name] = said
        return changed


class CorrectedForm(forms.Form):
    """The workbook of refused rows, corrected."""

    file = forms.FileField(
        label="改好的表格",
        widget=forms.FileInput({"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={
            "required": "请选择改好的表格。",
            "empty": "文件为空，请重新保存后再上传。",
            "max_length": "文件名过长，请改短后再上传。",
        },
    )
