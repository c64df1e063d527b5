//! Two files of weights beside each other.

use std::path::Path;

use runner_ground::error::Result;
use runner_ground::files::tensors::{Numbers, Tensors};

/// What differs first between two files of weights whose bytes differ.
pub fn difference(name: &str, was: &[u8], now: &[u8]) -> Result<String> {
    let [was, now] = [was, now].map(|bytes| Tensors::from_bytes(bytes, Path::new(name)));
    let (was, now) = (was?, now?);
    let mut names: Vec<&str> = was.names().chain(now.names()).collect();
    names.sort_by_key(|name| natural(name));
    names.dedup();
    let differ = |name: &&str| match (was.find(name), now.find(name)) {
        (Ok(was), Ok(now)) => was.shape != now.shape || place(&was.numbers, &now.numbers).is_some(),
        _ => true,
    };
    let differing: Vec<&str> = names.iter().copied().filter(differ).collect();
    let Some(first) = differing.first() else {
        return Ok("what is said of the weights differs".to_owned());
    };
    let detail = match (was.find(first), now.find(first)) {
        (Ok(was), Ok(now)) if was.shape == now.shape => place(&was.numbers, &now.numbers).unwrap_or_default(),
        (Ok(was), Ok(now)) => format!(" has the shape {:?}, now {:?}", was.shape, now.shape),
        (Ok(_), Err(_)) => " is in the run alone".to_owned(),
        _ => " is in the new training alone".to_owned(),
    };
    let (count, all) = (differing.len(), names.len());
    Ok(format!("{count} of {all} tensors differ; first {first}{detail}"))
}

/// The first number that differs.
fn place(was: &Numbers, now: &Numbers) -> Option<String> {
    fn first<T: Copy + std::fmt::Debug>(was: &[T], now: &[T], same: impl Fn(T, T) -> bool) -> Option<String> {
        let index = was.iter().zip(now).position(|(&was, &now)| !same(was, now))?;
        Some(format!("[{index}]: was {:?}, now {:?}", was[index], now[index]))
    }
    match (was, now) {
        (Numbers::F32(was), Numbers::F32(now)) => first(was, now, |a, b| a.to_bits() == b.to_bits()),
        (Numbers::F64(was), Numbers::F64(now)) => first(was, now, |a, b| a.to_bits() == b.to_bits()),
        (Numbers::I64(was), Numbers::I64(now)) => first(was, now, |a, b| a == b),
        (Numbers::U8(was), Numbers::U8(now)) => first(was, now, |a, b| a == b),
        _ => Some(" holds another type of numbers".to_owned()),
    }
}

/// Sorts names as the network has its layers: `2.weight` before `10.weight`.
pub fn natural(name: &str) -> Vec<(u64, String)> {
    let part = |part: &str| (part.parse().unwrap_or(u64::MAX), part.to_owned());
    name.split('.').map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_the_first_layer_is_named() {
        let bytes = |second: f32| {
            let mut tensors = Tensors::new("");
            tensors.push("10.weight", &[1], vec![second]);
            tensors.push("2.weight", &[2], vec![1.0, second]);
            tensors.to_bytes().unwrap()
        };
        let told = difference("x", &bytes(1.5), &bytes(2.5)).unwrap();
        assert_eq!(told, "2 of 2 tensors differ; first 2.weight[1]: was 1.5, now 2.5");
        assert!(difference("x", b"", &bytes(1.0)).is_err());
    }
}
