//! Faults that are made on purpose, as people write them: in configurations, in scripts and on command lines.

use crate::ErrorCode;
use crate::command::Command;
use crate::command::behaviour::add_fault::Request;
use crate::field::Value;
use crate::field::code::FaultKind;
use crate::field::number::Number;
use crate::tag::Tag;

/// Seconds that a fault lasts where nothing is said.
pub const SECONDS: u32 = 60;

/// Keys of a fault, and the fields that they stand for.
const KEYS: &[(&str, Tag)] = &[
    ("kind", Tag::of("KI")),
    ("for", Tag::of("TO")),
    ("after", Tag::of("AF")),
    ("tenant", Tag::of("RT")),
    ("command", Tag::of("CO")),
    ("percent", Tag::of("PC")),
    ("delay", Tag::of("LA")),
    ("error", Tag::of("AM")),
    ("seed", Tag::of("SD")),
];

/// What is wrong with a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {rule}")]
pub struct Wrong {
    /// The key, as people write it.
    pub key: &'static str,
    /// What it must be.
    pub rule: String,
}

/// Fields that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// This one is needed.
    Needed(Tag, &'static str),
    /// This one is of no use.
    Surplus(Tag, &'static str),
    /// No error has this number.
    NoError(Tag, &'static str),
}

impl FaultKind {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Refuse => "refuse",
            Self::MajorKeyLost => "key-lost",
            Self::Drop => "drop",
            Self::Lose => "lose",
            Self::Half => "half",
            Self::Garbage => "garbage",
            Self::Stall => "stall",
            Self::CheckValue => "check-value",
            Self::Away => "away",
            Self::Expired => "expired",
            Self::ServerExpired => "server-expired",
        }
    }

    /// The kind of this name.
    ///
    /// # Errors
    /// All names, where it is none.
    pub fn named(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        Self::ALL.iter().find(|kind| kind.name() == name).copied().ok_or_else(|| format!("one of {}", names()))
    }

    /// Whether it strikes connections when they are made, and so no command of its own.
    #[must_use]
    pub const fn is_of_connections(self) -> bool {
        matches!(self, Self::Away | Self::Expired | Self::ServerExpired)
    }

    /// Whether it strikes before it is known which tenant a connection is for.
    #[must_use]
    pub const fn is_of_handshakes(self) -> bool {
        matches!(self, Self::Expired | Self::ServerExpired)
    }
}

/// Percents in steps of 0.1, as so many of a thousand.
///
/// # Errors
/// What they must be.
pub fn percent(text: &str) -> Result<Number<1, 1000>, String> {
    let wrong = || "0.1 to 100, in steps of 0.1".to_owned();
    let (whole, tenths) = text.split_once('.').unwrap_or((text, "0"));
    let digits: u32 =
        Some(tenths).filter(|tenths| tenths.len() == 1).and_then(|it| it.parse().ok()).ok_or_else(wrong)?;
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 100).ok_or_else(wrong)?;
    Number::new(whole * 10 + digits).ok_or_else(wrong)
}

