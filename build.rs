//! Tells the library what it was built from and with what, so that a network is only ever compiled
//! against the very library that the runner itself is made of.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() {
    for path in ["build.rs", "src", "Cargo.toml", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={path}");
    }
    println!("cargo:rustc-env=RUNNER_BUILD_ID={}", build_id());
    println!("cargo:rustc-env=RUNNER_RUSTC={}", compiler().display());
    println!(
        "cargo:rustc-env=RUNNER_RUSTC_VERSION={}",
        first_line(&rustc(), &["--version"])
    );
    println!("cargo:rustc-env=RUNNER_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=RUNNER_PROFILE_FOLDER={}", profile_folder().display());
}

/// A digest of all sources, the locked dependencies, and whatever else changes the library.
fn build_id() -> String {
    let mut hash = Sha256::new();
    let mut files = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock")];
    collect(Path::new("src"), &mut files);
    files.sort();
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(fs::read(&file).unwrap_or_default());
    }
    for (key, value) in env::vars().filter(|(key, _)| key.starts_with("CARGO_FEATURE_")) {
        hash.update(format!("{key}={value}"));
    }
    for key in ["TARGET", "PROFILE", "OPT_LEVEL", "DEBUG", "CARGO_ENCODED_RUSTFLAGS"] {
        hash.update(format!("{key}={}", variable(key)));
    }
    hash.update(first_line(&rustc(), &["--version"]));
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The compiler itself rather than a proxy that picks one by the current folder.
fn compiler() -> PathBuf {
    let name = format!("rustc{}", env::consts::EXE_SUFFIX);
    Path::new(&first_line(&rustc(), &["--print", "sysroot"]))
        .join("bin")
        .join(name)
}

/// `target/release`: three folders above the build script's own output folder.
fn profile_folder() -> PathBuf {
    let out = PathBuf::from(variable("OUT_DIR"));
    out.ancestors().nth(3).unwrap_or(&out).to_owned()
}

fn rustc() -> String {
    env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned())
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}
