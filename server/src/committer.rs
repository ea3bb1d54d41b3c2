//! The one thread that changes state: it gathers what is waiting, commits it in one go, publishes, then answers.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use engine::audit::Chains;
use engine::work::Done;
use engine::{Event, Hsm, State};
use protocol::command::Response;
use protocol::frame::Kept;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::metrics::Metrics;
use crate::service::{self, Party, Refusal};
use crate::store::{Opened, Revision, Store};

/// Changes that may wait for the store.
const QUEUE: usize = 1024;
/// Changes that share one commit.
const GROUP: usize = 256;

/// What the committer answers: the party comes back with it.
type Answer = (Box<Party>, Result<Response, Refusal>);

#[derive(Debug)]
enum Job {
    Serve { party: Box<Party>, request: Kept, answer: oneshot::Sender<Answer> },
    Note(Event),
    Sweep,
}

/// Access to the committer.
#[derive(Clone, Debug)]
pub struct Committer {
    jobs: mpsc::Sender<Job>,
}

impl Committer {
    /// Starts the thread; it ends when the last handle is dropped and all that was taken is answered.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(hsm: Arc<Hsm>, opened: Opened, metrics: Arc<Metrics>) -> io::Result<(Self, JoinHandle<()>)> {
        let (jobs, receiver) = mpsc::channel(QUEUE);
        let Opened { store, revision, chains } = opened;
        let mut writer = Writer { hsm, store, revision, chains, metrics };
        let thread = thread::Builder::new().name("committer".into()).spawn(move || writer.run(receiver))?;
        Ok((Self { jobs }, thread))
    }

    /// Serves a request that changes something. `None` for the party means that it is lost, and its session with it.
    pub async fn serve(&self, party: Box<Party>, request: Kept) -> (Option<Box<Party>>, Result<Response, Refusal>) {
        let (answer, answered) = oneshot::channel();
        match self.jobs.try_send(Job::Serve { party, request, answer }) {
            Ok(()) => match answered.await {
                Ok((party, result)) => (Some(party), result),
                Err(_) => (None, Err(Refusal::Fault)),
            },
            Err(TrySendError::Full(job)) => (job.refused(), Err(Refusal::Busy)),
            Err(TrySendError::Closed(job)) => (job.refused(), Err(Refusal::Unavailable)),
        }
    }

    /// How many changes wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// Has sessions and ceremonies forgotten whose time is over; where more waits than may wait, the next time does it.
    pub fn sweep(&self) {
        let _ = self.jobs.try_send(Job::Sweep);
    }

    /// Has an event recorded that changes nothing. Where more waits than may wait a refusal is dropped, so that nobody can
    /// hold up what changes something by being refused; the log says so.
    ///
    /// # Errors
    /// What was done cannot be recorded, so it must not be answered.
    pub fn note(&self, event: Event) -> Result<(), Refusal> {
        let (job, refusal) = match self.jobs.try_send(Job::Note(event)) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Full(job)) => (job, Refusal::Busy),
            Err(TrySendError::Closed(job)) => (job, Refusal::Unavailable),
        };
        match job {
            Job::Note(event) if event.refusal.is_some() => {
                tracing::warn!(%event, "not recorded in the audit, too much is waiting");
                Ok(())
            }
            Job::Note(_) | Job::Serve { .. } | Job::Sweep => Err(refusal),
        }
    }
}

impl Job {
    /// The party of a request that is not executed. What was prepared for it is wiped: keys in clear would lie there until
    /// the next change that the connection asks for.
    fn refused(self) -> Option<Box<Party>> {
        match self {
            Self::Serve { mut party, .. } => {
                party.session.put_done(Done::default());
                Some(party)
            }
            Self::Note(_) | Self::Sweep => None,
        }
    }
}

struct Writer {
    hsm: Arc<Hsm>,
    store: Box<dyn Store>,
    revision: Revision,
    chains: Chains,
    metrics: Arc<Metrics>,
}

/// A group on its way to one commit.
#[derive(Default)]
struct Group {
    changes: Vec<engine::Change>,
    events: Vec<Event>,
    answers: Vec<(oneshot::Sender<Answer>, Answer)>,
}

impl Writer {
    fn run(&mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.blocking_recv() {
            if matches!(first, Job::Sweep) {
                // Nothing is stored of what is forgotten.
                let swept = self.hsm.snapshot().swept(service::now());
                swept.into_iter().for_each(|swept| self.hsm.publish(swept));
                continue;
            }
            let mut staged = State::clone(&self.hsm.snapshot());
            let mut group = Group::default();
            self.stage(first, &mut staged, &mut group);
            while group.answers.len() + group.events.len() < GROUP
                && let Ok(job) = jobs.try_recv()
            {
                self.stage(job, &mut staged, &mut group);
            }
            self.settle(staged, group);
        }
    }

