"""Trees of scikit-learn, for tests/train/tree_figures.rs.

    python tests/peers/decision_tree.py > tests/figures/decision_tree.json

Needs scikit-learn (1.9.1 made the file that is checked in). Data are iris, breast_cancer and digits as runner embeds
them: scikit-learn's, in 32 bits; of iris the two flowers that UCI has otherwise. Trees are fitted to the samples whose
index is no multiple of 3.

scikit-learn draws the order of features, and of equally good splits takes the first it meets. So `trees` holds only
what 20 random states agree on, node by node: there nothing is left to a tie. `whole` holds the smallest and largest
size over 50 random states of trees that grow until all leaves are pure.
"""

import json

import numpy as np
from sklearn import __version__, datasets
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def made():
    """4,000 samples of 6 numbers in 3 classes, of which every fifth or so is wrong."""
    i = np.arange(4000, dtype=np.int64)[:, None]
    j = np.arange(6, dtype=np.int64)[None, :]
    x = ((i * (j + 3) * 7919 + j * 104729 + i * i * 31) % 10007) / 100
    noise = (i[:, 0] * 7907 + i[:, 0] ** 2 * 13) % 101
    y = (x[:, 1] > 40).astype(np.int64) + (x[:, 3] + x[:, 4] > 110)
    return x.astype(np.float32), np.where(noise < 20, noise % 3, y)


def data(name):
    if name == "made":
        return made()
    loaded = getattr(datasets, f"load_{name}")()
    x = loaded.data.astype(np.float32)
    if name == "iris":
        x[34] = x[37] = np.float32([4.9, 3.1, 1.5, 0.1])
    return x, loaded.target


def split(x):
    held = np.arange(len(x)) % 3 == 0
    return ~held, held


def arrays(tree):
    return {
        "feature": [int(f) if f >= 0 else -1 for f in tree.feature],
        "threshold": [float(t) if f >= 0 else 0.0 for t, f in zip(tree.threshold, tree.feature)],
        "children_left": tree.children_left.tolist(),
        "children_right": tree.children_right.tolist(),
        "n_node_samples": tree.n_node_samples.tolist(),
        "impurity": tree.impurity.tolist(),
    }


def classified(name, columns=None, **settings):
    x, y = data(name)
    columns = columns or list(range(x.shape[1]))
    x = x[:, columns]
    train, held = split(x)
    fits = [DecisionTreeClassifier(random_state=s, **settings).fit(x[train], y[train]) for s in range(20)]
    trees = [arrays(fit.tree_) for fit in fits]
    assert all(tree["threshold"] == trees[0]["threshold"] for tree in trees), (name, settings, "has ties")
    fit = fits[0]
    return {
        "data": name,
        "columns": columns,
        "settings": settings,
        **trees[0],
        "value": fit.tree_.value[:, 0, :].tolist(),
        "predicted": fit.predict(x[held]).tolist(),
        "importances": fit.feature_importances_.tolist(),
    }


def regressed(columns, **settings):
    """Columns of breast_cancer from which its mean area is predicted."""
    x, _ = data("breast_cancer")
    train, held = split(x)
    y = x[:, 3].astype(np.float64)
    x = x[:, columns]
    fits = [DecisionTreeRegressor(random_state=s, **settings).fit(x[train], y[train]) for s in range(20)]
    trees = [arrays(fit.tree_) for fit in fits]
    assert all(tree["threshold"] == trees[0]["threshold"] for tree in trees), (columns, settings, "has ties")
    fit = fits[0]
    return {
        "columns": columns,
        "settings": settings,
        **trees[0],
        "value": fit.tree_.value[:, 0, :].tolist(),
        "predicted": fit.predict(x[held]).tolist(),
        "importances": fit.feature_importances_.tolist(),
    }


def whole(name, criterion):
    x, y = data(name)
    train, held = split(x)
    fits = [DecisionTreeClassifier(criterion=criterion, random_state=s).fit(x[train], y[train]) for s in range(50)]
    ends = lambda values: [min(values), max(values)]
    return {
        "data": name,
        "criterion": criterion,
        "nodes": ends([int(fit.tree_.node_count) for fit in fits]),
        "depth": ends([int(fit.get_depth()) for fit in fits]),
        "right": ends([int((fit.predict(x[held]) == y[held]).sum()) for fit in fits]),
    }


print(
    json.dumps(
        {
            "scikit_learn": __version__,
            "trees": [
                classified("iris", [0, 1, 2], min_samples_leaf=5),
                classified("iris", [0, 1, 2], criterion="entropy", max_depth=3, min_samples_leaf=3),
                classified("breast_cancer", criterion="entropy", max_depth=3, min_samples_leaf=8),
                classified("digits", max_depth=4, min_samples_leaf=20),
                classified("digits", criterion="entropy", max_depth=5, min_samples_leaf=12),
                classified("digits", criterion="log_loss", max_depth=4, min_samples_split=200, min_samples_leaf=12),
                classified("made", criterion="entropy", min_samples_leaf=40),
                classified("made", criterion="entropy", min_samples_leaf=20, min_samples_split=120),
                classified("made", min_samples_leaf=20, min_impurity_decrease=0.002),
                classified("made", min_samples_leaf=20, ccp_alpha=0.002),
                classified("made", criterion="entropy", min_samples_leaf=20, ccp_alpha=0.002),
            ],
            "regressions": [
                regressed([1, 4, 5, 8, 9], min_samples_leaf=6),
                regressed([1, 4, 5, 8, 9, 14, 18], min_samples_leaf=6, ccp_alpha=500.0),
            ],
            "whole": [
                whole(name, criterion)
                for name in ["iris", "breast_cancer", "digits"]
                for criterion in ["gini", "entropy"]
            ],
        }
    )
)
