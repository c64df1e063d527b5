"""Figures of PyTorch's layers for tests/nn_figures.rs: outputs, gradients and names of weights.

    python tests/peers/layers.py > tests/figures/layers.json
"""

import json

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
    ("dropout_0", [0.0], (3, 7), [nn.Dropout(0.0)]),
    ("batch_norm", [1e-5, 0.1], (6, 5), [nn.BatchNorm1d(5)]),
    ("batch_norm_image", [1e-3, 0.3], (3, 2, 3, 4), [nn.BatchNorm2d(2, eps=1e-3, momentum=0.3)]),
    ("layer_norm", [1e-5], (4, 7), [nn.LayerNorm(7)]),
    ("layer_norm_image", [1e-5], (2, 2, 3, 4), [nn.LayerNorm((2, 3, 4))]),
    ("flatten", [], (2, 2, 3, 4), [nn.Flatten(), nn.Linear(24, 3)]),
    ("residual", [], (4, 5), [Residual([nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 5)], []), nn.ReLU()]),
    (
        "residual_shortcut",
        [1e-5, 0.1],
        (4, 5),
        [nn.Linear(5, 5), nn.Tanh(), Residual([nn.Linear(5, 6), nn.BatchNorm1d(6)], [nn.Linear(5, 6, bias=False)])],
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


torch.manual_seed(1)
print("[")
print(",\n".join(json.dumps(figures(*case)) for case in CASES))
print("]")
