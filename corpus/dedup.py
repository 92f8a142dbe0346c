"""What makes two articles the same or nearly so: hashes of input and content, MinHash of 5-word shingles.

Near copies are found in three steps, each cheaper to pass than the next: a shared band key (an indexed look-up in the
store), a similar signature, and at last the exact Jaccard similarity of the shingles themselves.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHINGLE_WORDS = 5
"""Words of a shingle. Two news texts on the same event share few runs of five words, a re-used text shares most."""

NEAR_COPY_ABOVE = 0.8
"""Jaccard similarity of the shingles above which two articles are near copies."""

BANDS = 10
BAND_ROWS = 4
"""A pair of similarity s shares a band with probability 1 - (1 - s^4)^10: 0.995 at 0.8, 0.9994 at 0.85, 0.08 at 0.3.
Each band is a row at a random place of an index, which is most of what a large store writes for an article."""

PERMUTATIONS = 64
"""Values of a signature; the bands use the first 40 of them."""

SIGNATURE_ABOVE = 0.6
"""Pairs with a smaller share of equal signature values are not looked at: 0.8 estimated by 64 values has a standard
deviation of 0.05, so that this is four of them away."""

_WORD = re.compile(r"\w+")
_NOT_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# Multilinear hashing: a sum of products with unrelated odd numbers tells the order of what is summed.
_MULTIPLIERS = _mix(np.arange(1, SHINGLE_WORDS + 1, dtype=np.uint64)) | np.uint64(1)
_BAND_MULTIPLIERS = _mix(np.arange(101, 101 + BAND_ROWS, dtype=np.uint64)) | np.uint64(1)


def input_hash(*fields: str | None) -> bytes:
    """Hash of what an article was made from.

    :param fields: all raw fields, and whatever else decides what becomes of them, in a fixed order.
    :return: 16 bytes.

    >>> input_hash("a", "b") == input_hash("ab", None)
    False
    """
    digest = hashlib.blake2b(digest_size=16)
    for field in fields:
        data = b"" if field is None else field.encode("utf-8", "surrogatepass")
        digest.update(b"-" if field is None else b"%d:" % len(data))
        digest.update(data)
    return digest.digest()


def content_hash(text: str) -> bytes:
    """Hash of the case-folded letters and digits of a text: spaces, line breaks and punctuation do not count.

    :return: 16 bytes.

    >>> content_hash("Harga beras naik, kata Tini.") == content_hash("HARGA BERAS NAIK kata Tini")
    True
    """
    letters = _NOT_LETTER_OR_DIGIT.sub("", text.casefold())
    return hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def shingles(text: str) -> NDArray[np.uint64]:
    """Hashes of all runs of five words, case-folded.

    :return: (n,) uint64, sorted, each once; (0,) for a text of fewer than five words.

    >>> shingles("Hujan deras turun di Bogor").shape, shingles("Hujan deras").shape
    ((1,), (0,))
    """
    words = [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(text.casefold())]
    if len(words) < SHINGLE_WORDS:
        return np.empty(0, dtype=np.uint64)
    hashes = np.fromiter(map(zlib.crc32, words), dtype=np.uint64, count=len(words))
    runs = np.lib.stride_tricks.sliding_window_view(hashes, SHINGLE_WORDS)
    return np.unique(_mix((runs * _MULTIPLIERS).sum(axis=1, dtype=np.uint64)))


def signature(text: str) -> NDArray[np.uint32]:
    """MinHash of a text's shingles; the share of equal values estimates the Jaccard similarity.

    :return: (64,) uint32, or (0,) for a text of fewer than five words.
    """
    from datasketch.minhash import MinHash

    hashes = shingles(text)
    if not hashes.size:
        return np.empty(0, dtype=np.uint32)
    sketch = MinHash(num_perm=PERMUTATIONS, hashfunc=int, permutations=_permutations(), scheme="affine32")
    sketch.update_batch((hashes >> np.uint64(32)).tolist())
    values: NDArray[np.uint32] = sketch.hashvalues
    return values


@cache
def _permutations() -> Any:
    from datasketch.minhash import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32").permutations


def band_keys(values: NDArray[np.uint32]) -> list[int]:
    """Keys of which two near copies share at least one.

    :param values: a signature.
    :return: 10 numbers that fit int64, none for an empty signature.
    """
    if not values.size:
        return []
    rows = values[: BANDS * BAND_ROWS].reshape(BANDS, BAND_ROWS).astype(np.uint64)
    numbers = np.arange(BANDS, dtype=np.uint64)  # the same values in another band are another key
    keys: list[int] = _mix((rows * _BAND_MULTIPLIERS).sum(axis=1, dtype=np.uint64) + numbers).view(np.int64).tolist()
    return keys


def alike(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> bool:
    """Whether two signatures are close enough to compare the texts."""
    return bool(a.size and a.size == b.size and np.mean(a == b) > SIGNATURE_ABOVE)


def jaccard(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    """Shared elements of two sets by all their elements.

    :param a: sorted, each once, as :func:`shingles` gives them.

    >>> jaccard(shingles("satu dua tiga empat lima enam"), shingles("satu dua tiga empat lima tujuh"))
    0.3333333333333333
    """
    shared = np.intersect1d(a, b, assume_unique=True).size
    union = a.size + b.size - shared
    return shared / union if union else 0.0
