//! Who may vouch for others: what a trusted key goes on to say of its certificate, and what is never an issuer.

use engine::certificate::Certificate;
use engine::{Policy, Timestamp};
use fixtures::vectors::bytes;
use protocol::ErrorCode;

use crate::pki::{DAY, NOW, Pki, hex};
use crate::support::value;

/// A certificate that the key `issuer` of the vectors signs for the key `subject`.
fn issued(pki: &mut Pki, issuer: &str, ca: &str, subject: &str, asked: &str) -> String {
    let (issuer, key) = (pki.private(issuer, "S0RS"), pki.private(subject, "S0RS"));
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{key};RT{subject};]"), "RU");
    pki.hsm.value(&format!("[AOASSR;FS6;RU{request};RH{ca};RC{issuer};{asked}]"), "RV")
}

fn log_in_twice(pki: &mut Pki) {
    for number in 1..=2 {
        pki.hsm.value(&format!("[AOZLIN;IDAdmin{number};PWchangeme;]"), "RO");
        let reply = pki.hsm.ask(&format!("[AOZIPW;IDAdmin{number};PWchangeme;NPcorrect horse {number};]"));
        assert!(!reply.starts_with("[AOERRO;"), "{reply}");
    }
}

/// Any client can make a pair and sign with it whatever it likes.
#[test]
fn the_public_key_of_a_pair_vouches_for_nobody() {
    let mut pki = Pki::new(Policy { client_roots: false, ..Policy::default() });
    let root = pki.root("root");
    let leaf = issued(&mut pki, "root", &root, "kdh1", "");
    let private = pki.private("root", "S0RN");
    pki.hsm.value(&format!("[AOASYL;BG{private};RC1;]"), "RC");
    let told = pki.hsm.ask("[AOAPFP;RC1;]");
    let (own, public) = (value(&told, "SD"), value(&told, "RD"));
    pki.hsm.value(&format!("[AOASYL;SD{own};RC2;]"), "RC");
    let made = pki.hsm.ask("[AOGRSA;RA10001;RB2048;CZS;RC3;]");
    let own_root = pki.hsm.value("[AOASGC;RC3;BCCA:TRUE;RTroot;]", "RV");
    let sender = pki.hsm.value("[AOASGC;RC1;RTsender;]", "RV");
    let key = pki.hsm.value("[AOGPGS;FS6;CT4;AKD0000K0AB00E0000;]", "BG");
    for (issuer, certificate) in
        [(own.as_str(), &leaf), ("1", &leaf), ("2", &leaf), (&value(&made, "SD"), &own_root), ("3", &own_root)]
    {
        pki.refused(&format!("[AOAVPC;CZS;SA{issuer};RV{certificate};]"), ErrorCode::TrustedKeyRefused, 0);
        pki.refused(&format!("[AORVPC;CZS;SA{issuer};RV{certificate};]"), ErrorCode::TrustedKeyRefused, 0);
        let export = format!("RV{sender};RC1;SJ{certificate};SA{issuer};BG{key};");
        pki.refused(&format!("[AOTROP;{export}]"), ErrorCode::TrustedKeyRefused, 0);
        pki.refused(&format!("[AOTRTP;{export}BJ0011223344556677;]"), ErrorCode::TrustedKeyRefused, 0);
    }
    // What it may do otherwise it still may: it verifies signatures.
    let signature = pki.hsm.value("[AORSAS;RC1;RF00;RG4;BN0;KY1;ZA1;]", "RH");
    assert!(pki.hsm.ask(&format!("[AORSAV;RD{own};RH{signature};RF00;RG4;BN0;]")).contains(";BBY;"));
    // Two administrators may trust the same key.
    log_in_twice(&mut pki);
    let trusted = pki.hsm.value(&format!("[AOZATP;RD{public};CZV;]"), "SD");
    assert!(pki.hsm.ask(&format!("[AOAVPC;CZS;SA{trusted};RV{leaf};]")).contains(";BBY;"));
}

/// Of whatever is verified in one request and in several, the outcome is the same.
#[test]
fn path_lengths_hold_over_several_requests() {
    let mut pki = Pki::new(Policy::default());
    let wide = pki.root("root");
    let private = pki.private("root", "S0RS");
    let narrow = |pki: &mut Pki, length: u8| {
        let constraints = format!("BCCA:TRUE,pathlen:{length}");
        pki.hsm.value(&format!("[AOASGC;FS6;RC{private};XE365;KUkeyCertSign;{constraints};RTroot;]"), "RV")
    };
    let middle = issued(&mut pki, "root", &wide, "ca_kdh", "BCCA:TRUE;KUkeyCertSign;");
    let deep = issued(&mut pki, "ca_kdh", &middle, "ca_krd", "BCCA:TRUE;KUkeyCertSign;");
    let leaf = issued(&mut pki, "ca_krd", &deep, "kdh1", "");
    let trust = |issuer: &str, certificates: &str| format!("[AOAVPC;CZV;SA{issuer};RV{certificates};]");

    let none = narrow(&mut pki, 0);
    let none = pki.trusted(&none);
    pki.refused(&trust(&none, &middle), ErrorCode::CertificateRefused, 6);
    let one = narrow(&mut pki, 1);
    let one = pki.trusted(&one);
    let below = pki.hsm.value(&trust(&one, &middle), "RD");
    pki.refused(&trust(&below, &deep), ErrorCode::CertificateRefused, 6);
    pki.refused(&trust(&one, &format!("{leaf}{deep}{middle}")), ErrorCode::CertificateRefused, 6);
    let two = narrow(&mut pki, 2);
    let two = pki.trusted(&two);
    let below = pki.hsm.value(&trust(&two, &middle), "RD");
    let deeper = pki.hsm.value(&trust(&below, &deep), "RD");
    assert!(pki.hsm.ask(&trust(&deeper, &leaf)).contains(";BBY;"));
    // The same from a chain in one request.
    let at_once = pki.hsm.value(&trust(&two, &format!("{deep}{middle}")), "RD");
    assert_eq!(at_once, deeper);
}

