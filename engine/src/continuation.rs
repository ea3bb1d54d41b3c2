//! Data that comes in several frames of one connection (wire.md B.2.5).
//!
//! A frame with a handle goes on with the series of that handle. A frame without one, as clients verify, goes on with what
//! the request just before it gave a part of, and with nothing else: a series that was abandoned must not be put before
//! another, and the end of one that is gone must not be taken for the whole. So what is not gone on with is remembered, by
//! a mark, and told once to whoever goes on with it.

mod gathered;

use std::collections::VecDeque;

use protocol::field::data::Handle;
use sha2::{Digest as _, Sha256};

use crate::hsm::Timestamp;
use crate::public_key::PublicKey;
use crate::random::{self, Generator};
use crate::signing::Terms;

pub(crate) use gathered::{Gathered, Signed};

/// Seconds until data is no longer awaited.
const SECONDS: u64 = 60;
/// Of one connection at most; the oldest gives way.
const MOST: usize = 4;
/// Marks of a connection at most; the oldest is forgotten.
const MOST_MARKS: usize = 32;

/// Tells what is verified by key and signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark([u8; 32]);

/// What a connection has been given a part of.
#[derive(Debug, Default)]
pub(crate) struct Continuations {
    series: Vec<Series>,
    /// What a frame without a handle goes on with.
    current: Option<Handle>,
    /// What a frame without a handle cannot go on with any more.
    gone: VecDeque<Mark>,
}

/// What there is so far.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) handle: Handle,
    expires: Timestamp,
    /// What the first frame said.
    pub(crate) terms: Terms,
    pub(crate) data: Gathered,
    /// Whether it has left its mark, which it does once.
    is_marked: bool,
}

/// A series that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

impl Mark {
    pub(crate) fn new(key: &PublicKey, signature: &[u8]) -> Self {
        // A key's DER says how long it is, so it does not run into the signature.
        let mut digest = Sha256::new();
        digest.update(key.spki());
        digest.update(signature);
        Self(digest.finalize().into())
    }
}

impl Continuations {
    /// Nothing is awaited, and nothing is gone.
    pub(crate) fn is_empty(&self) -> bool {
        self.series.is_empty() && self.gone.is_empty()
    }

    /// Keeps what there is under a new handle, in place of `before`.
    pub(crate) fn put(
        &mut self,
        before: Option<Handle>,
        terms: Terms,
        data: Gathered,
        now: Timestamp,
        random: &mut Generator,
    ) -> Handle {
        let mut handle = Handle([0; 8]);
        random::fill(random, &mut handle.0);
        self.sweep(now);
        if let Some(before) = before {
            self.remove(before);
        }
        if self.series.len() >= MOST {
            let oldest = self.series.remove(0);
            self.lose(&oldest);
        }
        if terms.mark.is_some() {
            self.current = Some(handle);
        }
        self.series.push(Series { handle, expires: Timestamp(now.0 + SECONDS), terms, data, is_marked: false });
        handle
    }

    /// What is awaited under a handle.
    pub(crate) fn find(&mut self, handle: Handle, now: Timestamp) -> Option<&Series> {
        self.sweep(now);
        self.series.iter().find(|series| series.handle == handle)
    }

    /// What a frame without a handle goes on with; `None` where it begins.
    pub(crate) fn follow(&mut self, mark: Mark, now: Timestamp) -> Result<Option<&Series>, Gone> {
        self.sweep(now);
        let current = self.current.and_then(|handle| self.series.iter().position(|it| it.handle == handle));
        match current {
            Some(index) if self.series[index].terms.mark == Some(mark) => return Ok(Some(&self.series[index])),
            _ => self.interrupt(None),
        }
        match self.gone.iter().position(|gone| *gone == mark) {
            Some(index) => {
                self.gone.remove(index);
                Err(Gone)
            }
            None => Ok(None),
        }
    }

    /// The series has come to its end.
    pub(crate) fn finish(&mut self, handle: Handle) {
        let mark = self.series.iter().find(|series| series.handle == handle).and_then(|series| series.terms.mark);
        self.gone.retain(|gone| Some(*gone) != mark);
        self.remove(handle);
    }

    /// Another request than one that goes on with this series has come: no frame without a handle goes on with any other.
    pub(crate) fn interrupt(&mut self, by: Option<Handle>) {
        let Some(handle) = self.current.take_if(|current| Some(*current) != by) else { return };
        let interrupted = self.series.iter_mut().find(|series| series.handle == handle);
        let mark = interrupted.and_then(|series| {
            series.is_marked = true;
            series.terms.mark
        });
        self.remember(mark);
    }

    /// Nothing is awaited any more: whoever speaks now may be somebody else, with other rights.
    pub(crate) fn clear(&mut self) {
        for series in std::mem::take(&mut self.series) {
            self.lose(&series);
        }
    }

    pub(crate) fn sweep(&mut self, now: Timestamp) {
        for expired in self.series.extract_if(.., |series| series.expires <= now).collect::<Vec<_>>() {
            self.lose(&expired);
        }
    }

    fn remove(&mut self, handle: Handle) {
        self.series.retain(|series| series.handle != handle);
        self.current.take_if(|current| *current == handle);
    }

    fn lose(&mut self, series: &Series) {
        self.current.take_if(|current| *current == series.handle);
        self.remember(series.terms.mark.filter(|_| !series.is_marked));
    }

    fn remember(&mut self, mark: Option<Mark>) {
        let Some(mark) = mark.filter(|mark| !self.gone.contains(mark)) else { return };
        if self.gone.len() >= MOST_MARKS {
            self.gone.pop_front();
        }
        self.gone.push_back(mark);
    }
}

#[cfg(test)]
mod tests;
