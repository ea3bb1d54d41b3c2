//! Replays every transcript in process. With `STRONGROOM_WRITE_TRANSCRIPTS=1` it writes the answers instead, for a
//! person to check.

use std::collections::HashMap;
use std::fs;

use engine::provision::{self, Seed};
use engine::random::Generator;
use engine::tenant::TenantName;
use engine::{Channel, Facts, Hsm, Policy, Session, Timestamp};
use fixtures::transcript::{self, Ask, FIRST_TENANT, SEED, Transcript};
use protocol::command::{Command, Request};
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Refused, Strictness};

/// Reply fields that need a policy of their own, with which no transcript begins; `policy.rs` shows them.
const SHOWN_ELSEWHERE: &[(&str, &str)] = &[("link/restrictions", "BB")];

/// An HSM in process, with a connection for everybody who speaks.
struct InProcess {
    seed: Seed,
    hsm: Hsm,
    connections: HashMap<String, (Session, Generator)>,
}

impl InProcess {
    fn new(transcript: &Transcript) -> Self {
        let seed = Seed::from_text(SEED);
        let names = [FIRST_TENANT].into_iter().chain(transcript.tenants.iter().map(String::as_str));
        let tenants = names.map(|name| (TenantName::new(name).expect("a name"), Policy::default()));
        let facts = Facts {
            serial: seed.serial(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: Timestamp(0),
            listeners: vec![("tls".to_owned(), "127.0.0.1:9100".to_owned())],
        };
        let state = provision::state(tenants, &seed).expect("ready tenants");
        Self { seed, hsm: Hsm::new(facts, state), connections: HashMap::new() }
    }

    fn answer(&mut self, ask: &Ask) -> String {
        let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
        deframer.spare()[..ask.request.len()].copy_from_slice(ask.request.as_bytes());
        deframer.advance(ask.request.len());
        let mut out = Vec::new();
        match deframer.poll() {
            Ok(message) => {
                let message = message.expect("a whole frame");
                let echo = message.echo();
                match Request::decode(&message) {
                    Ok(decoded) => self.serve(&ask.speaker, decoded.value, echo, &mut out),
                    Err(error) => protocol::error::write(&mut out, error.code(), 0, &error, echo),
                }
            }
            Err(Refused { error, echo }) => protocol::error::write(&mut out, error.code(), 0, &error, echo),
        }
        String::from_utf8(out).expect("text")
    }

    fn serve(&mut self, speaker: &str, request: Request, echo: Option<&[u8]>, out: &mut Vec<u8>) {
        let state = self.hsm.snapshot();
        let number = u64::try_from(self.connections.len()).expect("few");
        let (session, random) = self.connections.entry(speaker.to_owned()).or_insert_with(|| {
            let channel = match state.find(speaker) {
                Some(tenant) => Channel::Application(tenant),
                None => Channel::Administration,
            };
            (Session::new(channel), self.seed.connection(number))
        });
        match self.hsm.execute(&state, session, request, Timestamp(60), random) {
            Ok(outcome) => {
                if !outcome.changes.is_empty() {
                    let mut next = (**state).clone();
                    outcome.changes.iter().for_each(|change| next.apply(change));
                    self.hsm.publish(next);
                }
                outcome.response.encode(echo, out);
            }
            Err(error) => protocol::error::write(out, error.code(), error.detail(), &error, echo),
        }
    }
}

#[test]
fn every_transcript_holds() {
    let write = std::env::var_os("STRONGROOM_WRITE_TRANSCRIPTS").is_some();
    let mut failures = Vec::new();
    for transcript in transcript::all() {
        let mut hsm = InProcess::new(&transcript);
        let mut replay = transcript.replay();
        while let Some(ask) = replay.ask() {
            let answer = hsm.answer(&ask);
            failures.extend(replay.answer(&answer).err());
        }
        if write {
            let file = transcript::folder().join(&transcript.path).with_extension("txt");
            fs::write(&file, replay.rewritten()).expect("written");
        }
    }
    assert!(write || failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn every_command_has_its_transcript_and_every_tag_is_in_it() {
    let transcripts = transcript::all();
    assert_eq!(transcripts.len(), Command::ALL.len(), "a transcript of no command");
    for command in Command::ALL {
        let spec = command.spec();
        let transcript = transcripts.iter().find(|transcript| transcript.path == spec.path);
        let transcript = transcript.unwrap_or_else(|| panic!("no transcript {}", spec.path));
        let begins = format!("[AO{};", spec.name);
        for (fields, is_request) in [(spec.request, true), (spec.response, false)] {
            for field in fields {
                let marker = format!(";{}", field.tag);
                let seen = transcript.exchanges().any(|(request, reply)| {
                    let frame = if is_request { request } else { reply };
                    frame.starts_with(&begins) && frame.contains(&marker)
                });
                let elsewhere = SHOWN_ELSEWHERE.contains(&(spec.path, field.tag.to_string().as_str()));
                assert!(
                    seen != elsewhere,
                    "{}: no {} in {}",
                    spec.path,
                    field.tag,
                    if is_request { "a request" } else { "a reply" }
                );
            }
        }
    }
}
