"""A row of each model of the desk in one school, and where its pages are."""

import re
from html.parser import HTMLParser

from django.contrib import admin
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, Grant, ImportBatch, Job, School, Unit, User
from pledges.models import PledgeText, Signature
from rounds import services
from rounds.models import Assignment, Correction, Excuse, Round
from tests import factories as make

MODELS = [
    Unit, User, Grant, School, ImportBatch, Job, AuditEntry,
    Round, Assignment, Excuse, Correction, PledgeText, Signature,
]  # fmt: skip
SEES = {
    "office": set(MODELS) - {AuditEntry},
    "sysadmin": {Unit, User, Grant, Job},
    "auditor": {Unit, AuditEntry},
}


def rows_of(campus) -> dict:
    """One row of each model, made by the services, beyond what the school has already."""
    round_ = make.pledge_round(campus)
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
    return {
        Unit: campus.klass,
        User: campus.student,
        Grant: Grant.objects.get(user=campus.counselor),
        School: campus.school.school,
        ImportBatch: batch,
        Job: job,
        AuditEntry: entry,
        Round: round_,
        Assignment: klass,
        Excuse: excuse,
        Correction: correction,
        PledgeText: round_.pledge.text,
        Signature: signature,
    }


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
