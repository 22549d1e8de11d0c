"""Each danger is refused by `check --deploy`; the documented production environment passes."""

import pytest
from django.core import checks

from campus_antifraud.checks import keys, kinds
from rounds.models import Round
from tests import factories as make
from tests.deploy_check import check


def test_the_documented_production_environment_has_no_finding():
    assert check().returncode == 0


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"DEBUG": "1"}, "portal.E001"),
        ({"DEMO": "1"}, "portal.E002"),
        ({"INDEX_KEY": ""}, "portal.E003"),
        ({"HTTPS": ""}, "portal.E004"),
        ({"ALLOWED_HOSTS": "localhost"}, "portal.E005"),
        ({"ALLOWED_HOSTS": "*"}, "portal.E005"),
        ({"DATABASE_URL": ""}, "portal.W001"),
        ({"REDIS_URL": ""}, "portal.W002"),
        ({"ADMIN_ADDRESSES": ""}, "portal.W003"),
        ({"FIELD_KEYS": "k1:not-base64"}, "portal.E006"),
        ({"FIELD_KEYS": "k1:c2hvcnQ="}, "portal.E006"),
        ({"INDEX_KEY": "c2hvcnQ="}, "portal.E007"),
    ],
)
def test_each_danger_is_refused(changes, finding):
    done = check(**changes)

    assert done.returncode == 1
    assert finding in done.stderr


def found(messages) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("spec", "ids"),
    [
        ("k2:{key},k1:{key}", []),
        ("k1:{key},k1:{key}", ["portal.E006"]),
        (":{key}", ["portal.E006"]),
        ("", ["portal.E006"]),
    ],
)
def test_keys_that_cannot_seal_are_refused(settings, spec, ids):
    settings.FIELD_KEYS = spec.format(key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")

    assert found(keys(None)) == ids


def test_a_round_of_a_kind_that_no_app_knows_is_found(campus):
    round_ = make.pledge_round(campus)
    assert found(kinds(None, databases=["default"])) == []

    Round.objects.filter(pk=round_.pk).update(kind="gone")

    assert found(kinds(None, databases=["default"])) == ["portal.E008"]
    assert "portal.E008" in found(checks.run_checks(databases=["default"]))
    assert found(kinds(None)) == []
