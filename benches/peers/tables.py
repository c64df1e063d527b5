"""pandas and scikit-learn for benches/tables.py: reads a file, or trains a network on given rows of one."""

import json
import os
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "2")

import pandas as pd


def train(request):
    import numpy as np
    from sklearn.metrics import accuracy_score, r2_score
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    warnings.filterwarnings("ignore")
    with open(request["file"]) as file:
        delimiter = ";" if ";" in file.readline() else ","
    table = pd.read_csv(request["file"], sep=delimiter).drop(columns=request["drop"])
    target = table.pop(request["target"])
    test = np.zeros(len(table), bool)
    test[request["test"]] = True
    words = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    numbers = [name for name in table if name not in words]
    for name in numbers:
        table[name] = table[name].fillna(table.loc[~test, name].median())
    for name in words:
        table[name] = table[name].fillna(table.loc[~test, name].mode()[0])
    scaler = StandardScaler().fit(table.loc[~test, numbers])
    x = np.hstack([scaler.transform(table[numbers]), pd.get_dummies(table[words]).to_numpy(float)]) if words else scaler.transform(table[numbers])
    settings = dict(
        hidden_layer_sizes=(64,), alpha=0, batch_size=32, learning_rate_init=1e-3, max_iter=request["epochs"],
        n_iter_no_change=10**6, tol=0, random_state=request["seed"],
    )
    if request["task"] == "classification":
        model = MLPClassifier(**settings).fit(x[~test], target[~test])
        return accuracy_score(target[test], model.predict(x[test]))
    mean, std = target[~test].mean(), target[~test].std(ddof=0)
    model = MLPRegressor(**settings).fit(x[~test], (target[~test] - mean) / std)
    return r2_score(target[test], model.predict(x[test]) * std + mean)


if __name__ == "__main__":
    if sys.argv[1] == "read":
        print(pd.read_csv(sys.argv[2]).shape)
    else:
        print(train(json.loads(sys.argv[2])))
