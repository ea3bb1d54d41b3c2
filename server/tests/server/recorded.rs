//! What was done is in the audit, or it is refused: also where more waits for the store than may wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use engine::attest::Nobody;
use engine::audit::{Chains, Entry, Log, NoLog};
use engine::provision::{self, Seed};
use engine::record::Record;
use engine::tenant::TenantName;
use engine::{Channel, Event, Facts, Hsm, Origin, Policy, Timestamp};
use protocol::ErrorCode;
use protocol::buffer::Buffer;
use protocol::frame::{Kept, Limits, Message, Strictness};
use server::committer::Committer;
use server::emulation::Emulation;
use server::metrics::Metrics;
use server::ready_pairs::ReadyPairs;
use server::seed::Randomness;
use server::service::{self, Party, Refusal, Service, Unserved};
use server::slow::Slow;
use server::store::memory::Memory;
use server::store::{Error, Opened, Revision, Snapshot, Store};

/// A memory store that lets commits wait, or fails them.
#[derive(Debug)]
struct Slowed {
    store: Memory,
    waits: Arc<AtomicBool>,
    fails: Arc<AtomicBool>,
}

impl Store for Slowed {
    fn load(&self) -> Result<Snapshot, Error> {
        self.store.load()
    }

    fn commit(&mut self, at: Revision, records: &[&Record], entries: &[Entry]) -> Result<Revision, Error> {
        while self.waits.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        if self.fails.load(Ordering::SeqCst) {
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

struct House {
    service: Service,
    waits: Arc<AtomicBool>,
    fails: Arc<AtomicBool>,
}

impl House {
    fn new() -> Self {
        let randomness = Randomness::Seed(Arc::new(Seed::from_text("recorded")));
        let seed = Seed::from_text("recorded");
        let name = TenantName::new("default").expect("a name");
        let state = provision::state([(name, Policy::default())], &seed).expect("a state");
        let facts = Facts { serial: "S".into(), version: "1".into(), started: Timestamp(0), listeners: vec![] };
        let hsm = Arc::new(Hsm::new(facts, provision::device(&seed), Box::new(Nobody), Arc::new(NoLog), state));
        let metrics = Arc::new(Metrics::new().expect("names that Prometheus takes"));
        let (waits, fails) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let store = Slowed { store: Memory::default(), waits: Arc::clone(&waits), fails: Arc::clone(&fails) };
        let opened = Opened { store: Box::new(store), revision: 0, chains: Chains::default() };
        let (committer, _) = Committer::start(Arc::clone(&hsm), opened, Arc::clone(&metrics)).expect("a thread");
        let service = Service {
            hsm,
            committer,
            slow: Slow::new(1, 10, Arc::clone(&metrics)),
            ready_pairs: ReadyPairs::new(0, &randomness),
            metrics,
            emulation: Emulation::default(),
            limits: server::config::Limits::default(),
            randomness,
            connections: AtomicU64::default(),
        };
        Self { service, waits, fails }
    }

    fn party(&self) -> Box<Party> {
        let tenant = self.service.hsm.snapshot().find("default").expect("the tenant");
        self.service.party(Channel::Application(tenant), &Origin::default()).expect("randomness")
    }

    /// What a change is answered.
    async fn write(&self, party: Box<Party>, frame: &str) -> (Box<Party>, Result<String, Refusal>) {
        let (party, answered) = self.service.write(party, request(frame)).await;
        let answered = answered.map(|served| text(|out| served.response.encode(None, out)));
        (party.expect("the party comes back"), answered.map_err(refusal))
    }

    /// A party of two administrators.
    async fn administrators(&self) -> Box<Party> {
        let mut party = self.party();
        for number in 1..=2 {
            for frame in [
                format!("[AOZLIN;IDAdmin{number};PWchangeme;]"),
                format!("[AOZIPW;IDAdmin{number};PWchangeme;NPcorrect horse {number};]"),
            ] {
                let (back, done) = self.write(party, &frame).await;
                done.expect("logged in");
                party = back;
            }
        }
        party
    }

    /// What a frame whose command only reads is answered, behind what was answered before.
    fn read(&self, party: &mut Party, frame: &str) -> (String, Result<usize, Unserved>) {
        let mut spans = Vec::new();
        let message = Message::parse(frame.as_bytes(), &mut spans, Limits::default(), Strictness::Strict);
        let mut result = Ok(0);
        let said = text(|out| {
            out.extend_from_slice(b"before");
            result = self.service.read(party, &message.expect("a frame"), service::now(), out);
        });
        (said, result)
    }

    /// From now on more waits than may wait.
    fn fill(&self) {
        self.waits.store(true, Ordering::SeqCst);
        self.service.committer.note(Event::of_hsm(None, "something")).expect("room");
        while self.service.committer.waiting() > 0 {
            thread::sleep(Duration::from_millis(1));
        }
        (0..2000).for_each(|_| self.service.committer.sweep());
    }
}

fn request(frame: &str) -> Kept {
    let mut spans = Vec::new();
    let message = Message::parse(frame.as_bytes(), &mut spans, Limits::default(), Strictness::Strict).expect("a frame");
    message.keep()
}

/// Why a request was refused that was decoded.
fn refusal(unserved: Unserved) -> Refusal {
    match unserved {
        Unserved::Request(refusal) => refusal,
        Unserved::Frame(_) | Unserved::Later => panic!("{unserved:?}"),
    }
}

fn text(write: impl FnOnce(&mut Buffer)) -> String {
    let mut out = Buffer::new();
    write(&mut out);
    String::from_utf8(out.to_vec()).expect("ASCII")
}

fn field(reply: &str, tag: &str) -> String {
    let field = reply.split(';').find_map(|field| field.strip_prefix(tag));
    field.unwrap_or_else(|| panic!("no {tag} in {reply}")).to_owned()
}

#[tokio::test]
async fn trust_that_cannot_be_recorded_is_not_given_and_refusals_are_answered_all_the_same() {
    let house = House::new();
    let (mut party, made) = house.write(house.administrators().await, "[AOGECC;RA2;CZS;]").await;
    let made = made.expect("a pair");
    let root = format!("[AOASGC;RC{};BCCA:TRUE;RTroot;]", field(&made, "RC"));
    let (back, root) = house.service.read_slowly(party, request(&root)).await;
    party = back.expect("the party comes back");
    let root = field(&text(|out| root.expect("a certificate").response.encode(None, out)), "RV");
    let by_people = format!("[AOZATP;RD{};CZV;]", field(&made, "RD"));
    let by_root = format!("[AOAVPC;CZV;RV{root};]");

    house.fill();
    let (said, refused) = house.read(&mut party, &by_people);
    assert_eq!((said.as_str(), refused), ("before", Err(Unserved::Request(Refusal::Busy))));
    let (back, refused) = house.service.read_slowly(party, request(&by_root)).await;
    assert_eq!(refused.map(|_| ()).map_err(refusal), Err(Refusal::Busy));
    let mut party = back.expect("the party comes back");
    let (_, refused) = house.read(&mut house.party(), "[AOZILI;]");
    assert_eq!(refused.map_err(|refusal| refusal.code()), Err(ErrorCode::PermissionMissing));

    house.waits.store(false, Ordering::SeqCst);
    while house.service.committer.waiting() > 0 {
        thread::sleep(Duration::from_millis(1));
    }
    let (said, result) = house.read(&mut party, &by_people);
    assert!(result.is_ok() && said.starts_with("before[AOZATP;"), "{said}");
    let (_, given) = house.service.read_slowly(party, request(&by_root)).await;
    assert!(given.is_ok(), "{given:?}");
}

#[tokio::test]
async fn a_backup_that_is_not_recorded_is_not_read() {
    let house = House::new();
    let party = house.administrators().await;
    let (party, unprepared) = house.service.committer.serve(party, request("[AOZBCR;]")).await;
    assert_eq!(unprepared.map_err(|refusal| refusal.code()).map(drop), Err(ErrorCode::Busy), "it is made beside");
    house.fails.store(true, Ordering::SeqCst);
    let (mut party, refused) = house.write(party.expect("the party comes back"), "[AOZBCR;]").await;
    assert_eq!(refused, Err(Refusal::Unavailable));
    house.fails.store(false, Ordering::SeqCst);
    for number in 1..=2 {
        let (back, done) = house.write(party, &format!("[AOZLIN;IDAdmin{number};PWcorrect horse {number};]")).await;
        done.expect("logged in");
        party = back;
    }
    let (_, refused) = house.read(&mut party, "[AOZBRD;NU1;]");
    assert_eq!(refused.map_err(|refusal| refusal.code()), Err(ErrorCode::BackupMissing));
    let (mut party, made) = house.write(party, "[AOZBCR;]").await;
    assert!(made.is_ok(), "{made:?}");
    assert!(house.read(&mut party, "[AOZBRD;NU1;]").1.is_ok());
}
