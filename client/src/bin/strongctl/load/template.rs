//! Texts with places in them: `{name}` stands for a value, `{{` and `}}` for brackets.

use chacha20::ChaCha20Rng;
use rand_core::Rng as _;

/// Where values stand: each name of a scenario has a number.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// The number of a name, a new one where it is not known yet.
    pub(super) fn number(&mut self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        })
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A text with places.
#[derive(Clone, Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(Vec<u8>),
    Value(usize),
}

impl Template {
    /// Reads a text; every name must be known.
    pub(super) fn parse(text: &str, names: &Names) -> Result<Self, String> {
        let (mut parts, mut literal, mut rest) = (Vec::new(), Vec::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            literal.extend_from_slice(&rest.as_bytes()[..at]);
            let bracket = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(bracket) {
                literal.extend_from_slice(bracket.as_bytes());
                rest = after;
                continue;
            }
            let end = rest.find('}').filter(|_| bracket == "{");
            let end =
                end.ok_or_else(|| format!("{text:?} has a lone {bracket:?}; {bracket}{bracket} stands for one"))?;
            let name = &rest[..end];
            let number = names.find(name).ok_or_else(|| format!("{text:?}: nothing before gives {name:?}"))?;
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Value(number));
            rest = &rest[end + 1..];
        }
        literal.extend_from_slice(rest.as_bytes());
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self(parts))
    }

    /// Appends the text with its values.
    pub(super) fn write(&self, values: &[Vec<u8>], out: &mut Vec<u8>) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.extend_from_slice(text),
                Part::Value(number) => out.extend_from_slice(values.get(*number).map_or(&[], Vec::as_slice)),
            }
        }
    }

    /// Whether the text with its values is `found`.
    pub(super) fn is(&self, values: &[Vec<u8>], found: &[u8]) -> bool {
        let mut rest = found;
        self.0.iter().all(|part| {
            let expected = match part {
                Part::Text(text) => text.as_slice(),
                Part::Value(number) => values.get(*number).map_or(&[][..], Vec::as_slice),
            };
            rest.strip_prefix(expected).map(|after| rest = after).is_some()
        }) && rest.is_empty()
    }
}

/// A value that is made anew each time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made {
    /// This many hexadecimal digits.
    Hex(usize),
    /// This many decimal digits.
    Digits(usize),
    /// A number within these bounds.
    Number(u64, u64),
}

/// Digits that a value has at most.
const MOST: usize = 32 * 1024;

impl Made {
    /// Reads `hex:32`, `digits:12` or `number:1-99`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} makes no value; hex:32, digits:12 and number:1-99 do");
        let (kind, bounds) = text.split_once(':').ok_or_else(wrong)?;
        let count = || bounds.parse().ok().filter(|count| (1..=MOST).contains(count)).ok_or_else(wrong);
        match kind {
            "hex" => count().map(Self::Hex),
            "digits" => count().map(Self::Digits),
            "number" => {
                let (low, high) = bounds.split_once('-').ok_or_else(wrong)?;
                let (low, high) = (low.parse().map_err(|_| wrong())?, high.parse().map_err(|_| wrong())?);
                if low <= high { Ok(Self::Number(low, high)) } else { Err(wrong()) }
            }
            _ => Err(wrong()),
        }
    }

    /// Makes one.
    pub(super) fn write(self, random: &mut ChaCha20Rng, out: &mut Vec<u8>) {
        match self {
            Self::Hex(count) => digits(count, b"0123456789ABCDEF", random, out),
            Self::Digits(count) => digits(count, b"0123456789", random, out),
            Self::Number(low, high) => {
                let span = u128::from(high - low) + 1;
                // The product's upper half is within the span; what it is off from uniform does not matter to a load.
                let offset = u64::try_from((u128::from(random.next_u64()) * span) >> 64).unwrap_or(0);
                out.extend_from_slice((low + offset).to_string().as_bytes());
            }
        }
    }
}

fn digits(count: usize, alphabet: &[u8], random: &mut ChaCha20Rng, out: &mut Vec<u8>) {
    let mut left = count;
    while left > 0 {
        let mut noise = [0; 32];
        random.fill_bytes(&mut noise);
        let taken = left.min(noise.len());
        out.extend(noise[..taken].iter().map(|byte| alphabet[usize::from(*byte) % alphabet.len()]));
        left -= taken;
    }
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn places_are_filled_and_compared() {
        let mut names = Names::default();
        let (a, b) = (names.number("a"), names.number("b"));
        let mut values = vec![Vec::new(); names.len()];
        values[a] = b"one".to_vec();
        values[b] = b"two".to_vec();
        let template = Template::parse("x{a}{{}}-{b}", &names).expect("a template");
        let mut out = Vec::new();
        template.write(&values, &mut out);
        assert_eq!(out, b"xone{}-two");
        assert!(template.is(&values, b"xone{}-two"));
        for other in [&b"xone{}-tw"[..], b"xone{}-two!", b""] {
            assert!(!template.is(&values, other));
        }
        for wrong in ["{c}", "{a", "}", "a}b"] {
            assert!(Template::parse(wrong, &names).is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_are_made_within_their_bounds_and_the_same_from_the_same_seed() {
        let make = |text: &str| {
            let mut out = Vec::new();
            Made::parse(text).expect("a maker").write(&mut ChaCha20Rng::from_seed([7; 32]), &mut out);
            String::from_utf8(out).expect("text")
        };
        assert_eq!(make("hex:70").len(), 70);
        assert!(make("digits:9").bytes().all(|byte| byte.is_ascii_digit()));
        assert!((5..=7).contains(&make("number:5-7").parse::<u64>().expect("a number")));
        assert_eq!(make("number:5-5"), "5");
        assert_eq!(make("hex:32"), make("hex:32"));
        for wrong in ["hex", "hex:0", "hex:99999", "number:7-5", "number:5", "word:4"] {
            assert!(Made::parse(wrong).is_err(), "{wrong}");
        }
    }
}
