//! Key pairs as commands use them: what each may do, what is slow about them, and signatures in several frames.

use engine::Policy;
use engine::major_key::MajorKeyKind;
use engine::public_key::{Curve, F4, Kind, PrivateKey};
use engine::random::Generator;
use protocol::ErrorCode;

use crate::pki::Pki;
use crate::support::{InProcess, administered, is_refused, value, wrapped};

fn private(kind: Kind) -> PrivateKey {
    PrivateKey::generate(kind, F4, &mut Generator::from_entropy([9; 32])).expect("generates")
}

/// The key block of a private key that others have made.
fn foreign(hsm: &InProcess, header: &str, key: &PrivateKey) -> String {
    wrapped(&hsm.major_key("default", MajorKeyKind::Pmk), header, key.expose().expose())
}

#[test]
fn a_public_half_is_trusted_for_what_its_pair_can_do() {
    let mut hsm = InProcess::new(&["default"]);
    let keys = [private(Kind::Rsa(2048)), private(Kind::Ec(Curve::P256))];
    for (header, usage) in [
        ("D0000K3RB00N0000", Some('W')),
        ("D0000K3RD00N0000", Some('W')),
        ("D0000K3RN00N0000", Some('W')),
        ("D0000K3RE00N0000", None),
        ("D0000K3RX00N0000", None),
        ("D0000K2RD00N0000", Some('T')),
        ("D0000K2RN00N0000", Some('T')),
        ("D0000K2RX00N0000", None),
        ("D0000D1RN00N0000", Some('D')),
        ("D0000E7RD00N0000", None),
        ("D0000E7RN00N0000", None),
        ("D0000S0RN00N0000", Some('S')),
        ("D0000S1RT00N0000", Some('S')),
        ("D0000S0RV00N0000", Some('V')),
        ("D0000S0RS00N0000", Some('G')),
        ("D0000K3EX00N0000", Some('X')),
        ("D0000K3EN00N0000", Some('X')),
        ("D0000K3EB00N0000", None),
        ("D0000K2EN00N0000", None),
        ("D0000D1EN00N0000", None),
    ] {
        let key = &keys[usize::from(header.as_bytes()[7] == b'E')];
        let block = foreign(&hsm, header, key);
        let reply = hsm.ask(&format!("[AOAPFP;RC{block};]"));
        let trusted = reply.split(';').find_map(|field| field.strip_prefix("SD"));
        assert_eq!(trusted.is_some(), usage.is_some(), "{header}: {reply}");
        if let (Some(trusted), Some(usage)) = (trusted, usage) {
            let letter = hsm.value(&format!("[AOADPK;SD{trusted};]"), "CZ");
            assert_eq!(letter, usage.to_string(), "{header}");
        }
        // So it is as a slot.
        let slot = hsm.value(&format!("[AOASYL;BG{block};]"), "RC");
        let reply = hsm.ask(&format!("[AORSAV;RH00;RF00;RG4;RD{slot};]"));
        assert_eq!(reply == "[AORSAV;BBN;]", matches!(usage, Some('S' | 'V')), "{header}: {reply}");
        let reply = hsm.ask(&format!("[AOGPSR;BF0;BO00;RD{slot};]"));
        assert_eq!(reply.starts_with("[AOGPSR;"), usage == Some('D'), "{header}: {reply}");
    }
}

