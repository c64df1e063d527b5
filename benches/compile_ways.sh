#!/usr/bin/env bash
# Two ways to compile a network: rustc on the library's own file, and a generated cargo package that
# depends on the library. Prints the seconds of each, alternating, with a width of its own each time.
#
#     cargo build --release && benches/compile_ways.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
library=$(ls -t target/release/deps/librunner_train-*.rlib | head -1)
rustc=$(rustc --print sysroot)/bin/rustc

source_with_width() {
    cat <<RUST
use runner_train::nn::*;
type A = linear::Linear<784, $1, linear::WithBias, relu::ReLU>;
type B = linear::Linear<$1, 128, linear::WithBias, relu::ReLU>;
type C = linear::Linear<128, 10, linear::WithBias, linear::Identity>;
fn main() -> std::process::ExitCode {
    runner_train::process::main(runner_train::task::classification::task::<Fused<Chain<A, Chain<B, C>>>>)
}
RUST
}

mkdir -p "$work/package/src" "$work/direct"
cat > "$work/package/Cargo.toml" <<TOML
[package]
name = "network"
version = "0.0.0"
edition = "2024"
[dependencies]
runner-train = { path = "$root/src/train" }
[workspace]
TOML
cp Cargo.lock "$work/package/"

now() { date +%s.%N; }
since() { echo "$(now) - $1" | bc; }

source_with_width 500 > "$work/package/src/main.rs"
start=$(now)
(cd "$work/package" && CARGO_TARGET_DIR="$work/target" cargo build --release -q)
echo "package, first time (builds the library again): $(since "$start") s"

for round in $(seq "$rounds"); do
    width=$((500 + round))
    source_with_width $width > "$work/direct/network.rs"
    start=$(now)
    (cd "$work/direct" && "$rustc" --edition=2024 -Copt-level=3 -Ctarget-cpu=native -Cstrip=debuginfo \
        --crate-name=network --extern "runner_train=$root/$library" -L "dependency=$root/target/release/deps" \
        -o network network.rs)
    echo "rustc   $(since "$start") s"
    source_with_width $width > "$work/package/src/main.rs"
    start=$(now)
    (cd "$work/package" && CARGO_TARGET_DIR="$work/target" RUSTFLAGS="" cargo build --release -q)
    echo "package $(since "$start") s"
done
