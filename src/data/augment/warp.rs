//! Images seen through a linear map: bilinear, with pixel centres at halves.

use super::Image;

/// Where each place of the new image lies in the old one: `[a, b, c]` gives x as `a x + b y + c`, the second row y.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map(pub [[f64; 3]; 2]);

/// Turning, stretching, slanting and moving, about the middle of an image; angles in degrees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion {
    /// Clockwise.
    pub angle: f64,
    /// To the right and down, in pixels.
    pub translate: [f64; 2],
    pub scale: f64,
    /// Along x and along y.
    pub shear: [f64; 2],
}

impl Motion {
    /// The map back from the moved image, as torchvision's `_get_inverse_affine_matrix`.
    pub(super) fn inverse(&self, height: usize, width: usize) -> Map {
        // libm's functions are the same to the bit on any machine.
        let [angle, sx, sy] = [self.angle, self.shear[0], self.shear[1]].map(f64::to_radians);
        let (cos, sin, slant) = (libm::cos(angle - sy), libm::sin(angle - sy), libm::tan(sx));
        let upright = libm::cos(sy);
        let a = cos / upright;
        let b = -cos * slant / upright - libm::sin(angle);
        let c = sin / upright;
        let d = -sin * slant / upright + libm::cos(angle);
        let [a, b, c, d] = [d, -b, -c, a].map(|x| x / self.scale);
        let [cx, cy] = [width as f64 / 2.0, height as f64 / 2.0];
        let (x, y) = (-cx - self.translate[0], -cy - self.translate[1]);
        Map([[a, b, a * x + b * y + cx], [c, d, c * x + d * y + cy]])
    }
}

/// Parts of a pixel that a place is rounded to: a power of two, and its logarithm.
const PART: i64 = 256;
const BITS: u32 = 8;

/// Replaces an image by what the map shows of it, `fill` where it shows nothing.
pub(super) fn warp(image: &mut Image, Map([across, down]): Map, fill: u8) {
    let (height, width) = (image.height, image.width);
    let plane = (height * width).max(1);
    image.remake_whole(|old, new| {
        for y in 0..height {
            let middle = y as f64 + 0.5;
            let (start_x, start_y) = (across[1] * middle + across[2], down[1] * middle + down[2]);
            for x in 0..width {
                let middle = x as f64 + 0.5;
                let place = Place::at(across[0] * middle + start_x, down[0] * middle + start_y);
                let planes = old.chunks_exact(plane).zip(new.chunks_exact_mut(plane));
                if place.is_inside(height, width) {
                    let corner = place.top as usize * width + place.left as usize;
                    for (old, new) in planes {
                        let [a, b] = [old[corner], old[corner + 1]];
                        let [c, d] = [old[corner + width], old[corner + width + 1]];
                        new[y * width + x] = place.mix([a, b, c, d]);
                    }
                } else {
                    let at = |old: &[u8], y: i64, x: i64| {
                        let there = (0..height as i64).contains(&y) && (0..width as i64).contains(&x);
                        if there {
                            old[y as usize * width + x as usize]
                        } else {
                            fill
                        }
                    };
                    let (top, left) = (place.top, place.left);
                    for (old, new) in planes {
                        let corners = [(top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)];
                        new[y * width + x] = place.mix(corners.map(|(y, x)| at(old, y, x)));
                    }
                }
            }
        }
    });
}

/// Between four pixels: the upper left one, and how far it lies from it, in parts.
struct Place {
    top: i64,
    left: i64,
    right: u32,
    bottom: u32,
}

impl Place {
    fn at(x: f64, y: f64) -> Self {
        let (x, y) = (fixed(x), fixed(y));
        Self {
            top: y >> BITS,
            left: x >> BITS,
            right: (x & (PART - 1)) as u32,
            bottom: (y & (PART - 1)) as u32,
        }
    }

    /// Whether all four pixels are in the image.
    fn is_inside(&self, height: usize, width: usize) -> bool {
        self.top >= 0 && self.left >= 0 && self.top + 1 < height as i64 && self.left + 1 < width as i64
    }

    fn mix(&self, [a, b, c, d]: [u8; 4]) -> u8 {
        let row = |a: u8, b: u8| u32::from(a) * (PART as u32 - self.right) + u32::from(b) * self.right;
        let sum = row(a, b) * (PART as u32 - self.bottom) + row(c, d) * self.bottom;
        ((sum + (1 << (2 * BITS - 1))) >> (2 * BITS)) as u8
    }
}

/// A place in parts of a pixel, from the middle of the first pixel on, rounded; far away is far enough.
fn fixed(at: f64) -> i64 {
    // Rounded down by the cast, which cuts off, since the number is not below zero; it saturates, so nothing wraps.
    const FAR: f64 = 1e9;
    (((at - 0.5) * PART as f64 + 0.5).clamp(-FAR, FAR) + FAR) as i64 - FAR as i64
}
