//! An HSM in process, with a connection for everybody who speaks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use engine::attest::{Attest, Attestation};
use engine::audit::{Chains, Entry, Head, Log};
use engine::hsm::Unserved;
use engine::key::derive::Kbpk;
use engine::key::key_block::{self, Header, Padding};
use engine::key::{KeyMaterial, WorkingKey};
use engine::major_key::MajorKeyKind;
use engine::provision::{self, Seed};
use engine::random::Generator;
use engine::record::Record;
use engine::tenant::TenantName;
use engine::{Channel, Error, Event, Facts, Hsm, Origin, Policy, Session, State, Timestamp};
use protocol::ErrorCode;
use protocol::buffer::Buffer;
use protocol::command::{Command, Effect, Request};
use protocol::deframer::Deframer;
use protocol::frame::{Kept, Limits, Message, Refused, Strictness};

/// What seeds an HSM where a test does not care.
pub(crate) const SEED: &str = "engine tests";

/// Stands where a server signs with the key of its certificate.
#[derive(Debug)]
struct Stamp;

impl Attest for Stamp {
    fn attest(&self, message: &[u8]) -> Option<Attestation> {
        Some(Attestation { scheme: 0, signature: message.to_vec() })
    }
}

/// Stands where a server has its store.
#[derive(Debug, Default)]
struct Book(Mutex<(Chains, Vec<Entry>)>);

impl Book {
    fn put(&self, now: Timestamp, event: &Event) {
        let (chains, entries) = &mut *self.0.lock().expect("nobody panicked");
        entries.push(chains.link(now, event));
    }
}

impl Log for Book {
    fn entries(&self, log: &str, after: u64, most: usize) -> Option<Vec<Entry>> {
        let entries = &self.0.lock().expect("nobody panicked").1;
        Some(entries.iter().filter(|it| it.log == log && it.number > after).take(most).cloned().collect())
    }

    fn head(&self, log: &str) -> Option<Head> {
        let entries = &self.0.lock().expect("nobody panicked").1;
        Some(entries.iter().rfind(|entry| entry.log == log).map(Entry::head).unwrap_or_default())
    }
}

pub(crate) struct InProcess {
    seed: Seed,
    hsm: Hsm,
    log: Arc<Book>,
    connections: HashMap<String, (Session, Generator)>,
    /// The time.
    pub(crate) now: Timestamp,
    /// All that was to be stored, in order.
    pub(crate) stored: Vec<Record>,
    /// All that the audit recorded.
    pub(crate) events: Vec<Event>,
    /// Why the last request was refused, where the engine did.
    pub(crate) refusal: Option<Error>,
}

impl InProcess {
    /// Tenants with the default policy.
    pub(crate) fn new(tenants: &[&str]) -> Self {
        Self::of(SEED, tenants.iter().map(|name| (*name, Policy::default())))
    }

    /// One tenant, `default`, with a policy.
    pub(crate) fn with_policy(policy: Policy) -> Self {
        Self::of(SEED, [("default", policy)])
    }

