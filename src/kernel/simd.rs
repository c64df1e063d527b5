//! The vector registers that the matrix product is written for: AVX-512, AVX2, or plain arrays.
//! The first two compute the same bits; the last has no fused multiply-add and rounds once more.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// The registers of a processor. Avx2 stands for fused multiply-adds, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Registers {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Registers {
    /// The widest that this processor has.
    #[inline]
    pub(super) fn widest() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if std::is_x86_feature_detected!("avx512f") {
                return Self::Avx512;
            }
            if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
                return Self::Avx2;
            }
        }
        Self::Portable
    }
}

/// A register of `f32`.
///
/// # Safety
/// The methods may be called only where the processor has the instructions, and inlined into a
/// function that enables them; pointers must be valid for [`Lanes::COUNT`] numbers, or one for `splat`.
pub(super) trait Lanes: Copy {
    /// Numbers in it.
    const COUNT: usize;
    unsafe fn zero() -> Self;
    unsafe fn splat(from: *const f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    /// The first `count` numbers, zeros after them; pointers must be valid for those alone.
    unsafe fn load_first(from: *const f32, count: usize) -> Self;
    /// Stores the first `count` numbers; pointers must be valid for those alone.
    unsafe fn store_first(self, to: *mut f32, count: usize);
    /// `self + a * b`.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    unsafe fn plus(self, other: Self) -> Self;
    unsafe fn minus(self, other: Self) -> Self;
}

#[cfg(target_arch = "x86_64")]
macro_rules! intel {
    ($name:ident, $inner:ty, $count:literal, $zero:ident, $splat:ident, $load:ident, $store:ident, $fma:ident,
     $add:ident, $sub:ident, $load_first:ident, $store_first:ident) => {
        #[derive(Clone, Copy)]
        pub(super) struct $name($inner);

        impl Lanes for $name {
            const COUNT: usize = $count;
            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: as the trait demands.
                Self(unsafe { $zero() })
            }
            #[inline(always)]
            unsafe fn splat(from: *const f32) -> Self {
                // SAFETY: as the trait demands.
                Self(unsafe { $splat(*from) })
            }
            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: as the trait demands; the load needs no alignment.
                Self(unsafe { $load(from) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: as the trait demands; the store needs no alignment.
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn load_first(from: *const f32, count: usize) -> Self {
                // SAFETY: as the trait demands.
                Self(unsafe { $load_first(from, count) })
            }
            #[inline(always)]
            unsafe fn store_first(self, to: *mut f32, count: usize) {
                // SAFETY: as the trait demands.
                unsafe { $store_first(to, self.0, count) }
            }
            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                // SAFETY: as the trait demands.
                Self(unsafe { $fma(a.0, b.0, self.0) })
            }
            #[inline(always)]
            unsafe fn plus(self, other: Self) -> Self {
                // SAFETY: as the trait demands.
                Self(unsafe { $add(self.0, other.0) })
            }
            #[inline(always)]
            unsafe fn minus(self, other: Self) -> Self {
                // SAFETY: as the trait demands.
                Self(unsafe { $sub(self.0, other.0) })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
intel!(
    Avx2,
    __m256,
    8,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_fmadd_ps,
    _mm256_add_ps,
    _mm256_sub_ps,
    load_first_avx2,
    store_first_avx2
);
#[cfg(target_arch = "x86_64")]
intel!(
    Avx512,
    __m512,
    16,
    _mm512_setzero_ps,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_fmadd_ps,
    _mm512_add_ps,
    _mm512_sub_ps,
    load_first_avx512,
    store_first_avx512
);

/// # Safety
/// As [`Lanes::load_first`].
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn load_first_avx2(from: *const f32, count: usize) -> __m256 {
    // SAFETY: the mask leaves out all but the first numbers.
    unsafe { _mm256_maskload_ps(from, mask_avx2(count)) }
}

/// # Safety
/// As [`Lanes::store_first`].
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn store_first_avx2(to: *mut f32, numbers: __m256, count: usize) {
    // SAFETY: the mask leaves out all but the first numbers.
    unsafe { _mm256_maskstore_ps(to, mask_avx2(count), numbers) }
}

/// # Safety
/// The processor has AVX2.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn mask_avx2(count: usize) -> __m256i {
    // SAFETY: as this function demands.
    unsafe {
        _mm256_cmpgt_epi32(
            _mm256_set1_epi32(count.min(8) as i32),
            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
        )
    }
}

/// # Safety
/// As [`Lanes::load_first`].
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn load_first_avx512(from: *const f32, count: usize) -> __m512 {
    // SAFETY: the mask leaves out all but the first numbers.
    unsafe { _mm512_maskz_loadu_ps(mask_avx512(count), from) }
}

/// # Safety
/// As [`Lanes::store_first`].
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn store_first_avx512(to: *mut f32, numbers: __m512, count: usize) {
    // SAFETY: the mask leaves out all but the first numbers.
    unsafe { _mm512_mask_storeu_ps(to, mask_avx512(count), numbers) }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn mask_avx512(count: usize) -> __mmask16 {
    if count >= 16 { !0 } else { (1 << count) - 1 }
}

/// Four numbers, for any processor.
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; 4]);

impl Lanes for Portable {
    const COUNT: usize = 4;
    #[inline(always)]
    unsafe fn zero() -> Self {
        Self([0.0; 4])
    }
    #[inline(always)]
    unsafe fn splat(from: *const f32) -> Self {
        // SAFETY: the caller gives a valid pointer.
        Self([unsafe { *from }; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller gives a pointer to four numbers; no alignment beyond theirs is needed.
        Self(unsafe { from.cast::<[f32; 4]>().read() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller gives a pointer to four numbers.
        unsafe { to.cast::<[f32; 4]>().write(self.0) }
    }
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller gives a pointer to `count` numbers.
        Self(std::array::from_fn(|i| {
            if i < count { unsafe { *from.add(i) } } else { 0.0 }
        }))
    }
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        for (i, number) in self.0.into_iter().enumerate().take(count) {
            // SAFETY: the caller gives a pointer to `count` numbers.
            unsafe { *to.add(i) = number };
        }
    }
    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
    }
    #[inline(always)]
    unsafe fn plus(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }
    #[inline(always)]
    unsafe fn minus(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] - other.0[i]))
    }
}
