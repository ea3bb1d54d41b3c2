//! Bytes that are wiped, also when they are outgrown.

use zeroize::Zeroize;

/// Bytes on their way out, counted from the beginning of the stream.
#[derive(Default)]
pub(crate) struct Outgoing {
    buffer: Vec<u8>,
    head: usize,
    written: u64,
}

impl Outgoing {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.buffer.capacity() - self.buffer.len() < bytes.len() {
            let mut larger = Vec::with_capacity((self.pending().len() + bytes.len()).next_power_of_two());
            larger.extend_from_slice(self.pending());
            wipe(&mut self.buffer);
            self.buffer = larger;
            self.head = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    pub(crate) fn pending(&self) -> &[u8] {
        &self.buffer[self.head..]
    }

    pub(crate) fn advance(&mut self, written: usize) {
        self.buffer[self.head..self.head + written].zeroize();
        self.head += written;
        self.written += written as u64;
        if self.head == self.buffer.len() {
            self.buffer.clear();
            self.head = 0;
        }
    }

    /// How many bytes have left.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// How many bytes have left or are to leave.
    pub(crate) fn end(&self) -> u64 {
        self.written + self.pending().len() as u64
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        wipe(&mut self.buffer);
    }
}

/// Wipes what was written; `Vec::zeroize` would also touch all of the spare capacity.
fn wipe(bytes: &mut Vec<u8>) {
    bytes.as_mut_slice().zeroize();
    bytes.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_left_is_wiped_and_what_did_not_is_kept() {
        let mut out = Outgoing::default();
        out.push(b"secret");
        out.advance(4);
        assert_eq!(out.buffer, b"\0\0\0\0et");
        out.push(&[b'x'; 100]);
        assert_eq!((out.pending().len(), out.written(), out.end()), (102, 4, 106));
        out.advance(102);
        assert!(out.pending().is_empty());
    }
}