    pub(crate) fn of<'a>(seed: &str, tenants: impl IntoIterator<Item = (&'a str, Policy)>) -> Self {
        let seed = Seed::from_text(seed);
        let tenants = tenants.into_iter().map(|(name, policy)| (TenantName::new(name).expect("a name"), policy));
        let state = provision::state(tenants, &seed).expect("ready tenants");
        Self::in_state(seed, state)
    }

    pub(crate) fn in_state(seed: Seed, state: State) -> Self {
        let facts = Facts {
            serial: seed.serial(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: Timestamp(0),
            listeners: vec![("tls".to_owned(), "127.0.0.1:9100".to_owned())],
        };
        let log = Arc::<Book>::default();
        let hsm = Hsm::new(facts, provision::device(&seed), Box::new(Stamp), log.clone(), state);
        let (connections, stored, events) = (HashMap::new(), Vec::new(), Vec::new());
        Self { seed, hsm, log, connections, now: Timestamp(60), stored, events, refusal: None }
    }

    /// The state as it is now.
    pub(crate) fn state(&self) -> Arc<State> {
        Arc::clone(&self.hsm.snapshot())
    }

    /// A tenant's major key in clear.
    pub(crate) fn major_key(&self, tenant: &str, kind: MajorKeyKind) -> KeyMaterial {
        let state = self.state();
        let tenant = state.find(tenant).and_then(|id| state.tenant(id)).expect("the tenant");
        tenant.major_keys().find(kind).expect("loaded").expose().clone()
    }

    /// The tenant `default` says a frame.
    pub(crate) fn ask(&mut self, frame: &str) -> String {
        self.say("default", frame)
    }

    /// The value of a tag in the reply, which must not be a refusal.
    pub(crate) fn value(&mut self, frame: &str, tag: &str) -> String {
        value(&self.ask(frame), tag)
    }

    /// Somebody says a frame: a tenant, or `administration`.
    pub(crate) fn say(&mut self, speaker: &str, frame: &str) -> String {
        let replies = self.receive(speaker, frame.as_bytes());
        assert_eq!(replies.len(), 1, "one whole frame: {frame:?}");
        replies.into_iter().next().unwrap_or_default()
    }

    /// Bytes arrive on a connection of their own; gives the replies up to the end, or to what closes the connection.
    pub(crate) fn receive(&mut self, speaker: &str, bytes: &[u8]) -> Vec<String> {
        self.refusal = None;
        let mut deframer = Deframer::new(Limits::default(), self.strictness(speaker));
        let mut replies = Vec::new();
        let mut rest = bytes;
        loop {
            let spare = deframer.spare();
            let taken = spare.len().min(rest.len());
            spare[..taken].copy_from_slice(&rest[..taken]);
            deframer.advance(taken);
            rest = &rest[taken..];
            while let Some((reply, is_last)) = self.next(speaker, &mut deframer) {
                replies.push(reply);
                if is_last {
                    return replies;
                }
            }
            if rest.is_empty() {
                return replies;
            }
        }
    }

    /// The reply to the next whole frame, and whether the connection closes after it.
    fn next(&mut self, speaker: &str, deframer: &mut Deframer) -> Option<(String, bool)> {
        let mut out = Buffer::new();
        let mut is_last = false;
        match deframer.poll() {
            Ok(message) => {
                let message = message?;
                let echo = message.echo();
                match Command::parse(message.command()).map(|command| command.spec().effect) {
                    Some(Effect::Reads) if self.answer(speaker, &message, &mut out) => {}
                    _ => match Request::decode(&message) {
                        Ok(decoded) => self.serve(speaker, decoded.value, echo, &mut out),
                        Err(error) => protocol::error::write(&mut out, error.code(), 0, &error, echo),
                    },
                }
            }
            Err(Refused { error, echo }) => {
                is_last = error.is_fatal();
                protocol::error::write(&mut out, error.code(), 0, &error, echo);
            }
        }
        Some((String::from_utf8(out.to_vec()).expect("text"), is_last))
    }

    fn strictness(&self, speaker: &str) -> Strictness {
        let state = self.hsm.snapshot();
        let tenant = state.find(tenant_of(speaker)).and_then(|id| state.tenant(id));
        tenant.map_or(Strictness::Lenient, |tenant| tenant.policy().strictness)
    }

    /// Whether there is slow work to do before a frame of the tenant's is served.
    pub(crate) fn prepares(&mut self, frame: &str) -> bool {
        let state = self.hsm.snapshot();
        let (session, random) = connection(&mut self.connections, &state, &self.seed, "default");
        let kept = kept(frame);
        !self.hsm.prepare(&state, session, &request(&kept), self.now, random).is_done()
    }

    /// Whether a frame of the tenant's, whose command only reads, is served where nobody waits beside it.
    pub(crate) fn is_slow(&mut self, frame: &str) -> bool {
        let state = self.hsm.snapshot();
        let (session, random) = connection(&mut self.connections, &state, &self.seed, "default");
        let answer = self.hsm.answer(&state, session, &kept(frame).message(), self.now, random, &mut Buffer::new());
        answer.result == Err(Unserved::Slow)
    }

    /// As a server answers what only reads; not what is slow.
    fn answer(&mut self, speaker: &str, message: &Message<'_>, out: &mut Buffer) -> bool {
        let state = self.hsm.snapshot();
        let (session, random) = connection(&mut self.connections, &state, &self.seed, speaker);
        let answer = self.hsm.answer(&state, session, message, self.now, random, out);
        answer.events.iter().for_each(|event| self.log.put(self.now, event));
        self.events.extend(answer.events);
        match answer.result {
            Ok(_) => {}
            Err(Unserved::Wire(error)) => protocol::error::write(out, error.code(), 0, &error, message.echo()),
            Err(Unserved::Engine(error)) => {
                protocol::error::write(out, error.code(), error.detail(), &error, message.echo());
                self.refusal = Some(error);
            }
            Err(Unserved::Slow) => return false,
        }
        true
    }

    fn serve(&mut self, speaker: &str, request: Request<'_>, echo: Option<&[u8]>, out: &mut Buffer) {
        let state = self.hsm.snapshot();
        let (session, random) = connection(&mut self.connections, &state, &self.seed, speaker);
        let work = self.hsm.prepare(&state, session, &request, self.now, random);
        session.put_done(work.run());
        let outcome = self.hsm.execute(&state, session, request, self.now, random);
        if !outcome.changes.is_empty() {
            let mut next = (**state).clone();
            outcome.changes.iter().for_each(|change| next.apply(change));
            self.stored.extend(outcome.changes.iter().filter_map(|change| change.record().cloned()));
            self.hsm.publish(next);
        }
        outcome.events.iter().for_each(|event| self.log.put(self.now, event));
        self.events.extend(outcome.events);
        match outcome.result {
            Ok(response) => response.encode(echo, out),
            Err(error) => {
                protocol::error::write(out, error.code(), error.detail(), &error, echo);
                self.refusal = Some(error);
            }
        }
    }
}

