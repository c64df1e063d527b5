//! Why a file is no picture that is read, in words.

use zune_jpeg::errors::DecodeErrors;

/// How files begin that people take for pictures: where the mark stands, the mark, and what it is of.
const MARKS: [(usize, &[u8], &str); 15] = [
    (0, b"GIF8", "a GIF file"),
    (8, b"WEBP", "a WebP file"),
    (0, b"BM", "a BMP file"),
    (0, b"II*\0", "a TIFF file"),
    (0, b"MM\0*", "a TIFF file"),
    (4, b"ftypavi", "an AVIF file"),
    (4, b"ftypmif1", "a HEIC file"),
    (4, b"ftyphe", "a HEIC file"),
    (4, b"ftyp", "a film"),
    (0, b"\xff\x0a", "a JPEG XL file"),
    (4, b"JXL ", "a JPEG XL file"),
    (4, b"jP  ", "a JPEG 2000 file"),
    (0, b"\0\0\x01\0", "an icon file"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"%PDF", "a PDF file"),
];

/// What a file is that is neither PNG nor JPEG.
pub(super) fn other(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "an empty file".to_owned();
    }
    let starts = |at: usize, mark: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if let Some((.., what)) = MARKS.iter().find(|(at, mark, _)| starts(*at, mark)) {
        return format!("{what}: convert it to PNG or JPEG");
    }
    if bytes.iter().all(|&byte| byte == 0) {
        return "zeros alone: the file was not written whole".to_owned();
    }
    // A page that says that there is no such picture, say.
    let head = &bytes[..bytes.len().min(512)];
    let text = head
        .iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    let what = if text { "text" } else { "something else" };
    format!("neither a PNG nor a JPEG file, but {what}")
}

pub(super) fn png(error: &png::DecodingError) -> String {
    match error {
        png::DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "a PNG file that is cut off".to_owned()
        }
        error => format!("a damaged PNG file: {error}"),
    }
}

pub(super) fn jpeg(error: &DecodeErrors) -> String {
    match error {
        DecodeErrors::ExhaustedData | DecodeErrors::IoErrors(_) => "a JPEG file that is cut off".to_owned(),
        DecodeErrors::Unsupported(_) => {
            "a JPEG file that is packed in a rare way: save it again as an ordinary one".to_owned()
        }
        error => {
            let what = error.to_string();
            format!("a damaged JPEG file: {}", what.trim_matches('"'))
        }
    }
}
