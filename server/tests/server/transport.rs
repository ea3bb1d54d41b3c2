//! TLS, listeners and limits.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, NamedGroup, ProtocolVersion};
use server::pki::issue::Files;
use server::seed::Randomness;

use crate::support::{Hsm, TlsStream, ask, directory, hsm_directory, init, is_closed, reply, with_clear};

const ECHO: &str = "[AOECHO;AG1;]";

/// A client of the same tenant by another CA.
fn stranger(home: &Path) -> (PathBuf, PathBuf) {
    let files = Files::new(&home.join("elsewhere"), None);
    files.issue(&["default".to_owned()], &[], &Randomness::System, false).expect("certificates");
    files.client("default")
}

/// That the server ends the handshake, or the connection right after it, with an alert and not a byte more.
fn refused(mut stream: TlsStream, alert: &str) {
    let _ = stream.write_all(ECHO.as_bytes());
    let error = stream.read(&mut [0; 64]).expect_err("refused").to_string();
    assert!(error.contains(alert), "{error}");
}

#[test]
fn a_client_needs_a_certificate_of_the_hsm_s_own_ca() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let stranger = stranger(home.path());
    for versions in [&[&TLS12], &[&TLS13]] {
        for listener in ["tls", "administration"] {
            refused(hsm.tls_of(listener, None, versions), "CertificateRequired");
            refused(hsm.tls_of(listener, Some(&stranger), versions), "UnknownCA");
        }
    }
    hsm.logged("the TLS handshake failed: peer sent no certificates");
    hsm.logged("the TLS handshake failed: invalid peer certificate: UnknownIssuer");
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);
}

#[test]
fn both_versions_are_spoken_with_a_hybrid_exchange_in_the_newer() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let client = hsm.client("default");
    let mut stream = hsm.tls_of("tls", Some(&client), &[&TLS12]);
    assert_eq!(ask(&mut stream, ECHO), ECHO);
    assert_eq!(stream.conn.protocol_version(), Some(ProtocolVersion::TLSv1_2));
    let mut stream = hsm.application();
    assert_eq!(ask(&mut stream, ECHO), ECHO);
    assert_eq!(stream.conn.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let group = stream.conn.negotiated_key_exchange_group().expect("a group").name();
    assert_eq!(group, NamedGroup::X25519MLKEM768);
}

#[test]
fn a_session_is_resumed_and_still_belongs_to_its_tenant() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--tenant", "bank"]);
    let client = hsm.client("bank");
    for versions in [&[&TLS12], &[&TLS13]] {
        let config = hsm.client_config(Some(&client), versions);
        let mut kinds = Vec::new();
        for _ in 0..2 {
            let mut stream = hsm.tls_with(&config, "tls");
            assert_eq!(ask(&mut stream, ECHO), ECHO);
            let status = ask(&mut stream, "[AOGPKR;RC0;]");
            assert!(status.starts_with("[AOERRO;AM401;"), "{status}");
            kinds.push(stream.conn.handshake_kind());
        }
        assert_eq!(kinds[1], Some(HandshakeKind::Resumed), "{kinds:?}");
    }
}

#[test]
fn certificates_open_their_own_listener_only() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut stream = hsm.tls("tls", Some(&hsm.administrator()));
    let _ = stream.write_all(ECHO.as_bytes());
    assert_eq!(reply(&mut stream), "");
    hsm.logged("an administrator's certificate; it is for the administration listener");
    let mut stream = hsm.tls("administration", Some(&hsm.client("default")));
    let _ = stream.write_all(ECHO.as_bytes());
    assert_eq!(reply(&mut stream), "");
    hsm.logged("a client certificate of tenant default; this listener is for administrators");
}

#[test]
fn a_tenant_that_is_gone_lets_nobody_in() {
    let home = directory();
    init(home.path(), &["--tenant", "default", "--tenant", "bank"], &[]);
    let file = crate::support::config(home.path());
    let text = std::fs::read_to_string(&file).expect("the configuration");
    std::fs::write(&file, text.replace("name = \"bank\"", "name = \"shop\"")).expect("written");
    let hsm = Hsm::serve(home.path());
    let bank = Files::new(&hsm_directory(home.path()), None).client("bank");
    let mut stream = hsm.tls("tls", Some(&bank));
    let _ = stream.write_all(ECHO.as_bytes());
    assert_eq!(reply(&mut stream), "");
    hsm.logged("the organizational unit \"bank\" is no tenant");
}

#[test]
fn half_a_handshake_times_out_and_takes_no_place_for_ever() {
    let home = directory();
    init(home.path(), &[], &[("handshake_timeout_ms", "200"), ("handshakes", "1")]);
    let hsm = Hsm::serve(home.path());
    let mut half = std::net::TcpStream::connect(hsm.ready("/tls")).expect("it listens");
    half.write_all(&[0x16, 0x03, 0x01]).expect("sent");
    assert!(is_closed(&mut half));
    hsm.logged("the TLS handshake was not finished in time");
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);
}

#[test]
fn connections_are_limited_per_certificate_and_freed() {
    let home = directory();
    init(home.path(), &["--tenant", "default", "--tenant", "bank"], &[("connections_per_client", "2")]);
    let hsm = Hsm::serve(home.path());
    let mut open: Vec<_> = (0..2).map(|_| hsm.application()).collect();
    for stream in &mut open {
        assert_eq!(ask(stream, ECHO), ECHO);
    }
    let mut third = hsm.application();
    assert_eq!(ask(&mut third, ECHO), "[AOERRO;AM700;AN0;BBtoo many connections, the connection closes;]");
    hsm.logged("limits.connections_per_client is reached");
    assert_eq!(ask(&mut hsm.tls("tls", Some(&hsm.client("bank"))), ECHO), ECHO, "another certificate is not counted");
    let mut administration = hsm.tls("administration", Some(&hsm.administrator()));
    assert_eq!(ask(&mut administration, ECHO), ECHO);
    drop(open);
    crate::support::wait_for("a free place", || ask(&mut hsm.application(), ECHO) == ECHO);
}

#[test]
fn connections_are_limited_in_all_and_administration_is_not_crowded_out() {
    let home = directory();
    init(home.path(), &[], &[("connections", "2")]);
    with_clear(home.path());
    let hsm = Hsm::serve(home.path());
    let (mut first, mut second) = (hsm.clear(), hsm.application());
    assert_eq!((ask(&mut first, ECHO), ask(&mut second, ECHO)), (ECHO.into(), ECHO.into()));
    assert!(ask(&mut hsm.clear(), ECHO).starts_with("[AOERRO;AM700;"));
    assert!(ask(&mut hsm.application(), ECHO).starts_with("[AOERRO;AM700;"));
    hsm.logged("limits.connections is reached");
    let mut administration = hsm.tls("administration", Some(&hsm.administrator()));
    assert_eq!(ask(&mut administration, ECHO), ECHO);
}

#[test]
fn where_descriptors_are_few_applications_do_not_crowd_out_administration() {
    let home = directory();
    let hsm = Hsm::after(home.path(), "ulimit -n 300", &["dev", "--port", "0"]);
    hsm.logged("the system allows fewer open files");
    let silent: Vec<_> = (0..320).map(|_| hsm.clear()).collect();
    let mut administration = hsm.tls("administration", Some(&hsm.administrator()));
    assert!(ask(&mut administration, "[AOZSTA;]").starts_with("[AOZSTA;"));
    assert!(!hsm.log().contains("Too many open files"), "{}", hsm.log());
    drop(silent);
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);
}
