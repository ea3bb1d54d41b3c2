//! Binary values, hexadecimal on the wire: accepted in either case, sent in upper case.

use std::fmt;

use super::Value;
use crate::buffer::Buffer;
use crate::hex;
use crate::secret::Inline;

/// Bytes that may be clear data or a result; zero or more whole bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Data(Inline<128>);

impl Data {
    /// A copy of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Inline::new(bytes))
    }

    /// `length` bytes that `fill` writes in place.
    #[must_use]
    pub fn with_length(length: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        Self(Inline::with_length(length, fill))
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// The bytes, to be changed in place.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        self.0.expose_mut()
    }
}

impl Value<'_> for Data {
    const SHAPE: &'static str = "data in hexadecimal";
    const SECRET: bool = true;

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        parse_hex(value).map(Self)
    }

    fn write(&self, out: &mut Buffer) {
        hex::write(self.0.expose(), out);
    }
}

/// Data of one frame among several: at most 4,096 hexadecimal digits (wire.md B.1.16).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataPart(Inline<128>);

impl DataPart {
    /// Hexadecimal digits at most.
    pub const MOST: usize = 4096;

    /// A copy of `bytes`; `None` where they are too many.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (2 * bytes.len() <= Self::MOST).then(|| Self(Inline::new(bytes)))
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl Value<'_> for DataPart {
    const SHAPE: &'static str = "data of at most 4,096 hexadecimal digits; longer data goes in several frames";
    const SECRET: bool = true;

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if value.len() > Self::MOST {
            return Err(
                "more than 4,096 hexadecimal digits; send the data in several frames, with BN1 in all but the last",
            );
        }
        parse_hex(value).map(Self)
    }

    fn write(&self, out: &mut Buffer) {
        hex::write(self.0.expose(), out);
    }
}

/// A clear key, as RKEY gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClearKey(Inline<64>);

impl ClearKey {
    /// A copy of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Inline::new(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl Value<'_> for ClearKey {
    const SHAPE: &'static str = "a clear key in hexadecimal";
    const SECRET: bool = true;

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        parse_hex(value).map(Self)
    }

    fn write(&self, out: &mut Buffer) {
        hex::write(self.0.expose(), out);
    }
}

/// 32 bytes that must be there in full.
macro_rules! exactly_32 {
    ($($(#[$meta:meta])* $name:ident $shape:literal, secret: $secret:literal;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $name(Inline<32>);

        impl $name {
            /// A copy of 32 bytes.
            #[must_use]
            pub fn new(bytes: &[u8; 32]) -> Self {
                Self(Inline::new(bytes))
            }

            /// The bytes.
            #[must_use]
            pub fn bytes(&self) -> &[u8; 32] {
                // Construction admits 32 bytes only.
                self.0.expose().first_chunk().unwrap_or(&[0; 32])
            }
        }

        impl Value<'_> for $name {
            const SHAPE: &'static str = $shape;
            const SECRET: bool = $secret;

            fn parse(value: &[u8]) -> Result<Self, &'static str> {
                if value.len() != 64 {
                    return Err(concat!("must be ", $shape));
                }
                parse_hex(value).map(Self)
            }

            fn write(&self, out: &mut Buffer) {
                hex::write(self.0.expose(), out);
            }
        }
    )+ };
}

exactly_32! {
    /// What stands for a session.
    Token "a token of 64 hexadecimal digits", secret: true;
    /// SHA-256 of a certificate's DER form.
    Fingerprint "a SHA-256 fingerprint of 64 hexadecimal digits", secret: false;
}

/// A name of random bytes, none of which may be missing.
macro_rules! random_names {
    ($($(#[$meta:meta])* $name:ident $length:literal $shape:literal;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub [u8; $length]);

        impl Value<'_> for $name {
            const SHAPE: &'static str = $shape;

            fn parse(value: &[u8]) -> Result<Self, &'static str> {
                let mut name = [0; $length];
                if hex::decode(value, &mut name) { Ok(Self(name)) } else { Err(concat!("must be ", $shape)) }
            }

            fn write(&self, out: &mut Buffer) {
                hex::write(&self.0, out);
            }
        }
    )+ };
}

random_names! {
    /// Names data that is given in several frames: 8 random bytes.
    Handle 8 "a handle of 16 hexadecimal digits";
    /// Names a ceremony: 16 random bytes.
    CeremonyId 16 "a ceremony of 32 hexadecimal digits";
    /// Names a set of fragments: 8 random bytes.
    SetId 8 "a set of fragments of 16 hexadecimal digits";
}

