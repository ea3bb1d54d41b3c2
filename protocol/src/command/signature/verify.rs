//! Verifies a signature with a trusted public key.
//!
//! Data of more than 4,096 hexadecimal digits goes in several frames, all but the last with `BN1`, as for RSAS. Clients
//! send no handle here: without one, a frame goes on with the request just before it, where that gave a part of the data for
//! the same key and signature, or else begins. Where another request came between, the login has changed, or a minute has
//! passed, the next frame is refused (411), once, instead of being taken for all of the data: begin again.
//!
//! With a key on a curve it is an ECDSA signature in DER, and `KY` and `ZA` are left out (ours); with `RG0` the data is a
//! digest, as for RSAS.
//!
//! Ours: `KY`, taken as 1 when absent, `ZA` and `CH`; that public keys are trusted for S or V. A signature that is none is
//! answered by `BBN`.

use crate::field::code::{Continue, Encoding, MajorKeySelector, MoreFrames, SignatureHash, SignaturePadding, Verdict};
use crate::field::data::{DataPart, Handle, Signature};
use crate::field::pair::TrustedRef;

command! {
    request {
        /// Signature.
        "RH" signature: Signature,
        /// Data.
        "RF" data: DataPart,
        /// The trusted public key, or the slot of one or of a key pair.
        "RD" public: TrustedRef,
        /// Hash function.
        "RG" hash: SignatureHash,
        /// Whether more data follows; no when absent.
        "BN" more: Option<MoreFrames>,
        /// Whether the hash was signed in its DigestInfo; yes when absent.
        "KY" encoding: Option<Encoding>,
        /// Padding; PKCS #1 v1.5 when absent.
        "ZA" padding: Option<SignaturePadding>,
        /// Handle of the frame before.
        "CH" handle: Option<Handle>,
        /// Major key: the PMK.
        "FS" major_key: Option<MajorKeySelector>,
    }
    response {
        /// Whether the signature is one over the data, when all of it is there.
        "BB" verdict: Option<Verdict>,
        /// The next frame is awaited.
        "BN" wanted: Option<Continue>,
        /// Handle for the next frame.
        "CH" handle: Option<Handle>,
    }
}
