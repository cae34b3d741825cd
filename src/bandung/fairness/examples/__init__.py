"""Worked examples with published figures."""
