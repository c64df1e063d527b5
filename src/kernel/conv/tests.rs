//! Every way of computing a convolution against the plain sum in f64.

use std::cell::Cell;

use super::*;
use runner_ground::random::Key;

/// The axis across which a series is one row.
const ROW: Axis = Axis {
    image: 1,
    map: 1,
    kernel: 1,
    stride: 1,
    padding: 0,
    dilation: 1,
};

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
        layout: Layout::Planes,
    }
}

/// Calls `f(weight, pixel, place)` with the indices of each product.
fn products(g: &Geometry, samples: usize, mut f: impl FnMut(usize, usize, usize)) {
    let [vertical, horizontal] = g.axes;
    let seen = |axis: Axis, place: usize, tap: usize| {
        let pixel = (place * axis.stride + tap * axis.dilation).checked_sub(axis.padding)?;
        (pixel < axis.image).then_some(pixel)
    };
    let part = g.channels / g.groups;
    for (sample, output) in (0..samples).flat_map(|s| (0..g.outputs).map(move |o| (s, o))) {
        let first = output / (g.outputs / g.groups) * part;
        for (channel, tap) in (0..part).flat_map(|c| (0..g.taps()).map(move |t| (c, t))) {
            for place in 0..g.places() {
                let row = seen(vertical, place / horizontal.map, tap / horizontal.kernel);
                let column = seen(horizontal, place % horizontal.map, tap % horizontal.kernel);
                let (Some(row), Some(column)) = (row, column) else {
                    continue;
                };
                let pixel = row * horizontal.image + column;
                let at = |sample: usize, [channels, channel]: [usize; 2], [pixels, pixel]: [usize; 2]| match g.layout {
                    Layout::Planes => (sample * channels + channel) * pixels + pixel,
                    Layout::Pixels => (sample * pixels + pixel) * channels + channel,
                };
                f(
                    (output * part + channel) * g.taps() + tap,
                    at(sample, [g.channels, first + channel], [g.pixels(), pixel]),
                    at(sample, [g.outputs, output], [g.places(), place]),
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
        check(samples, geometry);
    }
}

/// Kernels, strides, padding and dilation of their own for each axis, channels and groups, all at random.
#[test]
fn whatever_the_geometry() {
    let (key, drawn) = (Key::new(1), Cell::new(0));
    let below = |n: usize| {
        drawn.set(drawn.get() + 1);
        (key.uniform(drawn.get()) * n as f32) as usize
    };
    let mut checked = 0;
    while checked < 400 {
        let groups = [1, 1, 2, 3][below(4)];
        // Multiples of 16 have ways of their own.
        let planes = || groups * if below(3) == 0 { 16 } else { 1 + below(7) };
        let (channels, outputs) = (planes(), planes());
        let axis = || {
            let (kernel, stride, dilation) = (1 + below(5), 1 + below(3), 1 + below(2));
            let (image, padding) = (1 + below(20), below(4));
            let room = (image + 2 * padding).checked_sub(dilation * (kernel - 1) + 1)?;
            Some(Axis {
                image,
                map: room / stride + 1,
                kernel,
                stride,
                padding,
                dilation,
            })
        };
        let Some((vertical, horizontal)) = axis().zip(axis()) else {
            continue;
        };
        let geometry = Geometry {
            channels,
            outputs,
            groups,
            axes: [vertical, horizontal],
            layout: Layout::Planes,
        };
        let pixels = Geometry {
            layout: Layout::Pixels,
            ..geometry
        };
        let series = Geometry {
            axes: [ROW, horizontal],
            ..pixels
        };
        check(1 + below(3), geometry);
        check(1 + below(3), pixels);
        check(1 + below(40), series);
        checked += 1;
    }
}

/// Maps, and the gradients of images and weights, against the plain sums.
fn check(samples: usize, geometry: Geometry) {
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
    let mut scratch = vec![f32::NAN; geometry.scratch(samples, 0)];
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
