//! A name for data: equal digests mean that two trainings saw the same samples in the same splits.

use sha2::{Digest, Sha256};

use super::table::{Features, Part, TargetInfo, Targets};

/// SHA-256 over shapes, features, targets and their division, as hex. Floats enter as little-endian
/// bits, lengths before contents, so that no two different datasets write the same bytes.
pub(super) fn digest(input: &[usize], target: &TargetInfo, parts: [Option<&Part>; 3]) -> String {
    let mut hash = Sha256::new();
    lengths(&mut hash, input);
    let (kind, names) = match target {
        TargetInfo::Values(names) => (0u8, names),
        TargetInfo::Classes(names) => (1, names),
        TargetInfo::Characters(names) => (2, names),
    };
    hash.update([kind]);
    for name in names {
        lengths(&mut hash, &[name.len()]);
        hash.update(name.as_bytes());
    }
    for part in parts {
        hash.update([part.is_some() as u8]);
        if let Some(part) = part {
            add_part(&mut hash, part);
        }
    }
    hex(&hash.finalize())
}

fn add_part(hash: &mut Sha256, part: &Part) {
    lengths(hash, &[part.len(), part.features.len()]);
    match &part.features {
        Features::Bytes(values) => hash.update(values),
        Features::Floats(values) => floats(hash, values),
        Features::Windows(text) => {
            lengths(hash, &[text.length(), text.places(), text.tokens().len()]);
            let tokens = text.tokens().iter().map(|&token| u32::from(token).to_le_bytes());
            words(hash, tokens);
        }
    }
    match &part.targets {
        Targets::Classes(classes) => words(hash, classes.iter().map(|c| c.to_le_bytes())),
        Targets::Values { values, .. } => floats(hash, values),
        Targets::Following { .. } => {}
        Targets::Tokens { tokens, .. } => words(hash, tokens.iter().map(|token| token.to_le_bytes())),
    }
    words(hash, part.rows.iter().map(|r| r.to_le_bytes()));
}

fn lengths(hash: &mut Sha256, lengths: &[usize]) {
    for &length in lengths {
        hash.update((length as u64).to_le_bytes());
    }
}

fn floats(hash: &mut Sha256, values: &[f32]) {
    words(hash, values.iter().map(|x| x.to_le_bytes()));
}

/// Through a buffer: hashing four bytes at a time is slow.
fn words(hash: &mut Sha256, words: impl Iterator<Item = [u8; 4]>) {
    let mut buffer = [0u8; 4096];
    let mut used = 0;
    for word in words {
        buffer[used..used + 4].copy_from_slice(&word);
        used += 4;
        if used == buffer.len() {
            hash.update(buffer);
            used = 0;
        }
    }
    hash.update(&buffer[..used]);
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
    use super::*;

    fn part(values: &[f32], classes: &[u32]) -> Part {
        Part {
            features: Features::Floats(values.to_vec()),
            targets: Targets::Classes(classes.to_vec()),
            rows: (0..classes.len() as u32).collect(),
        }
    }

    #[test]
    fn notices_every_change() {
        let target = TargetInfo::Classes(vec!["a".into(), "b".into()]);
        let (a, b) = (part(&[1.0, 2.0], &[0, 1]), part(&[3.0], &[0]));
        let base = digest(&[1], &target, [Some(&a), Some(&b), None]);
        assert_eq!(base, digest(&[1], &target, [Some(&a), Some(&b), None]));
        let other = TargetInfo::Classes(vec!["ab".into(), String::new()]);
        for changed in [
            digest(&[1], &target, [Some(&a), None, Some(&b)]),
            digest(&[1], &target, [Some(&part(&[1.0, 2.5], &[0, 1])), Some(&b), None]),
            digest(&[1], &target, [Some(&part(&[1.0, 2.0], &[1, 1])), Some(&b), None]),
            digest(&[1], &other, [Some(&a), Some(&b), None]),
            digest(&[1, 1], &target, [Some(&a), Some(&b), None]),
        ] {
            assert_ne!(base, changed);
        }
    }

    #[test]
    fn long_data_passes_the_buffer() {
        let target = TargetInfo::Values(vec!["y".into()]);
        let long: Vec<f32> = (0..5000).map(|i| i as f32).collect();
        let mut changed = long.clone();
        changed[4999] += 1.0;
        let hash = |values: &[f32]| digest(&[1], &target, [Some(&part(values, &[0])), None, None]);
        assert_ne!(hash(&long), hash(&changed));
    }
}