    /// Executes one job on top of those before it.
    fn stage(&self, job: Job, staged: &mut State, group: &mut Group) {
        let (mut party, request, answer) = match job {
            Job::Serve { party, request, answer } => (party, request, answer),
            Job::Note(event) => return group.events.push(event),
            // What changes something comes first; it will be asked again.
            Job::Sweep => return,
        };
        let result = service::execute(&self.hsm, staged, &mut party, &request).and_then(|(outcome, _)| {
            for change in &outcome.changes {
                staged.apply(change);
            }
            group.changes.extend(outcome.changes);
            group.events.extend(outcome.events);
            outcome.result.map_err(Refusal::Engine)
        });
        group.answers.push((answer, (party, result)));
    }

    /// Commits the group, publishes what it leads to, and answers: in this order, so that no answer tells of a change
    /// that a crash could lose.
    fn settle(&mut self, staged: State, mut group: Group) {
        if !group.changes.is_empty() || !group.events.is_empty() {
            let records: Vec<_> = group.changes.iter().filter_map(engine::Change::record).collect();
            let now = service::now();
            let mut chains = self.chains.clone();
            let entries: Vec<_> = group.events.iter().map(|event| chains.link(now, event)).collect();
            let timer = self.metrics.commit_seconds.start_timer();
            let committed = self.store.commit(self.revision, &records, &entries);
            timer.observe_duration();
            match committed {
                Ok(revision) => {
                    self.metrics.commits.inc();
                    self.metrics.committed.inc_by(u64::try_from(records.len() + entries.len()).unwrap_or(0));
                    self.chains = chains;
                    self.revision = revision;
                    self.hsm.publish(staged);
                }
                Err(error) => {
                    self.metrics.commits_failed.inc();
                    tracing::error!(%error, jobs = group.answers.len(), "commit failed");
                    // Even a refusal may rest on a change of this group that has not happened.
                    for (_, (party, result)) in &mut group.answers {
                        *result = Err(Refusal::Unavailable);
                        party.session.undo();
                    }
                }
            }
        }
        for (sender, answer) in group.answers {
            // A connection that is gone wants no answer.
            let _ = sender.send(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::provision::{self, Seed};
    use engine::tenant::TenantName;
    use engine::{Channel, Facts, Origin, Policy, Session, Timestamp};
    use protocol::ErrorCode;
    use protocol::command::Request;
    use protocol::frame::{Limits, Message, Strictness};

    use super::*;

    fn request(frame: &str) -> Kept {
        let mut spans = Vec::new();
        let message = Message::parse(frame.as_bytes(), &mut spans, Limits::default(), Strictness::Strict);
        message.expect("a frame").keep()
    }

    /// A party whose login was prepared.
    fn prepared(frame: &str) -> Box<Party> {
        let seed = Seed::from_text("committer");
        let name = TenantName::new("default").expect("a name");
        let state = provision::state([(name, Policy::default())], &seed).expect("a state");
        let channel = Channel::Application(state.find("default").expect("the tenant"));
        let facts = Facts { serial: "S".into(), version: "1".into(), started: Timestamp(0), listeners: vec![] };
        let (nobody, no_log) = (Box::new(engine::attest::Nobody), Arc::new(engine::audit::NoLog));
        let hsm = Hsm::new(facts, provision::device(&seed), nobody, no_log, state);
        let (mut session, mut random) = (Session::new(channel, Origin::default()), seed.connection(0));
        let kept = request(frame);
        let asked = Request::decode(&kept.message()).expect("a request").value;
        let work = hsm.prepare(&hsm.snapshot(), &mut session, &asked, Timestamp(0), &mut random);
        session.put_done(work.run());
        Box::new(Party { session, random })
    }

    #[test]
    fn what_was_done_is_recorded_or_refused_and_only_refusals_are_dropped() {
        let (jobs, receiver) = mpsc::channel(1);
        let committer = Committer { jobs };
        let done = Event::of_hsm(None, "something");
        let refused = Event { refusal: Some(ErrorCode::PermissionMissing), ..done.clone() };
        assert_eq!(committer.note(done.clone()), Ok(()));
        assert_eq!(committer.note(done.clone()), Err(Refusal::Busy));
        assert_eq!(committer.note(refused.clone()), Ok(()));
        assert_eq!(committer.waiting(), 1);
        drop(receiver);
        assert_eq!(committer.note(done), Err(Refusal::Unavailable));
        assert_eq!(committer.note(refused), Ok(()));
    }

    #[tokio::test]
    async fn a_request_that_is_not_taken_leaves_nothing_of_what_was_prepared() {
        let login = "[AOZLIN;IDAdmin1;PWchangeme;]";
        let (jobs, receiver) = mpsc::channel(1);
        let committer = Committer { jobs };
        committer.sweep();
        let party = prepared(login);
        assert!(format!("{party:?}").contains("Done(1 derivations"), "{party:?}");
        let (party, refused) = committer.serve(party, request(login)).await;
        assert_eq!(refused, Err(Refusal::Busy));
        assert!(format!("{party:?}").contains("Done(0 derivations"), "{party:?}");
        drop(receiver);
        let (party, refused) = committer.serve(prepared(login), request(login)).await;
        assert_eq!(refused, Err(Refusal::Unavailable));
        assert!(format!("{party:?}").contains("Done(0 derivations"), "{party:?}");
    }
}
