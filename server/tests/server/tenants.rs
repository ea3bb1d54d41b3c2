//! Tenants with a client CA of their own.

use std::fs;
use std::io::{Read as _, Write as _};

use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};

use crate::authority::Authority;
use crate::support::{Hsm, TlsStream, ask, config, directory, init, is_closed, value};

const ECHO: &str = "[AOECHO;AG1;]";

fn hex(der: &[u8]) -> String {
    der.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn administer(hsm: &Hsm, frame: &str) {
    let mut stream = hsm.tls("administration", Some(&hsm.administrator()));
    let reply = ask(&mut stream, frame);
    assert!(!reply.starts_with("[AOERRO;"), "{frame}: {reply}");
}

/// That nobody is let in: by an alert, or by the end of the connection after the handshake.
fn turned_away(mut stream: TlsStream) {
    let _ = stream.write_all(ECHO.as_bytes());
    assert!(is_closed(&mut stream) || stream.read(&mut [0; 64]).is_err());
}

#[test]
fn a_tenants_own_ca_lets_its_clients_in_and_nobody_elses() {
    let home = directory();
    init(home.path(), &[], &[]);
    let mut hsm = Hsm::serve(home.path());
    let acme = Authority::new("acme's");
    let client = |name, units: &[&str]| acme.client_files(home.path(), name, units);
    let (plain, sly, bold) = (client("plain", &[]), client("sly", &["default"]), client("bold", &["administration"]));
    turned_away(hsm.tls("tls", Some(&plain)));
    administer(&hsm, &format!("[AOZTCR;RTacme;KGY;CC{};]", hex(&acme.certificate)));
    for restarted in [false, true] {
        if restarted {
            hsm.stop();
            hsm = Hsm::serve(home.path());
        }
        let made = ask(&mut hsm.tls("tls", Some(&plain)), "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
        let block = value(&made, "BG");
        let opens = |identity: &_| {
            let mut stream = hsm.tls("tls", Some(identity));
            !ask(&mut stream, &format!("[AOECID;AI{block};AK00112233445566778899AABBCCDDEEFF;]")).contains("ERRO")
        };
        // Whatever a certificate says of itself, it leads to the tenant whose CA has issued it.
        assert!(opens(&plain) && opens(&sly) && opens(&bold));
        assert!(!opens(&hsm.client("default")));
        turned_away(hsm.tls("administration", Some(&bold)));
    }
    hsm.logged("a client certificate of tenant acme; this listener is for administrators");
    hsm.stop();
}

#[test]
fn a_ca_that_is_exchanged_or_gone_lets_nobody_in_any_more_resumed_sessions_included() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let (first, second) = (Authority::new("acme's"), Authority::new("acme's"));
    let (old, new) = (first.client_files(home.path(), "old", &[]), second.client_files(home.path(), "new", &[]));
    administer(&hsm, &format!("[AOZTCR;RTacme;KGY;CC{};]", hex(&first.certificate)));
    let configs = [&[&TLS12], &[&TLS13]].map(|versions| hsm.client_config(Some(&old), versions));
    for config in &configs {
        let kinds = [(); 2].map(|()| {
            let mut stream = hsm.tls_with(config, "tls");
            assert_eq!(ask(&mut stream, ECHO), ECHO);
            stream.conn.handshake_kind()
        });
        assert_eq!(kinds[1], Some(HandshakeKind::Resumed), "{kinds:?}");
    }
    // Both are good while one takes over from the other.
    administer(&hsm, &format!("[AOZTCH;RTacme;CC{}{};]", hex(&second.certificate), hex(&first.certificate)));
    assert_eq!(ask(&mut hsm.tls("tls", Some(&old)), ECHO), ECHO);
    assert_eq!(ask(&mut hsm.tls("tls", Some(&new)), ECHO), ECHO);
    administer(&hsm, &format!("[AOZTCH;RTacme;CC{};]", hex(&second.certificate)));
    for config in &configs {
        turned_away(hsm.tls_with(config, "tls"));
    }
    assert_eq!(ask(&mut hsm.tls("tls", Some(&new)), ECHO), ECHO);
    administer(&hsm, "[AOZTDE;RTacme;CNacme;]");
    turned_away(hsm.tls("tls", Some(&new)));
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);
}

#[test]
fn a_configured_tenants_ca_is_read_again_at_sighup() {
    let home = directory();
    init(home.path(), &["--tenant", "default", "--tenant", "bank"], &[]);
    let (first, second) = (Authority::new("bank's"), Authority::new("bank's"));
    let pem = home.path().join("hsm").join("bank.pem");
    fs::write(&pem, &first.pem).expect("written");
    let file = fs::read_to_string(config(home.path())).expect("the configuration");
    let at = file.find("name = \"bank\"").expect("the tenant");
    fs::write(config(home.path()), format!("{}client_ca = \"bank.pem\"\n{}", &file[..at], &file[at..]))
        .expect("written");
    let hsm = Hsm::serve(home.path());
    let (old, new) = (first.client_files(home.path(), "old", &[]), second.client_files(home.path(), "new", &[]));
    assert_eq!(ask(&mut hsm.tls("tls", Some(&old)), ECHO), ECHO);
    turned_away(hsm.tls("tls", Some(&hsm.client("bank"))));
    hsm.logged("tenant bank has a client CA of its own, and the certificate is not from it");
    turned_away(hsm.tls("tls", Some(&new)));
    fs::write(&pem, &second.pem).expect("written");
    hsm.signal("HUP");
    hsm.logged("the certificates are reloaded");
    assert_eq!(ask(&mut hsm.tls("tls", Some(&new)), ECHO), ECHO);
    turned_away(hsm.tls("tls", Some(&old)));
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);
    hsm.stop();
}
