//! "Did you mean": the known word that a misspelt one probably was.

/// The candidate that is at most a third of the word's letters away; the first of the nearest.
///
/// ```
/// use runner_ground::text::closest;
/// assert_eq!(closest("epocs", &["epochs", "batch_size"]), Some("epochs"));
/// assert_eq!(closest("colour", &["epochs", "batch_size"]), None);
/// assert_eq!(closest("z", &["a", "y"]), None);
/// ```
#[must_use]
pub fn closest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let length = word.chars().count();
    if length > 64 {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    let allowed = (length / 3).max(1);
    candidates
        .iter()
        .map(|candidate| {
            (
                strsim::osa_distance(&word, &candidate.to_lowercase().replace('-', "_")),
                *candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= allowed && *distance < length.max(candidate.chars().count()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
