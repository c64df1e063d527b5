use super::*;

const PLAIN: Window = Window {
    input: [5, 5],
    output: [2, 2],
    kernel: 2,
    stride: 2,
    padding: 0,
    dilation: 1,
};

#[test]
fn windows_that_fit_and_others() {
    assert!(PLAIN.fits());
    // Cut off at the end, as with ceil_mode.
    let output = [3, 3];
    assert!(Window { output, ..PLAIN }.fits());
    assert!(
        !Window {
            output: [4, 4],
            ..PLAIN
        }
        .fits()
    );
    assert!(
        !Window {
            output: [1, 2],
            ..PLAIN
        }
        .fits()
    );
    assert!(
        !Window {
            output: [0, 2],
            ..PLAIN
        }
        .fits()
    );
    assert!(!Window { kernel: 6, ..PLAIN }.fits());
    // A window of which every place lies in the padding.
    let dilated = Window {
        input: [1, 1],
        output: [1, 1],
        padding: 1,
        dilation: 2,
        ..PLAIN
    };
    assert!(!dilated.fits());
    assert!(
        Window {
            input: [3, 3],
            output: [2, 2],
            ..dilated
        }
        .fits()
    );
}

#[test]
fn a_nan_comes_through_and_the_first_of_equals_gets_the_gradient() {
    for (input, output) in [([2, 4], [1, 2]), ([2, 5], [1, 2])] {
        let window = Window { input, output, ..PLAIN };
        let mut x = vec![-1.0; input[0] * input[1]];
        x[input[1] + 2] = f32::NAN;
        let (mut y, mut kept) = ([0.0; 2], [0.0; 1]);
        window.max(&x, &mut y, &mut kept);
        assert!(y[0] == -1.0 && y[1].is_nan(), "{y:?}");
        let mut dx = vec![9.0; x.len()];
        window.max_backward(&[3.0, 4.0], &kept, &mut dx);
        let expected: Vec<f32> = (0..x.len())
            .map(|i| match i {
                0 => 3.0,
                i if i == input[1] + 2 => 4.0,
                _ => 0.0,
            })
            .collect();
        assert_eq!(dx, expected);
    }
}
