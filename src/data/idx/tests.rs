use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn header(dimensions: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|d| d.to_be_bytes()));
    bytes
}

fn message(bytes: &[u8]) -> String {
    decode(bytes, "f", bytes.len() as u64).unwrap_err().to_string()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn in_file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn reads_plain_and_packed() {
    let mut bytes = header(&[2, 1, 3]);
    bytes.extend([1, 2, 3, 4, 5, 6]);
    for (name, content) in [("a", bytes.clone()), ("a.gz", gz(&bytes))] {
        let (_folder, path) = in_file(name, &content);
        let idx = read(&path).unwrap();
        assert_eq!(idx.dimensions, [2, 1, 3]);
        assert_eq!(idx.values, [1, 2, 3, 4, 5, 6]);
    }
}

#[test]
fn every_mistake_has_its_byte() {
    assert!(message(b"").contains("byte 0: the header is cut off"));
    assert!(message(&[0, 0, 8]).contains("byte 3: the header is cut off"));
    assert!(message(&[0x89, 0x50, 8, 1]).contains("byte 0: not an IDX file"));
    assert!(message(&[0, 0, 0x0d, 1]).contains("byte 2: values of type 0x0d"));
    assert!(message(&[0, 0, 8, 0]).contains("byte 3: 0 dimensions"));
    assert!(message(&[0, 0, 8, 200]).contains("byte 3: 200 dimensions"));
    assert!(message(&[0, 0, 8, 2, 0, 0, 0, 1, 0]).contains("byte 9: the header is cut off"));
    let mut short = header(&[3]);
    short.extend([1, 2]);
    assert_eq!(message(&short), "f ends at byte 10; its header announces 11 bytes");
    short.extend([3, 4]);
    assert!(message(&short).contains("byte 11: the file goes on"));
}

#[test]
fn sizes_that_overflow_or_pass_the_cap_are_refused_before_any_memory() {
    for dimensions in [&[u32::MAX, u32::MAX, u32::MAX][..], &[u32::MAX; 4], &[1 << 20, 1 << 11]] {
        assert!(message(&header(dimensions)).contains("byte 4: the header announces"));
    }
    // Within the cap, but far more than the file can hold.
    let small = decode(&header(&[1 << 30])[..], "f", 8).unwrap_err().to_string();
    assert!(small.contains("ends at byte 8"), "{small}");
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut bytes = header(&[10]);
    bytes.resize(64 << 20, 0);
    let (_folder, path) = in_file("bomb.gz", &gz(&bytes));
    let before = std::time::Instant::now();
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains("byte 18: the file goes on"), "{error}");
    assert!(
        before.elapsed().as_millis() < 1000,
        "more than the announced bytes were unpacked"
    );
}

#[test]
fn unpacking_stops_one_byte_after_the_announced_size() {
    struct Counting(u64);
    impl std::io::Read for Counting {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(0);
            self.0 += buffer.len() as u64;
            Ok(buffer.len())
        }
    }
    let endless = Counting(0);
    let mut reader = std::io::Cursor::new(header(&[100])).chain(endless);
    let error = decode(&mut reader, "f", u64::MAX).unwrap_err().to_string();
    assert!(error.contains("goes on"), "{error}");
    assert!(reader.get_ref().1.0 <= 101);
}

#[test]
fn a_damaged_gzip_is_an_error() {
    let mut bytes = header(&[1000]);
    bytes.extend((0..1000u32).map(|i| (i * i) as u8));
    let whole = gz(&bytes);
    let (_a, cut) = in_file("cut.gz", &whole[..whole.len() / 2]);
    assert!(read(&cut).unwrap_err().to_string().contains("cut.gz: byte"));
    let mut flipped = whole.clone();
    let crc = flipped.len() - 6;
    flipped[crc] ^= 1;
    let (_b, path) = in_file("flipped.gz", &flipped);
    assert!(read(&path).is_err());
    let mut tail = whole;
    tail.extend(b"tail");
    let (_c, path) = in_file("tail.gz", &tail);
    assert!(read(&path).is_err());
}

#[test]
fn images_and_labels_must_match() {
    let images = Idx {
        dimensions: vec![2, 2, 2],
        values: vec![0; 8],
    };
    let labels = |values: &[u8]| Idx {
        dimensions: vec![values.len()],
        values: values.to_vec(),
    };
    let check = |labels: &Idx, side| {
        let paths = (Path::new("images"), Path::new("labels"));
        check_pair((&images, paths.0), (labels, paths.1), side, 10).map_err(|e| e.to_string())
    };
    check(&labels(&[0, 9]), 2).unwrap();
    assert!(
        check(&labels(&[0, 10]), 2)
            .unwrap_err()
            .contains("labels: byte 9: label 10, expected 0 to 9")
    );
    assert!(check(&labels(&[0]), 2).unwrap_err().contains("images holds 2 images"));
    assert!(check(&labels(&[0, 1]), 28).unwrap_err().contains("images: byte 4"));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..64), valid in any::<bool>()) {
        if valid && bytes.len() > 4 {
            let dimensions = 1 + bytes[4] % 4;
            bytes[..4].copy_from_slice(&[0, 0, 8, dimensions]);
        }
        let plain = decode(&bytes[..], "f", bytes.len() as u64);
        let _ = decode(MultiGzDecoder::new(&bytes[..]), "f", 1 << 20);
        if let Ok(idx) = plain {
            prop_assert_eq!(idx.values.len(), idx.dimensions.iter().product::<usize>());
        }
    }
}
