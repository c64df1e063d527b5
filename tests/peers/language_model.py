"""Losses over 20 steps of small character models, from the same weights and windows.

    python tests/peers/language_model.py > tests/figures/language_model.json

Each step learns from a few windows of a made-up text, the last one from fewer. The loss is the cross-entropy in nats a
character; states begin at zero in each window.
"""

import json

import torch
from torch import nn

STEPS, VOCABULARY, EMBEDDING, HIDDEN, LENGTH, BATCH = 20, 7, 3, 4, 5, 3


def flat(tensor):
    return [float(f"{number:.9g}") for number in tensor.detach().flatten()]


class Model(nn.Sequential):
    def forward(self, x):
        return self[2](self[1](self[0](x))[0])


def train(name, kind, optimizer, make):
    torch.manual_seed(13)
    net = Model(
        nn.Embedding(VOCABULARY, EMBEDDING),
        kind(EMBEDDING, HIDDEN, batch_first=True),
        nn.Linear(HIDDEN, VOCABULARY),
    )
    initial = {key: dict(shape=list(value.shape), values=flat(value)) for key, value in net.state_dict().items()}
    update = make(net.parameters())
    steps = []
    for step in range(STEPS):
        windows = torch.randint(0, VOCABULARY, (BATCH - step % 2, LENGTH + 1))
        # Something to learn: every second character is the one before it.
        windows[:, 1::2] = windows[:, ::2]
        outputs = net(windows[:, :-1])
        loss = nn.functional.cross_entropy(outputs.flatten(0, 1), windows[:, 1:].flatten())
        update.zero_grad()
        loss.backward()
        update.step()
        steps.append(dict(windows=windows.tolist(), loss=loss.item()))
    after = {key: flat(value) for key, value in net.state_dict().items()}
    return dict(
        name=name,
        network=f"[{{embedding: {{num_embeddings: {VOCABULARY}, embedding_dim: {EMBEDDING}}}}}, "
        f"{{{name}: {HIDDEN}}}, {{linear: {VOCABULARY}}}]",
        optimizer=optimizer, initial=initial, steps=steps, after=after,
    )


adam = "{name: adam, lr: 0.05}", lambda parameters: torch.optim.Adam(parameters, lr=0.05, foreach=False)
sgd = "{name: sgd, lr: 0.5, momentum: 0.9}", lambda parameters: torch.optim.SGD(
    parameters, lr=0.5, momentum=0.9, foreach=False
)
cases = [
    train("lstm", nn.LSTM, *adam),
    train("gru", nn.GRU, *adam),
    train("rnn", nn.RNN, *sgd),
]
document = dict(torch=torch.__version__.split("+")[0], length=LENGTH, cases=cases)
print(json.dumps(document, separators=(",", ":")).replace('},{"windows', '},\n{"windows').replace('},{"name', '},\n{"name'))
