"""Fifty pictures in doubt, settled by keys alone: one key, one request, the next one at once (CHK-6)."""

import time

import pytest

from rounds import services as rounds
from rounds.models import Answer
from selfcheck.models import Review
from tests import factories as make
from tests.selfcheck import test_review as about

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
round_ = about.round_
MANY = 50
DOUBTS = ("other_phone", "old", "no_identity")


@pytest.fixture
def doubtful(campus, round_):
    """Fifty students of a class, each with a picture of another shade and a doubt."""
    answers = []
    for number in range(MANY):
        person = make.person(campus.klass, f"学生{number:02}")
        shade = (number * 4, 120, 250 - number * 4)
        doubts = [DOUBTS[number % len(DOUBTS)]]
        answers.append(about.given(round_, person, colour=shade, doubts=doubts))
    return answers


def test_fifty_are_settled_by_a_script_of_keys(campus, round_, doubtful, visitor):
    one = visitor("desk").login(campus.counselor, make.PASSWORD)
    page = one.open(about.queue(round_, campus.klass)).page
    assert one.overflow() <= 0
    assert one.serious() == []
    one.keep("review")
    sent, said = [], {}
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))

    began = time.monotonic()
    for number in range(MANY):
        pk = page.locator("[data-card]:not([hidden])").get_attribute("data-card")
        key = "1" if number % 5 == 4 else "p"
        said[int(pk)] = "sent_back" if key == "1" else "accepted"
        page.keyboard.press(key)
        page.wait_for_function(
            "before => { const c = document.querySelector('[data-card]:not([hidden])');"
            " return !c || c.getAttribute('data-card') !== before; }",
            arg=pk,
        )
    page.wait_for_selector("[data-end]:not([hidden])")
    took = time.monotonic() - began

    assert len(sent) == MANY
    found = Answer.objects.filter(pk__in=[answer.pk for answer in doubtful])
    assert dict(found.values_list("pk", "state")) == said
    assert Review.objects.count() == MANY
    one.keep("review-end")
    print(f"{MANY} settled in {took:.1f} s")


def test_a_key_is_taken_back_and_the_card_is_there_again(campus, round_, doubtful, visitor):
    one = visitor("desk").login(campus.counselor, make.PASSWORD)
    page = one.open(about.queue(round_, campus.klass)).page
    first = page.locator("[data-card]:not([hidden])").get_attribute("data-card")
    page.keyboard.press("p")

    page.keyboard.press("u")

    page.wait_for_selector(f'[data-card="{first}"]:not([hidden])')
    assert Answer.objects.get(pk=first).state == "pending"


def test_a_refusal_puts_the_card_back_with_the_sentence(campus, round_, doubtful, visitor):
    one = visitor("desk").login(campus.counselor, make.PASSWORD)
    page = one.open(about.queue(round_, campus.klass)).page
    rounds.judge(doubtful[0], actor=campus.office, accept=True)

    page.keyboard.press("p")

    page.wait_for_selector("[data-told].red")
    assert "请刷新页面" in page.locator("[data-told]").inner_text()
    shown = page.locator("[data-card]:not([hidden])").get_attribute("data-card")
    assert shown == str(doubtful[0].pk)


def test_on_the_phone_it_fits_and_works_by_touch(campus, round_, doubtful, visitor):
    one = visitor("phone").login(campus.counselor, make.PASSWORD)
    page = one.open(about.queue(round_, campus.klass)).page
    assert one.overflow() <= 0
    assert one.serious() == []
    one.keep("review")

    page.locator("[data-card]:not([hidden]) button[value=pass]").click()
    page.wait_for_function("document.querySelector('[data-left]').textContent === '49'")
    page.wait_for_selector("[data-undo-last]:not([hidden])")
    assert Review.objects.count() == 1
