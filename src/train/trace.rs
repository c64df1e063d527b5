//! What a training's tensors were along the way: a digest of each at some steps. It is kept with the checkpoint, so
//! that `runner verify` can say where another training went another way.
//!
//! A step that is not marked costs nothing. Marked are the beginning, steps 1, 2, 4, 8, …, the ends of epochs, and
//! multiples of `trainer.trace_every_steps`, where a recipe has it.

use xxhash_rust::xxh3::Xxh3;

use runner_ground::error::Result;
use runner_ground::files::tensors::{Numbers, Stored, Tensors};

/// Names under which a checkpoint keeps it.
const MARKS: &str = "trace";
const NAMES: &str = "trace.tensors";

/// Digests of all tensors at some steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Names of the tensors, sorted.
    pub tensors: Vec<String>,
    /// The steps, ascending.
    pub marks: Vec<Mark>,
}

/// The tensors after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Optimizer steps done in all; 0 marks the initial weights.
    pub step: u64,
    /// XXH3 of each tensor's numbers, in the order of [`Trace::tensors`].
    pub digests: Vec<u64>,
}

impl Trace {
    /// Whether a step within an epoch is marked.
    pub fn is_due(step: u64, every: Option<u64>) -> bool {
        step.is_power_of_two() || every.is_some_and(|every| step.is_multiple_of(every))
    }

    /// Marks a step, unless it is marked already.
    pub fn mark(&mut self, step: u64, weights: &Tensors) {
        if self.marks.last().is_some_and(|last| last.step >= step) {
            return;
        }
        let digests = weights.iter().map(|(_, tensor)| digest(tensor)).collect();
        self.tensors = weights.names().map(str::to_owned).collect();
        self.marks.push(Mark { step, digests });
    }

    /// Adds it to a checkpoint.
    pub fn save(&self, out: &mut Tensors) {
        let row = |mark: &Mark| [mark.step].into_iter().chain(mark.digests.clone());
        let numbers = self.marks.iter().flat_map(row).map(u64::cast_signed).collect();
        out.push_integers(MARKS, &[self.marks.len(), self.tensors.len() + 1], numbers);
        out.push_text(NAMES, self.tensors.join("\n"));
    }

    /// That of a checkpoint at a step; an empty one where a version of runner wrote it that kept none.
    ///
    /// # Errors
    /// When it is not one that a training up to this step leaves.
    pub fn load(from: &Tensors, step: u64) -> Result<Self> {
        if from.names().all(|name| name != MARKS) {
            return Ok(Self::default());
        }
        let names = from.text(NAMES)?;
        let tensors: Vec<String> = names.lines().map(str::to_owned).collect();
        let rows = from.find(MARKS)?.shape.first().copied().unwrap_or_default();
        let numbers = from.integers(MARKS, &[rows, tensors.len() + 1])?;
        let mark = |row: &[i64]| {
            let (&step, digests) = row.split_first()?;
            let digests = digests.iter().map(|digest| digest.cast_unsigned()).collect();
            u64::try_from(step).ok().map(|step| Mark { step, digests })
        };
        let marks: Option<Vec<Mark>> = numbers.chunks(tensors.len() + 1).map(mark).collect();
        let in_order = |marks: &Vec<Mark>| {
            marks.is_sorted_by(|a, b| a.step < b.step) && marks.last().is_none_or(|last| last.step <= step)
        };
        match marks.filter(in_order) {
            Some(marks) => Ok(Self { tensors, marks }),
            None => Err(from.error("its trace is not that of a training of this recipe")),
        }
    }
}

/// The same for the same bits, on any machine.
fn digest(tensor: &Stored) -> u64 {
    match &tensor.numbers {
        Numbers::F32(values) => hash(values, f32::to_le_bytes),
        Numbers::F64(values) => hash(values, f64::to_le_bytes),
        Numbers::I64(values) => hash(values, i64::to_le_bytes),
        Numbers::U8(bytes) => hash(bytes, |byte| [byte]),
    }
}

fn hash<T: Copy, const N: usize>(values: &[T], bytes: fn(T) -> [u8; N]) -> u64 {
    let mut hasher = Xxh3::new();
    let mut buffer = Vec::with_capacity(N * values.len().min(BLOCK));
    for block in values.chunks(BLOCK) {
        buffer.clear();
        buffer.extend(block.iter().flat_map(|&value| bytes(value)));
        hasher.update(&buffer);
    }
    hasher.digest()
}

/// Numbers that are hashed at once: their bytes stay in the first-level cache.
const BLOCK: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(first: f32) -> Tensors {
        let mut tensors = Tensors::new("");
        tensors.push("0.weight", &[2], vec![first, 2.0]);
        tensors.push("0.bias", &[5000], vec![1.0; 5000]);
        tensors.push_integers("1.num_batches_tracked", &[], vec![3]);
        tensors
    }

    fn trace() -> Trace {
        let mut trace = Trace::default();
        for step in [0, 1, 2, 2, 4] {
            trace.mark(step, &weights(step as f32));
        }
        trace
    }

    #[test]
    fn it_tells_which_tensor_changed_and_when() {
        let Trace { tensors, marks } = trace();
        assert_eq!(tensors, ["0.bias", "0.weight", "1.num_batches_tracked"]);
        assert_eq!(marks.iter().map(|mark| mark.step).collect::<Vec<_>>(), [0, 1, 2, 4]);
        let changed = |index: usize| marks[0].digests[index] != marks[1].digests[index];
        assert_eq!([0, 1, 2].map(changed), [false, true, false]);
        let mut negative = Trace::default();
        negative.mark(0, &weights(-0.0));
        assert_ne!(negative.marks[0], marks[0], "bits, not values");
    }

    #[test]
    fn it_comes_back_from_a_checkpoint() {
        let mut tensors = Tensors::default();
        trace().save(&mut tensors);
        assert_eq!(Trace::load(&tensors, 4).unwrap(), trace());
        assert!(Trace::load(&tensors, 3).is_err(), "marks beyond the checkpoint's step");
        assert_eq!(Trace::load(&Tensors::default(), 3).unwrap(), Trace::default());
        tensors.push_integers(MARKS, &[2, 2], vec![1, 2, 3, 4]);
        assert!(Trace::load(&tensors, 4).is_err(), "as many columns as tensors");
        let empty = Trace::default();
        let mut tensors = Tensors::default();
        empty.save(&mut tensors);
        assert_eq!(Trace::load(&tensors, 0).unwrap(), empty);
    }

    #[test]
    fn few_steps_are_marked() {
        let due = |every| {
            (1..=20)
                .filter(|&step| Trace::is_due(step, every))
                .collect::<Vec<u64>>()
        };
        assert_eq!(due(None), [1, 2, 4, 8, 16]);
        assert_eq!(due(Some(10)), [1, 2, 4, 8, 10, 16, 20]);
    }
}
