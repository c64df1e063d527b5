//! Loops that the library compiles once for each kind of vector registers.

use pulp::{Arch, NullaryFnOnce};

/// Calls `f`, compiled for the widest vectors that the processor has. All that it calls must be inlined, and so must
/// it: write `#[inline(always)]` before the closure. Vectors change the speed and no bit: Rust never contracts
/// `a * b + c`, nor reorders a sum.
///
/// ```
/// let mut squares = [1.0f32, 2.0, 3.0];
/// runner_kernel::widest::widest(
///     #[inline(always)]
///     || squares.iter_mut().for_each(|x| *x *= *x),
/// );
/// assert_eq!(squares, [1.0, 4.0, 9.0]);
/// ```
#[inline]
pub fn widest<R>(f: impl FnMut() -> R) -> R {
    /// A closure that is called as `FnOnce` may go through a shim that is not inlined, and then runs without wide
    /// vectors; as `FnMut` it is called directly.
    struct Directly<F>(F);

    impl<R, F: FnMut() -> R> NullaryFnOnce for Directly<F> {
        type Output = R;

        #[inline(always)]
        fn call(mut self) -> R {
            (self.0)()
        }
    }

    Arch::new().dispatch(Directly(f))
}
