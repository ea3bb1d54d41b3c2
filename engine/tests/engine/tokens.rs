//! The rules of TR-34 that certificates, lists of revoked ones, strength and time make.

use engine::certificate::Certificate;
use engine::{Policy, Timestamp};
use fixtures::vectors::bytes;
use protocol::ErrorCode;

use crate::pki::{DAY, NOW, Pki, hex};
use crate::support::{value, wrapped};

/// A sender and a receiver below one root.
struct Ends {
    pki: Pki,
    root: String,
    anchor: String,
    sender: String,
    receiver: String,
    kdh: String,
    krd: String,
}

/// One value in DER form, in hexadecimal.
fn tlv(tag: u8, parts: &[&str]) -> String {
    let value = parts.concat();
    let length = value.len() / 2;
    let length = match length {
        0..0x80 => format!("{length:02X}"),
        0x80..0x100 => format!("81{length:02X}"),
        _ => format!("82{length:04X}"),
    };
    format!("{tag:02X}{length}{value}")
}

const RSA_SHA256: &str = "300D06092A864886F70D01010B0500";
const RSA_SHA1: &str = "300D06092A864886F70D0101050500";
/// From 1 August to 1 September 2026.
const TIMES: &str = "170D3236303830313030303030305A170D3236303930313030303030305A";
/// deltaCRLIndicator, critical; issuingDistributionPoint, not critical; certificateIssuer, critical; a number.
const DELTA: &str = "300D0603551D1B0101FF0403020101";
const PART: &str = "300C0603551D1C040530038101FF";
const OTHER_CA: &str = "300C0603551D1D0101FF04023000";
const NUMBER: &str = "300A0603551D140403020107";

impl Ends {
    fn new(policy: Policy) -> Self {
        Self::with_usages(policy, "KUkeyCertSign,cRLSign;", "", "")
    }

    fn with_usages(policy: Policy, root: &str, sender: &str, receiver: &str) -> Self {
        let mut pki = Pki::new(policy);
        let (ca, kdh, krd) = (pki.private("root", "S0RS"), pki.private("kdh1", "S0RS"), pki.private("krd1", "K2RD"));
        let root = pki.hsm.value(&format!("[AOASGC;FS6;RC{ca};XE365;{root}BCCA:TRUE;RTroot;]"), "RV");
        let anchor = pki.trusted(&root);
        let mut issue = |key: &str, name: &str, serial: u8, asked: &str| {
            let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{key};RT{name};]"), "RU");
            pki.hsm.value(&format!("[AOASSR;FS6;RU{request};RH{root};RC{ca};XE9;SG{serial};{asked}]"), "RV")
        };
        let (sender, receiver) = (issue(&kdh, "sender", 2, sender), issue(&krd, "receiver", 3, receiver));
        Self { pki, root, anchor, sender, receiver, kdh, krd }
    }

    /// A list of the root's, with these serial numbers, extensions of the entries, and extensions of the list.
    fn list(&mut self, revoked: &[u8], of_entries: &str, of_list: &str, algorithm: &str) -> String {
        let root = bytes(&self.root);
        let issuer = hex(Certificate::parse(&root).expect("a certificate").subject());
        let entries: String = revoked
            .iter()
            .map(|serial| {
                let extensions = if of_entries.is_empty() { String::new() } else { tlv(0x30, &[of_entries]) };
                tlv(0x30, &[&tlv(2, &[&format!("{serial:02X}")]), &TIMES[..30], &extensions])
            })
            .collect();
        let entries = if entries.is_empty() { entries } else { tlv(0x30, &[&entries]) };
        let extensions = if of_list.is_empty() { String::new() } else { tlv(0xA0, &[&tlv(0x30, &[of_list])]) };
        let content = tlv(0x30, &["020101", algorithm, &issuer, TIMES, &entries, &extensions]);
        let hash = if algorithm == RSA_SHA1 { "1" } else { "4" };
        let key = self.pki.private("root", "S0RS");
        let signed = self.pki.hsm.value(&format!("[AORSAS;RC{key};RF{content};RG{hash};BN0;KY1;ZA1;]"), "RH");
        tlv(0x30, &[&content, algorithm, &tlv(3, &["00", &signed])])
    }

    fn clear(&mut self) -> String {
        self.list(&[9], "", NUMBER, RSA_SHA256)
    }

    fn key(&mut self, key_type: &str, header: &str) -> String {
        self.pki.hsm.value(&format!("[AOGPGS;FS6;CT{key_type};AK{header};]"), "BG")
    }

    fn export(&self, key: &str, more: &str) -> String {
        let Self { sender, kdh, receiver, anchor, .. } = self;
        format!("RV{sender};RC{kdh};SJ{receiver};SA{anchor};BG{key};{more}")
    }

    fn one_pass(&mut self, more: &str) -> String {
        let key = self.key("4", "D0000K0AB00E0000");
        let frame = self.export(&key, more);
        self.pki.hsm.value(&format!("[AOTROP;{frame}]"), "SJ")
    }

    fn two_pass(&mut self, key: &str, more: &str) -> String {
        let frame = self.export(key, more);
        self.pki.hsm.value(&format!("[AOTRTP;{frame}BJ0011223344556677;]"), "SJ")
    }

    fn import(&self, token: &str, more: &str) -> String {
        let Self { sender, krd, receiver, anchor, .. } = self;
        format!("[AOTRTD;RV{receiver};RC{krd};SJ{token};RH{sender};SA{anchor};{more}]")
    }

    fn is_taken(&mut self, frame: &str) -> String {
        let reply = self.pki.hsm.ask(frame);
        assert!(reply.starts_with("[AOTRTD;BG"), "{reply}");
        reply
    }
}

