//! Certificates and TR-34 as clients ask for them: what public clients send, and what bad input gets.

use engine::certificate::Certificate;
use engine::major_key::MajorKeyKind;
use engine::{Policy, Timestamp};
use fixtures::vectors::Vectors;
use protocol::ErrorCode;

use crate::support::{InProcess, is_refused, value, wrapped};

/// 2026-08-20.
pub(crate) const NOW: Timestamp = Timestamp(1_787_184_000);
pub(crate) const DAY: u64 = 86_400;

/// An HSM with the key pairs of the vectors as key blocks.
pub(crate) struct Pki {
    pub(crate) hsm: InProcess,
    vectors: Vectors,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

impl Pki {
    pub(crate) fn new(policy: Policy) -> Self {
        let mut hsm = InProcess::with_policy(policy);
        hsm.now = NOW;
        Self { hsm, vectors: Vectors::read("tr34") }
    }

    /// The key block of a private key with this usage and mode.
    pub(crate) fn private(&self, name: &str, usage: &str) -> String {
        let pmk = self.hsm.major_key("default", MajorKeyKind::Pmk);
        let key = self.vectors.at("keys_pkcs8_der").bytes(name);
        wrapped(&pmk, &format!("D0000{usage}00N0000"), &key)
    }

    pub(crate) fn certificate(&self, name: &str) -> String {
        self.vectors.at("certs_der").text(name).to_owned()
    }

    pub(crate) fn token(&self, name: &str) -> String {
        let token = self.vectors.list("tokens").find(|token| token.text("token").starts_with(name));
        token.expect(name).text("der").to_owned()
    }

    /// A root of our own, valid for a year.
    pub(crate) fn root(&mut self, key: &str) -> String {
        let private = self.private(key, "S0RS");
        let frame = format!("[AOASGC;FS6;RC{private};XE365;KUkeyCertSign,cRLSign;BCCA:TRUE;RTroot;SG1;]");
        self.hsm.value(&frame, "RV")
    }

    pub(crate) fn trusted(&mut self, certificate: &str) -> String {
        self.hsm.value(&format!("[AOAVPC;FS6;RY3;KB1;CZV;RV{certificate};]"), "RD")
    }

