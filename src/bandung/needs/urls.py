"""Addresses of the desk, of submissions and of their review; all for those who signed in."""

from django.urls import path

from bandung.needs import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("review/<int:number>/", views.review, name="review"),
    path("submissions/<int:number>/", views.submission, name="submission"),
    path("submissions/<int:number>/receipt/", views.receipt, name="receipt"),
    path("submissions/<int:number>/publish/", views.publish, name="submission_publish"),
    path("submissions/<int:number>/withdraw/", views.withdraw, name="submission_withdraw"),
    path("submissions/<int:number>/lines/<int:row>/mark/", views.mark, name="line_mark"),
    path("submissions/<int:number>/original/", views.original, name="submission_original"),
    path(
        "submissions/<int:number>/documents/<int:position>/",
        views.document,
        name="submission_document",
    ),
]
