//! `docs/commands.md`.

use std::fmt::Write as _;

use super::{cell, needs};
use crate::command::{Command, Effect, FieldSpec, Spec};
use crate::error::ErrorCode;
use crate::permission::Permission;

const HEAD: &str = "\
# Commands

Generated from the command table and the contracts in `protocol/src/command`; do not edit.

A frame is `[` fields `]`; a field is a two-character tag, its value and `;`. `AO` comes first and carries the command's
name. Requests may order their other tags freely; replies come in the order given here. `AG` may be in any request and is
repeated at the end of its reply, which is how a client tells replies apart. A tag means what it means in its command only.
Where something cannot be done the reply is `ERRO`, see [Errors](#errors).
";

const PERMISSIONS: &str = "
## Permissions

What a role can grant. A role also has slots that it reaches and commands that it may call, see ZRAD.

| Permission | Allows |
|---|---|
";

const ERRORS: &str = "
## Errors

`[AOERRO;AM<number>;AN<detail>;BB<text>;AG<echo>;]`. The numbers are ours. `AN` is 0, or a stable number that narrows the
case; `BB` names the tag and the rule that was broken. A failed verification is not an error: the command answers under
its own name.

| AM | Meaning |
|---|---|
";

/// The manual of all commands. `example` gives a request and its reply for a command.
pub fn commands(example: impl Fn(&Spec) -> Option<(String, String)>) -> String {
    let mut out = HEAD.to_owned();
    out.push_str("\n| Command | What it does | Needs | Effect |\n|---|---|---|---|\n");
    for spec in specs() {
        let (name, effect) = (spec.name, effect(spec.effect));
        let anchor = name.to_ascii_lowercase();
        line(
            &mut out,
            format_args!("| [{name}](#{anchor}) | {} | {} | {effect} |", cell(&spec.summary()), needs(spec.needs)),
        );
    }
    let mut group = "";
    for spec in specs() {
        let (this, _) = spec.path.split_once('/').unwrap_or((spec.path, ""));
        if this != group {
            line(&mut out, format_args!("\n## Group `{this}`"));
            group = this;
        }
        command(&mut out, spec, example(spec));
    }
    out.push_str(PERMISSIONS);
    for permission in Permission::ALL {
        line(&mut out, format_args!("| {permission} | {} |", cell(permission.meaning())));
    }
    out.push_str(ERRORS);
    for code in ErrorCode::ALL {
        line(&mut out, format_args!("| {code} | {} |", cell(code.meaning())));
    }
    out
}

fn specs() -> impl Iterator<Item = &'static Spec> {
    Command::ALL.iter().map(|command| command.spec())
}

fn command(out: &mut String, spec: &Spec, example: Option<(String, String)>) {
    line(out, format_args!("\n### {}\n\n{}\n", spec.name, spec.text()));
    let (effect, provenance) = (effect(spec.effect), spec.provenance.word());
    line(out, format_args!("Needs: {}. Effect: {effect}. Provenance: {provenance}.", needs(spec.needs)));
    side(out, "Request", spec.request);
    side(out, "Response", spec.response);
    if let Some((request, reply)) = example {
        line(out, format_args!("\nExample:\n\n```text\n> {request}\n< {reply}\n```"));
    }
}

fn side(out: &mut String, title: &str, fields: &[FieldSpec]) {
    if fields.is_empty() {
        line(out, format_args!("\n{title}: no fields."));
        return;
    }
    line(out, format_args!("\n| {title} | Name | | Value | Meaning |\n|---|---|---|---|---|"));
    for field in fields {
        let required = if field.required { "required" } else { "optional" };
        let name = field.name;
        line(out, format_args!("| `{}` | {name} | {required} | {} | {} |", field.tag, value(field), cell(field.doc)));
    }
}

/// The shape of a value, or its codes with their meanings.
fn value(field: &FieldSpec) -> String {
    let secret = if field.secret { " (secret)" } else { "" };
    if field.codes.is_empty() {
        return format!("{}{secret}", cell(field.shape));
    }
    let codes: Vec<String> = field.codes.iter().map(|(code, meaning)| format!("`{code}` {}", cell(meaning))).collect();
    format!("{}{secret}", codes.join("<br>"))
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Reads => "reads",
        Effect::Writes => "writes",
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_tag_and_error_is_there() {
        let manual = commands(|spec| {
            let frame = "[AOECHO;AGx;]".to_owned();
            (spec.path == "link/echo").then_some((frame.clone(), frame))
        });
        for spec in specs() {
            assert!(manual.contains(&format!("\n### {}\n", spec.name)));
            assert!(spec.request.iter().all(|field| manual.contains(&format!("| `{}` | {} |", field.tag, field.name))));
        }
        assert!(ErrorCode::ALL.iter().all(|code| manual.contains(&format!("\n| {code} | "))));
        assert!(manual.contains("```text\n> [AOECHO;AGx;]\n< [AOECHO;AGx;]\n```"));
        assert_eq!(manual.matches("Example:").count(), 1);
    }
}