#[test]
fn a_trusted_key_signs_no_longer_than_its_chain_is_valid() {
    let mut pki = Pki::new(Policy::default());
    let root = pki.root("root");
    let anchor = pki.trusted(&root);
    let middle = issued(&mut pki, "root", &root, "ca_kdh", "XE2;BCCA:TRUE;KUkeyCertSign;");
    let below = pki.hsm.value(&format!("[AOAVPC;CZV;SA{anchor};RV{middle};]"), "RD");
    // The root's end comes first for a CA that claims to last longer.
    pki.hsm.now = Timestamp(NOW.0 + 364 * DAY);
    let late = issued(&mut pki, "root", &root, "ca_krd", "XE3650;BCCA:TRUE;KUkeyCertSign;");
    let late_key = pki.hsm.value(&format!("[AOAVPC;CZV;SA{anchor};RV{late};]"), "RD");
    let trust = |issuer: &str, leaf: &str| format!("[AOAVPC;CZV;SA{issuer};RV{leaf};]");
    pki.refused(&trust(&below, &late), ErrorCode::CertificateRefused, 2);
    pki.hsm.now = Timestamp(NOW.0 + 366 * DAY);
    pki.refused(&trust(&anchor, &late), ErrorCode::CertificateRefused, 2);
    pki.refused(&trust(&late_key, &late), ErrorCode::CertificateRefused, 2);
}

#[test]
fn what_is_issued_stays_within_what_its_ca_may() {
    let mut pki = Pki::new(Policy::default());
    let root = pki.root("root");
    let root_der = bytes(&root);
    let end = Certificate::parse(&root_der).expect("a certificate").not_after();
    let long = bytes(&issued(&mut pki, "root", &root, "kdh1", "XE3650;"));
    assert_eq!(Certificate::parse(&long).expect("a certificate").not_after(), end);
    let short = bytes(&issued(&mut pki, "root", &root, "kdh1", "XE3;"));
    assert_eq!(Certificate::parse(&short).expect("a certificate").not_after(), Timestamp(NOW.0 + 3 * DAY));

    let (ca, subject) = (pki.private("root", "S0RS"), pki.private("kdh1", "S0RS"));
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{subject};RTsubject;]"), "RU");
    let narrow = format!("[AOASGC;FS6;RC{ca};XE9;KUkeyCertSign;BCCA:TRUE,pathlen:0;RTroot;]");
    let narrow = pki.hsm.value(&narrow, "RV");
    let frame = |issuer: &str, asked: &str| format!("[AOASSR;FS6;RU{request};RH{issuer};RC{ca};{asked}]");
    pki.refused(&frame(&narrow, "BCCA:TRUE;KUkeyCertSign;"), ErrorCode::CertificateRefused, 6);
    assert!(pki.hsm.ask(&frame(&narrow, "BCCA:FALSE;KUdigitalSignature;")).starts_with("[AOASSR;RV"));
    pki.refused(&frame(&root, "KUdigitalSignature,keyCertSign;"), ErrorCode::FieldConflict, 0);
    pki.refused(&frame(&root, "BF20400101;"), ErrorCode::FieldConflict, 0);
    pki.refused(&format!("[AOASGC;FS6;RC{ca};KUkeyCertSign;RTroot;]"), ErrorCode::FieldConflict, 0);
}

#[test]
fn a_root_is_trusted_for_signatures_only_and_the_audit_says_which() {
    let mut pki = Pki::new(Policy::default());
    let root = pki.root("root");
    let anchor = pki.trusted(&root);
    let told = pki.hsm.events.last().map(|event| format!("{event:?}")).expect("an event");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes(&root));
    let digest = hex(digest.as_ref());
    assert!(told.contains("is trusted for V") && told.contains(&digest), "{told}");
    assert!(told.contains(&format!("check value {}", pki.hsm.value(&format!("[AOADPK;SD{anchor};]"), "AE"))), "{told}");
    // Of a chain, the key that is trusted is not the root's.
    let leaf = issued(&mut pki, "root", &root, "kdh1", "");
    let trusted = pki.hsm.value(&format!("[AOAVPC;CZW;RV{leaf}{root};]"), "RD");
    let told = pki.hsm.events.last().map(|event| event.what.clone()).expect("an event");
    let check_value = pki.hsm.value(&format!("[AOADPK;SD{trusted};]"), "AE");
    assert!(told.contains(&format!("check value {check_value} is trusted for W, by the root")), "{told}");
    assert!(told.ends_with(&digest), "{told}");
    for frame in [
        format!("[AOAVPC;CZW;RV{root};]"),
        format!("[AOAVPC;CZD;RV{root};]"),
        format!("[AOAVPC;CZG;RV{root};]"),
        format!("[AOAVPC;CZW;SA{anchor};RV{root};]"),
        format!("[AOAVPC;CZW;RV{root}{root};]"),
    ] {
        pki.refused(&frame, ErrorCode::FieldConflict, 0);
    }
    // Data is not for curves, as wherever a key is trusted.
    let pair = pki.hsm.ask("[AOGECC;RA2;CZS;]");
    let private = value(&pair, "RC");
    let curve = pki.hsm.value(&format!("[AOASGC;RC{private};BCCA:TRUE;RTcurve;]"), "RV");
    pki.refused(&format!("[AOAVPC;CZD;RV{curve};]"), ErrorCode::KeyUsageRefused, 0);
}
