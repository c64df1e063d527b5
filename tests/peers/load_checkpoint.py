"""Loads a run's weights into torch.nn.Sequential and compares the outputs with the run's predictions.csv.

    pip install torch==2.15.0 safetensors numpy
    python tests/peers/load_checkpoint.py RUN/checkpoint/best.safetensors FEATURES.csv RUN/predictions.csv

FEATURES.csv holds the inputs of the test part as they are in the data (a header, then a row a sample). The
network is put together from what the checkpoint says of itself: its layers with their settings,
normalization, input shape. Prints the largest difference between probabilities and fails when it is above 1e-5.
"""

import csv
import json
import math
import sys

import torch
from safetensors import safe_open
from torch import nn

weights_path, features_path, predictions_path = sys.argv[1:4]
with safe_open(weights_path, framework="pt") as file:
    about = json.loads(file.metadata()["runner"])
    weights = {name: file.get_tensor(name) for name in file.keys()}


class Residual(nn.Module):
    """What the recipe's residual is in PyTorch: layers(x) + shortcut(x)."""

    def __init__(self, layers, shortcut):
        super().__init__()
        self.layers = layers
        self.shortcut = shortcut

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


class Reshape(nn.Module):
    """What the recipe's reshape is in PyTorch: a view of each sample."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(len(x), *self.shape)


class Parallel(nn.Module):
    """What the recipe's parallel is in PyTorch: branches side by side (steps have their features last), or added."""

    def __init__(self, branches, join, dim):
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.join, self.dim = join, dim

    def forward(self, x):
        outputs = [branch(x) for branch in self.branches]
        return torch.cat(outputs, self.dim) if self.join == "concat" else sum(outputs)


class OverSteps:
    """A module for [batch, features, steps] that reads and gives [batch, steps, features], as the runner does."""

    def forward(self, x):
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


class BatchNormOverSteps(OverSteps, nn.BatchNorm1d):
    pass


class Conv1dOverSteps(OverSteps, nn.Conv1d):
    pass


class Ids(nn.Embedding):
    """An embedding of ids that come as floats."""

    def forward(self, x):
        return super().forward(x.long())


def recurrent(kind):
    """A recurrent module that gives what the recipe's layer does: the top layer's outputs, all or the last."""

    class Module(kind):
        def forward(self, x):
            outputs, state = super().forward(x)
            if self.gives == "all":
                return outputs
            last = state[0] if isinstance(state, tuple) else state
            return torch.cat(list(last[-2 if self.bidirectional else -1:]), dim=1)

    return Module


