//! What a partition grants beside permissions: slots and commands.

use std::fmt;

use super::Value;
use super::number::{SlotNumber, parse_decimal};
use crate::buffer::Buffer;
use crate::command::Command;

/// Most ranges of one set.
const RANGES: usize = 32;

/// Ranges of slots as administrators write them: `(0,999)(2000,2999)`, both ends included; empty for none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SlotRanges(Vec<(SlotNumber, SlotNumber)>);

impl SlotRanges {
    /// Whether `slot` lies in one of them.
    #[must_use]
    pub fn contains(&self, slot: SlotNumber) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&slot))
    }

    /// Whether every slot of `others` lies in one range of these.
    #[must_use]
    pub fn cover(&self, others: &Self) -> bool {
        let within =
            |(first, last): &(SlotNumber, SlotNumber)| self.0.iter().any(|own| own.0 <= *first && *last <= own.1);
        others.0.iter().all(within)
    }

    /// Each range's first and last slot.
    pub fn iter(&self) -> impl Iterator<Item = (SlotNumber, SlotNumber)> {
        self.0.iter().copied()
    }
}

impl fmt::Display for SlotRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(first, last)| write!(f, "({},{})", first.value(), last.value()))
    }
}

impl fmt::Debug for SlotRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Value<'_> for SlotRanges {
    const SHAPE: &'static str = "ranges of slots such as (0,999)(2000,2999)";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        let wrong = "must be at most 32 ranges of slots such as (0,999)(2000,2999), the lower slot first";
        let mut ranges = Vec::new();
        let mut rest = value;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b')').ok_or(wrong)?;
            let inner = rest[..end].strip_prefix(b"(").ok_or(wrong)?;
            let comma = inner.iter().position(|byte| *byte == b',').ok_or(wrong)?;
            let number = |digits| parse_decimal(digits).and_then(SlotNumber::new).ok_or(wrong);
            let (first, last) = (number(&inner[..comma])?, number(&inner[comma + 1..])?);
            if first > last || ranges.len() == RANGES {
                return Err(wrong);
            }
            ranges.push((first, last));
            rest = rest[end + 1..].strip_prefix(b",").unwrap_or(&rest[end + 1..]);
        }
        Ok(Self(ranges))
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.to_string().as_bytes());
    }
}

/// A set of commands: their names, comma separated; `*` for all of them, those of later versions included.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// All.
    All,
    /// Those with a bit, counted in the order of the table.
    Only([u64; 4]),
}

impl Commands {
    /// None.
    pub const NONE: Self = Self::Only([0; 4]);

    /// Whether `command` is among them.
    #[must_use]
    pub const fn contains(self, command: Command) -> bool {
        let index = command.index();
        match self {
            Self::All => true,
            Self::Only(bits) => bits[index / 64] & (1 << (index % 64)) != 0,
        }
    }

    /// Whether every one of `others` is among them.
    #[must_use]
    pub fn cover(self, others: Self) -> bool {
        match (self, others) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(own), Self::Only(others)) => own.iter().zip(others).all(|(own, other)| other & !own == 0),
        }
    }
}

impl FromIterator<Command> for Commands {
    fn from_iter<I: IntoIterator<Item = Command>>(commands: I) -> Self {
        let mut bits = [0; 4];
        for command in commands {
            let index = command.index();
            bits[index / 64] |= 1 << (index % 64);
        }
        Self::Only(bits)
    }
}

impl fmt::Display for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::All {
            return f.write_str("*");
        }
        let named = Command::ALL.iter().filter(|command| self.contains(**command));
        for (index, command) in named.enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { "," }, command.spec().name)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Value<'_> for Commands {
    const SHAPE: &'static str = "names of commands, comma separated, or * for all";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if value == b"*" {
            return Ok(Self::All);
        }
        let names = value.split(|byte| *byte == b',').filter(|name| !name.is_empty());
        let command = |name: &[u8]| name.try_into().ok().and_then(Command::parse);
        names.map(|name| command(name).ok_or("names a command that does not exist")).collect()
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.to_string().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_back() {
        let ranges = SlotRanges::parse(b"(0,999),(2000,2000)").expect("ranges");
        assert_eq!(ranges.to_string(), "(0,999)(2000,2000)");
        for (slot, inside) in [(0, true), (999, true), (1000, false), (2000, true), (2001, false)] {
            assert_eq!(SlotNumber::new(slot).is_some_and(|slot| ranges.contains(slot)), inside, "{slot}");
        }
        for bad in ["0,9", "(9,0)", "(1,2", "(1)", "(1,2)x", "(1,100000)", "((1,2)"] {
            assert!(SlotRanges::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(SlotRanges::parse("(0,1)".repeat(33).as_bytes()).is_err());
        assert!(ranges.cover(&SlotRanges::parse(b"(5,6)").expect("a range")));
        assert!(!ranges.cover(&SlotRanges::parse(b"(998,1001)").expect("a range")));
    }

    #[test]
    fn commands_read_back() {
        let set = Commands::parse(b"RAND,ECHO").expect("commands");
        assert_eq!(set.to_string(), "ECHO,RAND");
        assert!(set.contains(Command::Echo) && !set.contains(Command::GenerateKey));
        assert!(Commands::All.cover(set) && !set.cover(Commands::All) && set.cover(Commands::NONE));
        assert!(Commands::parse(b"ECHO,NOPE").is_err() && Commands::parse(b"echo").is_err());
        assert!(Command::ALL.len() <= 256, "a set has 256 bits");
    }
}
