"""Trains the reader of `assistant/reader.py` on the passages and questions beside this script.

    python docs/reader/train.py [FILE]     writes FILE, by default assistant/reader.npz

The encoder stays as it is: each text's tokens are read once, and only the judges' own layers learn. For
each judge one document in ten is held back, and tells after each round how well unseen documents are read. It
needs torch, some 6 GB of memory and, on two cores, 80 minutes.
"""

import math
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from lessons import Passage, read_passages
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.reader import FILE, HEADS, MEANS, NOT_READ, centre
from index.encoder import PACKAGED, Encoder, TokenEncoder, Tokens, Use, load_encoder, load_token_encoder
from index.parallel import part_by_language, read_sentences
from index.records import Span

Array = NDArray[np.float32]

TARGET = Path(__file__).parents[2] / "assistant" / FILE

WIDTH = 128
LAYERS = 2
DROPOUT = 0.2
BATCH = 32
NEAREST = 8
"""So many of the nearest passages of other documents are rivals, beside those of the document itself."""
SEED = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """So many rounds through all questions at a learning rate that falls from `rate`.

    `rivals`: the share of questions that are held against another passage, too.
    """

    rounds: int
    rate: float
    rivals: float


@dataclass(frozen=True, slots=True)
class Schooling:
    """What a judge learns from, in stages: the files up to this number, so many questions of each passage."""

    files: int
    questions: int
    stages: tuple[Stage, ...]


