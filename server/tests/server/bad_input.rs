//! No frame, however broken, changes anything, ends the process, or disturbs another connection.

use std::io::Write as _;
use std::net::TcpStream;

use crate::support::{Hsm, ask, directory, is_closed, reply, value};

/// A key block with every header field changed and every digit of its MAC and of its key.
fn corrupted(block: &str) -> Vec<String> {
    let changed = |place: usize, with: char| {
        let mut text: Vec<char> = block.chars().collect();
        text[place] = with;
        text.into_iter().collect::<String>()
    };
    let mut all = Vec::new();
    for (place, with) in [(0, 'E'), (0, 'Z'), (1, '9'), (4, '0'), (5, 'P'), (6, '9'), (7, 'T'), (8, 'E'), (9, '1')] {
        all.push(changed(place, with));
    }
    for (place, with) in [(10, '1'), (11, 'N'), (11, 'X'), (12, '1'), (13, '1'), (14, '1'), (15, '1')] {
        all.push(changed(place, with));
    }
    for (place, digit) in block.char_indices().skip(16) {
        all.push(changed(place, if digit == '0' { '1' } else { '0' }));
    }
    all.push(block[..block.len() - 1].to_owned());
    all.push(format!("{block}00"));
    all.push(block[..17].replace("0144", "0017"));
    all.push(block.replace("0144", "9999"));
    all
}

/// Frames after which the connection goes on, each with the number of its refusal.
fn refused(block: &str, other: &str, kek: &str) -> Vec<(String, u16)> {
    let mut frames: Vec<(String, u16)> = [
        ("[]", 100),
        ("[[AOECHO;]", 100),
        ("[AOECHO;AK[x;]", 100),
        ("[AGx;]", 100),
        ("[AOecho;]", 100),
        ("[AONONE;]", 201),
        ("[AO;]", 100),
        ("[AORAND;CM;]", 303),
        ("[AORAND;CM99999999999999999999;]", 303),
        ("[AORAND;CM-1;]", 303),
        ("[AOGHSH;RG4;BOABC;]", 303),
        ("[AOGHSH;RG4;BOXY;]", 303),
        ("[AOCBCE;GG001122;BO0011223344556677;]", 303),
        ("[AOECID;AIBD99999;AK00;]", 401),
        ("[AOECID;AIBD5;AK00;]", 401),
        ("[AOGPKR;RC100000;]", 303),
        ("[AOECHO;AK\u{0};]", 100),
        ("[AOECHO;AKgr\u{fc}n;]", 100),
        ("[AOECHO;;]", 100),
        ("[AOECHO;AK1;AK1;]", 301),
    ]
    .map(|(frame, number)| (frame.to_owned(), number))
    .into();
    frames.push((format!("[AOECID;AI{other};AK00112233445566778899AABBCCDDEEFF;]"), 403));
    frames.push((format!("[AOECID;AI{kek};AK00112233445566778899AABBCCDDEEFF;]"), 404));
    frames.push((format!("[AOTWKM;AP{block};BH{block};FS6;]"), 404));
    frames
}

/// Streams after which the connection closes.
fn fatal() -> Vec<Vec<u8>> {
    vec![
        format!("[AOECHO;AK{};]", "x".repeat(64 * 1024 + 1)).into_bytes(),
        format!("[AOECHO;{}]", "ZZ1;".repeat(10_000)).into_bytes(),
        vec![b'x'; 1_000_000],
        vec![b'['; 1_000_000],
        [&[0; 4096][..], b"\r\n x"].concat(),
        vec![0xFF; 4096],
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"]".to_vec(),
    ]
}

#[test]
fn it_is_refused_or_closed_and_nothing_else_happens() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--tenant", "other"]);
    let mut bystander = hsm.application();
    let mut theirs = hsm.tls("tls", Some(&hsm.client("other")));
    let other = value(&ask(&mut theirs, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
    let kek = value(&ask(&mut bystander, "[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]"), "BG");
    let block = value(&ask(&mut bystander, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
    let added = ask(&mut bystander, &format!("[AOGPKA;BG{block};RTkept;]"));
    assert!(added.starts_with("[AOGPKA;RC0;"), "{added}");
    let before = ask(&mut bystander, "[AOGPKM;]");

    let mut stream = hsm.application();
    for (frame, number) in refused(&block, &other, &kek) {
        let told = ask(&mut stream, &frame);
        assert!(told.starts_with(&format!("[AOERRO;AM{number};")), "{frame:?}: {told}");
        assert_eq!(ask(&mut stream, "[AOECHO;AGstill here;]"), "[AOECHO;AGstill here;]", "{frame:?}");
    }
    for changed in corrupted(&block) {
        for frame in [format!("[AOGPKA;BG{changed};]"), format!("[AODCID;AI{changed};AK{};]", "0".repeat(32))] {
            let told = ask(&mut stream, &frame);
            // 303 where it no longer looks like a key at all.
            let refused = ["[AOERRO;AM40", "[AOERRO;AM303;"].iter().any(|start| told.starts_with(start));
            assert!(refused, "{changed}: {told}");
        }
    }
    for bytes in fatal() {
        let mut stream = hsm.clear();
        // The connection may be closed while this is still being sent.
        let _ = stream.write_all(&bytes);
        assert!(reply(&mut stream).starts_with("[AOERRO;AM10"), "{:?}", bytes.get(..20));
        assert!(is_closed(&mut stream));
    }
    assert_eq!(ask(&mut bystander, "[AOGPKM;]"), before);
    assert!(!hsm.log().contains("panicked"), "{}", hsm.log());
    hsm.stop();
}

#[test]
fn a_thousand_connections_that_say_nothing_disturb_nobody() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let silent: Vec<TcpStream> = (0..1000)
        .map(|number| {
            let listener = if number % 2 == 0 { "/clear" } else { "/tls" };
            TcpStream::connect(hsm.ready(listener)).expect("accepted")
        })
        .collect();
    assert_eq!(ask(&mut hsm.application(), "[AOECHO;AG1;]"), "[AOECHO;AG1;]");
    let mut administration = hsm.tls("administration", Some(&hsm.administrator()));
    assert!(ask(&mut administration, "[AOZSTA;]").starts_with("[AOZSTA;"));
    drop(silent);
    hsm.stop();
}
