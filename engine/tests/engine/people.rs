//! Who may log in, for how long, and how often they may be wrong.

use engine::Timestamp;
use protocol::ErrorCode;

use crate::support::{InProcess, administered, is_refused, value};

#[test]
fn a_wrong_password_and_an_unknown_name_are_told_apart_by_nothing() {
    let mut hsm = InProcess::new(&["default"]);
    let wrong = hsm.ask("[AOZLIN;IDAdmin1;PWnot the password;]");
    assert_eq!(hsm.say("default#2", "[AOZLIN;IDNobody;PWnot the password;]"), wrong);
    assert!(is_refused(&wrong, ErrorCode::LoginRefused));
}

#[test]
fn nothing_is_derived_for_whoever_may_not_change_a_password() {
    let mut hsm = InProcess::new(&["default"]);
    let [own, other] = [1, 2].map(|number| format!("[AOZIPW;IDAdmin{number};PWchangeme;NPcorrect horse;]"));
    assert!(!hsm.prepares(&own), "nobody is logged in");
    hsm.value("[AOZLIN;IDAdmin1;PWchangeme;]", "RO");
    assert!(hsm.prepares(&own) && !hsm.prepares(&other));
    assert!(is_refused(&hsm.ask("[AOZIPW;IDAdmin1;PWchangeme;NPshort;]"), ErrorCode::PasswordRejected));
    assert!(is_refused(&hsm.ask("[AOZIPW;IDAdmin1;PWchangeme;NPchangeme;]"), ErrorCode::PasswordRejected));
    assert!(is_refused(&hsm.ask("[AOZIPW;IDAdmin1;PWnot the one;NPshort;]"), ErrorCode::LoginRefused));
    hsm.value(&own, "ID");
}

#[test]
fn ten_failures_lock_and_an_administrator_unlocks() {
    let mut hsm = administered(&["default"]);
    hsm.value("[AOZIAD;IDCarol;ROCustodian;PWcarol's password;]", "ID");
    let carol = "default#carol";
    for _ in 0..10 {
        assert!(is_refused(&hsm.say(carol, "[AOZLIN;IDCarol;PWwrong password;]"), ErrorCode::LoginRefused));
        // Failures within the wait do not count, so this waits for longer than the longest.
        hsm.now = Timestamp(hsm.now.0 + 300);
    }
    let right = "[AOZLIN;IDCarol;PWcarol's password;]";
    assert!(is_refused(&hsm.say(carol, right), ErrorCode::LoginRefused));
    // The administrators' session has been idle for too long meanwhile.
    for number in 1..=2 {
        hsm.value(&format!("[AOZLIN;IDAdmin{number};PWcorrect horse {number};]"), "RO");
    }
    assert!(hsm.ask("[AOZILI;]").contains("Carol/Custodian/locked/10/"));
    hsm.value("[AOZICH;IDCarol;ULY;]", "ID");
    value(&hsm.say(carol, right), "RO");
}

#[test]
fn a_wait_after_a_failure_holds_for_the_right_password_too() {
    let mut hsm = InProcess::new(&["default"]);
    for _ in 0..3 {
        hsm.ask("[AOZLIN;IDAdmin1;PWwrong password;]");
    }
    assert!(is_refused(&hsm.ask("[AOZLIN;IDAdmin1;PWchangeme;]"), ErrorCode::LoginRefused));
    hsm.now = Timestamp(hsm.now.0 + 1);
    hsm.value("[AOZLIN;IDAdmin1;PWchangeme;]", "RO");
}

#[test]
fn a_session_ends_when_it_is_idle_and_when_it_lasts_too_long() {
    let mut hsm = administered(&["default"]);
    let is_in = |hsm: &mut InProcess| !is_refused(&hsm.ask("[AOZRLI;]"), ErrorCode::PermissionMissing);
    for _ in 0..10 {
        hsm.now = Timestamp(hsm.now.0 + 899);
        assert!(is_in(&mut hsm), "used in time");
    }
    hsm.now = Timestamp(hsm.now.0 + 900);
    assert!(hsm.ask("[AOZRLI;]").starts_with("[AOERRO;AM60"), "idle for too long");
    let mut hsm = administered(&["default"]);
    let end = hsm.now.0 + 28_800;
    while hsm.now.0 + 600 < end {
        hsm.now = Timestamp(hsm.now.0 + 600);
        assert!(is_in(&mut hsm));
    }
    hsm.now = Timestamp(end);
    assert!(hsm.ask("[AOZRLI;]").starts_with("[AOERRO;AM60"), "it has lasted for too long");
}