/// A credential token of certificates, and of lists with their tag.
fn credential_of(certificates: &str, lists: &str) -> String {
    let empty = tlv(0x31, &[]);
    let data = tlv(0x30, &["06092A864886F70D010701"]);
    let signed = tlv(0x30, &["020101", &empty, &data, &tlv(0xA0, &[certificates]), lists, &empty]);
    tlv(0x30, &["06092A864886F70D010702", &tlv(0xA0, &[&signed])])
}

const NONCE: &str = "BJ0011223344556677;";

#[test]
fn every_list_must_clear_the_sender_and_one_pass_needs_one() {
    let mut ends = Ends::new(Policy::default());
    let (clear, gone) = (ends.clear(), ends.list(&[9, 2], "", "", RSA_SHA256));
    let (bare, with_list) = (ends.one_pass(""), ends.one_pass(&format!("BO{clear};")));
    ends.pki.hsm.now = Timestamp(NOW.0 + 60);
    let frame = ends.import(&bare, "LA0;");
    ends.pki.refused(&frame, ErrorCode::FieldMissing, 0);
    for frame in [ends.import(&bare, &format!("LA0;BO{clear};")), ends.import(&with_list, "LA0;")] {
        ends.is_taken(&frame);
    }
    let credential = |list: &str, sender: &str| credential_of(sender, &tlv(0xA1, &[list]));
    let sender = ends.sender.clone();
    for (token, more, credentials) in [
        (&with_list, format!("LA0;BO{gone};"), sender.clone()),
        (&bare, format!("LA0;BO{gone};"), credential(&clear, &sender)),
        (&with_list, format!("LA0;BO{clear};"), credential(&gone, &sender)),
    ] {
        let frame = ends.import(token, &more).replace(&format!("RH{sender}"), &format!("RH{credentials}"));
        ends.pki.refused(&frame, ErrorCode::TokenConflict, 7);
    }
    let frame =
        ends.import(&bare, "LA0;").replace(&format!("RH{sender}"), &format!("RH{}", credential(&clear, &sender)));
    ends.is_taken(&frame);
    let revoked = ends.one_pass(&format!("BO{gone};"));
    ends.pki.hsm.now = Timestamp(NOW.0 + 120);
    let frame = ends.import(&revoked, &format!("LA0;BO{clear};"));
    ends.pki.refused(&frame, ErrorCode::TokenConflict, 7);
}

#[test]
fn lists_of_a_part_or_with_what_is_not_known_clear_nobody() {
    let mut ends = Ends::new(Policy::default());
    let key = ends.key("4", "D0000K0AB00E0000");
    let token = ends.two_pass(&key, "");
    for (entries, list) in [("", DELTA), ("", PART), ("", &[NUMBER, DELTA].concat()), (OTHER_CA, "")] {
        let list = ends.list(&[9], entries, list, RSA_SHA256);
        let frame = ends.import(&token, &format!("{NONCE}BO{list};"));
        ends.pki.refused(&frame, ErrorCode::TokenConflict, 6);
    }
    let good = ends.list(&[9], NUMBER, NUMBER, RSA_SHA256);
    let frame = ends.import(&token, &format!("{NONCE}BO{good};"));
    ends.is_taken(&frame);
}

