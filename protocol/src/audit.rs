//! How an HSM proves what its audit log ends with.

/// What the HSM signs with the key of its TLS certificate: the log's name (the tenant's, or nothing for the HSM's own), the
/// number of its last record, and the SHA-256 digest of that record's line.
#[must_use]
pub fn attested(log: &str, number: u64, digest: &[u8; 32]) -> Vec<u8> {
    [b"strongroom audit 1\0", number.to_be_bytes().as_slice(), digest, log.as_bytes()].concat()
}