    pub(crate) fn refused(&mut self, frame: &str, code: ErrorCode, detail: u16) {
        let reply = self.hsm.ask(frame);
        let start = format!("[AOERRO;AM{code};AN{detail};");
        assert!(reply.starts_with(&start), "{code:?} {detail}: {reply}");
    }
}

/// As the sample of a large cloud has them, to the letter but for the keys.
#[test]
fn the_frames_of_a_public_client_make_a_chain_and_a_token_that_opens() {
    let mut pki = Pki::new(Policy::default());
    let (ca, kdh) = (pki.private("ca_kdh", "S0RS"), pki.private("kdh1", "S0RS"));
    let frame = format!(
        "[AOASGC;RY3;XE1122;KUdigitalSignature,nonRepudiation,keyCertSign;AL6;AD1;BCCA:TRUE;RTKDH CA1;\
         RSSelfSignedCertificate;SG10101;FS6;RC{ca};]"
    );
    let root = pki.hsm.value(&frame, "RV");
    let frame =
        format!("[AOASYR;RG6;KUcritical,digitalSignature,keyEncipherment;RTPublicKey Cert;LA10201;FS6;RC{kdh};]");
    let request = pki.hsm.value(&frame, "RU");
    let frame = format!(
        "[AOASSR;RY3;XE1122;AL6;KUdigitalSignature,nonRepudiation;RU{request};SG20301;FS6;RH{root};RC{ca};RG1;]"
    );
    let certificate = pki.hsm.value(&frame, "RV");
    let der = fixtures::vectors::bytes(&certificate);
    assert_eq!(Certificate::parse(&der).expect("a certificate").serial(), [2, 3, 1]);

    let krd_ca = pki.hsm.value(&format!("[AOAVPC;FS6;RY3;KB1;CZV;RV{};]", pki.certificate("root")), "RD");
    let krd_chain = pki.certificate("krd1") + &pki.certificate("ca_krd");
    let key = pki.hsm.value("[AOGPGS;FS6;CT3;AKD0000K1TB00E0000;]", "BG");
    let frame =
        format!("[AOTRTP;ZA3;FS6;CT3;RV{certificate};RC{kdh};SJ{krd_chain};SA{krd_ca};BG{key};BJ167EB0E72781E494;]");
    let token = pki.hsm.value(&frame, "SJ");
    // The other client names major key and header too.
    let frame = format!(
        "[AOTRTP;ZA3;BJ167EB0E72781E494;FS6;RV{certificate};RC{kdh};SJ{krd_chain};SA{krd_ca};BG{key};MK6;\
         AKD0000K1TB00E0000;]"
    );
    assert!(pki.hsm.ask(&frame).starts_with("[AOTRTP;SJ"));

    let kdh_ca = pki.trusted(&root);
    let krd = pki.private("krd1", "K2RD");
    let frame = format!(
        "[AOTRTD;FS6;RV{};RC{krd};SJ{token};RH{certificate};SA{kdh_ca};BJ167EB0E72781E494;]",
        pki.certificate("krd1")
    );
    let reply = pki.hsm.ask(&frame);
    let check = value(&pki.hsm.ask(&format!("[AOGPKA;BG{key};]")), "AE");
    assert_eq!(value(&reply, "AE"), check, "{reply}");
    assert_eq!(&value(&reply, "BG")[5..12], "K1TB00E");

    // What is under the receiver's key in the token: neither its pair nor one that unwraps keys, of the same key, opens it.
    let (unwraps, decrypts) = (pki.private("krd1", "K3RB"), pki.private("krd1", "D1RB"));
    let starts: Vec<_> = token.match_indices("04820100").map(|(at, start)| at + start.len()).collect();
    assert!(!starts.is_empty(), "the enciphered key and the signature are octet strings of 256 bytes");
    let frame = format!("[AOTRTD;FS6;RV{};RC", pki.certificate("krd1"));
    let rest = format!(";SJ{token};RH{certificate};SA{kdh_ca};BJ167EB0E72781E494;]");
    for pair in [&unwraps, &decrypts] {
        pki.refused(&format!("{frame}{pair}{rest}"), ErrorCode::KeyUsageRefused, 1);
    }
    for at in starts {
        let part = &token[at..at + 512];
        for more in ["", "AKD0000D0TB00N0000;OFC;"] {
            pki.refused(&format!("[AOZKRU;BH{part};RC{krd};{more}]"), ErrorCode::KeyUsageRefused, 1);
        }
        pki.refused(&format!("[AOZKRU;BH{part};RC{unwraps};]"), ErrorCode::KeyBlockRefused, 0);
        pki.refused(&format!("[AOGPSR;BF1;BO{part};RC{krd};]"), ErrorCode::KeyUsageRefused, 1);
    }
}

#[test]
fn published_tokens_are_imported() {
    let mut pki = Pki::new(Policy { weaker_wrapping: true, weak_keys: true, ..Policy::default() });
    let anchor = pki.trusted(&pki.certificate("root"));
    let krd = pki.private("krd1", "K2RD");
    let sender = pki.certificate("kdh1") + &pki.certificate("ca_kdh");
    let receiver = pki.certificate("krd1");
    let tokens: Vec<_> = pki
        .vectors
        .list("tokens")
        .filter(|token| token.text("token").starts_with("KTKDH"))
        .map(|token| {
            let nonce = token.find("nonce").map(|_| token.text("nonce").to_owned());
            (
                token.text("der").to_owned(),
                nonce,
                token.text("key_kcv")[..6].to_owned(),
                token.text("header").to_owned(),
            )
        })
        .collect();
    for (token, nonce, check, header) in tokens {
        let fresh = nonce.map_or("LA0".to_owned(), |nonce| format!("BJ{nonce}"));
        let reply = pki.hsm.ask(&format!("[AOTRTD;FS6;RV{receiver};RC{krd};SJ{token};RH{sender};SA{anchor};{fresh};]"));
        assert_eq!(value(&reply, "AE"), check, "{reply}");
        assert_eq!(value(&reply, "BG")[5..12], header[5..12]);
    }
}

#[test]
fn certificates_that_break_a_rule_are_refused_for_it() {
    let mut pki = Pki::new(Policy::default());
    let root = pki.root("root");
    let anchor = pki.trusted(&root);
    let (ca, kdh) = (pki.private("root", "S0RS"), pki.private("kdh1", "S0RS"));
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{kdh};RTleaf;]"), "RU");
    let issue =
        |pki: &mut Pki, asked: &str| pki.hsm.value(&format!("[AOASSR;FS6;RU{request};RH{root};RC{ca};{asked}]"), "RV");
    let trust = |certificate: &str| format!("[AOAVPC;FS6;CZS;SA{anchor};RV{certificate};]");
    let leaf = issue(&mut pki, "XE1;");
    assert!(pki.hsm.ask(&trust(&leaf)).contains(";BBY;"));
    let later = issue(&mut pki, "BF20270101;XE1;");
    pki.refused(&trust(&later), ErrorCode::CertificateRefused, 1);
    pki.hsm.now = Timestamp(NOW.0 + 2 * DAY);
    pki.refused(&trust(&leaf), ErrorCode::CertificateRefused, 2);
    pki.hsm.now = NOW;