JUDGES = (
    Schooling(14, 7, (Stage(8, 1e-3, 0.5), Stage(3, 5e-4, 1.0))),
    Schooling(23, 11, (Stage(6, 1e-3, 0.5), Stage(2, 5e-4, 1.0))),
)
"""Each first learns to read a passage, then to tell it from others, too. Both together judge best; none
learns from the last files, on which they are measured (eval/DECISIONS.md)."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A passage's tokens, the place of the statement that each belongs to (-1: none), and its questions'."""

    passage: Passage
    tokens: Tokens
    places: NDArray[np.int64]
    questions: tuple[Tokens, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A passage's question, by its place, and the passages that a search could take for its own."""

    read: Read
    question: int
    rivals: tuple[Read, ...]

    @property
    def tokens(self) -> Tokens:
        return self.read.questions[self.question]

    @property
    def answers(self) -> list[int]:
        return list(self.read.passage.questions[self.question].answers)


def choose_passages(passages: Sequence[Passage], schooling: Schooling) -> list[Passage]:
    """The passages that a judge is given, with the questions that it is asked."""
    return [
        replace(one, questions=one.questions[: schooling.questions])
        for one in passages
        if one.file <= schooling.files
    ]


def find_unseen(passages: Sequence[Passage]) -> set[str]:
    """The documents that no judge learns from."""
    unseen = {one.document for one in passages}
    for schooling in JUDGES:
        own = choose_passages(passages, schooling)
        unseen -= {one.document for one in own} - hold_back(own)
    return unseen


def hold_back(passages: Sequence[Passage]) -> set[str]:
    """The documents that a judge who is given these does not learn from: one in ten."""
    documents = sorted({one.document for one in passages})
    return set(random.Random(SEED).sample(documents, len(documents) // 10))


def measure_means(encoder: TokenEncoder) -> dict[str, Array]:
    """What each language adds to the state of every token, by use and language: its mean over the parallel
    sentences of the sample library."""
    uses: tuple[Use, Use] = ("questions", "passages")
    return {
        f"{use}.{language}": np.concatenate(
            [one.states for one in encoder.encode_tokens(sentences, use)]
        ).mean(axis=0)
        for use in uses
        for language, sentences in part_by_language(read_sentences()).items()
    }


def read_tokens(passages: Sequence[Passage], encoder: TokenEncoder, means: Mapping[str, Array]) -> list[Read]:
    """The passages and their questions as the encoder reads them, tokens centred by language."""
    told = encoder.encode_tokens([one.text for one in passages], "passages")
    questions = [one for passage in passages for one in passage.questions]
    asked = iter(
        centre(tokens, means[f"questions.{one.language}"])
        for one, tokens in zip(
            questions, encoder.encode_tokens([one.text for one in questions], "questions"), strict=True
        )
    )
    return [
        Read(
            passage,
            centre(tokens, means[f"passages.{passage.language}"]),
            _place_tokens(tokens, passage.statements),
            tuple(next(asked) for _ in passage.questions),
        )
        for passage, tokens in zip(passages, told, strict=True)
    ]


def _place_tokens(tokens: Tokens, statements: Sequence[Span]) -> NDArray[np.int64]:
    places = np.full(len(tokens.ids), -1, np.int64)
    for place, (start, end) in enumerate(statements):
        places[(tokens.spans[:, 0] < end) & (tokens.spans[:, 1] > start)] = place
    return places


class DropOut(nn.Module):
    """Dropout, by NumPy's chances: PyTorch's took a fifth of the time of a step."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = np.random.default_rng(SEED)

    def forward(self, states: Tensor) -> Tensor:
        if not self.training:
            return states
        kept = torch.from_numpy(self.chance.integers(0, 256, states.shape, np.uint8)) >= 256 * DROPOUT
        return states * kept / (1 - DROPOUT)


class Layer(nn.Module):
    """One layer of `assistant.reader.Judge`, whose names these are."""

    def __init__(self, drop_out: DropOut) -> None:
        super().__init__()
        self.drop_out = drop_out
        self.before_attention = nn.LayerNorm(WIDTH)
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.nearness = nn.Parameter(torch.linspace(0, 8, HEADS))
        self.gather = nn.Linear(WIDTH, WIDTH)
        self.before_widening = nn.LayerNorm(WIDTH)
        self.widen = nn.Linear(WIDTH, 2 * WIDTH)
        self.narrow = nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, states: Tensor, across: Tensor, hidden: Tensor) -> Tensor:
        """`across`: cosines between the two texts, 0 within each; `hidden`: -10,000 where nothing stands."""
        batch, total, _ = states.shape
        parts = self.attend(self.before_attention(states)).view(batch, total, 3, HEADS, WIDTH // HEADS)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)
        bias = self.nearness[None, :, None, None] * across[:, None] + hidden[:, None, None]
        near = (queries / math.sqrt(WIDTH / HEADS)) @ keys.transpose(2, 3) + bias
        seen = (torch.softmax(near, -1) @ values).transpose(1, 2).reshape(batch, total, WIDTH)
        states = states + self.drop_out(self.gather(seen))
        wide = functional.gelu(self.widen(self.before_widening(states)), approximate="tanh")
        narrowed: Tensor = self.drop_out(self.narrow(self.drop_out(wide)))
        return states + narrowed


class Trained(nn.Module):
    """`assistant.reader.Judge` for many passages at once."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.drop_out = DropOut()
        self.project = nn.Linear(dimension, WIDTH)
        self.kind = nn.Parameter(torch.randn(2, WIDTH) * 0.02)
        self.layers = nn.ModuleList(Layer(self.drop_out) for _ in range(LAYERS))
        self.normalise = nn.LayerNorm(WIDTH)
        self.importance = nn.Linear(dimension, 1)
        self.metric = nn.Linear(dimension, WIDTH, bias=False)
        nn.init.orthogonal_(self.metric.weight)
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.metric_scale = nn.Parameter(torch.tensor(5.0))
        self.heed = nn.Linear(WIDTH, 1)
        self.judge = nn.Linear(2 * WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, 1)
        nn.init.zeros_(self.verdict.weight)  # so that it begins as late interaction alone
        nn.init.constant_(self.verdict.bias, -8.0)

    def forward(self, asked: Tensor, told: Tensor, places: Tensor) -> Tensor:
        """The log odds, (batch, statements), of tokens (batch, tokens, dimension), padded with zeros;
        `places`: (batch, tokens of the passage), -2 where nothing stands."""
        first, statements = asked.shape[1], int(places.max()) + 1
        there = torch.cat([asked.abs().sum(2) > 0, places > -2], 1)
        hidden = torch.where(there, 0.0, -1e4)
        cosines = asked @ told.transpose(1, 2)
        both = torch.cat([asked, told], 1)
        across = functional.pad(cosines, (first, 0, 0, told.shape[1]))
        across = across + across.transpose(1, 2)
        kinds = torch.cat([self.kind[:1].expand(first, -1), self.kind[1:].expand(told.shape[1], -1)])
        states = self.drop_out(self.project(both)) + kinds
        for layer in self.layers:
            states = layer(states, across, hidden)
        states = self.normalise(states)
        importance = torch.softmax(self.importance(asked)[..., 0] + hidden[:, :first], 1)
        gist = torch.einsum("bt,btd->bd", importance, states[:, :first])
        mapped = functional.normalize(self.metric(asked), dim=2) @ functional.normalize(
            self.metric(told), dim=2
        ).transpose(1, 2)
        late = self.scale * _nearest(cosines, places, statements)
        late = late + self.metric_scale * _nearest(mapped, places, statements)
        own = functional.one_hot(places.clamp(min=-1) + 1, statements + 1)[..., 1:].bool()
        heed = torch.softmax(torch.where(own, self.heed(states[:, first:]), torch.tensor(-1e4)), 1)
        said = torch.einsum("bts,btd->bsd", heed, states[:, first:])
        judged = self.judge(torch.cat([said, gist[:, None].expand_as(said)], 2))
        judged = self.drop_out(functional.gelu(judged, approximate="tanh"))
        scores = (late * importance[..., None]).sum(1) + self.verdict(judged)[..., 0]
        return torch.where(own.any(1), scores, torch.tensor(NOT_READ))


def _nearest(cosines: Tensor, places: Tensor, statements: int) -> Tensor:
    """For each token of the question its nearest in each statement: (batch, tokens, statements)."""
    batch, tokens, _ = cosines.shape
    index = (places.clamp(min=-1) + 1)[:, None].expand_as(cosines)
    nearest = torch.full((batch, tokens, statements + 1), -1.0)
    return nearest.scatter_reduce(2, index, cosines, "amax")[..., 1:]


def measure_loss(model: Trained, batch: Sequence[Asked], rivals: Sequence[Read | None]) -> Tensor:
    """The mean negative log likelihood of the statements that answer, or of none doing so, among those of the
    passage and of the rival, where there is one."""
    scores = _score(model, [(one.read, one.tokens) for one in batch])
    total = torch.logaddexp(torch.logsumexp(scores, 1), torch.zeros(len(batch)))
    against = [(place, rival) for place, rival in enumerate(rivals) if rival]
    if against:
        theirs = torch.logsumexp(_score(model, [(rival, batch[place].tokens) for place, rival in against]), 1)
        places = torch.tensor([place for place, _ in against])
        total = torch.logaddexp(total, torch.full((len(batch),), -1e4).index_put((places,), theirs))
    right = [
        row[one.answers].mean() + math.log(len(one.answers)) if one.answers else torch.tensor(0.0)
        for row, one in zip(scores, batch, strict=True)
    ]
    return (total - torch.stack(right)).mean()


def _score(model: Trained, pairs: Sequence[tuple[Read, Tokens]]) -> Tensor:
    asked = _pad([torch.from_numpy(question.states) for _, question in pairs], 0.0)
    told = _pad([torch.from_numpy(read.tokens.states) for read, _ in pairs], 0.0)
    places = _pad([torch.from_numpy(read.places) for read, _ in pairs], -2)
    scores: Tensor = model(asked, told, places)
    return scores


def _pad(rows: list[Tensor], value: float) -> Tensor:
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=value)


def find_rivals(reads: Sequence[Read], encoder: Encoder) -> list[Asked]:
    """All questions, each with the other passages of its document and the nearest ones of other documents."""
    passages = encoder.encode_passages([read.passage.text for read in reads])
    documents = np.array([read.passage.document for read in reads])
    found = []
    for at, read in enumerate(reads):
        questions = encoder.encode_questions([one.text for one in read.passage.questions])
        sisters = [int(one) for one in np.flatnonzero(documents == read.passage.document) if one != at]
        for place, question in enumerate(questions):
            cosines = np.where(documents == read.passage.document, -1.0, passages @ question)
            nearest = np.argsort(-cosines)[:NEAREST].tolist()
            found.append(Asked(read, place, tuple(reads[one] for one in sisters + nearest)))
    return found


def train(model: Trained, stage: Stage, learn: Sequence[Asked], held: Sequence[Asked]) -> None:
    """Take the model through a stage; each round prints how it reads what was held back."""
    chance = random.Random(SEED)
    steps = stage.rounds * math.ceil(len(learn) / BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), lr=stage.rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    for round_ in range(1, stage.rounds + 1):
        model.train()
        for batch in _batch(learn, chance):
            rivals = [chance.choice(one.rivals) if chance.random() < stage.rivals else None for one in batch]
            loss = measure_loss(model, batch, rivals)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        sys.stdout.write(f"round {round_}: {_describe(model, held)}\n")
        sys.stdout.flush()


def _batch(asked: Sequence[Asked], chance: random.Random) -> list[list[Asked]]:
    """Batches of passages of like length, in any order."""
    mixed = chance.sample(asked, len(asked))
    batches = []
    for first in range(0, len(mixed), 8 * BATCH):
        alike = sorted(mixed[first : first + 8 * BATCH], key=lambda one: len(one.read.places))
        batches += [alike[start : start + BATCH] for start in range(0, len(alike), BATCH)]
    return chance.sample(batches, len(batches))


@torch.no_grad()
def _describe(model: Trained, held: Sequence[Asked]) -> str:
    """How often an answering statement comes first, and how well its score tells answered questions from
    others: the area under the curve."""
    model.train(False)
    first: list[bool] = []
    answered: list[float] = []
    unanswered: list[float] = []
    for start in range(0, len(held), BATCH):
        batch = held[start : start + BATCH]
        for row, one in zip(_score(model, [(one.read, one.tokens) for one in batch]), batch, strict=True):
            (answered if one.answers else unanswered).append(float(row.max()))
            if one.answers:
                first.append(int(row.argmax()) in one.answers)
    area = np.greater.outer(answered, unanswered).mean()
    return f"right statement first {np.mean(first):.3f} of {len(first)}, area under the curve {area:.3f}"


def write(models: Sequence[Trained], means: Mapping[str, Array], path: Path) -> None:
    """The judges' weights and the languages' means, in half precision."""
    learned: dict[str, Any] = {
        f"judge{number}.{name}": one.numpy()
        for number, model in enumerate(models, start=1)
        for name, one in model.state_dict().items()
    }
    stored = learned | {f"{MEANS}.{name}": mean for name, mean in means.items()}
    arrays: dict[str, Any] = {name: one.astype(np.float16) for name, one in stored.items()}
    np.savez_compressed(path, **arrays)


def school(
    passages: Sequence[Passage], stages: Sequence[Stage], encoder: Encoder, means: Mapping[str, Array]
) -> Trained:
    """A judge that learned from these passages, but for those that are held back."""
    reads = read_tokens(passages, load_token_encoder(), means)
    chosen = hold_back(passages)
    held = [one for one in reads if one.passage.document in chosen]
    learn = [one for one in reads if one.passage.document not in chosen]
    asked, unseen = find_rivals(learn, encoder), find_rivals(held, encoder)
    torch.manual_seed(SEED)
    model = Trained(encoder.dimension)
    for stage in stages:
        train(model, stage, asked, unseen)
    return model


def main(target: Path) -> None:
    passages, encoder = read_passages(), load_encoder(PACKAGED)
    means = measure_means(load_token_encoder())
    models = [school(choose_passages(passages, one), one.stages, encoder, means) for one in JUDGES]
    write(models, means, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
