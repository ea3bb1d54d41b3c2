//! Changing major keys, zeroising, tampering: what a restart finds, and what is left in memory.

use std::sync::{Arc, Weak};

use engine::major_key::{Age, MajorKey, MajorKeyKind};
use engine::provision::{self, Seed};
use engine::record::{Record, Stored};
use engine::slot::Entry;
use engine::tenant::TenantName;
use engine::{Policy, State};
use protocol::ErrorCode;

use crate::support::{InProcess, SEED, administered, is_refused, value};

fn names() -> [(TenantName, Policy); 2] {
    ["default", "other"].map(|name| (TenantName::new(name).expect("a name"), Policy::default()))
}

/// The first records of an HSM, which it does not hand out, then those that it did.
fn records(hsm: &InProcess) -> Vec<Stored> {
    let (seed, device) = (Seed::from_text(SEED), provision::device(&Seed::from_text(SEED)));
    let empty = State::load(names(), &[], &device).expect("empty");
    let mut changes = provision::major_keys(&empty, &seed, &device).expect("keys");
    changes.extend(provision::people(&empty, &device, &mut seed.generator("people", 0)));
    let first = changes.iter().filter_map(|change| change.record());
    let mut kept: Vec<Stored> = Vec::new();
    for Record { table, key, value } in first.chain(&hsm.stored) {
        kept.retain(|known| (known.table, &known.key) != (*table, key));
        kept.extend(value.clone().map(|value| Stored { table: *table, key: key.clone(), value }));
    }
    kept
}

/// The HSM after a restart, with its administrators logged in.
fn restarted(hsm: &InProcess) -> InProcess {
    let state = State::load(names(), &records(hsm), &provision::device(&Seed::from_text(SEED))).expect("loads");
    let mut again = InProcess::in_state(Seed::from_text(SEED), state);
    for number in 1..=2 {
        value(&again.ask(&format!("[AOZLIN;IDAdmin{number};PWcorrect horse {number};]")), "RO");
    }
    again
}

fn with_keys(count: u32) -> InProcess {
    let mut hsm = administered(&["default", "other"]);
    for slot in 0..count {
        let block = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
        hsm.value(&format!("[AOGPKA;BG{block};RC{slot};RTkey {slot};]"), "RC");
    }
    hsm
}

#[test]
fn a_translation_that_is_cut_off_goes_on_after_a_restart() {
    let mut hsm = with_keys(7);
    let listed = hsm.ask("[AOGPKM;]");
    let next = hsm.value("[AOZMGE;FS5;PNY;]", "AE");
    let mut left = 7;
    // A restart after every step: none of them loses a key or does one twice.
    while left > 0 {
        hsm = {
            let mut again = restarted(&hsm);
            again.stored.splice(0..0, std::mem::take(&mut hsm.stored));
            again
        };
        assert_eq!(hsm.ask("[AOGPKM;]"), listed);
        assert!(hsm.ask("[AOZMLI;]").contains(&format!(";TT{left};")));
        assert!(is_refused(&hsm.ask(&format!("[AOZMSW;FS5;AE{next};]")), ErrorCode::MajorKeyInUse));
        hsm.value("[AOZMTS;CM1;]", "CM");
        left -= 1;
    }
    hsm.value(&format!("[AOZMSW;FS5;AE{next};]"), "KV");
    let mut again = restarted(&hsm);
    assert_eq!(again.ask("[AOGPKM;]"), listed);
    let former = value(&again.ask("[AOZMLI;]"), "FO").rsplit('/').next().expect("a check value").to_owned();
    again.stored.splice(0..0, std::mem::take(&mut hsm.stored));
    again.value(&format!("[AOZMRT;FS5;AE{former};]"), "FS");
    assert_eq!(restarted(&again).ask("[AOGPKM;]"), listed);
}

