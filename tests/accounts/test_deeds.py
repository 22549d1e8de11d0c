"""A step on a whole filtered list: confirmed once, done in chunks, killed and gone on with (OVS-7)."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import desk_bulk, jobs
from accounts.models import AuditEntry, BulkDeed, BulkRow, Grant, Job, User
from accounts.services import deeds, people
from tests import factories as make

LIST = reverse("admin:accounts_user_changelist")
KEEP = {"grade_do": "keep", "cohort_do": "keep", "major_do": "clear"}


@pytest.fixture
def crowd(campus, monkeypatch):
    """Seven people to be found by a name, where three are already too many for the page."""
    monkeypatch.setattr(desk_bulk, "BULK_LIMIT", 3)
    monkeypatch.setattr(deeds, "CHUNK", 2)
    return [make.person(campus.klass, f"单晓鹤{n}", major="软件工程") for n in range(7)]


def all_of_them(client, **more):
    first = User.objects.filter(name__startswith="单晓鹤").first()
    rows = {"_selected_action": [first.pk], "select_across": "1", "action": "amend", "index": "0"}
    return client.post(f"{LIST}?q=单晓鹤", rows | more)


def confirm(client, once=None, **more):
    once = once or str(uuid.uuid4())
    return all_of_them(client, confirmed="1", once=once, **{**KEEP, **more})


def majors() -> set[str]:
    return set(User.objects.filter(name__startswith="单晓鹤").values_list("major", flat=True))


def amended() -> list[str]:
    return list(AuditEntry.objects.filter(verb="amend").values_list("object_id", flat=True))


def test_the_confirming_page_counts_the_whole_list_and_names_a_sample(client, campus, crowd):
    client.force_login(campus.office)

    page = all_of_them(client)

    body = page.content.decode()
    assert (page.context["total"], page.context["long"]) == (7, True)
    assert "修改信息 7 项" in body and "单晓鹤0" in body and "在后台逐项办理" in body
    assert body.count('name="_selected_action"') == 1
    assert not BulkDeed.objects.exists()


def test_every_row_of_the_list_is_done_across_pages_and_nobody_else(client, campus, crowd):
    other = make.person(campus.klass, "林其他", major="软件工程")
    client.force_login(campus.office)

    answer = confirm(client)

    deed = BulkDeed.objects.get()
    assert answer.url == reverse("accounts:deed", args=[deed.pk])
    assert "排队中" in client.get(answer.url).content.decode()
    assert majors() == {"软件工程"}  # not in the request
    jobs.run(deed.job_id)
    other.refresh_from_db()
    assert (majors(), other.major) == ({""}, "软件工程")
    assert sorted(amended()) == sorted(str(one.pk) for one in crowd)
    page = client.get(answer.url)
    assert page.context["counts"] == {"waiting": 0, "refused": 0, "done": 7}
    assert "全部处理完毕" in page.content.decode()


def test_who_did_it_and_how_it_was_narrowed_is_written_down(client, campus, crowd):
    client.force_login(campus.office)
    confirm(client)

    entry = AuditEntry.objects.get(verb="bulk")

    assert (entry.actor, entry.detail["rows"]) == (campus.office, 7)
    assert "q=" in entry.detail["filter"]
    assert entry.path == campus.school.path


def test_the_list_is_the_one_that_was_confirmed(client, campus, crowd):
    client.force_login(campus.office)
    confirm(client)
    late = make.person(campus.klass, "单晓鹤后来", major="软件工程")

    jobs.run(Job.objects.get(kind="desk.bulk").pk)

    late.refresh_from_db()
    assert late.major == "软件工程"
    assert len(amended()) == 7


def test_the_same_page_sent_twice_is_one_deed(client, campus, crowd):
    client.force_login(campus.office)
    once = str(uuid.uuid4())

    answers = [confirm(client, once) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert (BulkDeed.objects.count(), BulkRow.objects.count(), Job.objects.count()) == (1, 7, 1)


@pytest.mark.parametrize("once", ["", "x", "' OR 1=1"])
def test_a_page_without_its_number_changes_nothing(client, campus, crowd, once):
    client.force_login(campus.office)

    answer = all_of_them(client, confirmed="1", once=once, **KEEP)

    assert answer.status_code in {200, 302}
    assert (BulkDeed.objects.count(), majors()) == (0, {"软件工程"})


class Killed(BaseException):
    """What nothing catches, as kill -9."""


def dying(monkeypatch, after: int):
    """The step dies at its nth row, having written it."""
    seen, amend = [], people.amend

    def run(person, **said):
        amend(person, **said)
        seen.append(person.pk)
        if len(seen) == after:
            raise Killed

    step = next(s for s in desk_bulk.admin.site.get_model_admin(User).steps if s.name == "amend")
    monkeypatch.setattr(desk_bulk, "take", with_step(step, run))
    return seen


def with_step(step, run):
    take = desk_bulk.take

    def taking(model, _, some, actor, asked):
        object.__setattr__(step, "run", run)
        try:
            take(model, step, some, actor, asked)
        finally:
            object.__setattr__(step, "run", people.amend)

    return taking


@pytest.mark.parametrize("after", [1, 2, 4, 7])
def test_killed_anywhere_nothing_is_lost_and_nothing_is_done_twice(
    client, campus, crowd, monkeypatch, after
):
    client.force_login(campus.office)
    confirm(client)
    job = Job.objects.get(kind="desk.bulk")
    with monkeypatch.context() as dies:
        dying(dies, after)
        with pytest.raises(Killed):
            jobs.run(job.pk)
    begun = set(amended())
    assert len(begun) == (after - 1) // 2 * 2  # whole chunks only
    assert BulkRow.objects.filter(state="done").count() == len(begun)

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    jobs.run(job.pk)

    assert sorted(amended()) == sorted(str(one.pk) for one in crowd)
    job.refresh_from_db()
    assert (job.state, job.percent, majors()) == ("done", 100, {""})


def test_a_deed_that_gave_up_is_gone_on_with(client, campus, crowd):
    client.force_login(campus.office)
    confirm(client)
    deed = BulkDeed.objects.get()
    Job.objects.filter(pk=deed.job_id).update(state="failed", message="多次尝试均未完成")
    page = client.get(reverse("accounts:deed", args=[deed.pk])).content.decode()
    assert "继续办理其余 7 项" in page

    for _ in range(2):
        client.post(reverse("accounts:resume_deed", args=[deed.pk]))

    assert Job.objects.filter(kind="desk.bulk").count() == 2
    deed.refresh_from_db()
    jobs.run(deed.job_id)
    assert (len(amended()), majors()) == (7, {""})
    client.post(reverse("accounts:resume_deed", args=[deed.pk]))
    assert Job.objects.filter(kind="desk.bulk").count() == 2


def test_what_is_refused_is_listed_with_its_reason(client, campus, crowd):
    User.objects.filter(pk=crowd[0].pk).update(major="")
    User.objects.filter(pk=crowd[1].pk).update(name="单晓鹤走", unit_path="999999")
    client.force_login(campus.office)
    User.objects.filter(pk=crowd[1].pk).update(unit_path=campus.klass.path)
    confirm(client)
    User.objects.filter(pk=crowd[1].pk).update(unit_path="999999")  # gone out of view since
    deed = BulkDeed.objects.get()

    jobs.run(deed.job_id)

    page = client.get(reverse("accounts:deed", args=[deed.pk]))
    body = page.content.decode()
    assert page.context["counts"] == {"waiting": 0, "refused": 2, "done": 5}
    assert "与现有内容相同，无需修改。" in body and "已不在您可以办理的范围内" in body
    assert "2 项未办理" in Job.objects.get(pk=deed.job_id).message


def test_whose_role_ended_meanwhile_does_no_more(client, campus, crowd):
    client.force_login(campus.office)
    confirm(client)
    Grant.objects.filter(user=campus.office).update(ends_on=timezone.localdate().replace(year=2020),
                                                    starts_on="2019-01-01")  # fmt: skip
    job = Job.objects.get(kind="desk.bulk")

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, majors()) == ("failed", {"软件工程"})
    assert "您的角色已变动" in job.message


def test_a_form_filled_in_wrongly_starts_nothing(client, campus, crowd):
    client.force_login(campus.office)

    page = confirm(client, grade_do="set")

    assert page.context["form"].errors
    assert not BulkDeed.objects.exists()


def test_nobody_else_reads_the_deed(client, campus, crowd):
    client.force_login(campus.office)
    url = confirm(client).url
    client.force_login(campus.sysadmin)

    assert client.get(url).status_code == 404


def test_a_long_list_is_handed_over_in_few_queries(
    client, campus, crowd, django_assert_max_num_queries
):
    client.force_login(campus.office)
    all_of_them(client)
    with django_assert_max_num_queries(60):
        confirm(client)


def test_from_the_list_of_work_one_gets_to_the_rows(client, campus, crowd):
    client.force_login(campus.office)
    confirm(client)
    deed = BulkDeed.objects.get()

    page = client.get(reverse("admin:accounts_job_change", args=[deed.job_id]))

    assert reverse("accounts:deed", args=[deed.pk]) in page.content.decode()
    assert "批量办理" in page.content.decode()
