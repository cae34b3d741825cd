"""The parts of docs/ that scripts/write_docs.py writes."""
