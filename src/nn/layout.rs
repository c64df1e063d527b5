//! Where each parameter lies in the flat buffers, under which name, and how it starts.

use rand_core::Rng;

use runner_ground::random::{Key, Purpose};

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Uniform in (-bound, bound).
    Uniform(f64),
    /// Normal with mean 0; one of its rows is 0 where asked for.
    Normal {
        /// The standard deviation.
        deviation: f64,
        /// The row, of those along the first dimension.
        zero_row: Option<usize>,
    },
    /// The same number everywhere.
    Constant(f32),
}

/// What type a tensor has in a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// 32-bit floats.
    F32,
    /// A 64-bit integer, such as a counter of batches.
    I64,
}

/// One tensor of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// PyTorch's name in a `torch.nn.Sequential`, such as `0.weight`.
    pub name: String,
    /// PyTorch's shape.
    pub shape: Vec<usize>,
    /// Where it starts in its flat buffer.
    pub offset: usize,
    /// Numbers in it.
    pub len: usize,
    /// How it starts.
    pub init: Init,
    /// Its type in a checkpoint.
    pub stored: Stored,
}

/// All tensors of a network, in order.
///
/// ```
/// use runner_nn::{Init, Layout};
/// let mut layout = Layout::default();
/// layout.parameter("weight", &[2, 3], Init::Uniform(0.5));
/// layout.advance(2); // a linear layer and the activation fused into it
/// layout.parameter("weight", &[1, 2], Init::Constant(1.0));
/// assert_eq!(layout.parameters[1].name, "2.weight");
/// assert_eq!(layout.parameters[1].offset, 6);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Trainable tensors.
    pub parameters: Vec<Entry>,
    /// Tensors that are kept but not trained.
    pub buffers: Vec<Entry>,
    prefix: String,
    position: usize,
}

impl Layout {
    /// Adds a trainable tensor of the layer at the current position.
    pub fn parameter(&mut self, name: &str, shape: &[usize], init: Init) {
        let name = self.full_name(name);
        push(&mut self.parameters, name, shape, init, Stored::F32);
    }

    /// Adds a tensor that is kept but not trained.
    pub fn buffer(&mut self, name: &str, shape: &[usize], init: Init, stored: Stored) {
        let name = self.full_name(name);
        push(&mut self.buffers, name, shape, init, stored);
    }

    /// Moves on by so many positions of the recipe's list (a fused layer takes several).
    pub fn advance(&mut self, positions: usize) {
        self.position += positions;
    }

    /// Describes layers nested under a name: `3.layers.0.weight`.
    pub fn nested(&mut self, name: &str, describe: impl FnOnce(&mut Layout)) {
        self.within(self.full_name(name), describe);
    }

    /// Describes layers that lie in a list at the current position, `3.0.weight`, and moves on by one.
    pub fn list(&mut self, describe: impl FnOnce(&mut Layout)) {
        self.within(format!("{}{}", self.prefix, self.position), describe);
        self.position += 1;
    }

    fn within(&mut self, place: String, describe: impl FnOnce(&mut Layout)) {
        let outer = (
            std::mem::replace(&mut self.prefix, format!("{place}.")),
            std::mem::take(&mut self.position),
        );
        describe(self);
        (self.prefix, self.position) = outer;
    }

    /// Numbers in all trainable tensors.
    pub fn parameter_count(&self) -> usize {
        self.parameters.iter().map(|entry| entry.len).sum()
    }

    /// Initial parameters: each tensor from a stream of its own, named by the seed and its index.
    pub fn initial_parameters(&self, seed: u64) -> Vec<f32> {
        initial(&self.parameters, Key::new(seed).purpose(Purpose::Weights))
    }

    /// Initial buffers.
    pub fn initial_buffers(&self) -> Vec<f32> {
        initial(&self.buffers, Key::new(0))
    }

    fn full_name(&self, name: &str) -> String {
        format!("{}{}.{name}", self.prefix, self.position)
    }
}

fn push(entries: &mut Vec<Entry>, name: String, shape: &[usize], init: Init, stored: Stored) {
    let offset = entries.last().map_or(0, |last| last.offset + last.len);
    entries.push(Entry {
        name,
        shape: shape.to_vec(),
        offset,
        len: shape.iter().product(),
        init,
        stored,
    });
}

