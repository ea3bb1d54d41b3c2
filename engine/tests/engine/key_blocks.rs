//! Key blocks on their way through the commands: version E comes in, optional blocks stay bound, keys are what they were.

use engine::key::derive::Kbpk;
use engine::key::key_block::{self, Header, Padding, Version};
use engine::key::{Algorithm, KeyMaterial};
use engine::major_key::MajorKeyKind;
use engine::random::Generator;
use proptest::prelude::*;
use protocol::ErrorCode;

use crate::support::{InProcess, is_refused};

/// A key block of any version under one of the tenant's major keys, made beside the HSM.
fn block(hsm: &InProcess, kind: MajorKeyKind, header: &str, version: Version, key: &[u8]) -> String {
    let algorithm = if kind == MajorKeyKind::Pmk { Algorithm::Aes } else { Algorithm::Tdes };
    let kbpk = Kbpk::new(&hsm.major_key("default", kind), algorithm).expect("a KBPK");
    let header = Header::parse_template(header.as_bytes()).expect("a header");
    let mut random = Generator::from_seed([5; 32]);
    let key = KeyMaterial::new(key);
    let made = key_block::wrap(&kbpk, &header, &key, version, Padding::Minimal, true, &mut random).expect("wraps");
    String::from_utf8(made.as_bytes().to_vec()).expect("text")
}

#[test]
fn version_e_is_opened_and_leaves_as_d() {
    let mut hsm = InProcess::new(&["default"]);
    let given = block(&hsm, MajorKeyKind::Pmk, "E0000D0AB00E0000", Version::E, &[7; 32]);
    assert!(given.starts_with("E0116D0AB00E0000"), "{given}");
    let enciphered = hsm.value(&format!("[AOECID;AI{given};AK00112233445566778899AABBCCDDEEFF;]"), "AK");
    assert_eq!(hsm.value(&format!("[AOGPKA;BG{given};]"), "RC"), "0");
    assert_eq!(hsm.value("[AOECID;AIBD0;AK00112233445566778899AABBCCDDEEFF;]", "AK"), enciphered);
    let kek = hsm.value("[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]", "BG");
    let exported = hsm.value(&format!("[AOTWKA;FS6;AP{kek};BG{given};]"), "BH");
    assert!(exported.starts_with("D0144D0AB00E0000"), "{exported}");
}

#[test]
fn optional_blocks_stay_and_stay_bound() {
    let mut hsm = InProcess::new(&["default"]);
    let header = "D0000B0AX00E0200BI0E0112345678LB12sixteen minus.";
    let kek = hsm.value("[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]", "BG");
    let made = hsm.value(&format!("[AOGPGS;FS6;CT6;AK{header};]"), "BG");
    assert!(made.contains("BI0E0112345678LB12sixteen minus."), "{made}");
    let exported = hsm.value(&format!("[AOTWKA;FS6;AP{kek};BG{made};]"), "BH");
    assert!(exported.contains("BI0E0112345678LB12sixteen minus."), "{exported}");
    let back = hsm.value(&format!("[AOTWKM;FS6;AP{kek};BH{exported};]"), "AE");
    assert_eq!(hsm.value(&format!("[AOGPKA;BG{made};]"), "AE"), back);
    assert!(hsm.value("[AOGPKR;RC0;]", "AK").contains("LB12sixteen minus."));
    let tampered = exported.replace("sixteen minus.", "sixteen plus..");
    let reply = hsm.ask(&format!("[AOTWKM;FS6;AP{kek};BH{tampered};]"));
    assert!(is_refused(&reply, ErrorCode::KeyBlockRefused), "{reply}");
}

#[test]
fn a_key_whose_attributes_do_not_go_together_does_not_come_in() {
    let mut hsm = InProcess::new(&["default"]);
    for header in ["D0000P0AG00E0000", "D0000XXAB00E0000", "D0000M7AC00E0000", "D0000S0RS00E0000"] {
        let given = block(&hsm, MajorKeyKind::Pmk, header, Version::D, &[7; 16]);
        let reply = hsm.ask(&format!("[AOGPKA;BG{given};]"));
        assert!(is_refused(&reply, ErrorCode::KeyUsageRefused), "{header}: {reply}");
    }
    // A length that its algorithm does not have.
    let given = block(&hsm, MajorKeyKind::Pmk, "D0000D0AB00E0000", Version::D, &[7; 17]);
    assert!(is_refused(&hsm.ask(&format!("[AOGPKA;BG{given};]")), ErrorCode::KeyRejected));
}

proptest! {
    /// Whatever key is wrapped, it comes back, under every version and in both paddings.
    #[test]
    fn what_is_wrapped_unwraps(
        kbpk in proptest::collection::vec(any::<u8>(), 32),
        key in proptest::collection::vec(any::<u8>(), 1..80),
        seed in any::<[u8; 32]>(),
        hidden in any::<bool>(),
        labelled in any::<bool>(),
    ) {
        let padding = if hidden { Padding::Hidden } else { Padding::Minimal };
        for (version, length) in [
            (Version::A, 16), (Version::B, 24), (Version::C, 24), (Version::D, 16), (Version::D, 24), (Version::E, 32),
        ] {
            let kbpk = Kbpk::new(&KeyMaterial::new(&kbpk[..length]), version.algorithm()).expect("a KBPK");
            let text = if labelled { "B0000M7HC00S0200HM0621LB07any" } else { "B0000M7HC00S0100HM0621" };
            let header = Header::parse_template(text.as_bytes()).expect("a header");
            let key = KeyMaterial::new(&key);
            let mut random = Generator::from_seed(seed);
            let made = key_block::wrap(&kbpk, &header, &key, version, padding, true, &mut random).expect("wraps");
            let (opened, again) = key_block::unwrap(&kbpk, made.as_bytes(), true).expect("opens");
            prop_assert_eq!(opened.attributes(), header.attributes());
            prop_assert_eq!(again, key);
        }
    }
}
