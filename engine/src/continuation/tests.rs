use protocol::field::code::{Encoding, SignatureHash};

use super::*;
use crate::hash::Hash;
use crate::public_key::{Curve, F4, Kind, PrivateKey, Scheme};
use crate::signing::Form;

/// A key, and series of its own that verify.
struct Verifier {
    key: PublicKey,
    random: Generator,
    series: Continuations,
}

impl Verifier {
    fn new() -> Self {
        let mut random = Generator::from_seed([3; 32]);
        let private = PrivateKey::generate(Kind::Ec(Curve::P256), F4, &mut random).expect("generates");
        Self { key: private.public().clone(), random, series: Continuations::default() }
    }

    fn mark(&self, signature: u8) -> Mark {
        Mark::new(&self.key, &[signature])
    }

    fn put(&mut self, signature: u8, now: u64) -> Handle {
        let form = Form { hash: SignatureHash::Sha256, encoding: None, usual: Encoding::Ber, padding: None };
        let (hash, scheme) = (Some(Hash::Sha256), Scheme::Ecdsa);
        let mark = Some(self.mark(signature));
        let terms = Terms { key: self.key.clone(), hash, scheme, form, pair: None, mark };
        self.series.put(None, terms, Gathered::new(hash), Timestamp(now), &mut self.random)
    }

    /// Whether a frame without a handle goes on with a series.
    fn follows(&mut self, signature: u8, now: u64) -> Result<bool, Gone> {
        let mark = self.mark(signature);
        self.series.follow(mark, Timestamp(now)).map(|found| found.is_some())
    }
}

#[test]
fn the_next_frame_goes_on_and_is_told_once_where_nothing_is_left() {
    let mut verifier = Verifier::new();
    verifier.put(1, 0);
    assert_eq!(verifier.follows(1, 59), Ok(true));
    assert_eq!(verifier.follows(1, 60), Err(Gone), "its time is over");
    assert_eq!(verifier.follows(1, 60), Ok(false), "and it may begin again");
}

#[test]
fn what_comes_between_ends_it_and_a_handle_does_not() {
    let mut verifier = Verifier::new();
    let handle = verifier.put(1, 0);
    verifier.series.interrupt(None);
    assert!(verifier.series.find(handle, Timestamp(0)).is_some());
    assert_eq!(verifier.follows(1, 0), Err(Gone));
    let handle = verifier.put(1, 0);
    verifier.series.interrupt(Some(handle));
    assert_eq!(verifier.follows(1, 0), Ok(true));
    assert_eq!(verifier.follows(2, 0), Ok(false), "another signature is another request");
    assert_eq!(verifier.follows(1, 0), Err(Gone));
    // What was gone on with by its handle after all was not abandoned.
    let handle = verifier.put(3, 0);
    verifier.series.interrupt(None);
    verifier.series.finish(handle);
    assert_eq!(verifier.follows(3, 0), Ok(false));
    // What was told is not told again when its time is over.
    verifier.put(4, 0);
    verifier.series.interrupt(None);
    assert_eq!(verifier.follows(4, 0), Err(Gone));
    assert_eq!(verifier.follows(4, 60), Ok(false));
}

#[test]
fn the_oldest_gives_way_and_leaves_its_mark() {
    let mut verifier = Verifier::new();
    let handles: Vec<_> = (0..5).map(|signature| verifier.put(signature, 0)).collect();
    assert!(verifier.series.find(handles[0], Timestamp(0)).is_none());
    assert!(handles[1..].iter().all(|handle| verifier.series.find(*handle, Timestamp(0)).is_some()));
    assert_eq!(verifier.follows(4, 0), Ok(true));
    assert_eq!(verifier.follows(0, 0), Err(Gone));
    verifier.series.clear();
    assert!(handles.iter().all(|handle| verifier.series.find(*handle, Timestamp(0)).is_none()));
    assert_eq!(verifier.follows(4, 0), Err(Gone));
    for signature in 0..=255 {
        verifier.put(signature, 0);
        verifier.series.interrupt(None);
    }
    assert_eq!((verifier.series.series.len(), verifier.series.gone.len()), (MOST, MOST_MARKS));
}
