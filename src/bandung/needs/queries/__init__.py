"""Reads of needs that two surfaces share: plain frozen rows, for a reader, without a clock.

`now`, where a day matters, is passed in. What a reader may not see is not in any row.
"""

from bandung.needs.queries.filters import IN_FORCE, LineFilter, may_see_sealed, unknown_values
from bandung.needs.queries.items import ItemPage, ItemStates, item_page
from bandung.needs.queries.lines import (
    LINE_COLUMNS,
    LineRow,
    LineView,
    changes_since,
    line_view,
    published_lines,
)
from bandung.needs.queries.overview import Change, Overview, SectorOverview, Week, overview
from bandung.needs.queries.reporting import Reporting, ReportingStatus, reporting
from bandung.needs.queries.states import StatePage, state_page
from bandung.needs.queries.submissions import (
    AttachmentRow,
    DisputeRow,
    Queue,
    ReceiptView,
    RemarkRow,
    SectorRow,
    SubmissionRow,
    SubmissionView,
    document_type,
    is_open_to,
    publication_number,
    queue,
    receipt_view,
    remarks_on,
    submission_heading,
    submission_line,
    submission_view,
)
from bandung.needs.queries.totals import (
    Extent,
    ItemTotal,
    Occurring,
    extent,
    occurring,
    totals,
)

__all__ = [
    "IN_FORCE",
    "LINE_COLUMNS",
    "AttachmentRow",
    "Change",
    "DisputeRow",
    "Extent",
    "ItemPage",
    "ItemStates",
    "ItemTotal",
    "LineFilter",
    "LineRow",
    "LineView",
    "Occurring",
    "Overview",
    "Queue",
    "ReceiptView",
    "RemarkRow",
    "Reporting",
    "ReportingStatus",
    "SectorOverview",
    "SectorRow",
    "StatePage",
    "SubmissionRow",
    "SubmissionView",
    "Week",
    "changes_since",
    "document_type",
    "extent",
    "is_open_to",
    "item_page",
    "line_view",
    "may_see_sealed",
    "occurring",
    "overview",
    "publication_number",
    "published_lines",
    "queue",
    "receipt_view",
    "remarks_on",
    "reporting",
    "state_page",
    "submission_heading",
    "submission_line",
    "submission_view",
    "totals",
    "unknown_values",
]
