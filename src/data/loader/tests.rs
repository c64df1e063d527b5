use super::super::column::{Bytes, Floats, Following, Ids, Seen, Sequences, Windows};
use super::*;
use crate::{Target, Values};
use runner_ground::random::Purpose;

/// `n` samples of `width` bytes; sample `i` is of class `i % 7` and all its bytes are `i % 251`.
fn bytes(n: usize, width: usize) -> Arc<Part> {
    let values = (0..n * width).map(|j| ((j / width) % 251) as u8).collect();
    let classes = (0..n as u32).map(|i| i % 7).collect();
    let rows = (0..n as u32).collect();
    Arc::new(Part::new(Bytes::new(width, values), Ids::classes(classes), rows))
}

fn shuffled(seed: u64) -> Order {
    Order::Shuffled {
        key: Key::new(seed).purpose(Purpose::Shuffle),
    }
}

fn pixel() -> Normalization {
    Normalization {
        mean: vec![100.0],
        std: vec![50.0],
    }
}

fn collect(loader: &Loader, epoch: u64, first: usize) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut epoch = loader.epoch(epoch, first);
    while let Some(batch) = epoch.next_batch() {
        batches.push(batch.clone());
    }
    assert!(epoch.next_batch().is_none(), "an ended epoch stays ended");
    batches
}

#[test]
fn serves_every_sample_once_with_its_target_on_both_ways() {
    for width in [3, 784] {
        let loader = Loader::new(bytes(1000, width), &pixel(), 64, shuffled(1)).unwrap();
        let batches = collect(&loader, 0, 0);
        assert_eq!(batches.len(), loader.batches());
        assert_eq!(batches.last().unwrap().len(), 1000 % 64);
        let mut seen: Vec<u32> = batches.iter().flat_map(|b| b.indices.clone()).collect();
        seen.sort_unstable();
        assert!(seen.iter().enumerate().all(|(i, &s)| i as u32 == s));
        for batch in &batches {
            let Target::Classes(classes) = batch.target() else {
                panic!("classes")
            };
            for ((&i, &class), x) in batch.indices.iter().zip(classes).zip(batch.input().chunks(width)) {
                assert_eq!(class, i % 7);
                assert!(x.iter().all(|&x| (x - ((i % 251) as f32 - 100.0) / 50.0).abs() < 1e-6));
            }
        }
    }
}

#[test]
fn the_order_follows_from_seed_and_epoch_and_can_be_entered_anywhere() {
    for width in [3, 784] {
        let loader = |seed| Loader::new(bytes(500, width), &pixel(), 32, shuffled(seed)).unwrap();
        let order = |seed, epoch, first| -> Vec<u32> {
            collect(&loader(seed), epoch, first)
                .into_iter()
                .flat_map(|b| b.indices)
                .collect()
        };
        assert_eq!(order(1, 3, 0), order(1, 3, 0));
        assert_ne!(order(1, 3, 0), order(1, 4, 0));
        assert_ne!(order(1, 3, 0), order(2, 3, 0));
        assert_eq!(order(1, 3, 5), order(1, 3, 0)[5 * 32..]);
        assert_eq!(order(1, 3, 16), Vec::<u32>::new());
        assert_eq!(order(1, 3, usize::MAX), Vec::<u32>::new());
    }
}

#[test]
fn sequential_keeps_the_order() {
    let loader = Loader::new(bytes(100, 784), &pixel(), 32, Order::Sequential).unwrap();
    let order: Vec<u32> = collect(&loader, 9, 0).into_iter().flat_map(|b| b.indices).collect();
    assert_eq!(order, (0..100).collect::<Vec<_>>());
}

