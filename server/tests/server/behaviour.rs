//! Faults on demand and licences, as a client meets them.

use std::time::{Duration, Instant};

use client::{Client, Deadlines, Error, Options, Tls};
use protocol::ErrorCode;
use protocol::command::key::generate;
use protocol::command::link::echo;
use protocol::field::text::Text;

use crate::support::{Hsm, ask, directory, value};

const ECHO: &str = "[AOECHO;AG1;]";

fn administer(hsm: &Hsm, frame: &str) -> String {
    let mut stream = hsm.tls("administration", Some(&hsm.administrator()));
    let reply = ask(&mut stream, frame);
    assert!(!reply.starts_with("[AOERRO;"), "{frame}: {reply}");
    reply
}

fn options(hsm: &Hsm) -> Options {
    let (certificate, key) = hsm.client("default");
    let tls = Tls {
        ca: hsm.ready("/ca").into(),
        identity: Some((certificate, key)),
        server_name: Some("localhost".to_owned()),
    };
    let deadlines = Deadlines { call: Duration::from_secs(5), ..Deadlines::default() };
    Options { deadlines, connections: 1, ..Options::tls(hsm.ready("/tls"), tls) }
}

/// How many times the fault of this number has struck.
fn struck(hsm: &Hsm, fault: &str) -> u64 {
    let list = value(&administer(hsm, "[AOZFLI;]"), "BO");
    let line = list.split(',').find(|line| line.starts_with(&format!("{fault}/"))).expect("the fault");
    line.rsplit('/').next().and_then(|it| it.parse().ok()).expect("a count")
}

async fn echo(client: &Client) -> Result<(), Error> {
    client.call(echo::Request { text: Text::new("hello") }).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_sees_each_fault_and_recovers_from_those_it_can() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let client = Client::connect(options(&hsm)).await.expect("connects");
    echo(&client).await.expect("nothing is wrong yet");
    for (frame, recovers) in [
        // Half of the commands: a command that only reads is asked again, on another connection where it must be.
        ("[AOZFAD;KIC;TO60;PC500;SD1;COECHO;]", true),
        ("[AOZFAD;KIL;TO60;PC500;SD1;COECHO;]", true),
        ("[AOZFAD;KIH;TO60;PC500;SD1;COECHO;]", true),
        ("[AOZFAD;KID;TO60;LA20000-40000;COECHO;]", true),
        ("[AOZFAD;KIE;TO60;AM203;COECHO;]", false),
        ("[AOZFAD;KIK;TO60;COECHO;]", false),
        ("[AOZFAD;KIG;TO60;COECHO;]", false),
        ("[AOZFAD;KIS;TO60;COECHO;]", false),
    ] {
        let fault = value(&administer(&hsm, frame), "FI");
        let mut outcomes = Vec::new();
        for _ in 0..(if recovers { 6 } else { 1 }) {
            let started = Instant::now();
            let request = echo::Request { text: Text::new("hello") };
            outcomes.push(client.call_within(request, Duration::from_secs(1)).await.map(drop));
            if frame.contains("KID") {
                assert!(started.elapsed() >= Duration::from_millis(20), "{frame}");
            }
        }
        assert!(struck(&hsm, &fault) > 0, "{frame}");
        let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
        // Twice in a row is more than a client tries.
        assert_eq!(failed == outcomes.len(), !recovers, "{frame}: {outcomes:?}");
        match (frame, outcomes.pop()) {
            (frame, Some(Err(Error::Refused { code, .. }))) if frame.contains("KIE") || frame.contains("KIK") => {
                let expected = if frame.contains("KIE") { ErrorCode::Busy } else { ErrorCode::MajorKeyMissing };
                assert_eq!(code, Some(expected));
            }
            (frame, Some(Err(Error::Protocol { .. }))) => assert!(frame.contains("KIG"), "{frame}"),
            (frame, Some(Err(Error::Timeout { .. }))) => assert!(frame.contains("KIS"), "{frame}"),
            (frame, last) => assert!(recovers, "{frame}: {last:?}"),
        }
        administer(&hsm, "[AOZFDE;]");
        // As soon as it is over the same client works again.
        let mut again = echo(&client).await;
        for _ in 0..3 {
            if again.is_err() {
                again = echo(&client).await;
            }
        }
        again.unwrap_or_else(|error| panic!("{frame}: {error}"));
    }
}

