//! Samples as people see them, for the report: pictures and named features.

use runner_data::{ColumnInfo, DataInfo, Encoding, Part, StandIn, picture};
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

/// What the numbers of a sample are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Features {
    names: Vec<String>,
    columns: Vec<ColumnInfo>,
}

impl Features {
    pub(super) fn of(info: &DataInfo) -> Self {
        Self {
            names: info.features().unwrap_or_default().to_vec(),
            columns: info.columns.clone(),
        }
    }

    /// The cells of sample `i` by their columns, as the data has them; none where it is no row of a table.
    pub(super) fn cells(&self, part: &Part, i: usize) -> Vec<(String, String)> {
        let numbers = part.input().and_then(|input| input.numbers(i)).unwrap_or_default();
        let mut numbers = numbers.as_slice();
        let mut cells = Vec::new();
        for column in self.columns.iter().take(SHOWN) {
            let width = match column {
                ColumnInfo::Category {
                    encoding: Encoding::OneHot,
                    categories,
                    ..
                } => categories.len(),
                _ => 1,
            };
            let Some((own, rest)) = numbers.split_at_checked(width) else {
                return Vec::new();
            };
            numbers = rest;
            cells.push(cell(column, own));
        }
        cells
    }

    /// The named features of sample `i`, as they are in the data; none where features have no names, or are cells.
    pub(super) fn numbers(&self, part: &Part, i: usize) -> Vec<(String, f64)> {
        let values = part.input().and_then(|input| input.numbers(i));
        let values = values.filter(|_| self.cells(part, i).is_empty()).unwrap_or_default();
        self.names.iter().cloned().zip(values).take(SHOWN).collect()
    }
}

/// What a column holds, from the numbers that were made of it.
fn cell(column: &ColumnInfo, numbers: &[f64]) -> (String, String) {
    /// A word that the training part did not have.
    const ANOTHER: &str = "(another)";
    match column {
        ColumnInfo::Number { name, .. } => (name.clone(), numbers.first().map_or(String::new(), digits)),
        ColumnInfo::Category {
            name,
            encoding,
            categories,
            ..
        } => {
            let place = match encoding {
                Encoding::OneHot => numbers.iter().position(|&x| x == 1.0),
                Encoding::Ordinal => numbers.first().filter(|x| **x >= 0.0).map(|x| *x as usize),
            };
            let word = place
                .and_then(|place| categories.get(place))
                .map_or(ANOTHER, String::as_str);
            (name.clone(), word.to_owned())
        }
    }
}

/// A number as short as it is; of one that has 32 bits the digits of those.
fn digits(x: &f64) -> String {
    let single = *x as f32;
    if f64::from(single) == *x {
        single.to_string()
    } else {
        x.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner_data::column::{Floats, Ids};
    use runner_data::{FieldInfo, FieldKind};

    #[test]
    fn cells_are_what_stood_in_the_table() {
        let category = |name: &str, encoding, words: &[&str]| ColumnInfo::Category {
            name: name.to_owned(),
            encoding,
            categories: words.iter().map(|&word| word.to_owned()).collect(),
            fill: None,
        };
        let number = ColumnInfo::Number {
            name: "km".to_owned(),
            fill: None,
        };
        let columns = vec![
            category("colour", Encoding::OneHot, &["red", "blue"]),
            number,
            category("size", Encoding::Ordinal, &["small", "large"]),
        ];
        let features = Features {
            names: vec!["colour=red".to_owned()],
            columns,
        };
        let values = vec![0.0, 1.0, f64::from(0.1f32), 0.0, 0.0, 0.0, 1_700_000_000.5, -1.0];
        let part = Part::new(Floats::new(4, values), Ids::classes(vec![0, 0]), vec![0, 1]);
        let cells = |i| {
            features
                .cells(&part, i)
                .into_iter()
                .map(|(_, cell)| cell)
                .collect::<Vec<_>>()
        };
        assert_eq!(cells(0), ["blue", "0.1", "small"]);
        assert_eq!(cells(1), ["(another)", "1700000000.5", "(another)"]);
        assert!(features.numbers(&part, 0).is_empty());
        let field = FieldInfo::new(FieldKind::numbers(vec!["a".to_owned()]));
        let names = Features {
            names: field.kind.names().to_vec(),
            columns: Vec::new(),
        };
        assert_eq!(names.numbers(&part, 0), [("a".to_owned(), 0.0)]);
    }
}
