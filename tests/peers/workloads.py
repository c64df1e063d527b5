"""Losses of 20 training steps of each recipe's network, from weights and batches that a formula gives.

    python tests/peers/workloads.py > tests/figures/workloads.json

Networks and optimizers are those of benches/peers/workloads.py, without dropout. tests/workloads.rs makes the
same weights and batches by the same formula, and holds the losses of `runner replay` against these.
"""

import json
import math
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benches" / "peers"))
import workloads as peers  # noqa: E402

STEPS = 20


def wave(seed, shape, scale):
    """scale · sin(0.7390851 i + seed) for i = 0, 1, …"""
    values = [scale * math.sin(0.7390851 * i + seed) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).float().reshape(shape)


def renamed(name):
    """The names of a Sequential, as the runner has them."""
    for module, position in (("embedding", 0), ("recurrent", 1), ("linear", 2)):
        name = name.replace(f"{module}.", f"{position}.", 1) if name.startswith(module) else name
    return name


def case(name, settings, samples, lr=1e-3, tolerance=1e-4):
    """A workload with a batch of its own for each of some steps, which come again and again."""
    torch.manual_seed(0)
    net = peers.NETWORKS[name]()
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    tensors = []
    state = net.state_dict()
    for index, (key, tensor) in enumerate(state.items()):
        # Running statistics and norms start as they always do; all else is a wave of PyTorch's usual size.
        if tensor.dim() > 1:
            scale = 1 / math.sqrt(tensor[0].numel())
            state[key] = wave(index, tensor.shape, scale)
        elif not any(word in key for word in ("running", "tracked")) and not is_norm(net, key):
            scale = 0.05
            state[key] = wave(index, tensor.shape, scale)
        else:
            scale = None
        tensors.append(dict(name=renamed(key), shape=list(tensor.shape), scale=scale,
                            value=None if scale else float(tensor.flatten()[0])))
    net.load_state_dict(state)
    text = name.startswith("shakespeare")
    if text:
        x_shape, y_shape = [STEPS, samples, 64], [STEPS, samples, 64]
        ids = torch.tensor([(i * 7 + i // 5 + i * i // 11) % 65 for i in range(math.prod(x_shape) + 1)])
        x, y = ids[:-1].reshape(x_shape), ids[1:].reshape(y_shape)
    else:
        shape = list(peers.INPUTS[name][1:])
        if name == "mnist_mlp":
            shape = [784]
        x_shape, y_shape = [STEPS, samples, *shape], [STEPS, samples]
        x = wave(100, x_shape, 1.0)
        y = torch.tensor([(i * 7 + i // 3) % 10 for i in range(STEPS * samples)]).reshape(y_shape)
    optimizer = (peers.sgd if name == "cifar10_resnet8" else peers.adam)(net.parameters())
    for group in optimizer.param_groups:
        group["lr"] = lr
    net.train()
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x[step]).flatten(0, -2), y[step].flatten())
        losses.append(float(f"{loss.item():.9g}"))
        loss.backward()
        optimizer.step()
    return dict(recipe=name, set=[*settings, f"optimizer.lr={lr}"], tensors=tensors, x=x_shape, y=y_shape, losses=losses, tolerance=tolerance)


def is_norm(net, key):
    return isinstance(net.get_submodule(key.rsplit(".", 1)[0]), nn.BatchNorm2d)


PLAIN = ["lr_scheduler=null", "trainer.gradient_clip_norm=null"]
cases = [
    case("mnist_mlp", ["lr_scheduler=null"], 8),
    case("digits_mlp", [], 8),
    # Adam's first steps have the sign of a gradient, also where that is 0 but for rounding.
    case("mnist_cnn", ["network.5.dropout=0", "network.9.dropout=0"], 4, tolerance=1e-3),
    case("mnist_lenet", [], 4),
    # The same to 1e-7 for five steps; then a ReLU that is 0 but for rounding decides otherwise, and batch norms spread it.
    case("cifar10_resnet8", ["lr_scheduler=null"], 16, lr=1e-3, tolerance=1e-2),
    case("shakespeare_lstm", PLAIN, 2),
    case("shakespeare_gru", PLAIN, 2),
    case("shakespeare_rnn", PLAIN, 2),
]
print(json.dumps(dict(torch=torch.__version__.split("+")[0], cases=cases), separators=(",", ":"))
      .replace('{"recipe"', '\n{"recipe"'))