#[test]
fn buffers_are_used_again() {
    let loader = Loader::new(bytes(5000, 784), &pixel(), 64, Order::Sequential).unwrap();
    let mut epoch = loader.epoch(0, 0);
    let mut places = std::collections::BTreeSet::new();
    while let Some(batch) = epoch.next_batch() {
        places.insert(batch.input().as_ptr() as usize);
        let Values::F32(values) = &batch.inputs[0].values else {
            panic!("floats")
        };
        assert!(values.capacity() == 64 * 784, "a buffer has grown");
    }
    assert!(places.len() <= 3, "{} buffers", places.len());
}

#[test]
fn an_epoch_dropped_early_ends_its_thread() {
    let part = bytes(5000, 784);
    let loader = Loader::new(part.clone(), &pixel(), 64, Order::Sequential).unwrap();
    for served in 0..4 {
        let mut epoch = loader.epoch(0, 0);
        for _ in 0..served {
            epoch.next_batch();
        }
        drop(epoch);
        // The thread's clone of the part is gone with it.
        assert_eq!(Arc::strong_count(&part), 2);
    }
}

#[test]
fn values_can_be_standardized() {
    let (input, target) = (Floats::of(1, &[0.0, 1.0, 2.0]), Floats::of(1, &[10.0, 20.0, 30.0]));
    let part = Arc::new(Part::new(input, target, vec![0, 1, 2]));
    let n = Normalization {
        mean: vec![20.0],
        std: vec![10.0],
    };
    let raw = Loader::new(
        part,
        &Normalization {
            mean: vec![0.0],
            std: vec![1.0],
        },
        8,
        Order::Sequential,
    )
    .unwrap();
    let values = |loader: &Loader| collect(loader, 0, 0)[0].targets[0].as_floats().to_vec();
    assert_eq!(values(&raw), [10.0, 20.0, 30.0]);
    assert_eq!(values(&raw.normalize_targets(&n).unwrap()), [-1.0, 0.0, 1.0]);
}

#[test]
fn windows_of_a_text_come_with_what_follows_them_and_move_from_epoch_to_epoch() {
    // Longer batches than small ones are prepared on a thread.
    for length in [10, 200] {
        let windows = Windows::moving((0..60_000).collect(), length).unwrap();
        let samples = windows.len();
        let text = Arc::new(windows);
        let rows = (0..samples as u32).map(|i| i * length as u32).collect();
        let part = Arc::new(Part::new(Seen(text.clone()), Following(text), rows));
        let identity = Normalization::identity(&*part.inputs[0]);
        let loader = |order| Loader::new(part.clone(), &identity, 32, order).unwrap();
        let mut offsets = std::collections::BTreeSet::new();
        for (order, epochs) in [(Order::Sequential, 2), (shuffled(1), 12)] {
            let loader = loader(order);
            for epoch in 0..epochs {
                let mut starts = Vec::new();
                for batch in collect(&loader, epoch, 0) {
                    let Target::Classes(next) = batch.target() else {
                        panic!("tokens")
                    };
                    assert_eq!(next.len(), batch.input().len());
                    assert!(next.iter().zip(batch.input()).all(|(&next, &x)| next as f32 == x + 1.0));
                    let windows = batch.input().chunks_exact(length);
                    starts.extend(windows.map(|window| window[0] as usize));
                }
                starts.sort_unstable();
                let first = starts[0];
                assert!(starts.iter().enumerate().all(|(i, &start)| start == first + i * length));
                assert_eq!(starts.len(), samples);
                if matches!(order, Order::Sequential) {
                    assert_eq!(first, 0);
                } else {
                    offsets.insert(first);
                }
            }
        }
        assert!(offsets.len() > 4, "{offsets:?}");
        let again = |epoch, first| collect(&loader(shuffled(1)), epoch, first);
        assert_eq!(again(3, 5)[0].inputs, again(3, 0)[5].inputs);
    }
}

