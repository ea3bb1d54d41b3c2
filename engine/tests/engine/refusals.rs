//! Every reason for which the engine refuses is reached, answered with its number, and changes nothing.

use std::sync::Arc;

use engine::attest::Nobody;
use engine::audit::NoLog;
use engine::provision::Seed;
use engine::seal::SealingKey;
use engine::tenant::TenantName;
use engine::{Channel, Facts, Hsm, Origin, Policy, Session, State, Timestamp};
use protocol::ErrorCode;
use protocol::command::Command;

use crate::support::{InProcess, is_refused, kept, request};

/// Speaker, frame, number, detail; `{data}`, `{kek}`, `{iv}` and `{mac}` stand for keys.
const REFUSED: &[(&str, &str, ErrorCode, u16)] = &[
    ("administration", "[AOZTEN;RTnobody;]", ErrorCode::TenantMissing, 0),
    ("administration", "[AORKEY;FS2;]", ErrorCode::PermissionMissing, 0),
    ("default", "[AOZSTA;]", ErrorCode::AdministrationOnly, 0),
    ("default", "[AOGHSH;RG4;BO00;]", ErrorCode::CommandBlocked, 0),
    ("default", "[AOGPED;AI{data};BF0;KM1;GH0011223344556677;BO00;]", ErrorCode::FieldInvalid, 0),
    ("default", "[AOGPED;AI{data};BF0;KM1;BO00;]", ErrorCode::FieldInvalid, 0),
    ("default", "[AOGPED;AI{data};BF1;KM1;ZA1;BO00112233445566778899AABBCCDDEEFF;]", ErrorCode::FieldInvalid, 0),
    ("default", "[AOGPGS;FS6;CT6;]", ErrorCode::FieldMissing, 0),
    ("default", "[AOGPED;AI{data};BF0;KM0;GH0011223344556677;BO00;]", ErrorCode::FieldConflict, 0),
    ("default", "[AOGPKR;RC9;]", ErrorCode::KeyMissing, 0),
    ("default", "[AOGPKR;RC10;]", ErrorCode::KeyMissing, 0),
    ("default", "[AOGPKR;RC99999;]", ErrorCode::KeyMissing, 0),
    ("default", "[AOGPKR;RTnothing;]", ErrorCode::KeyMissing, 0),
    ("default", "[AOECID;AIBD9;AK00;]", ErrorCode::KeyMissing, 0),
    ("default", "[AOGPKA;BG{data};RC0;]", ErrorCode::SlotOccupied, 0),
    ("default", "[AOGPKA;BG{data};RTtaken;]", ErrorCode::SlotOccupied, 0),
    ("default", "[AOGPKS;RC1;RTtaken;]", ErrorCode::SlotOccupied, 0),
    ("default", "[AOGPGS;FS2;CT6;AKD0000D0AB00E0000;]", ErrorCode::MajorKeyMissing, 0),
    ("default", "[AOGPGS;FS6;CT2;AKB0000D0TB00E0000;]", ErrorCode::MajorKeyUnsuitable, 0),
    ("default", "[AOECID;AI{kek};AK00112233445566778899AABBCCDDEEFF;]", ErrorCode::KeyUsageRefused, 1),
    ("default", "[AODCID;AI{encrypt};AK00112233445566778899AABBCCDDEEFF;]", ErrorCode::KeyUsageRefused, 2),
    ("default", "[AOCBCE;GG{data};BO0011223344556677;]", ErrorCode::KeyUsageRefused, 3),
    ("default", "[AOGKBL;AS2;BG0011223344556677;AKB0000P0DB00E0000;]", ErrorCode::KeyUsageRefused, 4),
    ("default", "[AOGPGS;FS6;CT6;AKD0000P0AC00E0000;]", ErrorCode::KeyUsageRefused, 0),
    ("default", "[AOTWKA;FS6;AP{kek};BG{never};]", ErrorCode::ExportRefused, 0),
    ("default", "[AOGPKS;RC0;AKD0000D0AB00S0000;]", ErrorCode::ExportRefused, 0),
    ("default", "[AOECID;AID0144D0AB00E0000FF;AK00;]", ErrorCode::KeyBlockMalformed, 0),
    ("default", "[AOECID;AI{broken};AK00;]", ErrorCode::KeyBlockRefused, 0),
    ("default", "[AORSAV;RH00;RF00;RD{distrusted};RG4;]", ErrorCode::TrustedKeyRefused, 0),
    ("default", "[AORSAS;CH0011223344556677;RF00;]", ErrorCode::HandleUnknown, 0),
    ("default", "[AOGPGS;FS1;CT6;AKB0000D0AB00E0000;]", ErrorCode::KeyRejected, 0),
    ("default", "[AOGPKA;AS2;BG00112233445566770011223344556677;]", ErrorCode::KeyRejected, 0),
];

/// Reached by the transcripts, the deframer's tests and the server's own; by `policy.rs`, `table.rs`, `people.rs` and
/// `pki.rs`.
const ELSEWHERE: &[ErrorCode] = &[
    ErrorCode::CertificateMalformed,
    ErrorCode::CertificateRefused,
    ErrorCode::SignatureRefused,
    ErrorCode::TokenMalformed,
    ErrorCode::TokenRefused,
    ErrorCode::TokenConflict,
    ErrorCode::FrameMalformed,
    ErrorCode::FrameTooLong,
    ErrorCode::FrameTooManyFields,
    ErrorCode::FrameTimeout,
    ErrorCode::ReplyTooLong,
    ErrorCode::CommandUnknown,
    ErrorCode::FieldDuplicate,
    ErrorCode::FieldUnknown,
    ErrorCode::Busy,
    ErrorCode::ConnectionLimit,
    ErrorCode::StoreUnavailable,
    ErrorCode::Internal,
    ErrorCode::KeyPolicyRefused,
    ErrorCode::KeyTableFull,
    ErrorCode::TenantFull,
];

