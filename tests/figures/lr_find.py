"""Learning rates that fastai 2.8 suggests (fastai/callback/schedule.py, `valley` and `steep`) for the losses of
src/train/suggest.rs. The two functions are fastai's, on lists instead of tensors."""
import math


def valley(lrs, losses):
    n = len(losses)
    max_start, max_end = 0, 0
    lds = [1] * n
    for i in range(1, n):
        for j in range(0, i):
            if (losses[i] < losses[j]) and (lds[i] < lds[j] + 1):
                lds[i] = lds[j] + 1
            if lds[max_end] < lds[i]:
                max_end = i
                max_start = max_end - lds[max_end]
    sections = (max_end - max_start) / 3
    return lrs[max_start + int(sections) + int(sections / 2)]


def steep(lrs, losses):
    grads = [(b - a) / (math.log(y) - math.log(x)) for a, b, x, y in zip(losses, losses[1:], lrs, lrs[1:])]
    return lrs[grads.index(min(grads))]


lrs = [1e-7 * 1e8 ** (i / 99) for i in range(100)]
losses = [2.3 - 2 * lr / (lr + 1e-2) + (lr / 3) ** 2 + 0.01 * math.sin(1e3 * math.log(lr)) for lr in lrs]
# fastai's `lr_find` leaves out the first tenth and the last five.
print(valley(lrs[10:-5], losses[10:-5]), steep(lrs[10:-5], losses[10:-5]))
