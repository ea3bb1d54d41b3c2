//! What a tenant allows.

use protocol::command::Command;
use protocol::frame::Strictness;

use crate::client_ca::ClientCa;
use crate::key::Algorithm;

/// Settings of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// TR-31 key blocks are accepted and given.
    pub key_blocks: bool,
    /// Cryptograms under the MFK and under KEKs are accepted and given.
    pub cryptograms: bool,
    /// Digits of a working key's check value: 4 or 6.
    pub check_digits: u8,
    /// Digits of a DES-family major key's check value: 4 or 6.
    pub major_key_digits: u8,
    /// Digits of an AES major key's check value (CMAC): 4 or 6.
    pub major_key_cmac_digits: u8,
    /// How deviations from the wire's grammar are met.
    pub strictness: Strictness,
    /// A key may be wrapped under a weaker one.
    pub weaker_wrapping: bool,
    /// Weak and degenerate DES keys may be imported, and cryptograms may hold keys without odd parity.
    pub weak_keys: bool,
    /// Whoever may use keys may have the tenant trust a root certificate; otherwise two identities must be logged in.
    pub client_roots: bool,
    /// Certificates, requests and their signatures may use SHA-1.
    pub sha1_signatures: bool,
    /// Slots of the key table, 1 to 100,000.
    pub slots: u32,
    /// Seconds after which a login ends that is not used.
    pub session_idle_seconds: u32,
    /// Seconds after which a login ends in any case.
    pub session_seconds: u32,
    /// Seconds after which a ceremony ends by itself.
    pub ceremony_seconds: u32,
    /// Commands that are disabled.
    pub disabled: Vec<Command>,
    /// The client CA that was given over administration.
    pub client_ca: Option<ClientCa>,
}

impl Default for Policy {
    /// As the unit of a public sample is configured (wire.md B.5.1, B.5.2), with a table of 10,000 slots.
    fn default() -> Self {
        Self {
            key_blocks: true,
            cryptograms: true,
            check_digits: 6,
            major_key_digits: 4,
            major_key_cmac_digits: 6,
            strictness: Strictness::Lenient,
            weaker_wrapping: false,
            weak_keys: false,
            client_roots: true,
            sha1_signatures: false,
            slots: 10_000,
            session_idle_seconds: 15 * 60,
            session_seconds: 8 * 3600,
            ceremony_seconds: 3600,
            disabled: Vec::new(),
            client_ca: None,
        }
    }
}

impl Policy {
    /// Digits of the check value of a major key of this algorithm.
    #[must_use]
    pub fn digits_of_major_key(&self, algorithm: Algorithm) -> u8 {
        match algorithm {
            Algorithm::Aes => self.major_key_cmac_digits,
            Algorithm::Des
            | Algorithm::Tdes
            | Algorithm::Hmac
            | Algorithm::Rsa
            | Algorithm::Ec
            | Algorithm::Dsa
            | Algorithm::MlDsa
            | Algorithm::MlKem => self.major_key_digits,
        }
    }

    /// Whether `command` is disabled.
    #[must_use]
    pub fn disables(&self, command: Command) -> bool {
        self.disabled.contains(&command)
    }

    /// The accepted forms of key, as PRMD and status list them.
    #[must_use]
    pub fn key_forms(&self) -> &'static str {
        match (self.key_blocks, self.cryptograms) {
            (true, true) => "TR31,CRYPTOGRAM",
            (true, false) => "TR31",
            (false, true) => "CRYPTOGRAM",
            (false, false) => "",
        }
    }
}
