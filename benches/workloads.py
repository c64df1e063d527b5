"""Runs the training steps of nine recipes and of their PyTorch twins in turn, and prints who is faster.

    cargo build --release && python3 benches/workloads.py

PyTorch is installed by pip into a virtual environment under target/ (or is taken from the Python that
RUNNER_PYTHON names). Of its CPU settings (eager or compiled, NCHW or NHWC; the optimizer is fused) the fastest of
a first round stands for it. Rounds alternate, so that both meet the same weather; figures are medians over them.
"% of peak" counts the multiply-adds that a step needs against what the processor's cores can do (benches/peak.rs).
Ours are real recipes on whatever data is there (RUNNER_DATA) or their stand-ins: a step's time depends on neither.
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
PEER = ROOT / "benches" / "peers" / "workloads.py"
PACKAGES = ["torch==2.15.0", "numpy", "setuptools"]


def dense(*widths):
    """Multiply-adds of a sample: each layer forward, its weights' gradient, its input's (but for the first)."""
    products = [a * b for a, b in zip(widths, widths[1:])]
    return 3 * sum(products) - products[0]


def conv(inputs, outputs, kernel, size, first=False):
    """The same for a convolution whose output is `size` wide and high."""
    return (2 if first else 3) * inputs * outputs * kernel**2 * size**2


def recurrent(gates):
    """A vocabulary of 65, an embedding of 64, 256 units, 64 steps. Not counted: the one-hot products."""
    return 64 * 3 * ((64 + 256) * gates * 256 + 256 * 65)


def gan():
    generator = [100 * 256, 256 * 512, 512 * 784]
    critic = [784 * 512, 512 * 256, 256]
    judged = 2 * (3 * sum(critic) - critic[0])
    taught = 2 * sum(critic) + 3 * sum(generator) - generator[0]
    return judged + taught


RESNET = (
    conv(3, 16, 3, 32, first=True) + 2 * conv(16, 16, 3, 32)
    + conv(16, 32, 3, 16) + conv(32, 32, 3, 16) + conv(16, 32, 1, 16)
    + conv(32, 64, 3, 8) + conv(64, 64, 3, 8) + conv(32, 64, 1, 8) + 3 * 640
)
# The smallest ratio that is good enough, and the multiply-adds of a sample's training step.
WORKLOADS = {
    "mnist_mlp": (2.0, dense(784, 512, 128, 10)),
    "digits_mlp": (10.0, dense(64, 32, 10)),
    "mnist_cnn": (2.0, conv(1, 32, 3, 26, first=True) + conv(32, 64, 3, 24) + 3 * (9216 * 128 + 1280)),
    "mnist_lenet": (4.0, conv(1, 6, 5, 28, first=True) + conv(6, 16, 5, 10) + 3 * (48_000 + 10_080 + 840)),
    "cifar10_resnet8": (2.0, RESNET),
    "shakespeare_lstm": (1.4, recurrent(4)),
    "shakespeare_gru": (2.0, recurrent(3)),
    "shakespeare_rnn": (2.0, recurrent(1)),
    "mnist_vae": (2.0, dense(784, 400, 40) + 3 * (20 * 400 + 400 * 784)),
    "mnist_gan": (2.0, gan()),
}
IMAGES = {"mnist_cnn", "mnist_lenet", "cifar10_resnet8"}


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
    return lines[-1]


def peak(threads):
    """GFLOP/s that this many cores can do."""
    program = ROOT / "target" / "peak"
    source = ROOT / "benches" / "peak.rs"
    subprocess.run(["rustc", "-O", "-C", "target-cpu=native", source, "-o", program], check=True)
    return float(subprocess.run([program, str(threads)], stdout=subprocess.PIPE, text=True, check=True).stdout)


class Bench:
    def __init__(self, given):
        self.threads, self.seconds = given.threads, given.seconds
        self.python, self.peak = python(PACKAGES), peak(given.threads)

    def ours(self, name, seconds=None):
        return run([
            RUNNER, "bench", ROOT / "recipes" / f"{name}.yaml", "--json", "--offline",
            "--threads", str(self.threads), "--seconds", str(self.seconds if seconds is None else seconds),
        ])

    def compile_s(self, name):
        """Seconds that the network's compilation takes: a first start less a second one."""
        with tempfile.TemporaryDirectory() as cache:
            before, os.environ["RUNNER_CACHE"] = os.environ.get("RUNNER_CACHE"), cache
            started = time.perf_counter()
            self.ours(name, seconds=0)
            middle = time.perf_counter()
            self.ours(name, seconds=0)
            ended = time.perf_counter()
            if before is None:
                del os.environ["RUNNER_CACHE"]
            else:
                os.environ["RUNNER_CACHE"] = before
        return (middle - started) - (ended - middle)

    def theirs(self, name, setting):
        return run([
            self.python, PEER, name, "--setting", setting,
            "--threads", str(self.threads), "--seconds", str(self.seconds),
        ])

    def best_setting(self, name):
        settings = ["eager", "compiled"]
        if name in IMAGES:
            settings += ["channels_last", "compiled_channels_last"]
        times = {}
        for setting in settings:
            try:
                times[setting] = self.theirs(name, setting)["median_ms"]
            except RuntimeError as error:
                print(f"{name}: PyTorch {setting} fails: {error}", file=sys.stderr)
        return min(times, key=times.get)

    def compare(self, name, rounds):
        setting = self.best_setting(name)
        compile_s = self.compile_s(name)
        self.ours(name, seconds=0)  # compiles the network once more, into the cache that stays
        pairs = [(self.ours(name), self.theirs(name, setting)) for _ in range(rounds)]
        ours = statistics.median(our["median_ms"] for our, _ in pairs)
        theirs = statistics.median(their["median_ms"] for _, their in pairs)
        ratios = sorted(their["median_ms"] / our["median_ms"] for our, their in pairs)
        samples = pairs[0][0]["samples"]
        wanted, operations = WORKLOADS[name]
        return {
            "workload": name, "threads": self.threads, "rounds": rounds, "setting": setting,
            "ours_ms": ours, "pytorch_ms": theirs, "ratio": statistics.median(ratios), "ratios": ratios,
            "wanted": wanted, "steps_per_s": 1e3 / ours, "samples_per_s": 1e3 / ours * samples,
            "floor_ms": 2 * operations * samples / self.peak / 1e6,
            "percent_of_peak": 2 * operations * samples / ours / 1e4 / self.peak,
            "compile_s": compile_s, "ours_mib": (pairs[0][0]["peak_memory"] or 0) / 2**20, "pytorch_mib": pairs[0][1]["peak_mib"],
        }


