"""Runs a benchmark and its peer in turn, and prints the ratio of their medians.

    python benches/compare.py --ours "cargo bench --bench mlp_step" \\
        --peer "python benches/peers/mlp_step.py" --threads 2 --rounds 7

Each command prints a JSON line with "median_ms" and reads THREADS and SECONDS from the environment.
Rounds alternate, so that both meet the same weather; a ratio above 1 means that ours is faster.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess


def median_ms(command, environment):
    done = subprocess.run(
        shlex.split(command), env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return next(line["median_ms"] for line in lines if "median_ms" in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", required=True, help="our command")
    parser.add_argument("--peer", required=True, help="the peer's command")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one run")
    given = parser.parse_args()
    environment = os.environ | {"THREADS": str(given.threads), "SECONDS": str(given.seconds)}

    ours, peers = [], []
    for _ in range(given.rounds):
        ours.append(median_ms(given.ours, environment))
        peers.append(median_ms(given.peer, environment))
    ratios = [peer / our for our, peer in zip(ours, peers)]
    print(json.dumps({
        "threads": given.threads,
        "rounds": given.rounds,
        "ours_ms": statistics.median(ours),
        "peer_ms": statistics.median(peers),
        "ratio": statistics.median(ratios),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }))


if __name__ == "__main__":
    main()
