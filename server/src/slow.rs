//! Slow work: on threads of its own, so much of it at a time, and in turns that are fair to tenants.
//!
//! A turn that is free goes to the tenant with the fewest at work, among equals to the one whose last turn ended longest ago.
//! So however much work of one tenant waits, another's waits for about one job to end.

mod turns;

#[cfg(target_os = "linux")]
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use engine::Channel;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::metrics::Metrics;
use crate::service::Refusal;
use turns::{Place, Turns};

/// How far slow work steps back: to a third of what a thread that answers other requests has on a processor that both want.
#[cfg(target_os = "linux")]
const STEPS_BACK: i32 = 5;

/// Turns of slow work.
#[derive(Debug)]
pub struct Slow(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    turns: Mutex<Turns<Channel, oneshot::Sender<Turn>>>,
    metrics: Arc<Metrics>,
}

/// The right to do slow work now; the next has it when this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Turn {
    shared: Arc<Shared>,
    whose: Channel,
    begun: Instant,
    /// Nobody has it yet, so nobody gives it back.
    is_ours: bool,
}

impl Slow {
    /// So many workers for all, and so many jobs of each tenant that may wait for them.
    #[must_use]
    pub fn new(workers: usize, most_waiting: usize, metrics: Arc<Metrics>) -> Self {
        Self(Arc::new(Shared { turns: Mutex::new(Turns::new(workers, most_waiting)), metrics }))
    }

    /// Does the work when it is its tenant's turn. Where whoever asked gives up while it waits, it is not done.
    ///
    /// # Errors
    /// [`Refusal::Crowded`] where too much of the tenant's work waits; [`Refusal::Fault`] where the work panics.
    pub async fn run<T, W>(&self, whose: Channel, work: W) -> Result<T, Refusal>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        self.turn(whose).await?.spend(work).await
    }

    /// Waits for the tenant's turn.
    ///
    /// # Errors
    /// [`Refusal::Crowded`] where too much of the tenant's work waits.
    pub async fn turn(&self, whose: Channel) -> Result<Turn, Refusal> {
        let asked = Instant::now();
        let place = self.0.turns().ask(whose, oneshot::channel, oneshot::Sender::is_closed);
        let turn = match place {
            Place::AtOnce => Turn { shared: Arc::clone(&self.0), whose, begun: asked, is_ours: true },
            // Turns are given until the last of them is dropped, and each holds what they are shared by.
            Place::Line(turn) => turn.await.map_err(|_| Refusal::Fault)?,
            Place::Full => return Err(Refusal::Crowded),
        };
        self.0.metrics.slow_wait_seconds.observe(asked.elapsed().as_secs_f64());
        Ok(turn)
    }

    /// How much of a tenant's work waits.
    #[must_use]
    pub fn waiting(&self, whose: Channel) -> usize {
        self.0.turns().waiting(whose)
    }

    /// How much work waits, by tenant; those without any may be missing.
    #[must_use]
    pub fn all_waiting(&self) -> HashMap<Channel, usize> {
        self.0.turns().all_waiting().collect()
    }
}

impl Turn {
    /// Does the work, on a thread where nobody else waits. The turn ends with it, even where nobody waits for it any more.
    ///
    /// # Errors
    /// [`Refusal::Fault`] where the work panics.
    pub async fn spend<T, W>(self, work: W) -> Result<T, Refusal>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        let work = move || {
            let _turn = self;
            step_back();
            work()
        };
        spawn_blocking(work).await.map_err(|_| Refusal::Fault)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_ours {
            return;
        }
        self.shared.metrics.slow_seconds.observe(self.begun.elapsed().as_secs_f64());
        let mut ended = self.whose;
        loop {
            let next = self.shared.turns().end(ended);
            let Some((whose, waiting)) = next else { return };
            match waiting.send(Turn { shared: Arc::clone(&self.shared), whose, begun: Instant::now(), is_ours: true }) {
                Ok(()) => return,
                // Whoever waited is gone. In a loop, as there may be many of them.
                Err(mut turn) => {
                    turn.is_ours = false;
                    ended = whose;
                }
            }
        }
    }
}

