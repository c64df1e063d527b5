//! Every way of computing a convolution against the plain sum in f64.

use super::*;

fn square(channels: usize, outputs: usize, [image, kernel, stride, padding]: [usize; 4]) -> Geometry {
    rectangle(channels, outputs, [image, image], [kernel, stride, padding])
}

fn rectangle(channels: usize, outputs: usize, image: [usize; 2], [kernel, stride, padding]: [usize; 3]) -> Geometry {
    Geometry {
        channels,
        outputs,
        groups: 1,
        axes: image.map(|image| Axis {
            image,
            map: (image + 2 * padding - kernel) / stride + 1,
            kernel,
            stride,
            padding,
            dilation: 1,
        }),
    }
}

/// Calls `f(weight, pixel, place)` with the indices of each product.
fn products(g: &Geometry, samples: usize, mut f: impl FnMut(usize, usize, usize)) {
    let [vertical, horizontal] = g.axes;
    let seen = |axis: Axis, place: usize, tap: usize| {
        let pixel = (place * axis.stride + tap).checked_sub(axis.padding)?;
        (pixel < axis.image).then_some(pixel)
    };
    for (sample, output) in (0..samples).flat_map(|s| (0..g.outputs).map(move |o| (s, o))) {
        for (channel, tap) in (0..g.channels).flat_map(|c| (0..g.taps()).map(move |t| (c, t))) {
            for place in 0..g.places() {
                let row = seen(vertical, place / horizontal.map, tap / horizontal.kernel);
                let column = seen(horizontal, place % horizontal.map, tap % horizontal.kernel);
                let (Some(row), Some(column)) = (row, column) else {
                    continue;
                };
                f(
                    (output * g.channels + channel) * g.taps() + tap,
                    (sample * g.channels + channel) * g.pixels() + row * horizontal.image + column,
                    (sample * g.outputs + output) * g.places() + place,
                );
            }
        }
    }
}

/// No number may differ by more than the terms of a sum of f32 explain.
fn assert_near(what: &str, g: &Geometry, ours: &[f32], exact: &[[f64; 2]]) {
    for (i, (&ours, &[sum, size])) in ours.iter().zip(exact).enumerate() {
        let difference = (f64::from(ours) - sum).abs();
        assert!(
            difference <= 1e-6 * size + 1e-6,
            "{what}[{i}] of {g:?}: {ours}, not {sum}"
        );
    }
}

#[test]
fn every_way_computes_the_same_sums() {
    for (samples, geometry) in [
        (3, square(16, 16, [32, 3, 1, 1])),
        (3, square(16, 32, [16, 3, 1, 1])),
        (5, square(32, 16, [8, 3, 1, 1])),
        (9, square(16, 64, [8, 3, 1, 1])),
        (3, square(80, 64, [8, 3, 1, 1])),
        (2, square(16, 16, [4, 3, 1, 1])),
        (2, rectangle(16, 16, [6, 32], [3, 1, 1])),
        (2, rectangle(16, 16, [2, 64], [3, 1, 1])),
        (2, rectangle(16, 16, [10, 16], [3, 1, 1])),
        (2, square(16, 16, [7, 3, 1, 1])),
        (2, square(16, 16, [16, 3, 1, 0])),
        (3, square(16, 32, [32, 3, 2, 1])),
        (3, square(32, 16, [16, 3, 2, 1])),
        (2, square(16, 16, [15, 3, 2, 1])),
        (3, square(16, 32, [32, 1, 2, 0])),
        (3, square(32, 16, [16, 1, 2, 0])),
        (2, square(16, 32, [8, 1, 1, 0])),
        (2, square(3, 16, [32, 3, 1, 1])),
        (2, square(5, 6, [9, 5, 1, 2])),
    ] {
        let numbers = |n: usize, shift: f32| -> Vec<f32> {
            (0..n)
                .map(|i| ((i as f32 * 0.7311 + shift).sin() * 12.9898).sin())
                .collect()
        };
        let (weights, image) = (
            numbers(geometry.weights(), 0.1),
            numbers(samples * geometry.image(), 0.2),
        );
        let mut map = vec![9.0; samples * geometry.map()];
        let mut dmap = numbers(map.len(), 0.3);
        let mut scratch = vec![0.0; geometry.scratch(samples, 0)];
        geometry.forward(&weights, &image, &mut map, &mut scratch, &|_| {});
        let mut gradient = vec![0.0; weights.len()];
        let mut dimage = vec![9.0; image.len()];
        geometry.back_from_map(
            &weights,
            &image,
            &mut dmap,
            Some(&mut dimage),
            [&mut gradient, &mut []],
            &mut scratch,
            &|_, _, _| {},
        );
        let mut exact = [
            vec![[0.0; 2]; map.len()],
            vec![[0.0; 2]; image.len()],
            vec![[0.0; 2]; weights.len()],
        ];
        products(&geometry, samples, |weight, pixel, place| {
            let [w, x, dy] = [weights[weight], image[pixel], dmap[place]].map(f64::from);
            for (sums, at, term) in [(0, place, w * x), (1, pixel, w * dy), (2, weight, x * dy)] {
                exact[sums][at][0] += term;
                exact[sums][at][1] += term.abs();
            }
        });
        assert_near("map", &geometry, &map, &exact[0]);
        assert_near("image", &geometry, &dimage, &exact[1]);
        assert_near("weights", &geometry, &gradient, &exact[2]);
    }
}