fn initial(entries: &[Entry], key: Key) -> Vec<f32> {
    let mut values = Vec::with_capacity(entries.iter().map(|entry| entry.len).sum());
    for (index, entry) in entries.iter().enumerate() {
        match entry.init {
            Init::Constant(value) => values.resize(values.len() + entry.len, value),
            Init::Uniform(bound) => {
                let mut stream = key.at(index as u64).stream();
                values.extend((0..entry.len).map(|_| ((2.0 * unit(&mut stream) - 1.0) * bound) as f32));
            }
            Init::Normal { deviation, zero_row } => {
                let mut stream = key.at(index as u64).stream();
                let start = values.len();
                values.extend((0..entry.len).map(|_| (normal(&mut stream) * deviation) as f32));
                let width = entry.shape.iter().skip(1).product::<usize>();
                if let Some(row) = zero_row {
                    values[start + row * width..][..width].fill(0.0);
                }
            }
        }
    }
    values
}

/// A number in [0, 1).
fn unit(stream: &mut impl Rng) -> f64 {
    (stream.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// A normal number (Box and Muller 1958), with functions that are the same to the bit on any machine.
fn normal(stream: &mut impl Rng) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - unit(stream))).sqrt();
    radius * libm::cos(std::f64::consts::TAU * unit(stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uniform in ±bound, as torch.nn.Linear's `kaiming_uniform_(a=√5)` comes to ±1/√fan_in: the ends are nearly
    /// reached and never passed, mean and variance are those of the distribution.
    #[test]
    fn uniform_tensors_fill_their_range() {
        let mut layout = Layout::default();
        layout.parameter("weight", &[500, 400], Init::Uniform(0.05));
        layout.parameter("bias", &[500], Init::Constant(0.5));
        let values = layout.initial_parameters(7);
        let (weight, bias) = values.split_at(200_000);
        assert!(bias.iter().all(|&b| b == 0.5) && bias.len() == 500);
        let largest = weight.iter().fold(0.0f32, |top, w| top.max(w.abs()));
        assert!(largest < 0.05 && largest > 0.0499, "{largest}");
        let n = weight.len() as f64;
        let mean = weight.iter().map(|&w| f64::from(w)).sum::<f64>() / n;
        let variance = weight.iter().map(|&w| f64::from(w).powi(2)).sum::<f64>() / n;
        let expected = 0.05f64.powi(2) / 3.0;
        // Five standard errors.
        assert!(mean.abs() < 5.0 * (expected / n).sqrt(), "{mean}");
        assert!((variance / expected - 1.0).abs() < 5.0 * (0.8 / n).sqrt(), "{variance}");
    }

    /// As torch.nn.Embedding's: mean 0, variance 1, tails as a normal distribution's, and a row of padding.
    #[test]
    fn normal_tensors_are_normal() {
        let mut layout = Layout::default();
        let zero_row = Some(2);
        layout.parameter(
            "weight",
            &[5, 20_000],
            Init::Normal {
                deviation: 2.0,
                zero_row,
            },
        );
        let values = layout.initial_parameters(7);
        assert!(values[40_000..60_000].iter().all(|&x| x == 0.0));
        let rest: Vec<f64> = [&values[..40_000], &values[60_000..]]
            .concat()
            .iter()
            .map(|&x| f64::from(x) / 2.0)
            .collect();
        let n = rest.len() as f64;
        let moment = |power: i32| rest.iter().map(|x| x.powi(power)).sum::<f64>() / n;
        // Five standard errors: the variance of x^k is (2k)-th moment less the square of the k-th.
        for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let error = moment(power) - expected;
            assert!(error.abs() < 5.0 * f64::sqrt(variance / n), "moment {power}: {error}");
        }
    }

    #[test]
    fn tensors_have_streams_of_their_own() {
        let mut layout = Layout::default();
        layout.parameter("a", &[100], Init::Uniform(1.0));
        layout.parameter("b", &[100], Init::Uniform(1.0));
        let values = layout.initial_parameters(7);
        assert_ne!(values[..100], values[100..]);
        assert_eq!(values, layout.initial_parameters(7));
        assert_ne!(values, layout.initial_parameters(8));
    }
}
