"""Losses and gradients of torch.nn, in f64 on f32 inputs, with outputs from ordinary to ±1e4."""

import json
import torch
from torch import nn

torch.manual_seed(6)
BATCH, CLASSES = 12, 5
LOGITS = (torch.randn(BATCH, CLASSES) * 3).float()
EXTREME = torch.tensor([[1e4, -1e4, 0.0, 5.0, -5.0], [-1e4, -1e4, -1e4, -1e4, -1e4], [80.0, -80.0, 90.0, 0.0, 1.0],
                        [1e4, 1e4, 1e4, 1e4, 1e4]])
LABELS = torch.randint(0, CLASSES, (BATCH,))
EXTREME_LABELS = torch.tensor([0, 3, 1, 2])
WEIGHTS = [0.5, 2.0, 1.0, 0.0, 3.5]
BINARY = torch.cat([torch.randn(BATCH) * 4, torch.tensor([1e4, -1e4, 1e4, -1e4, 0.0, 100.0, -100.0])])
BINARY_LABELS = torch.cat([torch.randint(0, 2, (BATCH,)), torch.tensor([1, 0, 0, 1, 1, 0, 1])])
OUTPUTS = torch.randn(BATCH, 3) * 2
VALUES = torch.randn(BATCH, 3) * 2
VALUES[0, 0] = OUTPUTS[0, 0]
VALUES[1, 1] = OUTPUTS[1, 1] + 50.0


def case(name, settings, loss, outputs, target, kind):
    z = outputs.double().requires_grad_(True)
    value = loss(z.squeeze(-1) if kind == "binary" else z, target)
    value.backward()
    return dict(name=name, settings=settings, width=1 if outputs.dim() == 1 else outputs.shape[1],
                outputs=outputs.flatten().tolist(),
                classes=None if kind == "values" else target.long().tolist(),
                values=target.flatten().tolist() if kind == "values" else None,
                loss=value.item(), gradient=z.grad.flatten().tolist())


def entropy(settings, outputs=LOGITS, labels=LABELS):
    weights = settings.get("class_weights")
    loss = nn.CrossEntropyLoss(weight=None if weights is None else torch.tensor(weights, dtype=torch.float64),
                               label_smoothing=settings.get("label_smoothing", 0.0))
    return case("cross_entropy", settings, loss, outputs, labels, "classes")


def binary(settings, outputs=BINARY, labels=BINARY_LABELS):
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(settings.get("pos_weight", 1.0), dtype=torch.float64))
    return case("binary_cross_entropy", settings, loss, outputs, labels.double(), "binary")


def values(name, settings, loss, target=VALUES):
    return case(name, settings, loss, OUTPUTS, target.double(), "values")


print(json.dumps(dict(torch=torch.__version__.split("+")[0], cases=[
    entropy({}),
    entropy(dict(label_smoothing=0.1)),
    entropy(dict(class_weights=WEIGHTS)),
    entropy(dict(class_weights=WEIGHTS, label_smoothing=0.2)),
    entropy({}, EXTREME, EXTREME_LABELS),
    entropy(dict(label_smoothing=0.1), EXTREME, EXTREME_LABELS),
    binary({}),
    binary(dict(pos_weight=3.0)),
    values("binary_cross_entropy", dict(pos_weight=0.5), nn.BCEWithLogitsLoss(
        pos_weight=torch.tensor(0.5, dtype=torch.float64)), torch.sigmoid(VALUES)),
    values("mse", {}, nn.MSELoss()),
    values("mae", {}, nn.L1Loss()),
    values("huber", {}, nn.HuberLoss()),
    values("huber", dict(delta=2.5), nn.HuberLoss(delta=2.5)),
]), separators=(",", ":")).replace("},", "},\n"))
