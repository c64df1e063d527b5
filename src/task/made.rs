//! What networks make: texts and pictures to look at.

use crate::error::{Error, Kind, Result};
use crate::report::Picture;
use crate::store::samples;

/// Something that a task made in an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it is, the same in each epoch, such as `from_noise` or `temperature_0.8`: a part of its file's name.
    pub name: String,
    /// What there is to see.
    pub content: Content,
}

/// A text or a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Becomes a .txt file.
    Text(String),
    /// Becomes a .png file.
    Picture(Picture),
}

impl Made {
    /// Its file's name in the run's folder, and the file's bytes.
    ///
    /// # Errors
    /// When the name cannot be that of a file, or the picture's size and bytes do not agree.
    pub fn into_file(self, epoch: u64) -> Result<(String, Vec<u8>)> {
        let wrong = |what: &str| Error::new(Kind::Failure, format!("the sample {:?} {what}", self.name));
        let (extension, bytes) = match self.content {
            Content::Text(ref text) => ("txt", text.clone().into_bytes()),
            Content::Picture(ref picture) => {
                let png = picture.to_png();
                (
                    "png",
                    png.ok_or_else(|| wrong("is no picture: its size and its bytes do not agree"))?,
                )
            }
        };
        let file = samples::file_name(epoch, &self.name, extension);
        Ok((file.ok_or_else(|| wrong("has a name that no file may have"))?, bytes))
    }
}
