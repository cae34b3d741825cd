"""The Merkle tree of RFC 6962 section 2 (the same in RFC 9162): hashes, roots and proofs.

Each law is one small function over 32-byte hashes. Plain Python, no state.
"""

from collections.abc import Sequence
from hashlib import sha256

Hash = bytes


def empty_root() -> Hash:
    """The root of a tree with no leaves: the hash of nothing (RFC 6962, 2.1)."""
    return sha256(b"").digest()


def leaf_hash(content: bytes) -> Hash:
    """The hash of a leaf: SHA-256(0x00 || content)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def frontier_append(frontier: Sequence[Hash], size: int, leaf: Hash) -> tuple[Hash, ...]:
    """The frontier after one more leaf.

    A frontier of a tree of `size` leaves holds the root of each perfect subtree, largest first:
    one hash for each 1 in the binary writing of `size`.
    """
    if len(frontier) != size.bit_count():
        raise ValueError(f"a frontier of {size} leaves has {size.bit_count()} hashes")
    peaks, joined = list(frontier), leaf
    while size & 1:
        joined = node_hash(peaks.pop(), joined)
        size >>= 1
    return (*peaks, joined)


def frontier_root(frontier: Sequence[Hash]) -> Hash:
    """The root of the tree whose frontier this is."""
    if not frontier:
        return empty_root()
    *rest, root = frontier
    for peak in reversed(rest):
        root = node_hash(peak, root)
    return root


def root_of(leaves: Sequence[Hash]) -> Hash:
    """The root over leaf hashes."""
    frontier: tuple[Hash, ...] = ()
    for size, leaf in enumerate(leaves):
        frontier = frontier_append(frontier, size, leaf)
    return frontier_root(frontier)


def split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[Hash], index: int) -> list[Hash]:
    """The audit path of leaf `index` (from 0), lowest first (RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*inclusion_proof(leaves[:middle], index), root_of(leaves[middle:])]
    return [*inclusion_proof(leaves[middle:], index - middle), root_of(leaves[:middle])]


def is_included(leaf: Hash, index: int, size: int, path: Sequence[Hash], root: Hash) -> bool:
    """Whether `path` proves that `leaf` stands at `index` under `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            reached = node_hash(sibling, reached)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and reached == root


def consistency_proof(leaves: Sequence[Hash], earlier: int) -> list[Hash]:
    """The proof that the tree of the first `earlier` leaves grew into this (RFC 6962, 2.1.2)."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"no earlier tree of {earlier} leaves in one of {len(leaves)}")
    return _subproof(leaves, earlier, is_whole=True)


def _subproof(leaves: Sequence[Hash], earlier: int, is_whole: bool) -> list[Hash]:
    if earlier == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    middle = split(len(leaves))
    if earlier <= middle:
        return [*_subproof(leaves[:middle], earlier, is_whole), root_of(leaves[middle:])]
    return [*_subproof(leaves[middle:], earlier - middle, False), root_of(leaves[:middle])]


def is_consistent(
    earlier: int, later: int, path: Sequence[Hash], earlier_root: Hash, later_root: Hash
) -> bool:
    """Whether `path` proves that the earlier root's log is the start of the later root's log
    (RFC 9162, 2.1.4.2)."""
    if not 0 < earlier <= later:
        return False
    if earlier == later:
        return not path and earlier_root == later_root
    hashes = list(path)
    if earlier & (earlier - 1) == 0:
        hashes.insert(0, earlier_root)
    if not hashes:
        return False
    position, last = earlier - 1, later - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old == earlier_root and new == later_root
