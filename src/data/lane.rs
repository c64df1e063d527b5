//! One field of the samples of a batch.

/// One field of the samples of a batch, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Numbers a sample.
    pub width: usize,
    /// `samples × width` numbers.
    pub values: Values,
    /// How many of a sample's places are its own, where samples may have fewer than `width`; else empty.
    pub lengths: Vec<u32>,
}

/// The numbers of a [`Lane`].
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// What is computed with.
    F32(Vec<f32>),
    /// Numbers of classes or tokens.
    U32(Vec<u32>),
}

impl Lane {
    /// These numbers, `width` a sample.
    pub fn floats(width: usize, values: Vec<f32>) -> Self {
        Self {
            width,
            values: Values::F32(values),
            lengths: Vec::new(),
        }
    }

    /// Numbers of classes or tokens, `width` a sample.
    pub fn ids(width: usize, values: Vec<u32>) -> Self {
        Self {
            width,
            values: Values::U32(values),
            lengths: Vec::new(),
        }
    }

    /// The numbers, where they are floats; else none.
    pub fn as_floats(&self) -> &[f32] {
        match &self.values {
            Values::F32(values) => values,
            Values::U32(_) => &[],
        }
    }

    /// The numbers, where they are ids; else none.
    pub fn as_ids(&self) -> &[u32] {
        match &self.values {
            Values::U32(values) => values,
            Values::F32(_) => &[],
        }
    }

    /// Room for these samples, as floats; within the capacity nothing is allocated.
    pub(super) fn floats_mut(&mut self, samples: usize) -> &mut [f32] {
        let Values::F32(values) = &mut self.values else {
            return &mut [];
        };
        values.resize(samples * self.width, 0.0);
        values
    }

    /// The same as ids.
    pub(super) fn ids_mut(&mut self, samples: usize) -> &mut [u32] {
        let Values::U32(values) = &mut self.values else {
            return &mut [];
        };
        values.resize(samples * self.width, 0);
        values
    }
}
