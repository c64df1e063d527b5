//! A name for data: equal digests mean that two trainings saw the same samples in the same splits.

use sha2::{Digest, Sha256};

use super::dataset::Part;
use super::schema::{DataInfo, FieldKind};

/// SHA-256 over shapes, inputs, targets and their division, as hex.
pub(super) fn digest(info: &DataInfo, parts: [Option<&Part>; 3]) -> String {
    let mut hash = Hasher(Sha256::new());
    for field in &info.inputs {
        hash.lengths(&field.kind.shape());
    }
    for field in &info.targets {
        let kind = match field.kind {
            FieldKind::Numbers { .. } => 0,
            FieldKind::Class(_) => 1,
            FieldKind::Tokens { .. } => 2,
            FieldKind::Image { .. } => 3,
        };
        hash.bytes(&[kind]);
        names(&mut hash, field.kind.names());
    }
    // What the numbers of tokens mean, where the targets have not said it.
    for field in &info.inputs {
        if let FieldKind::Tokens { vocabulary, .. } = &field.kind
            && info.next_tokens() != Some(vocabulary)
        {
            names(&mut hash, vocabulary);
        }
    }
    for part in parts {
        hash.bytes(&[part.is_some() as u8]);
        if let Some(part) = part {
            let numbers: usize = part.inputs.iter().map(|input| input.len() * input.width()).sum();
            hash.lengths(&[part.len(), numbers]);
            part.columns().for_each(|column| column.digest(&mut hash));
            hash.words(part.rows.iter().map(|row| row.to_le_bytes()));
        }
    }
    hex(&hash.0.finalize())
}

fn names(hash: &mut Hasher, names: &[String]) {
    for name in names {
        hash.lengths(&[name.len()]);
        hash.bytes(name.as_bytes());
    }
}

/// What columns add themselves to. Floats enter as little-endian bits of 32, lengths before contents, so that no two
/// different datasets write the same bytes.
pub struct Hasher(Sha256);

impl Hasher {
    /// Lengths or shapes.
    pub fn lengths(&mut self, lengths: &[usize]) {
        for &length in lengths {
            self.0.update((length as u64).to_le_bytes());
        }
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Numbers of 32 bits, through a buffer: hashing four bytes at a time is slow.
    pub fn words(&mut self, words: impl Iterator<Item = [u8; 4]>) {
        let mut buffer = [0u8; 4096];
        let mut used = 0;
        for word in words {
            buffer[used..used + 4].copy_from_slice(&word);
            used += 4;
            if used == buffer.len() {
                self.0.update(buffer);
                used = 0;
            }
        }
        self.0.update(&buffer[..used]);
    }
}

/// Bytes as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::super::assemble;
    use super::super::column::{Floats, Ids, Sequences};
    use super::*;

    fn part(values: &[f32], classes: &[u32]) -> Part {
        let rows = (0..classes.len() as u32).collect();
        let width = values.len() / classes.len().max(1);
        Part::new(Floats::of(width, values), Ids::classes(classes.to_vec()), rows)
    }

    fn numbers(width: usize) -> FieldKind {
        FieldKind::Numbers { width, names: None }
    }

    fn info(input: FieldKind, classes: &[&str]) -> DataInfo {
        let classes = classes.iter().map(|&class| class.to_owned()).collect();
        assemble::info("x", input, FieldKind::Class(classes))
    }

    #[test]
    fn notices_every_change() {
        let (a, b) = (part(&[1.0, 2.0], &[0, 1]), part(&[3.0], &[0]));
        let two = info(numbers(1), &["a", "b"]);
        let base = digest(&two, [Some(&a), Some(&b), None]);
        assert_eq!(base, digest(&two, [Some(&a), Some(&b), None]));
        let shaped = info(FieldKind::image([1, 1, 1]), &["a", "b"]);
        for changed in [
            digest(&two, [Some(&a), None, Some(&b)]),
            digest(&two, [Some(&part(&[1.0, 2.5], &[0, 1])), Some(&b), None]),
            digest(&two, [Some(&part(&[1.0, 2.0], &[1, 1])), Some(&b), None]),
            digest(&info(numbers(1), &["ab", ""]), [Some(&a), Some(&b), None]),
            digest(&shaped, [Some(&a), Some(&b), None]),
        ] {
            assert_ne!(base, changed);
        }
    }

    #[test]
    fn long_data_passes_the_buffer() {
        let long: Vec<f32> = (0..5000).map(|i| i as f32).collect();
        let mut changed = long.clone();
        changed[4999] += 1.0;
        let info = info(numbers(5000), &["a"]);
        let hash = |values: &[f32]| digest(&info, [Some(&part(values, &[0])), None, None]);
        assert_ne!(hash(&long), hash(&changed));
    }

    #[test]
    fn notices_where_texts_end_and_what_their_tokens_mean() {
        let hash = |texts: [Vec<u32>; 2], vocabulary: [&str; 3]| {
            let input = FieldKind::Tokens {
                vocabulary: vocabulary.map(str::to_owned).to_vec(),
                length: 4,
                ragged: true,
            };
            let part = Part::new(Sequences::new(4, texts), Ids::classes(vec![0, 0]), vec![0, 1]);
            digest(&info(input, &["a"]), [Some(&part), None, None])
        };
        let base = hash([vec![1, 2], vec![1]], ["", "x", "y"]);
        assert_ne!(base, hash([vec![1], vec![2, 1]], ["", "x", "y"]));
        assert_ne!(base, hash([vec![1, 2], vec![1]], ["", "y", "x"]));
    }
}