/// Bytes that are no secret: a signature, or something sealed.
macro_rules! public_bytes {
    ($($(#[$meta:meta])* $name:ident $shape:literal;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $name(Vec<u8>);

        impl $name {
            /// A copy of `bytes`.
            #[must_use]
            pub fn new(bytes: &[u8]) -> Self {
                Self(bytes.to_vec())
            }

            /// The bytes.
            #[must_use]
            pub fn bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl Value<'_> for $name {
            const SHAPE: &'static str = $shape;

            fn parse(value: &[u8]) -> Result<Self, &'static str> {
                parse_hex::<16>(value).map(|bytes| Self::new(bytes.expose()))
            }

            fn write(&self, out: &mut Buffer) {
                hex::write(&self.0, out);
            }
        }
    )+ };
}

public_bytes! {
    /// A signature as TLS has it.
    Signature "a signature in hexadecimal";
    /// A secret that ML-KEM encapsulates: its ciphertext.
    Encapsulated "an encapsulated key of ML-KEM in hexadecimal";
    /// Something sealed by HPKE: see [`crate::envelope`].
    Envelope "a sealed value in hexadecimal";
    /// A number that is no secret.
    PublicNumber "a number in hexadecimal";
    /// A public key: SubjectPublicKeyInfo (RFC 5280) in DER form.
    PublicKeyBytes "a public key (SubjectPublicKeyInfo, or RSAPublicKey) in DER form, hexadecimal";
    /// A public key that the HSM trusts for one usage: its form is ours.
    TrustedBytes "a trusted public key in hexadecimal, as the HSM gave it";
    /// X.509 certificates (RFC 5280) in DER form, one after the other; none where it is empty.
    Certificates "certificates in DER form, hexadecimal, one after the other; nothing for none";
    /// A request for a certificate: PKCS #10 (RFC 2986) in DER form.
    RequestBytes "a PKCS #10 request in DER form, hexadecimal";
    /// A list of revoked certificates (RFC 5280) in DER form.
    CrlBytes "a list of revoked certificates (CRL) in DER form, hexadecimal";
    /// A token of TR-34, or certificates.
    TokenBytes "a TR-34 token in DER form, hexadecimal";
}

/// A check value: 4 to 10 hexadecimal digits, an even number of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CheckDigits {
    digits: u8,
    bytes: [u8; 5],
}

impl CheckDigits {
    /// The leading `digits` digits of `bytes`; `None` unless that is 4, 6, 8 or 10 and there are so many.
    #[must_use]
    pub fn new(bytes: &[u8], digits: u8) -> Option<Self> {
        let count = usize::from(digits) / 2;
        if !(4..=10).contains(&digits) || digits % 2 == 1 || bytes.len() < count {
            return None;
        }
        let mut kept = [0; 5];
        kept[..count].copy_from_slice(&bytes[..count]);
        Some(Self { digits, bytes: kept })
    }

    /// The bytes that the digits stand for.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.digits) / 2]
    }
}

impl fmt::Display for CheckDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for CheckDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Value<'_> for CheckDigits {
    const SHAPE: &'static str = "a check value of 4 to 10 hexadecimal digits";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        let wrong = "a check value has 4, 6, 8 or 10 hexadecimal digits";
        let digits = u8::try_from(value.len()).map_err(|_| wrong)?;
        let bytes = parse_hex::<16>(value).map_err(|_| wrong)?;
        Self::new(bytes.expose(), digits).ok_or(wrong)
    }

    fn write(&self, out: &mut Buffer) {
        hex::write(self.bytes(), out);
    }
}

/// Reads hexadecimal of either case.
pub(crate) fn parse_hex<const N: usize>(value: &[u8]) -> Result<Inline<N>, &'static str> {
    if value.len() % 2 == 1 {
        return Err("an odd number of hexadecimal digits");
    }
    Inline::try_with_length(
        value.len() / 2,
        |place| {
            if hex::decode(value, place) { Ok(()) } else { Err("not hexadecimal") }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_in_either_case_and_sent_in_upper() {
        let data = Data::parse(b"00aBfF").map(|data| Buffer::filled(|out| data.write(out)).to_vec());
        assert_eq!(data, Ok(b"00ABFF".to_vec()));
        assert_eq!(Data::parse(b"0"), Err("an odd number of hexadecimal digits"));
        assert_eq!(Data::parse(b"0G"), Err("not hexadecimal"));
    }

    #[test]
    fn check_values_have_four_to_ten_digits() {
        assert!(CheckDigits::parse(b"08d7B4").is_ok_and(|value| value.to_string() == "08D7B4"));
        for wrong in ["", "08", "08D", "08D7B", "08D7B4000000", "08D7BX"] {
            assert!(CheckDigits::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
