"""Weights and losses after each of 24 steps of a variational autoencoder and of adversarial networks.

    python tests/peers/making.py > tests/figures/making.json

The noise is the runner's own: it follows from a key, as src/random.rs and src/kernel/noise.rs say, but through the
inverse of the normal distribution in double precision. The key of batch `b` of step `s` is `Key::new(0).at(s).at(b)`.
"""

import json

import torch
from torch import nn
from torch.nn import functional as F

STEPS = 24
MASK, GOLDEN = (1 << 64) - 1, 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


class Key:
    def __init__(self, value):
        self.value = value

    @staticmethod
    def new(seed):
        return Key(mix(seed ^ GOLDEN))

    def at(self, index):
        return Key(mix((self.value + index * GOLDEN + 1) & MASK))

    def bits(self, index):
        return mix((self.value + index * GOLDEN) & MASK)


def noise(key, rows, width):
    def share(i):
        bits = key.bits(i // 32 * 16 + i % 16)
        half = bits >> 32 if i % 32 >= 16 else bits & 0xFFFFFFFF
        return ((half >> 8) + 0.5) / (1 << 24)

    shares = torch.tensor([share(i) for i in range(rows * width)], dtype=torch.float64)
    return torch.special.ndtri(shares).float().reshape(rows, width)


def flat(tensor):
    return [float(f"{number:.9g}") for number in tensor.detach().flatten()]


def initial(**networks):
    return {
        f"{name}.{key}": dict(shape=list(value.shape), values=flat(value))
        for name, network in networks.items() for key, value in network.state_dict().items()
    }


def after(*networks):
    return [number for network in networks for parameter in network.parameters() for number in flat(parameter)]


def autoencoder(name, settings, criterion, beta, make, sizes=(5,), clip=None, warmup=0, steps_per_epoch=10):
    torch.manual_seed(3)
    encoder = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 4))
    decoder = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 4))
    case = dict(name=name, settings=settings, initial=initial(encoder=encoder, decoder=decoder), steps=[])
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = make(parameters)
    for step in range(STEPS):
        weight = beta * min(1.0, step / steps_per_epoch / warmup if warmup else 1.0)
        batches = [torch.rand(size, 4) for size in sizes]
        optimizer.zero_grad()
        losses = []
        for index, x in enumerate(batches):
            mean, log_variance = encoder(x).chunk(2, dim=1)
            key = Key.new(0).at(step).at(index)
            z = mean + noise(key.at(2), len(x), 2) * torch.exp(0.5 * log_variance)
            kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
            loss = criterion(decoder(z), x, reduction="sum") + weight * kl
            (loss / sum(sizes)).backward()
            losses.append(loss.item())
        if clip:
            nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        case["steps"].append(dict(
            batches=[dict(x=flat(x), y=[0] * len(x)) for x in batches],
            losses=[sum(losses) / sum(sizes)], after=after(encoder, decoder),
        ))
    return case


def game(name, settings, losses, smoothing=0.0, every=1, classes=0, make_g=None, make_d=None):
    torch.manual_seed(4)
    leaky = lambda: nn.LeakyReLU(0.2)
    generator = nn.Sequential(nn.Linear(3 + classes, 5), leaky(), nn.Linear(5, 4), nn.Tanh())
    discriminator = nn.Sequential(nn.Linear(4 + classes, 6), leaky(), nn.Linear(6, 1))
    case = dict(
        name=name, settings=settings, steps=[],
        initial=initial(generator=generator, discriminator=discriminator),
    )
    adam = lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.5, 0.999), foreach=False)
    for_g, for_d = (make_g or adam)(generator.parameters()), (make_d or adam)(discriminator.parameters())
    of_real, of_made, of_generator = losses
    for step in range(STEPS):
        x, y = torch.rand(6, 4) * 2 - 1, torch.randint(0, 3, (6,))
        told = (lambda rows: torch.cat([rows, F.one_hot(y, 3).float()], 1)) if classes else (lambda rows: rows)
        made = generator(told(noise(Key.new(0).at(step).at(0).at(4), 6, 3)))
        for_d.zero_grad()
        loss_d = of_real(discriminator(told(x)), 1 - smoothing) + of_made(discriminator(told(made.detach())))
        loss_d.backward()
        for_d.step()
        loss_g = float("nan")
        if (step + 1) % every == 0:
            for_g.zero_grad()
            loss = of_generator(discriminator(told(made)))
            loss.backward()
            for_g.step()
            loss_g = loss.item()
        case["steps"].append(dict(
            batches=[dict(x=flat(x), y=y.tolist())],
            losses=[loss_d.item()] + ([loss_g] if loss_g == loss_g else []),
            after=after(generator, discriminator),
        ))
    return case


bce = F.binary_cross_entropy_with_logits
against = lambda criterion, z, target: criterion(z, torch.full_like(z, target))
logistic = (
    lambda z, target: against(bce, z, target), lambda z: against(bce, z, 0.0), lambda z: against(bce, z, 1.0),
)
least_squares = (
    lambda z, target: against(F.mse_loss, z, target), lambda z: against(F.mse_loss, z, 0.0),
    lambda z: against(F.mse_loss, z, 1.0),
)
hinge = (lambda z, _: F.relu(1 - z).mean(), lambda z: F.relu(1 + z).mean(), lambda z: -z.mean())

adam = lambda lr: lambda p: torch.optim.Adam(p, lr=lr, foreach=False)
sgd = lambda lr, momentum: lambda p: torch.optim.SGD(p, lr=lr, momentum=momentum, foreach=False)
ADAM = "optimizer: {name: adam, lr: 0.01, betas: [0.5, 0.999]}\n"

figures = dict(
    torch=torch.__version__.split("+")[0],
    vae=[
        autoencoder(
            "bits", "optimizer: {name: adam, lr: 0.01}\ntrainer: {batch_size: 5}\n", bce, 1.0, adam(0.01),
        ),
        autoencoder(
            "squares, three batches a step, clipped as one, beta that grows",
            "reconstruction: mse\nbeta: 0.7\nkl_warmup_epochs: 2\noptimizer: {name: sgd, lr: 0.1, momentum: 0.9}\n"
            "trainer: {batch_size: 4, accumulate_grad_batches: 3, gradient_clip_norm: 0.3}\n",
            F.mse_loss, 0.7, sgd(0.1, 0.9), sizes=(4, 4, 2), clip=0.3, warmup=2,
        ),
    ],
    gan=[
        game("logistic", ADAM, logistic),
        game(
            "smoothed labels, own optimizers, two steps of the discriminator for one of the generator",
            "label_smoothing: 0.1\ndiscriminator_steps: 2\noptimizer: {name: adam, lr: 0.02}\n"
            "discriminator_optimizer: {name: sgd, lr: 0.1, momentum: 0.9}\n",
            logistic, smoothing=0.1, every=2, make_g=adam(0.02), make_d=sgd(0.1, 0.9),
        ),
        game("told the class", "conditional: true\n" + ADAM, logistic, classes=3),
        game("least squares", "loss: least_squares\nlabel_smoothing: 0.2\n" + ADAM, least_squares, smoothing=0.2),
        # At first the slopes of the discriminator's last bias cancel: what rounding leaves of them would be a whole step of adam.
        game(
            "hinge", "loss: hinge\ndiscriminator_optimizer: {name: sgd, lr: 0.1, momentum: 0.9}\n" + ADAM, hinge,
            make_d=sgd(0.1, 0.9),
        ),
    ],
)
print(json.dumps(figures, separators=(",", ":")).replace("},{\"batches", "},\n{\"batches"))
