"""Intervals of means, paired and Welch tests as SciPy computes them, and Holm's correction as statsmodels does."""

import json
import scipy
from scipy import stats
from statsmodels.stats.multitest import multipletests


def mean(values):
    mean, error = sum(values) / len(values), stats.sem(values)
    low, high = stats.t.interval(0.95, len(values) - 1, loc=mean, scale=error)
    return dict(values=values, mean=mean, low=float(low), high=float(high))


def test(kind, a, b):
    found = stats.ttest_rel(a, b) if kind == "paired" else stats.ttest_ind(a, b, equal_var=False)
    low, high = found.confidence_interval(0.95)
    return dict(method=kind, a=a, b=b, t=float(found.statistic), df=float(found.df), p=float(found.pvalue),
                low=float(low), high=float(high))


accuracies = [0.9712, 0.9698, 0.9731, 0.9705, 0.9722]
others = [0.9689, 0.9671, 0.9718, 0.9694, 0.9683]
print(json.dumps(dict(scipy=scipy.__version__, means=[
    mean(accuracies), mean([1.0, 2.0]), mean([1e6, 1e6 + 1, 1e6 + 3]), mean([0.1 * i for i in range(40)]),
    mean([-1e-9, 2e-9, 5e-9]),
], tests=[
    test("paired", accuracies, others), test("welch", accuracies, others), test("welch", accuracies, others[:2]),
    test("paired", [1.0, 2.0], [1.5, 2.25]), test("paired", [3.0, 3.1, 2.9, 3.05], [1.0, 1.05, 0.97, 1.01]),
    test("welch", [3.0, 3.1, 2.9, 3.05], [1.0, 1.05, 0.97]), test("welch", [5.0, 5.0, 5.0], [4.0, 6.0]),
    test("paired", [0.1 * (i % 7) for i in range(50)], [0.1 * (i % 5) for i in range(50)]),
], holm=[
    dict(chances=chances, corrected=multipletests(chances, method="holm")[1].tolist())
    for chances in [[0.04, 0.01, 0.03], [0.5], [0.9, 0.8, 0.02, 0.02, 0.001], [1.0, 0.0, 0.6]]
]), separators=(",", ":")).replace("},", "},\n"))
