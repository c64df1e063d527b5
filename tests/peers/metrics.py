"""Scores of sklearn.metrics on small examples: even, unbalanced, with classes missing, with ties."""

import json
import sklearn
from sklearn import metrics as M


def classification(labels, outputs, k):
    predicted = [max(range(len(row)), key=lambda c: (row[c], -c)) for row in outputs]
    classes = list(range(len(outputs[0])))
    average = dict(average="macro", zero_division=0)
    return dict(labels=labels, outputs=outputs, k=k, confusion=M.confusion_matrix(labels, predicted, labels=classes).tolist(),
                accuracy=M.accuracy_score(labels, predicted), precision=M.precision_score(labels, predicted, **average),
                recall=M.recall_score(labels, predicted, **average), f1=M.f1_score(labels, predicted, **average),
                top_k=M.top_k_accuracy_score(labels, outputs, k=k, labels=classes))


def regression(truth, outputs):
    return dict(truth=truth, outputs=outputs, mae=M.mean_absolute_error(truth, outputs),
                rmse=M.root_mean_squared_error(truth, outputs), r2=M.r2_score(truth, outputs))


print(json.dumps(dict(sklearn=sklearn.__version__, classification=[
    classification([0, 1, 2, 2, 1, 0], [[3, 1, 2], [1, 2, 0], [0, 2, 1], [1, 0, 5], [4, 3, 1], [7, 6, 0]], 2),
    classification([0, 0, 0, 0, 1], [[3, 1, 0, 2], [3, 1, 2, 0], [1, 3, 0, 2], [5, 4, 3, 2], [4, 3, 2, 1]], 2),
    classification([3, 3, 1, 0], [[1, 2, 0, 3.5], [4, 2, 0, 3], [1, 2.5, 2, 0], [0, 1, 3, 2]], 3),
], regression=[
    regression([[3.0], [-0.5], [2.0], [7.0]], [[2.5], [0.0], [2.0], [8.0]]),
    regression([[0.5, 1.0], [-1.0, 1.0], [7.0, -6.0]], [[0.0, 2.0], [-1.0, 2.0], [8.0, -5.0]]),
    regression([[2.0], [2.0], [2.0]], [[2.0], [2.0], [2.0]]),
    regression([[2.0], [2.0], [2.0]], [[2.0], [2.5], [2.0]]),
    regression([[1e6 + 0.5], [1e6 + 1.0], [1e6 - 0.25]], [[1e6], [1e6 + 1.5], [1e6]]),
]), separators=(",", ":")).replace("},", "},\n"))