#[test]
fn a_tenant_has_a_thousand_identities_at_most() {
    let mut hsm = administered(&["default"]);
    for number in 0..998 {
        hsm.value(&format!("[AOZIAD;IDI{number};ROCustodian;CF{number:064X};]"), "ID");
    }
    let full = hsm.ask("[AOZIAD;IDone more;ROCustodian;PWa password;]");
    assert!(is_refused(&full, ErrorCode::TenantFull), "{full}");
}

#[test]
fn people_and_ceremonies_of_one_tenant_do_not_exist_for_another() {
    let mut hsm = administered(&["default", "other"]);
    hsm.value("[AOZIAD;IDCarol;ROCustodian;PWcarol's password;]", "ID");
    hsm.value("[AOZRAD;ROTeam;]", "RO");
    let token = hsm.value("[AOZLTK;]", "TK");
    let ceremony = hsm.value("[AOZMBE;FS2;MEC;CM2;]", "CE");
    for number in 1..=2 {
        value(&hsm.say("other", &format!("[AOZLIN;IDAdmin{number};PWchangeme;]")), "RO");
        let change = format!("[AOZIPW;IDAdmin{number};PWchangeme;NPother horse {number};]");
        value(&hsm.say("other", &change), "ID");
    }
    let refused = |hsm: &mut InProcess, frame: &str, code| {
        let reply = hsm.say("other", frame);
        assert!(is_refused(&reply, code), "{frame}: {reply}");
    };
    refused(&mut hsm, "[AOZICH;IDCarol;ULY;]", ErrorCode::NameMissing);
    refused(&mut hsm, "[AOZIDE;IDCarol;]", ErrorCode::NameMissing);
    refused(&mut hsm, "[AOZRRE;ROTeam;]", ErrorCode::NameMissing);
    refused(&mut hsm, "[AOZRCH;ROTeam;LR2;]", ErrorCode::NameMissing);
    refused(&mut hsm, "[AOZRDE;ROTeam;]", ErrorCode::NameMissing);
    refused(&mut hsm, &format!("[AOZMSH;CE{ceremony};]"), ErrorCode::CeremonyMissing);
    refused(&mut hsm, "[AOZMSH;]", ErrorCode::CeremonyMissing);
    refused(&mut hsm, &format!("[AOZMAB;CE{ceremony};]"), ErrorCode::CeremonyMissing);
    refused(&mut hsm, &format!("[AOZMCO;CE{ceremony};AE000000;]"), ErrorCode::CeremonyMissing);
    refused(&mut hsm, &format!("[AOZMCP;CE{ceremony};EN00;]"), ErrorCode::CeremonyMissing);
    refused(&mut hsm, &format!("[AOZMFR;CE{ceremony};EN00;]"), ErrorCode::CeremonyMissing);
    refused(&mut hsm, &format!("[AOZMCA;CE{ceremony};PK{:064X};]", 9), ErrorCode::CeremonyMissing);
    assert!(!hsm.say("other", "[AOZMLI;]").contains(";CE"), "no ceremony is listed");
    assert!(!hsm.say("other", "[AOZILI;]").contains("Carol"));
    assert!(!hsm.say("other", "[AOZRLI;]").contains("Team"));
    let joined = hsm.say("other#2", &format!("[AOZLJN;TK{token};]"));
    assert!(is_refused(&joined, ErrorCode::LoginMissing), "{joined}");
    // Its own audit log has nothing of the other's.
    let records = value(&hsm.say("other", "[AOZAUR;]"), "BO");
    assert!(!records.contains("5A494144"), "ZIAD, which only the other tenant has asked");
    // An unprivileged session of the same tenant cannot see that there is a ceremony either.
    let seen = hsm.say("default#2", &format!("[AOZMSH;CE{ceremony};]"));
    assert!(is_refused(&seen, ErrorCode::PermissionMissing), "{seen}");
}
