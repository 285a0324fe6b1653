"""Scores a run against judgements, query by query, with the measures of the field.

The measures are those of ir_measures (MacAvaney, Macdonald & Ounis, "Streamlining Evaluation with
ir-measures", ECIR 2022), and so of trec_eval. nDCG takes a grade as the gain (Järvelin & Kekäläinen,
"Cumulated gain-based evaluation of IR techniques", TOIS 2002); the others count every grade above 0 as
relevant.
"""

from collections.abc import Mapping

import numpy as np
from ir_measures import AP, RR, R, Success, evaluator, nDCG

from eval.collection import Qrels
from eval.trec import Run

_MEASURES = {
    "nDCG@10": nDCG @ 10,
    "R@10": R @ 10,
    "R@100": R @ 100,
    "RR@10": RR @ 10,
    "AP": AP,
    "Success@1": Success @ 1,
}

MEASURES = tuple(_MEASURES)


def score_run(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """Each measure's value for each judged query, in the order of `qrels`.

    A judged query that the run lacks counts 0, as with `trec_eval -c`. A query without any grade above 0 is
    left out: it would be 0 for every system. (trec_eval and BEIR keep it in their means, as 0.)
    """
    # For these measures a grade of 0 or less, which TREC gives to junk or the unjudged, is as none.
    relevant = {
        query: graded
        for query, judged in qrels.items()
        if (graded := {passage: grade for passage, grade in judged.items() if grade > 0})
    }
    scores = {name: dict.fromkeys(relevant, 0.0) for name in MEASURES}
    if relevant:
        name_of = {measure: name for name, measure in _MEASURES.items()}
        # ir_measures takes RR@10 from another program than the rest, which breaks ties the other way round.
        # Ranks in the place of scores leave no ties.
        ranked = {
            query: {passage: -float(rank) for rank, passage in enumerate(rank_passages(run[query]))}
            for query in relevant
            if query in run
        }
        for metric in evaluator(list(name_of), relevant).iter_calc(ranked):
            scores[name_of[metric.measure]][metric.query_id] = float(metric.value)
    return scores


def rank_passages(scores: Mapping[str, float]) -> list[str]:
    """Passage ids, best first, as trec_eval ranks them: by score, of equal ones the greatest id first.

    Scores are compared in single precision, as by trec_eval 9 and pytrec_eval (trec_eval 10 takes double).
    """
    single = np.fromiter(scores.values(), np.float32, len(scores)).tolist()
    return [passage for _, passage in sorted(zip(single, scores, strict=True), reverse=True)]