/// A token that is sent to the certificate of one key, whatever pair that is in: what it is to each kind of pair, and what its
/// envelope by itself is. Only bare keys and data have its form, so no pair that takes tokens takes those.
#[test]
fn no_pair_both_opens_tokens_and_unwraps_keys_or_decrypts() {
    let mut pki = Pki::new(Policy::default());
    let (root, ca, kdh) = (pki.root("root"), pki.private("root", "S0RS"), pki.private("kdh1", "S0RS"));
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{kdh};RTsender;]"), "RU");
    let frame = format!("[AOASSR;FS6;RU{request};RH{root};RC{ca};XE9;SG2;KUdigitalSignature;]");
    let sender = pki.hsm.value(&frame, "RV");
    let (receiver, anchor) = (pki.certificate("krd1"), pki.trusted(&root));
    let (chain, receiver_ca) = (receiver.clone() + &pki.certificate("ca_krd"), pki.trusted(&pki.certificate("root")));
    let key = pki.hsm.ask("[AOGPGS;FS6;CT3;AKD0000D0TB00E0000;]");
    let frame = format!("RV{sender};RC{kdh};SJ{chain};SA{receiver_ca};BG{};BJ0011223344556677;", value(&key, "BG"));
    let token = pki.hsm.value(&format!("[AOTRTP;ZA3;{frame}]"), "SJ");
    // Two octet strings have the length of the receiver's key: the envelope's key, and the sender's signature after it.
    let (start, _) = token.match_indices("04820100").next().expect("an envelope");
    let envelope = &token[start + 8..start + 8 + 512];

    let token = format!("RV{receiver};SJ{token};RH{sender};SA{anchor};BJ0011223344556677;");
    for mode in ["N", "B", "D"] {
        let (takes, unwraps, decrypts) = ("K2", "K3", "D1");
        for usage in [takes, unwraps, decrypts] {
            let pair = pki.private("krd1", &format!("{usage}R{mode}"));
            let mut expect = |frame: &str, refused: Option<ErrorCode>| {
                let reply = pki.hsm.ask(frame);
                let holds = refused.map_or(!reply.starts_with("[AOERRO;"), |code| is_refused(&reply, code));
                assert!(holds, "{usage}{mode}: {reply}");
                reply
            };
            let only = |it: &str| (usage != it).then_some(ErrorCode::KeyUsageRefused);
            let reply = expect(&format!("[AOTRTD;RC{pair};{token}]"), only(takes));
            assert!(usage != takes || value(&reply, "AE") == value(&key, "AE"), "{reply}");
            // With its header: never, as the envelope has no label.
            let never = only(unwraps).or(Some(ErrorCode::KeyBlockRefused));
            expect(&format!("[AOZKRU;RC{pair};BH{envelope};]"), never);
            // Bare, and as data: by the pairs for those, so they get no certificates for receivers.
            expect(&format!("[AOZKRU;RC{pair};BH{envelope};AKD0000D0TB00N0000;OFC;]"), only(unwraps));
            let reply = expect(&format!("[AOGPSR;BF1;RC{pair};BO{envelope};]"), only(decrypts));
            assert!(usage != decrypts || value(&reply, "BP").len() == 32, "a key in clear: {reply}");
            expect(&format!("[AOGPRW;RC{pair};]"), only(unwraps));
        }
    }
}

/// Where no cryptograms are allowed, no envelope opens as a bare key.
#[test]
fn without_cryptograms_nothing_is_unwrapped_bare() {
    let mut hsm = InProcess::with_policy(Policy { cryptograms: false, ..Policy::default() });
    let block = foreign(&hsm, "D0000K3RN00N0000", &private(Kind::Rsa(2048)));
    let reply = hsm.ask(&format!("[AOZKRU;RC{block};BH00;AKD0000D0TB00N0000;OFC;]"));
    assert!(is_refused(&reply, ErrorCode::KeyPolicyRefused), "{reply}");
}

#[test]
fn a_private_key_in_version_e_is_translated_to_d() {
    let mut hsm = administered(&["default"]);
    let key = private(Kind::Ec(Curve::P256));
    let block = foreign(&hsm, "E0000S0EN00N0000", &key);
    hsm.value("[AOZMGE;FS6;PNY;]", "AE");
    let reply = hsm.ask(&format!("[AOZMTK;BG{block};]"));
    assert_eq!((value(&reply, "TA").as_str(), &value(&reply, "BG")[..1]), ("Y", "D"), "{reply}");
}

