//! What a tenant's policy forbids, and what it changes.

use engine::Policy;
use protocol::ErrorCode;
use protocol::command::{Command, Needs};
use protocol::frame::Strictness;

use crate::support::{InProcess, is_refused, value};

#[test]
fn a_disabled_command_is_refused_and_listed() {
    let disabled = vec![Command::parse(*b"RKEY").expect("known"), Command::parse(*b"GHSH").expect("known")];
    let mut hsm = InProcess::with_policy(Policy { disabled, ..Policy::default() });
    assert!(is_refused(&hsm.ask("[AORKEY;FS2;]"), ErrorCode::CommandBlocked));
    assert!(is_refused(&hsm.ask("[AOGHSH;RG4;BO00;]"), ErrorCode::CommandBlocked));
    assert_eq!(hsm.value("[AOPRMD;]", "BB"), "RKEY,GHSH");
    assert!(hsm.ask("[AORAND;CM4;]").starts_with("[AORAND;"));
}

#[test]
fn whoever_may_not_have_a_key_generated_makes_nobody_work() {
    const GENERATE: &str = "[AOGRSA;RA10001;RB2048;CZS;RCNONE;]";
    let disabled = vec![Command::parse(*b"GRSA").expect("known")];
    let mut hsm = InProcess::with_policy(Policy { disabled, ..Policy::default() });
    assert!(!hsm.prepares(GENERATE));
    assert!(is_refused(&hsm.ask(GENERATE), ErrorCode::CommandBlocked));
    assert!(InProcess::new(&["default"]).prepares(GENERATE));
}

#[test]
fn without_cryptograms_none_is_taken_or_given() {
    let mut open = InProcess::new(&["default"]);
    let cryptogram = open.value("[AOGPGS;FS1;CT3;AS0;]", "BG");
    let block = open.value("[AOGPGS;FS1;CT2;AKB0000D0TB00S0000;]", "BG");
    let mut hsm = InProcess::with_policy(Policy { cryptograms: false, ..Policy::default() });
    assert_eq!(hsm.value("[AOPRMD;]", "OF"), "TR31");
    for frame in [
        "[AOGPGS;FS1;CT2;AS2;]".to_owned(),
        format!("[AOGPKA;AS0;BG{cryptogram};]"),
        format!("[AOGWKS;AS1;AP{cryptogram};FS2;]"),
        "[AOGWKS;AS1;AP00000000000000000000000000000000;FS2;]".to_owned(),
        format!("[AOCBCE;GG{cryptogram};BO0011223344556677;]"),
        format!("[AOGKBL;AS0;BG{cryptogram};AKB0000K0TB00E0000;]"),
        format!("[AOTWKS;AS2;AP{cryptogram};BH{cryptogram};]"),
        // Bare keys under RSA have no header either.
        format!("[AOZKRW;BG{block};RD0;OFC;]"),
        "[AOZKRU;BH00;RC0;AKD0000D0TB00N0000;OFC;]".to_owned(),
    ] {
        let reply = hsm.ask(&frame);
        assert!(is_refused(&reply, ErrorCode::KeyPolicyRefused), "{frame}: {reply}");
    }
    assert!(hsm.ask(&format!("[AOCBCE;GG{block};BO0011223344556677;]")).starts_with("[AOCBCE;"));
}

#[test]
fn without_key_blocks_none_is_taken_or_given() {
    let mut open = InProcess::new(&["default"]);
    let block = open.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    let mut hsm = InProcess::with_policy(Policy { key_blocks: false, ..Policy::default() });
    assert_eq!(hsm.value("[AOPRMD;]", "OF"), "CRYPTOGRAM");
    for frame in [
        "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]".to_owned(),
        format!("[AOGPKA;BG{block};]"),
        format!("[AOECID;AI{block};AK00112233445566778899AABBCCDDEEFF;]"),
    ] {
        let reply = hsm.ask(&frame);
        assert!(is_refused(&reply, ErrorCode::KeyPolicyRefused), "{frame}: {reply}");
    }
    assert!(hsm.ask("[AOGPGS;FS1;CT2;AS2;]").starts_with("[AOGPGS;"));
}

