//! `strongctl explain`: what each tag of a frame means.

mod field;
mod key_block;
mod render;

use protocol::command::{Command, FieldSpec, Request, Response, Spec};
use protocol::frame::{Limits, Message, Strictness};
use serde::Serialize;

use crate::args;
use crate::call::value;
use crate::failure::Failure;
use crate::output::Output;
use field::Explained as ExplainedField;

/// How a frame is to be looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct View {
    /// Which way it goes; `None` to find out by looking.
    pub(crate) direction: Option<Direction>,
    /// Whether secret values are shown.
    pub(crate) reveal: bool,
}

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Request,
    Reply,
    /// Both sides of the command allow it.
    Either,
}

/// A frame in words.
#[derive(Debug, Serialize)]
pub(crate) struct Explained {
    pub(crate) command: String,
    summary: Option<String>,
    direction: Direction,
    fields: Vec<ExplainedField>,
    problems: Vec<String>,
}

/// Explains the frame that the command line names.
pub(crate) fn run(args: &args::Explain, output: &Output) -> Result<(), Failure> {
    let direction = match (args.request, args.reply) {
        (true, _) => Some(Direction::Request),
        (false, true) => Some(Direction::Reply),
        (false, false) => None,
    };
    let frame = value(&args.frame)?;
    let explained = explain(&frame, View { direction, reveal: args.reveal })?;
    output.show(&explained, || explained.render())
}

/// Explains `frame`; a failure says why it is none.
pub(crate) fn explain(frame: &str, view: View) -> Result<Explained, Failure> {
    let frame = frame.trim().as_bytes();
    if frame.first() != Some(&b'[') || frame.last() != Some(&b']') {
        return Err(Failure::usage("not a frame: it begins with '[' and ends with ']'"));
    }
    let mut spans = Vec::new();
    let message = Message::parse(frame, &mut spans, Limits::default(), Strictness::Lenient)
        .map_err(|refused| Failure::usage(format!("not a frame: {}", refused.error)))?;
    let name = message.command();
    let mut explained = if name == *b"ERRO" {
        refusal(&message, view)
    } else if let Some(command) = Command::parse(name) {
        known(&message, command.spec(), view)
    } else {
        unknown(&message, view)
    };
    explained.fields.extend(message.echo().map(field::echo));
    let mut strict = Vec::new();
    if let Err(refused) = Message::parse(frame, &mut strict, Limits::default(), Strictness::Strict) {
        explained.problems.push(refused.error.to_string());
    }
    Ok(explained)
}

fn known(message: &Message<'_>, spec: &Spec, view: View) -> Explained {
    let direction = view.direction.unwrap_or_else(|| guess(message, spec));
    let side = match direction {
        Direction::Request | Direction::Either => spec.request,
        Direction::Reply => spec.response,
    };
    let find = |tag| side.iter().find(|field| field.tag == tag);
    let fields = message.fields().map(|(tag, value)| match find(tag) {
        Some(spec) => field::known(spec, value, view.reveal),
        None => field::unknown(tag, value, view.reveal),
    });
    let mut problems: Vec<String> = missing(message, side)
        .map(|field| format!("{} is missing: {}", field.tag, crate::commands::one_line(field.doc)))
        .collect();
    // Missing fields are listed above, all of them; a reader stops at the first.
    if problems.is_empty() {
        let outcome = match direction {
            Direction::Request | Direction::Either => Request::decode(message).map(|_| ()),
            Direction::Reply => Response::decode(message).map(|_| ()),
        };
        problems.extend(outcome.err().map(|error| error.to_string()));
    }
    Explained {
        command: spec.name.to_owned(),
        summary: Some(spec.summary()),
        direction,
        fields: fields.collect(),
        problems,
    }
}

fn unknown(message: &Message<'_>, view: View) -> Explained {
    let name = message.command().escape_ascii().to_string();
    Explained {
        problems: vec![format!("no command is named {name}, so the tags have no meaning here")],
        command: name,
        summary: None,
        direction: view.direction.unwrap_or(Direction::Either),
        fields: message.fields().map(|(tag, value)| field::unknown(tag, value, view.reveal)).collect(),
    }
}

fn refusal(message: &Message<'_>, view: View) -> Explained {
    Explained {
        command: "ERRO".to_owned(),
        summary: Some("The HSM refused.".to_owned()),
        direction: Direction::Reply,
        fields: message.fields().map(|(tag, value)| field::of_refusal(tag, value, view.reveal)).collect(),
        problems: Vec::new(),
    }
}

/// The side that the frame fits better.
fn guess(message: &Message<'_>, spec: &Spec) -> Direction {
    let request = misfits(message, spec.request, Request::decode(message).is_err());
    let reply = misfits(message, spec.response, Response::decode(message).is_err());
    match request.cmp(&reply) {
        std::cmp::Ordering::Less => Direction::Request,
        std::cmp::Ordering::Greater => Direction::Reply,
        std::cmp::Ordering::Equal => Direction::Either,
    }
}

fn misfits(message: &Message<'_>, side: &[FieldSpec], refused: bool) -> usize {
    let strangers = message.fields().filter(|(tag, _)| side.iter().all(|field| field.tag != *tag)).count();
    // A stranger says more than a gap: a request that lacks a field is still a request.
    strangers * 2 + missing(message, side).count() + usize::from(refused)
}

fn missing<'a>(message: &Message<'_>, side: &'a [FieldSpec]) -> impl Iterator<Item = &'a FieldSpec> {
    let present: Vec<_> = message.fields().map(|(tag, _)| tag).collect();
    side.iter().filter(move |field| field.required && !present.contains(&field.tag))
}

#[cfg(test)]
mod tests;
