//! Secrets are wiped, and nothing prints them.

use engine::key::KeyMaterial;
use engine::major_key::MajorKeyKind;
use protocol::command::Request;
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Strictness};
use protocol::secret::Inline;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::support::InProcess;

fn is_wiped_on_drop<T: ZeroizeOnDrop>() {}

#[test]
fn key_material_is_wiped() {
    is_wiped_on_drop::<Inline<64>>();
    is_wiped_on_drop::<aes::Aes256>();
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
        let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
        deframer.spare()[..frame.len()].copy_from_slice(frame.as_bytes());
        deframer.advance(frame.len());
        let message = deframer.poll().ok().flatten().expect("a frame");
        let request = Request::decode(&message).expect("a request").value;
        assert_silent(&format!("{request:?} {request:#?}"), &secret);
    }
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
