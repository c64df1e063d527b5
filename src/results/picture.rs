//! A picture as a PNG within the page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::findings::Picture;

impl Picture {
    /// A PNG file; `None` where the picture's size and its bytes do not agree.
    pub fn to_png(&self) -> Option<Vec<u8>> {
        let color = match self.channels {
            1 => png::ColorType::Grayscale,
            2 => png::ColorType::GrayscaleAlpha,
            3 => png::ColorType::Rgb,
            4 => png::ColorType::Rgba,
            _ => return None,
        };
        let size = u64::from(self.width)
            .checked_mul(self.height.into())?
            .checked_mul(self.channels.into())?;
        if size != self.pixels.len() as u64 {
            return None;
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        // A width or height of zero is refused here.
        encoder.write_header().ok()?.write_image_data(&self.pixels).ok()?;
        Some(file)
    }
}

/// A PNG file as a `data:` address.
pub fn data_uri(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", BASE64.encode(png))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_reads_back_from_its_address() {
        let picture = Picture {
            width: 2,
            height: 1,
            channels: 3,
            pixels: vec![1, 2, 3, 250, 251, 252],
        };
        let uri = data_uri(&picture.to_png().unwrap());
        let bytes = BASE64
            .decode(uri.strip_prefix("data:image/png;base64,").unwrap())
            .unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = [0; 6];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels.as_slice(), picture.pixels);
    }

    #[test]
    fn a_picture_of_the_wrong_size_is_none() {
        for (width, height, channels, n) in [(2, 2, 1, 3), (0, 5, 1, 0), (1, 1, 5, 5), (u32::MAX, u32::MAX, 4, 0)] {
            let pixels = vec![0; n];
            let picture = Picture {
                width,
                height,
                channels,
                pixels,
            };
            assert_eq!(picture.to_png(), None);
        }
    }
}
