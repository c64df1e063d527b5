//! An epoch of batches of 64 MNIST-sized images, shuffled, normalized and prepared ahead:
//! `cargo bench --bench loader`. Nothing is learnt, so this is the most that the loader can serve.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use runner::data::column::{Bytes, Ids};
use runner::data::loader::{Loader, Order};
use runner::data::{Normalization, Part};
use runner::random::{Key, Purpose};

const SAMPLES: usize = 10_000;
const WIDTH: usize = 784;

fn main() {
    divan::main();
}

#[divan::bench]
fn epoch(bencher: Bencher) {
    let images = (0..SAMPLES * WIDTH).map(|i| (i % 251) as u8).collect();
    let classes = (0..SAMPLES as u32).map(|i| i % 10).collect();
    let rows = (0..SAMPLES as u32).collect();
    let part = Part::new(Bytes::new(WIDTH, images), Ids::classes(classes), rows);
    let normalization = Normalization {
        mean: vec![33.3],
        std: vec![78.6],
    };
    let order = Order::Shuffled {
        key: Key::new(42).purpose(Purpose::Shuffle),
    };
    let loader = Loader::new(Arc::new(part), &normalization, 64, order).expect("the part is whole");
    let mut number = 0;
    bencher.counter(ItemsCount::new(SAMPLES)).bench_local(|| {
        number += 1;
        let mut batches = loader.epoch(number, 0);
        let mut sum = 0.0;
        while let Some(batch) = batches.next_batch() {
            sum += batch.input()[300];
        }
        sum
    });
}
