"""``python -m scripts.train_encoder``: teaches the encoder which sentence of all answers; stops and goes on.

A step encodes some questions, and the passages that answer them as the index does: sentences read together, each the
mean of its own tokens. For each question a softmax over the cosines with all sentences of all these passages is taught
to fall on the right ones (InfoNCE; van den Oord et al. 2018), so that the other sentences of the right article, which
mislead most, stand against it in every step; so do sentences of other articles that the search took for an answer,
where ``scripts.collect_reading`` has collected them. ``scripts.export_encoder`` makes the result the shipped encoder.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
import typer
from rich.console import Console
from rich.progress import Progress

from corpus.store import ArticleStore
from retrieval.encoder import MODEL_FOLDER
from retrieval.evaluate import GoldQuestion
from retrieval.reader_input import piece_id
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings
from scripts.evaluate import read_questions
from scripts.training.encoder_examples import (
    EncoderExample,
    misleading_places,
    news_examples,
    passage_examples,
    window,
)
from scripts.training.examples import read_examples
from scripts.training.located import located_questions
from scripts.training.reader_model import load_encoder
from scripts.training.running import RunFolder, endless, rate_factor
from scripts.training.slips import in_chat_words, with_slips

TEMPERATURE = 0.02
"""Of the cosines in the softmax; multilingual-e5 was trained with 0.01 (Wang et al. 2024)."""
WARM_UP = 0.1
NOTED_STEPS = 20
CHAT_SHARE, SLIP_SHARE = 0.2, 0.2
MEASURED = 200
"""Validation questions of each kind in the curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Settings of a run, kept beside its results."""

    steps: int = 600
    questions: int = 16
    passage_pieces: int = 192
    misleading_pieces: int = 96
    rate: float = 2e-5
    seed: int = 1
    save_s: float = 120.0
    measure_s: float = 300.0


_DEFAULTS = Plan()


def train(
    questions: list[Path] = typer.Argument(help="Question files over the articles of KUTIP_DATA_DIR."),  # noqa: B008 - typer
    out: Path = typer.Option(help="Folder of checkpoint and run.json; a run that is there goes on."),  # noqa: B008 - typer
    candidates: list[Path] = typer.Option([], help="What scripts.collect_reading wrote for these questions."),  # noqa: B008 - typer
    passages: list[Path] = typer.Option([], help="Question files with texts (IDK-MRC, FacQA), JSONL.gz."),  # noqa: B008 - typer
    valid: list[Path] = typer.Option([], help="Question files over these articles that only measure."),  # noqa: B008 - typer
    valid_passages: list[Path] = typer.Option([], help="Question files with texts that only measure."),  # noqa: B008 - typer
    steps: int = _DEFAULTS.steps,
    batch: int = typer.Option(_DEFAULTS.questions, min=2, help="Questions of a step."),
    rate: float = _DEFAULTS.rate,
    seed: int = _DEFAULTS.seed,
    threads: int = 2,
) -> None:
    """Train the encoder on questions, those that come with the code among them."""
    torch.set_num_threads(threads)
    plan = Plan(steps=steps, questions=batch, rate=rate, seed=seed)
    out.mkdir(parents=True, exist_ok=True)
    misleading = misleading_places(example for path in candidates for example in read_examples(path))
    settings = load_settings(RetrievalSettings)
    known = asyncio.run(_over_articles([*read_questions(questions)], misleading, settings, with_own=True))
    known += passage_examples(passages)
    measured = {
        "news": asyncio.run(_over_articles([*read_questions(valid)], {}, settings)),
        "passages": list(passage_examples(valid_passages)),
    }
    Run(plan, out, known).go({name: examples[:MEASURED] for name, examples in measured.items() if examples})


async def _over_articles(
    gold: Sequence[GoldQuestion],
    misleading: Mapping[str, Sequence[tuple[str, int]]],
    settings: RetrievalSettings,
    *,
    with_own: bool = False,
) -> list[EncoderExample]:
    """:param with_own: the questions that come with the code too."""
    async with await ArticleStore.open(settings.store_path) as store:
        own = [one async for one in located_questions(store)] if with_own else []
        return [one async for one in news_examples(store, [*gold, *own], misleading)]


class Encoding:
    """Texts to unit vectors by the model in training, laid out as the index does.

    :param model: BERT. :param device: where it computes.
    """

    def __init__(self, model: Any, device: str) -> None:
        from tokenizers import Tokenizer

        self._model = model
        self._device = device
        self._tokenizer = Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json"))
        self._pad, self._begin, self._end = (piece_id(self._tokenizer, name) for name in ("<pad>", "<s>", "</s>"))
        prompts = json.loads((MODEL_FOLDER / "config_sentence_transformers.json").read_text(encoding="utf-8"))[
            "prompts"
        ]
        self._query_prompt, self._passage_prompt = self.pieces([prompts["query"], prompts["passage"]])

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut texts into pieces."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def questions(self, texts: Sequence[str]) -> torch.Tensor:
        """:return: (n, dim), of length 1."""
        rows = [[self._begin, *self._query_prompt, *pieces[:64], self._end] for pieces in self.pieces(texts)]
        states, mask = self._states(rows)
        sums = (states * mask[:, :, None]).sum(1)
        return torch.nn.functional.normalize(sums / mask.sum(1, keepdim=True), dim=1)

    def sentences(self, passages: Sequence[Sequence[Sequence[int]]]) -> list[torch.Tensor]:
        """:param passages: the pieces of consecutive texts. :return: for each passage (texts, dim), of length 1."""
        head = [self._begin, *self._passage_prompt]
        rows = [[*head, *(piece for text in passage for piece in text), self._end] for passage in passages]
        states, _ = self._states(rows)
        found = []
        for own, passage in zip(states, passages, strict=True):
            lengths = [len(text) for text in passage]
            parts = own[len(head) : len(head) + sum(lengths)].split(lengths)
            means = torch.stack([part.mean(0) if len(part) else own.mean(0) for part in parts])
            found.append(torch.nn.functional.normalize(means, dim=1))
        return found

    def _states(self, rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self._pad)
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
        ids, mask = ids.to(self._device), mask.to(self._device)
        return self._model(input_ids=ids, attention_mask=mask).last_hidden_state, mask


class Run:
    """A training run in a folder."""

    def __init__(self, plan: Plan, out: Path, known: Sequence[EncoderExample]) -> None:
        torch.manual_seed(plan.seed)
        self._plan = plan
        self._folder = RunFolder(out, asdict(plan))
        self._known = list(known)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        configuration = json.loads((MODEL_FOLDER / "config.json").read_text(encoding="utf-8"))
        self._model = load_encoder(MODEL_FOLDER, configuration["num_hidden_layers"], dropout=0.1)
        self._model.embeddings.requires_grad_(False)
        self._model.to(self._device)
        self._encoding = Encoding(self._model, self._device)
        trained = [weight for weight in self._model.parameters() if weight.requires_grad]
        self._optimiser = torch.optim.AdamW(trained, lr=plan.rate, weight_decay=0.01)
        self._step = 0
        self._resume()

    def go(self, valid: Mapping[str, Sequence[EncoderExample]]) -> None:
        """Train until the planned steps are made, saving and measuring by the clock.

        :param valid: by name, what is measured.
        """
        measured = saved = time.monotonic()
        losses: list[float] = []
        random = Random(f"{self._plan.seed} {self._step}")  # noqa: S311 - no secret
        stream = endless(self._known, random)
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("training", total=self._plan.steps, completed=self._step)
            while self._step < self._plan.steps:
                losses.append(self._learn([next(stream) for _ in range(self._plan.questions)], random))
                bar.update(task, completed=self._step)
                now = time.monotonic()
                is_last = self._step == self._plan.steps
                if is_last or now - measured > self._plan.measure_s:
                    self._note(losses, {name: self.measure(examples) for name, examples in valid.items()})
                    losses, measured = [], time.monotonic()
                elif len(losses) >= NOTED_STEPS:
                    self._note(losses, {})
                    losses = []
                if is_last or now - saved > self._plan.save_s:
                    self._save()
                    saved = time.monotonic()

    def measure(self, examples: Sequence[EncoderExample]) -> dict[str, float]:
        """Sentence recall@1 and @20 of questions among the sentences of all their texts."""
        self._model.eval()
        with torch.inference_mode():
            passages = list({one.texts: None for one in examples})
            columns: list[torch.Tensor] = []
            firsts: dict[tuple[str, ...], int] = {}
            count = 0
            for texts in passages:
                pieces = [text[:120] for text in self._encoding.pieces(texts)]
                held = window([len(text) for text in pieces], 0, room=480)
                firsts[texts] = count
                columns.append(self._encoding.sentences([pieces[held.start : held.stop]])[0])
                count += len(held)
            sentences = torch.cat(columns)
            ranks = []
            for one in examples:
                cosines = (self._encoding.questions([one.question]) @ sentences.T)[0]
                best = max(
                    (float(cosines[firsts[one.texts] + place]) for place in one.right
                     if firsts[one.texts] + place < len(cosines)),
                    default=-1.0,
                )  # fmt: skip
                ranks.append(int((cosines > best).sum()))
        hits = torch.tensor(ranks)
        return {"recall@1": float((hits < 1).float().mean()), "recall@20": float((hits < 20).float().mean())}

    def _learn(self, examples: Sequence[EncoderExample], random: Random) -> float:
        """One step. :return: the loss."""
        done = self._step / self._plan.steps
        for settings in self._optimiser.param_groups:
            settings["lr"] = self._plan.rate * rate_factor(done, warm_up=WARM_UP)
        self._model.train()
        windows, right = zip(*(self._windowed(one, random) for one in examples), strict=True)
        against = [random.choice(one.misleading) for one in examples if one.misleading]
        questions = self._encoding.questions([_asked(one.question, random) for one in examples])
        sentences = self._encoding.sentences(windows)
        if against:
            room = self._plan.misleading_pieces
            sentences += self._encoding.sentences([self._window(one.texts, one.place, room)[0] for one in against])
        texts = [*(one.texts for one in examples), *(one.texts for one in against)]
        loss = contrastive_loss(questions, sentences, right, texts)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._step += 1
        return float(loss.detach())

    def _windowed(self, example: EncoderExample, random: Random) -> tuple[list[list[int]], list[int]]:
        """The pieces of a window around an answer, and the places of the right sentences in it."""
        pieces, held = self._window(example.texts, random.choice(example.right), self._plan.passage_pieces)
        return pieces, [place - held.start for place in example.right if place in held]

    def _window(self, texts: Sequence[str], keep: int, room: int) -> tuple[list[list[int]], range]:
        """The pieces of the texts around one, and which texts these are."""
        pieces = [text[:120] for text in self._encoding.pieces(texts)]
        held = window([len(text) for text in pieces], keep, room=room)
        return pieces[held.start : held.stop], held

    def _note(self, losses: Sequence[float], measured: Mapping[str, Mapping[str, float]]) -> None:
        loss = sum(losses) / len(losses) if losses else float("nan")
        flat = {f"{name} {metric}": value for name, found in measured.items() for metric, value in found.items()}
        self._folder.note({"step": self._step, "loss": loss, **flat})

    def _save(self) -> None:
        self._folder.save(
            {"model": self._model.state_dict(), "optimiser": self._optimiser.state_dict(), "step": self._step}
        )

    def _resume(self) -> None:
        state = self._folder.saved(self._device)
        if state is not None:
            self._model.load_state_dict(state["model"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._step = state["step"]


def contrastive_loss(
    questions: torch.Tensor,
    sentences: Sequence[torch.Tensor],
    right: Sequence[Sequence[int]],
    texts: Sequence[tuple[str, ...]],
) -> torch.Tensor:
    """Minus the log share of the right sentences in the softmax over all.

    Another passage of the same article is left out: it may hold the answer too.

    :param questions: (n, dim). :param sentences: for each question those of its passage, (m, dim); then those of
        passages that stand against all.
    :param right: for each question the places of right sentences in its passage.
    :param texts: for each passage the article.
    """
    flat = torch.cat(list(sentences))
    owner = torch.repeat_interleave(torch.arange(len(sentences)), torch.tensor([len(part) for part in sentences]))
    starts = [int((owner < number).sum()) for number in range(len(sentences))]
    scores = questions @ flat.T / TEMPERATURE
    is_right = torch.zeros(scores.shape, dtype=torch.bool, device=scores.device)
    is_out = torch.zeros_like(is_right)
    for number, places in enumerate(right):
        is_right[number, [starts[number] + place for place in places]] = True
        others = [other for other, text in enumerate(texts) if other != number and text == texts[number]]
        for other in others:
            is_out[number, owner.to(scores.device) == other] = True
    held = scores.masked_fill(is_out, -torch.inf)
    return (held.logsumexp(1) - held.masked_fill(~is_right, -torch.inf).logsumexp(1)).mean()


def _asked(question: str, random: Random) -> str:
    """The question as it is read this time: as written, in chat words, or with slips."""
    chance = random.random()
    if chance < CHAT_SHARE:
        return in_chat_words(question, random)
    return with_slips(question, random, slips=1) if chance < CHAT_SHARE + SLIP_SHARE else question


if __name__ == "__main__":
    typer.run(train)
