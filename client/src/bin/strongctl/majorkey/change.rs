//! Changing a major key: stored keys, the switch, keys that hosts hold, and the end of the former key.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use client::Client;
use indicatif::{ProgressBar, ProgressStyle};
use protocol::command::major_key::{discard, retire, switch, translate, translate_stored, zeroize};
use protocol::field::code::MajorKeySelector;
use protocol::field::key::{GivenKey, ModifierDigit};
use protocol::field::number::Number;
use serde_json::json;

use super::{Confirm, status};
use crate::failure::Failure;
use crate::fields;
use crate::output::Output;

/// Keys that one request seals again.
const BATCH: u32 = 1000;

#[derive(Debug, clap::Args)]
pub(crate) struct Translate {
    /// A key block or cryptogram; "KEY CHECKVALUE" where odd parity does not tell which MFK a cryptogram is under
    #[arg(value_name = "KEY", required_unless_present = "file", conflicts_with = "file")]
    key: Option<String>,
    /// File of keys, one on each line, perhaps with a blank and its check value; needs --out
    #[arg(long, value_name = "FILE", requires = "out")]
    file: Option<PathBuf>,
    /// Where the translated keys go, in the same order; what an interrupted run has written stays, and the next goes on
    #[arg(long, value_name = "FILE", requires = "file")]
    out: Option<PathBuf>,
    /// Copy a key that cannot be translated, and go on
    #[arg(long, requires = "file")]
    keep_going: bool,
    /// Major key that the keys are under [default: the PMK for AES key blocks, the MFK for others]
    #[arg(long, value_name = "NAME", value_parser = super::by_name)]
    under: Option<MajorKeySelector>,
    /// Modifier of cryptograms
    #[arg(long, value_name = "DIGIT")]
    modifier: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Zeroize {
    /// Name of the tenant, to make sure
    #[arg(long, value_name = "NAME")]
    tenant: String,
}

/// Seals all stored keys under the pending FTK.
pub(super) async fn stored(client: &Client, output: &Output) -> Result<(), Failure> {
    let mut done = 0;
    let mut bar: Option<ProgressBar> = None;
    loop {
        let told = client.call(translate_stored::Request { most: Number::new(BATCH) }).await?;
        let left = told.left.value();
        done += told.translated.value();
        let bar = bar.get_or_insert_with(|| progress(u64::from(done + left)));
        bar.set_position(done.into());
        if left == 0 {
            bar.finish_and_clear();
            return output.show(&json!({ "translated": done, "left": 0 }), || {
                format!("{done} stored keys are sealed under the pending FTK\n")
            });
        }
    }
}

/// Puts the pending key into use.
pub(super) async fn switch(client: &Client, args: &Confirm, output: &Output) -> Result<(), Failure> {
    let name = fields::major_key(args.which.selector());
    let value = status::check_value(client, name, "pending").await?;
    let check_value = args.confirmation.agree(&value, &format!("Switch to the pending {name}"))?;
    let told = client.call(switch::Request { major_key: args.which.selector(), check_value }).await?;
    let (value, former) = (told.check_value.to_string(), told.former.to_string());
    output.show(&json!({ "major_key": name, "check_value": value, "former": former }), || {
        let flag = name.to_ascii_lowercase();
        format!(
            "the {name} with check value {value} is in use; the former one, {former}, translates until\n  strongctl \
             majorkey retire --{flag}\n"
        )
    })
}

/// Wipes the pending key.
pub(super) async fn discard(client: &Client, args: &Confirm, output: &Output) -> Result<(), Failure> {
    let name = fields::major_key(args.which.selector());
    let value = status::check_value(client, name, "pending").await?;
    let check_value = args.confirmation.agree(&value, &format!("Discard the pending {name}"))?;
    client.call(discard::Request { major_key: args.which.selector(), check_value }).await?;
    output.show(&json!({ "major_key": name, "discarded": value }), || {
        format!("the pending {name} with check value {value} is discarded\n")
    })
}

/// Wipes the former key.
pub(super) async fn retire(client: &Client, args: &Confirm, output: &Output) -> Result<(), Failure> {
    let name = fields::major_key(args.which.selector());
    let value = status::check_value(client, name, "former").await?;
    let check_value = args.confirmation.agree(&value, &format!("Retire the former {name}"))?;
    client.call(retire::Request { major_key: args.which.selector(), check_value }).await?;
    output.show(&json!({ "major_key": name, "retired": value }), || {
        format!("the former {name} with check value {value} is retired\n")
    })
}

/// Wipes every key of the tenant.
pub(super) async fn zeroize(client: &Client, args: &Zeroize, output: &Output) -> Result<(), Failure> {
    let told = client.call(zeroize::Request { tenant: fields::value("--tenant", &args.tenant)? }).await?;
    let (major_keys, keys) = (told.major_keys.value(), told.keys.value());
    output.show(&json!({ "tenant": args.tenant, "major_keys": major_keys, "keys": keys }), || {
        format!("{} is zeroised: {major_keys} major keys and {keys} stored keys are wiped\n", args.tenant)
    })
}

/// Translates keys that a host holds.
pub(super) async fn translate(client: &Client, args: &Translate, output: &Output) -> Result<(), Failure> {
    let modifier = args.modifier.as_deref().map(|it| fields::value("--modifier", it)).transpose()?;
    match (&args.key, &args.file, &args.out) {
        (Some(key), _, _) => {
            let told = client.call(request(key, args.under, modifier)?).await?;
            let (key, value) = (fields::text(&told.key), told.check_value.to_string());
            let is_translated = told.translated.is_some();
            output
                .show(&json!({ "key": key, "check_value": value, "translated": is_translated }), || format!("{key}\n"))
        }
        (None, Some(file), Some(out)) => bulk(client, args, modifier, file, out, output).await,
        (None, _, _) => Err(Failure::usage("nothing to translate")),
    }
}

async fn bulk(
    client: &Client,
    args: &Translate,
    modifier: Option<ModifierDigit>,
    file: &Path,
    out: &Path,
    output: &Output,
) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let lines: Vec<String> = BufReader::new(File::open(file).map_err(|error| failed(file, error))?)
        .lines()
        .collect::<Result<_, _>>()
        .map_err(|error| failed(file, error))?;
    let before = whole_lines(out).map_err(|error| failed(out, error))?;
    if before > lines.len() {
        return Err(Failure::usage(format!("{} has more lines than {}", out.display(), file.display()))
            .next("is it the output of another file? Name another with --out"));
    }
    let written = OpenOptions::new().create(true).append(true).open(out).map_err(|error| failed(out, error))?;
    let mut written = BufWriter::new(written);
    let bar = progress(u64::try_from(lines.len()).unwrap_or(0));
    bar.set_position(u64::try_from(before).unwrap_or(0));
    let (mut translated, mut unchanged, mut refused) = (0, 0, 0);
    for (index, line) in lines.iter().enumerate().skip(before) {
        let key = line.trim();
        let result = if key.is_empty() {
            Ok(String::new())
        } else {
            match request(key, args.under, modifier) {
                Ok(request) => client.call(request).await.map_err(Failure::from).map(|told| {
                    if told.translated.is_some() {
                        translated += 1
                    } else {
                        unchanged += 1
                    }
                    let translated = fields::text(&told.key);
                    // With its check value where the line had it, so that the file can be translated again.
                    match key.split_once(char::is_whitespace) {
                        Some(_) => format!("{translated} {}", told.check_value),
                        None => translated,
                    }
                }),
                Err(failure) => Err(failure),
            }
        };
        let text = match result {
            Ok(text) => text,
            Err(failure) if args.keep_going && !failure.is_of_connection() => {
                refused += 1;
                bar.suspend(|| output.note(&format!("line {}: {}", index + 1, failure.text())));
                key.to_owned()
            }
            Err(failure) => {
                written.flush().map_err(|error| failed(out, error))?;
                bar.finish_and_clear();
                return Err(failure.at(&format!("{} line {}", file.display(), index + 1)));
            }
        };
        writeln!(written, "{text}").map_err(|error| failed(out, error))?;
        bar.inc(1);
    }
    written.flush().map_err(|error| failed(out, error))?;
    bar.finish_and_clear();
    let value = json!({ "translated": translated, "unchanged": unchanged, "refused": refused, "before": before });
    output.show(&value, || {
        format!("{translated} keys are translated, {unchanged} were already, {refused} are refused and copied\n")
    })
}