    // Another's name, and the right name over another's signature.
    pki.refused(&trust(&pki.certificate("krd1")), ErrorCode::CertificateRefused, 3);
    let imposter = pki.private("ca_krd", "S0RS");
    let frame = format!("[AOASGC;FS6;RC{imposter};XE1;KUkeyCertSign;BCCA:TRUE;RTroot;]");
    let forged_root = pki.hsm.value(&frame, "RV");
    let frame = format!("[AOASSR;FS6;RU{request};RH{forged_root};RC{imposter};]");
    let forged = pki.hsm.value(&frame, "RV");
    pki.refused(&trust(&forged), ErrorCode::SignatureRefused, 0);

    // A leaf is no CA, as part of a chain and as a trusted key.
    let trusted_leaf = value(&pki.hsm.ask(&trust(&leaf)), "RD");
    let below = pki.hsm.ask(&format!("[AOASSR;FS6;RU{request};RH{leaf};RC{kdh};]"));
    assert!(below.starts_with("[AOERRO;AM421;AN4;"), "{below}");
    let frame = format!("[AOAVPC;FS6;CZS;SA{trusted_leaf};RV{leaf};]");
    pki.refused(&frame, ErrorCode::TrustedKeyRefused, 0);

    // Nobody trusted, and a root that is no CA.
    pki.refused(&format!("[AOAVPC;FS6;CZS;RV{leaf};]"), ErrorCode::CertificateRefused, 4);
    let no_ca = pki.hsm.value(&format!("[AOASGC;FS6;RC{ca};RTnobody;]"), "RV");
    pki.refused(&format!("[AOAVPC;FS6;CZS;RV{no_ca};]"), ErrorCode::CertificateRefused, 4);
    let middle = issue(&mut pki, "BCCA:TRUE;KUkeyCertSign;");
    pki.refused(&format!("[AOAVPC;FS6;CZS;RV{middle};]"), ErrorCode::CertificateRefused, 8);

    // Path length, key usage, a critical extension that nobody knows, SHA-1.
    let frame = format!("[AOASGC;FS6;RC{ca};XE365;KUkeyCertSign;BCCA:TRUE,pathlen:0;RTroot;]");
    let narrow = pki.hsm.value(&frame, "RV");
    let narrow_anchor = pki.trusted(&narrow);
    let other = pki.private("krd1", "S0RS");
    let below = pki.hsm.value(&format!("[AOASYR;FS6;RC{other};RTbelow;]"), "RU");
    let under_middle = pki.hsm.value(&format!("[AOASSR;FS6;RU{below};RH{middle};RC{kdh};]"), "RV");
    let frame = format!("[AOAVPC;FS6;CZS;SA{narrow_anchor};RV{under_middle}{middle};]");
    pki.refused(&frame, ErrorCode::CertificateRefused, 6);
    let frame = format!("[AOAVPC;FS6;CZS;SA{anchor};RV{under_middle}{middle};]");
    assert!(pki.hsm.ask(&frame).contains(";BBY;"));
    let unable = issue(&mut pki, "BCCA:TRUE;KUdigitalSignature;");
    pki.refused(&format!("[AOAVPC;FS6;CZS;SA{anchor};RV{under_middle}{unable};]"), ErrorCode::CertificateRefused, 5);
    let unknown = issue(&mut pki, "KUcritical,digitalSignature;").replace("0603551D0F0101FF", "0603551D1E0101FF");
    pki.refused(&trust(&unknown), ErrorCode::CertificateRefused, 7);
    pki.refused(&format!("[AOASYR;FS6;RG1;RC{kdh};RTleaf;]"), ErrorCode::CertificateRefused, 9);

