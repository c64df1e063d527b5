"""PyTorch's time for a training step of each workload, in each of its CPU settings.

    python benches/peers/workloads.py mnist_cnn --threads 2 --seconds 2 --setting eager

Prints one JSON line. Settings: eager, channels_last, compiled, compiled_channels_last; the optimizer is fused.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F


def conv_block(inputs, outputs, stride):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Residual(nn.Module):
    def __init__(self, layers, shortcut):
        super().__init__()
        self.layers, self.shortcut = layers, shortcut

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


def projection(inputs, outputs, stride):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs)
    )


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embedding = nn.Embedding(65, 64)
        self.recurrent = kind(64, 256, batch_first=True)
        self.linear = nn.Linear(256, 65)

    def forward(self, x):
        return self.linear(self.recurrent(self.embedding(x))[0])


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 40))
        self.decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return self.decoder(z), mean, log_variance


NETWORKS = {
    "mnist_mlp": lambda: nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 10)
    ),
    "digits_mlp": lambda: nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)),
    "mnist_cnn": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(0.25), nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(128, 10),
    ),
    "mnist_lenet": lambda: nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84),
        nn.ReLU(), nn.Linear(84, 10),
    ),
    "cifar10_resnet8": lambda: nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        Residual(conv_block(16, 16, 1), nn.Identity()), nn.ReLU(),
        Residual(conv_block(16, 32, 2), projection(16, 32, 2)), nn.ReLU(),
        Residual(conv_block(32, 64, 2), projection(32, 64, 2)), nn.ReLU(),
        nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), nn.Linear(64, 10),
    ),
    "shakespeare_lstm": lambda: Recurrent(nn.LSTM),
    "shakespeare_gru": lambda: Recurrent(nn.GRU),
    "shakespeare_rnn": lambda: Recurrent(nn.RNN),
    "mnist_vae": Autoencoder,
}


def adam(parameters, **settings):
    return torch.optim.Adam(parameters, fused=True, **({"lr": 1e-3} | settings))


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=5e-4, fused=True)


INPUTS = {"mnist_mlp": (64, 784), "digits_mlp": (32, 64), "mnist_cnn": (64, 1, 28, 28),
          "mnist_lenet": (64, 1, 28, 28), "cifar10_resnet8": (128, 3, 32, 32), "mnist_vae": (128, 784)}


def step_of(name, setting):
    """A function that makes one training step."""
    compiled = torch.compile if setting.startswith("compiled") else lambda function: function
    last = setting.endswith("channels_last")
    if name == "mnist_gan":
        return gan_step(compiled)
    net = NETWORKS[name]()
    if name.startswith("shakespeare"):
        x, y = torch.randint(65, (32, 64)), torch.randint(65, (32 * 64,))
    else:
        x, y = torch.rand(INPUTS[name]), torch.arange(INPUTS[name][0]) % 10
    if last and x.dim() == 4:
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    optimizer = (sgd if name == "cifar10_resnet8" else adam)(net.parameters())

    def loss_of(x, y):
        if name == "mnist_vae":
            logits, mean, log_variance = net(x)
            reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
            kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
            return (reconstruction + kl) / len(x)
        return F.cross_entropy(net(x).flatten(0, -2), y)

    loss_of = compiled(loss_of)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def gan_step(compiled):
    leaky = lambda: nn.LeakyReLU(0.2)
    generator = nn.Sequential(
        nn.Linear(100, 256), leaky(), nn.Linear(256, 512), leaky(), nn.Linear(512, 784), nn.Tanh()
    )
    critic = nn.Sequential(
        nn.Linear(784, 512), leaky(), nn.Linear(512, 256), leaky(), nn.Linear(256, 1)
    )
    optimizers = [adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (generator, critic)]
    real, ones, zeros = torch.rand(64, 784) * 2 - 1, torch.ones(64, 1), torch.zeros(64, 1)
    bce = F.binary_cross_entropy_with_logits
    critic_loss = compiled(lambda real, fake: bce(critic(real), ones) + bce(critic(fake), zeros))
    generator_loss = compiled(lambda fake: bce(critic(fake), ones))
    make = compiled(lambda noise: generator(noise))

    def step():
        fake = make(torch.randn(64, 100))
        optimizers[1].zero_grad(set_to_none=True)
        loss = critic_loss(real, fake.detach())
        loss.backward()
        optimizers[1].step()
        optimizers[0].zero_grad(set_to_none=True)
        critic.requires_grad_(False)
        generated = generator_loss(fake)
        generated.backward()
        critic.requires_grad_(True)
        optimizers[0].step()
        return loss.item() + generated.item()

    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload", choices=[*NETWORKS, "mnist_gan"])
    parser.add_argument("--setting", default="eager")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    step = step_of(given.workload, given.setting)
    for _ in range(5):
        step()
    times = []
    start = time.perf_counter()
    while time.perf_counter() - start < given.seconds or len(times) < 10:
        before = time.perf_counter()
        step()
        times.append((time.perf_counter() - before) * 1e3)
    print(json.dumps({
        "workload": given.workload, "setting": given.setting, "threads": given.threads,
        "steps": len(times), "median_ms": statistics.median(times), "fastest_ms": min(times),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
