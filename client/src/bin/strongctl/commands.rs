//! `strongctl commands`.

use protocol::command::{Command, Effect, FieldSpec, Needs, Spec};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::{Output, columns};

/// The table, or one command in full.
pub(crate) fn run(name: Option<&str>, output: &Output) -> Result<(), Failure> {
    match name {
        Some(name) => {
            let spec = find(name)?.spec();
            output.show(&value(spec), || one(spec))
        }
        None => {
            let specs = || Command::ALL.iter().map(|command| command.spec());
            output.show(&specs().map(value).collect::<Vec<_>>(), || columns(&specs().map(row).collect::<Vec<_>>()))
        }
    }
}

/// The command with this name; the failure suggests the nearest one.
pub(crate) fn find(name: &str) -> Result<Command, Failure> {
    let upper = name.to_ascii_uppercase();
    if let Some(command) = upper.as_bytes().try_into().ok().and_then(Command::parse) {
        return Ok(command);
    }
    let nearest = Command::ALL
        .iter()
        .map(|command| command.spec().name)
        .min_by_key(|candidate| strsim::damerau_levenshtein(candidate, &upper))
        .filter(|candidate| strsim::damerau_levenshtein(candidate, &upper) <= 2);
    let failure = Failure::usage(format!("no command is named {name}"));
    Err(match nearest {
        Some(nearest) => failure.next(format!("did you mean {nearest}? `strongctl commands` lists them all")),
        None => failure.next("`strongctl commands` lists them all"),
    })
}

fn row(spec: &Spec) -> Vec<String> {
    let cells =
        [spec.name, spec.path, &needs(spec.needs), effect(spec.effect), spec.provenance.word(), &spec.summary()];
    cells.map(str::to_owned).to_vec()
}

fn one(spec: &Spec) -> String {
    let mut text = format!("{}  {}\n\n{}\n\n", spec.name, spec.path, spec.text());
    let facts = [("needs", needs(spec.needs)), ("effect", effect(spec.effect).to_owned())];
    let provenance = ("provenance", spec.provenance.word().to_owned());
    let facts = facts.into_iter().chain([provenance]).map(|(name, value)| vec![name.to_owned(), value]);
    text.push_str(&columns(&facts.collect::<Vec<_>>()));
    for (title, side) in [("request", spec.request), ("response", spec.response)] {
        text.push_str(&format!("\n{title}{}\n", if side.is_empty() { ": no fields" } else { "" }));
        let rows: Vec<_> = side.iter().flat_map(field_rows).collect();
        text.push_str(&columns(&rows));
    }
    text
}

fn field_rows(field: &FieldSpec) -> Vec<Vec<String>> {
    let need = if field.required { "required" } else { "optional" };
    let cells = [field.tag.to_string(), field.name.to_owned(), need.to_owned(), one_line(field.doc)];
    let mut rows = vec![cells.to_vec()];
    let below = |text: String| vec![String::new(), String::new(), String::new(), text];
    if field.codes.is_empty() {
        rows.push(below(field.shape.to_owned()));
    }
    rows.extend(field.codes.iter().map(|(code, meaning)| below(format!("{code}: {}", one_line(meaning)))));
    rows
}

fn value(spec: &Spec) -> Value {
    let side = |fields: &[FieldSpec]| fields.iter().map(field_value).collect::<Vec<_>>();
    json!({
        "name": spec.name,
        "path": spec.path,
        "summary": spec.summary(),
        "needs": needs(spec.needs),
        "effect": effect(spec.effect),
        "provenance": spec.provenance.word(),
        "request": side(spec.request),
        "response": side(spec.response),
    })
}

fn field_value(field: &FieldSpec) -> Value {
    let codes: serde_json::Map<String, Value> =
        field.codes.iter().map(|(code, meaning)| ((*code).to_owned(), one_line(meaning).into())).collect();
    json!({
        "tag": field.tag.to_string(),
        "name": field.name,
        "required": field.required,
        "shape": field.shape,
        "codes": codes,
        "secret": field.secret,
        "text": one_line(field.doc),
    })
}

fn needs(needs: Needs) -> String {
    match needs {
        Needs::Nothing => "nothing".to_owned(),
        Needs::Tenant => "a tenant's connection".to_owned(),
        Needs::Permission(name) => format!("permission {name}"),
        Needs::Administration => "administration".to_owned(),
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Reads => "reads",
        Effect::Writes => "writes",
    }
}

/// Documentation without its line breaks and its leading space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