/// Lines that an earlier run has written whole; a part of one is cut off.
fn whole_lines(path: &Path) -> std::io::Result<usize> {
    let text = match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        read => read?,
    };
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    if whole < text.len() {
        OpenOptions::new().write(true).open(path)?.set_len(u64::try_from(whole).unwrap_or(0))?;
    }
    Ok(text[..whole].iter().filter(|byte| **byte == b'\n').count())
}

/// `line` is a key, and perhaps its check value.
fn request(
    line: &str,
    major_key: Option<MajorKeySelector>,
    modifier: Option<ModifierDigit>,
) -> Result<translate::Request<'_>, Failure> {
    let mut words = line.split_ascii_whitespace();
    let (key, known) = (words.next().unwrap_or_default(), words.next());
    if let Some(extra) = words.next() {
        return Err(Failure::usage(format!("{extra:?}: a key and its check value, and nothing more, make a line")));
    }
    let key: GivenKey<'_> = fields::value("KEY", key)?;
    let known_check_value = known.map(|known| fields::value("check value", known)).transpose()?;
    // A key block has its attributes in its header.
    let modifier = modifier.filter(|_| matches!(key, GivenKey::Cryptogram(_)));
    Ok(translate::Request { key, major_key, modifier, known_check_value })
}

fn progress(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} keys, {per_sec}, {eta} left");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_interrupted_run_wrote_in_part_is_cut_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out");
        assert_eq!(whole_lines(&path).expect("none"), 0);
        std::fs::write(&path, "one\ntwo\nthr").expect("written");
        assert_eq!(whole_lines(&path).expect("two"), 2);
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "one\ntwo\n");
    }
}