#[test]
fn check_values_have_the_digits_of_the_policy() {
    let frame = "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]";
    let six = InProcess::new(&["default"]).value(frame, "AE");
    let mut hsm = InProcess::with_policy(Policy { check_digits: 4, ..Policy::default() });
    assert_eq!(hsm.value(frame, "AE"), six[..4]);
    let policy = Policy { major_key_digits: 6, major_key_cmac_digits: 4, ..Policy::default() };
    let long = value(&InProcess::with_policy(policy).say("administration", "[AOZTEN;RTdefault;]"), "BO");
    let usual = value(&InProcess::new(&["default"]).say("administration", "[AOZTEN;RTdefault;]"), "BO");
    let lengths =
        |list: &str| -> Vec<usize> { list.split(',').map(|key| key.rsplit('/').next().map_or(0, str::len)).collect() };
    assert_eq!((lengths(&usual), lengths(&long)), (vec![4, 6, 6, 6], vec![6, 4, 4, 4]));
}

#[test]
fn strict_mode_forgives_nothing() {
    let mut lenient = InProcess::new(&["default"]);
    let mut strict = InProcess::with_policy(Policy { strictness: Strictness::Strict, ..Policy::default() });
    for (frame, code) in [("[AOECHO;AKx]", ErrorCode::FrameMalformed), ("[AOECHO;AKx;ZZ1;]", ErrorCode::FieldUnknown)] {
        assert!(lenient.ask(frame).starts_with("[AOECHO;AKx;"), "{frame}");
        let reply = strict.ask(frame);
        assert!(is_refused(&reply, code), "{frame}: {reply}");
    }
}

#[test]
fn weak_keys_and_weaker_wrapping_come_in_only_where_allowed() {
    // K1 = K2, without odd parity, as a cryptogram of a key that was never checked.
    let cryptogram = "00112233445566770011223344556677";
    let mut hsm = InProcess::new(&["default"]);
    assert!(is_refused(&hsm.ask(&format!("[AOGPKA;AS2;BG{cryptogram};]")), ErrorCode::KeyRejected));
    let mut open = InProcess::with_policy(Policy { weak_keys: true, ..Policy::default() });
    assert!(open.ask(&format!("[AOGPKA;AS2;BG{cryptogram};]")).starts_with("[AOGPKA;"));
    let frame = "[AOGPGS;FS1;CT4;AKB0000D0AB00E0000;]";
    assert!(is_refused(&hsm.ask(frame), ErrorCode::KeyRejected));
    let mut open = InProcess::with_policy(Policy { weaker_wrapping: true, ..Policy::default() });
    assert!(open.ask(frame).starts_with("[AOGPGS;"));
}

#[test]
fn every_command_can_be_disabled_and_nothing_else_is() {
    let transcripts = fixtures::transcript::all();
    let tenants = Command::ALL.iter().filter(|command| command.spec().needs != Needs::Administration);
    for command in tenants {
        let spec = command.spec();
        let transcript = transcripts.iter().find(|transcript| transcript.path == spec.path).expect("a transcript");
        let (frame, _) = transcript.example(spec.name).expect("an example");
        let disabling = Policy { disabled: vec![*command], ..Policy::default() };
        let mut hsm = InProcess::of("transcript", [("default", disabling), ("other", Policy::default())]);
        let reply = hsm.ask(&frame);
        assert!(is_refused(&reply, ErrorCode::CommandBlocked), "{frame}: {reply}");
        // Another tenant is as free as ever: its keys and slots are others, but the command is served.
        assert!(!is_refused(&hsm.say("other", &frame), ErrorCode::CommandBlocked), "{}", spec.name);
        for other in Command::ALL.iter().filter(|other| *other != command) {
            let reply = hsm.ask(&format!("[AO{};]", other.spec().name));
            assert!(!is_refused(&reply, ErrorCode::CommandBlocked), "{}: {reply}", spec.name);
        }
    }
}

#[test]
fn each_tenant_has_a_policy_of_its_own() {
    let small = Policy { slots: 1, check_digits: 4, strictness: Strictness::Strict, ..Policy::default() };
    let mut hsm = InProcess::of("policies", [("default", Policy::default()), ("other", small)]);
    for (tenant, digits, second) in [("default", 6, "1"), ("other", 4, "")] {
        let reply = hsm.say(tenant, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
        assert_eq!(value(&reply, "AE").len(), digits, "{tenant}");
        let add = format!("[AOGPKA;BG{};]", value(&reply, "BG"));
        assert_eq!(value(&hsm.say(tenant, &add), "RC"), "0");
        let reply = hsm.say(tenant, &add);
        if second.is_empty() {
            assert!(is_refused(&reply, ErrorCode::KeyTableFull), "{reply}");
        } else {
            assert_eq!(value(&reply, "RC"), second);
        }
        let reply = hsm.say(tenant, "[AOECHO;AKx]");
        assert_eq!(is_refused(&reply, ErrorCode::FrameMalformed), tenant == "other", "{reply}");
    }
}
