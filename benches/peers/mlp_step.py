"""PyTorch's time for the step of benches/mlp_step.rs: eager, Adam with fused=True.

Prints one JSON line. THREADS and SECONDS come from the environment.
"""

import json
import os
import statistics
import time

import torch
from torch import nn

threads = int(os.environ.get("THREADS", "2"))
seconds = float(os.environ.get("SECONDS", "3"))
torch.set_num_threads(threads)
torch.manual_seed(1)

net = nn.Sequential(
    nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 10)
)
adam = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
cross_entropy = nn.CrossEntropyLoss()
x = torch.rand(64, 784)
classes = torch.arange(64) % 10

times = []
start = time.perf_counter()
while time.perf_counter() - start < seconds or len(times) < 20:
    before = time.perf_counter()
    adam.zero_grad(set_to_none=True)
    cross_entropy(net(x), classes).backward()
    adam.step()
    times.append((time.perf_counter() - before) * 1e3)
print(json.dumps({
    "name": "mlp_step",
    "threads": threads,
    "steps": len(times),
    "median_ms": statistics.median(times),
    "fastest_ms": min(times),
}))
