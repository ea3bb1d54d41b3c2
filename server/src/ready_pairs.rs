//! A few RSA key pairs that are ready for the next who asks: finding two primes takes a tenth of a second, and giving out a
//! pair that waits takes none. They are of no tenant until one is given, are given once, and are wiped with the process.
//! Nothing is made before somebody has asked for the first time, so that an HSM without RSA keys starts and rests as before.
//!
//! Making others in their place is slow work of the tenant that took them, in its turn: a tenant that takes many delays
//! itself.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::Channel;
use engine::public_key::{F4, Kind, PrivateKey};
use engine::random::Generator;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::seed::Randomness;
use crate::service::Service;

/// What is kept ready: what clients ask for nearly always.
const KIND: Kind = Kind::Rsa(2048);

/// Pairs that are ready.
#[derive(Debug)]
pub struct ReadyPairs {
    pairs: Mutex<VecDeque<PrivateKey>>,
    most: usize,
    /// Who has asked, whether there was a pair or not.
    asked: mpsc::Sender<Channel>,
    /// Where whoever makes pairs hears of it.
    asking: Mutex<Option<mpsc::Receiver<Channel>>>,
}

impl ReadyPairs {
    /// Room for `most` pairs; for none where keys must repeat with a seed.
    #[must_use]
    pub fn new(most: usize, randomness: &Randomness) -> Self {
        let most = if randomness.is_reproducible() { 0 } else { most };
        let (asked, asking) = mpsc::channel(most.max(1));
        Self { pairs: Mutex::default(), most, asked, asking: Mutex::new(Some(asking)) }
    }

    /// A pair of this kind for a tenant, if one is ready.
    pub fn take(&self, kind: Kind, exponent: u64, whose: Channel) -> Option<PrivateKey> {
        if (kind, exponent) != (KIND, F4) || self.most == 0 {
            return None;
        }
        // Where as many have asked as there is room for pairs, there is enough to do.
        let _ = self.asked.try_send(whose);
        self.pairs().pop_front()
    }

    /// How many are ready.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.pairs().len()
    }

    fn pairs(&self) -> MutexGuard<'_, VecDeque<PrivateKey>> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes pairs among the slow work of whoever asked, as long as there is room.
pub async fn keep(service: Arc<Service>, stop: CancellationToken) {
    let asking = service.ready_pairs.asking.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mut asking) = asking else { return };
    let mut making = JoinSet::new();
    let fill = async {
        while let Some(whose) = asking.recv().await {
            while making.try_join_next().is_some() {}
            while service.ready_pairs.ready() + making.len() < service.ready_pairs.most {
                making.spawn(refill(Arc::clone(&service), whose));
            }
        }
    };
    tokio::select! {
        () = fill => {}
        () = stop.cancelled() => {}
    }
}

/// One pair more. Where the tenant's line is full, or no randomness is to be had, the next who asks tries again.
async fn refill(service: Arc<Service>, whose: Channel) {
    let Ok(random) = service.randomness.fresh() else { return };
    if let Ok(Some(pair)) = service.slow.run(whose, move || make(random)).await {
        service.ready_pairs.pairs().push_back(pair);
    }
}

fn make(mut random: Generator) -> Option<PrivateKey> {
    PrivateKey::generate(KIND, F4, &mut random).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_takes_a_pair_has_the_next_one_made() {
        let pairs = ReadyPairs::new(2, &Randomness::System);
        let mut asking = pairs.asking.lock().expect("nobody panicked").take().expect("nobody listens yet");
        let made = || make(Generator::from_seed([1; 32])).expect("generates");
        pairs.pairs().push_back(made());
        assert!(pairs.take(Kind::Rsa(4096), F4, Channel::Administration).is_none());
        assert!(asking.try_recv().is_err(), "for what is not kept ready nothing is made");
        assert!(pairs.take(KIND, F4, Channel::Administration).is_some());
        assert!(pairs.take(KIND, F4, Channel::Administration).is_none());
        assert_eq!(asking.try_recv(), Ok(Channel::Administration));
        assert_eq!(asking.try_recv(), Ok(Channel::Administration));
        assert!(asking.try_recv().is_err());
    }
}
