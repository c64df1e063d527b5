//! How many floating-point operations a second the processor's cores can make: fused multiply-adds on
//! independent registers, one thread a core, nothing read from memory.
//!
//! benches/workloads.py compiles it by itself (`rustc -O -C target-cpu=native`) and counts its figures in
//! percent of this one. Prints GFLOP/s, the best of some rounds. The first argument is the number of threads.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

/// Enough chains to hide the latency of a multiply-add on any of today's processors.
const CHAINS: usize = 12;
const LANES: usize = 16;
const TURNS: usize = 4_000_000;
const ROUNDS: usize = 7;

fn main() {
    let threads = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1);
    let best = (0..ROUNDS).map(|_| together(threads)).fold(f64::INFINITY, f64::min);
    let operations = (threads * TURNS * CHAINS * LANES * 2) as f64;
    println!("{:.1}", operations / best / 1e9);
}

/// Seconds that the slowest of the threads takes, side by side with the others. Each has its own clock: a thread
/// that waits for them may be woken late.
fn together(threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let one = || {
        barrier.wait();
        let start = Instant::now();
        black_box(turn(black_box(0.999), black_box(1e-3)));
        start.elapsed().as_secs_f64()
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let took = running.into_iter().map(|thread| thread.join().unwrap_or(f64::NAN));
        took.fold(0.0, f64::max)
    })
}

#[inline(never)]
fn turn(a: f32, b: f32) -> f32 {
    // Twelve variables and no array of arrays, which the compiler would keep in memory; it must not know that they are
    // equal, or it would compute one for all.
    let [mut c0, mut c1, mut c2, mut c3, mut c4, mut c5] = black_box([[1.0f32; LANES]; 6]);
    let [mut c6, mut c7, mut c8, mut c9, mut c10, mut c11] = black_box([[1.0f32; LANES]; 6]);
    let step = |x: &mut [f32; LANES]| *x = std::array::from_fn(|i| x[i].mul_add(a, b));
    for _ in 0..TURNS {
        step(&mut c0);
        step(&mut c1);
        step(&mut c2);
        step(&mut c3);
        step(&mut c4);
        step(&mut c5);
        step(&mut c6);
        step(&mut c7);
        step(&mut c8);
        step(&mut c9);
        step(&mut c10);
        step(&mut c11);
    }
    let all = [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11];
    all.iter().flatten().sum()
}
