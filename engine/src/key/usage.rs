//! Key usage: bytes 5 and 6 of a key block's header.

use std::fmt;

/// What a key is for: two letters or digits (X9.143 table 2). Any pair can be held; only those that are known here can
/// be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Usage([u8; 2]);

macro_rules! usages {
    ($($(#[doc = $doc:literal])+ $name:ident)+) => {
        $($(#[doc = $doc])+ pub const $name: Self = Self::named(stringify!($name));)+
        /// Every usage that is known.
        pub const KNOWN: &'static [Self] = &[$(Self::$name,)+];
    };
}

impl Usage {
    usages! {
        /// BDK.
        B0
        /// DUKPT initial key.
        B1
        /// Base key variant, deprecated.
        B2
        /// Key derivation key.
        B3
        /// Card verification key.
        C0
        /// Symmetric data key.
        D0
        /// Asymmetric data key.
        D1
        /// Data key for decimalisation tables.
        D2
        /// Data key for sensitive data.
        D3
        /// EMV master key, application cryptograms.
        E0
        /// EMV master key, secure messaging for confidentiality.
        E1
        /// EMV master key, secure messaging for integrity.
        E2
        /// EMV master key, data authentication code.
        E3
        /// EMV master key, dynamic numbers.
        E4
        /// EMV master key, card personalisation.
        E5
        /// EMV master key, other.
        E6
        /// EMV asymmetric key pair for PINs.
        E7
        /// Initialisation vector.
        I0
        /// Key encryption key.
        K0
        /// TR-31 key block protection key.
        K1
        /// TR-34 asymmetric key.
        K2
        /// Asymmetric key for agreement or wrapping.
        K3
        /// ISO 20038 key block protection key.
        K4
        /// ISO 16609 MAC.
        M0
        /// ISO 9797-1 MAC, algorithm 1.
        M1
        /// ISO 9797-1 MAC, algorithm 2.
        M2
        /// ISO 9797-1 MAC, algorithm 3.
        M3
        /// ISO 9797-1 MAC, algorithm 4.
        M4
        /// ISO 9797-1:1999 MAC, algorithm 5.
        M5
        /// ISO 9797-1 MAC, algorithm 5, CMAC.
        M6
        /// HMAC.
        M7
        /// ISO 9797-1 MAC, algorithm 6.
        M8
        /// PIN encryption.
        P0
        /// PIN generation.
        P1
        /// Signature key pair.
        S0
        /// Signature key pair of a CA.
        S1
        /// Signature key pair, other.
        S2
        /// PIN verification, other.
        V0
        /// PIN verification, IBM 3624.
        V1
        /// PIN verification, Visa PVV.
        V2
        /// PIN verification, X9.132 algorithm 1.
        V3
        /// PIN verification, X9.132 algorithm 2.
        V4
        /// PIN verification, X9.132 algorithm 3.
        V5
    }

    const fn named(name: &str) -> Self {
        let bytes = name.as_bytes();
        Self([bytes[0], bytes[1]])
    }

    /// The usage of a header.
    #[must_use]
    pub(crate) fn new(bytes: [u8; 2]) -> Option<Self> {
        let legal = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        bytes.into_iter().all(legal).then_some(Self(bytes))
    }

    /// Its two characters.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 2] {
        &self.0
    }

    /// Whether it is one of [`Self::KNOWN`].
    #[must_use]
    pub fn is_known(self) -> bool {
        Self::KNOWN.contains(&self)
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(self.0[0]), char::from(self.0[1]))
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
