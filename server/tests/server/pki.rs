//! Certificates and TR-34 with public clients' frames, judged by independent implementations.

use serde_json::json;

use crate::oracle::{major_key, oracle};
use crate::support::{Hsm, directory};

#[test]
fn chains_and_tokens_satisfy_independent_implementations_and_theirs_are_taken() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--show-keys"]);
    let port: u16 = hsm.ready("/clear").rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let pmk = major_key(&hsm.printed(), "PMK");
    let answer = oracle("pki.py", &json!({"port": port, "pmk": pmk}));
    assert_eq!(answer["wrong"], json!([]));
    assert!(answer["right"].as_u64().is_some_and(|right| right >= 55), "{answer}");
}

#[test]
fn what_cas_outside_say_is_kept() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let port: u16 = hsm.ready("/clear").rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let answer = oracle("pki_rules.py", &json!({"port": port}));
    assert_eq!(answer["wrong"], json!([]));
    assert!(answer["right"].as_u64().is_some_and(|right| right >= 25), "{answer}");
}
