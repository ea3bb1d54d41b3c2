//! What a connection answers to broken frames, and to peers that do not play along.

use std::io::Write;

use crate::support::{Hsm, ask, directory, init, is_closed, reply, value, with_clear};

/// An HSM with these limits and a clear listener.
fn with_limits(home: &std::path::Path, settings: &[(&str, &str)]) -> Hsm {
    init(home, &[], settings);
    with_clear(home);
    Hsm::serve(home)
}

#[test]
fn broken_frames_are_told_what_is_wrong_and_the_connection_lives_on() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = hsm.clear();
    for (frame, answer) in [
        ("[]", "[AOERRO;AM100;AN0;BBthe frame is empty, it begins with AO and the command's name;]"),
        ("[AGx;]", "[AOERRO;AM100;AN0;BBthe first field is AO with the command's name;AGx;]"),
        ("[AOecho;]", "[AOERRO;AM100;AN0;BBAO: a command's name is four capital letters or digits;]"),
        ("[AOECHO;AK\u{7};AG7;]", "[AOERRO;AM100;AN0;BBbyte 0x07 at offset 10 is not allowed in a frame;AG7;]"),
        ("[AOABCD;AG8;]", "[AOERRO;AM201;AN0;BBAO: no command is named ABCD;AG8;]"),
        ("[AOECHO;AK1;AK2;AG9;]", "[AOERRO;AM301;AN0;BBAK: given twice;AG9;]"),
        ("[AOZSTA;AG10;]", "[AOERRO;AM601;AN0;BBthis command is served on the administration listener only;AG10;]"),
        ("\r\n [AOECHO;AG11]", "[AOECHO;AG11;]"),
    ] {
        assert_eq!(ask(&mut stream, frame), answer, "{frame:?}");
    }
    let missing = ask(&mut stream, "[AOGPKR;AG12;]");
    assert!(missing.starts_with("[AOERRO;AM30") && missing.ends_with("AG12;]"), "{missing}");
}

#[test]
fn a_stream_that_cannot_be_trusted_is_closed_after_the_answer() {
    let home = directory();
    let hsm = with_limits(home.path(), &[("frame_bytes", "256"), ("fields", "4")]);
    for (sent, answer) in [
        ("hello".to_owned(), "[AOERRO;AM100;AN0;BBbyte 0x68 between frames: "),
        (format!("[AOECHO;AK{}", "x".repeat(4000)), "[AOERRO;AM101;AN0;BBthe frame is longer than 256 bytes"),
        ("[AOECHO;AA;AB;AC;AD;]".to_owned(), "[AOERRO;AM102;AN0;BBthe frame has more than 4 fields"),
    ] {
        let mut stream = hsm.clear();
        assert_eq!(ask(&mut stream, "[AOECHO;AG1;]"), "[AOECHO;AG1;]");
        let told = ask(&mut stream, &sent);
        assert!(told.starts_with(answer) && told.ends_with("the connection closes;]"), "{told}");
        assert!(is_closed(&mut stream), "after {told}");
    }
    let mut stream = hsm.clear();
    stream.write_all(b"[AOECHO;AG1;]junk[AOECHO;AG2;]").expect("sent");
    assert_eq!(reply(&mut stream), "[AOECHO;AG1;]");
    assert!(reply(&mut stream).starts_with("[AOERRO;AM100;"));
    assert!(is_closed(&mut stream), "nothing after it is answered");
}

#[test]
fn a_frame_that_never_ends_is_told_so_and_closed() {
    let home = directory();
    let hsm = with_limits(home.path(), &[("frame_timeout_ms", "200")]);
    for mut stream in [hsm.clear(), hsm.clear()] {
        assert_eq!(ask(&mut stream, "[AOECHO;AG1;]"), "[AOECHO;AG1;]");
        stream.write_all(b"[AOECHO;AK").expect("sent");
        assert_eq!(
            reply(&mut stream),
            "[AOERRO;AM103;AN0;BBthe frame was not finished in time, the connection closes;]"
        );
        assert!(is_closed(&mut stream));
    }
}

