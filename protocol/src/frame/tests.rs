//! Frames as they are read: by hand, and against a splitter that takes its time.

use proptest::prelude::*;

use super::*;

fn parse(frame: &str, strictness: Strictness) -> Result<String, Error> {
    let mut spans = Vec::new();
    let message = Message::parse(frame.as_bytes(), &mut spans, Limits { frame_bytes: 99, fields: 5 }, strictness)
        .map_err(|refused| refused.error)?;
    let fields: Vec<String> = message.fields().map(|(tag, value)| format!("{tag}={}", value.escape_ascii())).collect();
    Ok(format!("{} {}", message.command().escape_ascii(), fields.join(" ")))
}

#[test]
fn fields_are_split_and_an_empty_value_is_kept() {
    assert_eq!(parse("[AOGCVV;FT;AV12 3;AG7;]", Strictness::Strict), Ok("GCVV FT= AV=12 3".into()));
}

#[test]
fn lenient_mode_forgives_two_missing_semicolons() {
    assert_eq!(parse("[AODCDKFS2;AK00]", Strictness::Lenient), Ok("DCDK FS=2 AK=00".into()));
    assert_eq!(parse("[AODCDKFS2;]", Strictness::Strict), Err(Error::SemicolonMissing { position: 1 }));
    assert_eq!(parse("[AODCDK;FS2]", Strictness::Strict), Err(Error::SemicolonMissing { position: 2 }));
}

#[test]
fn malformed_frames_say_what_is_wrong() {
    for (frame, error) in [
        ("[]", Error::Empty),
        ("[;]", Error::CommandMissing),
        ("[AGx;AOECHO;]", Error::CommandMissing),
        ("[AOecho;]", Error::CommandMalformed),
        ("[AOECH;]", Error::CommandMalformed),
        ("[AOECHO;;]", Error::TagMalformed { position: 2 }),
        ("[AOECHO;ak1;]", Error::TagMalformed { position: 2 }),
        ("[AOECHO;A;]", Error::TagMalformed { position: 2 }),
        ("[AOECHO;AK1;AK1;]", Error::Duplicate { tag: Tag::of("AK") }),
        ("[AODCDKFS2;FS2;]", Error::Duplicate { tag: Tag::of("FS") }),
        ("[AOECHO;AK[;]", Error::IllegalByte { byte: b'[', offset: 10 }),
        ("[AOECHO;AK\0;]", Error::IllegalByte { byte: 0, offset: 10 }),
        ("[AOECHO;AA;AB;AC;AD;AE;]", Error::TooManyFields { limit: 5 }),
    ] {
        assert_eq!(parse(frame, Strictness::Lenient), Err(error), "{frame}");
    }
}

#[test]
fn edges_of_the_limits() {
    let echo = "x".repeat(ECHO_MAX);
    for (frame, expected) in [
        ("[AOECHO;AA;AB;AC;AD;]".to_owned(), Ok("ECHO AA= AB= AC= AD=".to_owned())),
        ("[AOECHO;AA;AB;AC;AD]".to_owned(), Ok("ECHO AA= AB= AC= AD=".to_owned())),
        ("[AOECHO;AA;AB;AC;AD;AE]".to_owned(), Err(Error::TooManyFields { limit: 5 })),
        ("[AOECHO;ak1;AK\0;]".to_owned(), Err(Error::IllegalByte { byte: 0, offset: 14 })),
        (format!("[AOECHO;AG{echo};]"), Ok("ECHO ".to_owned())),
        (format!("[AOECHO;AG{echo}x;]"), Err(Error::Invalid { tag: Tag::ECHO, rule: "at most 64 characters" })),
        ("[AOECHO;AKx]AG7;]".to_owned(), Err(Error::IllegalByte { byte: b']', offset: 11 })),
        ("[AOECHO;AKx]]".to_owned(), Err(Error::IllegalByte { byte: b']', offset: 11 })),
        ("[AOECHO;AK1;".to_owned(), Err(Error::Unfinished)),
        ("[".to_owned(), Err(Error::Unfinished)),
        (String::new(), Err(Error::Unfinished)),
    ] {
        assert_eq!(parse(&frame, Strictness::Lenient), expected, "{frame}");
    }
}

