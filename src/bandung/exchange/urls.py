"""Addresses of the way to a submission, and of downloads."""

from django.urls import path, register_converter

from bandung.exchange.views import checking, choosing, documents, drafts, exports, lines


class ExportFormat:
    """The ending of a download."""

    regex = "csv|xlsx|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ExportFormat, "export")

urlpatterns = [
    path("submit/", choosing.submit, name="submit"),
    path("submit/template.xlsx", choosing.needs_template, name="needs_template"),
    path("submit/upload/", choosing.upload, name="upload"),
    path("drafts/new/", drafts.draft_new, name="draft_new"),
    path("drafts/<int:number>/", drafts.draft, name="draft"),
    path("drafts/<int:number>/delete/", drafts.draft_delete, name="draft_delete"),
    path("drafts/<int:number>/documents/", documents.documents, name="draft_documents"),
    path("drafts/<int:number>/items/", lines.items, name="draft_items"),
    path("drafts/<int:number>/lines/<int:row>/", lines.line, name="draft_line"),
    path("drafts/<int:number>/check/", checking.check, name="draft_check"),
    path("drafts/<int:number>/upload/", checking.replace_file, name="draft_upload"),
    path("needs/export.<export:format_>", exports.needs_export, name="needs_export"),
    path("needs/totals.<export:format_>", exports.totals_export, name="totals_export"),
]
