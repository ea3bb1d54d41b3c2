//! A private CA and the certificates it issues: P-256 throughout.

pub mod issue;
pub mod mapping;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::device_key::hex;
use crate::seed::Randomness;

/// Why no certificate came about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Key or certificate could not be made.
    #[error("making a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// No randomness.
    #[error("the system gives no randomness: {0}")]
    Random(#[from] getrandom::Error),
}

/// A certificate with its key, as PEM.
#[derive(Debug)]
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// The key in PKCS #8, wiped when let go.
    pub key: Secret,
}

/// Text that is wiped when let go and never printed.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role<'a> {
    /// The server, reachable under further names.
    Server {
        /// Names or addresses beside localhost, 127.0.0.1 and ::1.
        hosts: &'a [String],
    },
    /// A client; its organizational unit names its tenant, or is `administration`.
    Client {
        /// The organizational unit.
        unit: &'a str,
    },
}

/// The CA of one HSM.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
    key: Secret,
    randomness: Randomness,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}

impl Authority {
    /// A new CA. From a seed, its key and the keys that it makes are the same every time.
    ///
    /// # Errors
    /// No randomness.
    pub fn new(randomness: &Randomness) -> Result<Self, Error> {
        let key = key_pair(randomness, "CA")?;
        // Two CAs never share a name, so that a certificate of the other one is told as that, not as a bad signature.
        let digest = Sha256::digest(key.public_key_raw());
        let mut params = parameters(&format!("Strongroom CA {}", hex(&digest[..4])), None, Validity::Days(3650));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        let pem = Secret(Zeroizing::new(key.serialize_pem()));
        Ok(Self { issuer: Issuer::new(params, key), certificate, key: pem, randomness: randomness.clone() })
    }

    /// Its certificate as PEM.
    #[must_use]
    pub fn certificate(&self) -> String {
        self.certificate.pem()
    }

    /// Its key as PEM.
    #[must_use]
    pub fn key(&self) -> &Secret {
        &self.key
    }

    /// A certificate for `role`, named `name`.
    ///
    /// # Errors
    /// A host name that no certificate can hold; no randomness.
    pub fn issue(&self, name: &str, role: Role<'_>) -> Result<Issued, Error> {
        let key = key_pair(&self.randomness, name)?;
        let certificate = self.certify(name, role, &key, Validity::Days(825))?;
        Ok(Issued { certificate, key: Secret(Zeroizing::new(key.serialize_pem())) })
    }

    /// A certificate like that of `issued`, for the same key, whose validity is over, as PEM.
    ///
    /// # Errors
    /// As [`Self::issue`].
    pub fn issue_expired(&self, name: &str, role: Role<'_>, issued: &Issued) -> Result<String, Error> {
        self.certify(name, role, &KeyPair::from_pem(issued.key.expose())?, Validity::Over)
    }

    fn certify(&self, name: &str, role: Role<'_>, key: &KeyPair, validity: Validity) -> Result<String, Error> {
        let unit = match role {
            Role::Client { unit } => Some(unit),
            Role::Server { .. } => None,
        };
        let mut params = parameters(name, unit, validity);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = match role {
            Role::Server { .. } => vec![ExtendedKeyUsagePurpose::ServerAuth],
            Role::Client { .. } => vec![ExtendedKeyUsagePurpose::ClientAuth],
        };
        if let Role::Server { hosts } = role {
            for host in ["localhost", "127.0.0.1", "::1"].into_iter().chain(hosts.iter().map(String::as_str)) {
                params.subject_alt_names.push(match host.parse() {
                    Ok(address) => SanType::IpAddress(address),
                    Err(_) => SanType::DnsName(host.try_into()?),
                });
            }
        }
        Ok(params.signed_by(key, &self.issuer)?.pem())
    }
}

/// How long a certificate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validity {
    /// From now on.
    Days(u64),
    /// It ended yesterday.
    Over,
}

fn parameters(name: &str, unit: Option<&str>, validity: Validity) -> CertificateParams {
    const DAY: u64 = 24 * 60 * 60;
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Strongroom");
    if let Some(unit) = unit {
        subject.push(DnType::OrganizationalUnitName, unit);
    }
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    // Clocks of other machines may be a little behind.
    let days = |days| Duration::from_secs(days * DAY);
    (params.not_before, params.not_after) = match validity {
        Validity::Days(many) => (epoch + now.saturating_sub(days(1)), epoch + now + days(many)),
        Validity::Over => (epoch + now.saturating_sub(days(366)), epoch + now.saturating_sub(days(1))),
    };
    params
}

/// PKCS #8 of a P-256 key up to its 32 bytes; the public key is left out, it follows from them (RFC 5208, RFC 5915).
const PKCS8_P256: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,
];

fn key_pair(randomness: &Randomness, name: &str) -> Result<KeyPair, Error> {
    let mut refused = rcgen::Error::CouldNotParseKeyPair;
    // One draw in 2^32 is not below the group's order; two in a row are not to be expected.
    for index in 0..4 {
        let scalar = randomness.bytes(&format!("certificate key {name} {index}"))?;
        let mut der = Zeroizing::new(PKCS8_P256.to_vec());
        der.reserve_exact(scalar.len());
        der.extend_from_slice(scalar.as_slice());
        let der = PrivatePkcs8KeyDer::from(der.as_slice());
        match KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ECDSA_P256_SHA256) {
            Ok(key) => return Ok(key),
            Err(error) => refused = error,
        }
    }
    Err(refused.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_keys_and_none_gives_others() {
        let seed = Randomness::new(Some("spring"));
        let make = |randomness: &Randomness| {
            let authority = Authority::new(randomness).expect("an authority");
            let issued = authority.issue("client-a", Role::Client { unit: "a" }).expect("a certificate");
            (authority.key().expose().to_owned(), issued.key.expose().to_owned())
        };
        assert_eq!(make(&seed), make(&seed));
        assert_ne!(make(&seed).0, make(&seed).1);
        assert_ne!(make(&Randomness::System), make(&Randomness::System));
    }
}
