//! Writes texts: a network is asked for the next character, again and again.

use runner_ground::error::Result;
use runner_ground::random::Key;
use runner_loss::Prediction;
use runner_nn::{Engine, Mode, Pass};

/// What is to be written.
pub(super) struct Order<'a> {
    /// Characters that the network sees at once.
    pub window: usize,
    /// Different characters.
    pub characters: usize,
    /// Texts that it takes at once.
    pub most: usize,
    /// Texts.
    pub count: usize,
    /// Characters that are added to the prompt.
    pub length: usize,
    /// Outputs are divided by it; at 0 the largest counts.
    pub temperature: f64,
    /// Choices follow from it, the text's number and the character's.
    pub key: Key,
    /// Stands before a text without a prompt, and is no part of it.
    pub start: u16,
    /// How each begins.
    pub prompt: &'a [u16],
}

/// The texts, each with the prompt.
///
/// # Errors
/// When the device fails.
pub(super) fn write(network: &mut dyn Engine, order: &Order<'_>) -> Result<Vec<Vec<u16>>> {
    let mut texts = Vec::with_capacity(order.count);
    while texts.len() < order.count {
        let first = texts.len();
        let last = order.count.min(first + order.most.max(1));
        texts.extend(together(network, order, first..last)?);
    }
    Ok(texts)
}

/// Some of the texts, as one batch: all are equally long at any moment.
///
/// The network sees a window of a fixed length. A text shorter than that stands at its beginning; what follows is not
/// looked at by the last character's prediction, since no network looks ahead.
fn together(network: &mut dyn Engine, order: &Order<'_>, texts: std::ops::Range<usize>) -> Result<Vec<Vec<u16>>> {
    let opening = if order.prompt.is_empty() {
        &[order.start][..]
    } else {
        order.prompt
    };
    let mut written = vec![opening.to_vec(); texts.len()];
    let mut x = vec![0.0; texts.len() * order.window];
    let pass = Pass {
        mode: Mode::Eval,
        batch: texts.len(),
        key: Key::new(0),
        lengths: None,
    };
    for step in 0..order.length {
        let there = opening.len() + step;
        let seen = there.min(order.window);
        for (text, x) in written.iter().zip(x.chunks_exact_mut(order.window)) {
            let tail = &text[there - seen..];
            x.iter_mut().zip(tail).for_each(|(x, &token)| *x = f32::from(token));
        }
        let outputs = network.forward(&pass, &x)?;
        let each = order.window * order.characters;
        for ((text, outputs), index) in written.iter_mut().zip(outputs.chunks_exact(each)).zip(texts.clone()) {
            let row = &outputs[(seen - 1) * order.characters..][..order.characters];
            let draw = order.key.at(index as u64).bits(step as u64);
            text.push(choose(row, order.temperature, draw));
        }
    }
    let shown = opening.len() - order.prompt.len();
    Ok(written.into_iter().map(|text| text[shown..].to_vec()).collect())
}

/// One of the characters, in proportion to softmax(outputs / temperature); `draw` are 64 random bits.
fn choose(outputs: &[f32], temperature: f64, draw: u64) -> u16 {
    let likeliest = Prediction::Softmax.class(outputs);
    let top = f64::from(outputs.get(likeliest as usize).copied().unwrap_or(0.0));
    if temperature <= 0.0 || !top.is_finite() {
        return likeliest as u16;
    }
    let weight = |&z: &f32| libm::exp((f64::from(z) - top) / temperature);
    let total: f64 = outputs.iter().map(weight).sum();
    let mut left = (draw >> 11) as f64 / (1u64 << 53) as f64 * total;
    for (place, z) in (0u16..).zip(outputs) {
        left -= weight(z);
        if left < 0.0 {
            return place;
        }
    }
    // Rounding, or an output that is not a number.
    likeliest as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_come_in_proportion() {
        let outputs = [1.0f32, 3.0, -2.0, 2.0];
        let key = Key::new(5);
        for temperature in [0.5, 1.0, 2.0] {
            let n = 40_000;
            let mut seen = [0.0; 4];
            for i in 0..n {
                seen[usize::from(choose(&outputs, temperature, key.bits(i)))] += 1.0 / n as f64;
            }
            let weights = outputs.map(|z| (f64::from(z) / temperature).exp());
            let total: f64 = weights.iter().sum();
            for (seen, weight) in seen.iter().zip(weights) {
                assert!(
                    (seen - weight / total).abs() < 0.01,
                    "{temperature}: {seen} {}",
                    weight / total
                );
            }
        }
    }

    #[test]
    fn cold_takes_the_likeliest_and_nothing_panics() {
        for temperature in [0.0, 1e-300, 1e-9] {
            assert!((0..50).all(|i| choose(&[1.0, 1.5, 1.4], temperature, Key::new(1).bits(i)) == 1));
        }
        assert_eq!(choose(&[f32::NAN, 1.0], 1.0, u64::MAX), 1);
        assert_eq!(choose(&[f32::INFINITY, 1.0], 1.0, 7), 0);
        assert_eq!(choose(&[f32::NAN, f32::NAN], 1.0, 7), 0);
        assert_eq!(choose(&[0.0, f32::NEG_INFINITY], 1.0, u64::MAX), 0);
    }
}
