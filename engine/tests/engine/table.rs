//! The key table against a simple model, and at its limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::Policy;
use engine::key::key_block::Header;
use engine::key::{KeyMaterial, WorkingKey};
use engine::slot::{Entry, KeyTable, Slot};
use proptest::prelude::*;
use protocol::ErrorCode;
use protocol::field::Value as _;
use protocol::field::data::CheckDigits;
use protocol::field::number::SlotNumber;
use protocol::field::text::Label;

use crate::support::{InProcess, is_refused};

fn slot(number: u32) -> Slot {
    SlotNumber::new(number).expect("a slot").into()
}

fn entry(number: u32, label: Option<&str>) -> Entry {
    let header = Header::parse_template(b"D0000D0AB00E0000").expect("a header");
    let mut bytes = [0x5A; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    let key = WorkingKey::new(header, KeyMaterial::new(&bytes)).expect("a key");
    Entry::new(key, label.map(|label| Label::parse(label.as_bytes()).expect("a label")))
}

fn digits(entry: &Entry) -> CheckDigits {
    CheckDigits::new(entry.check_value().bytes(), 6).expect("six digits")
}

#[test]
fn a_full_table_says_so_and_stays_as_it_is() {
    let mut hsm = InProcess::with_policy(Policy { slots: 3, ..Policy::default() });
    let block = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    let add = format!("[AOGPKA;BG{block};]");
    for expected in ["0", "1", "2"] {
        assert_eq!(hsm.value(&add, "RC"), expected);
    }
    let before = hsm.ask("[AOGPKM;]");
    assert!(is_refused(&hsm.ask(&add), ErrorCode::KeyTableFull));
    assert!(is_refused(&hsm.ask(&format!("[AOGPKA;BG{block};RC3;]")), ErrorCode::KeyMissing));
    assert_eq!(hsm.ask("[AOGPKM;]"), before);
    assert!(hsm.ask("[AOGPKD;RC1;]").starts_with("[AOGPKD;"));
    assert_eq!(hsm.value(&add, "RC"), "1");
}

#[test]
fn a_hundred_thousand_keys_are_found_each_way() {
    let mut table = KeyTable::new(100_000);
    for number in 0..100_000 {
        table.put(slot(number), entry(number, Some(&format!("key {number}"))).into());
    }
    assert_eq!((table.len(), table.lowest_empty()), (100_000, None));
    for number in [0, 1, 4_242, 99_999] {
        let found = table.find(slot(number)).expect("there");
        let label = found.label().expect("labelled").clone();
        assert_eq!(label.as_str(), format!("key {number}"));
        assert_eq!(table.labelled(&label), Some(slot(number)));
        assert!(table.with_check_value(&digits(found), slot(0)).any(|found| found == slot(number)));
    }
    // A clone shares all but what changes after: a snapshot is taken at every change.
    let before = table.clone();
    table.remove(slot(4_242));
    assert_eq!((before.len(), table.len(), table.lowest_empty()), (100_000, 99_999, Some(slot(4_242))));
    assert!(before.find(slot(4_242)).is_some() && table.find(slot(4_242)).is_none());
    for number in (0..100_000).filter(|number| *number != 4_242) {
        let (old, new) = (before.find(slot(number)).expect("there"), table.find(slot(number)).expect("there"));
        assert!(Arc::ptr_eq(old, new), "slot {number} was copied");
    }
}

#[test]
fn changes_in_a_full_table_touch_nothing_else() {
    let mut table = KeyTable::new(100_000);
    let key = Arc::new(entry(0, None));
    (0..100_000).for_each(|number| table.put(slot(number), Arc::clone(&key)));
    // With a search for the next empty slot in each of them, these changes would not end.
    for number in 0..200_000 {
        let place = slot(number % 7);
        table.remove(place);
        assert_eq!(table.lowest_empty(), Some(place));
        table.put(place, Arc::clone(&key));
        assert_eq!(table.lowest_empty(), None);
        table.put(place, Arc::clone(&key));
        assert_eq!(table.lowest_empty(), None);
    }
    assert_eq!(table.len(), 100_000);
}

#[test]
fn a_table_made_smaller_keeps_its_keys_and_takes_none_beyond() {
    let mut table = KeyTable::new(2);
    for number in [0, 1, 5] {
        table.put(slot(number), entry(number, None).into());
    }
    assert_eq!((table.len(), table.lowest_empty()), (3, None));
    table.remove(slot(5));
    assert_eq!((table.len(), table.lowest_empty()), (2, None));
}

/// What happens to a table.
#[derive(Clone, Debug)]
enum Step {
    Put { slot: u32, key: u32, label: Option<u8> },
    Remove { slot: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let put = (0..12u32, 0..6u32, proptest::option::of(0..4u8));
    let step = prop_oneof![
        3 => put.prop_map(|(slot, key, label)| Step::Put { slot, key, label }),
        1 => (0..12u32).prop_map(|slot| Step::Remove { slot }),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    #[test]
    fn it_agrees_with_a_simple_model(steps in steps()) {
        let mut table = KeyTable::new(12);
        let mut model: BTreeMap<u32, (u32, Option<String>)> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Put { slot: number, key, label } => {
                    let label = label.map(|label| format!("label {label}"));
                    // The caller gives no label twice.
                    let label = label.filter(|label| !model.values().any(|(_, known)| known.as_ref() == Some(label)));
                    table.put(slot(number), entry(key, label.as_deref()).into());
                    model.insert(number, (key, label));
                }
                Step::Remove { slot: number } => {
                    table.remove(slot(number));
                    model.remove(&number);
                }
            }
            prop_assert_eq!(table.len(), model.len());
            let empty = (0..12).find(|number| !model.contains_key(number));
            prop_assert_eq!(table.lowest_empty(), empty.map(slot));
            for label in 0..4 {
                let label = format!("label {label}");
                let expected = model.iter().find(|(_, (_, known))| known.as_ref() == Some(&label));
                let found = table.labelled(&Label::parse(label.as_bytes()).expect("a label"));
                prop_assert_eq!(found, expected.map(|(number, _)| slot(*number)));
            }
            for key in 0..6 {
                let expected: Vec<Slot> =
                    model.iter().filter(|(_, (known, _))| *known == key).map(|(number, _)| slot(*number)).collect();
                for digits in [4, 6, 10] {
                    let asked = CheckDigits::new(entry(key, None).check_value().bytes(), digits).expect("digits");
                    let found: Vec<Slot> = table.with_check_value(&asked, slot(0)).collect();
                    prop_assert_eq!(&found, &expected);
                    let later: Vec<Slot> = table.with_check_value(&asked, slot(6)).collect();
                    prop_assert_eq!(later, expected.iter().copied().filter(|found| *found >= slot(6)).collect::<Vec<_>>());
                }
            }
            let listed: Vec<u32> = table.from(slot(0)).map(|(slot, _)| slot.number()).collect();
            prop_assert_eq!(listed, model.keys().copied().collect::<Vec<_>>());
        }
    }
}
