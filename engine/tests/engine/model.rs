//! The table's commands in any order, against a model that fits on a page.

use std::collections::BTreeMap;

use proptest::prelude::*;
use protocol::ErrorCode;

use crate::support::{InProcess, is_refused, value};
use engine::Policy;

const SLOTS: u32 = 6;
const KEYS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Add { key: usize, slot: Option<u32>, label: Option<u8> },
    Delete { slot: u32 },
    Label { slot: u32, label: Option<u8> },
}

/// What the table holds: key and label of each slot.
type Model = BTreeMap<u32, (usize, Option<u8>)>;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let slot = 0..SLOTS + 1;
    let label = || proptest::option::of(0..3u8);
    proptest::collection::vec(
        prop_oneof![
            4 => (0..KEYS, proptest::option::of(slot.clone()), label())
                .prop_map(|(key, slot, label)| Step::Add { key, slot, label }),
            2 => slot.clone().prop_map(|slot| Step::Delete { slot }),
            2 => (slot, label()).prop_map(|(slot, label)| Step::Label { slot, label }),
        ],
        0..40,
    )
}

fn taken(model: &Model, label: Option<u8>, but: Option<u32>) -> bool {
    label.is_some() && model.iter().any(|(slot, (_, known))| *known == label && Some(*slot) != but)
}

/// What the model says of a step: the slot that answers, or the number of the refusal.
fn expect(model: &mut Model, step: &Step) -> Result<u32, ErrorCode> {
    match *step {
        Step::Add { key, slot, label } => {
            let slot = match slot {
                Some(slot) if slot >= SLOTS => return Err(ErrorCode::KeyMissing),
                Some(slot) if model.contains_key(&slot) => return Err(ErrorCode::SlotOccupied),
                Some(slot) => slot,
                None => (0..SLOTS).find(|slot| !model.contains_key(slot)).ok_or(ErrorCode::KeyTableFull)?,
            };
            if taken(model, label, None) {
                return Err(ErrorCode::SlotOccupied);
            }
            model.insert(slot, (key, label));
            Ok(slot)
        }
        Step::Delete { slot } => model.remove(&slot).map(|_| slot).ok_or(ErrorCode::KeyMissing),
        Step::Label { slot, label } => {
            let (key, _) = *model.get(&slot).ok_or(ErrorCode::KeyMissing)?;
            if taken(model, label, Some(slot)) {
                return Err(ErrorCode::SlotOccupied);
            }
            model.insert(slot, (key, label));
            Ok(slot)
        }
    }
}

fn text(label: Option<u8>) -> String {
    label.map(|label| format!("label {label}")).unwrap_or_default()
}

fn frame(step: &Step, blocks: &[String]) -> String {
    match step {
        Step::Add { key, slot, label } => {
            let slot = slot.map(|slot| format!("RC{slot};")).unwrap_or_default();
            format!("[AOGPKA;BG{};{slot}RT{};]", blocks[*key], text(*label))
        }
        Step::Delete { slot } => format!("[AOGPKD;RC{slot};]"),
        Step::Label { slot, label } => format!("[AOGPKS;RC{slot};RT{};]", text(*label)),
    }
}

fn listed(model: &Model, checks: &[String], only: Option<&String>) -> String {
    let entries: Vec<String> = model
        .iter()
        .filter(|(_, (key, _))| only.is_none_or(|check| *check == checks[*key]))
        .map(|(slot, (key, label))| format!("{slot}/D0000D0AB00E0000/{}/{}", checks[*key], text(*label)))
        .collect();
    let (all, count) = (model.len(), entries.len());
    let entries = if entries.is_empty() { String::new() } else { format!("BO{};", entries.join(",")) };
    format!("[AOGPKM;CA{all};CM{count};{entries}]")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_commands_agree_with_the_model(steps in steps()) {
        let mut hsm = InProcess::with_policy(Policy { slots: SLOTS, ..Policy::default() });
        let made: Vec<String> = (0..KEYS).map(|_| hsm.ask("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]")).collect();
        let blocks: Vec<String> = made.iter().map(|reply| value(reply, "BG")).collect();
        let checks: Vec<String> = made.iter().map(|reply| value(reply, "AE")).collect();
        let mut model = Model::new();
        for step in &steps {
            let stored = hsm.stored.len();
            let reply = hsm.ask(&frame(step, &blocks));
            match expect(&mut model, step) {
                Ok(slot) => {
                    prop_assert_eq!(value(&reply, "RC"), slot.to_string());
                    prop_assert_eq!(hsm.stored.len(), stored + 1);
                }
                Err(code) => {
                    prop_assert!(is_refused(&reply, code), "{:?}: {}", step, reply);
                    prop_assert_eq!(hsm.stored.len(), stored);
                }
            }
            prop_assert_eq!(hsm.ask("[AOGPKM;]"), listed(&model, &checks, None));
        }
        for check in &checks {
            prop_assert_eq!(hsm.ask(&format!("[AOGPKM;AE{check};]")), listed(&model, &checks, Some(check)));
        }
        for label in 0..3 {
            let reply = hsm.ask(&format!("[AOGPKR;RT{};]", text(Some(label))));
            match model.iter().find(|(_, (_, known))| *known == Some(label)) {
                Some((slot, (key, _))) => {
                    prop_assert_eq!(value(&reply, "RC"), slot.to_string());
                    prop_assert_eq!(value(&reply, "AE"), checks[*key].clone());
                }
                None => prop_assert!(is_refused(&reply, ErrorCode::KeyMissing), "{}", reply),
            }
        }
    }
}