    // Changed anywhere, or cut short anywhere.
    let changed = leaf.replacen("6C656166", "6C656167", 1);
    pki.refused(&trust(&changed), ErrorCode::SignatureRefused, 0);
    for length in (2..leaf.len()).step_by(2).filter(|length| length % 7 == 0) {
        let reply = pki.hsm.ask(&trust(&leaf[..length]));
        assert!(is_refused(&reply, ErrorCode::CertificateMalformed), "{length}: {reply}");
    }
}

#[test]
fn sha1_is_taken_where_the_policy_says_so() {
    let mut pki = Pki::new(Policy { sha1_signatures: true, ..Policy::default() });
    let kdh = pki.private("kdh1", "S0RS");
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RG1;RC{kdh};RTleaf;]"), "RU");
    let root = pki.root("root");
    let ca = pki.private("root", "S0RS");
    let frame = format!("[AOASSR;FS6;RU{request};RH{root};RC{ca};]");
    assert!(pki.hsm.ask(&frame).starts_with("[AOASSR;RV"));
    pki.hsm = InProcess::new(&["default"]);
    pki.hsm.now = NOW;
    pki.refused(&frame, ErrorCode::CertificateRefused, 9);
}

#[test]
fn requests_of_another_key_and_keys_of_another_certificate_are_refused() {
    let mut pki = Pki::new(Policy::default());
    let root = pki.root("root");
    let (ca, kdh, other) = (pki.private("root", "S0RS"), pki.private("kdh1", "S0RS"), pki.private("krd1", "S0RS"));
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{kdh};RTleaf;]"), "RU");
    let frame = |request: &str, key: &str| format!("[AOASSR;FS6;RU{request};RH{root};RC{key};]");
    assert!(pki.hsm.ask(&frame(&request, &ca)).starts_with("[AOASSR;RV"));
    pki.refused(&frame(&request, &other), ErrorCode::FieldConflict, 0);
    let stolen = pki.hsm.value(&format!("[AOASYR;FS6;RC{other};RTleaf;]"), "RU");
    // The other's signature under this content.
    let mixed = request[..request.len() - 512].to_owned() + &stolen[stolen.len() - 512..];
    pki.refused(&frame(&mixed, &ca), ErrorCode::SignatureRefused, 0);
    for length in (0..request.len()).step_by(2).skip(1) {
        let reply = pki.hsm.ask(&frame(&request[..length], &ca));
        assert!(is_refused(&reply, ErrorCode::CertificateMalformed), "{length}: {reply}");
    }
    // A key that may not sign signs its own request, and nothing else.
    let agree = pki.private("krd1", "K2RD");
    assert!(pki.hsm.ask(&format!("[AOASYR;FS6;RC{agree};RTleaf;]")).starts_with("[AOASYR;RU"));
    pki.refused(&format!("[AOASGC;FS6;RC{agree};RTleaf;]"), ErrorCode::KeyUsageRefused, 1);
    let verify_only = pki.private("krd1", "S0RV");
    pki.refused(&format!("[AOASGC;FS6;RC{verify_only};RTleaf;]"), ErrorCode::KeyUsageRefused, 2);
}

#[test]
fn a_root_needs_two_identities_where_the_policy_says_so() {
    let mut pki = Pki::new(Policy { client_roots: false, ..Policy::default() });
    let root = pki.root("root");
    let reply = pki.hsm.ask(&format!("[AOAVPC;FS6;CZV;RV{root};]"));
    assert!(is_refused(&reply, ErrorCode::LoginIncomplete), "{reply}");
    for number in 1..=2 {
        let password = format!("correct horse {number}");
        pki.hsm.value(&format!("[AOZLIN;IDAdmin{number};PWchangeme;]"), "RO");
        let reply = pki.hsm.ask(&format!("[AOZIPW;IDAdmin{number};PWchangeme;NP{password};]"));
        assert!(!reply.starts_with("[AOERRO;"), "{reply}");
    }
    let reply = pki.hsm.ask(&format!("[AOAVPC;FS6;CZV;RV{root};]"));
    assert!(reply.starts_with("[AOAVPC;RD"), "{reply}");
}

