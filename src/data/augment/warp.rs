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
    image.remake(|_, old, new| {
        for (y, row) in new.chunks_exact_mut(width.max(1)).enumerate() {
            let middle = y as f64 + 0.5;
            let (start_x, start_y) = (across[1] * middle + across[2], down[1] * middle + down[2]);
            for (x, new) in row.iter_mut().enumerate() {
                let middle = x as f64 + 0.5;
                let (x, y) = (fixed(across[0] * middle + start_x), fixed(down[0] * middle + start_y));
                *new = bilinear(old, height, width, x, y, fill);
            }
        }
    });
}

/// A place in parts of a pixel, from the middle of the first pixel on. A cast saturates, so nothing wraps.
fn fixed(at: f64) -> i64 {
    ((at - 0.5) * PART as f64 + 0.5).clamp(-1e12, 1e12).floor() as i64
}

#[inline]
fn bilinear(old: &[u8], height: usize, width: usize, x: i64, y: i64, fill: u8) -> u8 {
    let (left, top) = (x >> BITS, y >> BITS);
    let (right, bottom) = ((x & (PART - 1)) as u32, (y & (PART - 1)) as u32);
    let at = |y: i64, x: i64| -> u32 {
        let is_inside = (0..height as i64).contains(&y) && (0..width as i64).contains(&x);
        u32::from(if is_inside {
            old[y as usize * width + x as usize]
        } else {
            fill
        })
    };
    let row = |y: i64| at(y, left) * (PART as u32 - right) + at(y, left + 1) * right;
    let sum = row(top) * (PART as u32 - bottom) + row(top + 1) * bottom;
    ((sum + (1 << (2 * BITS - 1))) >> (2 * BITS)) as u8
}
