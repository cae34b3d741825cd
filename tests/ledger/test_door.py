import time
import pytest
from bandung.ledger import queries
from bandung.ledger.audit import verify_instance
from bandung.ledger.bundle import export
from bandung.ledger.verify import verify_bundle
from bandung.ledger.rebuild import check
from tests.ledger import story
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

def test_story(tmp_path):
    receipts = story.tell()
    print(verify_instance())
    export(tmp_path/"a", full=False)
    export(tmp_path/"b", full=True)
    print(verify_bundle(tmp_path/"a"))
    print(verify_bundle(tmp_path/"b", queries.checkpoint(3)))
    import subprocess
    subprocess.run(["find", tmp_path, "-ls"])
    t=time.time()
    print(check(), time.time()-t)
