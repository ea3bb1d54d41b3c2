//! Faults on demand and licences, as a client meets them.

use std::fs;
use std::time::{Duration, Instant};

use client::{Client, Deadlines, Error, Options, Tls};
use protocol::ErrorCode;
use protocol::command::key::generate;
use protocol::command::link::echo;
use protocol::field::text::Text;

use crate::support::{Hsm, ask, config, directory, init, run, strongroom, text, value};

const ECHO: &str = "[AOECHO;AG1;]";

pub(crate) fn administer(hsm: &Hsm, frame: &str) -> String {
    let mut stream = hsm.tls("administration", Some(&hsm.administrator()));
    let reply = ask(&mut stream, frame);
    assert!(!reply.starts_with("[AOERRO;"), "{frame}: {reply}");
    reply
}

pub(crate) fn options(hsm: &Hsm) -> Options {
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

#[test]
fn a_command_has_a_latency_of_its_own() {
    let home = directory();
    init(home.path(), &[], &[]);
    let file = fs::read_to_string(config(home.path())).expect("the configuration");
    let file = format!(
        "{file}command_latency = {{ ECHO = \"30000\" }}\n[pace]\ncommand_latency = {{ RAND = \"20000-20001\" }}\n"
    );
    fs::write(config(home.path()), file).expect("written");
    let hsm = Hsm::serve(home.path());
    let mut stream = hsm.application();
    let mut took = |frame: &str| {
        let started = Instant::now();
        assert!(!ask(&mut stream, frame).starts_with("[AOERRO;"), "{frame}");
        started.elapsed()
    };
    assert!(took(ECHO) >= Duration::from_millis(30) && took("[AORAND;CM8;]") >= Duration::from_millis(20));
    assert_eq!(administer(&hsm, "[AOZPAC;RTdefault;]"), "[AOZPAC;RTdefault;QBQ;BOECHO/30000;]");
    administer(&hsm, "[AOZPAC;RTdefault;COHASH;LA~40000;]");
    let longest = (0..5).map(|_| took("[AOHASH;]")).max();
    assert!(longest >= Some(Duration::from_millis(20)), "{longest:?}");
    let quickest = |took: &mut dyn FnMut(&str) -> Duration| (0..5).map(|_| took(ECHO)).min();
    administer(&hsm, "[AOZPAC;RTdefault;COECHO;]");
    assert!(quickest(&mut took) < Some(Duration::from_millis(30)));
}

#[test]
fn faults_of_the_configuration_are_recorded_and_end() {
    let home = directory();
    init(home.path(), &[], &[]);
    let file = fs::read_to_string(config(home.path())).expect("the configuration");
    let with = |fault: &str| fs::write(config(home.path()), format!("{file}\n[[fault]]\n{fault}\n")).expect("written");
    with("kind = \"refuse\"\nerror = 203\ncommand = \"ECHO\"\ntenant = \"default\"\nfor = 3");
    let hsm = Hsm::serve(home.path());
    let mut stream = hsm.application();
    assert!(ask(&mut stream, ECHO).starts_with("[AOERRO;AM203;"));
    let audit = administer(&hsm, "[AOZDAU;]");
    let told = "configuration: fault 1 of kind E for default, ECHO, lasts 3 s";
    let digits: String = told.bytes().map(|byte| format!("{byte:02X}")).collect();
    assert!(audit.contains(&digits), "{audit}");
    crate::support::wait_for("its end", || ask(&mut stream, ECHO) == ECHO);
    hsm.stop();
    for (fault, told) in [
        ("kind = \"lost\"", "kind: one of delay, refuse, key-lost, "),
        ("kind = \"lose\"\nfor = 100000", "for: must be a number from 1 to 86400"),
        ("kind = \"lose\"\ntenant = \"nobody\"", "there is no tenant nobody"),
    ] {
        with(fault);
        let output = run(strongroom(home.path()).args(["serve", "--config"]).arg(config(home.path())));
        assert!(!output.status.success() && text(&output.stderr).contains(told), "{}", text(&output.stderr));
    }
    // What this HSM cannot do, it says, on either way.
    fs::remove_file(crate::support::hsm_directory(home.path()).join("server-expired.pem")).expect("it is there");
    with("kind = \"server-expired\"");
    let output = run(strongroom(home.path()).args(["serve", "--config"]).arg(config(home.path())));
    assert!(text(&output.stderr).contains("a chain whose validity is over"), "{}", text(&output.stderr));
    fs::write(config(home.path()), &file).expect("written");
    let hsm = Hsm::serve(home.path());
    let mut administrator = hsm.tls("administration", Some(&hsm.administrator()));
    let refusal = ask(&mut administrator, "[AOZFAD;KIY;TO60;]");
    assert!(
        refusal.starts_with("[AOERRO;AM303;AN0;BBKI: this HSM has no certificate whose validity is over"),
        "{refusal}"
    );
}

#[test]
fn a_fault_of_the_command_line_is_one_from_the_start() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--fault", "refuse error=500 command=ECHO for=600"]);
    assert!(ask(&mut hsm.application(), ECHO).starts_with("[AOERRO;AM500;"));
    assert!(administer(&hsm, "[AOZSTA;]").contains(";FI1;"));
    let output = run(strongroom(home.path()).args(["dev", "--port", "0", "--fault", "lose percents=1"]));
    assert!(text(&output.stderr).contains("nothing is named percents"), "{}", text(&output.stderr));
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

fn generate_request() -> generate::Request<'static> {
    use protocol::field::code::{KeyTypeCode, MajorKeySelector};
    let header = protocol::field::key::GivenHeader::new("D0000D0AB00E0000");
    generate::Request { major_key: MajorKeySelector::Pmk, key_type: KeyTypeCode::Aes256, header, modifier: None }
}
