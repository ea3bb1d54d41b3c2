//! The log: requests can be followed, and nothing secret is in it.

use serde_json::Value;

use crate::support::{Hsm, ask, directory, init, value};

const PASSWORD: &str = "a-Secret-password";
const DATA: &str = "5EC2E7DA7A5EC2E7DA7A5EC2E7DA7A00";

/// Asks for what carries secrets, for a refusal, and for what is no request; what must not be in the log.
fn converse(hsm: &Hsm) -> Vec<String> {
    let mut stream = hsm.application();
    let key = value(&ask(&mut stream, "[AORKEY;FS2;]"), "AK");
    let made = ask(&mut stream, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
    let block = value(&made, "BG");
    let encrypted = ask(&mut stream, &format!("[AOECID;AI{block};AK{DATA};]"));
    assert!(!encrypted.starts_with("[AOERRO;"), "{encrypted}");
    assert!(ask(&mut stream, &format!("[AOZLIN;IDAdmin1;PW{PASSWORD};]")).starts_with("[AOERRO;AM603;"));
    assert!(ask(&mut stream, &format!("[AOECHO;AK{PASSWORD};A_x;]")).starts_with("[AOERRO;AM100;"));
    assert!(!ask(&mut stream, &format!("[AOXXXX;AK{PASSWORD};]")).is_empty());
    vec![key, block, DATA.to_owned(), value(&encrypted, "AK"), PASSWORD.to_owned()]
}

#[test]
fn requests_can_be_followed_and_no_secret_is_told() {
    let home = directory();
    init(home.path(), &[], &[("format", "\"json\""), ("level", "\"trace\"")]);
    let hsm = Hsm::serve(home.path());
    let secrets = converse(&hsm);
    hsm.logged("connection ended");
    let log = hsm.log();
    for secret in &secrets {
        assert!(!log.contains(secret.as_str()), "{secret} in {log}");
    }
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of = |what: &str| -> Vec<&Value> {
        lines.iter().map(|line| &line["fields"]).filter(|fields| fields["message"] == what).collect()
    };
    let served = of("request served");
    let begun = of("connection begun");
    let connection = &begun[0]["connection"];
    assert!(connection.is_u64() && begun[0]["peer"].is_string(), "{begun:?}");
    let told: Vec<_> = served.iter().map(|it| (it["request"].as_u64(), it["command"].as_str())).collect();
    assert_eq!(told, [(Some(1), Some("RKEY")), (Some(2), Some("GPGS")), (Some(3), Some("ECID"))]);
    assert!(served.iter().all(|it| it["connection"] == *connection && it["micros"].is_u64()));
    let refused = of("request refused");
    assert_eq!((&refused[0]["command"], &refused[0]["code"]), (&Value::from("ZLIN"), &Value::from(603)));
    assert_eq!((refused.len(), &refused[0]["request"]), (1, &Value::from(4)));
    let frames: Vec<_> = of("frame refused").iter().map(|it| (it["request"].as_u64(), it["code"].as_u64())).collect();
    assert_eq!(frames, [(Some(5), Some(100)), (Some(6), Some(201))]);
}

#[test]
fn as_text_too_and_not_at_all_unless_asked_for() {
    for (level, is_told) in [("debug", true), ("info", false)] {
        let home = directory();
        init(home.path(), &[], &[("level", &format!("\"{level}\""))]);
        let hsm = Hsm::serve(home.path());
        let secrets = converse(&hsm);
        if is_told {
            hsm.logged("request served");
            hsm.logged("command=\"ECID\"");
            hsm.logged("code=603");
        }
        hsm.signal("HUP");
        hsm.logged("the certificates are reloaded");
        let log = hsm.log();
        assert_eq!(log.contains("request"), is_told, "{log}");
        assert!(secrets.iter().all(|secret| !log.contains(secret.as_str())), "{log}");
    }
}
