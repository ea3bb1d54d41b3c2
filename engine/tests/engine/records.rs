//! What a store keeps opens again in its place, and nowhere else.

use engine::major_key::MajorKeyKind;
use engine::provision::{self, Seed};
use engine::record::{LoadError, Record, Stored, Table};
use engine::seal::SealingKey;
use engine::tenant::TenantName;
use engine::{Policy, State};

use crate::support::{InProcess, wrapped};

const SEED: &str = "records";

fn device() -> SealingKey {
    SealingKey::device(&[3; 32])
}

fn tenants() -> [(TenantName, Policy); 2] {
    ["default", "other"].map(|name| (TenantName::new(name).expect("a name"), Policy::default()))
}

/// The records of an HSM with two tenants, major keys, and keys in the first one's table.
fn stored() -> (Vec<Stored>, String) {
    let (seed, device) = (Seed::from_text(SEED), device());
    let mut state = State::load(tenants(), &[], &device).expect("empty");
    let changes = provision::major_keys(&state, &seed, &device).expect("keys");
    changes.iter().for_each(|change| state.apply(change));
    let mut hsm = InProcess::in_state(seed, state);
    for (header, label) in [("D0000D0AB00E0000", "first"), ("D0000M7HC00E0200HM0621PB0A000000", "second")] {
        let block = hsm.value(&format!("[AOGPGS;FS6;CT6;AK{header};]"), "BG");
        hsm.value(&format!("[AOGPKA;BG{block};RT{label};]"), "RC");
    }
    hsm.value("[AOGPKS;RC0;RTrenamed;]", "RC");
    let mut records: Vec<Record> = changes.iter().filter_map(|change| change.record().cloned()).collect();
    records.append(&mut hsm.stored);
    (kept(&records), hsm.ask("[AOGPKM;]"))
}

/// As a store keeps them: the last of each key, and none that was removed.
fn kept(records: &[Record]) -> Vec<Stored> {
    let mut kept: Vec<Stored> = Vec::new();
    for Record { table, key, value } in records {
        kept.retain(|known| (known.table, &known.key) != (*table, key));
        kept.extend(value.clone().map(|value| Stored { table: *table, key: key.clone(), value }));
    }
    kept
}

#[test]
fn the_same_tenants_come_back() {
    let (records, listed) = stored();
    assert!(listed.contains("/renamed,1/"), "{listed}");
    let state = State::load(tenants(), &records, &device()).expect("loads");
    let mut again = InProcess::in_state(Seed::from_text("another"), state);
    assert_eq!(again.ask("[AOGPKM;]"), listed);
    assert_eq!(again.ask("[AOGPKR;RTsecond;]").split(';').count(), 6);
    assert!(again.ask("[AOECID;AIBD0;AK00112233445566778899AABBCCDDEEFF;]").starts_with("[AOECID;"));
    let without = State::load([tenants()[1].clone()], &records, &device()).expect("other tenants' records stay");
    assert_eq!(without.tenants().count(), 1);
}

#[test]
fn no_record_holds_a_clear_key() {
    let (records, _) = stored();
    let hsm = InProcess::of(SEED, [("default", Policy::default())]);
    let state = hsm.state();
    let tenant = state.tenants().next().expect("one");
    let mut seen = 0;
    for (_, key) in tenant.major_keys().loaded() {
        for record in &records {
            let clear = key.expose().expose();
            assert!(!record.value.windows(8).any(|part| clear.windows(8).any(|known| known == part)));
            seen += 1;
        }
    }
    assert!(seen >= 40, "{seen}");
    let key = [0xA7, 0x15, 0x3C, 0xE2, 0x58, 0x91, 0x0B, 0xD4, 0x6F, 0x22, 0x83, 0x7E, 0xC9, 0x40, 0xB6, 0x1D];
    let mut hsm = hsm;
    let block = wrapped(&hsm.major_key("default", MajorKeyKind::Pmk), "D0000D0AB00E0000", &key);
    hsm.value(&format!("[AOGPKA;BG{block};]"), "RC");
    let value = hsm.stored[0].value.as_ref().expect("a key");
    assert!(!value.windows(4).any(|part| key.windows(4).any(|known| known == part)));
}

