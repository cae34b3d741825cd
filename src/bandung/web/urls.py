"""Addresses of the pages that everyone may read, and of the catalogue's edit forms."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, register_converter
from django.views.i18n import set_language

from bandung.core.addresses import post_only
from bandung.web.views import about, catalogue, items, needs, overview, record, states


class LineId:
    """A line's printed key, such as 345.12."""

    regex = r"[0-9]{1,12}\.[0-9]{1,5}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LineId, "line")

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("needs/", needs.needs, name="needs"),
    path("needs/<line:line_id>/", needs.line, name="line"),
    path("states/", states.states, name="states"),
    path("states/<slug:iso3>/", states.state, name="state"),
    path("items/", items.items, name="items"),
    path("items/new/", catalogue.new_item, name="item_new"),
    path("items/<slug:code>/", items.item, name="item"),
    path("items/<slug:code>/edit/", catalogue.edit_item, name="item_edit"),
    path("indicators/<slug:code>/", items.indicator, name="indicator"),
    path("record/", record.record, name="record"),
    path("record/<int:number>/", record.act, name="act"),
    path("record/<int:number>/entry.json", record.act_entry, name="act_entry"),
    path("record/<int:number>/<slug:label>.json", record.act_block, name="act_block"),
    path("about/", about.about, name="about"),
    path("language/", login_not_required(post_only(set_language)), name="language"),
]
