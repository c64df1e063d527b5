"""What a sweep of the tiny digits network costs with Optuna and PyTorch: the twin of recipes/digits_mlp.yaml.

    python benches/peers/sweep.py worker JOURNAL TRIALS      one worker of a study, its trials in its own process
    python benches/peers/sweep.py trial LR                   one trial alone, for studies that start a process for each

The data has the shape of the digits; a step's time does not depend on what is in it.
"""

import sys

import torch
from torch import nn

EPOCHS, BATCH = 5, 32
# Training, validation and test samples of recipes/digits_mlp.yaml.
ROWS = (1294, 144, 359)


def train(lr):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    parts = [(torch.randn(n, 64), torch.randint(10, (n,))) for n in ROWS]
    (x, y), validation, test = parts
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=lr, fused=True)
    loss_of = nn.CrossEntropyLoss()

    def look(part):
        with torch.no_grad():
            out = net(part[0])
            return loss_of(out, part[1]).item(), (out.argmax(1) == part[1]).float().mean().item()

    best = float("inf")
    for _ in range(EPOCHS):
        order = torch.randperm(len(x))
        for at in range(0, len(x), BATCH):
            rows = order[at : at + BATCH]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(net(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        loss, _ = look(validation)
        if loss < best:
            best, weights = loss, {name: value.clone() for name, value in net.state_dict().items()}
    net.load_state_dict(weights)
    look(test)
    return best


def worker(journal, trials):
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name="digits", storage=JournalStorage(JournalFileBackend(journal)), load_if_exists=True,
        sampler=optuna.samplers.RandomSampler(),
    )
    study.optimize(lambda trial: train(trial.suggest_float("lr", 1e-4, 1e-1, log=True)), n_trials=trials)


def spawning_worker(journal, trials):
    """The same, with a process of its own for each trial, as runner has it."""
    import subprocess

    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name="digits", storage=JournalStorage(JournalFileBackend(journal)), load_if_exists=True,
        sampler=optuna.samplers.RandomSampler(),
    )

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
        done = subprocess.run([sys.executable, __file__, "trial", str(lr)], capture_output=True, text=True, check=True)
        return float(done.stdout)

    study.optimize(objective, n_trials=trials)


if __name__ == "__main__":
    if sys.argv[1] == "trial":
        print(train(float(sys.argv[2])))
    elif sys.argv[1] == "worker":
        worker(sys.argv[2], int(sys.argv[3]))
    else:
        spawning_worker(sys.argv[2], int(sys.argv[3]))
