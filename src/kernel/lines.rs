//! Where numbers lie in memory. A register of 16 numbers that starts with a cache line is read and written at once, one
//! that does not touches two lines.

/// Numbers that a line holds.
pub const LINE: usize = 16;

/// This many numbers, and what fills their last line.
///
/// ```
/// use runner_kernel::lines::whole_lines;
/// assert_eq!((whole_lines(0), whole_lines(16), whole_lines(17)), (0, 16, 32));
/// ```
pub const fn whole_lines(numbers: usize) -> usize {
    numbers.next_multiple_of(LINE)
}

/// The numbers from the first on that starts a line; up to 15 lie before it.
///
/// ```
/// let mut room = vec![0.0; 100];
/// let numbers = runner_kernel::lines::from_line(&mut room);
/// assert!(numbers.len() > 84 && numbers.as_ptr().addr().is_multiple_of(64));
/// ```
pub fn from_line(room: &mut [f32]) -> &mut [f32] {
    let before = room.as_ptr().align_offset(LINE * size_of::<f32>()).min(room.len());
    &mut room[before..]
}

/// Parts of these sizes, one after the other; each starts a line where the first does.
///
/// ```
/// let mut room = [0.0; 48];
/// let [a, b] = runner_kernel::lines::cut(&mut room, [3, 20]);
/// assert_eq!((a.len(), b.len()), (3, 20));
/// assert_eq!(b.as_ptr().addr() - a.as_ptr().addr(), 64);
/// ```
///
/// # Panics
/// Where the whole lines of the parts are more than there are.
#[inline]
pub fn cut<const N: usize>(room: &mut [f32], sizes: [usize; N]) -> [&mut [f32]; N] {
    let mut rest = room;
    sizes.map(|numbers| {
        let (part, after) = std::mem::take(&mut rest).split_at_mut(whole_lines(numbers));
        rest = after;
        &mut part[..numbers]
    })
}

/// `numbers` zeros for a network's workspace, with [`LINE`] more for [`from_line`]. Linux is asked for large pages
/// where there are many: a plane of an image is about as long as a small page, and to look up each takes as long as to
/// read some of it.
pub fn workspace(numbers: usize) -> Vec<f32> {
    // Pages of zeros that nobody has touched yet: only then does the advice count for all.
    let mut room = vec![0.0; numbers + LINE];
    advise_large_pages(&mut room);
    room
}

/// Numbers from which large pages are worth asking for: 4 MiB, two pages.
#[cfg(target_os = "linux")]
const LARGE: usize = 1 << 20;

#[cfg(target_os = "linux")]
fn advise_large_pages(room: &mut [f32]) {
    const PAGE: usize = 4096;
    if room.len() < LARGE {
        return;
    }
    let start = room.as_mut_ptr().cast::<libc::c_void>();
    let before = start.align_offset(PAGE);
    let length = (size_of_val(room) - before) / PAGE * PAGE;
    // SAFETY: the pages lie inside of the numbers, whose values the advice does not change. An answer that there are no
    // large pages needs none.
    unsafe { libc::madvise(start.wrapping_byte_add(before), length, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise_large_pages(_: &mut [f32]) {}
