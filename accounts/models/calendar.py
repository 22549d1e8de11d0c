"""The school's calendar: its terms, and the days it works or rests against the general rule."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from accounts.scope import ScopedQuerySet


class Term(models.Model):
    """A 学期 of a 学年, both days included; week 1 begins on the Monday that is told."""

    class Number(models.IntegerChoices):
        FIRST = 1, "第一学期"
        SECOND = 2, "第二学期"
        THIRD = 3, "第三学期（小学期）"

    school = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="学校")
    year = models.PositiveSmallIntegerField("学年起始年份")
    number = models.PositiveSmallIntegerField("学期", choices=Number)
    week_one = models.DateField("第 1 周的星期一")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "calendar", "school__path"

    class Meta:
        verbose_name = verbose_name_plural = "学期"
        ordering = ["starts_on"]
        constraints = [
            UniqueConstraint(fields=["school", "year", "number"], name="a_term_stands_once"),
            CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="term_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return f"{self.year}-{self.year + 1} 学年{self.get_number_display()}"


class SchoolDay(models.Model):
    """A day on which the school works or rests, whatever the general calendar says."""

    school = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="学校")
    day = models.DateField("日期")
    works = models.BooleanField("工作日")
    note = models.CharField("说明", max_length=40, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "calendar", "school__path"

    class Meta:
        verbose_name = verbose_name_plural = "校定工作日与休息日"
        ordering = ["day"]
        constraints = [UniqueConstraint(fields=["school", "day"], name="a_day_is_set_once")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {'上班' if self.works else '放假'}"
