//! Metrics and health.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use crate::support::{Hsm, ask, directory, init, run, strongroom, text, with_https};

/// Status line and body of a reply.
pub(crate) fn get(hsm: &Hsm, identity: Option<&(PathBuf, PathBuf)>, path: &str) -> (String, String) {
    request(hsm, identity, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
}

fn request(hsm: &Hsm, identity: Option<&(PathBuf, PathBuf)>, request: &str) -> (String, String) {
    let mut stream = hsm.tls("https", identity);
    stream.write_all(request.as_bytes()).expect("sent");
    let mut read = Vec::new();
    // The end may come without a farewell.
    let _ = stream.read_to_end(&mut read);
    let reply = text(&read);
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no HTTP: {reply}"));
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

/// The value of a metric with its labels.
pub(crate) fn number(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
    let value = line.and_then(|line| line.rsplit(' ').next()).and_then(|value| value.parse().ok());
    value.unwrap_or_else(|| panic!("no {name} in\n{metrics}"))
}

#[test]
fn what_was_served_is_counted() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = hsm.application();
    let made = ask(&mut stream, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
    ask(&mut stream, &format!("[AOGPKA;BG{};]", crate::support::value(&made, "BG")));
    ask(&mut stream, "[AOGPKR;RC9;]");
    let (status, metrics) = get(&hsm, None, "/metrics");
    assert_eq!(status, "HTTP/1.1 200 OK");
    for (name, value) in [
        ("strongroom_commands_total{command=\"GPGS\",outcome=\"served\",tenant=\"default\"}", 1.0),
        ("strongroom_commands_total{command=\"GPKR\",outcome=\"refused\",tenant=\"default\"}", 1.0),
        ("strongroom_command_seconds_count{command=\"GPKA\",tenant=\"default\"}", 1.0),
        ("strongroom_connections{listener=\"tls\"}", 1.0),
        ("strongroom_handshakes_total{listener=\"tls\",outcome=\"full\"}", 1.0),
        ("strongroom_major_key_loaded{major_key=\"PMK\",tenant=\"default\"}", 1.0),
        ("strongroom_major_key_loaded{major_key=\"KEK\",tenant=\"default\"}", 0.0),
        ("strongroom_stored_keys{tenant=\"default\"}", 1.0),
        ("strongroom_store_commits_failed_total", 0.0),
    ] {
        assert!((number(&metrics, name) - value).abs() < f64::EPSILON, "{name}:\n{metrics}");
    }
    for name in ["strongroom_received_bytes_total", "strongroom_sent_bytes_total", "strongroom_resident_bytes"] {
        assert!(number(&metrics, name) > 100.0, "{name}");
    }
    assert!(number(&metrics, "strongroom_store_commits_total") >= 1.0);
    drop(stream);
    crate::support::wait_for("the end of the connection", || {
        number(&get(&hsm, None, "/metrics").1, "strongroom_connections{listener=\"tls\"}") == 0.0
    });
}

#[test]
fn health_is_told_to_everybody_and_metrics_to_administrators() {
    let home = directory();
    init(home.path(), &[], &[]);
    with_https(home.path());
    let hsm = Hsm::serve(home.path());
    assert_eq!(get(&hsm, None, "/livez"), ("HTTP/1.1 200 OK".to_owned(), "alive\n".to_owned()));
    assert_eq!(get(&hsm, None, "/readyz").0, "HTTP/1.1 200 OK");
    for (identity, status) in [
        (None, "HTTP/1.1 403 Forbidden"),
        (Some(hsm.client("default")), "HTTP/1.1 403 Forbidden"),
        (Some(hsm.administrator()), "HTTP/1.1 200 OK"),
    ] {
        assert_eq!(get(&hsm, identity.as_ref(), "/metrics").0, status);
    }
    assert_eq!(get(&hsm, None, "/nothing").0, "HTTP/1.1 404 Not Found");
    let post = request(
        &hsm,
        None,
        "POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(post.0, "HTTP/1.1 405 Method Not Allowed");
    // What is no HTTP hurts nobody.
    let mut nonsense = hsm.tls("https", None);
    let _ = nonsense.write_all(b"[AOECHO;]\r\n\r\n");
    let _ = nonsense.read(&mut [0; 64]);
    assert_eq!(get(&hsm, None, "/livez").0, "HTTP/1.1 200 OK");
    let mut administrator = hsm.tls("administration", Some(&hsm.administrator()));
    let serial = crate::support::value(&ask(&mut administrator, "[AOZSTA;]"), "SG");
    ask(&mut administrator, &format!("[AOZTAM;SG{serial};]"));
    assert_eq!(
        get(&hsm, None, "/readyz"),
        ("HTTP/1.1 503 Service Unavailable".to_owned(), "no tenant has a major key\n".to_owned())
    );
    hsm.stop();
}

#[test]
fn a_port_that_is_taken_is_told() {
    let home = directory();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ports = ["--tls-port", "0", "--clear-port", "0", "--admin-port", "0", "--https-port", &port];
    let output = run(strongroom(home.path()).arg("dev").args(ports));
    let told = text(&output.stderr);
    assert!(!output.status.success() && told.contains(&format!("cannot listen on 127.0.0.1:{port} (https)")), "{told}");
}