#[test]
fn what_is_kept_reads_as_it_did() {
    for frame in [&b"[AOECHO;AK1;AG7;BOx y;]"[..], b"[AOECHOAK1;AG7;]"] {
        let (mut spans, mut again) = (Vec::new(), Vec::new());
        let kept = Message::parse(frame, &mut spans, Limits::default(), Strictness::Lenient).expect("a frame").keep();
        let message = Message::parse(frame, &mut again, Limits::default(), Strictness::Lenient).expect("a frame");
        let known = kept.message();
        assert_eq!((known.frame(), known.command(), known.echo()), (frame, *b"ECHO", Some(&b"7"[..])));
        assert_eq!(known.strictness(), Strictness::Lenient);
        assert_eq!(known.fields().collect::<Vec<_>>(), message.fields().collect::<Vec<_>>());
        let printed = format!("{kept:?}");
        assert!(!printed.contains("x y") && !printed.contains("120, 32, 121"), "{printed}");
    }
}

/// Fields as anybody would find them who had all the time in the world.
fn plainly(frame: &str, fields: usize) -> Result<String, Error> {
    let inner = &frame[1..frame.len() - 1];
    let parts: Vec<&str> = inner.strip_suffix(';').unwrap_or(inner).split(';').collect();
    let illegal = inner.bytes().position(|byte| !matches!(byte, 0x20..=0x7E) || matches!(byte, b'[' | b']'));
    let illegal = illegal.map(|at| Error::IllegalByte { byte: inner.as_bytes()[at], offset: at + 1 });
    let mut found = Vec::new();
    for part in parts {
        if found.len() == fields {
            return Err(Error::TooManyFields { limit: fields });
        }
        let tag = part.as_bytes().first_chunk().and_then(|tag| Tag::parse(*tag));
        let Some(tag) = tag.filter(|_| !part.contains(']')) else {
            let wrong = if found.is_empty() {
                Error::CommandMissing
            } else {
                Error::TagMalformed { position: found.len() + 1 }
            };
            return Err(illegal.unwrap_or(wrong));
        };
        found.push((tag, &part[2..]));
    }
    if let Some(illegal) = illegal {
        return Err(illegal);
    }
    let (first, name) = found.remove(0);
    if first != Tag::COMMAND {
        return Err(Error::CommandMissing);
    }
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if name.len() < 4 || !is_name(&name[..4]) {
        return Err(Error::CommandMalformed);
    }
    match name.as_bytes()[4..].first_chunk().map(|tag| Tag::parse(*tag)) {
        Some(Some(tag)) => found.insert(0, (tag, &name[6..])),
        Some(None) => return Err(Error::CommandMalformed),
        None if name.len() > 4 => return Err(Error::CommandMalformed),
        None => {}
    }
    for (place, (tag, _)) in found.iter().enumerate() {
        if *tag == Tag::COMMAND || found[..place].iter().any(|(earlier, _)| earlier == tag) {
            return Err(Error::Duplicate { tag: *tag });
        }
    }
    let told = found.iter().filter(|(tag, _)| *tag != Tag::ECHO);
    let told = told.map(|(tag, value)| format!("{tag}={}", value.as_bytes().escape_ascii()));
    Ok(format!("{} {}", &name[..4], told.collect::<Vec<_>>().join(" ")))
}

proptest! {
    #[test]
    fn fields_are_those_that_are_found_plainly(
        start in "(AO[A-Z]{4}|AO[A-Z]{4}AK1|AO[A-Z]{0,5}|AG7|)",
        fields in proptest::collection::vec("([A-D][A-D0-2][ -:<-Z^-~]{0,20}|AG[0-9]{0,9}|AO|[ -:]{0,3}|A[A-C]\\[|A\x01|AB\x7F|A[A-D][0-9]{0,18}\\][A-C]{0,3})", 0..7),
        end in "(;|)",
    ) {
        let inner = [start].into_iter().chain(fields).collect::<Vec<_>>().join(";");
        prop_assume!(!inner.is_empty());
        let frame = format!("[{inner}{end}]");
        prop_assert_eq!(parse(&frame, Strictness::Lenient), plainly(&frame, 5), "{}", frame);
    }
}

#[test]
fn a_refusal_echoes_what_it_can() {
    let mut spans = Vec::new();
    let refused = Message::parse(b"[AOECHO;AG7;AK\x01;]", &mut spans, Limits::default(), Strictness::Lenient);
    assert_eq!(refused.err().and_then(|refused| refused.echo), Some(&b"7"[..]));
}
