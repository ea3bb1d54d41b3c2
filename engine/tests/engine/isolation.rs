//! Nothing of one tenant is reachable from another: what is another's does not exist.

use engine::major_key::MajorKeyKind;
use protocol::ErrorCode;
use protocol::command::Command;
use protocol::field::Value as _;
use protocol::field::data::TrustedBytes;
use protocol::field::key::{IvRef, KeyBlockText, KeyRef, WrappedKey};
use protocol::field::number::SlotNumber;
use protocol::field::pair::{PairRef, TrustedRef};

use crate::support::{InProcess, is_refused, value};

/// Every request field that takes a key, in a frame that is complete but for the key.
const KEY_FIELDS: &[(&str, &str)] = &[
    ("GWKS", "[AOGWKS;AS1;AP{key};FS2;]"),
    ("TWKA", "[AOTWKA;FS6;AP{key};BG{key};]"),
    ("TWKA", "[AOTWKA;FS6;APBD90;BG{key};]"),
    ("TWKD", "[AOTWKD;FS6;AP{key};BG{key};]"),
    ("TWKM", "[AOTWKM;FS6;AP{key};BH{block};]"),
    ("TWKS", "[AOTWKS;AS2;AP{key};BH00112233445566778899AABBCCDDEEFF;]"),
    ("GPKA", "[AOGPKA;FS6;BG{block};]"),
    ("GPED", "[AOGPED;AI{key};BF0;KM0;BO00112233445566778899AABBCCDDEEFF;]"),
    ("CBCE", "[AOCBCE;GG{key};BO0011223344556677;]"),
    ("CBCD", "[AOCBCD;GG{key};BO0011223344556677;]"),
    ("ECID", "[AOECID;AI{key};AK00112233445566778899AABBCCDDEEFF;]"),
    ("DCID", "[AODCID;AI{key};AK00112233445566778899AABBCCDDEEFF;]"),
    ("GMAC", "[AOGMAC;AR{key};BO00;]"),
    ("VMAC", "[AOVMAC;AR{key};BO00;BP00112233;]"),
    ("GPMC", "[AOGPMC;AR{key};KM6;BO00;]"),
    ("HMAC", "[AOHMAC;RG4;AR{key};BO00;]"),
    ("GPKD", "[AOGPKD;RC{slot};]"),
    ("GPKR", "[AOGPKR;RC{slot};]"),
    ("GPKS", "[AOGPKS;RC{slot};RTmine;]"),
    ("APFP", "[AOAPFP;RC{pair};]"),
    ("RPFP", "[AORPFP;RC{pair};]"),
    ("ADPK", "[AOADPK;SD{trusted};]"),
    ("RDPK", "[AORDPK;SD{trusted};]"),
    ("ASYL", "[AOASYL;BG{private block};]"),
    ("ASYL", "[AOASYL;SD{trusted block};]"),
    ("LRSA", "[AOLRSA;BG{private block};]"),
    ("LRSA", "[AOLRSA;SD{trusted block};]"),
    ("ZASD", "[AOZASD;RC{slot};]"),
    ("ZATT", "[AOZATT;SD{trusted block};]"),
    ("GPRW", "[AOGPRW;RC{pair};]"),
    ("GPSR", "[AOGPSR;BF1;RC{pair};BO00;]"),
    ("GPSR", "[AOGPSR;BF0;RD{trusted};BO00;]"),
    ("ZKRW", "[AOZKRW;BG{key};RD{trusted};]"),
    ("ZKRU", "[AOZKRU;BH00;RC{pair};AKD0000D0AB00N0000;]"),
    ("ASGC", "[AOASGC;RC{pair};RTmine;]"),
    ("ASYR", "[AOASYR;RC{pair};RTmine;]"),
    ("ASSR", "[AOASSR;RC{pair};RU00;RH00;]"),
    ("RSAR", "[AORSAR;RC{pair};RTmine;]"),
    ("RSSR", "[AORSSR;RC{pair};RU00;RH00;]"),
    ("AVPC", "[AOAVPC;CZS;SA{trusted};RV00;]"),
    ("RVPC", "[AORVPC;CZS;SA{trusted};RV00;]"),
    ("TRTP", "[AOTRTP;RV00;RC90;SJ00;SA90;BG{key};BJ0011223344556677;]"),
    ("TRTP", "[AOTRTP;MK6;RV00;RC{pair};SJ00;SA90;BGBD90;BJ0011223344556677;]"),
    ("TROP", "[AOTROP;RV00;RC90;SJ00;SA90;BG{key};]"),
    ("TROP", "[AOTROP;RV00;RC{pair};SJ00;SA90;BGBD90;]"),
    ("TRTD", "[AOTRTD;RV00;RC{pair};SJ00;RH00;SA90;BJ0011223344556677;]"),
    ("RSAS", "[AORSAS;RC{pair};RF00;RG4;]"),
    ("RSAV", "[AORSAV;RH00;RF00;RD{trusted};RG4;]"),
    ("SDDH", "[AOSDDH;CT6;RG4;KM0;RC{pair};RD{trusted};]"),
    ("SDDH", "[AOSDDH;CT6;RG4;KM0;RC90;RD{trusted};]"),
    ("ZSGM", "[AOZSGM;RC{pair};RF00;]"),
    ("ZSGV", "[AOZSGV;RH00;RF00;RD{trusted};]"),
    ("ZKEN", "[AOZKEN;RD{trusted};AKD0000K1AB00N0000;]"),
    ("ZKDE", "[AOZKDE;BH00;RC{pair};AKD0000K1AB00N0000;]"),
];