#[test]
fn lists_obey_the_policy_on_sha1_and_the_usage_of_their_ca() {
    let mut ends = Ends::new(Policy { sha1_signatures: true, ..Policy::default() });
    let list = ends.list(&[9], "", "", RSA_SHA1);
    let key = ends.key("4", "D0000K0AB00E0000");
    let token = ends.two_pass(&key, "");
    let frame = ends.import(&token, &format!("{NONCE}BO{list};"));
    ends.is_taken(&frame);
    let mut strict = Ends::new(Policy::default());
    strict.pki.refused(&frame, ErrorCode::TokenConflict, 6);

    // Known from the trusted key, and from a chain.
    let mut ends = Ends::with_usages(Policy::default(), "KUkeyCertSign;", "", "");
    let (list, key) = (ends.clear(), ends.key("4", "D0000K0AB00E0000"));
    let token = ends.two_pass(&key, "");
    let frame = ends.import(&token, &format!("{NONCE}BO{list};"));
    ends.pki.refused(&frame, ErrorCode::TokenConflict, 6);
    let chain = format!("RH{}{}", ends.sender, ends.root);
    let frame = frame.replace(&format!("RH{}", ends.sender), &chain);
    ends.pki.refused(&frame, ErrorCode::TokenConflict, 6);
}

#[test]
fn certificates_that_say_what_their_key_may_do_must_say_this() {
    const SIGNS: &str = "KUdigitalSignature;";
    const UNWRAPS: &str = "KUkeyEncipherment;";
    for (sender, receiver, is_right) in
        [(SIGNS, UNWRAPS, true), (UNWRAPS, UNWRAPS, false), (SIGNS, SIGNS, false), ("", "", true)]
    {
        let mut ends = Ends::with_usages(Policy::default(), "KUkeyCertSign,cRLSign;", sender, receiver);
        let key = ends.key("4", "D0000K0AB00E0000");
        let frame = format!("[AOTRTP;{}{NONCE}]", ends.export(&key, ""));
        if is_right {
            let token = ends.pki.hsm.value(&frame, "SJ");
            let frame = ends.import(&token, NONCE);
            ends.is_taken(&frame);
            continue;
        }
        ends.pki.refused(&frame, ErrorCode::CertificateRefused, 10);
        // A token made where nobody looked.
        let mut lax = Ends::new(Policy::default());
        let token = lax.two_pass(&key, "");
        let frame = ends.import(&token, NONCE);
        ends.pki.refused(&frame, ErrorCode::CertificateRefused, 10);
    }
}

#[test]
fn no_key_travels_in_what_is_weaker() {
    let mut ends = Ends::new(Policy::default());
    let (aes, tdes) = (ends.key("4", "D0000K0AB00E0000"), ends.key("3", "D0000K0TB00E0000"));
    let frame = format!("[AOTRTP;{}{NONCE}]", ends.export(&aes, "CT3;"));
    ends.pki.refused(&frame, ErrorCode::KeyRejected, 0);
    for (key, cipher) in [(&tdes, "CT3;"), (&tdes, "CT4;"), (&aes, "CT4;")] {
        let token = ends.two_pass(key, cipher);
        let frame = ends.import(&token, NONCE);
        ends.is_taken(&frame);
    }
    // What a sender has made who allows it: AES-128 in triple DES, AES-256 in anything.
    let mut lax = Ends::new(Policy { weaker_wrapping: true, ..Policy::default() });
    let strong = lax.key("6", "D0000K0AB00E0000");
    for (key, cipher) in [(&aes, "CT3;"), (&strong, "CT4;")] {
        let token = lax.two_pass(key, cipher);
        let frame = ends.import(&token, NONCE);
        ends.pki.refused(&frame, ErrorCode::KeyRejected, 0);
        lax.is_taken(&frame);
    }
}

