//! Every transcript over mutual TLS, byte for byte, and once more through the client crate.

use std::collections::HashMap;

use fixtures::transcript::{self, SEED, Transcript};

use crate::support::{Hsm, TlsStream, ask, directory};

/// A seeded HSM with the transcript's tenants.
fn hsm(home: &std::path::Path, transcript: &Transcript) -> Hsm {
    let mut arguments = vec!["--seed", SEED];
    transcript.tenants.iter().for_each(|tenant| arguments.extend(["--tenant", tenant]));
    Hsm::dev(home, &arguments)
}

#[test]
fn every_transcript_holds_over_tls() {
    for transcript in transcript::all() {
        let home = directory();
        let hsm = hsm(home.path(), &transcript);
        let mut connections: HashMap<String, TlsStream> = HashMap::new();
        let mut replay = transcript.replay();
        while let Some(said) = replay.ask() {
            let stream = connections.entry(said.speaker.clone()).or_insert_with(|| match said.speaker.as_str() {
                "administration" => hsm.tls("administration", Some(&hsm.administrator())),
                tenant => hsm.tls("tls", Some(&hsm.client(tenant_of(tenant)))),
            });
            let answer = ask(stream, &said.request);
            replay.answer(&answer).unwrap_or_else(|difference| panic!("{difference}"));
        }
    }
}

#[tokio::test]
async fn every_transcript_holds_through_the_client() {
    for transcript in transcript::all() {
        let home = directory();
        let hsm = hsm(home.path(), &transcript);
        let mut clients = HashMap::new();
        let mut replay = transcript.replay();
        while let Some(said) = replay.ask() {
            if !clients.contains_key(&said.speaker) {
                clients.insert(said.speaker.clone(), client(&hsm, &said.speaker).await);
            }
            let answer = clients[&said.speaker].raw(&said.request).await.expect("an answer");
            replay.answer(&answer).unwrap_or_else(|difference| panic!("{difference}"));
        }
    }
}

/// `default#2` is a second connection of the tenant `default`.
fn tenant_of(speaker: &str) -> &str {
    speaker.split('#').next().unwrap_or(speaker)
}

async fn client(hsm: &Hsm, speaker: &str) -> client::Client {
    let (listener, identity) = match speaker {
        "administration" => ("/administration", hsm.administrator()),
        tenant => ("/tls", hsm.client(tenant_of(tenant))),
    };
    let tls = client::Tls {
        ca: hsm.ready("/ca").into(),
        identity: Some(identity),
        server_name: Some("localhost".to_owned()),
    };
    client::Client::connect(client::Options::tls(hsm.ready(listener), tls)).await.expect("connects")
}
