//! Samples as people see them, for the report: pictures and named features.

use runner_data::{Part, StandIn, picture};
use runner_results::findings::Picture;

/// As many features as are shown of a sample.
const SHOWN: usize = 40;

/// The columns of predictions.csv that say which sample a row is about.
pub(super) fn origin_header(part: Option<&Part>, stand_in: Option<&StandIn>) -> Vec<String> {
    let file = part.filter(|part| !part.names.is_empty()).map(|_| "file");
    let marker = stand_in.map(|_| "stand_in");
    let columns = ["index", "row"].into_iter().chain(file).chain(marker);
    columns.map(str::to_owned).collect()
}

/// What they hold for sample `i`: its place in the test part, its place in the source, its file, what stands in.
pub(super) fn origin_cells(part: Option<&Part>, stand_in: Option<&StandIn>, i: u32) -> Vec<String> {
    let row = part.and_then(|part| row_of(part, i as usize));
    let row = row.map(|row| row.to_string()).unwrap_or_default();
    let marker = stand_in.map(|stand_in| stand_in.name.clone());
    let file = part.and_then(|part| name_of(part, i as usize));
    [i.to_string(), row].into_iter().chain(file).chain(marker).collect()
}

/// What sample `i` is called, where samples have names.
pub(super) fn name_of(part: &Part, i: usize) -> Option<String> {
    part.names.get(i).cloned()
}

/// Where sample `i` stands in its source.
pub(super) fn row_of(part: &Part, i: usize) -> Option<u32> {
    part.rows.get(i).copied()
}

/// The numbers to be predicted for sample `i`, as they are in the data.
pub(super) fn targets_of(part: &Part, i: usize) -> Option<Vec<f64>> {
    part.target()?.numbers(i)
}

/// Sample `i` as a picture, if it is one.
pub(super) fn picture_of(part: &Part, input: &[usize], i: usize) -> Option<Picture> {
    let found = picture(part, input, i)?;
    Some(Picture {
        width: u32::try_from(found.width).ok()?,
        height: u32::try_from(found.height).ok()?,
        channels: u32::try_from(found.channels).ok()?,
        pixels: found.pixels,
    })
}

/// Sample `i` as a text, if it is one.
pub(super) fn text_of(part: &Part, vocabulary: &[String], i: usize) -> Option<String> {
    let tokens = part.input()?.tokens(i)?;
    let token = |&token: &u32| vocabulary.get(token as usize).map(String::as_str);
    Some(tokens.iter().filter_map(token).collect())
}

/// The named features of sample `i`, as they are in the data; none where features have no names.
pub(super) fn features_of(part: &Part, names: Option<&[String]>, i: usize) -> Vec<(String, f64)> {
    let values = part.input().and_then(|input| input.numbers(i));
    let (Some(names), Some(values)) = (names, values) else {
        return Vec::new();
    };
    names.iter().cloned().zip(values).take(SHOWN).collect()
}