/// Commands that take a key or a slot and need no frame above: GKBL takes cryptograms only, GPKM and ZASL list from a slot on, ZMTK
/// needs a change of a major key (`changes.rs`).
const ELSEWHERE: &[&str] = &["GKBL", "GPKM", "ZASL", "ZMTK"];

#[test]
fn every_command_that_takes_a_key_is_in_the_list() {
    let shapes = [
        KeyRef::SHAPE,
        WrappedKey::SHAPE,
        IvRef::SHAPE,
        SlotNumber::SHAPE,
        PairRef::SHAPE,
        TrustedRef::SHAPE,
        KeyBlockText::SHAPE,
        TrustedBytes::SHAPE,
    ];
    for command in Command::ALL {
        let spec = command.spec();
        let takes_key = spec.request.iter().any(|field| shapes.contains(&field.shape));
        let known = KEY_FIELDS.iter().any(|(known, _)| *known == spec.name) || ELSEWHERE.contains(&spec.name);
        assert_eq!(takes_key, known, "{}", spec.name);
    }
}

#[test]
fn keys_of_another_tenant_do_not_exist() {
    let mut hsm = InProcess::new(&["default", "other"]);
    let block = hsm.value("[AOGPGS;FS6;CT6;AKD0000K0AN00S0000;]", "BG");
    hsm.value(&format!("[AOGPKA;RC77;BG{block};RTtheirs;]"), "RC");
    let kek = value(&hsm.say("other", "[AOGPGS;FS6;CT6;AKD0000K0AN00S0000;]"), "BG");
    value(&hsm.say("other", &format!("[AOGPKA;RC90;BG{kek};]")), "RC");
    let pairs = "[AOGECC;RA2;CZX;RC77;RTtheirs;]";
    hsm.value(pairs, "RD");
    value(&hsm.say("other", "[AOGECC;RA2;CZX;RC90;]"), "RD");
    let (pair, trusted) = {
        let made = hsm.ask("[AOGRSA;RA10001;RB2048;CZS;]");
        (value(&made, "RC"), value(&made, "SD"))
    };
    let before = ["[AOGPKM;]", "[AOZASL;]"].map(|frame| hsm.say("other", frame));
    for (name, frame) in KEY_FIELDS {
        for key in [block.as_str(), "BD77"] {
            let is_slot = key.starts_with("BD");
            let frame = frame.replace("{key}", key).replace("{block}", &block).replace("{slot}", "77");
            let frame = frame.replace("{private block}", &pair).replace("{trusted block}", &trusted);
            let frame = frame.replace("{pair}", if is_slot { "77" } else { &pair });
            let frame = frame.replace("{trusted}", if is_slot { "77" } else { &trusted });
            let reply = hsm.say("other", &frame);
            let codes =
                [ErrorCode::KeyMissing, ErrorCode::KeyBlockRefused, ErrorCode::TrustedKeyRefused, ErrorCode::NoChange];
            let hidden = codes.into_iter().any(|code| is_refused(&reply, code));
            assert!(hidden, "{name}: {frame}: {reply}");
        }
    }
    for frame in ["[AOGPKR;RTtheirs;]", &format!("[AOGPKR;AE{};]", hsm.value("[AOGPKR;RC77;]", "AE"))] {
        let reply = hsm.say("other", frame);
        assert!(is_refused(&reply, ErrorCode::KeyMissing), "{reply}");
    }
    assert_eq!(["[AOGPKM;]", "[AOZASL;]"].map(|frame| hsm.say("other", frame)), before);
}

