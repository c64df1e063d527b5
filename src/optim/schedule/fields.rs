//! Fields that all or several schedules declare, and the checks that go with them.

use super::span::Span;
use runner_declare::{Bound, Chosen, Field, KeyPath, Kind, Presence, Problem, Range};

/// More ticks than any training has; keeps sums of lengths within 64 bits.
const LONGEST: i64 = 1_000_000_000_000;

/// Fields of every schedule, besides its own.
pub const SCHEDULER_COMMON: &[Field] = &[
    Field {
        key: "interval",
        doc: "When the schedule ticks; its lengths count in these. Each has its own default: epoch, but step for \
              one_cycle.",
        kind: Kind::Choice(&[
            ("epoch", "At the start of every epoch."),
            ("step", "At every optimizer step."),
        ]),
        presence: Presence::Optional,
    },
    Field {
        key: "warmup_epochs",
        doc: "Epochs (also parts of one) in which the rate rises step by step, before the schedule begins.",
        kind: Kind::Number(Range::NON_NEGATIVE),
        presence: Presence::Default("0"),
    },
    Field {
        key: "warmup_steps",
        doc: "Optimizer steps in which the rate rises, before the schedule begins; instead of warmup_epochs.",
        kind: Kind::Integer { min: 0, max: LONGEST },
        presence: Presence::Default("0"),
    },
    Field {
        key: "warmup_start_factor",
        doc: "The first step of the warmup has this share of the learning rate.",
        kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Including(1.0))),
        presence: Presence::Default("0.1"),
    },
];

/// A length in ticks.
pub(super) const fn ticks(key: &'static str, doc: &'static str, presence: Presence) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Integer { min: 1, max: LONGEST },
        presence,
    }
}

/// A number that must be given or has a default.
pub(super) const fn number(key: &'static str, doc: &'static str, range: Range, presence: Presence) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Number(range),
        presence,
    }
}

/// What a rate is multiplied with, in (0, 1].
pub(super) const FACTOR: Range = Range::new(Bound::Excluding(0.0), Bound::Including(1.0));

/// `eta_min`, the lowest rate.
pub(super) const fn eta_min() -> Field {
    number(
        "eta_min",
        "The lowest learning rate.",
        Range::NON_NEGATIVE,
        Presence::Default("0.0"),
    )
}

/// `milestones`.
pub(super) static MILESTONE: Kind = Kind::Integer { min: 1, max: LONGEST };

/// A length that ends after the training; `told` is what comes of it.
pub(super) fn longer_than_training(key: &str, length: u64, span: &Span, told: &str) -> Option<Problem> {
    (length > span.ticks).then(|| {
        Problem::new(
            KeyPath::from(key),
            format!("{length} is longer than the {span}: {told}"),
        )
        .help(format!("at most {}, or a longer training", span.ticks))
    })
}

/// A moment that the training never reaches.
pub(super) fn never_reached(key: &str, moment: u64, span: &Span) -> Option<Problem> {
    (moment >= span.ticks).then(|| {
        let message = format!("{moment} is never reached in the {span}: the rate does not drop there");
        Problem::new(KeyPath::from(key), message).help(match span.ticks {
            ..=1 => "train longer".to_owned(),
            ticks => format!("less than {ticks}, or a longer training"),
        })
    })
}

/// Where there is nothing to check.
pub(super) fn nothing(_: &Chosen, _: &Span) -> Vec<Problem> {
    Vec::new()
}

/// A floor above the rate that falls to it.
pub(super) fn above_base_lr(key: &str, floor: f64, span: &Span) -> Option<Problem> {
    (floor > span.base_lr).then(|| {
        Problem::new(
            KeyPath::from(key),
            format!(
                "{key} is {floor}, above the optimizer's learning rate of {}",
                span.base_lr
            ),
        )
        .help("lower it, or raise optimizer.lr")
    })
}
