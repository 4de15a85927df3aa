"""The tagger as a transformers model: an encoder that labels the grammar's candidate spans in context.

A candidate is represented by its first and last character and the mean of its characters. One linear head gives the
label (none first), one the period; the words that say what is counted are pointed at, given the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import ModelOutput

PERIODS = ("year", "cumulative", "other_year")
TOP_LABELS = 3
"""How many labels of a candidate are given a subject: one span rarely speaks of more than three things."""


@dataclass
class FigureOutput(ModelOutput):
    """Scores of N candidates over C labels (none first), T positions.

    Attributes:
        loss: Weighted sum of the three losses, where targets were given.
        labels: (N, C) label logits.
        periods: (N, 3) period logits.
        top: (N, 3) the best labels after none, as indices of ``labels``.
        subject_starts: (N, 3, T) logits of the subject's first position for each of ``top``; position 0 is no subject.
        subject_ends: (N, 3, T) the same for its last position.
    """

    loss: Tensor | None = None
    labels: Tensor | None = None
    periods: Tensor | None = None
    top: Tensor | None = None
    subject_starts: Tensor | None = None
    subject_ends: Tensor | None = None


def _point(queries: Tensor, keys: Tensor, rows: Tensor) -> Tensor:
    """Score every position of a query's own row: (N, K, H) queries, (B, T, H) keys, (N,) rows -> (N, K, T).

    All rows are scored and the own one kept: cheaper than copying keys for every candidate, whose gradient a CPU
    would add up one by one.
    """
    batch, length, _ = keys.shape
    scores = torch.einsum("nkh,mh->nkm", queries, keys.flatten(0, 1))
    scores = scores.reshape(queries.shape[0], queries.shape[1], batch, length)
    own = rows.reshape(-1, 1, 1, 1).expand(-1, scores.shape[1], 1, length)
    return scores.gather(2, own).squeeze(2)


class FigureTagger(PreTrainedModel):
    """Labels candidate spans on top of any encoder.

    Args:
        config: The encoder's own configuration; ``figure_labels`` in it names the labels without none.
    """

    base_model_prefix = "bert"  # the weights' name for the encoder, whatever its kind
    _supports_sdpa = True
    _supports_attention_backend = True

    def __init__(self, config: PreTrainedConfig) -> None:
        super().__init__(config)
        hidden = config.hidden_size
        self.bert = AutoModel.from_config(config)
        if hasattr(self.bert, "pooler"):
            self.bert.pooler = None  # it would carry weights that nothing reads
        self.dropout = nn.Dropout(getattr(config, "head_dropout", 0.2))
        self.span = nn.Sequential(nn.Linear(3 * hidden, hidden), nn.GELU())
        self.label = nn.Linear(hidden, len(config.figure_labels) + 1)
        self.period = nn.Linear(hidden, len(PERIODS))
        self.label_vectors = nn.Embedding(len(config.figure_labels) + 1, hidden)
        self.subject_query = nn.Linear(hidden, 2 * hidden)
        self.subject_key = nn.Linear(hidden, 2 * hidden)
        self.post_init()

    @classmethod
    def from_pretrained(cls, folder: Any, *arguments: Any, config: Any = None, **settings: Any) -> FigureTagger:
        """Load a tagger, or an encoder to become one; the configuration's ``model_type`` tells which encoder it is."""
        config = config if config is not None else AutoConfig.from_pretrained(folder)
        model: FigureTagger = super().from_pretrained(folder, *arguments, config=config, **settings)
        return model

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None,
        rows: Tensor,
        starts: Tensor,
        ends: Tensor,
        label_targets: Tensor | None = None,
        period_targets: Tensor | None = None,
        subject_targets: Tensor | None = None,
        **_: Any,
    ) -> FigureOutput:
        """Score candidates.

        Args:
            input_ids: (B, T) token ids.
            attention_mask: (B, T) 1 for tokens, 0 for padding; None where nothing is padded.
            rows: (N,) the batch row of each candidate.
            starts: (N,) position of its first token.
            ends: (N,) position of its last token, included.
            label_targets: (N, C) probabilities that sum to 1.
            period_targets: (N,) index into ``PERIODS``, -100 where there is no figure.
            subject_targets: (N, 2) first and last position, -100 where unknown.
        """
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        hidden = self.dropout(hidden)
        # Running sums need the full precision that autocast would take from them.
        sums = torch.cumsum(hidden.float(), dim=1)
        first, last = hidden[rows, starts], hidden[rows, ends]
        width = (ends - starts + 1).unsqueeze(-1)
        mean = ((sums[rows, ends] - sums[rows, starts] + first) / width).to(hidden.dtype)
        span = self.dropout(self.span(torch.cat([first, last, mean], dim=-1)))
        labels = self.label(span)
        periods = self.period(span)
        if label_targets is None:
            top = labels[:, 1:].topk(min(TOP_LABELS, labels.shape[1] - 1), dim=-1).indices + 1
        else:
            top = label_targets[:, 1:].argmax(-1, keepdim=True) + 1
        query_start, query_end = self.subject_query(span.unsqueeze(1) + self.label_vectors(top)).chunk(2, dim=-1)
        key_start, key_end = self.subject_key(hidden).chunk(2, dim=-1)
        scale = hidden.shape[-1] ** 0.5
        subject_starts = _point(query_start, key_start, rows) / scale
        subject_ends = _point(query_end, key_end, rows) / scale
        if attention_mask is not None:
            blocked = (1.0 - attention_mask[rows].to(hidden.dtype)).unsqueeze(1) * -1e4
            subject_starts, subject_ends = subject_starts + blocked, subject_ends + blocked
        loss = None
        if label_targets is not None and period_targets is not None and subject_targets is not None:
            loss = nn.functional.cross_entropy(
                labels.float(), label_targets, label_smoothing=getattr(self.config, "label_smoothing", 0.0)
            )
            for weight, scores, targets in (
                (0.3, periods, period_targets),
                (0.15, subject_starts[:, 0], subject_targets[:, 0]),
                (0.15, subject_ends[:, 0], subject_targets[:, 1]),
            ):
                if bool((targets >= 0).any()):
                    loss = loss + weight * nn.functional.cross_entropy(scores.float(), targets, ignore_index=-100)
        return FigureOutput(loss, labels, periods, top, subject_starts, subject_ends)
