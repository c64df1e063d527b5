//! Compiles a generated program with the compiler that built the library, straight against the
//! library's own file. ARCHITECTURE.md has the figures that decided for this against a cargo package.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::cache::{Cache, WORK, digest};
use super::library;
use crate::build;
use crate::error::{Error, Kind, Result};
use crate::store::lock::Lock;

/// The program's file in its folder of the cache.
pub const PROGRAM: &str = "network";
const SOURCE: &str = "network.rs";
/// The program runs where it is compiled, so it may use all of the processor.
const FLAGS: &[&str] = &[
    "--edition=2024",
    "-Copt-level=3",
    "-Ctarget-cpu=native",
    "-Cstrip=debuginfo",
    "-Cdebuginfo=0",
];

/// A program ready to run.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Its file.
    pub program: PathBuf,
    /// The digest that names it.
    pub digest: String,
    /// Whether it was there already.
    pub cached: bool,
}

/// The program for this source, compiled unless it is in the cache. `starting` is called before the
/// compiler is, and not at all when it is not needed.
///
/// # Errors
/// When the compiler is missing, another version, or refuses the program.
pub fn compile(source: &str, cache: &Cache, starting: impl FnOnce()) -> Result<Compiled> {
    let digest = digest(source, FLAGS);
    let entry = cache.entry(&digest);
    let program = entry.join(PROGRAM);
    if program.is_file() {
        return Ok(Compiled {
            program,
            digest,
            cached: true,
        });
    }
    let unusable = |error: std::io::Error| {
        let error = Error::new(
            Kind::Compile,
            format!("the network cache {}: {error}", cache.folder().display()),
        );
        error.help("RUNNER_CACHE names another folder for it")
    };
    fs::create_dir_all(cache.folder()).map_err(unusable)?;
    // Whoever comes second waits here and then finds the program.
    let _lock = Lock::wait(&cache.folder().join(format!("{digest}.lock")))?;
    if program.is_file() {
        return Ok(Compiled {
            program,
            digest,
            cached: true,
        });
    }
    starting();
    cache.sweep();
    let work = tempfile::Builder::new()
        .prefix(WORK)
        .tempdir_in(cache.folder())
        .map_err(unusable)?;
    let _working = Lock::take(&work.path().join(".lock"))?;
    fs::write(work.path().join(SOURCE), source).map_err(unusable)?;
    run_compiler(work.path())?;
    publish(work.path(), &entry).map_err(unusable)?;
    Ok(Compiled {
        program,
        digest,
        cached: false,
    })
}

/// The whole folder gets its name at once, so that an interrupted compilation leaves nothing under it.
fn publish(work: &Path, entry: &Path) -> std::io::Result<()> {
    fs::File::open(work.join(PROGRAM))?.sync_all()?;
    if entry.exists() {
        fs::remove_dir_all(entry)?;
    }
    fs::create_dir_all(work.join("done"))?;
    for file in [PROGRAM, SOURCE] {
        fs::rename(work.join(file), work.join("done").join(file))?;
    }
    fs::rename(work.join("done"), entry)
}

fn run_compiler(folder: &Path) -> Result<()> {
    let library = library::find()?;
    let compiler = compiler();
    let output = Command::new(&compiler)
        .args(FLAGS)
        .arg("--crate-name=network")
        .arg("--extern")
        .arg(prefixed("runner=", &library.file))
        .arg("-L")
        .arg(prefixed("dependency=", &library.dependencies))
        .args(["-o", PROGRAM, SOURCE])
        // Away from the user's folder, whose rust-toolchain file or .cargo may say otherwise.
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| missing(&compiler, &error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(explain(&String::from_utf8_lossy(&output.stderr)))
}

/// The one that `RUNNER_RUSTC` names, else the very compiler that built the library, or, if that has
/// moved, the one on the path.
fn compiler() -> PathBuf {
    if let Some(named) = std::env::var_os("RUNNER_RUSTC").filter(|path| !path.is_empty()) {
        return PathBuf::from(named);
    }
    let own = PathBuf::from(build::RUSTC);
    if own.is_file() { own } else { PathBuf::from("rustc") }
}

fn prefixed(prefix: &str, path: &Path) -> std::ffi::OsString {
    let mut text = std::ffi::OsString::from(prefix);
    text.push(path);
    text
}

fn missing(compiler: &Path, error: &std::io::Error) -> Error {
    let what = if error.kind() == ErrorKind::NotFound {
        "was not found".to_owned()
    } else {
        error.to_string()
    };
    Error::new(
        Kind::Compile,
        format!("the Rust compiler {} {what}", compiler.display()),
    )
    .help(format!(
        "networks are compiled with the toolchain that built runner ({}): install it again with rustup, \
         or name its rustc in RUNNER_RUSTC",
        build::RUSTC_VERSION
    ))
}

/// Says in our terms what the compiler said in its own.
fn explain(stderr: &str) -> Error {
    let first = stderr
        .lines()
        .filter(|line| line.starts_with("error"))
        .take(3)
        .collect::<Vec<_>>()
        .join("\n  ");
    if stderr.contains("linker") && stderr.contains("not found") {
        return Error::new(
            Kind::Compile,
            format!("the network compiled but could not be linked: {first}"),
        )
        .help("install a C linker (Debian: apt-get install gcc)");
    }
    let stale = ["E0514", "E0460", "E0461", "E0463", "E0519"]
        .iter()
        .any(|code| stderr.contains(code));
    if stale {
        return Error::new(
            Kind::Compile,
            format!("the runner's library does not fit its compiler: {first}"),
        )
        .help(format!(
            "run `cargo build --release` again in {}",
            env!("CARGO_MANIFEST_DIR")
        ));
    }
    Error::new(
        Kind::Compile,
        format!("the network passed its checks but does not compile: {first}"),
    )
    .help("this is a mistake in runner, not in the recipe: please report it with the recipe")
}