class Builder:
    """torch.nn modules from a checkpoint's list of layers; a sample's shape goes along."""

    def __init__(self, shape):
        self.shape = shape

    def sequential(self, layers):
        return nn.Sequential(*(self.layer(entry["name"], entry["settings"]) for entry in layers))

    def layer(self, name, settings):
        return getattr(self, name)(**settings)

    def linear(self, out_features, bias):
        steps = self.shape[:1] if len(self.shape) == 2 else []
        made = nn.Linear(self.shape[-1] if steps else math.prod(self.shape), out_features, bias=bias)
        self.shape = [*steps, out_features]
        return made

    def conv1d(self, out_channels, kernel_size, stride, padding, dilation, groups, bias):
        made = Conv1dOverSteps(self.shape[1], out_channels, kernel_size, stride, padding, dilation, groups, bias)
        return self.pooled(made)

    def conv2d(self, out_channels, kernel_size, stride, padding, dilation, groups, bias):
        return self.pooled(nn.Conv2d(
            self.shape[0], out_channels, kernel_size, stride, padding, dilation, groups, bias
        ))

    def conv_transpose2d(
        self, out_channels, kernel_size, stride, padding, output_padding, dilation, groups, bias
    ):
        return self.pooled(nn.ConvTranspose2d(
            self.shape[0], out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation
        ))

    def embedding(self, num_embeddings, embedding_dim, padding_idx=None):
        self.shape = [*self.shape, embedding_dim]
        return Ids(num_embeddings, embedding_dim, padding_idx)

    def lstm(self, **settings):
        return self.recurrent(nn.LSTM, **settings)

    def gru(self, **settings):
        return self.recurrent(nn.GRU, **settings)

    def rnn(self, **settings):
        return self.recurrent(nn.RNN, **settings)

    def recurrent(self, kind, hidden_size, output, bidirectional, **settings):
        made = recurrent(kind)(
            self.shape[1], hidden_size, batch_first=True, bidirectional=bidirectional, **settings
        )
        made.gives = output
        width = hidden_size * (2 if bidirectional else 1)
        self.shape = [self.shape[0], width] if output == "all" else [width]
        return made

    def flatten(self):
        self.shape = [math.prod(self.shape)]
        return nn.Flatten()

    def batch_norm(self, eps, momentum):
        if len(self.shape) == 2:
            return BatchNormOverSteps(self.shape[1], eps=eps, momentum=momentum)
        kind = nn.BatchNorm1d if len(self.shape) == 1 else nn.BatchNorm2d
        return kind(self.shape[0], eps=eps, momentum=momentum)

    def layer_norm(self, eps):
        return nn.LayerNorm(self.shape[-1:] if len(self.shape) == 2 else self.shape, eps=eps)

    def dropout(self, p):
        return nn.Dropout(p)

    def max_pool2d(self, kernel_size, padding, dilation, ceil_mode, stride=None):
        return self.pooled(nn.MaxPool2d(kernel_size, stride, padding, dilation, ceil_mode=ceil_mode))

    def avg_pool2d(self, kernel_size, padding, count_include_pad, stride=None):
        return self.pooled(nn.AvgPool2d(kernel_size, stride, padding, count_include_pad=count_include_pad))

    def global_avg_pool(self):
        return self.pooled(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()))

    def upsample(self, scale_factor, mode, align_corners):
        corners = {} if mode == "nearest" else {"align_corners": align_corners}
        return self.pooled(nn.Upsample(scale_factor=scale_factor, mode=mode, **corners))

    def pooled(self, made):
        self.shape = list(made(torch.zeros(1, *self.shape)).shape[1:])
        return made

    def reshape(self, shape):
        self.shape = shape
        return Reshape(shape)

    def elu(self, alpha):
        return nn.ELU(alpha)

    def selu(self):
        return nn.SELU()

    def celu(self, alpha):
        return nn.CELU(alpha)

    def silu(self):
        return nn.SiLU()

    def mish(self):
        return nn.Mish()

    def hardswish(self):
        return nn.Hardswish()

    def softplus(self, beta, threshold):
        return nn.Softplus(beta, threshold)

    def softsign(self):
        return nn.Softsign()

    def log_sigmoid(self):
        return nn.LogSigmoid()

    def tanhshrink(self):
        return nn.Tanhshrink()

    def hardtanh(self, min_val, max_val):
        return nn.Hardtanh(min_val, max_val)

    def relu6(self):
        return nn.ReLU6()

    def hardsigmoid(self):
        return nn.Hardsigmoid()

    def prelu(self, num_parameters):
        return nn.PReLU(num_parameters)

    def log_softmax(self):
        return nn.LogSoftmax(dim=-1)

    def relu(self):
        return nn.ReLU()

    def tanh(self):
        return nn.Tanh()

    def sigmoid(self):
        return nn.Sigmoid()

    def softmax(self):
        return nn.Softmax(dim=-1)

    def gelu(self, approximate):
        return nn.GELU(approximate=approximate)

    def leaky_relu(self, negative_slope):
        return nn.LeakyReLU(negative_slope)

    def residual(self, layers, shortcut=()):
        before = self.shape
        branch = self.sequential(layers)
        after, self.shape = self.shape, before
        beside = self.sequential(shortcut)
        self.shape = after
        return Residual(branch, beside)

    def parallel(self, branches, join):
        before = self.shape
        shapes, made = [], []
        for layers in branches:
            self.shape = before
            made.append(self.sequential(layers))
            shapes.append(self.shape)
        place = 1 if len(before) == 2 else 0
        self.shape = list(shapes[0])
        if join == "concat":
            self.shape[place] = sum(shape[place] for shape in shapes)
        return Parallel(made, join, place + 1)


layers = about["layers"]
net = Builder(about["input"]).sequential(layers)
net.load_state_dict(weights, strict=True)
net.eval()

rows = list(csv.reader(open(features_path)))[1:]
x = torch.tensor([[float(cell) for cell in row] for row in rows])
mean = torch.tensor(about["normalization"]["mean"])
std = torch.tensor(about["normalization"]["std"])
# One entry for each feature, or for each channel of an image.
groups = x.reshape(len(x), len(mean), -1)
x = ((groups - mean[:, None]) / std[:, None]).reshape(len(x), -1)
# A linear layer that comes first reads an image as one row of features.
if layers[0]["name"] != "linear":
    x = x.reshape(len(x), *about["input"])

with torch.no_grad():
    ours = torch.softmax(net(x), dim=1)
table = list(csv.DictReader(open(predictions_path)))
columns = [name for name in table[0] if name.startswith("p_")]
theirs = torch.tensor([[float(row[name]) for name in columns] for row in table])
difference = (ours - theirs).abs().max().item()
print(json.dumps({"samples": len(theirs), "largest_difference": difference}))
sys.exit(0 if difference < 1e-5 else 1)
