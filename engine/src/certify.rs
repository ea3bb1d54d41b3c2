//! From what a command asks of certificates to the certificates: what its handlers have in common.

use protocol::field::certificate::{Attribute, BasicConstraints, Date, KeyUsageList, SerialNumber, SubjectName};
use protocol::field::code::HashCode;
use protocol::field::number::Days;
use protocol::field::pair::PairRef;
use protocol::tag::Tag;

use crate::certificate::{self, Certificate, Content, Issuer, KeyUsages, Name, Request, SignatureAlgorithm};
use crate::context::Context;
use crate::error::Error;
use crate::hash::{Hash, digest};
use crate::hsm::Timestamp;
use crate::key::{KeyPair, PairPurpose};
use crate::pairs;
use crate::public_key::{Kind, PublicKey, Scheme};
use crate::random::{self, Generator};

const BF: Tag = Tag::of("BF");
const KU: Tag = Tag::of("KU");
const RC: Tag = Tag::of("RC");
const RH: Tag = Tag::of("RH");
const RT: Tag = Tag::of("RT");
const RU: Tag = Tag::of("RU");

const DAY: u64 = 86_400;
/// Days for which a certificate is valid where nothing is said.
const USUAL_DAYS: u64 = 365;

/// What is asked of a new certificate, beside its subject.
pub(crate) struct Asked<'r> {
    pub(crate) start: Option<Date>,
    pub(crate) days: Option<Days>,
    pub(crate) key_usages: Option<KeyUsageList>,
    pub(crate) constraints: Option<BasicConstraints>,
    pub(crate) serial: Option<&'r SerialNumber>,
    pub(crate) hash: Hash,
}

impl Asked<'_> {
    /// RFC 5280 section 4.2.1.9: nobody signs certificates who is no CA.
    fn check(&self) -> Result<(), Error> {
        let signs = self.key_usages.is_some_and(|list| usages(list).1.includes(KeyUsages::KEY_CERT_SIGN));
        if signs && !self.is_ca() {
            return Err(Error::Conflict { tag: KU, rule: "keyCertSign is for CAs: with it goes BC, CA:TRUE" });
        }
        Ok(())
    }

    fn is_ca(&self) -> bool {
        self.constraints.is_some_and(|constraints| constraints.is_ca)
    }

    fn validity(&self, now: Timestamp) -> Result<(Timestamp, Timestamp), Error> {
        let begin = self.start.map_or(now.0, Date::begin);
        let days = self.days.map_or(USUAL_DAYS, |days| days.value().into());
        let end = begin.checked_add(days * DAY).ok_or(Error::Internal { what: "a date out of reach" })?;
        Ok((Timestamp(begin), Timestamp(end)))
    }

    fn content<'c>(
        &self,
        serial: &'c [u8],
        subject: &'c Name,
        spki: &'c [u8],
        validity: (Timestamp, Timestamp),
    ) -> Content<'c> {
        Content {
            serial,
            subject,
            spki,
            not_before: validity.0,
            not_after: validity.1,
            ca: self.constraints.map(|constraints| (constraints.is_ca, constraints.path_length)),
            key_usages: self.key_usages.map(usages),
        }
    }
}

fn usages(list: KeyUsageList) -> (bool, KeyUsages) {
    (list.is_critical, KeyUsages::from_bits(list.bits))
}

/// The hash that is asked for signatures; SHA-256 where none is.
pub(crate) fn hash(context: &Context<'_>, tag: Tag, code: Option<HashCode>) -> Result<Hash, Error> {
    match code {
        None | Some(HashCode::Sha256) => Ok(Hash::Sha256),
        Some(HashCode::Sha384) => Ok(Hash::Sha384),
        Some(HashCode::Sha512) => Ok(Hash::Sha512),
        Some(HashCode::Sha1) if context.policy()?.sha1_signatures => Ok(Hash::Sha1),
        Some(HashCode::Sha1) => Err(Error::Certificate { tag, error: certificate::Error::Sha1 }),
        Some(HashCode::Md5 | HashCode::Ripemd160) => {
            Err(Error::Field { tag, rule: "certificates are signed with SHA-256, SHA-384 or SHA-512: 4, 5 or 6" })
        }
    }
}

/// The serial number that is asked, or a random one of 16 bytes.
fn serial(context: &mut Context<'_>, asked: Option<&SerialNumber>) -> Vec<u8> {
    if let Some(serial) = asked {
        return serial.bytes().to_vec();
    }
    let mut serial = vec![0; 16];
    random::fill(context.random(), &mut serial);
    // Positive, and of the same length each time.
    serial[0] = serial[0] & 0x3F | 0x40;
    serial
}

/// The name that is asked.
pub(crate) fn name(subject: &SubjectName, more: &[(Attribute, &str)]) -> Result<Name, Error> {
    Name::new(subject, more).map_err(|error| Error::Certificate { tag: RT, error })
}

/// A certificate that its subject signs itself.
pub(crate) fn self_signed(
    context: &mut Context<'_>,
    private_key: &PairRef,
    subject: &Name,
    asked: &Asked<'_>,
) -> Result<Vec<u8>, Error> {
    asked.check()?;
    let pair = pairs::open(context, RC, private_key, PairPurpose::Sign)?;
    let serial = serial(context, asked.serial);
    let validity = asked.validity(context.now())?;
    let content = asked.content(&serial, subject, pair.private().public().spki(), validity);
    certificate::self_signed(&content, asked.hash, &mut signer(&pair, context.random()))
        .map_err(|error| Error::Certificate { tag: BF, error })
}