/// Tenants whose first has its administrators logged in, with passwords of their own.
pub(crate) fn administered(tenants: &[&str]) -> InProcess {
    let mut hsm = InProcess::new(tenants);
    for number in 1..=2 {
        hsm.value(&format!("[AOZLIN;IDAdmin{number};PWchangeme;]"), "RO");
        hsm.value(&format!("[AOZIPW;IDAdmin{number};PWchangeme;NPcorrect horse {number};]"), "ID");
    }
    hsm
}

type Connections = HashMap<String, (Session, Generator)>;

/// The connection of whoever speaks, made when they first do.
fn connection<'a>(
    connections: &'a mut Connections,
    state: &State,
    seed: &Seed,
    speaker: &str,
) -> (&'a mut Session, &'a mut Generator) {
    let number = u64::try_from(connections.len()).expect("few");
    let (session, random) = connections.entry(speaker.to_owned()).or_insert_with(|| {
        let channel = match state.find(tenant_of(speaker)) {
            Some(tenant) => Channel::Application(tenant),
            None => Channel::Administration,
        };
        (Session::new(channel, Origin::default()), seed.connection(number))
    });
    (session, random)
}

/// `default#2` is a second connection of the tenant `default`.
fn tenant_of(speaker: &str) -> &str {
    speaker.split('#').next().unwrap_or(speaker)
}

/// The value of a tag in a reply that is no refusal.
pub(crate) fn value(reply: &str, tag: &str) -> String {
    assert!(!reply.starts_with("[AOERRO;"), "{reply}");
    let field = reply.trim_matches(['[', ']']).split(';').find_map(|field| field.strip_prefix(tag));
    field.unwrap_or_else(|| panic!("no {tag} in {reply}")).to_owned()
}

/// What hexadecimal digits stand for.
pub(crate) fn bytes(digits: &str) -> Vec<u8> {
    let mut bytes = vec![0; digits.len() / 2];
    assert!(protocol::hex::decode(digits.as_bytes(), &mut bytes), "{digits}");
    bytes
}

/// Whether a reply is a refusal with this number.
pub(crate) fn is_refused(reply: &str, code: ErrorCode) -> bool {
    reply.starts_with(&format!("[AOERRO;AM{code};"))
}

/// A frame that was read.
pub(crate) fn kept(frame: &str) -> Kept {
    let mut spans = Vec::new();
    let message = Message::parse(frame.as_bytes(), &mut spans, Limits::default(), Strictness::Strict);
    message.expect("a frame").keep()
}

/// The request in a frame.
pub(crate) fn request(kept: &Kept) -> Request<'_> {
    Request::decode(&kept.message()).expect("a request").value
}

/// A key block of the header's version, made beside the HSM.
pub(crate) fn wrapped(kbpk: &KeyMaterial, header: &str, key: &[u8]) -> String {
    let header = Header::parse_template(header.as_bytes()).expect("a header");
    let version = header.version();
    let kbpk = Kbpk::new(kbpk, version.algorithm()).expect("a KBPK");
    let (key, mut random) = (KeyMaterial::new(key), Generator::from_seed([5; 32]));
    let made = key_block::wrap(&kbpk, &header, &key, version, Padding::Minimal, true, &mut random).expect("wraps");
    String::from_utf8(made.as_bytes().to_vec()).expect("text")
}

/// The key in a key block, opened beside the HSM.
pub(crate) fn unwrapped(kbpk: &KeyMaterial, block: &str) -> WorkingKey {
    let header = Header::parse(block.as_bytes()).expect("a key block");
    let kbpk = Kbpk::new(kbpk, header.version().algorithm()).expect("a KBPK");
    let (header, key) = key_block::unwrap(&kbpk, block.as_bytes(), true).expect("opens");
    WorkingKey::new(header, key).expect("a key")
}
