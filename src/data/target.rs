//! Targets of a batch, as losses and metrics take them.

/// Targets of one batch.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Class indices, one a sample.
    Classes(&'a [u32]),
    /// Numbers, row-major, one row of outputs a sample.
    Values(&'a [f32]),
    /// Two classes a sample; losses themselves do not know it.
    Mixed(Mixed<'a>),
}

/// Two classes a sample, and the share that the first has in it.
#[derive(Clone, Copy, Debug)]
pub struct Mixed<'a> {
    /// The class of the sample itself.
    pub classes: &'a [u32],
    /// The class of the sample that is mixed into it.
    pub others: &'a [u32],
    /// The share of the first, from 0 to 1.
    pub shares: &'a [f32],
}
