//! Tells the library what it was built from and with what, so that a network is only ever compiled
//! against the very library that the runner itself is made of.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() {
    let sources = linked_sources();
    for path in sources.iter().map(PathBuf::as_path).chain(SHARED.map(Path::new)) {
        println!("cargo:rerun-if-changed={}", path.display());
    }
    println!("cargo:rustc-env=RUNNER_BUILD_ID={}", build_id(&sources));
    println!("cargo:rustc-env=RUNNER_RUSTC={}", compiler().display());
    println!(
        "cargo:rustc-env=RUNNER_RUSTC_VERSION={}",
        first_line(&rustc(), &["--version"])
    );
    println!("cargo:rustc-env=RUNNER_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=RUNNER_PROFILE_FOLDER={}", profile_folder().display());
    println!("cargo:rustc-env=RUNNER_SOURCES={}", workspace().display());
}

/// What all crates share: profiles, features and versions of dependencies.
const SHARED: [&str; 2] = ["../../Cargo.toml", "../../Cargo.lock"];

/// The folders of this crate and of all crates of ours that it stands on, by what their manifests say. What stands
/// above, such as the commands, is no part of a network, so a change there makes none of them anew.
fn linked_sources() -> Vec<PathBuf> {
    let mut linked = vec!["train".to_owned()];
    let mut next = 0;
    while let Some(name) = linked.get(next).cloned() {
        let manifest = fs::read_to_string(Path::new("..").join(name).join("Cargo.toml")).unwrap_or_default();
        let dependencies = manifest.split("\n[").find(|part| part.starts_with("dependencies]"));
        let ours = dependencies.unwrap_or_default().lines().filter_map(|line| {
            let name = line.strip_prefix("runner-")?.split(['.', ' ', '=']).next()?;
            Some(name.to_owned())
        });
        for name in ours {
            if !linked.contains(&name) {
                linked.push(name);
            }
        }
        next += 1;
    }
    linked.sort();
    linked.iter().map(|name| Path::new("..").join(name)).collect()
}

/// A digest of all sources that networks link, the locked dependencies, and whatever else changes the library.
fn build_id(sources: &[PathBuf]) -> String {
    let mut hash = Sha256::new();
    let mut files: Vec<PathBuf> = SHARED.map(PathBuf::from).to_vec();
    for folder in sources {
        collect(folder, &mut files);
    }
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

/// The folder of the workspace.
fn workspace() -> PathBuf {
    let own = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(&own).to_owned()
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
