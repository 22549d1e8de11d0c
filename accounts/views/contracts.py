"""Contracts of firms and of those they send: when they end, made longer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import contract_queries as queries
from accounts.contract_forms import ContractForm, ContractsForm
from accounts.forms import PageForm
from accounts.models import Unit, User
from accounts.moves import Refused
from accounts.scope import get_permitted
from accounts.services import contracts

PAGE = 50


@require_safe
def list_(request):
    """The contracts in view: those that end soon first, the others by tab."""
    form = ContractsForm(request.GET)
    rows = Paginator(form.rows(request.user), PAGE).get_page(PageForm(request.GET).asked("page"))
    rows.object_list = queries.lines(rows.object_list, request.user)
    tabs = [
        {"label": label, "url": f"?show={show}", "active": show == form.asked()}
        for show, label in form.fields["show"].choices
    ]
    context = {"page_obj": rows, "tabs": tabs, "title": "合同期限", "show": form.asked()}
    return render(request, "org/contracts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def of_unit(request, pk):
    """When the contract of a firm ends."""
    found = get_permitted(request.user, Unit, "renew", pk=pk)
    return _asked(request, found, contracts.set_contract, ("org:unit", found.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request, pk):
    """When the contract of a person of their own ends."""
    found = get_permitted(request.user, User, "renew", pk=pk)
    return _asked(request, found, contracts.set_own_contract, ("accounts:person", found.pk))


def _asked(request, row, service, after):
    initial = {"ends_on": row.contract_ends}
    form = ContractForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            back = service(row, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = f"，因到期离岗的 {back} 人已恢复在岗" if back else ""
            messages.success(request, f"{row.name}的合同截止日期已登记{said}。")
            return redirect(*after)
    context = {"form": form, "row": row, "after": after, "title": f"合同截止：{row.name}"}
    return render(request, "org/contract.html", context)
