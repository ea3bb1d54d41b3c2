//! Receive buffers that nobody uses: connections that begin, or wake after a while, take one, and clearing new memory would cost
//! more than reading the frame.

use std::cell::RefCell;

use bytes::BytesMut;

use super::START_BYTES;
use crate::frame::Span;

/// Buffers that a thread keeps: busy connections keep theirs, and those of a crowd that falls silent are let go.
const MOST: usize = 8;

thread_local! {
    static SPARE: RefCell<Vec<(BytesMut, Vec<Span>)>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of [`START_BYTES`] in which nothing of a frame is, and room for spans.
pub(super) fn take() -> (BytesMut, Vec<Span>) {
    let spare = SPARE.try_with(|spare| spare.try_borrow_mut().ok()?.pop());
    spare.ok().flatten().unwrap_or_else(|| (BytesMut::zeroed(START_BYTES), Vec::new()))
}

/// Takes back a buffer whose frames are wiped, and what spans lay in. Others than those of [`take`] are let go.
pub(super) fn give(buffer: BytesMut, spans: Vec<Span>) {
    if buffer.len() != START_BYTES {
        return;
    }
    // A thread that ends keeps none.
    let _ = SPARE.try_with(|spare| {
        if let Ok(mut spare) = spare.try_borrow_mut()
            && spare.len() < MOST
        {
            spare.push((buffer, spans));
        }
    });
}
