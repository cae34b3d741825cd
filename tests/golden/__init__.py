"""One small ledger for every version of every act ever released, ending with that act.

Each file is replayed in every test run, so that no old entry becomes unreadable. After a new act
or a new version has its tests, `pytest --golden-add tests/<app>` writes the missing files out of
what those tests recorded. A file that exists is never written again: stored bytes are final.
"""
