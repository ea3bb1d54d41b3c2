//! The frame that a command line asks for.

use std::io::Read as _;

use protocol::command::Spec;
use protocol::frame::is_value_byte;
use protocol::tag::Tag;
use zeroize::Zeroizing;

use crate::args::Call;
use crate::commands;
use crate::failure::Failure;

/// The frame as given, or the one that name and fields make.
pub(super) fn build(call: &Call) -> Result<Zeroizing<String>, Failure> {
    let what = call.what.trim();
    if what.starts_with('[') || what == "-" || what.starts_with('@') {
        if let Some(field) = call.fields.first() {
            return Err(Failure::usage(format!("{field:?} follows a whole frame; put it into the frame")));
        }
        let frame = value(what)?;
        if frame.starts_with('[') && frame.ends_with(']') {
            return Ok(frame);
        }
        return Err(Failure::usage("not a frame").next("a frame looks like '[AOECHO;AGhello;]'"));
    }
    let spec = match commands::find(what) {
        Ok(command) => Some(command.spec()),
        Err(_) if call.force => None,
        Err(failure) => return Err(failure),
    };
    // Room for any frame, so that no secret is left behind by growing.
    let mut frame = Zeroizing::new(String::with_capacity(64 * 1024));
    frame.push_str("[AO");
    frame.push_str(&what.to_ascii_uppercase());
    frame.push(';');
    let mut stdin_taken = false;
    for field in &call.fields {
        let Some((tag, given)) = field.split_once('=') else {
            return Err(Failure::usage(format!("{field:?} is not TAG=VALUE")));
        };
        if given == "-" && std::mem::replace(&mut stdin_taken, true) {
            return Err(Failure::usage("standard input can be only one value"));
        }
        check_tag(tag, spec, call.force)?;
        let value = value(given)?;
        if !value.bytes().all(is_value_byte) {
            return Err(Failure::usage(format!("{tag}: a value is printable ASCII without '[', ']' and ';'")));
        }
        frame.push_str(tag);
        frame.push_str(&value);
        frame.push(';');
    }
    frame.push(']');
    Ok(frame)
}

fn check_tag(tag: &str, spec: Option<&Spec>, force: bool) -> Result<(), Failure> {
    let parsed = tag.as_bytes().try_into().ok().and_then(Tag::parse);
    let Some(parsed) = parsed else {
        return Err(Failure::usage(format!("{tag:?} is not a tag: a capital letter, then a capital letter or digit")));
    };
    let Some(spec) = spec.filter(|_| !force) else { return Ok(()) };
    if parsed == Tag::ECHO || spec.request.iter().any(|field| field.tag == parsed) {
        return Ok(());
    }
    let known = spec.request.iter().map(|field| format!("{} {}", field.tag, field.name));
    let known: Vec<String> = known.chain(["AG echo".to_owned()]).collect();
    Err(Failure::usage(format!("{} has no tag {tag}; it has {}", spec.name, known.join(", ")))
        .next("--force sends it all the same"))
}

/// A value as given, or what stands in a file or comes from standard input.
pub(crate) fn value(given: &str) -> Result<Zeroizing<String>, Failure> {
    let text = if given == "-" {
        let mut text = Zeroizing::new(String::with_capacity(64 * 1024));
        std::io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(|error| Failure::usage(format!("standard input: {error}")))?;
        text
    } else if let Some(literal) = given.strip_prefix("@@") {
        Zeroizing::new(format!("@{literal}"))
    } else if let Some(path) = given.strip_prefix('@') {
        let text = std::fs::read_to_string(path);
        Zeroizing::new(text.map_err(|error| Failure::usage(format!("{path}: {error}")))?)
    } else {
        Zeroizing::new(given.to_owned())
    };
    Ok(Zeroizing::new(text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(what: &str, fields: &[&str], force: bool) -> Result<String, String> {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let (field, explain, reveal) = (None, false, false);
        let call = Call { what: what.to_owned(), fields, field, explain, reveal, force };
        build(&call).map(|frame| frame.to_string()).map_err(|failure| failure.text().to_owned())
    }

    #[test]
    fn names_and_fields_make_a_frame() {
        let fields = ["FS=6", "CT=6", "AK=D0000D0AB00E0000"];
        assert_eq!(built("GPGS", &fields, false).as_deref(), Ok("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"));
        assert_eq!(built("echo", &["AK=a=b", "AG="], false).as_deref(), Ok("[AOECHO;AKa=b;AG;]"));
        assert_eq!(built("[AOecho;]", &[], false).as_deref(), Ok("[AOecho;]"));
        assert_eq!(built("ECHO", &["AK=@@home"], false).as_deref(), Ok("[AOECHO;AK@home;]"));
        assert_eq!(built("ZZZZ", &["QQ=1"], true).as_deref(), Ok("[AOZZZZ;QQ1;]"));
    }

    #[test]
    fn values_come_from_files() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "secret\n").expect("written");
        let field = format!("AK=@{}", file.path().display());
        assert_eq!(built("ECHO", &[&field], false).as_deref(), Ok("[AOECHO;AKsecret;]"));
    }

    #[test]
    fn mistakes_are_told_before_anything_is_sent() {
        for (what, fields, expected) in [
            ("ECHO", vec!["QQ=1"], "ECHO has no tag QQ"),
            ("ECHO", vec!["AK"], "is not TAG=VALUE"),
            ("ECHO", vec!["ak=1"], "is not a tag"),
            ("ECHO", vec!["AK=a;b"], "a value is printable ASCII"),
            ("ECH0", vec![], "no command is named ECH0"),
            ("[AOECHO;]", vec!["AK=1"], "follows a whole frame"),
            ("[AOECHO;", vec![], "not a frame"),
        ] {
            let text = built(what, &fields, false).expect_err(what);
            assert!(text.contains(expected), "{text}");
        }
    }
}
