"""Figures of PyTorch's layers for tests/nn_figures.rs: outputs, gradients and names of weights.

    python tests/peers/layers.py > tests/figures/layers.json
    python tests/peers/layers.py NAME …     # these alone, to be put beside the others
"""

import json
import sys

import torch
from torch import nn


class Residual(nn.Module):
    """y = layers(x) + shortcut(x), as the runner's residual block."""

    def __init__(self, layers, shortcut):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


class Parallel(nn.Module):
    """The branches' outputs side by side along the channels (or added), as the runner's parallel block."""

    def __init__(self, *branches, join="concat"):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*branch) for branch in branches)
        self.join = join

    def forward(self, x):
        outputs = [branch(x) for branch in self.branches]
        return torch.cat(outputs, dim=1) if self.join == "concat" else sum(outputs)


class OverSteps:
    """A module for [batch, features, steps] that reads and gives [batch, steps, features], as the runner does."""

    def forward(self, x):
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


class BatchNormOverSteps(OverSteps, nn.BatchNorm1d):
    pass


class Conv1dOverSteps(OverSteps, nn.Conv1d):
    pass


class Sequence(nn.Sequential):
    """Layers of which some give their last states beside their output; what goes on is the output."""

    def forward(self, x):
        for module in self:
            x = module(x)
            x = x[0] if isinstance(x, tuple) else x
        return x


# In place of a shape: a batch of two sequences of ids below 7, five steps long.
IDS = "ids"

