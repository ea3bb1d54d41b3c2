//! `docs/deviations.md`.

use std::fmt::Write as _;

use super::cell;
use crate::command::{Command, Provenance, Spec};
use crate::field::Value as _;
use crate::field::code::MajorKeySelector;

const HEAD: &str = "\
# Deviations

Generated from the command table and the contracts in `protocol/src/command`; do not edit.

No public reference of the Excrypt commands exists. What is known comes from the vendor's public pages and from open client
code that talks to real units; everything else here is our own decision. This page says which is which, so that nobody takes
a guess of ours for a fact about a real unit.
";

const DECISIONS: &str = "
## Decisions that hold everywhere

- **Error numbers** (`AM`) are ours, grouped by hundreds: 1xx frame, 2xx command, 3xx field, 4xx key reference and key
  block, 5xx major keys, 6xx login and permission, 7xx limits, 9xx internal. That `ERRO` carries `AM`, `AN` and `BB` is
  known; what `AN` holds is ours. Wrong key, wrong MAC and wrong padding are one error with one text. The table is in
  [commands.md](commands.md#errors).
- **Modifier mask** of cryptograms under the MFK: the modifier shifted left by three, XORed into the first byte of each
  8-byte half of the major key, the classic Atalla-style rule. What real units do is not public.
- **Check values**: TDES, the leading digits of the encryption of eight zero bytes; AES, the leading digits of CMAC over
  sixteen zero bytes. A tenant's policy says whether a working key's has 6 digits (the default) or 4.
- **Commands that begin with `Z`** are ours. No known Excrypt command does, so they can never collide.
- **Limits**: 64 KiB and 64 fields a frame; `AG` has at most 64 characters. The limits of real units are not public.
- **Lenient and strict mode**: in lenient mode, the default, a missing last `;`, a missing `;` after the command's name and
  unknown tags are tolerated, because real clients show them; strict mode refuses them.
- **Pipelining** is allowed: replies come in the order of the requests. Whether real units allow it is not known.
";

const MARKS: &str = "
## Where our knowledge of each command comes from

`vendor`: a page of the vendor's. `client`: seen in a client of real units. `inferred`: the name is public, the tags are
ours. `ours`: the whole command is.

";

/// What is ours about the wire.
#[must_use]
pub fn deviations() -> String {
    let mut out = HEAD.to_owned();
    out.push_str(DECISIONS);
    selectors(&mut out);
    provenance(&mut out);
    out.push_str("\n## What is ours, command by command\n");
    for spec in specs() {
        let text = spec.text();
        let mut ours = text.split("\n\n").filter(|paragraph| is_ours(paragraph)).peekable();
        if ours.peek().is_some() {
            line(&mut out, format_args!("\n### {}", spec.name));
        }
        for paragraph in ours {
            line(&mut out, format_args!("\n{}", paragraph.trim()));
        }
    }
    out
}

fn selectors(out: &mut String) {
    out.push_str("- **Major-key selectors** (`FS`, `BJ`, `MK`): 1 and 6 are known, the others are ours.\n\n");
    out.push_str("| Code | Major key |\n|---|---|\n");
    for (code, meaning) in MajorKeySelector::CODES {
        line(out, format_args!("| {code} | {} |", cell(meaning)));
    }
}

fn provenance(out: &mut String) {
    out.push_str(MARKS);
    for mark in [Provenance::Vendor, Provenance::Client, Provenance::Inferred, Provenance::Ours] {
        let names: Vec<&str> = specs().filter(|spec| spec.provenance == mark).map(|spec| spec.name).collect();
        let count = names.len();
        line(
            out,
            format_args!("- `{}`, {count}: {}", mark.word(), if count == 0 { "none".into() } else { names.join(", ") }),
        );
    }
    out.push_str("\n| Command | Provenance | What it does |\n|---|---|---|\n");
    for spec in specs() {
        line(out, format_args!("| {} | {} | {} |", spec.name, spec.provenance.word(), cell(&spec.summary())));
    }
}

/// A paragraph that sets apart what is ours begins with "Ours:", or holds it after what is known.
fn is_ours(paragraph: &str) -> bool {
    paragraph.starts_with("Ours:") || paragraph.contains(" Ours:") || paragraph.contains("\nOurs:")
}

fn specs() -> impl Iterator<Item = &'static Spec> {
    Command::ALL.iter().map(|command| command.spec())
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_mark_and_whatever_is_ours_is_said() {
        let page = deviations();
        for spec in specs() {
            assert!(page.contains(&format!("| {} | {} |", spec.name, spec.provenance.word())));
        }
        assert!(page.contains("### GPGS\n\nOurs: `AS`"));
        assert!(!page.contains("### ECHO\n"));
    }
}
