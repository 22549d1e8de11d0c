"""Addresses of a class's pictures handed in at once."""

from django.urls import path

from selfcheck.tools.views import drops

app_name = "drops"

urlpatterns = [
    path("<int:pk>/<int:unit_id>/", drops.klass, name="class"),
    path("<int:pk>/<int:unit_id>/start/", drops.start, name="start"),
    path("<int:pk>/<int:unit_id>/send/", drops.send, name="send"),
    path("<int:pk>/", drops.drop, name="drop"),
    path("<int:pk>/add/", drops.add, name="add"),
    path("<int:pk>/files/<int:file_id>/", drops.file, name="file"),
    path("<int:pk>/files/<int:file_id>/off/", drops.take_off, name="take_off"),
    path("<int:pk>/take/", drops.take, name="take"),
    path("<int:pk>/undo/", drops.undo, name="undo"),
    path("<int:pk>/resume/", drops.resume, name="resume"),
]
