//! What may leave, in which form, and that a key never becomes free to do more than it came with.

use engine::key::modifier::Modifier;
use engine::key::{self, Exportability, KeyMaterial, Mode, cryptogram};
use engine::major_key::MajorKeyKind;
use engine::{Error, Policy};
use protocol::ErrorCode;
use protocol::field::key::ModifierDigit;

use crate::support::{InProcess, bytes, is_refused, unwrapped, value, wrapped};

/// Of odd parity, each part another.
const KEK: [u8; 24] =
    *b"\x01\x23\x45\x67\x89\xAB\xCD\xEF\xFE\xDC\xBA\x98\x76\x54\x32\x10\x02\x46\x8A\xCE\x13\x57\x9B\xDF";
const KEY: [u8; 16] = *b"\x2A\x4C\x6E\x80\xA2\xC4\xE6\x08\x15\x37\x58\x7A\x9D\xBF\xD0\xF2";
const LETTERS: [&str; 3] = ["N", "E", "S"];

/// A KEK in slot 90, and the same data key once for each exportability, in slots 0 to 2 and as key blocks.
fn hsm() -> (InProcess, [String; 3]) {
    let mut hsm = InProcess::new(&["default"]);
    let mfk = hsm.major_key("default", MajorKeyKind::Mfk);
    let kek = wrapped(&mfk, "B0000K0TB00N0000", &KEK);
    hsm.value(&format!("[AOGPKA;BG{kek};RC90;]"), "RC");
    let blocks = LETTERS.map(|letter| wrapped(&mfk, &format!("B0000D0TB00{letter}0000"), &KEY));
    for (slot, block) in blocks.iter().enumerate() {
        hsm.value(&format!("[AOGPKA;BG{block};RC{slot};]"), "RC");
    }
    (hsm, blocks)
}

fn modifier(digit: u8) -> Modifier {
    ModifierDigit::new(digit).expect("a digit").into()
}

