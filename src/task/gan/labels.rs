//! Inputs with the class after them.

/// Rows of `width` numbers followed by one number for each of `classes` classes: 1 for the row's own, else 0.
pub(super) fn join(rows: &[f32], width: usize, labels: &[u32], classes: usize, out: &mut [f32]) {
    let rows = rows.chunks_exact(width).zip(labels);
    for ((row, &label), out) in rows.zip(out.chunks_exact_mut(width + classes)) {
        let (numbers, one_hot) = out.split_at_mut(width);
        numbers.copy_from_slice(row);
        one_hot.fill(0.0);
        if let Some(place) = one_hot.get_mut(label as usize) {
            *place = 1.0;
        }
    }
}

/// The first `width` numbers of rows that [`join`] made, close together.
pub(super) fn part(rows: &[f32], width: usize, classes: usize, out: &mut [f32]) {
    let rows = rows.chunks_exact(width + classes);
    for (row, out) in rows.zip(out.chunks_exact_mut(width)) {
        out.copy_from_slice(&row[..width]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_and_parted() {
        let mut joined = [9.0; 10];
        join(&[1.0, 2.0, 3.0, 4.0], 2, &[2, 0], 3, &mut joined);
        assert_eq!(joined, [1.0, 2.0, 0.0, 0.0, 1.0, 3.0, 4.0, 1.0, 0.0, 0.0]);
        let mut parted = [9.0; 4];
        part(&joined, 2, 3, &mut parted);
        assert_eq!(parted, [1.0, 2.0, 3.0, 4.0]);
    }
}
