//! Backups: what comes back, on which HSM, and what damaged ones get.

use std::path::Path;

use protocol::ErrorCode;
use protocol::backup::MAGIC;

use crate::support::{InProcess, administered, is_refused, value};

/// Head and parts, in hexadecimal.
struct Backup {
    head: String,
    parts: Vec<String>,
}

fn made(hsm: &mut InProcess, frame: &str) -> Backup {
    let reply = hsm.ask(frame);
    let count: u32 = value(&reply, "TT").parse().expect("a number");
    let parts = (1..=count).map(|number| hsm.value(&format!("[AOZBRD;NU{number};]"), "EN")).collect();
    Backup { head: value(&reply, "HD"), parts }
}

/// The last answer of a restore.
fn restored(hsm: &mut InProcess, backup: &Backup) -> String {
    let begun = hsm.ask(&format!("[AOZBRB;HD{};]", backup.head));
    if begun.starts_with("[AOERRO;") {
        return begun;
    }
    for (number, part) in (1..).zip(&backup.parts) {
        let given = hsm.ask(&format!("[AOZBGI;NU{number};EN{part};]"));
        if given.starts_with("[AOERRO;") {
            return given;
        }
    }
    hsm.ask("[AOZBFI;]")
}

/// Keys in some slots, a role and an identity beyond those of a new tenant.
fn furnished(keys: u32) -> InProcess {
    let mut hsm = administered(&["default", "other"]);
    for number in 0..keys {
        let header = ["D0000D0AB00E0000", "D0000K0AB00N0000", "D0000M7HC00E0200HM0621PB0A000000"][number as usize % 3];
        let block = hsm.value(&format!("[AOGPGS;FS6;CT6;AK{header};]"), "BG");
        hsm.value(&format!("[AOGPKA;BG{block};RC{};RTkey {number};]", number * 7), "RC");
    }
    hsm.value("[AOZRAD;ROTeam;PEKeys;SL(0,99);COECHO,GPGS;]", "RO");
    hsm.value("[AOZIAD;IDCarol;ROTeam;PWcarol's password;]", "ID");
    hsm
}

fn log_in(hsm: &mut InProcess) {
    for number in 1..=2 {
        hsm.value(&format!("[AOZLIN;IDAdmin{number};PWcorrect horse {number};]"), "RO");
    }
}

#[test]
fn a_fresh_hsm_with_the_same_bek_gets_the_same_keys_people_and_roles() {
    let mut hsm = furnished(400);
    let backup = made(&mut hsm, "[AOZBCR;]");
    assert!(backup.parts.len() > 1, "more than one part");
    // The seed gives it the same BEK; the cards do it elsewhere.
    let mut fresh = administered(&["default", "other"]);
    let reply = restored(&mut fresh, &backup);
    assert_eq!((value(&reply, "CM"), value(&reply, "ID"), value(&reply, "RO")), ("400".into(), "3".into(), "4".into()));
    let lapsed = fresh.ask("[AOZRLI;]");
    assert!(lapsed.starts_with("[AOERRO;AM60"), "every session has ended: {lapsed}");
    log_in(&mut fresh);
    for frame in ["[AOGPKM;]", "[AOGPKM;RC1500;]", "[AOZILI;]", "[AOZRLI;]", "[AOZRRE;ROTeam;]"] {
        assert_eq!(fresh.ask(frame), hsm.ask(frame), "{frame}");
    }
    // Byte for byte: both encipher to the same.
    let frame = "[AOECID;AIBD0;AK00112233445566778899AABBCCDDEEFF;]";
    assert_eq!(fresh.ask(frame), hsm.ask(frame));
    value(&fresh.say("default#2", "[AOZLIN;IDCarol;PWcarol's password;]"), "RO");
}

#[test]
fn parts_of_the_whole_are_restored_alone() {
    let mut hsm = furnished(2);
    let keys = made(&mut hsm, "[AOZBCR;MEK;]");
    let configuration = made(&mut hsm, "[AOZBCR;MEC;]");
    let mut fresh = administered(&["default"]);
    assert_eq!(value(&restored(&mut fresh, &keys), "ID"), "0");
    assert!(!fresh.ask("[AOZILI;]").contains("Carol") && fresh.ask("[AOGPKM;]") == hsm.ask("[AOGPKM;]"));
    let mut fresh = administered(&["default"]);
    assert_eq!(value(&restored(&mut fresh, &configuration), "CM"), "0");
    log_in(&mut fresh);
    assert!(fresh.ask("[AOZILI;]").contains("Carol") && fresh.ask("[AOGPKM;]").contains(";CM0;"));
}

