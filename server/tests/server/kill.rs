//! Nothing that was answered is lost, whenever the process is killed.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::support::{Hsm, TlsStream, ask, directory, init, reply, value};

/// Times that the process is killed.
const ROUNDS: usize = 12;
/// Requests that are on their way at once.
const PIPELINE: usize = 8;

/// What the HSM has acknowledged: slot to check value and label.
type Acknowledged = BTreeMap<u32, (String, String)>;

#[test]
fn what_was_answered_is_there_after_kill_9() {
    let home = directory();
    init(home.path(), &[], &[]);
    let mut acknowledged = Acknowledged::new();
    let mut next = 0;
    for round in 0..ROUNDS {
        let mut hsm = Hsm::serve(home.path());
        let mut stream = hsm.application();
        verify(&mut stream, &mut acknowledged, next);
        // Killed after another number of answers each time, with requests on their way.
        let mut left = 1 + round * 7 % 23;
        while left > 0 {
            let requests: Vec<Asked> = (0..PIPELINE).map(|_| asked(&mut stream, &acknowledged, &mut next)).collect();
            let frames: String = requests.iter().map(Asked::frame).collect();
            stream.write_all(frames.as_bytes()).expect("sent");
            for request in requests.iter().take(left) {
                let answer = reply(&mut stream);
                request.acknowledge(&answer, &mut acknowledged);
            }
            left = left.saturating_sub(PIPELINE);
        }
        hsm.signal("KILL");
        hsm.end();
    }
    let hsm = Hsm::serve(home.path());
    verify(&mut hsm.application(), &mut acknowledged, next);
    assert!(acknowledged.len() > ROUNDS, "{}", acknowledged.len());
}

/// One request that changes something.
enum Asked {
    Add { slot: u32, block: String },
    Delete { slot: u32 },
}

/// Mostly a new key in the next slot; now and then one less.
fn asked(stream: &mut TlsStream, acknowledged: &Acknowledged, next: &mut u32) -> Asked {
    let slot = *next;
    *next += 1;
    let oldest = acknowledged.keys().next().copied();
    if let Some(oldest) = oldest.filter(|_| slot % 9 == 8) {
        return Asked::Delete { slot: oldest };
    }
    let made = ask(stream, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
    Asked::Add { slot, block: value(&made, "BG") }
}

impl Asked {
    fn frame(&self) -> String {
        match self {
            Self::Add { slot, block } => format!("[AOGPKA;RC{slot};BG{block};RTkey {slot};]"),
            Self::Delete { slot } => format!("[AOGPKD;RC{slot};]"),
        }
    }

    fn acknowledge(&self, answer: &str, acknowledged: &mut Acknowledged) {
        match self {
            Self::Add { slot, .. } => {
                assert!(answer.starts_with(&format!("[AOGPKA;RC{slot};AE")), "{answer}");
                acknowledged.insert(*slot, (value(answer, "AE"), format!("key {slot}")));
            }
            Self::Delete { slot } => {
                // The second of two deletions on their way finds nothing.
                assert!(answer.starts_with("[AOGPKD;") || answer.starts_with("[AOERRO;AM401;"), "{answer}");
                acknowledged.remove(slot);
            }
        }
    }
}

/// Every acknowledged key is there as it was. What was on its way may have been done, or not; if done, whole.
fn verify(stream: &mut TlsStream, acknowledged: &mut Acknowledged, slots: u32) {
    for slot in 0..slots {
        let answer = ask(stream, &format!("[AOGPKR;RC{slot};]"));
        match acknowledged.get(&slot) {
            Some((check_value, label)) if answer.starts_with("[AOGPKR;") => {
                assert_eq!((value(&answer, "AE"), value(&answer, "RT")), (check_value.clone(), label.clone()));
            }
            // A deletion on its way may have taken the oldest.
            Some(_) => {
                assert_eq!(acknowledged.keys().next(), Some(&slot), "lost: {answer}");
                acknowledged.remove(&slot);
            }
            None if answer.starts_with("[AOGPKR;") => {
                acknowledged.insert(slot, (value(&answer, "AE"), value(&answer, "RT")));
            }
            None => assert!(answer.starts_with("[AOERRO;AM401;"), "{answer}"),
        }
    }
}
