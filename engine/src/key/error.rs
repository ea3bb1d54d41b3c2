//! What can be wrong with a key.

/// Why a key, a key block or a cryptogram is refused. No variant has room for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A rule of the header or of the layout is broken; seen without any key.
    #[error("malformed key block: {0}")]
    Malformed(&'static str),
    /// Wrong key, wrong MAC, wrong length inside, wrong padding: told apart by nothing.
    #[error("the key block does not open under this key: another key, or a changed block")]
    KeyBlockInvalid,
    /// A key that cannot protect key blocks.
    #[error("a key block protection key is triple DES of 16 or 24 bytes, or AES")]
    KbpkLength,
    /// Version and protecting key do not go together.
    #[error("versions A, B and C need a triple DES key to protect them, D and E an AES key")]
    KbpkAlgorithm,
    /// The block would not fit its four length digits.
    #[error("the key block would be longer than 9999 characters")]
    TooLong,
    /// Usage, algorithm and mode do not go together.
    #[error("{0}")]
    Attributes(&'static str),
    /// The key is longer or shorter than its algorithm allows.
    #[error("the key's length does not suit its algorithm")]
    Length,
    /// The algorithm is not served.
    #[error("keys of this algorithm are not served; AES, DES, triple DES and HMAC are")]
    AlgorithmUnsupported,
    /// The wrapping key is weaker than what it wraps.
    #[error("the wrapping key is weaker than the key that it wraps")]
    WeakerWrapping,
    /// A weak DES key, or parts that cancel each other.
    #[error("a weak key: one of the weak or semi-weak DES keys, equal parts, or all zeros")]
    Weak,
    /// A DES part without odd parity.
    #[error("the key does not have odd parity; wrong wrapping key or modifier?")]
    Parity,
}
