//! Ed25519, ML-DSA and ML-KEM against an independent implementation, both ways. It has no ML-KEM-512; Wycheproof's tests of the
//! engine cover that.

use serde_json::json;

use crate::asymmetric_oracle::{DATA, both, do_all, text_of};
use crate::support::{Hsm, ask, directory, value};

const SIGNING: [&str; 4] = ["Ed25519", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];
const AGREEING: [&str; 2] = ["ML-KEM-768", "ML-KEM-1024"];
/// Fields of a derivation, and the same as the independent side wants them: KDF, hash, length.
const DERIVATIONS: [(&str, Option<&str>, &str, usize); 4] = [
    ("", None, "4", 32),
    ("KM0;CT4;RG4;", Some("0"), "4", 16),
    ("KM1;RG5;", Some("1"), "5", 32),
    ("KM0;CT5;RG6;", Some("0"), "6", 24),
];

#[test]
fn signatures_verify_outside() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = hsm.application();
    let mut asked = Vec::new();
    for (slot, kind) in SIGNING.iter().enumerate() {
        let pair = ask(&mut stream, &format!("[AOZAGE;RA{};CZS;RC{slot};]", kind.to_uppercase()));
        for data in [DATA, "", "00"] {
            let signature = value(&ask(&mut stream, &format!("[AOZSGM;RC{slot};RF{data};]")), "RH");
            for (said, expected) in [(data, true), ("0011", false)] {
                let question = json!({"do": "verify", "scheme": "message", "data": said,
                    "public": value(&pair, "RD"), "signature": signature});
                asked.push((question, expected));
            }
        }
    }
    let answers = do_all(asked.iter().map(|(question, _)| question.clone()).collect());
    for ((question, expected), answer) in asked.iter().zip(&answers) {
        assert_eq!(*answer, json!(expected), "{question}");
    }
    assert_eq!(answers.len(), 24);
}

#[test]
fn foreign_signatures_verify_inside() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = both(&hsm);
    let keys = do_all(SIGNING.iter().map(|kind| json!({"do": "generate", "kind": kind})).collect());
    let sign =
        |key: &serde_json::Value| json!({"do": "sign", "scheme": "message", "data": DATA, "private": key["private"]});
    let signatures = do_all(keys.iter().map(sign).collect());
    for (key, signature) in keys.iter().zip(&signatures) {
        let trusted = value(&ask(&mut stream, &format!("[AOZATP;RD{};CZV;]", text_of(key, "public"))), "SD");
        let signature = signature.as_str().expect("a signature");
        for (data, verdict) in [(DATA, "Y"), (&DATA[2..], "N")] {
            let reply = ask(&mut stream, &format!("[AOZSGV;RH{signature};RF{data};RD{trusted};]"));
            assert_eq!(reply, format!("[AOZSGV;BB{verdict};]"), "{key}");
        }
    }
    assert_eq!(signatures.len(), 4);
}

#[test]
fn both_sides_make_the_same_key_of_what_the_hsm_encapsulates() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = both(&hsm);
    let theirs = do_all(AGREEING.iter().map(|kind| json!({"do": "generate", "kind": kind})).collect());
    let (mut asked, mut checks) = (Vec::new(), Vec::new());
    for key in &theirs {
        let trusted = value(&ask(&mut stream, &format!("[AOZATP;RD{};CZX;]", text_of(key, "public"))), "SD");
        for (fields, kdf, hash, length) in DERIVATIONS {
            let shared = if kdf.is_some() { format!("BO{DATA};") } else { String::new() };
            let frame = format!("[AOZKEN;RD{trusted};AKD0000K1AB00N0000;{fields}{shared}]");
            let reply = ask(&mut stream, &frame);
            checks.push(value(&reply, "AE"));
            asked.push(json!({"do": "decapsulate", "private": key["private"], "encapsulated": value(&reply, "BH"),
                "kdf": kdf, "hash": hash, "length": length, "shared": DATA}));
        }
    }
    let answers = do_all(asked);
    assert_eq!(answers, checks.iter().map(|check| json!(check)).collect::<Vec<_>>());
    assert_eq!(answers.len(), 8);
}

#[test]
fn both_sides_make_the_same_key_of_what_others_encapsulate() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = hsm.application();
    let mut asked = Vec::new();
    for (slot, kind) in AGREEING.iter().enumerate() {
        let pair = ask(&mut stream, &format!("[AOZAGE;RA{kind};CZX;RC{slot};]"));
        for (fields, kdf, hash, length) in DERIVATIONS {
            let question = json!({"do": "encapsulate", "public": value(&pair, "RD"),
                "kdf": kdf, "hash": hash, "length": length, "shared": DATA});
            asked.push((question, slot, fields, kdf));
        }
    }
    let answers = do_all(asked.iter().map(|(question, ..)| question.clone()).collect());
    for ((_, slot, fields, kdf), answer) in asked.iter().zip(&answers) {
        let shared = if kdf.is_some() { format!("BO{DATA};") } else { String::new() };
        let encapsulated = text_of(answer, "encapsulated");
        let frame = format!("[AOZKDE;BH{encapsulated};RC{slot};AKD0000K1AB00N0000;{fields}{shared}]");
        assert_eq!(value(&ask(&mut stream, &frame), "AE"), text_of(answer, "check"), "{fields}");
    }
    assert_eq!(answers.len(), 8);
}
