//! The loss of mixed samples: `share · L(y) + (1 − share) · L(other)`, for any loss over classes. For cross-entropy that is
//! the loss of soft targets, with label smoothing and class weights as for each class alone.

use super::{Loss, Sum, UNDEFINED};
use runner_data::target::{Mixed, Target};

/// The loss of a batch with its gradient, as [`Loss::backward`]; `scratch` is used again.
pub fn backward(
    loss: &dyn Loss,
    outputs: &[f32],
    target: Mixed<'_>,
    normalizer: Option<f64>,
    gradient: &mut [f32],
    scratch: &mut Vec<f32>,
) -> Sum {
    let samples = target.classes.len();
    let fits = target.others.len() == samples && target.shares.len() == samples && gradient.len() == outputs.len();
    if !fits || samples == 0 || !outputs.len().is_multiple_of(samples) {
        gradient.fill(f32::NAN);
        return UNDEFINED;
    }
    let width = outputs.len() / samples;
    let pairs = || target.classes.iter().zip(target.others).zip(target.shares);
    let rows = || outputs.chunks_exact(width.max(1)).zip(pairs());
    let of = |row: &[f32], class: u32| loss.forward(row, Target::Classes(&[class]));
    let normalizer = normalizer.unwrap_or_else(|| {
        let weights = rows().map(|(row, ((&class, &other), &share))| {
            let share = f64::from(share);
            share * of(row, class).weight + (1.0 - share) * of(row, other).weight
        });
        weights.sum()
    });
    scratch.resize(width, 0.0);
    let mut sum = Sum::default();
    for ((row, ((&class, &other), &share)), gradient) in rows().zip(gradient.chunks_exact_mut(width.max(1))) {
        let share = f64::from(share);
        let first = loss.backward(row, Target::Classes(&[class]), Some(normalizer), gradient);
        let second = loss.backward(row, Target::Classes(&[other]), Some(normalizer), scratch);
        for (g, other) in gradient.iter_mut().zip(scratch.iter()) {
            *g = (share * f64::from(*g) + (1.0 - share) * f64::from(*other)) as f32;
        }
        sum += Sum {
            loss: share * first.loss + (1.0 - share) * second.loss,
            weight: share * first.weight + (1.0 - share) * second.weight,
        };
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use runner_declare::Chosen;

    fn entropy(settings: serde_json::Value) -> Box<dyn Loss> {
        let settings = settings.as_object().unwrap().clone();
        let chosen = Chosen {
            name: "cross_entropy".into(),
            settings,
        };
        (find("cross_entropy").unwrap().build)(&chosen, 3).unwrap()
    }

    const OUTPUTS: [f32; 6] = [0.5, -1.0, 2.0, 0.1, 0.2, 0.3];

    #[test]
    fn it_is_the_cross_entropy_of_soft_targets() {
        let loss = entropy(serde_json::json!({"label_smoothing": 0.0}));
        let (mut gradient, mut scratch) = ([0.0; 6], Vec::new());
        let target = Mixed {
            classes: &[0, 1],
            others: &[2, 1],
            shares: &[0.7, 0.6],
        };
        let sum = backward(&*loss, &OUTPUTS, target, None, &mut gradient, &mut scratch);
        assert_eq!(sum.weight, 2.0);
        let soft = [[0.7, 0.0, 0.3], [0.0, 1.0, 0.0]];
        let mut expected = 0.0;
        for ((z, soft), gradient) in OUTPUTS.chunks(3).zip(soft).zip(gradient.chunks(3)) {
            let total: f64 = z.iter().map(|&z| f64::from(z).exp()).sum();
            for ((&z, t), &g) in z.iter().zip(soft).zip(gradient) {
                let p = f64::from(z).exp() / total;
                expected -= t * p.ln();
                assert!((f64::from(g) - (p - t) / 2.0).abs() < 1e-6);
            }
        }
        assert!((sum.loss - expected).abs() < 1e-6, "{} {expected}", sum.loss);
    }

    #[test]
    fn a_whole_share_is_the_loss_of_the_class_itself() {
        let loss = entropy(serde_json::json!({"label_smoothing": 0.1, "class_weights": [1.0, 2.0, 0.5]}));
        let (mut mixed, mut plain, mut scratch) = ([0.0; 6], [0.0; 6], Vec::new());
        let target = Mixed {
            classes: &[0, 1],
            others: &[2, 0],
            shares: &[1.0, 1.0],
        };
        for normalizer in [None, Some(1.0)] {
            let sum = backward(&*loss, &OUTPUTS, target, normalizer, &mut mixed, &mut scratch);
            let alone = loss.backward(&OUTPUTS, Target::Classes(&[0, 1]), normalizer, &mut plain);
            assert!((sum.loss - alone.loss).abs() < 1e-9 && sum.weight == alone.weight);
            assert!(mixed.iter().zip(plain).all(|(m, p)| (m - p).abs() < 1e-6));
        }
    }

    #[test]
    fn targets_that_do_not_fit_are_undefined() {
        let loss = entropy(serde_json::json!({"label_smoothing": 0.0}));
        let (mut gradient, mut scratch) = ([0.0; 6], Vec::new());
        for (classes, shares) in [(&[0, 1][..], &[1.0][..]), (&[0, 1, 2, 0][..], &[1.0; 4][..])] {
            let target = Mixed {
                classes,
                others: classes,
                shares,
            };
            let sum = backward(&*loss, &OUTPUTS, target, None, &mut gradient, &mut scratch);
            assert!(sum.loss.is_nan() && gradient.iter().all(|g| g.is_nan()));
        }
    }
}
