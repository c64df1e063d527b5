//! Tiny Shakespeare (Karpathy 2015): 40,000 lines of the plays, and what may stand in for them.

use std::path::PathBuf;

use super::super::files::{Collection, RemoteFile};
use super::super::mnist;
use super::super::schema::{DataInfo, StandIn};
use super::super::{DataContext, Dataset, DatasetDef, Origin};
use super::characters::Alphabet;
use super::divide::{self, dataset, lengths, windows};
use super::settings::{RANDOM_OFFSET, SEQUENCE_LENGTH, Settings, TEST_SPLIT};
use super::{new_text, read, verses};
use runner_declare::{Chosen, Field, Kind, Presence, Section};
use runner_ground::error::Result;
use runner_ground::text::format;

const NAME: &str = "tiny_shakespeare";
const FILE: &str = "input.txt";
/// Characters of the file, each of which is a byte.
const CHARACTERS: usize = 1_115_394;
/// Its characters, 65, sorted. The stand-in has no others, so that a network fits both.
const ALPHABET: &str = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The dataset `tiny_shakespeare`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: NAME,
        doc: "Plays of Shakespeare, 1.1 million characters, 65 distinct ones (Karpathy 2015); downloaded once (1 MB).\n\
              Each sample is a window of characters; the end of the text is the test part, what comes before it the \
              validation part.",
        fields: &[SEQUENCE_LENGTH, RANDOM_OFFSET, TEST_SPLIT, STAND_IN],
        shorthand: None,
    },
    origin: Origin::Download(&FILES),
    describe,
    load,
    new_inputs: new_text,
};

const STAND_IN: Field = Field {
    key: "stand_in",
    doc: "What to train on where the file can neither be found nor downloaded; said in every result. Without it that is an error.",
    kind: Kind::Choice(&[(
        "verses",
        "Verses that a grammar makes up, of the same 65 characters: enough to learn spelling from.",
    )]),
    presence: Presence::Optional,
};

static FILES: Collection = Collection {
    folder: "tinyshakespeare",
    mirrors: &[
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/",
        "https://raw.githubusercontent.com/karpathy/char-rnn/refs/heads/master/data/tinyshakespeare/",
    ],
    files: &[RemoteFile {
        name: FILE,
        bytes: CHARACTERS as u64,
        sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        unpacked: None,
    }],
    ..Collection::EMPTY
};

fn alphabet() -> Alphabet {
    Alphabet::new(ALPHABET.chars().collect())
}

/// What it looks like; reads no file.
fn describe(chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    let settings = Settings::of(chosen)?;
    if context.use_stand_in {
        return Ok(standing_in(&settings)?.info);
    }
    let mut info = divide::info(NAME, alphabet().names(), &settings);
    info.rows = windows(lengths(CHARACTERS, &settings), &settings);
    info.notes = vec![format!("source: {}", context.folder.join(FILES.folder).display())];
    Ok(info)
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let settings = Settings::of(chosen)?;
    if context.use_stand_in {
        return standing_in(&settings);
    }
    let path: PathBuf = mnist::verified(&FILES, FILE, context)?;
    let mut loaded = dataset(NAME, &read(&path)?, &alphabet(), &settings)?;
    loaded.info.notes = describe(chosen, context)?.notes;
    Ok(loaded)
}

fn standing_in(settings: &Settings) -> Result<Dataset> {
    let text = verses::text();
    let mut loaded = dataset(NAME, &text, &alphabet(), settings)?;
    let characters = format::count(text.len() as u64);
    loaded.info.stand_in = Some(StandIn {
        name: "verses".into(),
        sentence: format!(
            "NOT {NAME}: {characters} characters of verses that a grammar made up stand in for it; \
             results cannot be compared with those on {NAME}"
        ),
    });
    loaded.info.notes = vec!["source: verses that a grammar made up (stand-in)".into()];
    Ok(loaded)
}
