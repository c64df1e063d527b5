//! What the library that networks link was built from, and with what.

/// Digest of the sources, the locked dependencies and the build's settings.
pub const ID: &str = env!("RUNNER_BUILD_ID");
/// The compiler that built the library: only it can compile programs against it.
pub const RUSTC: &str = env!("RUNNER_RUSTC");
/// `rustc --version` of that compiler.
pub const RUSTC_VERSION: &str = env!("RUNNER_RUSTC_VERSION");
/// The folder of the sources.
pub const SOURCES: &str = env!("RUNNER_SOURCES");
/// The target triple.
pub const TARGET: &str = env!("RUNNER_TARGET");
/// Where cargo put the library (`target/release`).
pub const PROFILE_FOLDER: &str = env!("RUNNER_PROFILE_FOLDER");

/// Stands in the library's file as it is, so that the file can be told from those of other builds.
#[used]
pub static MARKER: &str = concat!("runner-library-built-from:", env!("RUNNER_BUILD_ID"), ";");

/// Version and build, in a line.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (build ", env!("RUNNER_BUILD_ID"), ")");
/// Version, build, compiler and target.
pub const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nbuild    ",
    env!("RUNNER_BUILD_ID"),
    "\ncompiler ",
    env!("RUNNER_RUSTC_VERSION"),
    "\ntarget   ",
    env!("RUNNER_TARGET"),
);
