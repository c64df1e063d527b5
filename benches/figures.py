"""Figures of the whole tool: start-up, time from a changed width to the first step, memory of the trainer.

    cargo build --release && python benches/figures.py [--data DIR] [--rounds 5]

Prints one JSON line a figure, each a median over the rounds.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
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
        [RUNNER, RECIPE, "--json", *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )
    for line in process.stdout:
        if json.loads(line)["event"] in ("step", "epoch"):
            break
    took = time.perf_counter() - start
    process.kill()
    process.wait()
    return took


def show(name, unit, values):
    print(json.dumps({"figure": name, "unit": unit, "median": round(statistics.median(values), 4), "runs": len(values)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="data")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()

    show("--help", "ms", [1e3 * seconds([RUNNER, "--help"]) for _ in range(4 * given.rounds)])
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RUNNER_CACHE": folder + "/cache"}
        common = ["--offline", "--data", given.data, "--results", folder + "/results"]
        widths = range(500, 500 + given.rounds)
        changed = [first_step(common + ["--set", f"network.0.linear={width}"], environment) for width in widths]
        show("changed width to first step", "s", changed)
        again = [first_step(common + ["--set", "network.0.linear=500", "--set", "optimizer.lr=2e-3"], environment) for _ in widths]
        show("changed learning rate to first step", "s", again)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(json.dumps({"figure": "peak memory of the compiler", "unit": "MiB", "median": before // 1024}))
    # A process of its own, so that only the training counts.
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    with tempfile.TemporaryDirectory() as folder:
        train = [RUNNER, RECIPE, "--quiet", "--offline", "--data", given.data, "--results", folder, "--set", "trainer.epochs=2"]
        seconds(train)
        done = subprocess.run(["python3", "-c", code, *train], stdout=subprocess.PIPE, text=True, check=True)
        show("peak memory of the trainer", "MiB", [int(done.stdout.split()[-1])])


if __name__ == "__main__":
    main()
