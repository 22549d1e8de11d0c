"""Every move that a named person makes has met itself or another at one moment, or says why not."""

import ast
import re
from pathlib import Path

import pytest

from tests.races import test_met, test_met_accounts, test_once  # noqa: F401 - they register
from tests.races.racing import MET, ONCE, SAME

AREAS = ("accounts", "rounds", "notices", "pledges", "selfcheck/cards", "selfcheck/tools")
# in tests that were there before: where
ELSEWHERE = {
    "accounts.regrouping.move": "accounts/test_regrouping.py",
    "accounts.joining.join": "accounts/test_joining.py",
    "rounds.issuing.issue": "rounds/test_races.py",
    "rounds.closing.close": "rounds/test_races.py",
    "rounds.correcting.decide_correction": "rounds/test_races.py",
    "rounds.excusing.excuse_person": "rounds/test_races.py",
    "rounds.excusing.excuse_unit": "rounds/test_races.py",
    "rounds.ladder.submit": "rounds/test_races.py",
    "rounds.ladder.withdraw": "rounds/test_races.py",
    "rounds.ladder.approve": "rounds/test_races.py",
    "rounds.ladder.send_back": "rounds/test_races.py",
    "rounds.ladder.undo": "rounds/test_races.py",
    "rounds.late.ask_late": "rounds/test_races.py",
    "rounds.late.decide_late": "rounds/test_races.py",
    "rounds.late.allow_late": "rounds/test_races.py",
    "rounds.late.end_late": "rounds/test_races.py",
    "notices.reminding.remind": "notices/test_races.py",
    "notices.circulars.publish": "notices/test_races.py",
    "notices.circulars.forward": "notices/test_races.py",
    "selfcheck.tools.judging.settle": "races/test_looks.py",
    "selfcheck.tools.judging.undo": "races/test_looks.py",
    "pledges.heads.sign_for_unit": "pledges/test_charter_races.py",
    "pledges.charters.sign": "pledges/test_charter_races.py",
}
NEW = "makes a row of its own each time, which nothing else knows yet"
LAST = "a plain setting or text under the row's lock: the last word stands, each word is on record"
LOOK = "changes nothing but the trail"
INNER = "called by other moves within their locks, not by a person"
MANY = "the single move for each of several rows"
NOT_MET = {
    "accounts.schools.create_school": "a command of the machine's own administrator",
    "accounts.schools.name_offices": LAST,
    "accounts.retaining.set_days": LAST,
    "accounts.meetings.enter": LAST,
    "accounts.saving.forget": "deletes one's own row: gone is gone",
    "pledges.joint.leave_poster": "deletes one's own row: gone is gone",
    "accounts.sight.look": LOOK,
    "accounts.joining.candidates": LOOK,
    "accounts.joining.preview": LOOK,
    "pledges.rebinding.rebind": INNER,
    "accounts.unmasking.unmask": LOOK,
    "accounts.files.keep": NEW,
    "accounts.files.keep_from": NEW,
    "accounts.grants.hold": INNER,
    "accounts.grants.stop": INNER,
    "accounts.contracts.note_end": INNER,
    "accounts.contracts.bring_back": INNER,
    "accounts.roster.renew": INNER,
    "accounts.roster.take_back": INNER,
    "accounts.duties.take_up": INNER,
    "accounts.duties.close": INNER,
    "accounts.handover.held_by": LOOK,
    "accounts.transfers.relocate": INNER,
    "accounts.transfers.ask_for_all": INNER,
    "accounts.roster.queueing.read_soon": INNER,
    "accounts.roster.correcting.merge": "the corrected rows go the way of save_fixes",
    "accounts.roster.mapping.remember": INNER,
    "accounts.roster.emptying.close_emptied": INNER,
    "accounts.roster.undoing.undo": INNER,
    "accounts.roster.applying.apply": INNER,
    "pledges.rooting.fix_root": INNER,
    "pledges.drafting.draft": NEW,
    "pledges.drafting.revise": LAST,
    "pledges.joint.draft": NEW,
    "pledges.joint.revise": LAST,
    "pledges.charters.drafting.draft": NEW,
    "pledges.charters.drafting.revise": LAST,
    "pledges.charters.papers.keep": LAST,
    "rounds.findings.put_down": INNER,
    "rounds.outside.show_outside": NEW,
    "rounds.items.set_items": LAST,
    "rounds.restoring.restore": INNER,
    "rounds.items.draft_asking": NEW,
    "rounds.items.revise_asking": LAST,
    "rounds.doing.complete_entered": INNER,
    "selfcheck.cards.drafting.draft": NEW,
    "selfcheck.cards.drafting.revise": LAST,
    "selfcheck.cards.declaring.check_zeros": MANY,
    "selfcheck.cards.reporting.remark": LAST,
    "selfcheck.cards.reporting.explain": LAST,
    "selfcheck.cards.reporting.stamp_sheet": LAST,
    "selfcheck.cards.returning.take_back": LAST,
    "selfcheck.cards.declaring.exchange": INNER,
    "rounds.items.excuse_item": INNER,
    "rounds.items.ask_again": INNER,
    "selfcheck.tools.barriers.decide": "allow or decline, as it is told",
    "selfcheck.tools.catalogue.adopt": "under the school's unique code: what is there stays",
    "selfcheck.tools.catalogue.keep_tool": LAST,
    "selfcheck.tools.catalogue.keep_item": LAST,
    "selfcheck.tools.catalogue.drop_item": "deletes a row nothing hangs on: gone is gone",
    "selfcheck.tools.codes.note": INNER,
    "selfcheck.tools.drafting.draft": NEW,
    "selfcheck.tools.drafting.revise": LAST,
    "selfcheck.tools.judging.pass_many": MANY,
    "selfcheck.tools.pictures.hold": INNER,
    "selfcheck.tools.pictures.remove": INNER,
    "selfcheck.tools.pictures.show": INNER,
    "selfcheck.tools.placing.answered": INNER,
    "selfcheck.tools.placing.assign": "by hand through dropping.direct, which is raced",
    "selfcheck.tools.placing.let_go": INNER,
    "selfcheck.tools.placing.place": INNER,
    "selfcheck.tools.receiving.settle_file": INNER,
    "selfcheck.tools.sending.record_try": INNER,
    "selfcheck.tools.unpacking.begin": INNER,
    "rounds.ladder.approve_many": MANY,
    "rounds.ladder.send_back_many": MANY,
    "notices.circulars.write": LAST,
    "notices.circulars.attach": "under the draft's lock, up to five",
    "notices.circulars.detach": "under the draft's lock: gone is gone",
    "notices.circulars.start": INNER,
}


