"""A decision tree's fit beside scikit-learn's, over the same samples, one after the other in the same run.

    python benches/tree.py [--rows 100000] [--width 20] [--rounds 5] [--profile release]

Needs scikit-learn. Trees grow until all leaves are pure. Medians; scikit-learn fits a tree on one thread.
"""

import argparse
import statistics
import subprocess
import tempfile
import time

import numpy as np
from sklearn import __version__
from sklearn.datasets import make_classification
from sklearn.tree import DecisionTreeClassifier


def program(profile):
    """The bench's file, built by cargo."""
    built = subprocess.run(
        ["cargo", "bench", "--profile", profile, "--bench", "tree", "--no-run"],
        check=True, capture_output=True, text=True,
    )
    line = next(line for line in built.stderr.splitlines() if "Executable" in line)
    return line.rsplit("(", 1)[1].rstrip(")")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=20)
    parser.add_argument("--classes", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", default="release")
    asked = parser.parse_args()
    tree = program(asked.profile)
    x, y = make_classification(
        asked.rows, asked.width, n_informative=asked.width // 2, n_classes=asked.classes, flip_y=0.05, random_state=1
    )
    x = x.astype(np.float32)
    print(f"{asked.rows} samples of {asked.width} numbers, {asked.classes} classes; scikit-learn {__version__}")
    with tempfile.NamedTemporaryFile() as file:
        file.write(x.astype("<f8").tobytes() + y.astype("<u4").tobytes())
        file.flush()
        for criterion in ["gini", "entropy"]:
            seconds = {"scikit-learn": [], "1 thread": [], "2 threads": []}
            nodes = {}
            for round in range(asked.rounds):
                theirs = DecisionTreeClassifier(criterion=criterion, random_state=round)
                before = time.perf_counter()
                theirs.fit(x, y)
                seconds["scikit-learn"].append(time.perf_counter() - before)
                nodes["scikit-learn"] = theirs.tree_.node_count
                for threads in [1, 2]:
                    name = "1 thread" if threads == 1 else "2 threads"
                    shape = [asked.rows, asked.width, asked.classes, threads]
                    said = subprocess.run(
                        [tree, file.name, *map(str, shape), criterion], check=True, capture_output=True, text=True
                    ).stdout.split()
                    seconds[name].append(float(said[0]))
                    nodes[name] = int(said[1])
            medians = {name: statistics.median(all) for name, all in seconds.items()}
            for name, median in medians.items():
                ratio = medians["scikit-learn"] / median
                print(f"  {criterion:8} {name:13} {median:7.3f} s  {ratio:5.2f} x  {nodes[name]} nodes")


main()