#[test]
fn exportability_decides_the_forms_in_which_a_key_leaves() {
    let (mut hsm, blocks) = hsm();
    for command in ["TWKA", "TWKD"] {
        for (slot, (letter, block)) in LETTERS.iter().zip(&blocks).enumerate() {
            for key in [block.clone(), format!("BD{slot}")] {
                for (form, is_allowed) in [("", *letter != "N"), ("OFT;", *letter != "N"), ("OFC;AS2;", *letter == "S")]
                {
                    let reply = hsm.ask(&format!("[AO{command};APBD90;BG{key};{form}]"));
                    if is_allowed {
                        assert!(reply.starts_with(&format!("[AO{command};BH")), "{letter} {form}: {reply}");
                    } else {
                        assert!(is_refused(&reply, ErrorCode::ExportRefused), "{letter} {form}: {reply}");
                        assert!(
                            matches!(hsm.refusal, Some(Error::ExportRefused { given, .. }) if letter.contains(given))
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_leaves_is_the_key_itself_under_the_kek() {
    let (mut hsm, _) = hsm();
    let kek = KeyMaterial::new(&KEK);
    for (slot, letter) in [(1, "E"), (2, "S")] {
        let block = hsm.value(&format!("[AOTWKA;APBD90;BGBD{slot};]"), "BH");
        let opened = unwrapped(&kek, &block);
        assert_eq!(opened.material().expose(), KEY);
        assert_eq!(opened.header().summary(), format!("B0000D0TB00{letter}0000"));
    }
    let left = hsm.value("[AOTWKA;APBD90;BGBD2;OFC;AS2;]", "BH");
    assert_eq!(cryptogram::unwrap(&kek, modifier(2), &bytes(&left)).expect("opens").expose(), KEY);
}

#[test]
fn a_header_given_to_a_cryptogram_binds_it_from_then_on() {
    let (mut hsm, _) = hsm();
    let mfk = hsm.major_key("default", MajorKeyKind::Mfk);
    let made = cryptogram::wrap(&mfk, modifier(2), &KeyMaterial::new(&KEY)).expect("wraps");
    let held: String = made.iter().map(|byte| format!("{byte:02X}")).collect();
    let header = "B0000D0TB00N0000";
    let reply = hsm.ask(&format!("[AOTWKA;APBD90;BG{held};AS2;AK{header};]"));
    assert!(is_refused(&reply, ErrorCode::ExportRefused), "{reply}");
    let block = hsm.value(&format!("[AOGKBL;BG{held};AS2;AK{header};]"), "BB");
    hsm.value(&format!("[AOGPKA;BG{held};AS2;AK{header};RC7;]"), "RC");
    for key in [block.as_str(), "BD7"] {
        for form in ["OFT;", "OFC;AS2;"] {
            let reply = hsm.ask(&format!("[AOTWKA;APBD90;BG{key};{form}]"));
            assert!(is_refused(&reply, ErrorCode::ExportRefused), "{form}: {reply}");
        }
    }
}

#[test]
fn a_key_block_that_comes_in_does_not_lose_its_exportability() {
    let (mut hsm, _) = hsm();
    let kek = KeyMaterial::new(&KEK);
    for letter in LETTERS {
        let header = format!("B0000D0TB00{letter}0000");
        let given = wrapped(&kek, &header, &KEY);
        let kept = hsm.value(&format!("[AOTWKM;APBD90;BH{given};]"), "BG");
        let mfk = hsm.major_key("default", MajorKeyKind::Mfk);
        assert_eq!(unwrapped(&mfk, &kept).header().summary(), header);
        let reply = hsm.ask(&format!("[AOTWKM;APBD90;BH{given};OFC;AS2;]"));
        if letter == "S" {
            assert!(reply.starts_with("[AOTWKM;BG"), "{reply}");
        } else {
            // A cryptogram has no exportability, and could leave in any form.
            assert!(is_refused(&reply, ErrorCode::ExportRefused), "{letter}: {reply}");
        }
    }
}

#[test]
fn a_cryptogram_is_made_without_a_modifier_or_under_one_for_its_usage() {
    let (mut hsm, blocks) = hsm();
    for (digit, is_allowed) in [("0", true), ("1", false), ("2", true), ("3", false)] {
        let reply = hsm.ask(&format!("[AOTWKA;APBD90;BG{};OFC;AS{digit};]", blocks[2]));
        assert_eq!(reply.starts_with("[AOTWKA;"), is_allowed, "{reply}");
        assert!(is_allowed || matches!(hsm.refusal, Some(Error::ModifierRefused { .. })), "{reply}");
    }
}

#[test]
fn only_keys_of_the_des_family_leave_as_cryptograms() {
    let (mut hsm, _) = hsm();
    for header in ["D0000D0AB00S0000", "D0000M7HC00S0200HM0621PB0A000000"] {
        let key = hsm.value(&format!("[AOGPGS;FS6;CT4;AK{header};]"), "BG");
        let reply = hsm.ask(&format!("[AOTWKA;FS6;APBD90;BG{key};OFC;AS2;]"));
        assert!(
            is_refused(&reply, ErrorCode::KeyUsageRefused) || is_refused(&reply, ErrorCode::KeyRejected),
            "{reply}"
        );
    }
}

#[test]
fn a_cryptogram_becomes_no_key_of_another_algorithm() {
    let mut hsm = InProcess::new(&["default"]);
    let kek = hsm.value("[AOGPGS;FS1;CT3;AS0;]", "BG");
    for (modifier, usage, header) in [(0, "K0", "B"), (2, "D0", "B"), (3, "M6", "C")] {
        let reply = hsm.ask(&format!("[AOGWKS;AS{modifier};AP{kek};FS2;]"));
        let (key, sent) = (value(&reply, "BG"), value(&reply, "BH"));
        for (algorithm, is_allowed) in [("T", true), ("A", false)] {
            let header = format!("B0000{usage}{algorithm}{header}00E0000");
            for frame in [
                format!("[AOGPKA;AS{modifier};BG{key};AK{header};]"),
                format!("[AOGKBL;AS{modifier};BG{key};AK{header};]"),
                format!("[AOTWKA;AS{modifier};AP{kek};BG{key};AK{header};]"),
                format!("[AOTWKM;AP{kek};BH{sent};OFT;AK{header};]"),
            ] {
                let reply = hsm.ask(&frame);
                let refused = matches!(hsm.refusal, Some(Error::AlgorithmRefused { given: 'A', .. }));
                assert_eq!(refused, !is_allowed, "{frame}: {reply}");
            }
        }
    }
    let sent = value(&hsm.ask(&format!("[AOGWKS;AS0;AP{kek};FS2;]")), "BH");
    hsm.ask(&format!("[AOTWKM;FS6;AP{kek};BH{sent};AKD0000M7HC00E0200HM0621PB0A000000;]"));
    assert!(matches!(hsm.refusal, Some(Error::AlgorithmRefused { given: 'H', .. })));
}

#[test]
fn an_hmac_key_is_narrowed_too_and_keeps_its_hash_function() {
    let mut hsm = InProcess::new(&["default"]);
    let key = hsm.value("[AOGPGS;FS6;CT6;AKD0000M7HC00E0200HM0621PB0A000000;]", "BG");
    hsm.value(&format!("[AOGPKA;BG{key};]"), "RC");
    let changed = hsm.value("[AOGPKS;RC0;AKD0000M7HG00N0000;]", "AK");
    assert_eq!(changed, "D0000M7HG00N0200HM0621PB0A000000");
    assert!(hsm.ask("[AOHMAC;RG4;ARBD0;BO00;]").starts_with("[AOHMAC;CF"));
    assert!(is_refused(&hsm.ask("[AOHMAC;RG6;ARBD0;BO00;]"), ErrorCode::FieldConflict));
}

#[test]
fn a_cryptogram_is_not_made_under_a_weaker_key_nor_opened() {
    let frames = |short: &str, long: &str, key: &str| {
        [
            format!("[AOTWKA;AP{short};BG{key};OFC;AS2;]"),
            format!("[AOGWKS;AS2;AP{short};FS3;]"),
            format!("[AOTWKM;AS2;AP{short};BH{long};]"),
            format!("[AOTWKS;AS2;AP{short};BH{long};]"),
        ]
    };
    for weaker_wrapping in [false, true] {
        let mut hsm = InProcess::with_policy(Policy { weaker_wrapping, weak_keys: true, ..Policy::default() });
        let short = hsm.value("[AOGPGS;FS1;CT2;AS0;]", "BG");
        let key = hsm.value("[AOGPGS;FS1;CT3;AS2;]", "BG");
        for frame in frames(&short, &"0123456789ABCDEF".repeat(3), &key) {
            let reply = hsm.ask(&frame);
            let refused = matches!(hsm.refusal, Some(Error::Key { error: key::Error::WeakerWrapping, .. }));
            assert_eq!(refused, !weaker_wrapping, "{frame}: {reply}");
        }
    }
}

#[test]
fn settings_change_only_to_a_part_of_what_they_were() {
    let mut hsm = InProcess::new(&["default"]);
    let modes = ["B", "D", "E", "N"].map(|letter| (letter, mode_of(letter)));
    let exports =
        [("N", Exportability::NonExportable), ("E", Exportability::Exportable), ("S", Exportability::Sensitive)];
    for (old_letter, old) in modes {
        for (old_export, old_exportability) in exports {
            for (new_letter, new) in modes {
                for (new_export, new_exportability) in exports {
                    let narrows = new.is_part_of(old) && new_exportability.is_part_of(old_exportability);
                    changes(
                        &mut hsm,
                        &format!("D0000D0A{old_letter}00{old_export}0000"),
                        &format!("D0000D0A{new_letter}00{new_export}0000"),
                        narrows,
                    );
                }
            }
        }
    }
    for (old, new, is_allowed) in [
        ("D0000D0AB00E0000", "D0000D0AB00E0010", true),
        ("D0000D0AB00E0010", "D0000D0AB00E0010", true),
        ("D0000D0AB00E0010", "D0000D0AB00E0000", false),
        ("D0000D0AB00E0010", "D0000D0AB00E0020", false),
        ("D0000D0AB00E0000", "D0000D0AB01E0000", false),
        ("D0000D0AB00E0000", "D0000D2AB00E0000", false),
        ("D0000D0AB00E0000", "D0000D0TB00E0000", false),
    ] {
        changes(&mut hsm, old, new, is_allowed);
    }
}

fn mode_of(letter: &str) -> Mode {
    match letter {
        "B" => Mode::Both,
        "D" => Mode::Decrypt,
        "E" => Mode::Encrypt,
        _ => Mode::Any,
    }
}

fn changes(hsm: &mut InProcess, old: &str, new: &str, is_allowed: bool) {
    let key = hsm.value(&format!("[AOGPGS;FS6;CT6;AK{old};]"), "BG");
    hsm.value(&format!("[AOGPKA;BG{key};RC5;]"), "RC");
    let reply = hsm.ask(&format!("[AOGPKS;RC5;AK{new};]"));
    let expected = if is_allowed { new } else { old };
    assert_eq!(!is_refused(&reply, ErrorCode::ExportRefused), is_allowed, "{old} to {new}: {reply}");
    assert_eq!(hsm.value("[AOGPKR;RC5;]", "AK"), expected);
    hsm.value("[AOGPKD;RC5;]", "RC");
}
