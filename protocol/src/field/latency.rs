//! How much longer something takes, as a distribution.

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::digit1;
use nom::combinator::{all_consuming, map_opt};
use nom::sequence::preceded;
use nom::{IResult, Parser as _};

use super::Value;
use crate::buffer::Buffer;

/// Longest time in microseconds: a minute.
const MOST: u32 = 60_000_000;

/// A time in microseconds, drawn anew each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// Always the same.
    Constant(u32),
    /// Evenly from the first to the second.
    Uniform(u32, u32),
    /// Exponential, with this mean: many short ones, few long.
    Exponential(u32),
}

impl Latency {
    /// A time in microseconds; `random` is uniform over all its values.
    #[must_use]
    pub fn draw(self, random: u64) -> u64 {
        match self {
            Self::Constant(micros) => micros.into(),
            Self::Uniform(low, high) => {
                let span = u128::from(high - low) + 1;
                let offset = (u128::from(random) * span) >> 64;
                u64::from(low) + u64::try_from(offset).unwrap_or(0)
            }
            Self::Exponential(mean) => {
                #[expect(clippy::cast_precision_loss, reason = "a time need not be exact")]
                let part = (random >> 11) as f64 / (1_u64 << 53) as f64;
                let drawn = std::time::Duration::from_secs_f64(-(1.0 - part).ln() * f64::from(mean) / 1e6);
                u64::try_from(drawn.as_micros()).unwrap_or(u64::MAX).min(MOST.into())
            }
        }
    }

    /// Whether it is no time at all.
    #[must_use]
    pub fn is_none(self) -> bool {
        matches!(self, Self::Constant(0) | Self::Uniform(0, 0) | Self::Exponential(0))
    }
}

/// A number of microseconds within the bound.
fn micros(input: &[u8]) -> IResult<&[u8], u32> {
    let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse().ok().filter(|micros| *micros <= MOST);
    map_opt(digit1, number).parse(input)
}

impl Value<'_> for Latency {
    const SHAPE: &'static str = "microseconds: 500, 200-900 for any from 200 to 900, or ~500 for an exponential mean";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        let wrong = "must be microseconds up to 60000000: 500, 200-900, or ~500 for an exponential mean";
        let mut parser = all_consuming(alt((
            preceded(tag(&b"~"[..]), micros).map(Self::Exponential),
            (micros, tag(&b"-"[..]), micros).map(|(low, _, high)| Self::Uniform(low, high)),
            micros.map(Self::Constant),
        )));
        match parser.parse(value) {
            Ok((_, Self::Uniform(low, high))) if low > high => Err(wrong),
            Ok((_, latency)) => Ok(latency),
            Err(_) => Err(wrong),
        }
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.to_string().as_bytes());
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(micros) => write!(f, "{micros}"),
            Self::Uniform(low, high) => write!(f, "{low}-{high}"),
            Self::Exponential(mean) => write!(f, "~{mean}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_as_they_are_written() {
        for text in ["0", "500", "200-900", "~500", "60000000"] {
            let latency = Latency::parse(text.as_bytes()).expect(text);
            assert_eq!(&*Buffer::filled(|out| latency.write(out)), text.as_bytes());
        }
        for wrong in ["", "-", "5-", "9-5", "~", "60000001", "+5", "1.5", "5ms"] {
            assert!(Latency::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn draws_keep_to_their_distribution() {
        let draws = |latency: Latency| (0..1000_u64).map(move |n| latency.draw(n * (u64::MAX / 1000)));
        assert!(draws(Latency::Constant(7)).all(|micros| micros == 7));
        let uniform: Vec<u64> = draws(Latency::Uniform(10, 19)).collect();
        assert!((10..20).all(|micros| (99..=101).contains(&uniform.iter().filter(|it| **it == micros).count())));
        let mean = draws(Latency::Exponential(1000)).sum::<u64>() / 1000;
        assert!((950..1050).contains(&mean), "{mean}");
        assert_eq!(Latency::Exponential(MOST).draw(u64::MAX), 60_000_000);
    }
}
