use super::*;

fn of(frame: &str) -> Explained {
    explain(frame, View::default()).expect("a frame")
}

#[test]
fn the_direction_is_found_by_looking() {
    for (frame, direction) in [
        ("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;AG42;]", Direction::Request),
        ("[AOGPGS;AE08D7B4;BG0123456789ABCDEF;AG42;]", Direction::Reply),
        ("[AOGPGS;FS6;]", Direction::Request),
        ("[AORKEY;FS3;]", Direction::Request),
        ("[AORKEY;AK0123456789ABCDEF;]", Direction::Reply),
        ("[AOECHO;AKx;]", Direction::Either),
        ("[AOERRO;AM201;AN0;BBno;]", Direction::Reply),
    ] {
        assert_eq!(of(frame).direction, direction, "{frame}");
    }
    let forced = View { direction: Some(Direction::Reply), reveal: false };
    assert!(explain("[AOECHO;AKx;]", forced).is_ok_and(|it| it.direction == Direction::Reply));
}

#[test]
fn a_secret_is_hidden_until_it_is_asked_for() {
    let frame = "[AORKEY;AK0123456789ABCDEFFEDCBA9876543210;]";
    let hidden = of(frame);
    assert!(!format!("{hidden:?} {}", hidden.render()).contains("0123456789ABCDEF"));
    assert!(hidden.render().contains("(hidden, 32 characters)"));
    let shown = explain(frame, View { direction: None, reveal: true }).expect("a frame");
    assert!(shown.render().contains("0123456789ABCDEF"));
    let unknown = of("[AOZZZZ;QQ0123456789ABCDEF0123456789ABCDEF;]");
    assert!(!unknown.render().contains("0123456789ABCDEF"), "what nobody knows may be a key");
}

#[test]
fn a_key_block_is_taken_apart() {
    let block = "D0048D0AB00S0200KS1800604B120F9292800000LB08NAME";
    let frame = format!("[AOGPGS;AE08D7B4;BG{block};]");
    let explained = of(&frame);
    let parts: Vec<_> = explained.fields[1].parts.iter().map(|part| (&*part.name, &*part.value)).collect();
    assert_eq!(parts[2..5], [("usage", "D0"), ("algorithm", "A"), ("mode", "B")]);
    assert_eq!(parts[8..], [("optional block", "KS1800604B120F9292800000"), ("optional block", "LB08NAME")]);
    // Lengths that lie must not take the explanation down.
    for lie in ["KSFF00", "KS00FFFF", "KS0004ZZZZ", "KS03", "K"] {
        let frame = format!("[AOGPGS;AE08D7B4;BGD0099D0AB00S0200{lie};]");
        assert!(of(&frame).render().contains("does not fit"), "{lie}");
    }
}

#[test]
fn codes_slots_and_gaps_are_put_in_words() {
    let text = of("[AOTWKA;APBD12;FS1;]").render();
    assert!(text.contains("slot 12 of the key table"), "{text}");
    assert!(text.contains("MFK, Master File Key"), "{text}");
    assert!(text.contains("BG is missing: The key"), "{text}");
    let text = of("[AOGPGS;FS9;CT6;QQ1;]").render();
    assert!(text.contains("not one of 1 2 3 4 5 6"), "{text}");
    assert!(text.contains("not a tag of this command"), "{text}");
}

#[test]
fn what_is_no_frame_is_refused_with_the_reason() {
    for (frame, reason) in [
        ("AOECHO;", "begins with '['"),
        ("[]", "empty"),
        ("[AOECHO;AK1;AK2;]", "given twice"),
        ("[AKx;]", "first field is AO"),
    ] {
        let failure = explain(frame, View::default()).expect_err(frame);
        assert!(failure.text().contains(reason), "{}", failure.text());
    }
}