#[test]
fn tokens_that_break_a_rule_are_refused_for_it_and_all_that_keys_tell_alike() {
    let mut pki = Pki::new(Policy { weaker_wrapping: true, weak_keys: true, ..Policy::default() });
    let anchor = pki.trusted(&pki.certificate("root"));
    let (krd, kdh) = (pki.private("krd1", "K2RD"), pki.private("kdh1", "K2RD"));
    let receiver = pki.certificate("krd1");
    let sender = pki.certificate("kdh1") + &pki.certificate("ca_kdh");
    let wrong_sender = pki.certificate("krd1") + &pki.certificate("ca_krd");
    // For another key, and without key usages that would be refused first.
    let (signer, root) = (pki.private("kdh1", "S0RS"), pki.root("root"));
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{signer};RTanother;]"), "RU");
    let ca = pki.private("root", "S0RS");
    let wrong_receiver = pki.hsm.value(&format!("[AOASSR;FS6;RU{request};RH{root};RC{ca};]"), "RV");
    let token = pki.token("KTKDH two-pass, AES");
    let one_pass = pki.token("KTKDH one-pass");
    let list = pki.vectors.at("crl_ca_kdh_der").as_text().expect("a list").to_owned();
    let frame = |token: &str, receiver: &str, key: &str, sender: &str, fresh: &str| {
        format!("[AOTRTD;FS6;RV{receiver};RC{key};SJ{token};RH{sender};SA{anchor};{fresh};]")
    };
    const NONCE: &str = "BJ167EB0E72781E494";
    assert!(pki.hsm.ask(&frame(&token, &receiver, &krd, &sender, NONCE)).starts_with("[AOTRTD;BG"));
    for (frame, code, detail) in [
        (frame(&token, &wrong_receiver, &kdh, &sender, NONCE), ErrorCode::TokenConflict, 1),
        (frame(&token, &pki.certificate("kdh1"), &kdh, &sender, NONCE), ErrorCode::CertificateRefused, 10),
        (frame(&token, &receiver, &krd, &wrong_sender, NONCE), ErrorCode::TokenConflict, 2),
        (frame(&token, &receiver, &krd, &sender, "BJ167EB0E72781E495"), ErrorCode::TokenConflict, 3),
        (frame(&one_pass, &receiver, &krd, &sender, "LA4294967295"), ErrorCode::TokenConflict, 4),
        (frame(&token, &receiver, &krd, &sender, &format!("LA0;BO{list}")), ErrorCode::TokenConflict, 5),
        (frame(&one_pass, &receiver, &krd, &sender, NONCE), ErrorCode::TokenConflict, 5),
        (frame(&token, &receiver, &kdh, &sender, NONCE), ErrorCode::FieldConflict, 0),
        (frame(&token, &receiver, &krd, &sender, NONCE).replace(NONCE, "RY3"), ErrorCode::FieldMissing, 0),
        (frame(&token, &receiver, &krd, &sender, &format!("{NONCE};LA0")), ErrorCode::FieldConflict, 0),
        (frame(&token[..200], &receiver, &krd, &sender, NONCE), ErrorCode::TokenMalformed, 0),
    ] {
        pki.refused(&frame, code, detail);
    }
    pki.refused(&frame(&one_pass, &receiver, &krd, &sender, "LA0;BO00"), ErrorCode::TokenConflict, 6);
    pki.refused(&frame(&token, &receiver, &krd, &sender, &format!("{NONCE};BO00")), ErrorCode::TokenConflict, 6);
    pki.hsm.now = Timestamp(60);
    pki.refused(&frame(&token, &receiver, &krd, &sender, NONCE), ErrorCode::CertificateRefused, 1);
    pki.hsm.now = NOW;

    // A changed signature, digest, envelope and enciphered key: one text.
    let mut texts = Vec::new();
    let bytes = fixtures::vectors::bytes(&token);
    for place in [bytes.len() - 1, bytes.len() - 300, 400, 560] {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let reply = pki.hsm.ask(&frame(&hex(&changed), &receiver, &krd, &sender, NONCE));
        assert!(is_refused(&reply, ErrorCode::TokenRefused), "{place}: {reply}");
        texts.push(reply);
    }
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{texts:?}");
}