#[test]
fn texts_come_with_their_lengths_on_both_ways() {
    for capacity in [5, 500] {
        let length = |i: u32| (i as usize * 37) % (capacity + 1);
        let texts = (0..200).map(|i| vec![i + 1; length(i)]);
        let classes = (0..200).map(|i| i % 2).collect();
        let part = Part::new(
            Sequences::new(capacity, texts),
            Ids::classes(classes),
            (0..200).collect(),
        );
        let identity = Normalization::identity(&*part.inputs[0]);
        let loader = Loader::new(Arc::new(part), &identity, 16, shuffled(3)).unwrap();
        for batch in collect(&loader, 1, 0) {
            let lengths = batch.lengths().expect("texts have lengths");
            let samples = batch.indices.iter().zip(lengths).zip(batch.input().chunks(capacity));
            for ((&i, &own), x) in samples {
                assert_eq!(own as usize, length(i));
                let (text, rest) = x.split_at(own as usize);
                assert!(text.iter().all(|&x| x == i as f32 + 1.0) && rest.iter().all(|&x| x == 0.0));
            }
        }
    }
}

#[test]
fn nonsense_is_refused() {
    assert!(Loader::new(bytes(10, 3), &pixel(), 0, Order::Sequential).is_err());
    let two = Normalization {
        mean: vec![0.0; 2],
        std: vec![1.0; 2],
    };
    assert!(Loader::new(bytes(10, 3), &two, 4, Order::Sequential).is_err());
    let empty = Loader::new(bytes(0, 3), &pixel(), 4, Order::Sequential).unwrap();
    assert_eq!((empty.batches(), collect(&empty, 0, 0).len()), (0, 0));
}

/// What a sample becomes depends on the epoch and its place in the part alone: not on the batch, nor on where the
/// epoch is entered.
#[test]
fn augmentation_follows_the_sample() {
    use super::super::augment::Augmentation;
    let settings = serde_json::json!({"augment": [
        {"name": "random_crop", "settings": {"padding": 2, "fill": 0}},
        {"name": "horizontal_flip", "settings": {"p": 0.5}},
        {"name": "mixup", "settings": {"alpha": 0.4}},
    ]});
    let chosen = runner_declare::Chosen {
        name: "images".into(),
        settings: settings.as_object().unwrap().clone(),
    };
    let augmentation = Augmentation::of(&chosen, &[1, 28, 28], &[0.0], 7)
        .unwrap()
        .map(Arc::new);
    let bytes = (0..300 * 784u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8);
    let (images, classes) = (bytes.collect(), (0..300).map(|i| i % 7).collect());
    let part = Part::new(Bytes::new(784, images), Ids::classes(classes), (0..300).collect());
    let part = Arc::new(part);
    let served = |batch_size: usize, epoch: u64, first: usize| {
        let loader = Loader::new(part.clone(), &pixel(), batch_size, shuffled(7)).unwrap();
        let mut samples = std::collections::BTreeMap::new();
        for batch in collect(&loader.augment(augmentation.clone()), epoch, first) {
            let Target::Mixed(mixed) = batch.target() else {
                panic!("mixed")
            };
            assert!(matches!(batch.own_target(), Target::Classes(own) if own == mixed.classes));
            for (i, x) in batch
                .indices
                .iter()
                .zip(batch.input().chunks(784))
                .enumerate()
                .map(|(k, (i, x))| ((k, *i), x))
            {
                let bits: Vec<u32> = x.iter().map(|x| x.to_bits()).collect();
                samples.insert(i.1, (bits, mixed.others[i.0], mixed.shares[i.0].to_bits()));
            }
        }
        samples
    };
    let all = served(32, 3, 0);
    assert_eq!(all.len(), 300);
    // In batches that are prepared here and in such as a thread prepares.
    assert_eq!(all, served(5, 3, 0));
    assert_eq!(all, served(300, 3, 0));
    let rest = served(32, 3, 4);
    assert_eq!(rest.len(), 300 - 128);
    assert!(rest.iter().all(|(i, sample)| all[i] == *sample));
    assert!(
        served(32, 4, 0)
            .iter()
            .filter(|(i, sample)| all[*i] != **sample)
            .count()
            > 290
    );
}