#[test]
fn nobody_generates_or_parses_for_a_request_that_is_refused() {
    let mut hsm = InProcess::new(&["default"]);
    let pair = hsm.ask("[AOGECC;RA2;CZS;]");
    let block = value(&pair, "RC");
    hsm.value(&format!("[AOASYL;BG{block};RC7;RTtaken;]"), "RC");
    let load = format!("[AOASYL;BG{block};");
    for (frame, works) in [
        ("[AOGRSA;RA10001;RB2048;CZS;".to_owned(), true),
        ("[AOGRSA;RA3;RB2048;CZS;RC8;RTfree;".to_owned(), true),
        ("[AOGRSA;RA10001;RB2048;CZS;RC7;".to_owned(), false),
        ("[AOGRSA;RA10001;RB2048;CZS;RC10000;".to_owned(), false),
        ("[AOGRSA;RA10001;RB2048;CZS;RC8;RTtaken;".to_owned(), false),
        ("[AOGRSA;RA10001;RB2048;CZS;RTreturned;".to_owned(), false),
        ("[AOGRSA;RA10001;RB2048;CZS;BJ1;".to_owned(), false),
        ("[AOGRSA;RA10001;RB2048;CZX;".to_owned(), false),
        ("[AOGRSA;RAF;RB2048;CZS;".to_owned(), false),
        ("[AOGECC;RA2;CZS;".to_owned(), true),
        ("[AOGECC;RA2;CZS;RC7;".to_owned(), false),
        ("[AOGECC;RA2;CZW;".to_owned(), false),
        (load.clone(), true),
        (load.clone() + "RC7;", false),
        (load.clone() + "RTtaken;", false),
        (load.clone().replace("ASYL", "LRSA"), true),
        (load.clone().replace("ASYL", "LRSA") + "RC7;", false),
    ] {
        assert_eq!(hsm.prepares(&format!("{frame}]")), works, "{frame}");
    }
    // RSA with 4,096 bits, or without any key block, under what the tenant has.
    let mut hsm = InProcess::with_policy(Policy { key_blocks: false, ..Policy::default() });
    assert!(!hsm.prepares("[AOGRSA;RA10001;RB2048;CZS;]"));
    assert!(hsm.prepares("[AOGRSA;RA10001;RB2048;CZS;RC1;]"));
    assert!(!hsm.prepares(&format!("{load}]")));
}

#[test]
fn without_a_pmk_or_an_ftk_no_pair_is_generated() {
    let mut hsm = administered(&["default"]);
    let listed = hsm.ask("[AOZMLI;]");
    let clear = |hsm: &mut InProcess, selector: u8, name: &str| {
        let start = listed.find(&format!("{name}/AES-256/")).expect(name) + name.len() + 9;
        hsm.value(&format!("[AOZMCL;FS{selector};AE{};]", &listed[start..start + 6]), "FS")
    };
    clear(&mut hsm, 5, "FTK");
    assert!(!hsm.prepares("[AOGRSA;RA10001;RB2048;CZS;RC1;]"));
    assert!(hsm.prepares("[AOGRSA;RA10001;RB2048;CZS;]"));
    clear(&mut hsm, 6, "PMK");
    assert!(!hsm.prepares("[AOGRSA;RA10001;RB2048;CZS;]"));
}

