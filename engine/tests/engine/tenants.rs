//! Tenants created, suspended and deleted over administration.

use engine::State;
use engine::provision::{self, Seed};
use engine::record::{Record, Stored};
use protocol::ErrorCode;
use protocol::command::Command;

use crate::support::{InProcess, SEED, is_refused, value};

/// What a store keeps of all that an HSM has handed out.
fn kept(hsm: &InProcess) -> Vec<Stored> {
    let mut kept: Vec<Stored> = Vec::new();
    for Record { table, key, value } in &hsm.stored {
        kept.retain(|known| (known.table, &known.key) != (*table, key));
        kept.extend(value.clone().map(|value| Stored { table: *table, key: key.clone(), value }));
    }
    kept
}

fn restarted(hsm: &InProcess) -> InProcess {
    let state = State::load([], &kept(hsm), &provision::device(&Seed::from_text(SEED))).expect("loads");
    InProcess::in_state(Seed::from_text(SEED), state)
}

fn administer(hsm: &mut InProcess, frame: &str) -> String {
    let reply = hsm.say("administration", frame);
    assert!(!reply.starts_with("[AOERRO;"), "{frame}: {reply}");
    reply
}

#[test]
fn a_created_tenant_works_and_comes_back_after_a_restart() {
    let mut hsm = InProcess::new(&[]);
    administer(&mut hsm, "[AOZTCR;RTacme;RC20;KGY;]");
    let block = value(&hsm.say("acme", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
    value(&hsm.say("acme", &format!("[AOGPKA;BG{block};RC19;]")), "RC");
    let told = hsm.say("administration", "[AOZTEN;RTacme;]");
    let mut again = restarted(&hsm);
    assert_eq!(again.say("administration", "[AOZTEN;RTacme;]"), told);
    value(&again.say("acme", "[AOGPKR;RC19;]"), "AE");
    let small = again.say("administration", "[AOZTCH;RTacme;RC19;]");
    assert!(is_refused(&small, ErrorCode::FieldInvalid), "{small}");
    administer(&mut again, "[AOZTCH;RTacme;RC30;]");
    value(&again.say("acme", &format!("[AOGPKA;BG{block};RC29;]")), "RC");
}

#[test]
fn rules_for_certificates_hold_at_once_and_after_a_restart() {
    let mut hsm = InProcess::new(&[]);
    administer(&mut hsm, "[AOZTCR;RTacme;KGY;CRN;]");
    value(&hsm.say("acme", "[AOGECC;RA2;CZS;RC1;]"), "RD");
    let root = value(&hsm.say("acme", "[AOASGC;RC1;BF19700101;XE36500;BCCA:TRUE;RTroot;]"), "RV");
    let (trust, sha1) = (format!("[AOAVPC;CZV;RV{root};]"), "[AOASYR;RC1;RG1;RTleaf;]");
    let mut again = restarted(&hsm);
    for hsm in [&mut hsm, &mut again] {
        assert!(is_refused(&hsm.say("acme", &trust), ErrorCode::LoginIncomplete));
        assert!(is_refused(&hsm.say("acme", sha1), ErrorCode::CertificateRefused));
    }
    administer(&mut hsm, "[AOZTCH;RTacme;CRY;SHY;]");
    let mut again = restarted(&hsm);
    for hsm in [&mut hsm, &mut again] {
        value(&hsm.say("acme", &trust), "RD");
        value(&hsm.say("acme", sha1), "RU");
    }
}

#[test]
fn a_suspended_tenant_refuses_every_command_also_after_a_restart() {
    let mut hsm = InProcess::new(&[]);
    administer(&mut hsm, "[AOZTCR;RTacme;KGY;]");
    administer(&mut hsm, "[AOZTSU;RTacme;SUY;]");
    let mut again = restarted(&hsm);
    for command in Command::ALL {
        let transcripts = fixtures::transcript::all();
        let transcript = transcripts.iter().find(|it| it.path == command.spec().path).expect("a transcript");
        let (frame, _) = transcript.example(command.spec().name).expect("an example");
        for hsm in [&mut hsm, &mut again] {
            assert!(is_refused(&hsm.say("acme", &frame), ErrorCode::TenantSuspended), "{frame}");
        }
    }
    again.stored = hsm.stored;
    administer(&mut again, "[AOZTSU;RTacme;SUN;]");
    value(&again.say("acme", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
}

#[test]
fn a_deleted_tenant_leaves_no_record_and_its_sessions_and_name_lead_nowhere() {
    let mut hsm = InProcess::new(&[]);
    administer(&mut hsm, "[AOZTCR;RTacme;KGY;]");
    let block = value(&hsm.say("acme", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
    value(&hsm.say("acme", &format!("[AOGPKA;BG{block};]")), "RC");
    assert_eq!(value(&administer(&mut hsm, "[AOZTDE;RTacme;CNacme;]"), "TT"), "1");
    assert_eq!(kept(&hsm).len(), 0);
    assert!(is_refused(&hsm.say("acme", "[AOECHO;]"), ErrorCode::TenantMissing));
    // A new tenant of the name is another one: what was under the old keys does not open, and old sessions stay out.
    administer(&mut hsm, "[AOZTCR;RTacme;KGY;]");
    assert!(is_refused(&hsm.say("acme", "[AOECHO;]"), ErrorCode::TenantMissing));
    let opened = hsm.say("acme#2", &format!("[AOECID;AI{block};AK00112233445566778899AABBCCDDEEFF;]"));
    assert!(is_refused(&opened, ErrorCode::KeyBlockRefused), "{opened}");
}

#[test]
fn what_administration_does_to_tenants_stands_in_their_own_logs() {
    let mut hsm = InProcess::new(&["default"]);
    let serial = value(&hsm.say("administration", "[AOZSTA;]"), "SG");
    let tamper = format!("[AOZTAM;SG{serial};]");
    for (frame, tenants) in [
        ("[AOZTCR;RTacme;KGY;]", &["acme"][..]),
        ("[AOZTSU;RTacme;SUY;]", &["acme"]),
        ("[AOZTUL;RTdefault;IDAdmin1;]", &["default"]),
        (tamper.as_str(), &["default", "acme"]),
        ("[AOZTDE;RTacme;CNacme;]", &["acme"]),
    ] {
        let before = hsm.events.len();
        administer(&mut hsm, frame);
        let of = |event: &engine::Event| event.tenant.as_ref().map(|name| name.as_str().to_owned());
        let events = &hsm.events[before..];
        assert_eq!(of(&events[0]), None, "{frame}");
        assert_eq!(events[1..].iter().filter_map(of).collect::<Vec<_>>(), tenants, "{frame}");
        assert!(events[1..].iter().all(|it| it.what == format!("administration: {}", events[0].what)), "{frame}");
    }
    // What is refused is worded as what was not done, and concerns no tenant.
    let before = hsm.events.len();
    hsm.say("administration", "[AOZTCR;RTdefault;]");
    let events = &hsm.events[before..];
    assert_eq!((events.len(), events[0].what.as_str()), (1, "not done: tenant default created"));
}

#[test]
fn the_audit_tells_what_of_a_tenant_was_changed() {
    let mut hsm = InProcess::new(&[]);
    let mut told = |frame: &str| {
        let before = hsm.events.len();
        hsm.say("administration", frame);
        // The tenant's log has it too.
        let own = hsm.events[before..].iter().find(|event| event.tenant.is_none());
        own.map_or_else(String::new, |event| event.what.clone())
    };
    assert_eq!(told("[AOZTCR;RTacme;]"), "tenant acme created");
    assert_eq!(told("[AOZTCR;RTother;CRY;SHY;]"), "tenant other created: roots without dual control, SHA-1 signatures");
    for (fields, said) in [
        ("CRY;SHY;", "roots without dual control, SHA-1 signatures"),
        ("CRN;SHN;", "roots under dual control, no SHA-1 signatures"),
        ("RC50;CM4;OFTR31;", "50 slots, check values of 4 digits, key blocks only"),
        ("OFCRYPTOGRAM;", "cryptograms only"),
        ("OFTR31,CRYPTOGRAM;SHY;", "key blocks and cryptograms, SHA-1 signatures"),
        ("CC;", "client CA none"),
    ] {
        assert_eq!(told(&format!("[AOZTCH;RTacme;{fields}]")), format!("tenant acme changed: {said}"));
    }
    assert_eq!(told("[AOZTCH;RTnobody;SHY;]"), "not done: tenant nobody changed: SHA-1 signatures");
    let transcript =
        fixtures::transcript::all().into_iter().find(|it| it.path == "admin/change_tenant").expect("its own");
    let given = transcript.exchanges().map(|(request, _)| request.to_owned()).find(|it| it.contains(";CC30"));
    told(&given.expect("a client CA"));
    let ca = value(&hsm.say("administration", "[AOZTEN;RTacme;]"), "CC");
    let said = format!("tenant acme changed: client CA {ca}");
    assert!(hsm.events.iter().any(|event| event.what == said), "{said}");
}
