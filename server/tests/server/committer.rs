//! The committer: stored, then published, then answered; or nothing at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::attest::Nobody;
use engine::audit::{Chains, Entry, Log, NoLog};
use engine::provision::{self, Seed};
use engine::record::Record;
use engine::tenant::TenantName;
use engine::{Channel, Facts, Hsm, Origin, Policy, Session, Timestamp};
use protocol::ErrorCode;
use protocol::buffer::Buffer;
use protocol::command::{Request, Response};
use protocol::frame::{Kept, Limits, Message, Strictness};
use server::committer::Committer;
use server::metrics::Metrics;
use server::service::{self, Party, Refusal};
use server::store::memory::Memory;
use server::store::{Error, Opened, Revision, Snapshot, Store};

/// A memory store that fails on demand.
#[derive(Debug)]
struct Fragile {
    store: Memory,
    broken: Arc<AtomicBool>,
}

impl Store for Fragile {
    fn load(&self) -> Result<Snapshot, Error> {
        self.store.load()
    }

    fn commit(&mut self, at: Revision, records: &[&Record], entries: &[Entry]) -> Result<Revision, Error> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(Error::Unavailable("the disk is full".into()));
        }
        self.store.commit(at, records, entries)
    }

    fn log(&self) -> Arc<dyn Log> {
        self.store.log()
    }

    fn revision(&self) -> Result<Revision, Error> {
        self.store.revision()
    }
}

fn hsm() -> (Arc<Hsm>, Seed) {
    let seed = Seed::from_text("committer");
    let name = TenantName::new("default").expect("a name");
    let state = provision::state([(name, Policy::default())], &seed).expect("a state");
    let facts = Facts { serial: "S".into(), version: "1".into(), started: Timestamp(0), listeners: vec![] };
    (Arc::new(Hsm::new(facts, provision::device(&seed), Box::new(Nobody), Arc::new(NoLog), state)), seed)
}

fn metrics() -> Arc<Metrics> {
    Arc::new(Metrics::new().expect("names that Prometheus takes"))
}

fn opened(store: Box<dyn Store>) -> Opened {
    Opened { store, revision: 0, chains: Chains::default() }
}

fn request(frame: &str) -> Kept {
    let mut spans = Vec::new();
    let message = Message::parse(frame.as_bytes(), &mut spans, Limits::default(), Strictness::Strict).expect("a frame");
    message.keep()
}

fn reply(response: &Response) -> String {
    let mut out = Buffer::new();
    response.encode(None, &mut out);
    String::from_utf8(out.to_vec()).expect("ASCII")
}

fn party(hsm: &Hsm, seed: &Seed, number: u64) -> Box<Party> {
    let tenant = hsm.snapshot().find("default").expect("the tenant");
    Box::new(Party {
        session: Session::new(Channel::Application(tenant), Origin::default()),
        random: seed.connection(number),
    })
}

fn keys(hsm: &Hsm) -> usize {
    let state = hsm.snapshot();
    state.tenants().map(|tenant| tenant.table().len()).sum()
}

/// A request that adds a new key to the table.
fn addition(hsm: &Hsm, party: &mut Party) -> Kept {
    let made = service::execute(hsm, &hsm.snapshot(), party, &request("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"));
    let made = reply(&made.expect("an outcome").0.result.expect("a key"));
    let block = made.split(';').find_map(|field| field.strip_prefix("BG")).expect("a key block");
    request(&format!("[AOGPKA;BG{block};]"))
}

