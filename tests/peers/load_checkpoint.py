"""Loads a run's weights into torch.nn.Sequential and compares the outputs with the run's predictions.csv.

    pip install torch==2.15.0 safetensors numpy
    python tests/peers/load_checkpoint.py RUN/checkpoint/best.safetensors FEATURES.csv RUN/predictions.csv

FEATURES.csv holds the inputs of the test part as they are in the data (a header, then a row a sample). The
network is put together from what the checkpoint says of itself: names of layers, normalization, input
shape. Prints the largest difference between probabilities and fails when it is above 1e-5.
"""

import csv
import json
import sys

import torch
from safetensors import safe_open
from torch import nn

weights_path, features_path, predictions_path = sys.argv[1:4]
with safe_open(weights_path, framework="pt") as file:
    about = json.loads(file.metadata()["runner"])
    weights = {name: file.get_tensor(name) for name in file.keys()}


class Residual(nn.Module):
    """What the recipe's residual is in PyTorch."""

    def __init__(self, layers, shortcut=None):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.shortcut = nn.Sequential(*shortcut) if shortcut else nn.Identity()

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


def layer(index, name):
    weight = weights.get(f"{index}.weight")
    if name == "linear":
        return nn.Linear(weight.shape[1], weight.shape[0], bias=f"{index}.bias" in weights)
    if name == "batch_norm":
        return nn.BatchNorm1d(weight.shape[0])
    if name == "layer_norm":
        return nn.LayerNorm(weight.shape)
    if name == "dropout":
        return nn.Dropout()
    plain = {
        "relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU,
        "leaky_relu": nn.LeakyReLU, "flatten": nn.Flatten,
    }
    return plain[name]()


net = nn.Sequential(*(layer(index, name) for index, name in enumerate(about["layers"])))
net.load_state_dict(weights, strict=True)
net.eval()

rows = list(csv.reader(open(features_path)))[1:]
x = torch.tensor([[float(cell) for cell in row] for row in rows])
mean = torch.tensor(about["normalization"]["mean"])
std = torch.tensor(about["normalization"]["std"])
if len(mean) == x.shape[1]:
    x = (x - mean) / std
else:
    channels = x.reshape(len(x), len(mean), -1)
    x = ((channels - mean[:, None]) / std[:, None]).reshape(len(x), -1)
if about["layers"][0] == "flatten":
    x = x.reshape(len(x), *about["input"])

with torch.no_grad():
    ours = torch.softmax(net(x), dim=1)
table = list(csv.DictReader(open(predictions_path)))
columns = [name for name in table[0] if name.startswith("p_")]
theirs = torch.tensor([[float(row[name]) for name in columns] for row in table])
difference = (ours - theirs).abs().max().item()
print(json.dumps({"samples": len(theirs), "largest_difference": difference}))
sys.exit(0 if difference < 1e-5 else 1)
