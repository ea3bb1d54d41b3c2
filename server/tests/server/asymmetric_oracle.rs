//! Signatures, key agreement and RSA encryption against independent implementations, both ways.

use serde_json::{Value, json};

use crate::oracle::oracle;
use crate::support::{Hsm, TlsStream, ask, directory, value};

pub(crate) const DATA: &str = "00112233445566778899AABBCCDDEEFF";
/// OAEP's label for a key with its header.
const LABEL: &str = "strongroom wrapped key 1";
const CURVES: &[(&str, &str)] = &[("2", "P-256"), ("3", "P-384"), ("4", "P-521")];

pub(crate) fn do_all(asked: Vec<Value>) -> Vec<Value> {
    let count = asked.len();
    let answer = oracle("asymmetric.py", &Value::Array(asked));
    let answer = answer.as_array().expect("a list").clone();
    assert_eq!(answer.len(), count);
    answer
}

pub(crate) fn text_of(answer: &Value, name: &str) -> String {
    answer[name].as_str().expect(name).to_ascii_uppercase()
}

/// Both administrators on a connection: what only two may ask for.
pub(crate) fn both(hsm: &Hsm) -> TlsStream {
    let mut stream = hsm.application();
    for number in 1..=2 {
        value(&ask(&mut stream, &format!("[AOZLIN;IDAdmin{number};PWchangeme;]")), "RO");
        value(&ask(&mut stream, &format!("[AOZIPW;IDAdmin{number};PWchangeme;NPcorrect horse {number};]")), "ID");
    }
    stream
}

#[test]
fn signatures_verify_outside() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = hsm.application();
    let mut asked = Vec::new();
    let rsa = ask(&mut stream, "[AOGRSA;RA10001;RB3072;BJ6;KB1;CZS;RC23;KF1;SP1;]");
    for hash in ["1", "2", "4", "5", "6"] {
        for (scheme, fields) in [("pkcs1", "KY1;ZA1;"), ("pss", "ZA2;")] {
            if (hash, scheme) == ("2", "pss") {
                continue;
            }
            let reply = ask(&mut stream, &format!("[AORSAS;RC23;RF{DATA};RG{hash};BN0;{fields}]"));
            asked.push(json!({"do": "verify", "scheme": scheme, "hash": hash, "data": DATA,
                "public": value(&rsa, "RD"), "signature": value(&reply, "RH")}));
        }
    }
    for (code, _) in CURVES {
        let pair = ask(&mut stream, &format!("[AOGECC;BJ6;RA{code};KB1;CZS;]"));
        for hash in ["1", "4", "5", "6"] {
            let reply = ask(&mut stream, &format!("[AORSAS;RC{};RF{DATA};RG{hash};]", value(&pair, "RC")));
            asked.push(json!({"do": "verify", "scheme": "ecdsa", "hash": hash, "data": DATA,
                "public": value(&pair, "RD"), "signature": value(&reply, "RH")}));
        }
    }
    let answers = do_all(asked.clone());
    for (asked, answer) in asked.iter().zip(&answers) {
        assert_eq!(*answer, json!(true), "{asked}");
    }
    assert_eq!(answers.len(), 9 + 12);
}

#[test]
fn foreign_signatures_verify_inside() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = both(&hsm);
    let kinds = ["2048", "P-256", "P-384", "P-521"];
    let keys = do_all(kinds.iter().map(|kind| json!({"do": "generate", "kind": kind})).collect());
    let mut asked = Vec::new();
    for (kind, key) in kinds.iter().zip(&keys) {
        for hash in ["1", "4", "5", "6"] {
            for scheme in if *kind == "2048" { &["pkcs1", "pss"][..] } else { &["ecdsa"] } {
                asked.push(json!({"do": "sign", "scheme": scheme, "hash": hash, "data": DATA,
                    "private": key["private"], "public": key["public"]}));
            }
        }
    }
    let signatures = do_all(asked.clone());
    for (asked, signature) in asked.iter().zip(&signatures) {
        let trusted = ask(&mut stream, &format!("[AOZATP;RD{};CZV;]", text_of(asked, "public")));
        let (trusted, hash) = (value(&trusted, "SD"), text_of(asked, "hash"));
        let signature = signature.as_str().expect("a signature");
        let padding = if asked["scheme"] == json!("pss") { "ZA2;" } else { "" };
        for (data, verdict) in [(DATA, "Y"), (&DATA[2..], "N")] {
            let frame = format!("[AORSAV;RH{signature};RF{data};RD{trusted};RG{hash};{padding}]");
            assert_eq!(ask(&mut stream, &frame), format!("[AORSAV;BB{verdict};]"), "{asked}");
        }
    }
    assert_eq!(signatures.len(), 8 + 12);
}

