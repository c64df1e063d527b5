//! Rows of tables as they stand in the table: the cells that features were made from.

use runner_data::{ColumnInfo, Encoding};

/// The cells by their columns, as far as features are known; none where the columns are not those of a table.
pub(super) fn cells(columns: &[ColumnInfo], features: &[(String, f64)]) -> Vec<(String, String)> {
    let mut numbers = features;
    let mut cells = Vec::new();
    for column in columns {
        let width = match column {
            ColumnInfo::Category {
                encoding: Encoding::OneHot,
                categories,
                ..
            } => categories.len(),
            _ => 1,
        };
        let Some((own, rest)) = numbers.split_at_checked(width) else {
            break;
        };
        numbers = rest;
        cells.push(cell(column, own));
    }
    cells
}

/// What a column holds, from the numbers that were made of it.
fn cell(column: &ColumnInfo, numbers: &[(String, f64)]) -> (String, String) {
    /// A word that the training part did not have.
    const ANOTHER: &str = "(another)";
    let first = numbers.first().map(|(_, x)| *x);
    match column {
        ColumnInfo::Number { name, .. } => (name.clone(), first.map_or(String::new(), digits)),
        ColumnInfo::Category {
            name,
            encoding,
            categories,
            ..
        } => {
            let place = match encoding {
                Encoding::OneHot => numbers.iter().position(|(_, x)| *x == 1.0),
                Encoding::Ordinal => first.filter(|x| *x >= 0.0).map(|x| x as usize),
            };
            let word = place
                .and_then(|place| categories.get(place))
                .map_or(ANOTHER, String::as_str);
            (name.clone(), word.to_owned())
        }
    }
}

/// A number as short as it is; of one that has 32 bits the digits of those.
fn digits(x: f64) -> String {
    let single = x as f32;
    if f64::from(single) == x {
        single.to_string()
    } else {
        x.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let columns = [
            category("colour", Encoding::OneHot, &["red", "blue"]),
            number,
            category("size", Encoding::Ordinal, &["small", "large"]),
        ];
        let said = |numbers: &[f64]| {
            let features: Vec<_> = numbers.iter().map(|&x| ("f".to_owned(), x)).collect();
            cells(&columns, &features)
                .into_iter()
                .map(|(_, cell)| cell)
                .collect::<Vec<_>>()
        };
        assert_eq!(said(&[0.0, 1.0, f64::from(0.1f32), 0.0]), ["blue", "0.1", "small"]);
        assert_eq!(
            said(&[0.0, 0.0, 1_700_000_000.5, -1.0]),
            ["(another)", "1700000000.5", "(another)"]
        );
        assert_eq!(
            said(&[1.0, 0.0, f64::NAN]),
            ["red", "NaN"],
            "of many features only some are kept"
        );
        assert!(cells(&[], &[("f".to_owned(), 1.0)]).is_empty());
    }
}