#[test]
fn what_another_tenants_slot_holds_is_not_used_beside_keys_of_ones_own() {
    let mut hsm = InProcess::new(&["default", "other"]);
    for (slot, header) in [("90", "D0000K0AB00E0000"), ("91", "D0000D0AB00E0000")] {
        let block = value(&hsm.say("other", &format!("[AOGPGS;FS6;CT6;AK{header};]")), "BG");
        value(&hsm.say("other", &format!("[AOGPKA;BG{block};RC{slot};]")), "RC");
    }
    let made = value(&hsm.say("other", "[AOGPGS;FS1;CT3;AKB0000D0TB00E0000;]"), "BG");
    value(&hsm.say("other", &format!("[AOGPKA;BG{made};RC92;]")), "RC");
    let iv = hsm.value("[AOGPGS;FS6;CT4;AKD0000I0AN00N0000;]", "BG");
    hsm.value(&format!("[AOGPKA;BG{iv};RC77;]"), "RC");
    let frames = [
        "[AOGPED;AIBD91;BF0;KM1;GHBD77;BO00112233445566778899AABBCCDDEEFF;]",
        "[AOCBCE;GGBD92;GHBD77;BO0011223344556677;]",
        "[AOCBCD;GGBD92;GHBD77;BO0011223344556677;]",
        "[AOTWKA;APBD90;BGBD77;]",
        "[AOTWKD;APBD90;BGBD77;]",
    ];
    for frame in frames {
        let reply = hsm.say("other", frame);
        assert!(is_refused(&reply, ErrorCode::KeyMissing), "{frame}: {reply}");
    }
    // The same slot with a key of one's own is found.
    let own = value(&hsm.say("other", "[AOGPGS;FS6;CT4;AKD0000I0AN00N0000;]"), "BG");
    value(&hsm.say("other", &format!("[AOGPKA;BG{own};RC77;]")), "RC");
    assert!(hsm.say("other", frames[0]).starts_with("[AOGPED;"));
}

#[test]
fn cryptograms_of_another_tenant_do_not_open() {
    let mut hsm = InProcess::new(&["default", "other"]);
    for _ in 0..20 {
        // Three parts: odd parity by chance once in 2^24.
        let cryptogram = hsm.value("[AOGPGS;FS1;CT3;AS2;]", "BG");
        let frame = format!("[AOCBCE;GG{cryptogram};BO0011223344556677;]");
        assert!(hsm.ask(&frame).starts_with("[AOCBCE;"));
        assert!(is_refused(&hsm.say("other", &frame), ErrorCode::KeyRejected));
    }
}

#[test]
fn slots_labels_and_check_values_are_each_tenants_own() {
    let mut hsm = InProcess::new(&["default", "other"]);
    for tenant in ["default", "other"] {
        let block = value(&hsm.say(tenant, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
        let reply = hsm.say(tenant, &format!("[AOGPKA;RC3;BG{block};RTthe same;]"));
        assert!(reply.starts_with("[AOGPKA;RC3;"), "{reply}");
    }
    assert!(hsm.say("other", "[AOGPKD;RC3;]").starts_with("[AOGPKD;"));
    assert!(hsm.ask("[AOGPKR;RTthe same;]").starts_with("[AOGPKR;RC3;"));
    assert!(is_refused(&hsm.say("other", "[AOGPKR;RTthe same;]"), ErrorCode::KeyMissing));
}

#[test]
fn one_seed_gives_each_tenant_major_keys_of_its_own() {
    let hsm = InProcess::new(&["default", "other"]);
    let again = InProcess::new(&["default", "other"]);
    let kinds = [MajorKeyKind::Mfk, MajorKeyKind::Bek, MajorKeyKind::Ftk, MajorKeyKind::Pmk];
    let keys = |hsm: &InProcess, tenant: &str| kinds.map(|kind| hsm.major_key(tenant, kind));
    assert_eq!(keys(&hsm, "default"), keys(&again, "default"));
    let all: Vec<_> = ["default", "other"].iter().flat_map(|tenant| keys(&hsm, tenant)).collect();
    for (index, key) in all.iter().enumerate() {
        assert!(!all[..index].contains(key));
    }
}

#[test]
fn an_administrator_reaches_no_key() {
    let mut hsm = InProcess::new(&["default"]);
    for command in Command::ALL {
        let spec = command.spec();
        let fields: String = match KEY_FIELDS.iter().find(|(name, _)| *name == spec.name) {
            Some((_, frame)) => {
                let frame = frame.replace("{key}", "BD0").replace("{block}", &"0".repeat(48)).replace("{slot}", "0");
                let frame = frame.replace("{pair}", "0").replace("{trusted}", "0");
                frame.replace("{private block}", "D0016S0RN00N0000FF").replace("{trusted block}", &"0".repeat(128))
            }
            None => format!("[AO{};]", spec.name),
        };
        let reply = hsm.say("administration", &fields);
        let served = reply.starts_with(&format!("[AO{};", spec.name));
        assert!(!served || matches!(spec.path.split_once('/'), Some(("admin" | "behaviour" | "link", _))), "{reply}");
    }
}
