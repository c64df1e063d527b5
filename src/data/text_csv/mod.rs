//! Texts with labels, a row each in a CSV file, read character by character.

mod assemble;
mod fields;
mod messages;
mod new_texts;
mod rows;
pub(super) mod sms_spam;
mod vocabulary;

use super::{DataContext, Dataset, DatasetDef, Origin};
use assemble::Labelled;
use fields::Options;
use new_texts::new_texts;
use runner_declare::{Chosen, Section};
use runner_ground::error::{Error, Kind, Result};
use vocabulary::{MAX_CHARACTERS, Vocabulary};

/// The dataset `text_csv`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "text_csv",
        doc: "Texts with labels, a row each in a file of columns; each text is a sequence of characters.\n\
              Each character of the training part's texts has a number, from 2 on; any other character is 1, and 0 \
              stands behind a text's end. Layers such as `lstm` know where a text ends.",
        fields: fields::FIELDS,
        shorthand: None,
    },
    origin: Origin::File,
    describe: |chosen, context| load(chosen, context).map(|dataset| dataset.info),
    load,
    new_inputs: |path, info, chosen| new_texts(path, info, &Options::of(chosen)?.layout),
};

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let options = Options::of(chosen)?;
    let read = |path: &str| options.layout.rows(&context.resolve(path));
    let own = |path: &Option<String>| path.as_deref().map(read).transpose();
    let data = Labelled {
        main: read(&options.path)?,
        validation: own(&options.validation_path)?,
        test: own(&options.test_path)?,
    };
    let (file, blank) = (data.main.file.clone(), data.main.blank);
    let mut dataset = data.dataset("text_csv", options.max_length, context.seed, &options.splits, |texts| {
        let found = Vocabulary::of(texts.iter().copied());
        found.ok_or_else(|| {
            let message = format!(
                "{file}: more than {MAX_CHARACTERS} distinct characters, too many for a network that tells them apart"
            );
            Error::new(Kind::Data, message)
        })
    })?;
    let notes = &mut dataset.info.notes;
    notes.insert(1, options.layout.told());
    if blank > 0 {
        notes.push(format!("lines without a character, which are no rows: {blank}"));
    }
    Ok(dataset)
}

#[cfg(test)]
mod tests;
