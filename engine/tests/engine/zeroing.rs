//! Secrets are wiped, and nothing prints them.

use std::sync::Arc;

use engine::attest::Nobody;
use engine::audit::NoLog;
use engine::key::KeyMaterial;
use engine::major_key::MajorKeyKind;
use engine::provision::{self, Seed};
use engine::{Channel, Facts, Hsm, Origin, Session, State, Timestamp};
use protocol::buffer::Buffer;
use protocol::field::number::SlotNumber;
use protocol::frame::Kept;
use protocol::secret::Inline;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::support::{InProcess, bytes, kept, request, unwrapped, value, wrapped};

fn is_wiped_on_drop<T: ZeroizeOnDrop>() {}

#[test]
fn key_material_is_wiped() {
    is_wiped_on_drop::<Inline<64>>();
    is_wiped_on_drop::<Kept>();
    is_wiped_on_drop::<aes::Aes256>();
    is_wiped_on_drop::<aes::Aes128Enc>();
    is_wiped_on_drop::<aes::Aes128Dec>();
    is_wiped_on_drop::<aes::Aes192Enc>();
    is_wiped_on_drop::<aes::Aes192Dec>();
    is_wiped_on_drop::<aes::Aes256Enc>();
    is_wiped_on_drop::<aes::Aes256Dec>();
    is_wiped_on_drop::<des::TdesEde3>();
    for length in [16, 64, 65, 1200] {
        let mut key = KeyMaterial::new(&vec![0xA5; length]);
        key.zeroize();
        assert!(key.is_empty());
        assert!(key.expose().iter().all(|byte| *byte == 0));
    }
}

#[test]
fn nothing_prints_a_key() {
    let mut hsm = InProcess::new(&["default"]);
    let block = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    hsm.value(&format!("[AOGPKA;BG{block};RTlabel;]"), "RC");
    let printed = format!("{:?} {:#?} {:?}", hsm.state(), hsm.state(), hsm.stored);
    assert!(printed.contains("label"), "the state prints something");
    for kind in [MajorKeyKind::Mfk, MajorKeyKind::Ftk, MajorKeyKind::Pmk, MajorKeyKind::Bek] {
        let key = hsm.major_key("default", kind);
        assert_silent(&printed, key.expose());
        assert_silent(&format!("{key:?}"), key.expose());
    }
}

#[test]
fn no_request_prints_its_data() {
    let secret = [0xC0, 0xFF, 0xEE, 0x11, 0x22, 0x33, 0x44, 0x55];
    for frame in [
        "[AOGHSH;RG4;BOC0FFEE1122334455;]",
        "[AOECID;AIBD0;AKC0FFEE1122334455;]",
        "[AOCBCE;GGC0FFEE1122334455;BOC0FFEE1122334455;GHC0FFEE1122334455;]",
        "[AOGMAC;ARBD1;BOC0FFEE1122334455;]",
        "[AOGPKA;BGC0FFEE1122334455;AS2;]",
    ] {
        let kept = kept(frame);
        let request = request(&kept);
        assert_silent(&format!("{request:?} {request:#?}"), &secret);
    }
}

/// An AES key that no test vector has.
const KEY: [u8; 16] = [0xA7, 0x15, 0x3C, 0xE2, 0x58, 0x91, 0x0B, 0xD4, 0x6F, 0x22, 0x83, 0x7E, 0xC9, 0x40, 0xB6, 0x1D];

#[test]
fn no_key_in_the_table_is_printed() {
    let mut hsm = InProcess::new(&["default"]);
    let block = wrapped(&hsm.major_key("default", MajorKeyKind::Pmk), "D0000K0AB00E0000", &KEY);
    hsm.value(&format!("[AOGPKA;BG{block};RTlabel;]"), "RC");
    let exported = hsm.value(&format!("[AOTWKA;FS6;APBD0;BG{block};]"), "BH");
    let state = hsm.state();
    let tenant = state.tenants().next().expect("one");
    let (_, entry) = tenant.table().from(SlotNumber::MIN_NUMBER.into()).next().expect("one");
    assert_eq!(entry.key().material().expose(), KEY);
    let kbpk = entry.kbpk().expect("wraps");
    let opened = unwrapped(entry.key().material(), &exported);
    for printed in [
        format!("{state:?} {state:#?}"),
        format!("{tenant:?} {entry:?} {:?}", entry.key()),
        format!("{:?} {kbpk:?} {opened:#?}", entry.key().material()),
        format!("{:?} {:?}", tenant.sealing(), Seed::from_bytes([0; 32]).connection(0)),
    ] {
        assert_silent(&printed, &KEY);
    }
    assert_silent(&format!("{:?}", Seed::from_bytes([0xA7; 32])), &[0xA7; 32]);
}

#[test]
fn no_outcome_prints_what_it_answers_in_clear() {
    let hsm = InProcess::new(&["default"]);
    let (state, pmk) = (hsm.state(), hsm.major_key("default", MajorKeyKind::Pmk));
    let facts = Facts { serial: "S".to_owned(), version: "0".to_owned(), started: Timestamp(0), listeners: Vec::new() };
    let served = Hsm::new(
        facts,
        provision::device(&Seed::from_bytes([0; 32])),
        Box::new(Nobody),
        Arc::new(NoLog),
        State::default(),
    );
    let mut session = Session::new(Channel::Application(state.find("default").expect("a tenant")), Origin::default());
    let mut ask = |frame: &str| {
        let mut random = Seed::from_text("zeroing").connection(0);
        let outcome = served.execute(&state, &mut session, request(&kept(frame)), Timestamp(0), &mut random);
        let mut answer = Buffer::new();
        let printed = format!("{outcome:?} {outcome:#?}");
        outcome.result.expect("served").encode(None, &mut answer);
        (printed, String::from_utf8(answer.to_vec()).expect("text"))
    };
    let key = wrapped(&pmk, "D0000D0AB00E0000", &KEY);
    let (printed, answer) = ask("[AORKEY;FS2;]");
    assert_silent(&printed, &bytes(&value(&answer, "AK")));
    let text = "00112233445566778899AABBCCDDEEFF";
    let (printed, answer) = ask(&format!("[AODCID;AI{key};AK{text};]"));
    assert_silent(&printed, &bytes(&value(&answer, "AK")));
    let (printed, answer) = ask(&format!("[AOGPED;BF1;KM2;AI{key};BO{text};]"));
    assert_silent(&printed, &bytes(&value(&answer, "BP")));
    let (printed, _) = ask(&format!("[AOGPKA;BG{key};RTlabel;]"));
    assert!(printed.contains("label"), "{printed}");
    assert_silent(&printed, &KEY);
}

/// Neither as digits nor as a list of numbers.
fn assert_silent(printed: &str, secret: &[u8]) {
    let part = &secret[..6];
    let digits: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
    let list: Vec<String> = part.iter().map(u8::to_string).collect();
    assert!(!printed.to_ascii_lowercase().contains(&digits));
    assert!(!printed.contains(&list.join(", ")));
    assert!(!printed.replace(",\n", ", ").replace(' ', "").contains(&list.join(",")));
}
