//! Key blocks and check values against an independent implementation, both ways.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use fixtures::transcript::{self, FIRST_TENANT, SEED};
use serde_json::{Value, json};

use crate::support::{Hsm, TlsStream, ask, directory, text, value};

/// What a script with the independent implementations says.
pub(crate) fn oracle(script: &str, asked: &Value) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
    let python = Command::new(root.join("scripts/oracles")).stderr(Stdio::inherit()).output().expect("it runs");
    assert!(python.status.success(), "scripts/oracles failed");
    let mut child = Command::new(text(&python.stdout).trim())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles").join(script))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    child.stdin.take().expect("piped").write_all(asked.to_string().as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A clear major key as `--show-keys` prints it.
pub(crate) fn major_key(printed: &str, name: &str) -> String {
    let line = printed.lines().find(|line| line.trim_start().starts_with(name)).expect(name);
    line.split_whitespace().last().expect("a key").to_owned()
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer[name].as_array().expect("a list")
}

/// Selector, type and header of every kind of key block that the HSM makes.
const MADE: &[(&str, &str, &str)] = &[
    ("6", "6", "D0000D0AB00E0000"),
    ("6", "5", "D0000M6AC00S0000"),
    ("6", "4", "D0000K0AB00N0000"),
    ("6", "3", "D0000P0TE00E0000"),
    ("6", "2", "D0000K1TB12E0000"),
    ("1", "3", "B0000D0TB00E0000"),
    ("1", "2", "B0000P0TB00E0100KS1800604B120F9292800000"),
    ("1", "2", "A0000M3TG00S0000"),
    ("1", "3", "C0000V2TV00N0000"),
    ("1", "1", "B0000D0DB00E0000"),
];

#[test]
fn an_independent_library_opens_what_the_hsm_makes() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--show-keys"]);
    let mut stream = hsm.application();
    let replies: Vec<String> = MADE
        .iter()
        .map(|(selector, key_type, header)| {
            let reply = ask(&mut stream, &format!("[AOGPGS;FS{selector};CT{key_type};AK{header};]"));
            assert!(reply.starts_with("[AOGPGS;AE"), "{header}: {reply}");
            reply
        })
        .collect();
    let kbpk = |selector: &str| major_key(&hsm.printed(), if selector == "6" { "PMK" } else { "MFK" });
    let asked: Vec<Value> = MADE
        .iter()
        .zip(&replies)
        .map(|((selector, ..), reply)| json!({"kbpk": kbpk(selector), "block": value(reply, "BG")}))
        .collect();
    let answer = oracle("tr31.py", &json!({"unwrap": asked, "wrap": []}));
    assert_eq!(list(&answer, "unwrapped").len(), MADE.len());
    for ((opened, reply), (_, key_type, header)) in list(&answer, "unwrapped").iter().zip(&replies).zip(MADE) {
        let key = opened["key"].as_str().expect("a key");
        let bytes = [0, 8, 16, 24, 16, 24, 32][key_type.parse::<usize>().expect("a digit")];
        assert_eq!(key.len(), bytes * 2, "{header}");
        assert_eq!(opened["check"].as_str().map(|check| &check[..6]), Some(value(reply, "AE").as_str()), "{header}");
        assert_eq!(opened["header"].as_str().map(|opened| &opened[5..12]), Some(&header[5..12]), "{header}");
    }
}

#[test]
fn the_hsm_opens_what_an_independent_library_makes() {
    const KEYS: &[(&str, &str, &str)] = &[
        ("PMK", "D0000D0AB00E0000", "3F419E1CB7079442AA37474C2EFBF8B83F419E1CB7079442AA37474C2EFBF8B9"),
        ("PMK", "D0000M6AC00E0000", "3F419E1CB7079442AA37474C2EFBF8B8"),
        ("PMK", "D0000K0TB00N0000", "0123456789ABCDEFFEDCBA9876543210"),
        ("MFK", "B0000D0TE00E0000", "0123456789ABCDEFFEDCBA98765432108967452301EFCDAB"),
        ("MFK", "B0000P0TB00E0100KS1800604B120F9292800000", "0123456789ABCDEFFEDCBA9876543210"),
        ("MFK", "A0000M3TC00E0000", "0123456789ABCDEFFEDCBA9876543210"),
        ("MFK", "C0000D0TB00S0000", "0123456789ABCDEFFEDCBA9876543210"),
    ];
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--show-keys"]);
    let mut stream = hsm.application();
    let asked: Vec<Value> = KEYS
        .iter()
        .map(|(name, header, key)| json!({"kbpk": major_key(&hsm.printed(), name), "header": header, "key": key}))
        .collect();
    let answer = oracle("tr31.py", &json!({"unwrap": [], "wrap": asked}));
    assert_eq!(list(&answer, "wrapped").len(), KEYS.len());
    for (slot, (made, (_, header, _))) in list(&answer, "wrapped").iter().zip(KEYS).enumerate() {
        let (block, check) = (made["block"].as_str().expect("a block"), made["check"].as_str().expect("a value"));
        let reply = ask(&mut stream, &format!("[AOGPKA;BG{block};]"));
        assert_eq!(reply, format!("[AOGPKA;RC{slot};AE{};]", &check[..6]), "{header}");
        let settings = ask(&mut stream, &format!("[AOGPKR;RC{slot};]"));
        assert_eq!(value(&settings, "AK")[5..12], header[5..12]);
    }
    used_as_it_should(&mut stream);
}

/// The key of slot 0, known in clear above, enciphers as AES-256 of that key does.
fn used_as_it_should(stream: &mut TlsStream) {
    let reply = ask(stream, "[AOECID;AIBD0;AK00000000000000000000000000000000;]");
    let there = value(&reply, "AK");
    assert_eq!(there.len(), 32);
    assert_eq!(value(&ask(stream, &format!("[AODCID;AIBD0;AK{there};]")), "AK"), "0".repeat(32));
}

#[test]
fn the_answers_of_the_transcripts_are_right() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--seed", SEED, "--show-keys"]);
    let printed = hsm.printed();
    let mut exchanges = Vec::new();
    for transcript in transcript::all() {
        let mut replay = transcript.replay();
        let mut said = Vec::new();
        while let Some(ask) = replay.ask() {
            // The transcripts' own tests make sure that what is written is what is answered.
            let written = replay.written().to_owned();
            let _ = replay.answer(&written);
            if ask.speaker.split('#').next() == Some(FIRST_TENANT) && !written.starts_with("[AOERRO;") {
                said.push(json!([ask.request, written]));
            }
        }
        let sealed: serde_json::Map<_, _> =
            replay.sealed().iter().map(|(envelope, clear)| (envelope.clone(), json!(clear))).collect();
        exchanges.push(json!({"said": said, "sealed": sealed}));
    }
    let keys = json!({"MFK": major_key(&printed, "MFK"), "PMK": major_key(&printed, "PMK")});
    let answer = oracle("transcripts.py", &json!({"keys": keys, "transcripts": exchanges}));
    assert_eq!(answer["wrong"], json!([]));
    assert!(answer["right"].as_u64().is_some_and(|right| right > 250), "{answer}");
}
