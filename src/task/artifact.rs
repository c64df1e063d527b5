//! What networks make: texts and pictures to look at.

use serde::{Deserialize, Serialize};

use runner_ground::error::{Error, Kind, Result};
use runner_results::findings::Picture;
use runner_results::samples;

/// Something that a task made in an epoch, or was asked to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// What it is, the same in each epoch, such as `from_noise` or `temperature_0.8`: a part of its file's name.
    /// No two that are made at once share it.
    pub name: String,
    /// What there is to see.
    pub content: Content,
}

/// A text or a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Becomes a .txt file.
    Text(String),
    /// Becomes a .png file.
    Picture(Picture),
}

impl Artifact {
    /// Its file's name in the run's folder, and the file's bytes.
    ///
    /// # Errors
    /// When the name cannot be that of a file, or the picture's size and bytes do not agree.
    pub fn into_file(self, epoch: u64) -> Result<(String, Vec<u8>)> {
        let (extension, bytes) = self.encode()?;
        let file = samples::file_name(epoch, &self.name, extension);
        Ok((file.ok_or_else(|| self.no_file_name())?, bytes))
    }

    /// The same for a folder of its own: without the epoch.
    ///
    /// # Errors
    /// As [`Artifact::into_file`].
    pub fn into_own_file(self) -> Result<(String, Vec<u8>)> {
        let (extension, bytes) = self.encode()?;
        let plain = samples::is_plain(&self.name);
        let file = plain.then(|| format!("{}.{extension}", self.name));
        Ok((file.ok_or_else(|| self.no_file_name())?, bytes))
    }

    /// The extension of its file's name, and the file's bytes.
    fn encode(&self) -> Result<(&'static str, Vec<u8>)> {
        match &self.content {
            Content::Text(text) => Ok(("txt", text.clone().into_bytes())),
            Content::Picture(picture) => match picture.to_png() {
                Some(png) => Ok(("png", png)),
                None => Err(self.wrong("is no picture: its size and its bytes do not agree")),
            },
        }
    }

    fn no_file_name(&self) -> Error {
        self.wrong("has a name that no file may have")
    }

    fn wrong(&self, what: &str) -> Error {
        Error::new(Kind::Failure, format!("the sample {:?} {what}", self.name))
    }
}
