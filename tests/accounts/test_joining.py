"""One person on two records: what is open goes to the one kept, what is closed stays (ORG-8)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Grant, Identity, User
from accounts.moves import Refused
from accounts.services import joining, people
from notices.models import Notice
from pledges.models import Signature
from rounds import services
from rounds.figures import Census, figures
from rounds.models import Completion, Round
from tests import factories as make
from tests.pledges.test_verify import verify
from tests.rounds.test_outside import TODAY, shown


@pytest.fixture
def twin(campus):
    """The same student once more, from the list of newcomers, without a class."""
    made = make.person(campus.second_class, "张小明", number="", cohort="2023")
    Identity.objects.filter(user=made).update(kind="exam", value="23330100001")
    return made


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def join(campus, old, kept, **more):
    given = {"actor": campus.office, "reason": "考生号与学号为同一人"} | more
    return joining.join(old, kept, **given)


def test_what_the_other_signed_is_the_kept_one_s_and_still_proves(campus, twin):
    round_ = make.pledge_round(campus)
    signature = make.sign(round_, twin)
    before = figures(round_, campus.school.path)

    join(campus, twin, campus.student)

    part = Completion.objects.get(round=round_)
    assert (part.person, part.unit_path, part.state) == (
        campus.student, campus.student.unit_path, "accepted",
    )  # fmt: skip
    kept = fresh(signature)
    assert (kept.person, kept.completion, kept.receipt) == (campus.student, part, signature.receipt)
    assert kept.seal != signature.seal
    assert verify()["sound"]
    after = figures(round_, campus.school.path)
    assert (after.expected, after.verified) == (before.expected - 1, 1)
    said = AuditEntry.objects.get(verb="rebind").detail
    assert said["former"] == [twin.pk, signature.completion_id, signature.seal]


def at(round_, person, when):
    Completion.objects.filter(round=round_, person=person).update(done_at=when)


@pytest.mark.parametrize("earlier", ["twin", "student"])
def test_of_two_signed_the_earlier_counts_and_both_signatures_stay(campus, twin, earlier):
    round_ = make.pledge_round(campus)
    receipts = {one: make.sign(round_, who).receipt for one, who in (
        ("student", campus.student), ("twin", twin),
    )}  # fmt: skip
    early = timezone.now() - timezone.timedelta(hours=5)
    at(round_, twin if earlier == "twin" else campus.student, early)

    join(campus, twin, campus.student)

    part = Completion.objects.get(round=round_, person=campus.student)
    assert part.done_at == early
    held = Signature.objects.get(completion=part, superseded_at=None)
    assert held.receipt == receipts[earlier]
    assert Signature.objects.filter(superseded_at=None).count() == 2
    assert verify()["sound"]
    assert figures(round_, campus.klass.path).verified == 1


def test_verified_is_better_than_sent_back_whenever_it_was(campus, twin):
    round_ = make.pledge_round(campus)
    make.sign(round_, campus.student)
    Completion.objects.filter(person=campus.student).update(state="sent_back")
    make.sign(round_, twin)

    join(campus, twin, campus.student)

    states = dict(Completion.objects.values_list("person", "state"))
    assert states == {campus.student.pk: "accepted", twin.pk: "sent_back"}
    assert verify()["sound"]


def test_what_a_list_said_goes_along_and_the_list_still_proves(campus, twin):
    round_ = make.pledge_round(campus)
    make.sign(round_, campus.student)
    Completion.objects.filter(person=campus.student).update(state="sent_back")
    batch = shown(campus, round_, ("23330100001", "", "", TODAY, "是"))
    services.take_in(batch, actor=campus.office)
    ids = {row.pk for row in services.sample_of(batch)}
    services.check_sample(batch, true=ids, actor=campus.head)

    join(campus, twin, campus.student)

    part = Completion.objects.get(person=campus.student)
    assert (part.method, part.state) == ("outside", "accepted")
    assert batch.rows.get().completion == part
    assert fresh(batch).sha256 != batch.sha256


def test_closed_rounds_keep_figures_rows_and_people(campus, twin):
    past = make.pledge_round(campus)
    make.sign(past, twin)
    services.close(past, actor=campus.office, reason="到期")
    past = fresh(past)
    before = figures(past, campus.school.path), [p.pk for p in Census(past).missing()]

    join(campus, twin, campus.student)

    past = Round.objects.get(pk=past.pk)
    assert (figures(past, campus.school.path), [p.pk for p in Census(past).missing()]) == before
    assert Signature.objects.get().person == twin
    assert verify()["sound"]


def test_numbers_messages_roles_and_excuses_go_and_the_other_record_is_closed(campus, twin):
    round_ = make.pledge_round(campus)
    services.excuse_person(round_, twin, actor=campus.liaison, reason="病休")
    Notice.objects.create(person=twin, kind="own", key="own:1", day="2026-11-20", title="请完成")
    Notice.objects.create(person=twin, kind="own", key="own:2", day="2026-11-20", title="请完成")
    Notice.objects.create(
        person=campus.student, kind="own", key="own:2", day="2026-11-20", title="请完成"
    )
    make.grant(twin, "VOLUNTEER", campus.college)
    twin.phone = "13700003333"
    twin.save()
    campus.student.phone, campus.student.grade = "", ""
    campus.student.save()
    shown_ = dict(joining.preview(twin, campus.student, actor=campus.office).goes)

    join(campus, twin, campus.student)

    old, kept = fresh(twin), fresh(campus.student)
    assert shown_ == {"编号": 1, "豁免": 1, "消息": 2, "责任": 1}
    assert set(kept.identities.values_list("value", flat=True)) == {
        campus.student.number, "23330100001",
    }  # fmt: skip
    assert kept.phone == "13700003333"
    assert round_.excuses.get().person == kept
    assert sorted(kept.notices.values_list("key", flat=True)) == ["own:1", "own:2"]
    assert [g.path for g in Grant.objects.in_force().filter(user=kept)] == [campus.college.path]
    assert not Grant.objects.in_force().filter(user=old).exists()
    assert (old.merged_into, old.status, old.is_active) == (kept, "left", False)
    assert old.pk not in [p.pk for p in Census(round_).people()]
    with pytest.raises(Refused, match="已并入另一条记录"):
        people.set_status(old, status="active", note="误办", actor=campus.office)


REFUSED = [
    ("twin", "twin", "请选择另一条"), ("twin", "abroad", "本校"), ("office", "student", "本人"),
    ("auditor", "student", "须由他人交接"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "kept", "sentence"), REFUSED)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(
    campus, twin, old, kept, sentence
):
    campus.twin, campus.abroad = twin, make.campus("B").student
    before = list(User.objects.order_by("pk").values("pk", "status", "is_active"))

    with pytest.raises(Refused, match=sentence):
        join(campus, getattr(campus, old), getattr(campus, kept))

    assert list(User.objects.order_by("pk").values("pk", "status", "is_active")) == before


def test_an_altered_signature_is_not_carried(campus, twin):
    round_ = make.pledge_round(campus)
    make.sign(round_, twin)
    Signature.objects.update(strokes=make.STROKES * 2)

    with pytest.raises(Refused, match="核验未通过"):
        join(campus, twin, campus.student)

    assert fresh(twin).merged_into is None


def test_the_office_compares_confirms_and_the_old_page_leads_on(client, campus, twin):
    client.force_login(campus.office)
    address = reverse("accounts:join", args=[twin.pk])
    person = client.get(reverse("accounts:person", args=[twin.pk])).content.decode()
    found = client.get(address).content.decode()
    chosen = f"{address}?chosen={campus.student.pk}"
    page = client.get(chosen).content.decode()
    unsure = client.post(chosen, {"reason": "同一人"})
    done = client.post(chosen, {"reason": "同一人", "sure": "on"})
    again = client.post(chosen, {"reason": "同一人", "sure": "on"})

    assert address in person
    assert f"?chosen={campus.student.pk}" in found
    for words in ("考生号 23330100001", "合并后不能撤销", "编号 1", "换过来"):
        assert words in page
    assert (unsure.status_code, "请核对后勾选确认" in unsure.content.decode()) == (400, True)
    assert done.url == reverse("accounts:person", args=[campus.student.pk])
    assert "已并入其他记录" in again.content.decode()
    assert "已并入" in client.get(reverse("accounts:person", args=[twin.pk])).content.decode()


def test_another_name_is_found_by_number_and_nonsense_finds_nothing(client, campus, twin):
    client.force_login(campus.office)
    address = reverse("accounts:join", args=[twin.pk])

    page = client.get(address, {"number": campus.classmate.number}).content.decode()
    other = client.get(address, {"number": "没有", "chosen": "abc"})

    assert "李小红" in page
    assert "没有找到同名的其他记录" in other.content.decode()
    assert client.get(address, {"chosen": 10**12}).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("liaison", 403), ("counselor", 404), ("sysadmin", 403), ("student", 404)]
)
def test_only_the_office_joins_records(client, campus, twin, who, status):
    client.force_login(getattr(campus, who))
    address = reverse("accounts:join", args=[twin.pk])

    answer = client.post(f"{address}?chosen={campus.student.pk}", {"reason": "x", "sure": "on"})

    assert answer.status_code in {status, 403}
    assert fresh(twin).merged_into is None


def at_once(deeds):
    def attempt(deed):
        try:
            return bool(deed())
        except Refused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(attempt, deeds))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_joins_at_once_either_way_join_them_once(campus, twin):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    pairs = [(twin, campus.student), (campus.student, twin)] * 10

    won = at_once([lambda pair=pair: join(campus, *map(fresh, pair)) for pair in pairs])

    assert won.count(True) == 1
    assert User.objects.exclude(merged_into=None).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_signs_on_either_record_while_they_are_joined_is_not_lost(campus, twin):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    round_ = make.pledge_round(campus)
    signing = [lambda: make.sign(round_, fresh(twin))] * 9

    at_once([*signing, lambda: join(campus, twin, campus.student), *signing])

    # either signed before and carried, or refused: the closed record has no part in force alone
    parts = Completion.objects.filter(round=round_, state="accepted")
    assert set(parts.values_list("person", flat=True)) <= {campus.student.pk}
    assert fresh(twin).merged_into == campus.student
    assert verify()["sound"]