impl Shared {
    /// Every step under the lock leaves the turns whole, so a panic elsewhere does not spoil them.
    fn turns(&self) -> MutexGuard<'_, Turns<Channel, oneshot::Sender<Turn>>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the thread, which does slow work only, have less of a processor than those that answer all other requests, where there
/// is not enough for all.
fn step_back() {
    // Elsewhere it would be the whole process that steps back.
    #[cfg(target_os = "linux")]
    {
        thread_local!(static HAS: Cell<bool> = const { Cell::new(false) });
        if !HAS.replace(true) {
            // Where it is refused, the work is as urgent as any other.
            let _ = rustix::process::nice(STEPS_BACK);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use engine::provision::{self, Seed};
    use engine::tenant::TenantName;
    use engine::{Policy, State};
    use tokio::task::yield_now;

    use super::*;

    fn slow(workers: usize, most_waiting: usize) -> Slow {
        Slow::new(workers, most_waiting, Arc::new(Metrics::new().expect("names that Prometheus takes")))
    }

    /// Two tenants.
    fn tenants() -> [Channel; 2] {
        let names = ["one", "two"].map(|name| (TenantName::new(name).expect("a name"), Policy::default()));
        let state: State = provision::state(names, &Seed::from_text("slow")).expect("a state");
        ["one", "two"].map(|name| Channel::Application(state.find(name).expect("a tenant")))
    }

    #[tokio::test]
    async fn a_tenant_with_a_thousand_jobs_delays_another_s_by_one() {
        let [one, two] = tenants();
        let slow = Arc::new(slow(1, 1000));
        let (go, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let (done, mut ended) = tokio::sync::mpsc::unbounded_channel();
        let job = |whose, name: &'static str| {
            let (slow, gate, done) = (Arc::clone(&slow), Arc::clone(&gate), done.clone());
            tokio::spawn(async move {
                let work = move || {
                    let _ = gate.lock().expect("no job panics").recv();
                    done.send(name)
                };
                slow.run(whose, work).await.map(drop)
            })
        };
        let (first, jobs) = (job(one, "one"), (0..1000).map(|_| job(one, "one")).collect::<Vec<_>>());
        while slow.waiting(one) < 1000 {
            yield_now().await;
        }
        assert_eq!(slow.run(one, || ()).await, Err(Refusal::Crowded), "its line is full");
        let other = job(two, "two");
        while slow.waiting(two) < 1 {
            yield_now().await;
        }
        (0..2).for_each(|_| go.send(()).expect("jobs wait"));
        assert_eq!((ended.recv().await, ended.recv().await), (Some("one"), Some("two")));
        assert_eq!(slow.waiting(two), 0);
        drop(go);
        for job in jobs.into_iter().chain([first, other]) {
            assert_eq!(job.await.expect("a task"), Ok(()));
        }
        assert_eq!(slow.waiting(one), 0);
    }

    /// How far this thread has stepped back: the 19th value of proc(5)'s `stat`, of which the second may hold blanks.
    #[cfg(target_os = "linux")]
    fn steps_back() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").expect("a thread's state");
        let behind = stat.rsplit(") ").next().expect("a name in brackets");
        behind.split(' ').nth(16).and_then(|value| value.parse().ok()).expect("a number")
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn slow_work_steps_back_once_and_nothing_else_does() {
        let [one, _] = tenants();
        let (slow, before) = (slow(1, 1000), steps_back());
        // There are places where a thread may not.
        let may = std::thread::spawn(|| rustix::process::nice(STEPS_BACK).is_ok()).join().expect("a thread");
        let expected = if may { (before + STEPS_BACK).min(19) } else { before };
        for _ in 0..3 {
            assert_eq!(slow.run(one, steps_back).await, Ok(expected));
        }
        assert_eq!(steps_back(), before);
    }

    #[tokio::test]
    async fn whoever_gives_up_leaves_no_work_behind_and_a_panic_ends_its_turn() {
        let [one, two] = tenants();
        let slow = slow(1, 1000);
        let turn = slow.turn(one).await.expect("a turn");
        let waiting = (0..500).map(|_| Box::pin(slow.run(one, || panic!("nobody waits for it")))).collect::<Vec<_>>();
        let mut waiting = waiting;
        for one in &mut waiting {
            assert!(tokio::time::timeout(std::time::Duration::ZERO, one).await.is_err());
        }
        assert_eq!(slow.waiting(one), 500);
        drop(waiting);
        drop(turn);
        assert_eq!((slow.waiting(one), slow.run(two, || 7).await), (0, Ok(7)));
        assert_eq!(slow.run(one, || panic!("as a broken handler does")).await, Err::<(), _>(Refusal::Fault));
        assert_eq!(slow.run(two, || 8).await, Ok(8));
    }
}
