//! The latent space: points drawn where the encoder says, their divergence from N(0, 1), and slopes through both.

use runner_kernel::math::exp;

/// Points drawn for a batch, and what their slopes need; row-major.
pub(super) struct Drawn<'a> {
    /// The points, `[batch, latent]`.
    pub z: &'a mut [f32],
    /// dz/d(log-variance), `[batch, latent]`.
    pub spread: &'a mut [f32],
    /// `scale` · d(divergence)/d(moments), `[batch, 2 · latent]`.
    pub gradient: &'a mut [f32],
}

/// `z = mean + e^(log_variance/2) · noise` for moments `[batch, 2 · latent]`, where means stand before log-variances,
/// and noise `[batch, latent]`. Gives the sum of the divergences, ½ Σ (mean² + e^log_variance − 1 − log_variance).
pub(super) fn draw(latent: usize, moments: &[f32], noise: &[f32], scale: f32, out: Drawn<'_>) -> f64 {
    let mut divergence = 0.0;
    let rows = moments.chunks_exact(2 * latent).zip(noise.chunks_exact(latent));
    let places = out.z.chunks_exact_mut(latent).zip(out.spread.chunks_exact_mut(latent));
    let places = places.zip(out.gradient.chunks_exact_mut(2 * latent));
    for ((moments, noise), ((z, spread), gradient)) in rows.zip(places) {
        let (means, log_variances) = moments.split_at(latent);
        let (d_means, d_log_variances) = gradient.split_at_mut(latent);
        for i in 0..latent {
            let (mean, log_variance) = (means[i], log_variances[i]);
            let deviation = exp(0.5 * log_variance);
            let distance = deviation * noise[i];
            z[i] = mean + distance;
            spread[i] = 0.5 * distance;
            let excess = deviation * deviation - 1.0;
            d_means[i] = scale * mean;
            d_log_variances[i] = scale * 0.5 * excess;
            divergence += f64::from(mean * mean + (excess - log_variance));
        }
    }
    0.5 * divergence
}

/// Adds to the moments' gradient what comes back to the points.
pub(super) fn pull(latent: usize, dz: &[f32], spread: &[f32], gradient: &mut [f32]) {
    let rows = dz.chunks_exact(latent).zip(spread.chunks_exact(latent));
    for ((dz, spread), gradient) in rows.zip(gradient.chunks_exact_mut(2 * latent)) {
        let (d_means, d_log_variances) = gradient.split_at_mut(latent);
        for i in 0..latent {
            d_means[i] += dz[i];
            d_log_variances[i] += dz[i] * spread[i];
        }
    }
}
