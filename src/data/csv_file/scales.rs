//! Words that have an order which everybody knows.

/// An order that these words are known by, from the least to the greatest.
pub(super) fn known_order(words: &[String]) -> Option<Vec<String>> {
    const SCALES: [&[&str]; 9] = [
        &[
            "very low",
            "low",
            "lo",
            "med",
            "medium",
            "moderate",
            "hi",
            "high",
            "very high",
        ],
        &["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
        &["tiny", "small", "medium", "large", "huge"],
        &["never", "rarely", "sometimes", "often", "always"],
        &[
            "terrible",
            "poor",
            "fair",
            "average",
            "good",
            "very good",
            "excellent",
            "ideal",
        ],
        &["first", "second", "third", "fourth", "fifth"],
        &["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        &[
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ],
        &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    ];
    SCALES.iter().find_map(|scale| {
        let place = |word: &String| scale.iter().position(|other| *other == word.to_lowercase());
        let mut placed: Vec<(usize, &String)> = words
            .iter()
            .map(|word| Some((place(word)?, word)))
            .collect::<Option<_>>()?;
        placed.sort();
        Some(placed.into_iter().map(|(_, word)| word.clone()).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn scales_are_known_in_their_order() {
        assert_eq!(
            known_order(&words(&["High", "Low", "Medium"])).unwrap(),
            ["Low", "Medium", "High"]
        );
        assert_eq!(
            known_order(&words(&["huge", "small", "large"])).unwrap(),
            ["small", "large", "huge"]
        );
        assert!(known_order(&words(&["red", "low"])).is_none());
    }
}