#[test]
fn what_parses_a_private_key_is_slow() {
    let mut hsm = InProcess::new(&["default"]);
    let agree = value(&hsm.ask("[AOGECC;RA2;CZX;]"), "RC");
    let peer = value(&hsm.ask("[AOGECC;RA2;CZX;RC1;]"), "SD");
    let sign = value(&hsm.ask("[AOGRSA;RA10001;RB2048;CZS;]"), "RC");
    hsm.value("[AOGRSA;RA10001;RB2048;CZS;RC2;]", "RC");
    hsm.value("[AOGRSA;RA10001;RB2048;CZW;RC3;]", "RC");
    let data = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    let message = value(&hsm.ask("[AOZAGE;RAED25519;CZS;]"), "RC");
    hsm.value("[AOZAGE;RAML-DSA-87;CZS;RC4;]", "RC");
    let secret = value(&hsm.ask("[AOZAGE;RAML-KEM-512;CZX;]"), "RC");
    hsm.value("[AOZAGE;RAML-KEM-512;CZX;RC5;]", "RC");
    for (frame, is_slow) in [
        (format!("[AOAPFP;RC{sign};]"), true),
        ("[AOAPFP;RC2;]".to_owned(), false),
        (format!("[AORPFP;RC{sign};]"), true),
        ("[AORPFP;RC2;]".to_owned(), false),
        (format!("[AOGPRW;RC{sign};]"), true),
        ("[AOGPRW;RC3;]".to_owned(), false),
        (format!("[AOSDDH;CT4;RG4;KM0;RC{agree};RD{peer};]"), true),
        (format!("[AOSDDH;CT4;RG4;KM0;RC1;RD{peer};]"), false),
        (format!("[AORSAS;RC{sign};RF00;RG4;BN1;]"), true),
        ("[AORSAS;RC2;RF00;RG4;BN1;]".to_owned(), false),
        ("[AORSAS;RC2;RF00;RG4;BN0;]".to_owned(), true),
        // A block with another kind of key takes its time as well, to be refused.
        (format!("[AOZSGM;RC{message};RF00;]"), true),
        (format!("[AOZSGM;RC{sign};RF00;]"), true),
        ("[AOZSGM;RC4;RF00;]".to_owned(), false),
        (format!("[AOZKDE;RC{secret};BH00;AKD0000K1AB00N0000;]"), true),
        (format!("[AOZKDE;RC{sign};BH00;AKD0000K1AB00N0000;]"), true),
        ("[AOZKDE;RC5;BH00;AKD0000K1AB00N0000;]".to_owned(), false),
        (format!("[AOZMTK;BG{sign};]"), true),
        (format!("[AOZMTK;BG{data};]"), false),
    ] {
        assert_eq!(hsm.is_slow(&frame), is_slow, "{frame}");
    }
}

#[test]
fn a_series_ends_with_its_time_and_with_the_login() {
    let mut hsm = administered(&["default"]);
    hsm.value("[AOGRSA;RA10001;RB2048;CZS;RC1;]", "RC");
    let signature = hsm.value("[AORSAS;RC1;RF0011;RG4;KY1;]", "RH");
    let verify = |data: &str, more: u8| format!("[AORSAV;RH{signature};RF{data};RD1;RG4;BN{more};]");
    hsm.value(&verify("00", 1), "CH");
    hsm.now.0 += 60;
    assert!(is_refused(&hsm.ask(&verify("11", 0)), ErrorCode::HandleUnknown), "its end is not the whole");
    assert_eq!(hsm.ask(&verify("0011", 0)), "[AORSAV;BBY;]");

    let handle = hsm.value("[AORSAS;RC1;RF00;RG4;KY1;BN1;]", "CH");
    assert!(hsm.ask("[AOZLOU;]").starts_with("[AOZLOU;"));
    assert!(is_refused(&hsm.ask(&format!("[AORSAS;CH{handle};RF11;]")), ErrorCode::HandleUnknown));
    let handle = hsm.value("[AORSAS;RC1;RF00;RG4;KY1;BN1;]", "CH");
    hsm.value("[AOZLIN;IDAdmin1;PWcorrect horse 1;]", "RO");
    assert!(is_refused(&hsm.ask(&format!("[AORSAS;CH{handle};RF11;]")), ErrorCode::HandleUnknown));
    let handle = hsm.value("[AORSAS;RC1;RF00;RG4;KY1;BN1;]", "CH");
    assert_eq!(hsm.value(&format!("[AORSAS;CH{handle};RF11;]"), "RH"), signature);
}

#[test]
fn an_empty_slot_is_found_beside_those_that_are_taken() {
    let mut hsm = InProcess::new(&["default"]);
    let block = value(&hsm.ask("[AOGECC;RA2;CZS;]"), "RC");
    let load = format!("[AOASYL;BG{block};]");
    let slots: Vec<String> = (0..5).map(|_| hsm.value(&load, "RC")).collect();
    assert_eq!(slots, ["0", "1", "2", "3", "4"]);
    for slot in ["3", "1"] {
        hsm.value(&format!("[AOZASD;RC{slot};]"), "RC");
    }
    assert_eq!([(); 3].map(|()| hsm.value(&load, "RC")), ["1", "3", "5"]);
}