#[test]
fn keys_leave_by_tr34_as_their_header_allows() {
    let mut pki = Pki::new(Policy::default());
    let root = pki.root("root");
    let anchor = pki.trusted(&root);
    let (ca, kdh) = (pki.private("root", "S0RS"), pki.private("kdh1", "S0RS"));
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{kdh};RTsender;]"), "RU");
    let sender = pki.hsm.value(&format!("[AOASSR;FS6;RU{request};RH{root};RC{ca};]"), "RV");
    let krd = pki.private("krd1", "K2RD");
    let request = pki.hsm.value(&format!("[AOASYR;FS6;RC{krd};RTreceiver;]"), "RU");
    let receiver = pki.hsm.value(&format!("[AOASSR;FS6;RU{request};RH{root};RC{ca};]"), "RV");
    let block = |pki: &mut Pki, key_type: &str, header: &str| {
        pki.hsm.value(&format!("[AOGPGS;FS6;CT{key_type};AK{header};]"), "BG")
    };
    let frame = |key: &str, more: &str| {
        format!("[AOTRTP;FS6;RV{sender};RC{kdh};SJ{receiver};SA{anchor};BG{key};BJ0102030405060708;{more}]")
    };
    let key = block(&mut pki, "4", "D0000K0AB00E0000");
    assert!(pki.hsm.ask(&frame(&key, "")).starts_with("[AOTRTP;SJ"));
    assert!(pki.hsm.ask(&frame(&key, "AKD0000K0AE00N0000;")).starts_with("[AOTRTP;SJ"));
    let narrow = block(&mut pki, "4", "D0000K0AE00E0000");
    let never = block(&mut pki, "4", "D0000K0AB00N0000");
    let strong = block(&mut pki, "6", "D0000K0AB00E0000");
    for (frame, code, detail) in [
        (frame(&never, ""), ErrorCode::ExportRefused, 0),
        (frame(&narrow, "AKD0000K0AB00E0000;"), ErrorCode::ExportRefused, 0),
        (frame(&key, "AKD0000K0AB00S0000;"), ErrorCode::ExportRefused, 0),
        (frame(&key, "AKD0000D0AB00E0000;"), ErrorCode::ExportRefused, 0),
        (frame(&strong, ""), ErrorCode::KeyRejected, 0),
        (frame(&key, "CT6;"), ErrorCode::FieldInvalid, 0),
        (frame("00112233445566778899AABBCCDDEEFF", ""), ErrorCode::FieldInvalid, 0),
        (frame("BD5", ""), ErrorCode::KeyMissing, 0),
        (frame(&key, "MK1;"), ErrorCode::MajorKeyUnsuitable, 0),
        (frame(&key, "").replace("FS6;", "FS1;"), ErrorCode::FieldConflict, 0),
        (frame(&key, "").replace(&sender, &receiver), ErrorCode::FieldConflict, 0),
        (frame(&key, "").replace(&kdh, &krd), ErrorCode::KeyUsageRefused, 1),
    ] {
        pki.refused(&frame, code, detail);
    }
    let mut open = Pki::new(Policy { weaker_wrapping: true, ..Policy::default() });
    assert!(open.hsm.ask(&frame(&strong, "")).starts_with("[AOTRTP;SJ"));
}

#[test]
fn a_trusted_key_of_another_tenant_is_none() {
    let mut hsm = InProcess::new(&["default", "other"]);
    hsm.now = NOW;
    let mut made = Vec::new();
    for tenant in ["default", "other"] {
        hsm.say(tenant, "[AOGRSA;RA10001;RB2048;CZS;RC1;]");
        let root = value(&hsm.say(tenant, "[AOASGC;RC1;BCCA:TRUE;RTroot;]"), "RV");
        let trusted = value(&hsm.say(tenant, &format!("[AOAVPC;CZV;RV{root};]")), "RD");
        let key = value(&hsm.say(tenant, "[AOGPGS;FS6;CT4;AKD0000K0AB00E0000;]"), "BG");
        made.push((root, trusted, key));
    }
    let (root, own, key) = &made[1];
    let theirs = &made[0].1;
    for frame in [
        "[AOAVPC;CZS;SA{sa};RV{root};]",
        "[AOTRTP;RV{root};RC1;SJ{root};SA{sa};BG{key};BJ0011223344556677;]",
        "[AOTROP;RV{root};RC1;SJ{root};SA{sa};BG{key};]",
    ] {
        let filled = |trusted: &str| frame.replace("{sa}", trusted).replace("{root}", root).replace("{key}", key);
        let reply = hsm.say("other", &filled(theirs));
        assert!(is_refused(&reply, ErrorCode::TrustedKeyRefused), "{reply}");
        let reply = hsm.say("other", &filled(own));
        assert!(!reply.starts_with("[AOERRO;"), "{frame}: {reply}");
    }
}
