"""Parameters after each of 30 steps of torch.optim, and norms and gradients from torch.nn.utils.clip_grad_*."""

import json
import torch

STEPS, WIDTH = 30, 8
CASES = [
    ("sgd", torch.optim.SGD, dict(lr=0.1)),
    ("sgd", torch.optim.SGD, dict(lr=0.05, weight_decay=0.1)),
    ("sgd", torch.optim.SGD, dict(lr=0.05, momentum=0.9)),
    ("sgd", torch.optim.SGD, dict(lr=0.05, momentum=0.8, dampening=0.3, weight_decay=0.01)),
    ("sgd", torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)),
    ("adam", torch.optim.Adam, dict(lr=0.01)),
    ("adam", torch.optim.Adam, dict(lr=0.02, betas=[0.8, 0.95], eps=1e-6, weight_decay=0.1)),
    ("adam", torch.optim.Adam, dict(lr=0.02, betas=[0.3, 0.9])),
    ("adam", torch.optim.Adam, dict(lr=0.01, betas=[0.9, 0.7], amsgrad=True)),
    ("adamw", torch.optim.AdamW, dict(lr=0.01)),
    ("adamw", torch.optim.AdamW, dict(lr=0.05, weight_decay=0.3, betas=[0.85, 0.99], amsgrad=True)),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.01)),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.005, alpha=0.9, eps=1e-6, weight_decay=0.1)),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.002, alpha=0.95, momentum=0.9)),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.005, alpha=0.9, centered=True)),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.002, alpha=0.9, centered=True, momentum=0.8, weight_decay=0.05)),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.002, alpha=0.4, centered=True)),
]


def gradients():
    """Noise around a slope that differs by orders of magnitude from parameter to parameter; some are zero."""
    torch.manual_seed(3)
    scale = torch.tensor([1.0, 0.1, 10.0, 1e-3, 1.0, 1e-6, 0.5, 2.0])
    drift = torch.tensor([0.5, -1.0, 0.3, 1.0, 0.0, 1.0, -0.2, 0.0])
    noise = (torch.randn(STEPS, WIDTH) * 0.7 + drift) * scale
    noise[::3, 7] = 0.0
    return noise


def optimizer_case(name, make, settings):
    torch.manual_seed(4)
    p = torch.nn.Parameter(torch.randn(WIDTH))
    initial = p.detach().tolist()
    arguments = {key: tuple(v) if isinstance(v, list) else v for key, v in settings.items()}
    optimizer = make([p], foreach=False, **arguments)
    after = []
    for gradient in gradients():
        p.grad = gradient.clone()
        optimizer.step()
        after.append(p.detach().tolist())
    return dict(name=name, settings=settings, initial=initial, after=after)


def clip_case(max_norm, clip_value, factor):
    torch.manual_seed(5)
    p = torch.nn.Parameter(torch.zeros(64))
    gradient = torch.randn(64) * factor
    p.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_([p], max_norm).item()
    by_norm = p.grad.tolist()
    p.grad = gradient.clone()
    torch.nn.utils.clip_grad_value_([p], clip_value)
    return dict(max_norm=max_norm, clip_value=clip_value, gradient=gradient.tolist(), norm=norm,
                by_norm=by_norm, by_value=p.grad.tolist())


print(json.dumps(dict(
    torch=torch.__version__.split("+")[0],
    gradients=gradients().tolist(),
    optimizers=[optimizer_case(*case) for case in CASES],
    clipping=[clip_case(1.0, 0.5, 1.0), clip_case(100.0, 10.0, 1.0), clip_case(0.1, 1e-3, 1e-2)],
), separators=(",", ":")).replace("},", "},\n").replace("]],", "]],\n"))
