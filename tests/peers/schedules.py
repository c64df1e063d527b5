"""Learning rates of torch.optim.lr_scheduler at every step, and the parameters of an SGD that follows them."""

import json
import warnings
import torch
from torch.optim import lr_scheduler as S

warnings.simplefilter("ignore")
EPOCHS, STEPS = 12, 3
ALL = EPOCHS * STEPS
BASE = 0.2

# name, settings as a recipe writes them, the scheduler; `n` is the number of ticks that it has.
CASES = [
    ("constant", {}, lambda o, n: S.LambdaLR(o, lambda t: 1.0)),
    ("step", dict(step_size=4, gamma=0.5), lambda o, n: S.StepLR(o, 4, 0.5)),
    ("multistep", dict(milestones=[2, 3, 7], gamma=0.3), lambda o, n: S.MultiStepLR(o, [2, 3, 7], 0.3)),
    ("exponential", dict(gamma=0.9), lambda o, n: S.ExponentialLR(o, 0.9)),
    ("cosine_annealing", dict(eta_min=0.01), lambda o, n: S.CosineAnnealingLR(o, n, 0.01)),
    ("cosine_annealing", dict(t_max=5), lambda o, n: S.CosineAnnealingLR(o, 5)),
    ("cosine_annealing_warm_restarts", dict(t_0=3, eta_min=0.02),
     lambda o, n: S.CosineAnnealingWarmRestarts(o, 3, 1, 0.02)),
    ("cosine_annealing_warm_restarts", dict(t_0=2, t_mult=2),
     lambda o, n: S.CosineAnnealingWarmRestarts(o, 2, 2)),
    ("polynomial", dict(power=2.0), lambda o, n: S.PolynomialLR(o, n, 2.0)),
    ("polynomial", dict(power=0.7, total_iters=6), lambda o, n: S.PolynomialLR(o, 6, 0.7)),
    ("linear", dict(start_factor=0.25, end_factor=0.75, total_iters=6),
     lambda o, n: S.LinearLR(o, 0.25, 0.75, 6)),
    ("linear", dict(start_factor=1.0, end_factor=0.0), lambda o, n: S.LinearLR(o, 1.0, 0.0, n)),
]
ONE_CYCLE = [
    ("one_cycle", dict(max_lr=0.3), dict()),
    ("one_cycle", dict(max_lr=0.3, pct_start=0.4, anneal_strategy="linear", div_factor=10.0,
                       final_div_factor=100.0), dict()),
]
# A metric that improves, stalls, worsens, and improves a little.
METRIC = [1.0, 0.8, 0.8, 0.79995, 0.81, 0.7, 0.71, 0.72, 0.73, 0.6999, 0.71, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
          0.6, 0.6, 0.4, 0.41, 0.42, 0.43]
PLATEAU = [
    dict(factor=0.5, patience=2),
    dict(factor=0.5, patience=1, cooldown=2, min_lr=0.03),
    dict(factor=0.2, patience=0, threshold=0.1, threshold_mode="abs"),
    dict(mode="max", factor=0.5, patience=1, threshold=0.05),
    dict(mode="max", factor=0.5, patience=1, threshold=0.05, threshold_mode="abs"),
]


def problem():
    """SGD with momentum on 0.5 * (p - 1)^2 * curvature."""
    p = torch.nn.Parameter(torch.tensor([0.0, 2.0, -1.0]))
    return p, torch.optim.SGD([p], lr=BASE, momentum=0.5, foreach=False)


def follow(p, optimizer, tick):
    """Learning rate and parameters at each step; `tick(step)` is called after it."""
    lrs, parameters = [], []
    curvature = torch.tensor([0.1, 0.5, 1.0])
    for step in range(ALL):
        lrs.append(optimizer.param_groups[0]["lr"])
        p.grad = (curvature * (p - 1.0)).detach()
        optimizer.step()
        parameters.append(p.detach().tolist())
        tick(step)
    return dict(lr=lrs, parameters=parameters)


def case(name, settings, make, interval, warmup):
    """`warmup` steps of LinearLR from a tenth, then the schedule, ticking once a step or once an epoch."""
    p, optimizer = problem()
    per_tick = STEPS if interval == "epoch" else 1
    main_ticks = (ALL - warmup) // per_tick
    written = dict(settings, interval=interval)
    if warmup == 0:
        scheduler = make(optimizer, main_ticks)
        figures = follow(p, optimizer, lambda step: (step + 1) % per_tick == 0 and scheduler.step())
    elif interval == "step":
        written.update(warmup_steps=warmup, warmup_start_factor=0.1)
        linear = S.LinearLR(optimizer, 0.1, 1.0, warmup)
        scheduler = S.SequentialLR(optimizer, [linear, make(optimizer, main_ticks)], [warmup])
        figures = follow(p, optimizer, lambda step: scheduler.step())
    else:
        written.update(warmup_epochs=warmup / STEPS, warmup_start_factor=0.1)
        # PyTorch has no schedule that ticks by step first and by epoch later: an optimizer of its own
        # carries the rates of the epochs.
        shadow = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE)
        main = make(shadow, main_ticks)
        linear = S.LinearLR(optimizer, 0.1, 1.0, warmup)

        def tick(step):
            if step + 1 < warmup:
                linear.step()
                return
            if step + 1 > warmup and (step + 1) % STEPS == 0:
                main.step()
            optimizer.param_groups[0]["lr"] = shadow.param_groups[0]["lr"]

        figures = follow(p, optimizer, tick)
    return dict(name=name, settings=written, **figures)


def one_cycle(name, settings, warmup):
    p, optimizer = problem()
    arguments = dict(settings)
    scheduler = S.OneCycleLR(optimizer, total_steps=ALL, cycle_momentum=False, **arguments)
    figures = follow(p, optimizer, lambda step: step + 1 < ALL and scheduler.step())
    return dict(name=name, settings=settings, **figures)


def plateau(settings):
    p, optimizer = problem()
    arguments = dict(settings)
    scheduler = S.ReduceLROnPlateau(optimizer, **arguments)
    lrs = []
    for metric in METRIC:
        scheduler.step(metric)
        lrs.append(optimizer.param_groups[0]["lr"])
    return dict(settings=settings, lr_after=lrs)


schedules = [case(*c, interval, 0) for c in CASES for interval in ("epoch", "step")]
# `linear` is left out: where PyTorch jumps from the end of the warmup to start_factor, ours rises to start_factor.
warm = [c for c in CASES if c[0] != "linear"]
schedules += [case(*c, "step", 7) for c in warm]
schedules += [case(*c, "epoch", 6) for c in warm]
schedules += [one_cycle(*c) for c in ONE_CYCLE]
print(json.dumps(dict(torch=torch.__version__.split("+")[0], base_lr=BASE, epochs=EPOCHS, steps_per_epoch=STEPS,
                      schedules=schedules, metric=METRIC, plateau=[plateau(s) for s in PLATEAU]),
                 separators=(",", ":")).replace("},", "},\n").replace("]],", "]],\n"))