HEAD = (
    "| workload | ours | steps/s | samples/s | % of peak | PyTorch | its setting | ratio (all rounds) | wanted "
    "| compiled in | memory, PyTorch's |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def row(it):
    low, high = it["ratios"][0], it["ratios"][-1]
    return (
        f"| {it['workload']} | {it['ours_ms']:.3f} ms | {it['steps_per_s']:,.0f} | {it['samples_per_s']:,.0f} "
        f"| {it['percent_of_peak']:.0f} | {it['pytorch_ms']:.3f} ms | {it['setting']} "
        f"| {it['ratio']:.2f} ({low:.2f} to {high:.2f}) | {it['wanted']} "
        f"| {it['compile_s']:.1f} s | {it['ours_mib']:.0f} MiB, {it['pytorch_mib']:.0f} MiB |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS), help="all when none is given")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--json", help="also write all figures to this file")
    given = parser.parse_args()
    unknown = sorted(set(given.workloads) - set(WORKLOADS))
    if unknown:
        parser.error(f"no workload {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    bench = Bench(given)
    print(f"{bench.peak:.0f} GFLOP/s on {given.threads} threads\n\n{HEAD}", flush=True)
    found = []
    for name in given.workloads:
        found.append(bench.compare(name, given.rounds))
        print(row(found[-1]), flush=True)
    if given.json:
        pathlib.Path(given.json).write_text(json.dumps({"peak": bench.peak, "workloads": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
