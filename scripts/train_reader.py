"""``python -m scripts.train_reader``: trains the reader on collected examples; stops and goes on at any moment.

A step reads some questions with their passages. For each question a softmax runs over all sentences of all its passages
and a fixed "none of these" of score 0, so that order and refusal are learnt as one; start and end of the short answer
are learnt beside. The learning rate falls linearly with the pieces read, so the work is set by ``--pieces``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
import typer
from rich.console import Console
from rich.progress import Progress
from torch.nn.functional import cross_entropy

from retrieval.encoder import MODEL_FOLDER
from retrieval.reader_input import Layout
from scripts.training.composing import Composer, Group
from scripts.training.examples import ReadingExample, is_held_out, paragraph_examples, read_examples
from scripts.training.measuring import measure
from scripts.training.reader_model import ReaderModel, run_rows
from scripts.training.running import RunFolder, endless, rate_factor

STEP_PIECES = 1_400
"""Pieces of the questions of one step."""
WARM_UP = 0.05
"""Share of the work over which the learning rates rise."""
NOTED_STEPS = 40
"""Steps between two notes of the loss."""
SPAN_WEIGHT = 0.3
PARAGRAPH_WEIGHT = 0.5
MEASURED_ANSWERABLE, MEASURED_OTHERS = 160, 80
"""Validation questions of the curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Settings of a run, kept beside its results."""

    layers: int = 8
    frozen_layers: int = 2
    pieces: int = 5_000_000
    encoder_rate: float = 8e-5
    head_rate: float = 6e-4
    paragraph_share: float = 0.35
    dropout: float = 0.1
    seed: int = 1
    held_out: float = 0.3
    save_s: float = 120.0
    measure_s: float = 600.0


_DEFAULTS = Plan()


def train(
    news: Path = typer.Option(help="Examples that `collect_reading` wrote; a part is held out."),  # noqa: B008 - typer
    out: Path = typer.Option(help="Folder of checkpoints and of run.json; a run that is there goes on."),  # noqa: B008 - typer
    paragraphs: list[Path] = typer.Option([], help="Question files with texts (IDK-MRC, FacQA), JSONL.gz."),  # noqa: B008 - typer
    more: list[Path] = typer.Option([], help="Further examples of `collect_reading`, all read."),  # noqa: B008 - typer
    valid: Path | None = typer.Option(None, help="Examples of validation questions."),  # noqa: B008 - typer
    start: Path | None = typer.Option(None, help="Checkpoint of another run whose weights are taken over."),  # noqa: B008 - typer
    layers: int = _DEFAULTS.layers,
    frozen_layers: int = _DEFAULTS.frozen_layers,
    pieces: int = _DEFAULTS.pieces,
    encoder_rate: float = _DEFAULTS.encoder_rate,
    seed: int = _DEFAULTS.seed,
    paragraph_share: float = typer.Option(_DEFAULTS.paragraph_share, min=0, max=1, help="Of the pieces read."),
    dropout: float = typer.Option(_DEFAULTS.dropout, min=0, max=0.9, help="Against learning the questions by heart."),
    held_out: float = typer.Option(_DEFAULTS.held_out, min=0, max=1, help="Of the news questions."),
    measure_s: float = _DEFAULTS.measure_s,
    threads: int = 2,
) -> None:
    """Train the reader."""
    torch.set_num_threads(threads)
    plan = Plan(
        layers=layers, frozen_layers=frozen_layers, pieces=pieces, encoder_rate=encoder_rate, seed=seed,
        paragraph_share=paragraph_share, dropout=dropout, held_out=held_out, measure_s=measure_s,
    )  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    known = [one for one in read_examples(news) if not is_held_out(one, held_out)]
    known += [one for path in more for one in read_examples(path)]
    run = Run(plan, out, known, list(paragraph_examples(paragraphs)), start=start)
    run.go(measured_slice(list(read_examples(valid))) if valid else [])


def measured_slice(examples: Sequence[ReadingExample]) -> list[ReadingExample]:
    """A fixed slice of the validation questions."""
    shuffled = list(examples)
    Random(0).shuffle(shuffled)  # noqa: S311 - no secret
    answerable = [example for example in shuffled if example.answerable][:MEASURED_ANSWERABLE]
    return answerable + [example for example in shuffled if not example.answerable][:MEASURED_OTHERS]


class Run:
    """A training run in a folder.

    :param start: a checkpoint whose weights a new run begins with.
    """

    def __init__(
        self,
        plan: Plan,
        out: Path,
        news: Sequence[ReadingExample],
        paragraphs: Sequence[ReadingExample],
        *,
        start: Path | None = None,
    ) -> None:
        from tokenizers import Tokenizer

        torch.manual_seed(plan.seed)
        self._plan = plan
        self._folder = RunFolder(out, asdict(plan))
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._layout = Layout(Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")))
        self._composer = Composer(self._layout, [*news, *paragraphs])
        self._news, self._paragraphs = list(news), list(paragraphs)
        self._model = ReaderModel(
            MODEL_FOLDER, layers=plan.layers, frozen_layers=plan.frozen_layers, dropout=plan.dropout
        )
        self._model.to(self._device)
        encoder = [weight for weight in self._model.encoder.parameters() if weight.requires_grad]
        heads = [*self._model.hidden.parameters(), *self._model.score.parameters(), *self._model.span.parameters()]
        self._optimiser = torch.optim.AdamW(
            [{"params": encoder, "lr": plan.encoder_rate}, {"params": heads, "lr": plan.head_rate}], weight_decay=0.01
        )
        self._rates = [plan.encoder_rate, plan.head_rate]
        self._read = 0
        self._step = 0
        if not self._is_resumed() and start is not None:
            self._model.load_state_dict(torch.load(start, map_location=self._device, weights_only=True)["model"])

    def go(self, valid: Sequence[ReadingExample]) -> None:
        """Train until the planned pieces are read, saving and measuring by the clock."""
        measured = saved = time.monotonic()
        losses: list[tuple[float, float]] = []
        valid_composer = Composer(self._layout, valid)
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("training", total=self._plan.pieces, completed=self._read)
            for groups in self._steps():
                losses.append(self._learn(groups))
                bar.update(task, completed=self._read)
                now = time.monotonic()
                is_last = self._read >= self._plan.pieces
                if is_last or now - measured > self._plan.measure_s:
                    self._note(losses, measure(self._model, valid_composer, valid) if valid else {})
                    losses, measured = [], time.monotonic()
                elif len(losses) >= NOTED_STEPS:
                    self._note(losses, {})
                    losses = []
                if is_last or now - saved > self._plan.save_s:
                    self._save()
                    saved = time.monotonic()
                if is_last:
                    return

    def _steps(self) -> Iterator[list[Group]]:
        """Groups of each step; a pass over the news questions, and over the paragraphs, after another."""
        random = Random(f"{self._plan.seed} {self._step}")  # noqa: S311 - no secret
        streams = {"news": endless(self._news, random), "paragraph": endless(self._paragraphs, random)}
        sizes = {"news": 0.0, "paragraph": 0.0}
        shares = {"news": 1 - self._plan.paragraph_share, "paragraph": self._plan.paragraph_share}
        while True:
            groups: list[Group] = []
            while sum(group.size for group in groups) < STEP_PIECES:
                kind = min(
                    (kind for kind in shares if shares[kind] and (self._news if kind == "news" else self._paragraphs)),
                    key=lambda kind: sizes[kind] / shares[kind],
                )
                group = self._composer.train(next(streams[kind]), random)
                sizes[kind] += group.size
                if group.rows:
                    groups.append(group)
            yield groups

    def _learn(self, groups: Sequence[Group]) -> tuple[float, float]:
        """One step. :return: mean loss of the choice among sentences, and of start and end."""
        done = self._read / self._plan.pieces
        factor = rate_factor(done, warm_up=WARM_UP)
        for settings, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            settings["lr"] = rate * factor
        self._model.train()
        states = run_rows(self._model, [row.ids for group in groups for row in group.rows], self._device)
        total = torch.zeros((), device=self._device)
        weights = 0.0
        choices, spans = [], []
        start = 0
        for group in groups:
            own = states[start : start + len(group.rows)]
            start += len(group.rows)
            weight = 1.0 if len(group.rows) > 1 else PARAGRAPH_WEIGHT
            choice = choice_loss(self._model, group, own)
            choices.append(float(choice.detach()))
            total = total + weight * choice
            weights += weight
            if group.span:
                row, first, last = group.span
                scores = self._model.span_scores(own[row])
                target = torch.tensor([first, last], device=self._device)
                span = cross_entropy(scores.T, target)
                spans.append(float(span.detach()))
                total = total + SPAN_WEIGHT * span
        torch.autograd.backward([total / weights])
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._read += sum(group.size for group in groups)
        self._step += 1
        return float(np.mean(choices)), float(np.mean(spans)) if spans else float("nan")

    def _note(self, losses: Sequence[tuple[float, float]], measured: dict[str, float]) -> None:
        choice, span = np.nanmean(np.asarray(losses), axis=0).tolist() if losses else (None, None)
        self._folder.note(
            {"pieces": self._read, "step": self._step, "choice_loss": choice, "span_loss": span, **measured}
        )

    def _save(self) -> None:
        self._folder.save(
            {
                "model": self._model.state_dict(),
                "optimiser": self._optimiser.state_dict(),
                "read": self._read,
                "step": self._step,
                "layers": self._plan.layers,
            }
        )

    def _is_resumed(self) -> bool:
        """Go on from the folder's own checkpoint, if there is one."""
        state = self._folder.saved(self._device)
        if state is None:
            return False
        self._model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._read, self._step = state["read"], state["step"]
        return True


def choice_loss(model: ReaderModel, group: Group, states: Sequence[torch.Tensor]) -> torch.Tensor:
    """Minus the log share of the right sentences, or of "none" where none is right."""
    scores = [model.sentence_scores(own, row.bounds) for own, row in zip(states, group.rows, strict=True) if row.bounds]
    flat = torch.cat([*scores, scores[0].new_zeros(1)])
    right = torch.tensor([*(flag for flags in group.right for flag in flags), False], device=flat.device)
    doubtful = torch.tensor([*(flag for flags in group.doubtful for flag in flags), False], device=flat.device)
    if not right.any():
        right[-1] = True
    held = flat.masked_fill(doubtful & ~right, -torch.inf)
    return held.logsumexp(0) - held.masked_fill(~right, -torch.inf).logsumexp(0)


if __name__ == "__main__":
    typer.run(train)
