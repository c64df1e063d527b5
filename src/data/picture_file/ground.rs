//! What pictures with transparency are laid over, and how many channels they have then.

/// What is behind a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// Nothing: alpha is left out, and colours are as they are stored, also where nobody sees them.
    None,
    /// This colour.
    Colour([u8; 3]),
}

/// A picture with alpha, laid over a ground; with it how many channels are left. In whole numbers, rounded to the
/// nearest.
pub(super) fn laid(pixels: &[u8], colours: usize, ground: Ground) -> (usize, Vec<u8>) {
    let stored = pixels.chunks_exact(colours + 1);
    let Ground::Colour(behind) = ground else {
        return (colours, stored.flat_map(|p| &p[..colours]).copied().collect());
    };
    let over = |c: u8, behind: u8, alpha: u8| {
        let sum = u32::from(c) * u32::from(alpha) + u32::from(behind) * u32::from(255 - alpha);
        // 255 is odd: no sum lies halfway.
        ((sum + 127) / 255) as u8
    };
    match (colours, behind) {
        (1, [grey, g, b]) if g == grey && b == grey => (1, stored.map(|p| over(p[0], grey, p[1])).collect()),
        (1, _) => (
            3,
            stored
                .flat_map(|p| behind.map(|behind| over(p[0], behind, p[1])))
                .collect(),
        ),
        _ => {
            let pixel = |p: &[u8]| [0, 1, 2].map(|k| over(p[k], behind[k], p[3]));
            (3, stored.flat_map(pixel).collect())
        }
    }
}

/// Grey to colours and back, by PIL's weights.
pub(super) fn converted(pixels: Vec<u8>, from: usize, to: usize) -> Vec<u8> {
    match (from, to) {
        (1, 3) => pixels.iter().flat_map(|&p| [p; 3]).collect(),
        (3, 1) => {
            let grey = |p: &[u8]| {
                let [r, g, b] = [p[0], p[1], p[2]].map(u32::from);
                ((r * 19_595 + g * 38_470 + b * 7_471 + 0x8000) >> 16) as u8
            };
            pixels.chunks_exact(3).map(grey).collect()
        }
        _ => pixels,
    }
}