/// What ASSR and RSSR ask.
pub(crate) struct Issue<'r> {
    pub(crate) request: &'r [u8],
    pub(crate) issuer: &'r [u8],
    pub(crate) private_key: &'r PairRef,
    pub(crate) asked: Asked<'r>,
    pub(crate) rsa_only: bool,
}

/// A certificate for a request, signed by a CA.
pub(crate) fn issue(context: &mut Context<'_>, ask: &Issue<'_>) -> Result<Vec<u8>, Error> {
    ask.asked.check()?;
    let pair = pairs::open(context, RC, ask.private_key, PairPurpose::Sign)?;
    if ask.rsa_only {
        needs_rsa(RC, pair.private().public())?;
    }
    let sha1 = context.policy()?.sha1_signatures;
    let of_request = |error| Error::Certificate { tag: RU, error };
    let request = Request::parse(ask.request).map_err(of_request)?;
    PublicKey::from_der(request.spki()).map_err(|error| Error::PublicKey { tag: RU, error })?;
    request.verify(sha1, &verify).map_err(of_request)?;
    let of_issuer = |error| Error::Certificate { tag: RH, error };
    let issuer = Certificate::parse(ask.issuer).map_err(of_issuer)?;
    issuer.valid_at(context.now()).map_err(of_issuer)?;
    certificate::may_sign(&issuer).map_err(of_issuer)?;
    belongs(RC, &pair, &issuer)?;
    let is_other = request.subject() != issuer.subject();
    if ask.asked.is_ca() && is_other && issuer.extensions().path_length == Some(0) {
        return Err(of_issuer(certificate::Error::PathLength));
    }
    let (begin, end) = ask.asked.validity(context.now())?;
    if begin > issuer.not_after() {
        return Err(Error::Conflict { tag: BF, rule: "the certificate would begin when that of the CA is over" });
    }
    // No longer than the CA's: nobody could verify it then.
    let validity = (begin, end.min(issuer.not_after()));
    let serial = serial(context, ask.asked.serial);
    let (subject, name) = (Name::from_der(request.subject()), Name::from_der(issuer.subject()));
    let content = ask.asked.content(&serial, &subject, request.spki(), validity);
    let hash = ask.asked.hash;
    let issuer = Issuer { name: &name, spki: issuer.spki(), key: issuer.extensions().subject_key };
    certificate::sign(&content, &issuer, hash, &mut signer(&pair, context.random()))
        .map_err(|error| Error::Certificate { tag: BF, error })
}

/// A request that the key signs which it is for, whatever else that may do.
pub(crate) fn request(
    context: &mut Context<'_>,
    private_key: &PairRef,
    subject: &Name,
    key_usages: Option<KeyUsageList>,
    hash: Hash,
    rsa_only: bool,
) -> Result<Vec<u8>, Error> {
    let pair = pairs::any(context, RC, private_key)?;
    if rsa_only {
        needs_rsa(RC, pair.private().public())?;
    }
    let spki = pair.private().public().spki();
    Request::make(subject, spki, key_usages.map(usages), hash, &mut signer(&pair, context.random()))
        .map_err(|error| Error::Certificate { tag: RT, error })
}

/// Whether a private key is that of a certificate.
pub(crate) fn belongs(tag: Tag, pair: &KeyPair, certificate: &Certificate<'_>) -> Result<(), Error> {
    if pair.private().public().spki() == certificate.spki() {
        return Ok(());
    }
    Err(Error::Conflict { tag, rule: "the private key is not that of the certificate" })
}

/// Whether a key is one of RSA.
pub(crate) fn needs_rsa(tag: Tag, key: &PublicKey) -> Result<(), Error> {
    match key.kind() {
        Kind::Rsa(_) => Ok(()),
        Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) | Kind::MlKem(_) => {
            Err(Error::AlgorithmRefused { tag, needed: "an RSA", given: key.kind().algorithm().letter() })
        }
    }
}

/// Whether a key of SubjectPublicKeyInfo has signed a message. What is no key has not.
pub(crate) fn verify(spki: &[u8], algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> bool {
    let digest = digest(algorithm.hash(), message);
    let Ok(key) = PublicKey::from_der(spki) else { return false };
    key.verify(scheme(algorithm), digest.as_bytes(), signature).unwrap_or(false)
}

/// Signs with a private key.
pub(crate) fn signer<'p>(
    pair: &'p KeyPair,
    random: &'p mut Generator,
) -> impl FnMut(SignatureAlgorithm, &[u8]) -> Option<Vec<u8>> + use<'p> {
    move |algorithm, message| {
        let digest = digest(algorithm.hash(), message);
        pair.private().sign(scheme(algorithm), digest.as_bytes(), random).ok()
    }
}

fn scheme(algorithm: SignatureAlgorithm) -> Scheme {
    match algorithm {
        SignatureAlgorithm::Rsa(hash) => Scheme::Pkcs1(Some(hash)),
        SignatureAlgorithm::Ecdsa(_) => Scheme::Ecdsa,
    }
}
