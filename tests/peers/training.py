"""Weights after each of 24 optimizer steps, each over three batches of uneven size, with clipped gradients.

    python tests/peers/training.py > tests/figures/training.json

The losses of a step are summed and divided once by the weight of all its samples, so the step is that of
one large batch. The recipes are the runner's; the data is noise, given batch by batch.
"""

import json

import torch
from torch import nn

STEPS, SIZES = 24, [4, 4, 2]


def flat(tensor):
    return [float(f"{number:.9g}") for number in tensor.detach().flatten()]


def train(name, recipe, layers, weigh, criterion, make, clip, gamma, targets):
    """`weigh` gives the weight of a batch's targets, `criterion` the sum of a batch's losses."""
    torch.manual_seed(11)
    net = nn.Sequential(*layers())
    initial = {key: dict(shape=list(value.shape), values=flat(value)) for key, value in net.state_dict().items()}
    optimizer = make(net.parameters())
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma)
    steps = []
    for _ in range(STEPS):
        batches = [(torch.randn(size, net[0].in_features) * 2, targets(size)) for size in SIZES]
        total = sum(weigh(y) for _, y in batches)
        optimizer.zero_grad()
        for x, y in batches:
            (criterion(net(x), y) / total).backward()
        clip(net.parameters())
        optimizer.step()
        schedule.step()
        steps.append(dict(
            batches=[dict(x=flat(x), y=y.flatten().tolist()) for x, y in batches],
            after=[number for parameter in net.parameters() for number in flat(parameter)],
        ))
    return dict(name=name, recipe=recipe, initial=initial, steps=steps)


def classes(size):
    return torch.randint(0, 3, (size,))


def small():
    return [nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)]


weights = torch.tensor([1.0, 2.0, 0.5])
weighted = nn.CrossEntropyLoss(weight=weights, label_smoothing=0.1, reduction="sum")
TRAINER = "trainer: {epochs: 100, batch_size: 4, accumulate_grad_batches: 3, "
CLASSES = "task: classification\ndataset: iris\nnetwork: [{linear: 6}, tanh, {linear: 3}]\n"

cases = [
    train(
        "clip by norm, weighted classes",
        CLASSES + "loss: {name: cross_entropy, class_weights: [1, 2, 0.5], label_smoothing: 0.1}\n"
        "optimizer: {name: sgd, lr: 0.5, momentum: 0.9}\n" + TRAINER + "gradient_clip_norm: 0.3}\n",
        small, lambda y: weights[y].sum(), weighted,
        lambda p: torch.optim.SGD(p, lr=0.5, momentum=0.9, foreach=False),
        lambda p: nn.utils.clip_grad_norm_(p, 0.3), 1.0, classes,
    ),
    train(
        "clip by value, a schedule by the step",
        CLASSES + "optimizer: {name: adam, lr: 0.05}\n"
        "lr_scheduler: {name: exponential, gamma: 0.95, interval: step}\n" + TRAINER + "gradient_clip_value: 0.02}\n",
        small, len, nn.CrossEntropyLoss(reduction="sum"),
        lambda p: torch.optim.Adam(p, lr=0.05, foreach=False),
        lambda p: nn.utils.clip_grad_value_(p, 0.02), 0.95, classes,
    ),
    train(
        "regression",
        "task: regression\ndataset: diabetes\nnetwork: [{linear: 5}, tanh, {linear: 1}]\n"
        "loss: {name: huber, delta: 0.7}\noptimizer: {name: adamw, lr: 0.02, weight_decay: 0.1}\n" + TRAINER + "gradient_clip_norm: 0.5}\n",
        lambda: [nn.Linear(10, 5), nn.Tanh(), nn.Linear(5, 1)], len, nn.HuberLoss(delta=0.7, reduction="sum"),
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1, foreach=False),
        lambda p: nn.utils.clip_grad_norm_(p, 0.5), 1.0, lambda size: torch.randn(size, 1),
    ),
]
print(json.dumps(dict(torch=torch.__version__.split("+")[0], cases=cases), separators=(",", ":")).replace("},{\"batches", "},\n{\"batches"))
