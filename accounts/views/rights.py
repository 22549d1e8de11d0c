"""What people are told about their data and ask about it; what their unit answers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entering import home
from accounts.forms import OnwardForm, PageForm
from accounts.models import RecordRequest, School
from accounts.moves import Refused
from accounts.queries import with_homes
from accounts.rights_forms import AnswerForm, AskForm, NoticeForm, ReadForm
from accounts.scope import get_permitted
from accounts.services import informing, logins, requests
from accounts.views.mine import crumbs

BOTH = ["GET", "HEAD", "POST"]
PAGE = 30
TITLE = "个人信息处理告知书"


@require_http_methods(BOTH)
def notice(request):
    """The version in force: read once before anything else, and whenever one likes."""
    held = informing.current(request.user.school_id)
    if held is None:
        raise Http404
    was = held.reads.filter(user=request.user).first()
    posted = request.POST if request.method == "POST" else None
    form = ReadForm(posted, notice=held, was=was)
    if form.is_valid():
        informing.read(held, request.user, agreed=form.cleaned_data["agreed"])
        request.session.pop(logins.INFORM, None)
        messages.success(
            request, "已记录。" if was else "感谢阅读。随时可以在“我的信息”中再次查看。"
        )
        return redirect(OnwardForm.of(request) or home())
    context = {"title": TITLE, "notice": held, "read": was, "form": form, "crumbs": crumbs(TITLE)}
    return render(request, "accounts/notice.html", context)


@require_http_methods(BOTH)
def edit_notice(request):
    """The office writes a new version, which asks everybody again."""
    school = get_permitted(request.user, School, "edit", pk=request.user.school_id)
    held = informing.current(school.pk)
    first = {"body": held.body if held else informing.default_text(school)}
    form = NoticeForm(
        request.POST or None, initial=first | {"optional": held.optional if held else ""}
    )
    if form.is_valid():
        try:
            made = informing.publish(school.unit, actor=request.user, **form.cleaned_data)
            messages.success(request, f"已发布第 {made.version} 版，每个人下次登录时会看到。")
            return redirect("accounts:notice")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"title": f"修订{TITLE}", "form": form, "notice": held}
    return render(request, "accounts/notice_edit.html", context)


@require_http_methods(BOTH)
def my_requests(request):
    """What the person asked about their record, what was answered, and a new request."""
    form = AskForm(request.POST or None)
    if form.is_valid():
        try:
            asked = requests.ask(request.user, **form.cleaned_data)
            messages.success(request, f"已提交，单位将在 {asked.due_on:%Y-%m-%d} 前答复。")
            return redirect("accounts:my_requests")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    mine = RecordRequest.objects.permitted(request.user).filter(person=request.user)
    title = "更正、删除我的信息"
    context = {"title": title, "crumbs": crumbs(title), "form": form}
    context["requests"] = mine.select_related("decided_by").order_by("-id")[:PAGE]
    return render(request, "accounts/my_requests.html", context)


@require_POST
def withdraw_request(request, pk):
    """The person takes a request back."""
    mine = get_permitted(request.user, RecordRequest, pk=pk, person_id=request.user.pk)
    requests.withdraw(mine, actor=request.user)
    messages.success(request, "申请已撤回。")
    return redirect("accounts:my_requests")


@require_safe
def request_list(request):
    """What the unit has to answer, the nearest day first."""
    form = PageForm(request.GET)
    found = RecordRequest.objects.permitted(request.user, "decide").select_related("person__unit")
    waiting = found.filter(state=RecordRequest.State.ASKED)
    page = Paginator(waiting, PAGE).get_page(form.asked("page"))
    return render(request, "accounts/requests.html", listed(page, found))


def listed(page, found, failed=None, pk=None) -> dict:
    """The waiting requests with their forms, and those answered lately."""
    asked = list(page.object_list)
    with_homes([row.person for row in asked])
    for row in asked:
        row.form = failed if row.pk == pk else AnswerForm(prefix=str(row.pk))
    done = found.exclude(state=RecordRequest.State.ASKED).order_by("-state_at")[:20]
    return {"title": "个人信息申请", "asked": asked, "page_obj": page, "done": done}


@require_POST
def decide_request(request, pk):
    """One request is answered."""
    asked = get_permitted(request.user, RecordRequest, "decide", pk=pk)
    form = AnswerForm(request.POST, prefix=str(pk))
    if form.is_valid():
        requests.decide(asked, actor=request.user, **form.answer)
        messages.success(request, "已答复，申请人可以看到。")
        return redirect("accounts:requests")
    found = RecordRequest.objects.permitted(request.user, "decide").select_related("person__unit")
    page = Paginator(found.filter(pk=asked.pk), PAGE).get_page(1)
    return render(request, "accounts/requests.html", listed(page, found, form, asked.pk))
