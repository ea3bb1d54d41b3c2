//! What the MAC commands share: which keys they take, and which algorithm a key stands for.

use protocol::field::number::MacLength;
use protocol::secret::Inline;
use protocol::tag::Tag;

use crate::error::{Error, Usages};
use crate::held::{Purpose, Wanted};
use crate::key::modifier::Modifier;
use crate::key::{self, Usage, WorkingKey};
use crate::mac::{self, Padding};

/// The first is what a cryptogram of modifier 3 is taken for.
const MAC: &[Usage] = &[Usage::M3, Usage::M0, Usage::M1, Usage::M6];

/// How a MAC is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// ISO 9797-1 algorithm 1; with a triple DES key this is ISO 16609.
    CbcMac(Padding),
    /// ISO 9797-1 algorithm 3.
    Retail(Padding),
    /// SP 800-38B.
    Cmac,
}

pub(crate) fn wanted(purpose: Purpose) -> Wanted {
    Wanted { usages: MAC, purpose, modifier: Modifier::MAC }
}

impl Algorithm {
    /// The algorithm that the key's usage names; a single-length key has only algorithm 1.
    pub(crate) fn of_usage(tag: Tag, key: &WorkingKey) -> Result<Self, Error> {
        let given = key.attributes().usage;
        match given {
            Usage::M6 => Ok(Self::Cmac),
            Usage::M0 | Usage::M1 => Ok(Self::CbcMac(Padding::Method1)),
            Usage::M3 if key.material().len() == 8 => Ok(Self::CbcMac(Padding::Method1)),
            Usage::M3 => Ok(Self::Retail(Padding::Method1)),
            _ => Err(Error::UsageRefused { tag, needed: Usages(MAC), given }),
        }
    }

    /// The whole MAC: one block of the key's cipher.
    pub(crate) fn compute(self, tag: Tag, key: &WorkingKey, data: &[u8]) -> Result<Inline<16>, Error> {
        let algorithm = key.attributes().algorithm;
        let made = match self {
            Self::Cmac => mac::cmac(algorithm, key.material(), data),
            Self::CbcMac(padding) => mac::cbc_mac(algorithm, key.material(), padding, data),
            Self::Retail(padding) => {
                if algorithm != key::Algorithm::Tdes || key.material().len() != 16 {
                    let needed = "for the retail MAC, a two-part triple DES";
                    return Err(Error::AlgorithmRefused { tag, needed, given: algorithm.letter() });
                }
                mac::retail(key.material(), padding, data)
            }
        };
        made.map_err(|error| Error::Cipher { tag, error })
    }
}

/// How many bytes of the MAC are wanted: within what there is.
pub(crate) fn length(tag: Tag, asked: Option<MacLength>, default: usize, whole: usize) -> Result<usize, Error> {
    let length = asked.and_then(|asked| usize::try_from(asked.value()).ok()).unwrap_or(default);
    if length <= whole {
        return Ok(length);
    }
    Err(Error::Field { tag, rule: "longer than this key's MAC: 8 bytes for a DES-family key, 16 for AES" })
}
