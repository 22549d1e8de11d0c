"""What is asked when the end of a contract is entered."""

from django import forms

from accounts import contract_queries as queries
from accounts.day_field import DayField


class ContractForm(forms.Form):
    """The last day of a contract, and what says so."""

    ends_on = DayField(
        label="合同截止",
        required=False,
        help_text="含当日；没有期限的留空。次日零时起，未续签的人员离岗。",
    )
    reason = forms.CharField(
        label="依据", max_length=100, help_text="如合同编号、续签日期，将记入操作记录。"
    )


class ContractsForm(forms.Form):
    """Which contracts are listed."""

    LISTS = {
        "soon": ("30 天内到期", queries.soon),
        "people": ("个人合同 30 天内到期", queries.people_soon),
        "over": ("已到期", queries.over),
        "all": ("全部", queries.firms),
    }
    show = forms.ChoiceField(
        choices=[(name, label) for name, (label, _) in LISTS.items()], required=False
    )

    def asked(self) -> str:
        """Which list; those that end soon when it was not understood."""
        return (self.is_valid() and self.cleaned_data["show"]) or "soon"

    def rows(self, user):
        """What the list holds for the user."""
        return self.LISTS[self.asked()][1](user)