# Name, hyperparameters in the runner's order, shape of a batch, modules.
# Before the modules are made: they draw their weights then.
torch.manual_seed(1)
CASES = [
    ("linear", [], (4, 5), [nn.Linear(5, 3)]),
    ("linear_no_bias", [], (4, 5), [nn.Linear(5, 3, bias=False)]),
    ("linear_relu", [], (4, 5), [nn.Linear(5, 3), nn.ReLU()]),
    ("linear_sigmoid", [], (4, 5), [nn.Linear(5, 3), nn.Sigmoid()]),
    ("linear_tanh", [], (4, 5), [nn.Linear(5, 3), nn.Tanh()]),
    ("linear_leaky_relu", [0.2], (4, 5), [nn.Linear(5, 3), nn.LeakyReLU(0.2)]),
    ("relu", [], (3, 7), [nn.ReLU()]),
    ("sigmoid", [], (3, 7), [nn.Sigmoid()]),
    ("tanh", [], (3, 7), [nn.Tanh()]),
    ("leaky_relu", [0.01], (3, 7), [nn.LeakyReLU()]),
    ("gelu", [], (3, 7), [nn.GELU()]),
    ("gelu_tanh", [], (3, 7), [nn.GELU(approximate="tanh")]),
    ("softmax", [], (3, 7), [nn.Softmax(dim=1)]),
    ("log_softmax", [], (3, 7), [nn.LogSoftmax(dim=1)]),
    ("elu", [0.5], (3, 7), [nn.ELU(0.5)]),
    ("selu", [], (3, 7), [nn.SELU()]),
    ("celu", [0.5], (3, 7), [nn.CELU(0.5)]),
    ("silu", [], (3, 7), [nn.SiLU()]),
    ("mish", [], (3, 7), [nn.Mish()]),
    ("hardswish", [], (3, 7), [nn.Hardswish()]),
    ("softplus", [2.0, 1.5], (3, 7), [nn.Softplus(2.0, 1.5)]),
    ("softsign", [], (3, 7), [nn.Softsign()]),
    ("log_sigmoid", [], (3, 7), [nn.LogSigmoid()]),
    ("tanhshrink", [], (3, 7), [nn.Tanhshrink()]),
    ("hardtanh", [-0.5, 1.5], (3, 7), [nn.Hardtanh(-0.5, 1.5)]),
    ("relu6", [], (3, 7), [nn.ReLU6()]),
    ("hardsigmoid", [], (3, 7), [nn.Hardsigmoid()]),
    ("prelu", [], (3, 7), [nn.PReLU()]),
    ("prelu_channels", [], (2, 3, 2, 2), [nn.PReLU(3)]),
    ("dropout_0", [0.0], (3, 7), [nn.Dropout(0.0)]),
    ("batch_norm", [1e-5, 0.1], (6, 5), [nn.BatchNorm1d(5)]),
    ("batch_norm_image", [1e-3, 0.3], (3, 2, 3, 4), [nn.BatchNorm2d(2, eps=1e-3, momentum=0.3)]),
    ("batch_norm_steps", [1e-5, 0.1], (2, 4, 3), [BatchNormOverSteps(3)]),
    ("layer_norm", [1e-5], (4, 7), [nn.LayerNorm(7)]),
    ("layer_norm_image", [1e-5], (2, 2, 3, 4), [nn.LayerNorm((2, 3, 4))]),
    ("layer_norm_sequence", [1e-5], (2, 3, 4), [nn.LayerNorm(4)]),
    ("batch_norm_relu", [1e-5, 0.1], (3, 2, 3, 4), [nn.BatchNorm2d(2), nn.ReLU()]),
    ("max_pool2d", [], (2, 2, 4, 6), [nn.MaxPool2d(2)]),
    ("max_pool2d_padding", [], (2, 2, 7, 5), [nn.MaxPool2d(3, 2, padding=1)]),
    ("max_pool2d_dilation", [], (2, 1, 7, 6), [nn.MaxPool2d(2, 1, dilation=2)]),
    ("max_pool2d_ceil", [], (2, 1, 5, 7), [nn.MaxPool2d(2, ceil_mode=True)]),
    ("max_pool2d_ties", [], (2, 2, 4, 6), [nn.ReLU(), nn.MaxPool2d(2)]),
    ("avg_pool2d", [1.0], (2, 2, 7, 5), [nn.AvgPool2d(3, 2, padding=1)]),
    ("avg_pool2d_inside", [0.0], (2, 2, 7, 5), [nn.AvgPool2d(3, 2, padding=1, count_include_pad=False)]),
    ("global_avg_pool", [], (2, 3, 4, 5), [nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())]),
    ("upsample", [], (2, 2, 2, 3), [nn.Upsample(scale_factor=3)]),
    ("upsample_bilinear", [], (2, 2, 2, 3), [nn.Upsample(scale_factor=3, mode="bilinear")]),
    ("upsample_aligned", [], (2, 2, 2, 3), [nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)]),
    ("reshape", [1e-5, 0.1], (3, 12), [nn.Unflatten(1, (2, 2, 3)), nn.BatchNorm2d(2)]),
    ("residual_relu", [1e-5, 0.1], (3, 2, 3, 2), [Residual([nn.BatchNorm2d(2)], []), nn.ReLU()]),
    ("flatten", [], (2, 2, 3, 4), [nn.Flatten(), nn.Linear(24, 3)]),
    ("residual", [], (4, 5), [Residual([nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 5)], []), nn.ReLU()]),
    (
        "residual_shortcut",
        [1e-5, 0.1],
        (4, 5),
        [nn.Linear(5, 5), nn.Tanh(), Residual([nn.Linear(5, 6), nn.BatchNorm1d(6)], [nn.Linear(5, 6, bias=False)])],
    ),
    ("conv1d", [], (2, 7, 3), [Conv1dOverSteps(3, 4, 3)]),
    (
        "conv1d_groups",
        [],
        (2, 9, 4),
        [Conv1dOverSteps(4, 6, 3, stride=2, padding=3, dilation=2, groups=2, bias=False), nn.Tanh()],
    ),
    (
        "conv1d_batch_norm",
        [1e-5, 0.1],
        (3, 6, 2),
        [Conv1dOverSteps(2, 5, 4, stride=3, padding=2), BatchNormOverSteps(5), nn.Tanh()],
    ),
    ("conv2d", [], (2, 3, 5, 7), [nn.Conv2d(3, 4, 3)]),
    ("conv2d_relu", [], (2, 1, 6, 7), [nn.Conv2d(1, 6, 5, padding=2), nn.ReLU()]),
    ("conv2d_groups", [], (2, 4, 9, 7), [nn.Conv2d(4, 6, 3, stride=2, padding=3, dilation=2, groups=2, bias=False), nn.Tanh()]),
    ("conv2d_strided", [], (2, 3, 7, 6), [nn.Conv2d(3, 5, 2, stride=3, padding=1)]),
    (
        "conv2d_rectangle",
        [],
        (2, 3, 6, 7),
        [nn.Conv2d(3, 4, (3, 5), stride=(1, 2), padding=(1, 2), dilation=(2, 1)), nn.Tanh()],
    ),
    ("conv2d_3x3", [], (1, 16, 5, 6), [nn.Conv2d(16, 16, 3, padding=1)]),
    ("conv_transpose2d", [0.2], (2, 3, 3, 4), [nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]),
    (
        "conv_transpose2d_groups",
        [],
        (2, 4, 3, 2),
        [nn.ConvTranspose2d(4, 6, 3, stride=3, padding=2, output_padding=2, dilation=2, groups=2, bias=False)],
    ),
    (
        "conv_transpose2d_rectangle",
        [],
        (2, 3, 3, 4),
        [nn.ConvTranspose2d(3, 2, (4, 3), stride=(2, 1), padding=(1, 0), output_padding=(1, 0))],
    ),
    ("linear_steps", [], (2, 3, 4), [nn.Linear(4, 5), nn.Tanh()]),
    ("embedding", [], IDS, [nn.Embedding(7, 3)]),
    ("embedding_padding", [], IDS, [nn.Embedding(7, 3, padding_idx=2)]),
    ("rnn", [0.0], (2, 4, 3), [nn.RNN(3, 5, batch_first=True)]),
    ("rnn_relu", [0.0], (2, 4, 3), [nn.RNN(3, 5, nonlinearity="relu", bias=False, batch_first=True)]),
    ("lstm", [0.0], (2, 4, 3), [nn.LSTM(3, 5, batch_first=True)]),
    ("lstm_stacked", [0.0], (2, 4, 3), [nn.LSTM(3, 5, num_layers=2, bidirectional=True, batch_first=True)]),
    ("gru", [0.0], (2, 4, 3), [nn.GRU(3, 5, batch_first=True)]),
    ("gru_stacked", [0.0], (2, 4, 3), [nn.GRU(3, 5, num_layers=2, bidirectional=True, batch_first=True)]),
    ("embedding_lstm", [0.0], IDS, [nn.Embedding(7, 3), nn.LSTM(3, 5, batch_first=True), nn.Linear(5, 7)]),
    ("embedding_gru", [0.0], IDS, [nn.Embedding(7, 3, padding_idx=0), nn.GRU(3, 5, batch_first=True)]),
    (
        "parallel",
        [1e-5, 0.1],
        (3, 2, 4, 5),
        [
            Parallel(
                [nn.Conv2d(2, 3, 1), nn.ReLU()],
                [nn.Conv2d(2, 2, 3, padding=1, bias=False), nn.BatchNorm2d(2)],
                [nn.Tanh()],
            ),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        ],
    ),
    ("parallel_sum", [], (4, 5), [Parallel([nn.Linear(5, 3), nn.ReLU()], [nn.Linear(5, 3, bias=False)], join="sum")]),
]


def flat(tensor):
    return [float(number) for number in tensor.detach().flatten()]


def figures(name, hyperparameters, shape, modules):
    net = Sequence(*modules).train()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    parameters = [
        {"name": n, "shape": list(p.shape), "values": flat(p)} for n, p in net.named_parameters()
    ]
    if shape == IDS:
        x = torch.randint(7, (2, 5))
        shape = x.shape
    else:
        x = (torch.randn(shape) * 1.5 + 0.2).requires_grad_()
    y = net(x)
    dy = torch.randn_like(y)
    y.backward(dy)
    trained = [{"name": n, "shape": list(b.shape), "values": flat(b)} for n, b in net.named_buffers()]
    return {
        "name": name,
        "hyperparameters": hyperparameters,
        "batch": shape[0],
        "parameters": parameters,
        "x": flat(x),
        "y": flat(y),
        "dy": flat(dy),
        "dx": flat(torch.zeros(shape) if x.grad is None else x.grad),
        "gradients": [flat(p.grad) for p in net.parameters()],
        "buffers": trained,
        "y_eval": flat(net.eval()(x)),
    }


print("[")
print(",\n".join(json.dumps(figures(*case)) for case in CASES if case[0] in sys.argv[1:] or not sys.argv[1:]))
print("]")
