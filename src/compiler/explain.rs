//! Says in our terms why a network was not compiled.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitStatus;

use runner_ground::error::{Error, Kind};
use runner_train::identity;

/// Codes of the compiler for a library that another compiler built, or that is damaged.
const STALE: [&str; 5] = ["E0514", "E0460", "E0461", "E0463", "E0519"];

/// The compiler did not start.
pub(super) fn missing(compiler: &Path, error: &std::io::Error) -> Error {
    let what = if error.kind() == ErrorKind::NotFound {
        "was not found".to_owned()
    } else {
        format!("does not start: {error}")
    };
    refusal(
        format!("the Rust compiler {} {what}", compiler.display()),
        format!(
            "networks are compiled with the toolchain that built runner ({}): install it again with rustup, \
             or name its rustc in RUNNER_RUSTC",
            identity::RUSTC_VERSION
        ),
    )
}

/// The compiler ended without a program; what it said is in its own terms.
pub(super) fn explain(status: ExitStatus, stderr: &str) -> Error {
    let errors = stderr.lines().filter(|line| line.starts_with("error"));
    let first = errors.take(3).collect::<Vec<_>>().join("\n  ");
    // A linker that maps its output into memory meets a full disk as a bus error.
    let full = ["No space left on device", "os error 28", "[Bus error]"];
    if status.code().is_none() {
        return refusal(
            format!("the compiler was killed ({status})"),
            "compiling a network takes some 200 MiB of memory: make room for it and try again",
        );
    }
    if full.iter().any(|sign| stderr.contains(sign)) {
        return refusal(
            "the network could not be compiled, it seems that the disk is full",
            "make room, or name another folder in RUNNER_CACHE (networks) or TMPDIR (the compiler's own files)",
        );
    }
    if stderr.contains("error: linker `") {
        return refusal(
            format!("the network compiled but could not be linked: {first}"),
            "install a C linker (Debian: apt-get install gcc)",
        );
    }
    if stderr.contains("error: linking with") {
        return refusal(
            format!(
                "the network compiled but could not be linked: {first}\n  {}",
                linker(stderr)
            ),
            "the C linker must be able to link programs: does `cc` work?",
        );
    }
    if STALE.iter().any(|code| stderr.contains(code)) {
        return refusal(
            format!("the runner's library does not fit its compiler: {first}"),
            format!("run `cargo build --release` again in {}", identity::SOURCES),
        );
    }
    refusal(
        format!("the network passed its checks but does not compile: {first}"),
        "this is a mistake in runner, not in the recipe: please report it with the recipe",
    )
}

/// What the linker itself said, without the command of some kilobytes that called it.
fn linker(stderr: &str) -> String {
    let words = ["collect2:", "ld:", "ld.lld:", "rust-lld:", "/usr/bin/ld"];
    let said = stderr.lines().map(|line| line.trim().trim_start_matches("= note: "));
    let said = said.filter(|line| words.iter().any(|word| line.starts_with(word)));
    said.take(4).collect::<Vec<_>>().join("\n  ")
}

fn refusal(message: impl Into<String>, help: impl Into<String>) -> Error {
    Error::new(Kind::Compile, message).help(help)
}
