"""The tree: RFC 6962's known roots, an independent library, the definition itself."""

import random
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from bandung.ledger.merkle import (
    consistency_proof,
    empty_root,
    frontier_append,
    frontier_root,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
    split,
)

SIZES = 2048
# The leaves and roots that the reference implementation of Certificate Transparency is tested with.
KNOWN = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (
        "606162636465666768696a6b6c6d6e6f",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ),
]


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962, 2.1 defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    left, right = by_definition(leaves[:middle]), by_definition(leaves[middle:])
    return sha256(b"\x01" + left + right).digest()


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def test_known_roots() -> None:
    leaves: list[bytes] = []
    assert root_of(leaves).hex() == sha256(b"").hexdigest()
    for content, root in KNOWN:
        leaves.append(leaf_hash(bytes.fromhex(content)))
        assert root_of(leaves).hex() == root


def test_frontier_equals_pymerkle_for_every_size() -> None:
    tree, frontier = InmemoryTree(algorithm="sha256"), ()
    assert frontier_root(frontier) == empty_root() == tree.get_root(0)
    for size in range(SIZES):
        tree.append_entry(str(size).encode())
        frontier = frontier_append(frontier, size, leaf_hash(str(size).encode()))
        assert len(frontier) == (size + 1).bit_count()
        assert frontier_root(frontier) == tree.get_root(size + 1)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_root_is_that_of_the_definition(contents: list[bytes]) -> None:
    leaves = [leaf_hash(each) for each in contents]
    assert root_of(leaves) == by_definition(leaves)


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="a frontier of 3 leaves has 2 hashes"):
        frontier_append((b"\0" * 32,), 3, b"\0" * 32)


@pytest.mark.parametrize(("size", "middle"), [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8)])
def test_split(size: int, middle: int) -> None:
    assert split(size) == middle


def test_inclusion_proofs_are_pymerkles() -> None:
    """pymerkle lists the same hashes and the leaf, but from left to right."""
    tree = InmemoryTree(algorithm="sha256")
    for number in range(65):
        tree.append_entry(str(number).encode())
    for size in range(1, 66):
        leaves = leaves_of(size)
        for index in range(size):
            theirs = tree.prove_inclusion(index + 1, size).serialize()["path"]
            ours = [leaves[index], *inclusion_proof(leaves, index)]
            assert sorted(ours) == sorted(map(bytes.fromhex, theirs))


def test_every_inclusion_proof_holds_and_no_altered_one() -> None:
    for size in (1, 2, 3, 7, 8, 13, 16, 33):
        leaves = leaves_of(size)
        root = root_of(leaves)
        for index, leaf in enumerate(leaves):
            path = inclusion_proof(leaves, index)
            assert is_included(leaf, index, size, path, root)
            assert not is_included(leaf_hash(b"other"), index, size, path, root)
            assert not is_included(leaf, index, size, [*path, root], root)
            assert not is_included(leaf, index + 1, size, path, root)
            assert not is_included(leaf, index - 1, size, path, root)
            assert not is_included(leaf, index, size, path, leaf_hash(b"root"))
            for cut in range(len(path)):
                assert not is_included(leaf, index, size, path[:cut] + path[cut + 1 :], root)


def test_no_proof_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError, match="no leaf 3 in a tree of 3"):
        inclusion_proof(leaves_of(3), 3)
    with pytest.raises(IndexError):
        inclusion_proof(leaves_of(3), -1)


def test_every_consistency_proof_holds_and_no_altered_one() -> None:
    leaves = leaves_of(40)
    roots = [root_of(leaves[:size]) for size in range(41)]
    for later in range(1, 41):
        for earlier in range(1, later + 1):
            path = consistency_proof(leaves[:later], earlier)
            assert is_consistent(earlier, later, path, roots[earlier], roots[later])
            assert not is_consistent(earlier, later, path, roots[earlier - 1], roots[later])
            assert not is_consistent(earlier, later, path, roots[earlier], leaf_hash(b""))
            assert not is_consistent(
                earlier, later, [*path, roots[1]], roots[earlier], roots[later]
            )
            if path:
                assert not is_consistent(earlier, later, path[1:], roots[earlier], roots[later])
                assert not is_consistent(earlier, later, path[:-1], roots[earlier], roots[later])


def test_consistency_proof_of_rfc_6962() -> None:
    """The example of RFC 6962, 2.1.3: from 3 leaves to 7 the proof is [c, d, g, l]; from 4: [l];
    from 6: [i, j, k]."""
    a, b, c, d, e, f, j = leaves_of(7)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k = node_hash(g, h)
    last = node_hash(i, j)
    assert consistency_proof(leaves_of(7), 3) == [c, d, g, last]
    assert consistency_proof(leaves_of(7), 4) == [last]
    assert consistency_proof(leaves_of(7), 6) == [i, j, k]
    assert inclusion_proof(leaves_of(7), 0) == [b, h, last]
    assert inclusion_proof(leaves_of(7), 6) == [i, k]


def test_no_consistency_with_a_longer_or_empty_tree() -> None:
    root = root_of(leaves_of(3))
    assert not is_consistent(0, 3, [], empty_root(), root)
    assert not is_consistent(4, 3, [], root, root)
    assert not is_consistent(2, 3, [], root, root)
    for earlier in (0, 4):
        with pytest.raises(IndexError, match="no earlier tree"):
            consistency_proof(leaves_of(3), earlier)


@settings(max_examples=50)
@given(st.integers(2, 2000), st.randoms(use_true_random=False))
def test_proofs_in_large_trees(size: int, chance: random.Random) -> None:
    leaves = leaves_of(size)
    index, earlier = chance.randrange(size), chance.randint(1, size)
    root = root_of(leaves)
    assert is_included(leaves[index], index, size, inclusion_proof(leaves, index), root)
    path = consistency_proof(leaves, earlier)
    assert is_consistent(earlier, size, path, root_of(leaves[:earlier]), root)