#[test]
fn a_switched_major_key_and_its_former_one_survive_a_restart() {
    let mut hsm = administered(&["default", "other"]);
    let block = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    let next = hsm.value("[AOZMGE;FS6;PNY;]", "AE");
    assert!(restarted(&hsm).ask("[AOZMLI;]").contains(&format!(";PNPMK/AES-256/{next};")));
    hsm.value(&format!("[AOZMSW;FS6;AE{next};]"), "KV");
    let mut again = restarted(&hsm);
    assert_eq!(again.value(&format!("[AOZMTK;BG{block};]"), "TA"), "Y");
}

#[test]
fn another_tenants_key_is_not_translated() {
    let mut hsm = administered(&["default", "other"]);
    hsm.value("[AOZMGE;FS6;PNY;]", "AE");
    let block = value(&hsm.say("other", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
    assert!(is_refused(&hsm.ask(&format!("[AOZMTK;BG{block};]")), ErrorCode::KeyBlockRefused));
    // The change of one tenant is not seen by another.
    let refused = hsm.say("other", &format!("[AOZMTK;BG{block};]"));
    assert!(is_refused(&refused, ErrorCode::NoChange), "{refused}");
}

/// Everything secret that a tenant holds, watched.
fn watched(hsm: &InProcess) -> (Vec<Weak<MajorKey>>, Vec<Weak<Entry>>) {
    let state = hsm.state();
    let mut watched = (Vec::new(), Vec::new());
    for tenant in state.tenants() {
        watched.0.extend(tenant.major_keys().all().map(|(_, _, key)| Arc::downgrade(key)));
        let first = protocol::field::number::SlotNumber::MIN_NUMBER.into();
        watched.1.extend(tenant.table().from(first).map(|(_, entry)| Arc::downgrade(entry)));
    }
    watched
}

#[test]
fn a_tamper_event_leaves_no_key_in_memory_or_store_and_outlives_a_restart() {
    let mut hsm = with_keys(3);
    hsm.value("[AOZMGE;FS6;PNY;]", "AE");
    let begun = hsm.value("[AOZMBE;FS2;MEC;CM2;]", "CE");
    let (major_keys, keys) = watched(&hsm);
    assert_eq!((major_keys.len(), keys.len()), (9, 3));
    let serial = value(&hsm.say("administration", "[AOZSTA;]"), "SG");
    let reply = hsm.say("administration", &format!("[AOZTAM;SG{serial};]"));
    assert_eq!((value(&reply, "CM"), value(&reply, "TT")), ("9".to_owned(), "3".to_owned()));
    // What nobody holds any more has been dropped, and what is dropped is wiped: `zeroing.rs` says so.
    assert!(major_keys.iter().all(|key| key.upgrade().is_none()) && keys.iter().all(|key| key.upgrade().is_none()));
    assert!(is_refused(&hsm.ask(&format!("[AOZMSH;CE{begun};]")), ErrorCode::CeremonyMissing));
    let mut again = restarted(&hsm);
    for frame in ["[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "[AOGPED;AIBD0;BF0;KM0;BO00112233445566778899AABBCCDDEEFF;]"]
    {
        let reply = again.ask(frame);
        let is_gone = is_refused(&reply, ErrorCode::Tampered) || is_refused(&reply, ErrorCode::KeyMissing);
        assert!(is_gone, "{reply}");
    }
    assert!(is_refused(&again.say("other", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), ErrorCode::Tampered));
    again.value("[AOZMGE;FS6;]", "AE");
    again.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
}

#[test]
fn zeroising_a_tenant_leaves_nothing_of_it_and_all_of_the_others() {
    let mut hsm = with_keys(2);
    let (major_keys, keys) = watched(&hsm);
    hsm.value("[AOZMZE;RTdefault;]", "CM");
    assert_eq!(major_keys.iter().filter(|key| key.upgrade().is_some()).count(), 4, "the other tenant's");
    assert!(keys.iter().all(|key| key.upgrade().is_none()));
    let state = hsm.state();
    let other = state.find("other").and_then(|id| state.tenant(id)).expect("the other");
    assert!(other.major_keys().of_age(MajorKeyKind::Pmk, Age::Current).is_some());
    let mut again = restarted(&hsm);
    assert!(is_refused(&again.ask("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), ErrorCode::MajorKeyMissing));
    value(&again.say("other", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
}
