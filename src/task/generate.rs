//! What the networks of a finished run can be asked to make.

use serde::{Deserialize, Serialize};

use runner_ground::error::{Error, Kind, Result};

/// What is asked for. A task fills in what is not said, and refuses what it cannot heed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    /// How many texts or pictures.
    pub count: Option<usize>,
    /// Whatever is random follows from it.
    pub seed: u64,
    /// How bold a text's choices are; 0 takes the likeliest character each time.
    pub temperature: Option<f64>,
    /// Characters of a text.
    pub length: Option<usize>,
    /// How a text begins.
    pub prompt: Option<String>,
}

impl Generate {
    /// Refuses what only texts have.
    ///
    /// # Errors
    /// [`Kind::Usage`], with the option's name.
    pub fn of_pictures(&self) -> Result<()> {
        let of_texts = [
            ("--temperature", self.temperature.is_some()),
            ("--length", self.length.is_some()),
            ("--prompt", self.prompt.is_some()),
        ];
        match of_texts.iter().find(|(_, given)| *given) {
            Some((option, _)) => Err(Error::new(
                Kind::Usage,
                format!("{option} is for texts, but this run's network makes pictures"),
            )),
            None => Ok(()),
        }
    }
}

/// What a task says whose networks make nothing.
pub fn makes_nothing() -> Error {
    Error::new(Kind::Usage, "the networks of this task make neither texts nor pictures")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_nothing_that_only_texts_have() {
        let plain = Generate {
            count: Some(3),
            seed: 7,
            ..Generate::default()
        };
        assert!(plain.of_pictures().is_ok());
        let prompted = Generate {
            prompt: Some("x".to_owned()),
            ..plain
        };
        let error = prompted.of_pictures().unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.to_string().contains("--prompt"), "{error}");
    }
}