# what people do for themselves, and so without an actor beside them
SIGNING = {
    "pledges.signing.sign",
    "pledges.declining.decline",
    "pledges.joint.join",
    "pledges.heads.sign_for_unit",
    "pledges.charters.sign",
    "accounts.requests.ask",
    "accounts.informing.read",
    "accounts.grants.promise",
}


def moves() -> set[str]:
    """The services that a named person calls: functions with a keyword `actor`."""
    found = set()
    for area in AREAS:
        for path in [*Path(area).rglob("services/**/*.py"), *Path(area).rglob("services.py")]:
            steps = [step for step in path.with_suffix("").parts if step != "services"]
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and is_move(node):
                    found.add(".".join([*steps, node.name]))
    return found | SIGNING


def is_move(node: ast.FunctionDef) -> bool:
    named = {argument.arg for argument in node.args.kwonlyargs}
    return "actor" in named and not node.name.startswith("_")


def shortened(name: str) -> str:
    """A name as a registry may write it: the package of services for its module."""
    move = name.rpartition(".")[2]
    inner = re.match(r"(accounts\.roster|pledges\.charters)\.", name)
    return f"{inner[1]}.{move}" if inner else name


def test_every_move_has_met_another_or_says_why_not():
    met = {*ONCE, *SAME, *MET, *ELSEWHERE, *NOT_MET}

    assert sorted(name for name in moves() if not {name, shortened(name)} & met) == []
    assert len(moves()) > 100


def test_no_entry_is_stale():
    there = moves() | {shortened(name) for name in moves()}

    assert sorted(set(NOT_MET) - there) == []
    assert sorted(set(ELSEWHERE) - there) == []


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_meets_elsewhere_is_there(name):
    text = (Path("tests") / ELSEWHERE[name]).read_text()

    assert re.search(rf"\b{name.rpartition('.')[2]}\b|make\.(put_hand|head_signs)", text)
