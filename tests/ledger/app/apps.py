from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "tests.ledger.app"
    label = "stock"
