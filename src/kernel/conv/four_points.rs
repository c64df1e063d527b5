//! F(4×4, 3×3) along one axis, for the numbers in the lanes of registers; the points are oneDNN's.

use std::arch::x86_64::*;

use super::kernels::{FAR, NEAR};

const A: f32 = NEAR;
const B: f32 = FAR;
/// Squares.
const AA: f32 = A * A;
const BB: f32 = B * B;

/// `Bᵀ d`.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn input_along(d: [__m512; 6]) -> [__m512; 6] {
    let by = |x: f32| _mm512_set1_ps(x);
    let ends = |a, b, c| _mm512_fmadd_ps(by(AA * BB), a, _mm512_fnmadd_ps(by(AA + BB), b, c));
    let (near, far) = (
        _mm512_fnmadd_ps(by(BB), d[2], d[4]),
        _mm512_fnmadd_ps(by(AA), d[2], d[4]),
    );
    let (odd_near, odd_far) = (
        _mm512_fnmadd_ps(by(BB), d[1], d[3]),
        _mm512_fnmadd_ps(by(AA), d[1], d[3]),
    );
    [
        ends(d[0], d[2], d[4]),
        _mm512_fmadd_ps(by(A), odd_near, near),
        _mm512_fnmadd_ps(by(A), odd_near, near),
        _mm512_fmadd_ps(by(B), odd_far, far),
        _mm512_fnmadd_ps(by(B), odd_far, far),
        ends(d[1], d[3], d[5]),
    ]
}

/// `Aᵀ m`.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn output_along(m: [__m512; 6]) -> [__m512; 4] {
    let by = |x: f32| _mm512_set1_ps(x);
    let (near, far) = (_mm512_add_ps(m[1], m[2]), _mm512_add_ps(m[3], m[4]));
    let (odd_near, odd_far) = (_mm512_sub_ps(m[1], m[2]), _mm512_sub_ps(m[3], m[4]));
    [
        _mm512_add_ps(m[0], _mm512_add_ps(near, far)),
        _mm512_fmadd_ps(by(B), odd_far, _mm512_mul_ps(by(A), odd_near)),
        _mm512_fmadd_ps(by(BB), far, _mm512_mul_ps(by(AA), near)),
        _mm512_fmadd_ps(by(BB * B), odd_far, _mm512_fmadd_ps(by(AA * A), odd_near, m[5])),
    ]
}

/// `A y`.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn spread_along(y: [__m512; 4]) -> [__m512; 6] {
    let by = |x: f32| _mm512_set1_ps(x);
    let (near, far) = (_mm512_fmadd_ps(by(AA), y[2], y[0]), _mm512_fmadd_ps(by(BB), y[2], y[0]));
    let odd_near = _mm512_fmadd_ps(by(AA * A), y[3], _mm512_mul_ps(by(A), y[1]));
    let odd_far = _mm512_fmadd_ps(by(BB * B), y[3], _mm512_mul_ps(by(B), y[1]));
    [
        y[0],
        _mm512_add_ps(near, odd_near),
        _mm512_sub_ps(near, odd_near),
        _mm512_add_ps(far, odd_far),
        _mm512_sub_ps(far, odd_far),
        y[3],
    ]
}