impl Request {
    /// The request for a fault with these settings, such as `kind` `lose` and `percent` `1`. It lasts [`SECONDS`] where
    /// nothing is said.
    ///
    /// # Errors
    /// The first setting that is wrong, or that does not go with the others.
    pub fn from_settings<'a>(settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Wrong> {
        let mut kind = None;
        let mut request = Self {
            kind: FaultKind::Delay,
            seconds: Number::new(SECONDS).unwrap_or(Number::MIN_NUMBER),
            after: None,
            tenant: None,
            command: None,
            per_thousand: None,
            delay: None,
            error: None,
            seed: None,
        };
        for (key, text) in settings {
            let Some((key, _)) = KEYS.iter().find(|(known, _)| *known == key) else {
                let known: Vec<&str> = KEYS.iter().map(|(known, _)| *known).collect();
                return Err(Wrong {
                    key: "kind",
                    rule: format!("nothing is named {key}; there are {}", known.join(", ")),
                });
            };
            let wrong = |rule| Wrong { key, rule };
            match *key {
                "kind" => kind = Some(FaultKind::named(text).map_err(wrong)?),
                "for" => request.seconds = value(key, text)?,
                "after" => request.after = Some(value(key, text)?),
                "tenant" => request.tenant = Some(value(key, text)?),
                "command" => {
                    let name = text.to_ascii_uppercase();
                    let known = name.as_bytes().try_into().ok().and_then(Command::parse);
                    known.ok_or_else(|| wrong("no command has this name".to_owned()))?;
                    request.command = Some(value(key, &name)?);
                }
                "percent" => request.per_thousand = Some(percent(text).map_err(wrong)?),
                "delay" => request.delay = Some(value(key, text)?),
                "error" => request.error = Some(value(key, text)?),
                _ => request.seed = Some(value(key, text)?),
            }
        }
        request.kind = kind.ok_or_else(|| Wrong { key: "kind", rule: "what happens is missing".to_owned() })?;
        let wrong = |tag, rule: &str| {
            let key = KEYS.iter().find(|(_, known)| *known == tag).map_or("kind", |(key, _)| *key);
            Wrong { key, rule: rule.to_owned() }
        };
        match request.misfit() {
            None => Ok(request),
            Some(Misfit::Needed(tag, rule)) => Err(wrong(tag, &format!("missing, {rule}"))),
            Some(Misfit::Surplus(tag, rule) | Misfit::NoError(tag, rule)) => Err(wrong(tag, rule)),
        }
    }

    /// The same on one line, the kind first: `lose percent=1 command=ECHO for=60`.
    ///
    /// # Errors
    /// As [`Self::from_settings`].
    pub fn from_line(line: &str) -> Result<Self, Wrong> {
        let mut words = line.split_whitespace();
        let kind = words.next().map(|kind| ("kind", kind));
        let settings: Option<Vec<(&str, &str)>> = words.map(|word| word.split_once('=')).collect();
        let settings = settings.ok_or_else(|| Wrong {
            key: "kind",
            rule: "after it come settings such as percent=1 command=ECHO for=60".to_owned(),
        })?;
        Self::from_settings(kind.into_iter().chain(settings))
    }

    /// What of it does not go together.
    #[must_use]
    pub fn misfit(&self) -> Option<Misfit> {
        let surplus = [
            ("LA", self.delay.is_some(), self.kind == FaultKind::Delay),
            ("AM", self.error.is_some(), self.kind == FaultKind::Refuse),
            ("CO", self.command.is_some(), !self.kind.is_of_connections()),
            ("PC", self.per_thousand.is_some(), !self.kind.is_of_connections()),
            ("SD", self.seed.is_some(), !self.kind.is_of_connections()),
            ("RT", self.tenant.is_some(), !self.kind.is_of_handshakes()),
        ];
        if let Some((tag, ..)) = surplus.into_iter().find(|(_, is_given, fits)| *is_given && !fits) {
            return Some(Misfit::Surplus(Tag::of(tag), "a fault of this kind does not take it"));
        }
        match (self.kind, self.delay, self.error) {
            (FaultKind::Delay, None, _) => Some(Misfit::Needed(Tag::of("LA"), "how long the delay is")),
            (FaultKind::Refuse, _, None) => Some(Misfit::Needed(Tag::of("AM"), "which error")),
            (FaultKind::Refuse, _, Some(_)) if self.error_code().is_none() => {
                Some(Misfit::NoError(Tag::of("AM"), "no error has this number"))
            }
            _ => None,
        }
    }

    /// The error that is asked for.
    #[must_use]
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.error.and_then(|error| u16::try_from(error.value()).ok()).and_then(ErrorCode::from_number)
    }
}

fn value<'a, V: Value<'a>>(key: &'static str, text: &'a str) -> Result<V, Wrong> {
    V::parse(text.as_bytes()).map_err(|rule| Wrong { key, rule: rule.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_the_fields_say() {
        let request = Request::from_line("lose percent=12.5 command=echo for=30 after=5 tenant=bank seed=7");
        let request = request.expect("a fault");
        assert_eq!(request.kind, FaultKind::Lose);
        assert_eq!((request.seconds.value(), request.after.map(Number::value)), (30, Some(5)));
        assert_eq!((request.per_thousand.map(Number::value), request.seed.map(Number::value)), (Some(125), Some(7)));
        assert_eq!(request.command.as_ref().map(|it| it.as_str()), Some("ECHO"));
        assert_eq!(request.tenant.as_ref().map(|it| it.as_str()), Some("bank"));
        assert_eq!(Request::from_line("drop").expect("a fault").seconds.value(), SECONDS);
    }

    #[test]
    fn what_is_wrong_is_told_by_the_key_that_people_write() {
        for (line, told) in [
            ("", "kind: what happens is missing"),
            ("loose", "kind: one of delay, refuse, key-lost,"),
            ("lose 5", "kind: after it come settings such as"),
            ("lose percents=5", "kind: nothing is named percents; there are kind, for,"),
            ("lose percent=0", "percent: 0.1 to 100, in steps of 0.1"),
            ("lose percent=1.25", "percent: 0.1 to 100"),
            ("lose percent=100.1", "percent: 0.1 to 100"),
            ("lose for=0", "for: must be a number from 1 to 86400"),
            ("lose for=86401", "for: must be a number from 1 to 86400"),
            ("lose command=NONE", "command: no command has this name"),
            ("lose delay=5", "delay: a fault of this kind does not take it"),
            ("delay", "delay: missing, how long the delay is"),
            ("refuse", "error: missing, which error"),
            ("refuse error=999", "error: no error has this number"),
            ("expired tenant=bank", "tenant: a fault of this kind does not take it"),
        ] {
            let wrong = Request::from_line(line).expect_err(line).to_string();
            assert!(wrong.starts_with(told), "{line}: {wrong}");
        }
        for (text, per_thousand) in [("100", 1000), ("0.1", 1), ("12.5", 125)] {
            assert_eq!(percent(text).map(Number::value), Ok(per_thousand));
        }
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for kind in FaultKind::ALL {
            assert_eq!(FaultKind::named(kind.name()), Ok(*kind));
        }
    }
}
