//! SMS Spam Collection (Almeida, Gómez Hidalgo and Yamakami, 2011).

use super::super::csv_file::Dialect;
use super::super::files::{Collection, RemoteFile};
use super::super::schema::{DataInfo, StandIn};
use super::super::settings::{Splits, TEST_SPLIT};
use super::super::{DataContext, Dataset, DatasetDef, Origin, mnist, split};
use super::assemble::{Labelled, info};
use super::fields::MAX_LENGTH;
use super::messages;
use super::new_texts::new_texts;
use super::rows::Layout;
use super::vocabulary::Vocabulary;
use runner_declare::{Chosen, Field, Kind, Presence, Section};
use runner_ground::error::Result;

/// The dataset `sms_spam`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "sms_spam",
        doc: "5,574 short messages in English, 747 of them spam (Almeida et al. 2011, UCI), character by character.\n\
              Found in the data folder or downloaded; CC BY 4.0. Numbers of characters as in `text_csv`, but that they are \
              those of the whole file.",
        fields: &[MAX_LENGTH, TEST_SPLIT, STAND_IN],
        shorthand: None,
    },
    origin: Origin::Download(&FILES),
    describe,
    load,
    new_inputs: |path, info, _| new_texts(path, info, &layout()),
};

const NAME: &str = "sms_spam";
const FILE: &str = "SMSSpamCollection";
/// Messages of each class.
const MESSAGES: [usize; 2] = [4827, 747];
const CLASSES: [&str; 2] = ["ham", "spam"];

const STAND_IN: Field = Field {
    key: "stand_in",
    doc: "What to train on where the file can neither be found nor downloaded; said in every result. Without it that is an error.",
    kind: Kind::Choice(&[("messages", "2,000 messages that a grammar makes up, 280 of them spam.")]),
    presence: Presence::Optional,
};

static FILES: Collection = Collection {
    folder: "sms-spam",
    also: Some("sms_spam"),
    mirrors: &[
        "https://raw.githubusercontent.com/EvilPort2/Spam-Detection/7db41e876f8eabf658b11c073e9399228031c493/",
        "https://raw.githubusercontent.com/madiefication/SMS-Spam-Detection/533cd511212b75824267fe26b9df503149569bf6/",
    ],
    files: &[RemoteFile {
        name: FILE,
        bytes: 477_907,
        sha256: "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
        unpacked: None,
    }],
    ..Collection::EMPTY
};

/// The file's characters, sorted.
pub(super) const CHARACTERS: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_abcdefghijklmnopqrstuvwxyz|~\u{91}\u{92}\u{93}\u{94}\u{96}\u{a1}\u{a3}\u{bb}\u{c9}\u{dc}\u{e8}\u{e9}\u{ec}\u{fa}\u{fc}\u{2013}\u{2014}\u{2018}\u{2019}\u{201c}\u{2026}\u{253e}\u{3028}\u{9225}";

/// How the file is written: `label<TAB>text`, and a quote is a character like any other.
fn layout() -> Layout {
    Layout {
        text: 1.into(),
        label: 0.into(),
        dialect: Dialect {
            delimiter: b'\t',
            quotes: false,
        },
        asks: false,
        header: false,
    }
}

fn room(chosen: &Chosen) -> usize {
    let length = chosen.settings.get("max_length").and_then(|length| length.as_u64());
    length.unwrap_or(1) as usize
}

/// What it looks like; where the file is not there, what is known without it.
fn describe(chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    if context.use_stand_in || FILES.suffices(&context.folder) {
        return load(chosen, context).map(|dataset| dataset.info);
    }
    outline(chosen, context)
}

fn outline(chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    let splits = Splits::of(chosen)?;
    let mut info = info(NAME, &vocabulary(), CLASSES.map(str::to_owned).to_vec(), room(chosen));
    let messages = if context.use_stand_in {
        info.stand_in = Some(StandIn {
            name: "messages".into(),
            sentence: format!(
                "NOT {NAME}: 2,000 messages that a grammar made up stand in for it; results cannot be compared with \
                 those on {NAME}"
            ),
        });
        info.notes = vec!["source: messages that a grammar made up (stand-in)".into()];
        messages::COUNTS
    } else {
        info.notes = vec![format!("source: {}", FILES.place(&context.folder).display())];
        MESSAGES
    };
    let all = messages.iter().sum();
    let test = split::size(all, splits.test_split);
    let validation = split::size(all - test, splits.validation_split);
    info.rows = [all - test - validation, validation, test];
    Ok(info)
}

fn vocabulary() -> Vocabulary {
    Vocabulary::new(CHARACTERS.chars())
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let main = if context.use_stand_in {
        messages::rows()
    } else {
        layout().rows(&mnist::verified(&FILES, FILE, context)?)?
    };
    let data = Labelled {
        main,
        validation: None,
        test: None,
    };
    let splits = Splits::of(chosen)?;
    let mut loaded = data.dataset(NAME, room(chosen), context.seed, &splits, |_| Ok(vocabulary()))?;
    // Of the notes the first says what is known already; the others, that texts were cut.
    let own = loaded.info.notes.split_off(1);
    let described = outline(chosen, context)?;
    loaded.info.stand_in = described.stand_in;
    loaded.info.notes = [described.notes, own].concat();
    Ok(loaded)
}
