//! Cache lines: a register of 16 numbers that starts with one is read and written at once, one that does not touches
//! two lines.

/// Numbers that a line holds.
pub const LINE: usize = 16;

/// So many numbers, and what fills their last line.
///
/// ```
/// use runner::kernel::lines::whole_lines;
/// assert_eq!((whole_lines(0), whole_lines(16), whole_lines(17)), (0, 16, 32));
/// ```
pub const fn whole_lines(numbers: usize) -> usize {
    numbers.next_multiple_of(LINE)
}

/// The numbers from the first on that starts a line; up to 15 lie before it.
///
/// ```
/// let mut room = vec![0.0; 100];
/// let numbers = runner::kernel::lines::from_line(&mut room);
/// assert!(numbers.len() > 84 && numbers.as_ptr().addr().is_multiple_of(64));
/// ```
pub fn from_line(room: &mut [f32]) -> &mut [f32] {
    let before = room.as_ptr().align_offset(LINE * size_of::<f32>()).min(room.len());
    &mut room[before..]
}