fn hsm() -> (InProcess, Vec<(&'static str, String)>) {
    let disabled = vec![Command::parse(*b"GHSH").expect("known")];
    let mut hsm = InProcess::with_policy(Policy { slots: 10, disabled, ..Policy::default() });
    let mut made = |header: &str| hsm.value(&format!("[AOGPGS;FS6;CT6;AK{header};]"), "BG");
    let data = made("D0000D0AB00E0000");
    // The last digit of the MAC is another.
    let last = if data.ends_with('0') { '1' } else { '0' };
    let broken = format!("{}{last}", &data[..data.len() - 1]);
    let keys = vec![
        ("{kek}", made("D0000K0AB00E0000")),
        ("{encrypt}", made("D0000D0AE00E0000")),
        ("{never}", made("D0000D0AB00N0000")),
        ("{broken}", broken),
        ("{distrusted}", "01".repeat(99)),
        ("{data}", data.clone()),
    ];
    hsm.value(&format!("[AOGPKA;BG{data};RTtaken;]"), "RC");
    hsm.value(&format!("[AOGPKA;BG{data};]"), "RC");
    (hsm, keys)
}

#[test]
fn every_refusal_has_its_number_and_changes_nothing() {
    let (mut hsm, keys) = hsm();
    let (before, stored) = (hsm.ask("[AOGPKM;]"), hsm.stored.len());
    for (speaker, frame, code, detail) in REFUSED {
        let frame = keys.iter().fold((*frame).to_owned(), |frame, (name, key)| frame.replace(name, key));
        let reply = hsm.say(speaker, &frame);
        assert!(reply.starts_with(&format!("[AOERRO;AM{code};AN{detail};BB")), "{frame}: {reply}");
        assert_eq!(hsm.refusal.map(|error| (error.code(), error.detail())), Some((*code, *detail)), "{frame}");
        assert_eq!(hsm.ask("[AOGPKM;]"), before, "{frame}");
        assert_eq!(hsm.stored.len(), stored, "{frame}");
    }
}

#[test]
fn every_number_of_the_engine_is_in_the_list_or_elsewhere() {
    // `transcripts.rs` says that a transcript reaches every number of these groups.
    for code in ErrorCode::ALL.iter().filter(|code| !matches!(code.number() / 100, 5 | 6)) {
        let listed = REFUSED.iter().any(|(_, _, known, _)| known == code);
        let elsewhere = ELSEWHERE.contains(code);
        assert!(listed != elsewhere, "{code:?}");
    }
}

#[test]
fn a_session_of_a_tenant_that_is_gone_reaches_nothing() {
    let device = SealingKey::device(&[1; 32]);
    let tenants = ["a", "b"].map(|name| (TenantName::new(name).expect("a name"), Policy::default()));
    let both = State::load(tenants.clone(), &[], &device).expect("loads");
    let one = State::load([tenants[0].clone()], &[], &device).expect("loads");
    let facts = Facts { serial: "S".to_owned(), version: "0".to_owned(), started: Timestamp(0), listeners: Vec::new() };
    let mut session = Session::new(Channel::Application(both.find("b").expect("b")), Origin::default());
    let mut random = Seed::from_text("gone").connection(0);
    let hsm = Hsm::new(facts, device, Box::new(Nobody), Arc::new(NoLog), State::default());
    let refused = hsm.execute(&one, &mut session, request(&kept("[AOGPKM;]")), Timestamp(0), &mut random);
    assert_eq!(refused.result.err().map(|error| error.code()), Some(ErrorCode::TenantMissing));
}

#[test]
fn frames_that_are_none_are_refused() {
    let mut hsm = InProcess::new(&["default"]);
    let long = format!("[AOECHO;{}]", "AKx;".repeat(100));
    for (frame, code) in [
        ("[]", ErrorCode::FrameMalformed),
        ("[AOEC[HO;]", ErrorCode::FrameMalformed),
        ("[AG1;]", ErrorCode::FrameMalformed),
        ("[AOecho;]", ErrorCode::FrameMalformed),
        ("[AOECHO;AK\u{0};]", ErrorCode::FrameMalformed),
        ("[AOECHO;AK\u{e9};]", ErrorCode::FrameMalformed),
        ("[AONONE;]", ErrorCode::CommandUnknown),
        ("[AORAND;CM;]", ErrorCode::FieldInvalid),
        ("[AORAND;CM1;CM1;]", ErrorCode::FieldDuplicate),
        (&long, ErrorCode::FrameTooManyFields),
        ("[AOGHSH;RG4;BO1;]", ErrorCode::FieldInvalid),
        ("[AOGHSH;RG4;BO1G;]", ErrorCode::FieldInvalid),
        ("[AOCBCE;GG00112233;BO00;]", ErrorCode::FieldInvalid),
    ] {
        let reply = hsm.ask(frame);
        assert!(is_refused(&reply, code), "{frame}: {reply}");
    }
}
