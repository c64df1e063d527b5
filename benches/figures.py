"""Figures of the whole tool: start-up, list of runs, time from a changed width to the first step, memory of the trainer.

    cargo build --release && python benches/figures.py [--data DIR] [--rounds 5]

Prints one JSON line a figure, each a median over the rounds.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

RUNNER = os.path.abspath("target/release/runner")
RECIPE = os.path.abspath("recipes/mnist_mlp.yaml")


def seconds(command, **options):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


def first_step(arguments, environment):
    """Seconds from the start of the runner to the first event of a step or an epoch."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [RUNNER, RECIPE, "--json", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
    )
    for line in process.stdout:
        if json.loads(line)["event"] in ("step", "epoch"):
            break
    took = time.perf_counter() - start
    # It saves and stops its trainer, which a kill would leave writing.
    process.send_signal(signal.SIGINT)
    process.communicate()
    return took


def peak_memory(command, environment):
    """MiB of the largest process among the command and its children."""
    # In a process of its own, so that nothing but the command counts.
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    ours = [sys.executable, "-c", code, *command]
    done = subprocess.run(ours, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return int(done.stdout.split()[-1])


def list_runs(folder, count):
    """Milliseconds of `runner list` over copies of one run."""
    trained = [RUNNER, os.path.abspath("recipes/iris.yaml"), "--quiet", "--results", folder]
    seconds(trained)
    [run] = os.listdir(os.path.join(folder, "iris"))
    for index in range(1, count):
        shutil.copytree(os.path.join(folder, "iris", run), os.path.join(folder, "iris", f"copy_{index}"))
    return 1e3 * seconds([RUNNER, "list", "--results", folder])


def compare_runs(folder, count):
    """Milliseconds of `runner compare` with its page over copies of one run, five seeds to a learning rate."""
    list_runs(folder, count)
    recipe = os.path.join(folder, "iris")
    for index, run in enumerate(sorted(os.listdir(recipe))):
        path = os.path.join(recipe, run, "recipe.yaml")
        with open(path) as file:
            text = file.read()
        text = re.sub(r"(?m)^  lr: \S+", f"  lr: {(index // 5 + 1) * 1e-5:.5f}", text)
        with open(path, "w") as file:
            file.write(re.sub(r"(?m)^seed: \d+", f"seed: {index % 5}", text))
    page = os.path.join(folder, "page.html")
    return 1e3 * seconds([RUNNER, "compare", "iris", "--html", page, "--results", folder])


def show(name, unit, values):
    print(json.dumps({"figure": name, "unit": unit, "median": round(statistics.median(values), 4), "runs": len(values)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="data")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()

    show("--help", "ms", [1e3 * seconds([RUNNER, "--help"]) for _ in range(4 * given.rounds)])
    with tempfile.TemporaryDirectory() as folder:
        show("list of 1,000 runs", "ms", [list_runs(f"{folder}/{round}", 1000) for round in range(given.rounds)])
    with tempfile.TemporaryDirectory() as folder:
        compared = [compare_runs(f"{folder}/{round}", 1000) for round in range(given.rounds)]
        show("comparison of 1,000 runs, with its page", "ms", compared)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RUNNER_CACHE": folder + "/cache"}
        common = ["--offline", "--data", given.data, "--results", folder + "/results"]
        widths = range(500, 500 + given.rounds)
        changed = [first_step(common + ["--set", f"network.0.linear={width}"], environment) for width in widths]
        show("changed width to first step", "s", changed)
        again = [first_step(common + ["--set", "network.0.linear=500", "--set", "optimizer.lr=2e-3"], environment) for _ in widths]
        show("changed learning rate to first step", "s", again)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RUNNER_CACHE": folder + "/cache"}
        train = [RUNNER, RECIPE, "--quiet", "--offline", "--data", given.data, "--results", folder, "--set", "trainer.epochs=2"]
        show("peak memory, compiler included", "MiB", [peak_memory(train, environment)])
        show("peak memory of the trainer", "MiB", [peak_memory(train, environment) for _ in range(given.rounds)])


if __name__ == "__main__":
    main()
