"""The metrics that a recipe may choose, by sklearn.metrics, on random probabilities: with ties, rare and absent classes.

python3 tests/peers/chosen_metrics.py > tests/figures/chosen_metrics.json
"""

import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics as M

warnings.simplefilter("error")


def case(seed, samples, weights, steps):
    random = np.random.default_rng(seed)
    classes = len(weights)
    labels = random.choice(classes, samples, p=weights)
    logits = random.normal(size=(samples, classes)) + 1.5 * np.eye(classes)[labels]
    # Few steps make many ties, which top-k accuracy breaks the other way round.
    logits = np.round(logits * steps) / steps
    p = np.exp(logits)
    # As a network's single precision has it; from here on as doubles.
    p = (p / p.sum(axis=1, keepdims=True)).astype(np.float32).astype(np.float64)
    found = p.argmax(axis=1)
    there = [c for c in range(classes) if 0 < (labels == c).sum() < samples]
    told = [1] if classes == 2 else there
    each = lambda score: float(np.mean([score(labels == c, p[:, c]) for c in told]))
    value = dict(
        accuracy=M.accuracy_score(labels, found),
        balanced_accuracy=float(np.mean([(found[labels == c] == c).mean() for c in range(classes) if (labels == c).any()])),
        matthews_corrcoef=M.matthews_corrcoef(labels, found),
        roc_auc=each(M.roc_auc_score),
        average_precision=each(M.average_precision_score),
        log_loss=float(-np.mean(np.log(np.clip(p[np.arange(samples), labels], 2.0**-52, 1 - 2.0**-52)))),
    )
    if len(there) == classes:
        # Where every class occurs, scikit-learn's own averages say the same.
        own = dict(
            roc_auc=M.roc_auc_score(labels, p[:, 1] if classes == 2 else p / p.sum(axis=1, keepdims=True), multi_class="ovr"),
            average_precision=M.average_precision_score(
                labels if classes == 2 else np.eye(classes)[labels], p[:, 1] if classes == 2 else p),
            balanced_accuracy=M.balanced_accuracy_score(labels, found),
            log_loss=M.log_loss(labels, p / p.sum(axis=1, keepdims=True)),
        )
        for name, theirs in own.items():
            assert abs(value[name] - theirs) < 1e-6, (name, value[name], theirs)
    for name, score in dict(precision=M.precision_score, recall=M.recall_score, f1=M.f1_score).items():
        for average in ["macro", "weighted"]:
            value[f"{name}_{average}"] = score(labels, found, average=average, zero_division=0)
        each_class = score(labels, found, average=None, labels=list(range(classes)), zero_division=0)
        value |= {f"{name}_c{c}": float(of_class) for c, of_class in enumerate(each_class)}
        if classes == 2:
            value[name] = score(labels, found, zero_division=0)
    value["top_2_accuracy"] = M.top_k_accuracy_score(labels, p, k=2, labels=range(classes)) if classes > 2 and steps > 2 else None
    return dict(labels=labels.tolist(), probabilities=p.tolist(), values={k: v for k, v in value.items() if v is not None})


print(json.dumps(dict(sklearn=sklearn.__version__, cases=[
    case(1, 60, [0.5, 0.5], 1e6),
    case(2, 80, [0.9, 0.1], 1),
    case(3, 90, [0.4, 0.3, 0.3], 1e6),
    case(4, 70, [0.8, 0.15, 0.05], 2),
    case(5, 40, [0.5, 0.5, 0.0, 0.0], 1e6),
])))
