"""Measures what building costs, and prints the table of CONTRIBUTING.md.

    python3 benches/builds.py [--only NAME …]

Works in a clone of the last commit in a temporary folder, so that nothing of this checkout's target/ helps. All of it
takes half an hour on two cores; nothing else should run meanwhile.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMAND, KERNEL = "src/cli/report.rs", "src/kernel/elementwise.rs"
FIRST = ["cargo", "run", "--release", "--", "recipes/mnist_mlp.yaml", "--offline", "--quiet", "--set", "trainer.epochs=2"]
BUILD = ["cargo", "build"]
ONE_TEST = ["cargo", "test", "--test", "cli", "report_page"]


def seconds(clone, command):
    """Wall-clock seconds of a command that has to succeed."""
    begun = time.monotonic()
    result = subprocess.run(command, cwd=clone, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    taken = time.monotonic() - begun
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout[-3000:]}{result.stderr[-3000:]}")
    return taken


def change(clone, path):
    """One more function, another each time, that really is compiled."""
    number = time.monotonic_ns()
    with open(clone / path, "a", encoding="utf-8") as file:
        print(f"/// Changed.\npub fn changed() -> u64 {{\n    std::hint::black_box({number})\n}}", file=file)


def fresh(clone):
    shutil.rmtree(clone / "target", ignore_errors=True)


def clean(command):
    def measure(clone):
        fresh(clone)
        return seconds(clone, command)

    return measure


def changed(path, command):
    def measure(clone):
        seconds(clone, command)
        change(clone, path)
        taken = seconds(clone, command)
        subprocess.run(["git", "checkout", "-q", path], cwd=clone, check=True)
        return taken

    return measure


FIGURES = {
    "first": ("clean: the README's first command", 180, clean(FIRST)),
    "test": ("clean: `cargo test`", 720, clean(["cargo", "test"])),
    "command": ("a line changed in a command: `cargo build`", 20, changed(COMMAND, BUILD)),
    "command-test": ("the same: one test of that command", 40, changed(COMMAND, ONE_TEST)),
    "kernel": ("a line changed in a kernel: `cargo build`", 60, changed(KERNEL, BUILD)),
    "gate": ("`.ci/run` from a clean clone", 1800, clean(["bash", ".ci/run"])),
}


def main():
    parser = argparse.ArgumentParser(description="What building costs.")
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=list(FIGURES), metavar="NAME")
    chosen = parser.parse_args().only
    print(f"| figure, {os.cpu_count()} cores | measured | wanted |\n|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        clone = pathlib.Path(folder) / "runner"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        for name in chosen:
            what, wanted, measure = FIGURES[name]
            print(f"| {what} | {measure(clone):.0f} s | ≤ {wanted} s |", flush=True)


if __name__ == "__main__":
    main()
