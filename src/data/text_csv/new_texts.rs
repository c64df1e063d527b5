//! Texts that a trained network is to tell apart.

use std::path::Path;

use super::super::column::Sequences;
use super::super::inputs::Inputs;
use super::super::schema::DataInfo;
use super::rows::Layout;
use super::vocabulary::Vocabulary;
use runner_ground::error::Result;
use runner_ground::text::format;

/// The texts of a file that is written as the training's was; each is called by its row, from 0. Labels need not be
/// there.
///
/// # Errors
/// As [`Layout::texts`].
pub(super) fn new_texts(path: &Path, info: &DataInfo, layout: &Layout) -> Result<Inputs> {
    let rows = layout.texts(path)?;
    let vocabulary = Vocabulary::named(info.vocabulary().unwrap_or_default().to_vec());
    let room = info.width();
    let encoded: Vec<_> = rows.texts.iter().map(|text| vocabulary.encode(text, room)).collect();
    let unknown: usize = encoded.iter().map(|text| text.unknown).sum();
    let cut = encoded.iter().filter(|text| text.cut > 0).count();
    let names = (0..encoded.len()).map(|row| row.to_string()).collect();
    let texts = Sequences::new(room, encoded.into_iter().map(|text| text.tokens));
    let mut inputs = Inputs::unknown(names, texts);
    inputs.notes.push(layout.told());
    let mut note = |count: usize, what: String| {
        if count > 0 {
            inputs.notes.push(format!("{what}: {}", format::count(count as u64)));
        }
    };
    note(rows.blank, "lines without a character, which are no texts".to_owned());
    note(
        unknown,
        "characters that the training did not have, read as unknown".to_owned(),
    );
    note(cut, format!("texts of which only the first {room} characters are read"));
    Ok(inputs)
}
