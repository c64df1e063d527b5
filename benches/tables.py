"""Tables beside pandas and scikit-learn: how long a wide file takes to read, and what the same network reaches on the same rows.

    cargo build --release && python3 benches/tables.py --data DIR [--rounds 5]

DIR has winequality-red.csv, california-housing.csv and titanic-train.csv. pandas and scikit-learn are installed by pip into a
virtual environment under target/ (or are those of the Python that RUNNER_PYTHON names). Times are CPU seconds of whole
processes, less those of one that reads a file of two lines; medians of alternating rounds. In the second table, both train the
same network on the same training rows of five divisions, and are measured on the same test rows; scikit-learn is given numbers
that are standardized by the training rows and words as 0 and 1.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile

from peer_python import python

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNNER = ROOT / "target" / "release" / "runner"
PEER = ROOT / "benches" / "peers" / "tables.py"
PACKAGES = ["pandas", "scikit-learn", "numpy"]
WORDS = "missing: {numbers: median, words: most_frequent}, categories: one_hot"
TABLES = {
    "winequality-red": ("regression", "winequality-red.csv", "quality", "", "test_r2"),
    "california-housing": ("regression", "california-housing.csv", "median_house_value", "", "test_r2"),
    "titanic": ("classification", "titanic-train.csv", "Survived", "drop: [PassengerId, Name, Ticket, Cabin], ", "test_accuracy"),
}
EPOCHS = {"winequality-red": 60, "california-housing": 20, "titanic": 60}


def cpu(command):
    """CPU seconds of a process and what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def recipe(folder, name, lines):
    path = pathlib.Path(folder) / f"{name}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def reading(peer, rounds, folder):
    """CPU seconds for a file of 6,000 rows and 2,000 numbers, most of them 0."""
    random.seed(0)
    files = {}
    for name, rows in (("wide", 6000), ("tiny", 20)):
        files[name] = pathlib.Path(folder) / f"{name}.csv"
        with open(files[name], "w") as file:
            file.write(",".join(f"w{i}" for i in range(2000)) + ",label\n")
            for i in range(rows):
                cells = ("0.0" if random.random() < 0.99 else f"{random.random():.4f}" for _ in range(2000))
                file.write(",".join(cells) + f",{('pos', 'neg')[i % 2]}\n")
    ours, theirs = [], []
    for _ in range(rounds):
        seconds = {}
        for name, path in files.items():
            lines = [
                "task: classification", f"dataset: {{name: csv, path: {path}, target: label}}", "network: [{linear: 2}]",
                "trainer: {epochs: 1}",
            ]
            seconds["ours", name] = cpu([RUNNER, "check", recipe(folder, name, lines)])
            seconds["theirs", name] = cpu([peer, PEER, "read", path])
        ours.append(seconds["ours", "wide"] - seconds["ours", "tiny"])
        theirs.append(seconds["theirs", "wide"] - seconds["theirs", "tiny"])
    return statistics.median(ours), statistics.median(theirs)


def network(task, outputs):
    return f"network: [{{linear: 64}}, relu, {{linear: {outputs}}}]"


def trained(name, data, folder, seed):
    """Our figure on the test rows of a division, and these rows."""
    task, file, target, more, metric = TABLES[name]
    kind = "values" if task == "regression" else "classes"
    path = recipe(folder, name, [
        f"task: {task}", f"seed: {seed}",
        f"dataset: {{name: csv, path: {data / file}, target: {target}, target_type: {kind}, {more}{WORDS}, validation_split: 0}}",
        network(task, 1 if task == "regression" else 2),
        "optimizer: {name: adam, lr: 1e-3}", f"trainer: {{epochs: {EPOCHS[name]}, batch_size: 32}}",
    ])
    results = pathlib.Path(folder) / "results"
    subprocess.run([RUNNER, path, "--quiet", "--results", results], check=True)
    run = sorted((results / name).iterdir())[-1]
    with open(run / "predictions.csv") as predictions:
        rows = [int(row["row"]) for row in csv.DictReader(predictions)]
    return dict(json.loads((run / "run.json").read_text())["summary"]["test"])[metric], rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=pathlib.Path, help="the folder of the tables")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    peer = python(PACKAGES)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = reading(peer, asked.rounds, folder)
        print(f"6,000 × 2,001 cells: ours {ours:.2f} s, pandas {theirs:.2f} s of CPU time, {ours / theirs:.2f} times\n")
        print("| table | measure | ours, mean (spread over seeds) | scikit-learn | difference |\n|---|---|---|---|---|", flush=True)
        for name in TABLES:
            pairs = []
            for seed in range(5):
                figure, rows = trained(name, asked.data.resolve(), folder, seed)
                task, file, target, more, metric = TABLES[name]
                request = {
                    "file": str(asked.data / file), "target": target, "task": task, "test": rows, "seed": seed,
                    "epochs": EPOCHS[name], "drop": ["PassengerId", "Name", "Ticket", "Cabin"] if more else [],
                }
                said = subprocess.run([peer, PEER, "train", json.dumps(request)], check=True, stdout=subprocess.PIPE, text=True)
                pairs.append((figure, float(said.stdout.split()[-1])))
            own, peers = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
            differences = [a - b for a, b in pairs]
            print(
                f"| {name} | {TABLES[name][4][5:]} | {statistics.mean(own):.4f} (±{statistics.stdev(own):.4f}) "
                f"| {statistics.mean(peers):.4f} (±{statistics.stdev(peers):.4f}) "
                f"| {statistics.mean(differences):+.4f} (±{statistics.stdev(differences):.4f}) |",
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())
