"""What a roster says of contracts: a person's own end, and that of the firm they work for."""

from django.utils import timezone

from accounts.models import Expiry, ImportBatch, Unit, User
from accounts.paths import under
from accounts.roster.table import Row
from accounts.services import contracts
from accounts.services.roster.comparing import Known
from accounts.services.roster.placing import Unplaced, class_of

ACTIVE = User.Status.ACTIVE.value


class Contracts:
    """The ends of contracts that a school's units have, and those a roster says."""

    def __init__(self, school: Unit):
        units = Unit.objects.filter(under(school.path), contract_ends__isnull=False)
        self.known = {path: f"{ends}" for path, ends in units.values_list("path", "contract_ends")}
        self.said: dict[str, tuple[str, str]] = {}
        self.today = timezone.localdate().isoformat()

    def own(self, row: Row, category: str, path: str, known: Known | None) -> str:
        """The end of the person's own contract, '' when the row says none.

        Raises Unplaced where a contract is already over, or the firm's end is said twice.
        """
        if category not in User.HIRED:
            return ""
        own, firm = row.values.get("contract_ends", ""), self._firm(row, category, path)
        if row.values.get("status", ACTIVE) != ACTIVE:
            return own  # whoever has left may have been here on a contract that is over
        if own and own < self.today and own != str(known and known.contract_ends):
            raise Unplaced("contract_ends", "合同已到期，请核对；已离岗的请在“在岗状态”列注明", own)
        joins = known is None or class_of(path) != class_of(known.unit_path)
        if joins and firm and firm < self.today:
            raise Unplaced("company_ends", "所在企业的合同已到期，请先登记新的合同截止日期", firm)
        return own

    def _firm(self, row: Row, category: str, path: str) -> str:
        """The end of the firm's contract, as the roster says or as it stands."""
        said, known = row.values.get("company_ends", ""), self.known.get(path, "")
        before, place = self.said.get(path, ("", ""))
        if not said or category != User.Category.SERVICE:
            return before or known
        if not (row.values.get("company") or row.values.get("unit_name")):
            raise Unplaced("company", "填写了企业合同截止，请同时填写所属企业")
        if said < self.today and said != known:
            raise Unplaced("company_ends", "企业合同已到期，请核对后填写新的截止日期", said)
        if before and before != said:
            raise Unplaced("company_ends", f"与{place}的企业合同截止不一致，请核对", said)
        if not before:
            self.said[path] = said, f"第 {row.row} 行"
        return said

    def changes(self) -> list[list[str]]:
        """The units whose contract ends on another day by the roster: [path, before, now]."""
        said = ((path, self.known.get(path, ""), ends) for path, (ends, _) in self.said.items())
        return [[path, before, now] for path, before, now in sorted(said) if before != now]


def renew(batch: ImportBatch, *, actor) -> None:
    """The units' contracts end as the roster says, and whoever had left by them is back."""
    back: list[int] = []
    said = {path: now for path, _, now in batch.report.get("contracts", [])}
    for unit in Unit.objects.filter(path__in=said):
        ends = unit._meta.get_field("contract_ends").to_python(said[unit.path])
        contracts.note_end(unit, ends, reason="名册导入", actor=actor)
        back += contracts.bring_back(contracts.of_unit(unit), actor=actor)
    named = batch.rows.filter(contract_ends__isnull=False, person__isnull=False).values("person")
    back += contracts.bring_back(Expiry.objects.filter(person__in=named), actor=actor)
    if back:
        batch.report["back"] = back
        batch.save(update_fields=["report"])


def take_back(batch: ImportBatch, *, actor) -> None:
    """The units' contracts end as before the roster, and whoever came back by it has left."""
    before = {path: was for path, was, _ in batch.report.get("contracts", [])}
    for unit in Unit.objects.filter(path__in=before):
        ends = unit._meta.get_field("contract_ends").to_python(before[unit.path] or None)
        contracts.note_end(unit, ends, reason="撤销名册导入", actor=actor)
    contracts.send_back(batch.report.get("back", []))
