"""Addresses of the review queue."""

from django.urls import path

from selfcheck.tools.views import evidence, review

app_name = "review"

urlpatterns = [
    path("", review.waiting, name="list"),
    path("<int:pk>/<int:unit_id>/", review.review, name="queue"),
    path("<int:pk>/<int:unit_id>/pictures/", evidence.evidence, name="pictures"),
    path("<int:pk>/<int:unit_id>/many/", review.pass_many, name="many"),
    path("<int:pk>/<int:unit_id>/<int:answer_id>/", review.settle, name="settle"),
    path("<int:pk>/<int:unit_id>/looks/<int:review_id>/undo/", review.undo, name="undo"),
]
