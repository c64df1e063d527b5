//! Scratch space as bytes: what is kept of a number may be smaller than it.

/// The bytes of numbers.
#[inline]
pub(super) fn of(numbers: &[f32]) -> &[u8] {
    // SAFETY: every byte of an f32 is initialized and valid as u8, whose alignment is 1; the length is theirs.
    unsafe { std::slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) }
}

/// The bytes of numbers, to be written; any bytes are valid numbers.
#[inline]
pub(super) fn of_mut(numbers: &mut [f32]) -> &mut [u8] {
    // SAFETY: as in `of`; every four bytes are a valid f32, and the slice stays borrowed for writing alone.
    unsafe { std::slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), size_of_val(numbers)) }
}
