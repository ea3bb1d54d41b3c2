//! A few RSA key pairs that are ready for the next who asks: finding two primes takes a tenth of a second, and giving out a
//! pair that waits takes none. They are of no tenant until one is given, are given once, and are wiped with the process.
//! Nothing is made before somebody has asked for the first time, so that an HSM without RSA keys starts and rests as before.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::Channel;
use engine::public_key::{F4, Kind, PrivateKey};
use engine::random::Generator;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::seed::Randomness;
use crate::service::Service;

/// What is kept ready: what clients ask for nearly always.
const KIND: Kind = Kind::Rsa(2048);
/// Until it is tried again where a pair could not be made.
const PAUSE: Duration = Duration::from_secs(1);

/// Pairs that are ready.
#[derive(Debug)]
pub struct ReadyPairs {
    pairs: Mutex<VecDeque<PrivateKey>>,
    most: usize,
    asked: Notify,
}

impl ReadyPairs {
    /// Room for `most` pairs; for none where keys must repeat with a seed.
    #[must_use]
    pub fn new(most: usize, randomness: &Randomness) -> Self {
        let most = if randomness.is_reproducible() { 0 } else { most };
        Self { pairs: Mutex::default(), most, asked: Notify::new() }
    }

    /// A pair of this kind, if one is ready.
    pub fn take(&self, kind: Kind, exponent: u64) -> Option<PrivateKey> {
        if (kind, exponent) != (KIND, F4) {
            return None;
        }
        self.asked.notify_one();
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// How many are ready.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn put(&self, pair: PrivateKey) {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner).push_back(pair);
    }
}

/// Makes pairs, one after the other among the slow work, as long as there is room.
pub async fn keep(service: Arc<Service>, stop: CancellationToken) {
    let ready = &service.ready_pairs;
    let fill = async {
        loop {
            ready.asked.notified().await;
            while ready.ready() < ready.most {
                let random = service.randomness.fresh();
                let Ok(random) = random else {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                };
                let made = service.slow.run(Channel::Administration, move || make(random)).await;
                match made {
                    Ok(Some(pair)) => ready.put(pair),
                    Ok(None) | Err(_) => tokio::time::sleep(PAUSE).await,
                }
            }
        }
    };
    tokio::select! {
        () = fill => {}
        () = stop.cancelled() => {}
    }
}

fn make(mut random: Generator) -> Option<PrivateKey> {
    PrivateKey::generate(KIND, F4, &mut random).ok()
}