#[tokio::test]
async fn a_failed_commit_changes_nothing_and_says_so() {
    let (hsm, seed) = hsm();
    let broken = Arc::new(AtomicBool::new(true));
    let store = Fragile { store: Memory::default(), broken: Arc::clone(&broken) };
    let (committer, _) = Committer::start(Arc::clone(&hsm), opened(Box::new(store)), metrics()).expect("a thread");
    let mut party = party(&hsm, &seed, 0);
    let change = addition(&hsm, &mut party);

    let (party, refused) = committer.serve(party, change.message().keep()).await;
    assert_eq!(refused, Err(Refusal::Unavailable));
    assert_eq!(keys(&hsm), 0, "nothing is published that is not stored");

    broken.store(false, Ordering::SeqCst);
    let (_, added) = committer.serve(party.expect("the party comes back"), change).await;
    assert!(reply(&added.expect("added")).starts_with("[AOGPKA;RC0;"), "the failed one took no slot");
    assert_eq!(keys(&hsm), 1);
}

#[tokio::test]
async fn what_is_answered_is_published_and_waiting_changes_see_one_another() {
    let (hsm, seed) = hsm();
    let (committer, thread) =
        Committer::start(Arc::clone(&hsm), opened(Box::<Memory>::default()), metrics()).expect("a thread");
    let mut waiting = Vec::new();
    for number in 0..100 {
        let mut party = party(&hsm, &seed, number);
        let change = addition(&hsm, &mut party);
        let (committer, hsm) = (committer.clone(), Arc::clone(&hsm));
        waiting.push(tokio::spawn(async move {
            let (_, added) = committer.serve(party, change).await;
            let slot = reply(&added.expect("added"));
            assert!(keys(&hsm) > 0, "published before it is answered");
            slot.split(';').nth(1).expect("RC").to_owned()
        }));
    }
    let mut slots = Vec::new();
    for task in waiting {
        slots.push(task.await.expect("served"));
    }
    slots.sort();
    slots.dedup();
    assert_eq!((slots.len(), keys(&hsm)), (100, 100), "every change has a slot of its own");
    drop(committer);
    thread.join().expect("it ends when nobody can ask it any more");
}

#[tokio::test]
async fn a_refused_change_is_the_engine_s_refusal() {
    let (hsm, seed) = hsm();
    let (committer, _) =
        Committer::start(Arc::clone(&hsm), opened(Box::<Memory>::default()), metrics()).expect("a thread");
    let (_, refused) = committer.serve(party(&hsm, &seed, 0), request("[AOGPKD;RC7;]")).await;
    let Err(Refusal::Engine(error)) = refused else { panic!("{refused:?}") };
    assert_eq!(error.code(), ErrorCode::KeyMissing);
}

/// What one request allows another that was looked at before it, so that nothing was prepared.
#[tokio::test]
async fn the_committer_does_no_slow_work() {
    let (hsm, seed) = hsm();
    let (committer, _) =
        Committer::start(Arc::clone(&hsm), opened(Box::<Memory>::default()), metrics()).expect("a thread");
    let mut maker = party(&hsm, &seed, 0);
    let work = {
        let Party { session, random } = &mut *maker;
        let asked = request("[AOGRSA;RA10001;RB2048;CZS;]");
        let asked = Request::decode(&asked.message()).expect("a request").value;
        hsm.prepare(&hsm.snapshot(), session, &asked, service::now(), random)
    };
    maker.session.put_done(work.run());
    let (maker, made) = committer.serve(maker, request("[AOGRSA;RA10001;RB2048;CZS;]")).await;
    let made = reply(&made.expect("what was prepared is there"));
    let block = made.split(';').find_map(|field| field.strip_prefix("RC")).expect("a key block");
    let mut party = maker.expect("the party comes back");
    for frame in [
        "[AOGRSA;RA10001;RB4096;CZS;]",
        "[AOGECC;RA2;CZS;]",
        "[AOZLIN;IDAdmin1;PWchangeme;]",
        &format!("[AOASYL;BG{block};]"),
        &format!("[AOLRSA;BG{block};]"),
    ] {
        let (back, refused) = committer.serve(party, request(frame)).await;
        let Err(Refusal::Engine(error)) = refused else { panic!("{frame}: {refused:?}") };
        assert_eq!(error.code(), ErrorCode::Busy, "{frame}");
        party = back.expect("the party comes back");
    }
    assert_eq!(keys(&hsm), 0);
}
