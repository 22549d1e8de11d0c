"""A row of each model of the desk in one school, and where its pages are."""

import re
from datetime import timedelta
from html.parser import HTMLParser

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import (
    AuditEntry,
    Duty,
    Grant,
    ImportBatch,
    Job,
    Login,
    Meeting,
    MeetingTask,
    RecordRequest,
    RetentionRule,
    School,
    Transfer,
    Unit,
    User,
)
from accounts.services import meetings, requests, retaining
from accounts.services.files import keep
from notices.models import Circular, Reminder
from notices.services import circulars
from pledges import services as pledges
from pledges.heads.models import HeadSignature
from pledges.joint.models import JointRound
from pledges.models import Archive, Charter, Objection, Passing, PledgeText, Scan, Signature
from rounds import services
from rounds.models import (
    Assignment,
    Completion,
    Correction,
    Excuse,
    Finding,
    LockException,
    OutsideBatch,
    Round,
)
from selfcheck.models import Tool
from selfcheck.tools.services import catalogue as tools
from tests import factories as make

MODELS = [
    Unit, User, Duty, Grant, School, ImportBatch, Job, AuditEntry,
    Login, RetentionRule, Round, Assignment, Excuse, Correction,
    PledgeText, Signature, Completion, LockException,
    OutsideBatch, Finding, HeadSignature, Charter, JointRound, Objection, Scan, Passing, Archive,
    Circular, Reminder, Transfer, RecordRequest, Meeting, MeetingTask, Tool,
]  # fmt: skip
SEES = {
    "office": set(MODELS) - {AuditEntry, Login},
    "sysadmin": {Unit, User, Grant, Job, Login},
    "auditor": {Unit, AuditEntry},
}


def rows_of(campus) -> dict:
    """One row of each model, made by the services, beyond what the school has already."""
    round_ = make.pledge_round(campus, head_role="COLLEGE_HEAD")
    signature = make.sign(round_, campus.student)
    klass = Assignment.objects.get(round=round_, unit=campus.klass)
    services.submit(klass, actor=campus.counselor, note="其余未签")
    correction = services.ask_correction(
        signature.completion, actor=campus.student, reason="签错了字"
    )
    excuse = services.excuse_person(round_, campus.classmate, actor=campus.liaison, reason="休养")
    batch = ImportBatch.objects.create(
        unit=campus.school, path=campus.school.path, created_by=campus.office, counts={"rows": 3}
    )
    job = Job.objects.create(
        kind="import_roster", key=f"k{Job.objects.count()}", requested_by=campus.office
    )
    entry = audit.record(campus.office, "rename", campus.klass, note="记录说明")
    second = Assignment.objects.get(round=round_, unit=campus.second_class)
    leave = services.ask_late(second, actor=campus.second_counselor, reason="集中实习")
    return {
        Unit: campus.klass,
        User: campus.student,
        Duty: Duty.objects.get(person=campus.counselor),
        Grant: Grant.objects.get(user=campus.counselor),
        School: campus.school.school,
        ImportBatch: batch,
        Job: job,
        RetentionRule: retaining.rules(campus.school)[0],
        Login: Login.objects.create(
            user=campus.student, path=campus.student.unit_path, session_key="none"
        ),
        AuditEntry: entry,
        Round: round_,
        Assignment: klass,
        Completion: signature.completion,
        Excuse: excuse,
        Finding: make.finding(signature.completion),
        Correction: correction,
        LockException: leave,
        PledgeText: round_.pledge.text,
        Signature: signature,
    } | beside(campus, round_)


def beside(campus, round_) -> dict:
    """A row of each model beside the main line, in one school."""
    day, now = timezone.localdate(), timezone.now()
    appeal = make.joint_round(campus)
    paper = keep("scan", b"%PDF-1.4", name="签字表.pdf", content_type="", actor=campus.counselor)
    listed = keep("outside", b"x", name="名单.xlsx", content_type="", actor=campus.office)
    meeting = meetings.enter(
        campus.school, actor=campus.office, title="领导小组会议", held_on=day,
        attendees="孙处长", minutes="略",
    )  # fmt: skip
    circular = circulars.write(
        campus.school, actor=campus.office, title="关于反诈宣传的通知", body="请落实。",
        places=[campus.college.path], roles=["COUNSELOR"],
    )  # fmt: skip
    at = {"round": round_, "unit": campus.klass}
    return {
        OutsideBatch: OutsideBatch.objects.create(
            round=round_, unit_path=campus.school.path, source="某平台", file=listed,
            created_by=campus.office
        ),
        HeadSignature: make.head_signs(round_, campus.college, campus.head),
        Charter: make.charter_round(campus).charters.filter(person=None).first(),
        JointRound: appeal.joint,
        Objection: pledges.decline(round_, campus.staff, reason="担心个人信息用途"),
        Scan: Scan.objects.create(
            **at, unit_path=campus.klass.path, file=paper, sha256=f"{paper.pk:064}",
            signed_on=day, added_by=campus.counselor,
        ),
        Passing: Passing.objects.create(
            **at, unit_path=campus.klass.path, started_by=campus.counselor,
            until=now + timedelta(minutes=30), token_sha256="0" * 64,
        ),
        Archive: Archive.objects.create(
            **at, unit_path=campus.klass.path, purpose="学院留存", requested_by=campus.counselor,
            made_at=now,
        ),
        Circular: circular,
        Reminder: Reminder.objects.create(
            **at, path=campus.klass.path, places=[campus.klass.path], whom="people",
            send_at=now + timedelta(days=3), created_by=campus.counselor,
        ),
        Transfer: Transfer.objects.create(
            person=make.person(campus.klass), old_path=campus.klass.path,
            new_path=campus.second_class.path, asked_by=campus.liaison,
        ),
        RecordRequest: requests.ask(
            make.person(campus.klass), kind="correct", text="姓名应为张晓明"
        ),
        Meeting: meeting,
        Tool: Tool.objects.filter(unit=campus.school).first()
        or tools.adopt(campus.school, actor=campus.office)[0],
        MeetingTask: meetings.give_task(
            meeting, text="核对名册", holder=campus.liaison, due_on=day, actor=campus.office
        ),
    }  # fmt: skip


def list_url(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def row_url(row, page: str = "change") -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[row.pk])


def step_url(row, step: str) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_step"
    return reverse(name, args=[row.pk, step])


def steps_of(model):
    return admin.site.get_model_admin(model).steps


class Words(HTMLParser):
    """The text a person sees or hears: between the tags, in titles, labels and alternatives."""

    def __init__(self):
        super().__init__()
        self.found, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in {"script", "style"}
        told = {"title", "alt", "placeholder", "aria-label"}
        self.found += [value or "" for name, value in attrs if name in told]

    def handle_endtag(self, tag):
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self.hidden:
            self.found.append(data)


def english(page: str) -> set[str]:
    """Words of four or more Latin letters that a person would meet on the page."""
    reader = Words()
    reader.feed(page)
    return set(re.findall(r"[A-Za-z]{4,}", " ".join(reader.found)))
