//! Compiles a generated program with the compiler that built the library, straight against the
//! library's own file. docs/decisions/networks.md has the figures that decided for this against a cargo package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::cache::{self, Cache, digest};
use super::executable::Executable;
use super::explain::{explain, missing};
use super::library;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::lock::Lock;
use runner_train::identity;

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

/// The program for this source, compiled unless it is in the cache. `starting` is called before the
/// compiler is (or another runner's is waited for), and not at all when neither is needed.
///
/// # Errors
/// When the compiler is missing, another version, or refuses the program; when the cache cannot be used.
pub fn compile(source: &str, cache: &Cache, starting: impl FnOnce()) -> Result<Executable> {
    let digest = digest(source, FLAGS);
    let program = cache.entry(&digest).join(PROGRAM);
    let shared = Lock::share(&cache.lock(&digest)).ok();
    let cached = runs(&program).is_ok();
    let held = if cached {
        shared
    } else {
        drop(shared);
        starting();
        Some(make(source, cache, &digest)?)
    };
    Ok(Executable::compiled(program, digest, cached, held))
}

/// Compiles the program, unless another runner has done so by the time that this one may begin. Gives the lock
/// under which it is there.
fn make(source: &str, cache: &Cache, digest: &str) -> Result<Lock> {
    let unusable = |error: std::io::Error| {
        let message = format!("the network cache {}: {error}", cache.folder().display());
        Error::new(Kind::Compile, message).help("RUNNER_CACHE names another folder for it")
    };
    let (entry, work) = (cache.entry(digest), cache.work(digest));
    let program = entry.join(PROGRAM);
    fs::create_dir_all(cache.folder()).map_err(unusable)?;
    let lock = Lock::wait(&cache.lock(digest)).map_err(unusable)?;
    if runs(&program).is_ok() {
        return Ok(lock);
    }
    cache.sweep();
    cache::remove(&work).map_err(unusable)?;
    fs::create_dir(&work).map_err(unusable)?;
    fs::write(work.join(SOURCE), source).map_err(unusable)?;
    let compiled = run_compiler(&work).and_then(|()| publish(&work, &entry).map_err(unusable));
    if compiled.is_err() {
        // What is left of it goes with the next compilation at the latest.
        let _ = cache::remove(&work);
    }
    compiled?;
    runs(&program).map(|()| lock).map_err(|error| {
        let message = format!("{} does not start: {error}", program.display());
        Error::new(Kind::Compile, message).help("RUNNER_CACHE names another folder, where programs may run")
    })
}

/// Whether a program is there and starts. One that was damaged since it was made does not, and is made again.
fn runs(program: &Path) -> std::io::Result<()> {
    let status = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(std::io::Error::other(status.to_string()))
    }
}

/// The folder of work gets the entry's name at once, so that an interrupted compilation leaves nothing under it.
fn publish(work: &Path, entry: &Path) -> std::io::Result<()> {
    fs::File::open(work.join(PROGRAM))?.sync_all()?;
    cache::remove(entry)?;
    fs::rename(work, entry)
}

fn run_compiler(folder: &Path) -> Result<()> {
    let library = library::find()?;
    let compiler = compiler();
    let output = Command::new(&compiler)
        .args(FLAGS)
        .arg("--crate-name=network")
        .arg("--extern")
        .arg(prefixed("runner_train=", &library.file))
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
    Err(explain(output.status, &String::from_utf8_lossy(&output.stderr)))
}

/// The one that `RUNNER_RUSTC` names, else the very compiler that built the library, or, if that has
/// moved, the one on the path.
fn compiler() -> PathBuf {
    if let Some(named) = std::env::var_os("RUNNER_RUSTC").filter(|path| !path.is_empty()) {
        let named = PathBuf::from(named);
        // A bare name is looked up on the path; any other counts from the user's folder.
        let bare = named.components().count() == 1;
        return if bare {
            named
        } else {
            std::path::absolute(&named).unwrap_or(named)
        };
    }
    let own = PathBuf::from(identity::RUSTC);
    if own.is_file() { own } else { PathBuf::from("rustc") }
}

fn prefixed(prefix: &str, path: &Path) -> std::ffi::OsString {
    let mut text = std::ffi::OsString::from(prefix);
    text.push(path);
    text
}
