"""Addresses of safeguards."""

from django.urls import path

from selfcheck.tools.views import barriers, catalogue, expiring, pictures

app_name = "tools"

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("adopt/", catalogue.adopt, name="adopt"),
    path("new/", catalogue.new_tool, name="new_tool"),
    path("<int:pk>/", catalogue.tool, name="tool"),
    path("<int:pk>/edit/", catalogue.edit_tool, name="edit_tool"),
    path("<int:pk>/retire/", catalogue.retire, name="retire"),
    path("<int:pk>/restore/", catalogue.restore, name="restore"),
    path("<int:pk>/items/new/", catalogue.new_item, name="new_item"),
    path("<int:pk>/items/<int:item_id>/", catalogue.edit_item, name="edit_item"),
    path("<int:pk>/items/<int:item_id>/drop/", catalogue.drop_item, name="drop_item"),
    # what keeps people from a tool
    path("barriers/", barriers.listed, name="barriers"),
    path("barriers/new/", barriers.enter, name="enter_barrier"),
    path("barriers/<int:pk>/decide/", barriers.decide, name="decide_barrier"),
    path("barriers/<int:pk>/end/", barriers.end, name="end_barrier"),
    path("barriers/<int:pk>/withdraw/", barriers.withdraw, name="withdraw_barrier"),
    path("rounds/<int:pk>/<int:tool_id>/barrier/", barriers.ask, name="ask_barrier"),
    # what runs out
    path("expiring/", expiring.choose, name="expiring"),
    path("expiring/<int:pk>/", expiring.expiring, name="expiring_of"),
    # a person's own pages
    path("rounds/<int:pk>/", pictures.mine, name="mine"),
    path("rounds/<int:pk>/<int:tool_id>/send/", pictures.send, name="send"),
    path("rounds/<int:pk>/people/<int:person_id>/", pictures.of_person, name="of_person"),
    path("shots/<int:pk>/remove/", pictures.remove, name="remove"),
]