#[test]
fn a_wrong_check_value_is_the_only_thing_that_is_wrong() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--tenant", "bank"]);
    administer(&hsm, "[AOZFAD;KIV;TO60;RTbank;]");
    for (tenant, is_right) in [("bank", false), ("default", true)] {
        let mut stream = hsm.tls("tls", Some(&hsm.client(tenant)));
        let made = ask(&mut stream, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
        administer(&hsm, "[AOZFLI;]");
        let (told, block) = (value(&made, "AE"), value(&made, "BG"));
        let stored = ask(&mut stream, &format!("[AOGPKA;BG{block};]"));
        // The fault strikes every answer, so the key itself is asked for where there is none.
        administer(&hsm, "[AOZFDE;]");
        let right = value(&ask(&mut stream, &format!("[AOGPKR;RC{};]", value(&stored, "RC"))), "AE");
        assert_eq!(told == right, is_right, "{tenant}: {told} {right}");
        assert_eq!(told[1..], right[1..]);
    }
}

#[test]
fn an_hsm_that_is_away_or_takes_no_certificates_turns_applications_away_and_never_administrators() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut open = hsm.application();
    assert_eq!(ask(&mut open, ECHO), ECHO);
    administer(&hsm, "[AOZFAD;KIR;TO60;]");
    assert_eq!(ask(&mut open, ECHO), "");
    let reached = std::panic::catch_unwind(|| ask(&mut hsm.application(), ECHO));
    assert!(reached.map_or(true, |reply| reply.is_empty()));
    administer(&hsm, "[AOZFDE;]");
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);
    administer(&hsm, "[AOZFAD;KIX;TO60;]");
    assert_eq!(ask(&mut hsm.application(), ECHO), "");
    hsm.logged("invalid peer certificate: Expired");
    administer(&hsm, "[AOZFDE;]");
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);
}

#[test]
fn a_fault_ends_by_itself() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    administer(&hsm, "[AOZFAD;KIE;AM203;TO1;]");
    let mut stream = hsm.application();
    crate::support::wait_for("its end", || ask(&mut stream, ECHO) == ECHO);
    assert_eq!(administer(&hsm, "[AOZFLI;]"), "[AOZFLI;CA0;]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_is_kept_to_by_all_connections_together() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--tenant", "bank"]);
    administer(&hsm, "[AOZPAC;RTdefault;TP200;]");
    let client =
        std::sync::Arc::new(Client::connect(Options { connections: 4, ..options(&hsm) }).await.expect("connects"));
    let started = Instant::now();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let client = std::sync::Arc::clone(&client);
            tokio::spawn(async move { echo(&client).await })
        })
        .collect();
    for call in calls {
        call.await.expect("a task").expect("waits its turn");
    }
    // Two hundred turns, the first of them at once: no sooner than 199 intervals, whatever the machine does.
    assert!(started.elapsed() >= Duration::from_millis(990), "{:?}", started.elapsed());
    // Another tenant is not slowed, and one that does not wait is told that the HSM is busy.
    administer(&hsm, "[AOZPAC;RTdefault;TP1;QBR;]");
    let mut refused = 0;
    for _ in 0..5 {
        match client.call(generate_request()).await {
            Ok(_) => {}
            Err(Error::Refused { code: Some(ErrorCode::Busy), .. }) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused >= 3, "{refused}");
    assert_eq!(ask(&mut hsm.tls("tls", Some(&hsm.client("bank"))), ECHO), ECHO);
    administer(&hsm, "[AOZPAC;RTdefault;TP0;]");
    echo(&client).await.expect("no licence any more");
}

fn generate_request() -> generate::Request {
    use protocol::field::Value as _;
    use protocol::field::code::{KeyTypeCode, MajorKeySelector};
    let header = protocol::field::key::HeaderText::parse(b"D0000D0AB00E0000").expect("a header");
    generate::Request {
        major_key: MajorKeySelector::Pmk,
        key_type: KeyTypeCode::Aes256,
        header: Some(header),
        modifier: None,
    }
}