#[test]
pub(crate) fn both_sides_agree_on_a_key_under_which_others_open() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = both(&hsm);
    let data = value(&ask(&mut stream, "[AOGPGS;FS6;CT4;AKD0000D0AB00E0000;]"), "BG");
    let peers = do_all(CURVES.iter().map(|(_, kind)| json!({"do": "generate", "kind": kind})).collect());
    let (mut asked, mut replies) = (Vec::new(), Vec::new());
    for ((code, _), peer) in CURVES.iter().zip(&peers) {
        let own = ask(&mut stream, &format!("[AOGECC;BJ6;RA{code};KB1;CZX;]"));
        let trusted = ask(&mut stream, &format!("[AOZATP;RD{};CZX;]", text_of(peer, "public")));
        for (kdf, hash, (key_type, length)) in [
            ("0", "4", ("4", 16)),
            ("0", "5", ("6", 32)),
            ("0", "6", ("3", 24)),
            ("1", "4", ("6", 32)),
            ("1", "5", ("2", 16)),
            ("1", "6", ("5", 24)),
        ] {
            let frame = format!(
                "[AOSDDH;FS6;AS0;CT{key_type};RG{hash};AK{DATA};KM{kdf};RC{};RD{};]",
                value(&own, "RC"),
                value(&trusted, "SD")
            );
            replies.push((key_type, ask(&mut stream, &frame)));
            asked.push(json!({"do": "agree", "private": peer["private"], "public": value(&own, "RD"), "hash": hash,
                "kdf": kdf, "shared": DATA, "length": length, "des": matches!(key_type, "2" | "3")}));
        }
    }
    let derived = do_all(asked);
    let mut opened = Vec::new();
    for ((key_type, reply), derived) in replies.iter().zip(&derived) {
        if matches!(*key_type, "2" | "3") {
            assert_eq!(value(reply, "AE"), text_of(derived, "check"));
            continue;
        }
        let frame = format!("[AOTWKA;FS6;AP{};BG{data};OFT;]", value(reply, "BG"));
        let block = value(&ask(&mut stream, &frame), "BH");
        opened.push(json!({"do": "open_block", "kbpk": derived["key"], "block": block}));
    }
    let opened = do_all(opened);
    assert_eq!((derived.len(), opened.len()), (18, 12));
    // Under every derived key it is the same key that opens.
    assert!(opened.iter().all(|block| block["key"] == opened[0]["key"] && text_of(block, "key").len() == 32));
}