#[test]
fn sending_slowly_does_not_prolong_a_frame() {
    let home = directory();
    let hsm = with_limits(home.path(), &[("frame_timeout_ms", "300")]);
    let mut stream = hsm.clear();
    let mut slow = stream.try_clone().expect("a handle");
    let sender = std::thread::spawn(move || {
        let mut sent = slow.write_all(b"[AOECHO;AK");
        while sent.is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(20));
            sent = slow.write_all(b"x");
        }
    });
    assert!(reply(&mut stream).starts_with("[AOERRO;AM103;"));
    sender.join().expect("writing fails once the connection is closed");
}

#[test]
fn a_silent_connection_is_closed() {
    let home = directory();
    let hsm = with_limits(home.path(), &[("idle_timeout_ms", "200")]);
    let mut stream = hsm.clear();
    assert_eq!(ask(&mut stream, "[AOECHO;AG1;]"), "[AOECHO;AG1;]");
    assert!(is_closed(&mut stream));
    assert!(is_closed(&mut hsm.clear()), "also one that never said anything");
}

#[test]
fn a_connection_that_sends_blanks_is_as_silent_as_any() {
    let home = directory();
    let hsm = with_limits(home.path(), &[("idle_timeout_ms", "300")]);
    let mut stream = hsm.clear();
    let mut blanks = stream.try_clone().expect("a handle");
    let sender = std::thread::spawn(move || {
        while blanks.write_all(b" ").is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    });
    assert!(is_closed(&mut stream));
    sender.join().expect("writing fails once the connection is closed");
}

#[test]
fn a_reply_that_does_not_fit_a_frame_is_refused_and_the_connection_goes_on() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = hsm.application();
    let block = value(&ask(&mut stream, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
    assert!(ask(&mut stream, &format!("[AOGPKA;BG{block};RC0;]")).starts_with("[AOGPKA;"));
    let data = "00".repeat(32_745);
    let reply = ask(&mut stream, &format!("[AOGPED;AIBD0;BF0;KM1;ZA1;BO{data};AGx;]"));
    assert!(reply.starts_with("[AOERRO;AM104;") && reply.ends_with(";AGx;]"), "{}", &reply[..200.min(reply.len())]);
    assert_eq!(ask(&mut stream, "[AOECHO;AG1;]"), "[AOECHO;AG1;]");
}

#[test]
fn a_client_that_sends_and_never_reads_is_closed() {
    let home = directory();
    let hsm = with_limits(home.path(), &[("write_timeout_ms", "200")]);
    let mut stream = hsm.clear();
    let frames = format!("[AOECHO;AK{};]", "x".repeat(256)).repeat(1000);
    // The replies fill the sockets' buffers; then the server stops reading, and then it closes.
    let mut sent = Ok(());
    for _ in 0..1000 {
        sent = stream.write_all(frames.as_bytes());
        if sent.is_err() {
            break;
        }
    }
    let error = sent.expect_err("the connection is closed");
    let kind = error.kind();
    assert!(!matches!(kind, std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{error}");
    assert_eq!(ask(&mut hsm.clear(), "[AOECHO;AG1;]"), "[AOECHO;AG1;]", "others are served");
}

#[test]
fn replies_keep_the_order_of_requests() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let made = ask(&mut hsm.clear(), "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
    let block = crate::support::value(&made, "BG");
    // Requests that read and requests that change something go different ways and come back in line.
    let requests: String = (0..300)
        .map(|number| match number % 3 {
            0 => format!("[AOGPKA;BG{block};AG{number};]"),
            1 => format!("[AOECHO;AG{number};]"),
            _ => format!("[AOGPKR;RC{};AG{number};]", number / 3),
        })
        .collect();
    let mut stream = hsm.application();
    stream.write_all(requests.as_bytes()).expect("sent");
    for number in 0..300 {
        let answer = reply(&mut stream);
        assert!(answer.ends_with(&format!(";AG{number};]")), "{number}: {answer}");
        assert!(!answer.starts_with("[AOERRO"), "each sees the changes before it: {answer}");
    }
}
