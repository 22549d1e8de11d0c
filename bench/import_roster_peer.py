"""The same file through django-import-export: use_bulk, and its units looked up in a dictionary.

The units are made beforehand and not timed, people are found by an index made for it, values are
not checked: what is left is what the library itself costs. Telephone and identity number are sealed
by the model, as in any project with such columns.
"""

import tablib
from django.db import connection
from import_export import fields, resources

from accounts.models import Unit, User
from accounts.paths import child
from adapters.spreadsheets import open_workbook


def prepare(path, school):
    """The units of the file by college and class."""
    units: dict[tuple[str, str], Unit] = {}
    tops: dict[str, Unit] = {}
    for row in list(open_workbook(path).sheets[0].rows())[1:]:
        college, klass = row[3], row[6]
        if college not in tops:
            top = child(school.path, len(tops) + 1)
            tops[college] = Unit.objects.create(path=top, kind="college", name=college)
        if (college, klass) not in units:
            below = child(tops[college].path, len(units) + 1)
            units[college, klass] = Unit.objects.create(path=below, kind="class", name=klass)
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX peer_number ON accounts_user (number)")
    return school, units


def resource(school, units):
    """The resource a project would write for this file."""

    class People(resources.ModelResource):
        number = fields.Field(column_name="学号", attribute="number")
        name = fields.Field(column_name="姓名", attribute="name")
        gender = fields.Field(column_name="性别", attribute="gender")
        major = fields.Field(column_name="专业", attribute="major")
        grade = fields.Field(column_name="年级", attribute="grade")
        phone = fields.Field(column_name="手机号", attribute="phone")
        id_number = fields.Field(column_name="身份证号", attribute="id_number")

        class Meta:
            model = User
            fields = ("number", "name", "gender", "major", "grade", "phone", "id_number")
            import_id_fields = ("number",)
            use_bulk = True
            batch_size = 2000

        def before_save_instance(self, instance, row, **kwargs):
            instance.unit = units[row["学院"], row["班级"]]
            instance.unit_path = instance.unit.path
            instance.school = school
            instance.category = "student"
            instance.password = "!"

    return People()


def run(path, prepared):
    """Read the file as the library does and import it."""
    school, units = prepared
    data = tablib.Dataset().load(path.read_bytes(), format="xlsx")
    found = resource(school, units).import_data(data, raise_errors=True)
    return {"written": found.totals["new"]}
