//! What is asked: a file of requests to prepare with, and of weighted sequences of requests.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use protocol::frame::Message;
use protocol::tag::Tag;
use serde::Deserialize;

use super::template::{Made, Names, Template};
use crate::commands;
use crate::failure::Failure;

/// Those that come with the program: name and text.
pub(super) const READY_MADE: &[(&str, &str)] = &[
    ("mixed", include_str!("../../../../scenarios/mixed.toml")),
    ("echo", include_str!("../../../../scenarios/echo.toml")),
    ("generate", include_str!("../../../../scenarios/generate.toml")),
    ("translate", include_str!("../../../../scenarios/translate.toml")),
    ("encrypt", include_str!("../../../../scenarios/encrypt.toml")),
    ("mac", include_str!("../../../../scenarios/mac.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    #[serde(default)]
    prepare: Vec<FileRequest>,
    sequence: Vec<FileSequence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSequence {
    name: String,
    #[serde(default = "one")]
    weight: u32,
    #[serde(default, rename = "let")]
    made: BTreeMap<String, String>,
    request: Vec<FileRequest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRequest {
    command: String,
    #[serde(default)]
    fields: toml::Table,
    #[serde(default)]
    expect: BTreeMap<String, String>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

fn one() -> u32 {
    1
}

/// A scenario, ready to be played.
#[derive(Debug)]
pub(super) struct Scenario {
    /// What it is called.
    pub(super) title: String,
    /// Asked once, on the first connection.
    pub(super) prepare: Vec<Request>,
    /// What is asked again and again.
    pub(super) sequences: Vec<Sequence>,
    /// Names of all requests of all sequences, by their number.
    pub(super) requests: Vec<String>,
    /// How many values there are.
    pub(super) values: usize,
    weights: u64,
}

/// Requests of which each waits for the reply to the one before.
#[derive(Debug)]
pub(super) struct Sequence {
    weight: u64,
    /// Values that are made at its beginning, by number.
    pub(super) made: Vec<(usize, Made)>,
    pub(super) requests: Vec<Request>,
}

/// One request and what its reply must be.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) command: [u8; 4],
    fields: Vec<(Tag, Template)>,
    expect: Vec<(Tag, Template)>,
    keep: Vec<(usize, Tag)>,
    /// Its number among those that are counted.
    pub(super) number: usize,
}

impl Scenario {
    /// The ready-made one of this name, or else the one in this file.
    pub(super) fn read(name: &str) -> Result<Self, Failure> {
        if let Some((_, text)) = READY_MADE.iter().find(|(known, _)| *known == name) {
            return Self::parse(text).map_err(|error| Failure::usage(format!("scenario {name}: {error}")));
        }
        let text = std::fs::read_to_string(Path::new(name)).map_err(|error| {
            let known: Vec<&str> = READY_MADE.iter().map(|(known, _)| *known).collect();
            Failure::usage(format!("{name}: {error}"))
                .next(format!("a scenario is a file, or one of {}", known.join(", ")))
        })?;
        Self::parse(&text).map_err(|error| Failure::usage(format!("{name}: {error}")))
    }

    /// Reads a scenario's text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut names = Names::default();
        let mut requests = Vec::new();
        let prepare = file.prepare.iter().map(|it| Request::read(it, &mut names, 0)).collect::<Result<_, _>>()?;
        let prepared = names.len();
        let mut sequences = Vec::new();
        for sequence in &file.sequence {
            if sequence.request.is_empty() {
                return Err(format!("the sequence {:?} has no request", sequence.name));
            }
            let made = sequence.made.iter().map(|(name, made)| Ok((names.number(name), Made::parse(made)?)));
            let made = made.collect::<Result<Vec<_>, String>>()?;
            let mut read = Vec::new();
            for request in &sequence.request {
                read.push(Request::read(request, &mut names, requests.len())?);
                let several = sequence.request.len() > 1;
                let place = if several { format!(" {}", read.len()) } else { String::new() };
                requests.push(format!("{}: {}{place}", sequence.name, request.command.to_ascii_uppercase()));
            }
            let given = made.iter().map(|(number, _)| *number);
            let kept = read.iter().flat_map(|request: &Request| request.keep.iter().map(|(number, _)| *number));
            if given.chain(kept).any(|number| number < prepared) {
                return Err(format!("the sequence {:?} gives a name that was prepared another value", sequence.name));
            }
            sequences.push(Sequence { weight: sequence.weight.into(), made, requests: read });
        }
        let weights = sequences.iter().map(|sequence: &Sequence| sequence.weight).sum();
        if weights == 0 {
            return Err("no sequence has a weight".to_owned());
        }
        Ok(Self { title: file.title, prepare, sequences, requests, values: names.len(), weights })
    }

    /// A sequence by its weight, chosen by a random number.
    pub(super) fn choose(&self, random: u64) -> usize {
        let mut left = random % self.weights;
        for (index, sequence) in self.sequences.iter().enumerate() {
            match left.checked_sub(sequence.weight) {
                Some(less) => left = less,
                None => return index,
            }
        }
        0
    }
}

impl Request {
    fn read(request: &FileRequest, names: &mut Names, number: usize) -> Result<Self, String> {
        let spec = commands::find(&request.command).map_err(|failure| failure.text().to_owned())?.spec();
        let command = *spec.name.as_bytes().first_chunk().ok_or("a command has four letters")?;
        let tag = |text: &str, known: &[protocol::command::FieldSpec]| {
            let tag = text.as_bytes().try_into().ok().and_then(Tag::parse);
            let tag = tag.filter(|tag| known.iter().any(|field| field.tag == *tag));
            tag.ok_or_else(|| format!("{} has no tag {text}", spec.name))
        };
        let template = |names: &Names, text: &str| Template::parse(text, names);
        let fields = request.fields.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Ok((tag(name, spec.request)?, template(names, &text)?))
        });
        let fields = fields.collect::<Result<_, String>>()?;
        let expect = request.expect.iter().map(|(name, text)| Ok((tag(name, spec.response)?, template(names, text)?)));
        let expect = expect.collect::<Result<_, String>>()?;
        let keep = request.keep.iter().map(|(name, from)| Ok((names.number(name), tag(from, spec.response)?)));
        let keep = keep.collect::<Result<_, String>>()?;
        Ok(Self { command, fields, expect, keep, number })
    }

    /// Appends the frame, with this `AG`.
    pub(super) fn write(&self, values: &[Vec<u8>], echo: u64, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[AO");
        out.extend_from_slice(&self.command);
        out.push(b';');
        for (tag, template) in &self.fields {
            out.extend_from_slice(&tag.bytes());
            template.write(values, out);
            out.push(b';');
        }
        // Writing to a vector does not fail.
        let _ = write!(out, "AG{echo};]");
    }

    /// Whether a reply's fields are right; keeps what is to be kept.
    pub(super) fn check(&self, values: &mut [Vec<u8>], message: &Message<'_>) -> Result<(), String> {
        let find = |tag: Tag| message.fields().find(|(known, _)| *known == tag).map(|(_, value)| value);
        for (tag, template) in &self.expect {
            let found = find(*tag).ok_or_else(|| format!("the reply has no {tag}"))?;
            if !template.is(values, found) {
                let mut expected = Vec::new();
                template.write(values, &mut expected);
                return Err(format!("{tag} is {}, not {}", found.escape_ascii(), expected.escape_ascii()));
            }
        }
        for (number, tag) in &self.keep {
            let found = find(*tag).ok_or_else(|| format!("the reply has no {tag}"))?;
            let place = &mut values[*number];
            place.clear();
            place.extend_from_slice(found);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_come_with_the_program_are_good() {
        for (name, text) in READY_MADE {
            let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(scenario.title, *name);
            let checked = scenario.sequences.iter().flat_map(|it| &it.requests).any(|it| !it.expect.is_empty());
            assert!(checked, "{name} checks something");
        }
    }

    #[test]
    fn weights_decide_how_often_a_sequence_is_chosen() {
        let text = "title = 't'\n[[sequence]]\nname = 'a'\nweight = 3\nrequest = [{ command = 'ECHO' }]\n\
                    [[sequence]]\nname = 'b'\nrequest = [{ command = 'ECHO' }, { command = 'RAND', fields = { CM = '8' } }]\n";
        let scenario = Scenario::parse(text);
        let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
        let chosen: Vec<usize> = (0..8).map(|number| scenario.choose(number)).collect();
        assert_eq!(chosen, [0, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(scenario.requests, ["a: ECHO", "b: ECHO 1", "b: RAND 2"]);
    }

    #[test]
    fn mistakes_are_told() {
        let sequence = |request: &str| format!("title = 't'\n[[sequence]]\nname = 'a'\nrequest = [{request}]\n");
        for (text, told) in [
            (sequence("{ command = 'ECH0' }"), "ECH0"),
            (sequence("{ command = 'ECHO', fields = { QQ = '1' } }"), "ECHO has no tag QQ"),
            (sequence("{ command = 'ECHO', fields = { AK = '{x}' } }"), "nothing before gives \"x\""),
            (sequence("{ command = 'ECHO', expect = { BG = '1' } }"), "ECHO has no tag BG"),
            (sequence("{ comand = 'ECHO' }"), "unknown field"),
            ("title = 't'\nsequence = []\n".to_owned(), "no sequence has a weight"),
        ] {
            let error = Scenario::parse(&text).expect_err(&text);
            assert!(error.contains(told), "{error}");
        }
    }
}
