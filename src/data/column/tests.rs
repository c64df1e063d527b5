use super::*;

/// Columns of the same ten samples, each with what identifies a sample.
fn columns() -> Vec<Box<dyn Column>> {
    let text = std::sync::Arc::new(Windows::fixed((0..41).collect(), 4).unwrap());
    vec![
        Box::new(Bytes::new(2, (0..20).collect())),
        Box::new(Floats::new(2, (0..20).map(f64::from).collect())),
        Box::new(Ids::classes((0..10).collect())),
        Box::new(Sequences::new(5, (0..10).map(|i| vec![i + 1; i as usize % 6]))),
        Box::new(Seen(text.clone())),
        Box::new(Following(text)),
    ]
}

fn filled(column: &dyn Column, rows: &[u32]) -> Lane {
    let mut lane = column.lane(rows.len());
    column.fill(&At::default(), rows, &mut lane);
    lane
}

#[test]
fn each_kind_keeps_its_samples_whole_when_it_is_divided() {
    for mut column in columns().into_iter().take(4) {
        assert_eq!(column.len(), 10);
        let (odd, even): (Vec<u32>, Vec<u32>) = (0..10).partition(|i| i % 2 == 1);
        let wanted = [&odd, &even].map(|rows| filled(&*column, rows));
        let taken = column.gather(&odd);
        column.retain(&even);
        let places: Vec<u32> = (0..5).collect();
        assert_eq!(wanted, [&taken, &column].map(|column| filled(&**column, &places)));
    }
}

#[test]
fn a_lane_is_filled_again_within_its_capacity() {
    for column in columns() {
        let mut lane = column.lane(4);
        column.fill(&At::default(), &[1, 2, 3, 4], &mut lane);
        let place = (lane.as_floats().as_ptr(), lane.as_ids().as_ptr(), lane.lengths.as_ptr());
        column.fill(&At::default(), &[9, 0], &mut lane);
        assert_eq!(lane, filled(&*column, &[9, 0]), "{column:?}");
        column.fill(&At::default(), &[5, 6, 7, 8], &mut lane);
        assert_eq!(
            place,
            (lane.as_floats().as_ptr(), lane.as_ids().as_ptr(), lane.lengths.as_ptr())
        );
        assert_eq!(lane.width, column.width());
    }
}
