"""The roster wizard with a bad file, in a browser: no table, unknown columns, refused rows."""

import pytest

from accounts import jobs
from accounts.models import ImportBatch, Job, User
from tests import factories as make
from tests.accounts.rosters import as_rows, row, write_csv

pytestmark = pytest.mark.django_db(transaction=True)
STRANGE = ["编码", "姓名", "学院", "班级", "年级", "寝室", "手机号", "证号", "备注"]


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def bring(who, path):
    who.open("/roster/upload/")
    who.page.set_input_files("input[type=file]", path)
    who.page.locator("main button[type=submit]").click()
    who.page.wait_for_load_state()
    work()
    who.page.reload()


def press(who, name):
    who.page.get_by_role("button", name=name, exact=True).first.click()
    who.page.wait_for_load_state("networkidle")
    work()
    who.page.reload()


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_bad_file_is_brought_to_a_good_end(visitor, width, tmp_path):
    campus = make.campus()
    office = visitor(width).login(campus.office, make.PASSWORD)
    paper = tmp_path / "名册.xlsx"
    paper.write_bytes(b"%PDF-1.7 scanned")
    bring(office, paper)
    office.page.get_by_text("这是PDF 文件，不是表格文件").first.wait_for()

    bad = [
        row("2026000001", "甲新生", phone="0571-8888"),
        row("2026000002", "乙新生", klass="计科23级1班"),
    ]
    bring(office, write_csv(tmp_path / "迎新.csv", [*as_rows(campus), *bad], STRANGE))
    office.page.get_by_role("link", name="指明各列的含义").click()
    office.keep("wizard-columns")
    assert office.overflow() <= 0
    assert office.serious() == []
    office.page.get_by_label("编码").select_option("number")
    press(office, "保存并重新读取")

    office.page.get_by_role("link", name="在网页上更正").click()
    office.keep("wizard-correct")
    assert office.overflow() <= 0
    assert office.serious() == []
    office.page.get_by_label("手机号", exact=True).first.fill("13812345678")
    office.page.get_by_label("班级", exact=True).last.fill("计科2301班")
    press(office, "保存并重新核对")

    office.keep("wizard-ready")
    press(office, "确认写入")
    office.keep("wizard-applied")
    batch = ImportBatch.objects.latest("id")
    assert (batch.state, batch.counts["added"], batch.counts["rejected"]) == ("applied", 2, 0)
    office.open(f"/roster/{batch.pk}/note/{campus.college.pk}/")
    office.keep("wizard-note")
    assert office.overflow() <= 0
    office.open(f"/roster/{batch.pk}/undo/")
    office.keep("wizard-undo")
    assert office.overflow() <= 0
    press(office, "撤销这次导入")
    batch.refresh_from_db()
    assert (batch.state, User.objects.filter(name="甲新生").exists()) == ("undone", False)
    office.open("/roster/roll-over/")
    office.page.get_by_role("button", name="查看").click()
    office.page.wait_for_load_state("networkidle")
    office.keep("wizard-roll-over")
    assert office.overflow() <= 0
    assert office.serious() == []
    office.open(f"/people/{campus.classmate.pk}/turn/")
    office.keep("wizard-turn")
    assert office.overflow() <= 0
    assert office.serious() == []