#[test]
fn parity_is_judged_and_headers_lose_nothing() {
    let mut ends = Ends::new(Policy::default());
    let pmk = ends.pki.hsm.major_key("default", engine::major_key::MajorKeyKind::Pmk);
    let bytes: Vec<u8> = (0x50..0x68).collect();
    let even = wrapped(&pmk, "D0000K0TB00E0000", &bytes);
    let token = ends.two_pass(&even, "");
    let frame = ends.import(&token, NONCE);
    ends.pki.refused(&frame, ErrorCode::KeyRejected, 0);
    let mut lax = Ends::new(Policy { weak_keys: true, ..Policy::default() });
    lax.is_taken(&frame);

    let with_blocks = ends.key("3", "D0000K1TB00E0100KS1800604B120F9292800000");
    let versioned = ends.key("3", "D0000K0TB12E0000");
    let for_storage = ends.key("3", "D0000K0TB00E0010");
    for (key, header, code) in [
        (&with_blocks, "", ErrorCode::FieldConflict),
        (&with_blocks, "AKD0000K1TB00E0000;", ErrorCode::FieldConflict),
        (&versioned, "AKD0000K0TB00E0000;", ErrorCode::ExportRefused),
        (&for_storage, "AKD0000K0TB00E0000;", ErrorCode::ExportRefused),
    ] {
        let frame = format!("[AOTRTP;{}{NONCE}]", ends.export(key, header));
        ends.pki.refused(&frame, code, 0);
    }
    let token = ends.two_pass(&versioned, "AKD0000K0TE12N0000;");
    let frame = ends.import(&token, NONCE);
    assert_eq!(&value(&ends.is_taken(&frame), "BG")[5..12], "K0TE12N");
}

#[test]
fn a_token_of_one_pass_is_taken_once_and_not_too_late() {
    let mut ends = Ends::new(Policy::default());
    let clear = ends.clear();
    // The sender's clock is four minutes ahead.
    ends.pki.hsm.now = Timestamp(NOW.0 + 240);
    let token = ends.one_pass(&format!("BO{clear};"));
    ends.pki.hsm.now = NOW;
    let frame = ends.import(&token, "LA0;");
    let last = value(&ends.is_taken(&frame), "LA");
    assert_eq!(last, (NOW.0 + 240).to_string());
    // Whenever it comes again, what the answer told refuses it.
    for later in [0, 60, 600] {
        ends.pki.hsm.now = Timestamp(NOW.0 + later);
        let frame = ends.import(&token, &format!("LA{last};"));
        ends.pki.refused(&frame, ErrorCode::TokenConflict, 4);
    }
    ends.pki.hsm.now = Timestamp(NOW.0 + 240 + 7 * DAY);
    ends.is_taken(&frame);
    ends.pki.hsm.now = Timestamp(NOW.0 + 241 + 7 * DAY);
    ends.pki.refused(&frame, ErrorCode::TokenConflict, 4);
    ends.pki.hsm.now = Timestamp(NOW.0 - 61);
    ends.pki.refused(&frame, ErrorCode::CertificateRefused, 1);
    // The receiver's own certificate must be valid as well.
    ends.pki.hsm.now = NOW;
    let key = ends.key("4", "D0000K0AB00E0000");
    let token = ends.two_pass(&key, "");
    ends.pki.hsm.now = Timestamp(NOW.0 + 10 * DAY);
    let long = Ends::new(Policy::default());
    let frame = ends.import(&token, NONCE).replace(&ends.sender, &long.root);
    ends.pki.refused(&frame, ErrorCode::CertificateRefused, 2);
}

/// A set has no order: the chain is found by names, and written as DER sorts.
#[test]
fn credentials_are_sets_in_the_order_of_der_and_read_by_their_links() {
    let mut ends = Ends::new(Policy::default());
    let (receiver, root) = (ends.receiver.clone(), ends.root.clone());
    let credential = ends.pki.hsm.value(&format!("[AOPEDK;ZA3;RV{receiver}{root};]"), "SJ");
    let sorted = if receiver < root { [&receiver, &root] } else { [&root, &receiver] };
    assert!(credential.contains(&sorted.map(String::as_str).concat()), "{credential}");
    ends.pki.refused(&format!("[AOPEDK;ZA1;RV{root}{receiver};]"), ErrorCode::CertificateRefused, 3);
    let key = ends.key("4", "D0000K0AB00E0000");
    // Two leaves make no chain.
    let two = credential_of(&format!("{receiver}{}", ends.sender), "");
    let frame = ends.export(&key, NONCE).replace(&format!("SJ{receiver}"), &format!("SJ{two}"));
    ends.pki.refused(&format!("[AOTRTP;{frame}]"), ErrorCode::TokenMalformed, 0);
    for order in [[&receiver, &root], [&root, &receiver]] {
        let credential = credential.replace(&sorted.map(String::as_str).concat(), &order.map(String::as_str).concat());
        let frame = ends.export(&key, NONCE).replace(&format!("SJ{receiver}"), &format!("SJ{credential}"));
        let token = ends.pki.hsm.value(&format!("[AOTRTP;{frame}]"), "SJ");
        let frame = ends.import(&token, NONCE);
        ends.is_taken(&frame);
    }
}
