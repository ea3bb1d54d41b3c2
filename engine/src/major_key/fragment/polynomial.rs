//! Shamir's sharing of bytes: one random polynomial for each byte of the secret, whose value at 0 is the byte.

use super::Secret;
use super::field::{invert, multiply};
use crate::random::{self, Generator};

/// The polynomials of a secret, wiped on drop.
pub(super) struct Polynomials {
    /// By degree; those of degree 0 are the secret.
    coefficients: Vec<Secret>,
}

impl Polynomials {
    /// Polynomials that `required` values determine and fewer say nothing about.
    pub(super) fn random(secret: Secret, required: u8, random: &mut Generator) -> Self {
        let length = secret.len();
        // Room for all from the beginning: a vector that grows leaves its old block behind as it is.
        let mut coefficients = Vec::with_capacity(required.into());
        coefficients.push(secret);
        // Every coefficient is uniform, the leading one included: without zeros, fewer values than required would rule
        // out secrets (RUSTSEC-2024-0398).
        coefficients.extend((1..required).map(|_| Secret::with_length(length, |place| random::fill(random, place))));
        Self { coefficients }
    }

    /// Their values at `x`, which is public. At 0 they are the secret.
    pub(super) fn at(&self, x: u8) -> Secret {
        let length = self.coefficients.first().map_or(0, Secret::len);
        Secret::with_length(length, |values| {
            for coefficients in self.coefficients.iter().rev() {
                for (value, coefficient) in values.iter_mut().zip(coefficients.expose()) {
                    *value = multiply(*value, x) ^ coefficient;
                }
            }
        })
    }
}

/// The values at `x` of the polynomials through `points`, whose own places are distinct; these and `x` are public.
pub(super) fn interpolate(points: &[(u8, &Secret)], x: u8) -> Secret {
    let length = points.first().map_or(0, |(_, values)| values.len());
    Secret::with_length(length, |sum| {
        for (place, values) in points {
            let weight = weight(points, *place, x);
            for (sum, value) in sum.iter_mut().zip(values.expose()) {
                *sum ^= multiply(*value, weight);
            }
        }
    })
}

/// Lagrange's polynomial of one place: its value at `x`.
fn weight(points: &[(u8, &Secret)], place: u8, x: u8) -> u8 {
    points.iter().filter(|(other, _)| *other != place).fold(1, |weight, (other, _)| {
        let part = multiply(x ^ other, invert(place ^ other));
        multiply(weight, part)
    })
}

#[cfg(test)]
mod tests {
    use chacha20::ChaCha20Rng;
    use fixtures::vectors::{Vectors, bytes};
    use rand_core::SeedableRng as _;
    use vsss_rs::Gf256;

    use super::*;

    /// Every choice of `size` elements.
    fn choices<T: Copy>(of: &[T], size: usize) -> impl Iterator<Item = Vec<T>> {
        let chosen = move |bits: &u32| usize::try_from(bits.count_ones()) == Ok(size);
        (0..1_u32 << of.len())
            .filter(chosen)
            .map(|bits| of.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, value)| *value).collect())
    }

    #[test]
    fn published_shares_are_made_and_recombined() {
        let vectors = Vectors::read("shamir");
        let mut seen = 0;
        // The others are of another field.
        for vector in vectors.list("vectors").filter(|vector| vector.text("field").contains("0x11B")) {
            let secret = vector.bytes("secret");
            let leading = vector.texts("coefficients_by_degree").map(|digits| Secret::new(&bytes(digits)));
            let coefficients: Vec<_> = std::iter::once(Secret::new(&secret)).chain(leading).collect();
            let required = coefficients.len();
            assert_eq!(i64::try_from(required), Ok(vector.number("threshold")));
            let polynomials = Polynomials { coefficients };
            let shares: Vec<_> = vector
                .each("shares")
                .map(|share| (u8::try_from(share.number("x")).expect("small"), Secret::new(&share.bytes("y"))))
                .collect();
            for (x, y) in &shares {
                assert_eq!(polynomials.at(*x), *y, "{vector:?}");
            }
            let points: Vec<_> = shares.iter().map(|(x, y)| (*x, y)).collect();
            for chosen in choices(&points, required) {
                assert_eq!(interpolate(&chosen, 0).expose(), secret);
                for (x, y) in &points {
                    assert_eq!(interpolate(&chosen, *x), **y);
                }
                assert_ne!(interpolate(&chosen[1..], 0).expose(), secret, "one share fewer says nothing");
            }
            seen += 1;
        }
        assert_eq!(seen, 4);
    }

    #[test]
    fn shares_of_another_implementation_are_recombined() {
        let mut random = ChaCha20Rng::from_seed([5; 32]);
        let secret: Vec<u8> = (0..=255).collect();
        for (required, total) in (2..=9).flat_map(|total| (2..=total).map(move |required| (required, total))) {
            let shares = Gf256::split_bytes(required, total, &secret, &mut random).expect("shares");
            let shares: Vec<_> = shares.iter().map(|share| (share[0], Secret::new(&share[1..]))).collect();
            let points: Vec<_> = shares.iter().rev().take(required).map(|(x, y)| (*x, y)).collect();
            assert_eq!(interpolate(&points, 0).expose(), secret);
        }
    }

    #[test]
    fn coefficients_are_uniform_zero_included() {
        let mut random = Generator::from_seed([11; 32]);
        let secret = Secret::with_length(256 * 1024, |_| {});
        let made = Polynomials::random(secret, 9, &mut random);
        assert_eq!(made.coefficients.len(), 9);
        for coefficients in &made.coefficients[1..] {
            let mut seen = [0_i64; 256];
            coefficients.expose().iter().for_each(|value| seen[usize::from(*value)] += 1);
            let squares: i64 = seen.iter().map(|count| (count - 1024).pow(2)).sum();
            // Chi squared of 255 degrees of freedom: 255 on average, and within 5 standard deviations of it.
            assert!((142..=368).contains(&(squares / 1024)), "{}", squares / 1024);
            assert!((864..=1184).contains(&seen[0]), "{} zeros", seen[0]);
        }
    }
}