/// Digests of every length there is, and of P-521, whose order is longer than any of them.
#[test]
fn digests_that_are_given_are_signed_and_verified_as_outside() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = both(&hsm);
    let theirs = do_all(CURVES.iter().map(|(_, kind)| json!({"do": "generate", "kind": kind})).collect());
    let digests = [16, 20, 28, 32, 48, 64].map(|length| (0..length).map(|n| format!("{:02X}", 255 - n)).collect());
    let (mut verified, mut signed) = (Vec::new(), Vec::new());
    for ((code, _), theirs) in CURVES.iter().zip(&theirs) {
        let own = ask(&mut stream, &format!("[AOGECC;BJ6;RA{code};KB1;CZS;]"));
        for digest in &digests {
            let digest: &String = digest;
            let reply = ask(&mut stream, &format!("[AORSAS;RC{};RF{digest};RG0;]", value(&own, "RC")));
            verified.push(json!({"do": "verify", "scheme": "digest", "hash": "4", "data": digest,
                "public": value(&own, "RD"), "signature": value(&reply, "RH")}));
            signed.push(json!({"do": "sign", "scheme": "digest", "hash": "4", "data": digest,
                "private": theirs["private"], "public": theirs["public"]}));
        }
        for wrong in ["", "00", &"00".repeat(31), &"00".repeat(33), &"00".repeat(65), &"00".repeat(66)] {
            let reply = ask(&mut stream, &format!("[AORSAS;RC{};RF{wrong};RG0;]", value(&own, "RC")));
            assert!(reply.starts_with("[AOERRO;AM303;"), "{reply}");
        }
    }
    assert!(do_all(verified).iter().all(|answer| *answer == json!(true)));
    let signatures = do_all(signed.clone());
    for (asked, signature) in signed.iter().zip(&signatures) {
        let trusted = ask(&mut stream, &format!("[AOZATP;RD{};CZV;]", text_of(asked, "public")));
        let (signature, trusted) = (signature.as_str().expect("a signature"), value(&trusted, "SD"));
        let data = text_of(asked, "data");
        let other = format!("{}00", &data[..data.len() - 2]);
        for (data, verdict) in [(&data, "Y"), (&other, "N")] {
            let frame = format!("[AORSAV;RH{signature};RF{data};RD{trusted};RG0;]");
            // P-256 signs the first 32 bytes, P-384 the first 48: what follows in a longer digest is cut off.
            let is_cut = data.len() / 2 > if text_of(asked, "public").len() < 200 { 32 } else { 48 };
            let expected = if is_cut && text_of(asked, "public").len() < 300 { "Y" } else { verdict };
            assert_eq!(ask(&mut stream, &frame), format!("[AORSAV;BB{expected};]"), "{asked}");
        }
    }
    assert_eq!(signatures.len(), 18);
}

#[test]
fn keys_wrapped_with_rsa_open_on_the_other_side() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = both(&hsm);
    let theirs = do_all(vec![json!({"do": "generate", "kind": "3072"})]);
    let trusted = ask(&mut stream, &format!("[AOZATP;RD{};CZW;]", text_of(&theirs[0], "public")));
    let own = ask(&mut stream, "[AOGRSA;RA10001;RB3072;CZW;RC12;]");
    let private = &theirs[0]["private"];
    for (padding, hash) in [("2", "4"), ("3", "1"), ("4", "5"), ("5", "6")] {
        // Bare, and as the documented form has it: the header's length, the header, the key.
        for (form, header, label) in [("C", "D0000D0AB00S0000", ""), ("H", "D0000D0AB00E0000", LABEL)] {
            let key = ask(&mut stream, &format!("[AOGPGS;FS6;CT4;AK{header};]"));
            let (block, trusted) = (value(&key, "BG"), value(&trusted, "SD"));
            let frame = format!("[AOZKRW;BG{block};RD{trusted};ZA{padding};OF{form};]");
            let wrapped = value(&ask(&mut stream, &frame), "BH");
            let clear = json!({"do": "decrypt", "private": private, "hash": hash, "label": label, "data": wrapped});
            let clear = do_all(vec![clear])[0].as_str().expect("a key").to_owned();
            let before: String = header.bytes().map(|byte| format!("{byte:02x}")).collect();
            let before = if form == "H" { format!("0010{before}") } else { String::new() };
            assert!(clear.starts_with(&before) && clear.len() == before.len() + 32, "{clear}");
            // It comes back by the same way as the key that it was.
            let again =
                json!({"do": "encrypt", "public": value(&own, "RD"), "hash": hash, "label": label, "data": clear});
            let again = do_all(vec![again])[0].as_str().expect("a wrapped key").to_ascii_uppercase();
            let frame = format!("[AOZKRU;BH{again};RC12;AK{header};ZA{padding};OF{form};]");
            let reply = ask(&mut stream, &frame);
            assert_eq!(value(&reply, "AE"), value(&key, "AE"));
            assert_eq!(value(&reply, "BG")[5..16], block[5..16]);
        }
    }
}
