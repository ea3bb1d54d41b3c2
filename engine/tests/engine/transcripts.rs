//! Replays every transcript in process. With `STRONGROOM_WRITE_TRANSCRIPTS=1` it writes the answers instead, for a
//! person to check.

use std::fs;

use engine::Policy;
use fixtures::transcript::{self, FIRST_TENANT, SEED, Transcript};
use protocol::ErrorCode;
use protocol::command::Command;

use crate::support::InProcess;

/// Reply fields that need a policy of their own, with which no transcript begins; `policy.rs` shows them.
const SHOWN_ELSEWHERE: &[(&str, &str)] = &[("link/restrictions", "BB")];

pub(crate) fn hsm(transcript: &Transcript) -> InProcess {
    let names = [FIRST_TENANT].into_iter().chain(transcript.tenants.iter().map(String::as_str));
    InProcess::of(SEED, names.map(|name| (name, Policy::default())))
}

#[test]
fn every_transcript_holds() {
    let write = std::env::var_os("STRONGROOM_WRITE_TRANSCRIPTS").is_some();
    let mut failures = Vec::new();
    for transcript in transcript::all() {
        let mut hsm = hsm(&transcript);
        let mut replay = transcript.replay();
        while let Some(ask) = replay.ask() {
            let answer = hsm.say(&ask.speaker, &ask.request);
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
fn every_number_of_major_keys_and_of_rights_is_reached() {
    let replies: Vec<String> = transcript::all()
        .iter()
        .flat_map(|transcript| transcript.exchanges().map(|(_, reply)| reply.to_owned()).collect::<Vec<_>>())
        .collect();
    for code in ErrorCode::ALL.iter().filter(|code| matches!(code.number() / 100, 5 | 6)) {
        let start = format!("[AOERRO;AM{code};");
        assert!(replies.iter().any(|reply| reply.starts_with(&start)), "no transcript shows {code:?}");
    }
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
