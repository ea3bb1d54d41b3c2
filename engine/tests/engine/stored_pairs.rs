//! Key pairs of every kind through what happens to stored keys: a change of the PMK, a change of the FTK, a backup.

use protocol::ErrorCode;

use crate::support::{InProcess, administered, is_refused, value};

/// What makes a pair of each kind.
const PAIRS: &[&str] = &[
    "GRSA;RA10001;RB2048;CZS",
    "GRSA;RA10001;RB2048;CZT",
    "GRSA;RA10001;RB2048;CZW",
    "GRSA;RA10001;RB2048;CZD",
    "GECC;RA2;CZS",
    "GECC;RA3;CZX",
    "ZAGE;RAED25519;CZS",
    "ZAGE;RAML-DSA-44;CZS",
    "ZAGE;RAML-DSA-65;CZG",
    "ZAGE;RAML-DSA-87;CZV",
    "ZAGE;RAML-KEM-512;CZX",
    "ZAGE;RAML-KEM-768;CZX",
    "ZAGE;RAML-KEM-1024;CZX",
];

/// A pair of every kind in the asymmetric table, and behind them another's public key of every kind.
fn furnished() -> InProcess {
    let mut hsm = administered(&["default"]);
    for (slot, pair) in PAIRS.iter().enumerate() {
        let trusted = hsm.value(&format!("[AO{pair};RC{slot};RTpair {slot};]"), "SD");
        hsm.value(&format!("[AOASYL;SD{trusted};RC{};]", slot + 100), "AE");
    }
    hsm
}

#[test]
fn a_change_of_the_pmk_takes_pairs_of_every_kind_along() {
    let mut hsm = administered(&["default"]);
    let made: Vec<String> = PAIRS.iter().map(|pair| hsm.ask(&format!("[AO{pair};]"))).collect();
    let next = hsm.value("[AOZMGE;FS6;PNY;]", "AE");
    let translated: Vec<(String, String)> = made
        .iter()
        .map(|made| {
            let private = hsm.value(&format!("[AOZMTK;BG{};]", value(made, "RC")), "BG");
            (private, hsm.value(&format!("[AOZATT;SD{};]", value(made, "SD")), "SD"))
        })
        .collect();
    hsm.value(&format!("[AOZMSW;FS6;AE{next};]"), "KV");
    for (made, (private, trusted)) in made.iter().zip(&translated) {
        assert_eq!(private[5..16], value(made, "RC")[5..16], "the same header");
        let public = hsm.ask(&format!("[AOAPFP;RC{private};]"));
        assert_eq!((value(&public, "RD"), value(&public, "SD")), (value(made, "RD"), trusted.clone()));
        let former = hsm.ask(&format!("[AOAPFP;RC{};]", value(made, "RC")));
        assert!(is_refused(&former, ErrorCode::KeyBlockRefused), "{former}");
        let former = hsm.ask(&format!("[AOADPK;SD{};]", value(made, "SD")));
        assert!(is_refused(&former, ErrorCode::TrustedKeyRefused), "{former}");
    }
}

#[test]
fn a_change_of_the_ftk_seals_pairs_of_every_kind_again() {
    let mut hsm = furnished();
    let listed = hsm.ask("[AOZASL;]");
    let next = hsm.value("[AOZMGE;FS5;PNY;]", "AE");
    while is_refused(&hsm.ask(&format!("[AOZMSW;FS5;AE{next};]")), ErrorCode::MajorKeyInUse) {
        hsm.value("[AOZMTS;CM3;]", "CM");
    }
    assert_eq!(hsm.ask("[AOZASL;]"), listed);
    for slot in 0..PAIRS.len() {
        hsm.value(&format!("[AOAPFP;RC{slot};]"), "RD");
    }
}

#[test]
fn a_backup_holds_pairs_of_every_kind() {
    let mut hsm = furnished();
    let reply = hsm.ask("[AOZBCR;MEK;]");
    let (head, count) = (value(&reply, "HD"), value(&reply, "TT").parse::<u32>().expect("a number"));
    let parts: Vec<String> = (1..=count).map(|number| hsm.value(&format!("[AOZBRD;NU{number};]"), "EN")).collect();
    let mut fresh = administered(&["default"]);
    fresh.value(&format!("[AOZBRB;HD{head};]"), "TT");
    for (number, part) in (1..).zip(&parts) {
        let given = fresh.ask(&format!("[AOZBGI;NU{number};EN{part};]"));
        assert!(given.starts_with("[AOZBGI;"), "{given}");
    }
    let restored = fresh.ask("[AOZBFI;]");
    assert!(restored.starts_with("[AOZBFI;"), "{restored}");
    assert_eq!(fresh.ask("[AOZASL;]"), hsm.ask("[AOZASL;]"));
    for slot in (0..PAIRS.len()).chain(100..100 + PAIRS.len()) {
        let frame = if slot < 100 { format!("[AOAPFP;RC{slot};]") } else { format!("[AOADPK;SD{slot};]") };
        assert_eq!(fresh.ask(&frame), hsm.ask(&frame), "{frame}");
    }
    // The private halves are the same: what one signs or encapsulates for, the other verifies or makes.
    let signature = fresh.value("[AOZSGM;RC6;RF0011;]", "RH");
    assert_eq!(hsm.ask(&format!("[AOZSGV;RH{signature};RF0011;RD6;]")), "[AOZSGV;BBY;]");
    let signature = fresh.value("[AOZSGM;RC8;RF0011;]", "RH");
    assert_eq!(hsm.ask(&format!("[AOZSGV;RH{signature};RF0011;RD7;]")), "[AOZSGV;BBN;]");
    for slot in 10..13 {
        let made = hsm.ask(&format!("[AOZKEN;RD{slot};AKD0000K1AB00N0000;]"));
        let frame = format!("[AOZKDE;BH{};RC{slot};AKD0000K1AB00N0000;]", value(&made, "BH"));
        assert_eq!(value(&fresh.ask(&frame), "AE"), value(&made, "AE"));
    }
}