#[test]
fn what_speaks_against_a_restore_is_told_before_anything_is_opened() {
    let mut hsm = furnished(2);
    assert!(hsm.prepares("[AOZBCR;]"), "a backup is not made where others wait");
    let backup = made(&mut hsm, "[AOZBCR;]");
    assert!(!hsm.prepares("[AOZBFI;OVY;]"), "nothing was begun");
    let forgotten = restored(&mut hsm, &backup);
    assert!(is_refused(&forgotten, ErrorCode::FieldMissing), "{forgotten}");
    assert!(!hsm.prepares("[AOZBFI;]") && hsm.prepares("[AOZBFI;OVY;]"));
    assert_eq!(hsm.value("[AOZBFI;OVY;]", "CM"), "2");
}

#[test]
fn a_changed_moved_or_missing_part_changes_nothing() {
    let mut hsm = furnished(400);
    let backup = made(&mut hsm, "[AOZBCR;]");
    let another = made(&mut hsm, "[AOZBCR;]");
    let mut fresh = administered(&["default"]);
    let before = (fresh.ask("[AOGPKM;]"), fresh.ask("[AOZILI;]"));
    let mut wrong = Vec::new();
    for place in (0..backup.parts[0].len()).step_by(1999) {
        let mut parts = backup.parts.clone();
        let digit = if &parts[0][place..=place] == "0" { "1" } else { "0" };
        parts[0].replace_range(place..=place, digit);
        wrong.push(Backup { head: backup.head.clone(), parts });
    }
    for place in 0..backup.head.len() {
        let mut head = backup.head.clone();
        let digit = if &head[place..=place] == "0" { "1" } else { "0" };
        head.replace_range(place..=place, digit);
        wrong.push(Backup { head, parts: backup.parts.clone() });
    }
    let last = backup.parts.len() - 1;
    wrong.push(Backup { head: backup.head.clone(), parts: backup.parts[..last].to_vec() });
    wrong.push(Backup { head: backup.head.clone(), parts: backup.parts.iter().rev().cloned().collect() });
    wrong.push(Backup { head: backup.head.clone(), parts: another.parts });
    wrong.push(Backup { head: backup.head.clone(), parts: Vec::new() });
    for backup in wrong {
        let reply = restored(&mut fresh, &backup);
        let is_told = [ErrorCode::BackupDamaged, ErrorCode::BackupOther, ErrorCode::FieldInvalid]
            .iter()
            .any(|code| is_refused(&reply, *code));
        assert!(is_told, "{reply}");
        assert_eq!((fresh.ask("[AOGPKM;]"), fresh.ask("[AOZILI;]")), before);
    }
    assert!(fresh.stored.iter().all(|record| !record.key.starts_with(b"default\0Carol")));
    value(&restored(&mut fresh, &backup), "CM");
}

#[test]
fn another_tenant_reads_nothing_and_its_bek_restores_nothing() {
    let mut hsm = furnished(2);
    let backup = made(&mut hsm, "[AOZBCR;]");
    for number in 1..=2 {
        value(&hsm.say("other", &format!("[AOZLIN;IDAdmin{number};PWchangeme;]")), "RO");
    }
    let read = hsm.say("other", "[AOZBRD;NU1;]");
    assert!(is_refused(&read, ErrorCode::BackupMissing), "{read}");
    let begun = hsm.say("other", &format!("[AOZBRB;HD{};]", backup.head));
    assert!(is_refused(&begun, ErrorCode::BackupOther), "{begun}");
}

/// A backup file of an earlier form, made by [`furnished`] with six keys.
fn file(name: &str) -> Backup {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/backups").join(name);
    let bytes = std::fs::read(&path).expect("the file");
    let mut rest = bytes.strip_prefix(MAGIC).expect("a backup");
    let mut pieces = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (piece, after) = after.split_at(usize::try_from(u32::from_be_bytes(*length)).expect("small"));
        pieces.push(piece.iter().map(|byte| format!("{byte:02X}")).collect::<String>());
        rest = after;
    }
    Backup { head: pieces.remove(0), parts: pieces }
}

#[test]
fn backups_of_every_form_stay_readable() {
    let mut hsm = administered(&["default", "other"]);
    let reply = restored(&mut hsm, &file("form-1.backup"));
    assert_eq!((value(&reply, "CM"), value(&reply, "ID"), value(&reply, "RO")), ("6".into(), "3".into(), "4".into()));
    log_in(&mut hsm);
    let listed = furnished(6).ask("[AOGPKM;]");
    assert_eq!(hsm.ask("[AOGPKM;]"), listed);
}
