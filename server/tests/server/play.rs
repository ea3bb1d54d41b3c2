//! The fault script of docs/load.md, as a client meets it: each fault is seen, and what can be recovered from is.

use std::time::{Duration, Instant};

use client::{Client, Deadlines, Error, Options};
use protocol::buffer::Buffer;
use protocol::command::behaviour::add_fault;
use protocol::command::encode;

use crate::behaviour::{administer, options};
use crate::support::{Hsm, directory, value, wait_for};

const SCRIPT: &str = include_str!("../../../client/faults/each.toml");
const ECHO: &str = "[AOECHO;AKhello;]";

/// What ZFLI tells of a kind: seconds until it begins, commands that it has struck. `None` once it is over.
fn told(hsm: &Hsm, kind: &str) -> Option<(u64, u64)> {
    let list = administer(hsm, "[AOZFLI;]");
    let list = if list.contains(";BO") { value(&list, "BO") } else { String::new() };
    let line = list.split(',').find(|line| line.split('/').nth(1) == Some(kind))?;
    let number = |place| line.split('/').nth(place).and_then(|it| it.parse().ok()).expect("a number");
    Some((number(5), number(7)))
}

/// Adds every fault of the script, as `strongctl fault play` does.
fn play(hsm: &Hsm) {
    let script: toml::Table = toml::from_str(SCRIPT).expect("TOML");
    for fault in script["fault"].as_array().expect("a list") {
        let settings = fault.as_table().expect("a table").iter();
        let settings: Vec<(&str, String)> = settings
            .map(|(key, value)| (key.as_str(), value.as_str().map_or(value.to_string(), str::to_owned)))
            .collect();
        let settings = settings.iter().map(|(key, value)| (*key, value.as_str()));
        let request = add_fault::Request::from_settings(settings).expect("a fault");
        let frame = Buffer::filled(|out| encode("ZFAD", &request, None, out));
        administer(hsm, std::str::from_utf8(&frame).expect("text"));
    }
}

fn is_expired(result: Result<Client, Error>) -> bool {
    result.err().is_some_and(|error| error.to_string().to_lowercase().contains("expired"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_sees_each_fault_of_the_script_and_recovers_from_those_it_can() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let client = Client::connect(options(&hsm)).await.expect("connects");
    play(&hsm);

    // Waits, and is answered.
    let started = Instant::now();
    assert_eq!(client.raw(ECHO).await.expect("a reply").as_str(), ECHO);
    assert!(started.elapsed() >= Duration::from_millis(20));
    // Is told.
    assert!(client.raw("[AOHASH;]").await.expect("a reply").starts_with("[AOERRO;AM203;"));
    let made = client.raw("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]").await.expect("a reply");
    assert!(made.starts_with("[AOERRO;AM500;"), "{}", made.as_str());
    // Asks again: nobody notices.
    for (frame, kind) in [("[AORAND;CM8;]", "C"), ("[AOGHSH;RG1;BO00;]", "L"), ("[AOPRMD;]", "H")] {
        for _ in 0..6 {
            let reply = client.raw(frame).await.unwrap_or_else(|error| panic!("{frame}: {error}"));
            assert_eq!(reply[..7], frame[..7]);
        }
        assert!(told(&hsm, kind).is_some_and(|(_, struck)| struck >= 2), "{frame}");
    }
    // Tells what is wrong, and makes a new connection.
    assert!(matches!(client.raw("[AOGPKM;]").await, Err(Error::Protocol { .. })));
    let hasty = Options { deadlines: Deadlines::all(Duration::from_secs(1)), ..options(&hsm) };
    let hasty = Client::connect(hasty).await.expect("connects");
    assert!(matches!(hasty.raw("[AORKEY;FS2;]").await, Err(Error::Timeout { .. })));
    // Cannot know.
    client.raw("[AOGWKS;FS2;CT3;AS1;]").await.expect("a reply");
    assert_eq!(client.raw(ECHO).await.expect("a reply").as_str(), ECHO);

    // Tries again, then tells it; the same client works as soon as the HSM is back.
    wait_for("the HSM to go away", || told(&hsm, "R").is_none_or(|(begins, _)| begins == 0));
    assert!(matches!(client.raw(ECHO).await, Err(Error::Io { .. })));
    wait_for("its return", || told(&hsm, "R").is_none());
    let back = Instant::now();
    while client.raw(ECHO).await.is_err() {
        assert!(back.elapsed() < Duration::from_secs(15), "the client does not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let open = Client::connect(options(&hsm)).await.expect("connects");
    assert_eq!(open.raw(ECHO).await.expect("a reply").as_str(), ECHO);

    // Says whose certificate is over. Connections that are open stay.
    for (kind, told_to_client) in [("X", "the client's"), ("Y", "the HSM's")] {
        wait_for("certificates to be over", || told(&hsm, kind).is_none_or(|(begins, _)| begins == 0));
        let connected = match Client::connect(options(&hsm)).await {
            // With TLS 1.3 a client learns only after its handshake that it was refused.
            Ok(client) => client.raw(ECHO).await.map(|_| client),
            Err(error) => Err(error),
        };
        let said = connected.as_ref().err().map(ToString::to_string);
        assert!(is_expired(connected), "{told_to_client}: {said:?}");
        assert_eq!(open.raw(ECHO).await.expect("a reply").as_str(), ECHO);
        wait_for("the end of it", || told(&hsm, kind).is_none());
    }
    let client = Client::connect(options(&hsm)).await.expect("connects");
    assert_eq!(client.raw(ECHO).await.expect("a reply").as_str(), ECHO);
}
