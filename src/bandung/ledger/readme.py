"""The README of a bundle: what the folder is, and how to check it with Python alone."""

from bandung.ledger.checkpoint import Checkpoint

SCRIPT = """\
import hashlib, json, pathlib, sys

def sha(prefix, content):
    return hashlib.sha256(prefix + content).digest()

peaks, opened, size, last = [], set(), 0, ""
folder = pathlib.Path("opened")
with open("log.jsonl", "rb") as log, open("leaves") as leaves:
    for line in log:
        content, size = line[:-1], size + 1
        leaf, entry = sha(b"\\0", content), json.loads(content)
        tidy = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        good = leaf.hex() == next(leaves, "").strip() and tidy.encode() == content
        good = good and entry["number"] == size and entry["at"] >= last
        named = entry["blocks"]
        for commitment in named.values() if isinstance(named, dict) else named:
            if (folder / commitment).is_file():
                block = (folder / commitment).read_bytes()
                good = good and sha(b"bandung-seal-v1\\n", block).hex() == commitment
                opened.add(commitment)
        if not good or not opened.issuperset(entry.get("opens", [])):
            sys.exit(f"entry {size} fails")
        peaks, last, below = [*peaks, leaf], entry["at"], size
        while below % 2 == 0:
            right, left = peaks.pop(), peaks.pop()
            peaks.append(sha(b"\\1", left + right))
            below //= 2
    if next(leaves, ""):
        sys.exit(f"entry {size + 1} fails")
if any(path.name not in opened for path in folder.glob("*")):
    sys.exit("a file in opened/ belongs to no entry")
root = peaks.pop() if peaks else hashlib.sha256(b"").digest()
while peaks:
    root = sha(b"\\1", peaks.pop() + root)
print(size, root.hex())
"""

TEMPLATE = """\
# A bundle of the record {origin}

{exercise}This folder holds {size} acts, in their order, and the root hash over all of them.

| file | holds |
| --- | --- |
| `log.jsonl` | each line the exact bytes of one entry |
| `leaves` | each line the leaf hash of that entry: SHA-256(0x00, bytes) |
| `opened/` | the blocks that an act made public: 32 bytes of salt, then the content |
{blocks}| `checkpoint` | origin, size, root in Base64: a C2SP tlog-checkpoint, unsigned |

An entry names its blocks by commitments: SHA-256("bandung-seal-v1\\n", salt, content). A sealed
entry shows its number, its time and its commitments alone.

## How to check it

`bandung ledger verify DIR` checks all of this and names the first entry that fails.

Python alone is enough too. Run this in the folder. It stops at the first entry that fails;
otherwise it prints {size} and {root}.

```python
{script}```

Then compare size and root with a checkpoint that you kept, or that somebody else holds. Nobody
can change the first entries of a log without changing the root over them.
"""

FULL = "| `blocks/` | every block, sealed ones too: **confidential**, for backup and handover |\n"


def readme(reached: Checkpoint, exercise: str, full: bool) -> str:
    """The README of a bundle that ends at the checkpoint `reached`."""
    return TEMPLATE.format(
        origin=reached.origin,
        size=reached.size,
        root=reached.root,
        exercise=f"**{exercise}**\n\n" if exercise else "",
        blocks=FULL if full else "",
        script=SCRIPT,
    )
