//! What this library was built from and with what.

/// Version of the package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Digest of the sources, the locked dependencies and the build's settings.
pub const ID: &str = env!("RUNNER_BUILD_ID");
/// The compiler that built the library: only it can compile programs against it.
pub const RUSTC: &str = env!("RUNNER_RUSTC");
/// `rustc --version` of that compiler.
pub const RUSTC_VERSION: &str = env!("RUNNER_RUSTC_VERSION");
/// The target triple.
pub const TARGET: &str = env!("RUNNER_TARGET");
/// Where cargo put the library (`target/release`).
pub(crate) const PROFILE_FOLDER: &str = env!("RUNNER_PROFILE_FOLDER");

/// Stands in the library's file as it is, so that the file can be told from those of other builds.
#[used]
pub static MARKER: &str = concat!("runner-library-built-from:", env!("RUNNER_BUILD_ID"), ";");
