"""Runs 100 trials of the tiny digits network (5 epochs each) with runner and with Optuna + PyTorch in turn, and prints
how many trials each does a second.

    cargo build --release && python3 benches/sweep.py

Ours is `runner sweep` from its start to its page, with a process for each trial. Optuna is measured twice, both times
with as many worker processes that share one journal file: with a process for each trial, as ours, and with all trials
of a worker in its process, where one trial's crash ends the worker. Its imports are counted: a sweep needs them. Where
a process for each trial is slow, fewer trials are measured and the rate is given. PyTorch and Optuna are installed by
pip into a virtual environment under target/ (or are taken from the Python that RUNNER_PYTHON names).
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from peer_python import python

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNNER = ROOT / "target" / "release" / "runner"
PEER = ROOT / "benches" / "peers" / "sweep.py"
PACKAGES = ["torch==2.15.0", "numpy", "optuna"]
SWEEP = """recipe: {recipe}
method: random
run_cap: {trials}
metric: val_loss
parameters:
  optimizer.lr: {{distribution: log_uniform_values, min: 1e-4, max: 1e-1}}
  trainer.epochs: {{value: 5}}
  trainer.threads: {{value: 1}}
"""


def ours(trials, jobs):
    with tempfile.TemporaryDirectory() as folder:
        sweep = pathlib.Path(folder) / "sweep.yaml"
        sweep.write_text(SWEEP.format(recipe=ROOT / "recipes" / "digits_mlp.yaml", trials=trials))
        command = [RUNNER, "sweep", sweep, "--jobs", str(jobs), "--quiet", "--results", pathlib.Path(folder) / "results"]
        started = time.perf_counter()
        subprocess.run(command, check=True)
        return trials / (time.perf_counter() - started)


def theirs(program, kind, trials, jobs):
    with tempfile.TemporaryDirectory() as folder:
        journal = str(pathlib.Path(folder) / "journal.log")
        shares = [trials // jobs + (index < trials % jobs) for index in range(jobs)]
        started = time.perf_counter()
        workers = [subprocess.Popen([program, PEER, kind, journal, str(share)]) for share in shares]
        if any([worker.wait() for worker in workers]):
            raise RuntimeError("an Optuna worker failed")
        return trials / (time.perf_counter() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--spawned", type=int, default=16, help="trials of Optuna with a process for each")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="also write all figures to this file")
    given = parser.parse_args()
    program = python(PACKAGES)
    ours(2, 1)  # compiles the network, which 0.6 s and one sweep in a cache's life pay for
    rounds = []
    for _ in range(given.rounds):
        rounds.append({
            "runner": ours(given.trials, given.jobs),
            "optuna, a process a trial": theirs(program, "spawn", given.spawned, given.jobs),
            "optuna, in process": theirs(program, "worker", given.trials, given.jobs),
        })
        print(json.dumps(rounds[-1]), file=sys.stderr, flush=True)
    print(f"{given.trials} trials, {given.jobs} at a time, medians of {given.rounds} rounds\n")
    print("| | trials/s | runner is faster (all rounds) |\n|---|---|---|")
    for name in rounds[0]:
        ratios = sorted(one["runner"] / one[name] for one in rounds)
        rate = statistics.median(one[name] for one in rounds)
        print(f"| {name} | {rate:.2f} | {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f}) |")
    if given.json:
        pathlib.Path(given.json).write_text(json.dumps({"jobs": given.jobs, "rounds": rounds}, indent=1) + "\n")


if __name__ == "__main__":
    main()