#[test]
fn another_device_key_opens_nothing() {
    let (records, _) = stored();
    let loaded = State::load(tenants(), &records, &SealingKey::device(&[4; 32]));
    assert!(matches!(loaded, Err(LoadError::DoesNotOpen { what: "major key", .. })));
}

#[test]
fn a_record_opens_only_unchanged_and_in_its_place() {
    let (records, _) = stored();
    for (index, record) in records.iter().enumerate() {
        for place in 0..record.value.len() {
            let mut changed = records.clone();
            changed[index].value[place] ^= 1;
            assert!(State::load(tenants(), &changed, &device()).is_err(), "{:?} byte {place}", record.table);
        }
        let mut cut = records.clone();
        cut[index].value.truncate(record.value.len() / 2);
        assert!(State::load(tenants(), &cut, &device()).is_err());
    }
    let keys: Vec<usize> = (0..records.len()).filter(|index| records[*index].table == Table::Keys).collect();
    let mut swapped = records.clone();
    let (first, second) = (records[keys[0]].value.clone(), records[keys[1]].value.clone());
    (swapped[keys[0]].value, swapped[keys[1]].value) = (second, first);
    assert!(State::load(tenants(), &swapped, &device()).is_err());
}

#[test]
fn a_record_moved_to_any_other_place_does_not_open() {
    let (records, _) = stored();
    for (from, record) in records.iter().enumerate() {
        for (to, place) in records.iter().enumerate().filter(|(to, _)| *to != from) {
            // Another slot, kind of major key, tenant or table: the value is genuine, the place is not its own.
            let mut moved = records.clone();
            moved[to].value.clone_from(&record.value);
            assert!(State::load(tenants(), &moved, &device()).is_err(), "{:?} to {:?}", record.table, place.table);
        }
    }
    for (index, record) in records.iter().enumerate().filter(|(_, record)| record.table == Table::Keys) {
        let mut renamed = records.clone();
        *renamed[index].key.last_mut().expect("a slot") ^= 0x40;
        assert!(State::load(tenants(), &renamed, &device()).is_err(), "{:?}", record.table);
        let mut given = records.clone();
        given[index].key = [b"other", &record.key[b"default".len()..]].concat();
        assert!(State::load(tenants(), &given, &device()).is_err(), "{:?}", record.table);
    }
}

#[test]
fn a_record_of_a_later_form_is_unreadable_and_not_misread() {
    let (records, _) = stored();
    for (index, record) in records.iter().enumerate() {
        let mut later = records.clone();
        later[index].value[0] = 2;
        let loaded = State::load(tenants(), &later, &device());
        assert!(matches!(loaded, Err(LoadError::Unreadable { .. })), "{:?}", record.table);
    }
}

#[test]
fn what_was_deleted_stays_away() {
    let (seed, device) = (Seed::from_text(SEED), device());
    let mut state = State::load(tenants(), &[], &device).expect("empty");
    let changes = provision::major_keys(&state, &seed, &device).expect("keys");
    changes.iter().for_each(|change| state.apply(change));
    let mut hsm = InProcess::in_state(seed, state);
    let block = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    for _ in 0..3 {
        hsm.value(&format!("[AOGPKA;BG{block};]"), "RC");
    }
    hsm.value("[AOGPKD;RC1;]", "RC");
    let mut records: Vec<Record> = changes.iter().filter_map(|change| change.record().cloned()).collect();
    records.append(&mut hsm.stored);
    let state = State::load(tenants(), &kept(&records), &device).expect("loads");
    let mut again = InProcess::in_state(Seed::from_text(SEED), state);
    assert_eq!(again.ask("[AOGPKM;]"), hsm.ask("[AOGPKM;]"));
    assert_eq!(again.value(&format!("[AOGPKA;BG{block};]"), "RC"), "1");
}

#[test]
fn keys_without_their_ftk_are_told() {
    let (mut records, _) = stored();
    records.retain(|record| record.table == Table::Keys);
    let loaded = State::load(tenants(), &records, &device());
    assert!(matches!(loaded, Err(LoadError::NoFtk { tenant }) if tenant == "default"));
}
