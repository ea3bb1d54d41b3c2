//! Signs data with a private key.
//!
//! Data of more than 4,096 hexadecimal digits goes in several frames: all but the last have `BN1`, and are answered by
//! `BNCONTINUE` and a handle in `CH`, which the next frame carries; the frame with `BN0` is answered by the signature.
//! What the first frame said of key, hash and padding holds for all; later frames may leave it out or repeat it. A frame
//! that is refused changes nothing: its handle is still good.
//!
//! With a key on a curve it is an ECDSA signature in DER, and `KY` and `ZA` are left out (ours). With `RG0` the data is then
//! the digest, of 16, 20, 28, 32, 48 or 64 bytes: of anything longer, only the beginning would be signed.
//!
//! Ours: `ZA2`, PSS; that `KY` absent signs the bare hash; that a handle has 16 digits, is good for one frame, on its own
//! connection, for 60 seconds and one login, and that a connection has four at most.

use crate::field::code::{Continue, Encoding, MajorKeySelector, MoreFrames, SignatureHash, SignaturePadding};
use crate::field::data::{DataPart, Handle, Signature};
use crate::field::pair::PairRef;

command! {
    request {
        /// The key pair; needed in the first frame.
        "RC" pair: Option<PairRef>,
        /// Data.
        "RF" data: DataPart,
        /// Hash function; needed in the first frame.
        "RG" hash: Option<SignatureHash>,
        /// Whether more data follows; no when absent.
        "BN" more: Option<MoreFrames>,
        /// Whether the hash is signed in its DigestInfo; no when absent.
        "KY" encoding: Option<Encoding>,
        /// Padding; PKCS #1 v1.5 when absent.
        "ZA" padding: Option<SignaturePadding>,
        /// Handle of the frame before.
        "CH" handle: Option<Handle>,
        /// Major key of the key block: the PMK.
        "FS" major_key: Option<MajorKeySelector>,
    }
    response {
        /// Signature, when all data is there.
        "RH" signature: Option<Signature>,
        /// The next frame is awaited.
        "BN" wanted: Option<Continue>,
        /// Handle for the next frame.
        "CH" handle: Option<Handle>,
    }
}
