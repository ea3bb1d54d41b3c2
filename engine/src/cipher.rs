//! Block ciphers with their modes of operation (SP 800-38A), and the padding of data.

use std::fmt;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, InnerIvInit as _};
use cipher::{
    Array, Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit as _, StreamCipherCore as _,
    array::ArraySize,
};
use ctr::{CtrCore, flavors};
use des::{Des, TdesEde3};
use protocol::secret::Inline;
use zeroize::Zeroizing;

use crate::chain;
use crate::key::{Algorithm, KeyMaterial};

/// Why data cannot be enciphered or deciphered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A key of a length that its cipher does not have.
    #[error("the key's length does not suit its algorithm")]
    KeyLength,
    /// Data that is not whole blocks.
    #[error("data must be whole blocks of {block} bytes, at least one; or ask for padding")]
    PartialBlock {
        /// Bytes of a block.
        block: usize,
    },
    /// An initialisation vector that is not one block.
    #[error("the IV must be one block of {block} bytes")]
    IvLength {
        /// Bytes of a block.
        block: usize,
    },
    /// Deciphered data that does not end in padding.
    #[error("the deciphered data does not end in this padding")]
    PaddingInvalid,
    /// An algorithm without the operation that was asked.
    #[error("the key's algorithm cannot do this")]
    Algorithm,
}

/// A keyed block cipher; its schedule is wiped on drop.
pub enum BlockCipher {
    /// DES, 8-byte key.
    Des(Des),
    /// Triple DES, 16- or 24-byte key.
    Tdes(TdesEde3),
    /// AES-128.
    Aes128(Aes128),
    /// AES-192.
    Aes192(Aes192),
    /// AES-256.
    Aes256(Aes256),
}

impl fmt::Debug for BlockCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlockCipher")
    }
}

/// Runs one expression with whichever cipher it is.
macro_rules! with_cipher {
    ($cipher:expr, $name:ident => $work:expr) => {
        match $cipher {
            BlockCipher::Des($name) => $work,
            BlockCipher::Tdes($name) => $work,
            BlockCipher::Aes128($name) => $work,
            BlockCipher::Aes192($name) => $work,
            BlockCipher::Aes256($name) => $work,
        }
    };
}

impl BlockCipher {
    /// The cipher of a key.
    ///
    /// # Errors
    /// [`Error::KeyLength`], or [`Error::Algorithm`] where the algorithm is no block cipher.
    pub fn new(algorithm: Algorithm, key: &KeyMaterial) -> Result<Self, Error> {
        let key = key.expose();
        // Made where it is to stay: a schedule is hundreds of bytes.
        match algorithm {
            Algorithm::Des => Ok(Self::Des(Des::new(key.try_into().map_err(|_| Error::KeyLength)?))),
            Algorithm::Tdes => Ok(Self::Tdes(tdes(key)?)),
            Algorithm::Aes => match key.len() {
                16 => Ok(Self::Aes128(Aes128::new(key.try_into().map_err(|_| Error::KeyLength)?))),
                24 => Ok(Self::Aes192(Aes192::new(key.try_into().map_err(|_| Error::KeyLength)?))),
                _ => Ok(Self::Aes256(Aes256::new(key.try_into().map_err(|_| Error::KeyLength)?))),
            },
            Algorithm::Hmac | Algorithm::Rsa | Algorithm::Ec | Algorithm::Dsa | Algorithm::MlDsa | Algorithm::MlKem => {
                Err(Error::Algorithm)
            }
        }
    }

    /// Bytes of a block: 8 or 16.
    #[must_use]
    pub fn block_length(&self) -> usize {
        match self {
            Self::Des(_) | Self::Tdes(_) => 8,
            Self::Aes128(_) | Self::Aes192(_) | Self::Aes256(_) => 16,
        }
    }

    /// Enciphers whole blocks, each by itself.
    ///
    /// # Errors
    /// [`Error::PartialBlock`]
    pub fn encrypt_ecb(&self, data: &mut [u8]) -> Result<(), Error> {
        self.whole(data)?;
        with_cipher!(self, cipher => cipher.encrypt_blocks(blocks(data)));
        Ok(())
    }

    /// Deciphers whole blocks, each by itself.
    ///
    /// # Errors
    /// [`Error::PartialBlock`]
    pub fn decrypt_ecb(&self, data: &mut [u8]) -> Result<(), Error> {
        self.whole(data)?;
        with_cipher!(self, cipher => cipher.decrypt_blocks(blocks(data)));
        Ok(())
    }

    /// Enciphers whole blocks in CBC mode and leaves the last ciphertext block in `iv`, to go on from.
    ///
    /// # Errors
    /// [`Error::PartialBlock`], [`Error::IvLength`]
    pub fn encrypt_cbc(&self, iv: &mut [u8], data: &mut [u8]) -> Result<(), Error> {
        self.whole(data)?;
        self.one_block(iv)?;
        with_cipher!(self, cipher => {
            let mode = cbc::Encryptor::inner_iv_slice_init(cipher, iv);
            let mut mode = mode.map_err(|_| Error::IvLength { block: self.block_length() })?;
            mode.encrypt_blocks(blocks(data));
        });
        iv.copy_from_slice(&data[data.len() - iv.len()..]);
        Ok(())
    }

    /// Deciphers whole blocks in CBC mode and leaves the last ciphertext block in `iv`, to go on from.
    ///
    /// # Errors
    /// [`Error::PartialBlock`], [`Error::IvLength`]
    pub fn decrypt_cbc(&self, iv: &mut [u8], data: &mut [u8]) -> Result<(), Error> {
        self.whole(data)?;
        self.one_block(iv)?;
        let mut last = [0; 16];
        let last = &mut last[..iv.len()];
        last.copy_from_slice(&data[data.len() - iv.len()..]);
        with_cipher!(self, cipher => {
            let mode = cbc::Decryptor::inner_iv_slice_init(cipher, iv);
            let mut mode = mode.map_err(|_| Error::IvLength { block: self.block_length() })?;
            mode.decrypt_blocks(blocks(data));
        });
        iv.copy_from_slice(last);
        Ok(())
    }

    /// Enciphers or deciphers data of any length in counter mode and leaves the next counter in `iv`. The whole block
    /// counts, big endian, and wraps around.
    ///
    /// # Errors
    /// [`Error::IvLength`]
    pub fn apply_ctr(&self, iv: &mut [u8], data: &mut [u8]) -> Result<(), Error> {
        self.one_block(iv)?;
        match self {
            Self::Des(cipher) => ctr_64(cipher, iv, data),
            Self::Tdes(cipher) => ctr_64(cipher, iv, data),
            Self::Aes128(cipher) => ctr_128(cipher, iv, data),
            Self::Aes192(cipher) => ctr_128(cipher, iv, data),
            Self::Aes256(cipher) => ctr_128(cipher, iv, data),
        }
        advance(iv, data.len().div_ceil(iv.len()));
        Ok(())
    }

    /// The last block of CBC over the whole blocks of `data` and then over `last`, if there is one.
    pub(crate) fn cbc_mac(&self, data: &[u8], last: Option<&[u8]>) -> Inline<16> {
        with_cipher!(self, cipher => cbc_mac(cipher, data, last))
    }

    fn whole(&self, data: &[u8]) -> Result<(), Error> {
        let block = self.block_length();
        if data.is_empty() || !data.len().is_multiple_of(block) {
            return Err(Error::PartialBlock { block });
        }
        Ok(())
    }

    fn one_block(&self, iv: &[u8]) -> Result<(), Error> {
        let block = self.block_length();
        if iv.len() == block { Ok(()) } else { Err(Error::IvLength { block }) }
    }
}

/// Triple DES with a key of two or three parts.
pub(crate) fn tdes(key: &[u8]) -> Result<TdesEde3, Error> {
    Ok(TdesEde3::new((&*three_parts(key)?).into()))
}

/// A key of triple DES with K3 = K1 where it has two parts.
pub(crate) fn three_parts(key: &[u8]) -> Result<Zeroizing<[u8; 24]>, Error> {
    let mut whole = Zeroizing::new([0; 24]);
    match key.len() {
        16 => {
            whole[..16].copy_from_slice(key);
            whole[16..].copy_from_slice(&key[..8]);
        }
        24 => whole.copy_from_slice(key),
        _ => return Err(Error::KeyLength),
    }
    Ok(whole)
}

fn cbc_mac<C: BlockCipherEncrypt>(cipher: &C, data: &[u8], last: Option<&[u8]>) -> Inline<16> {
    let mut block = Block::<C>::default();
    let parts = [chain::blocks(data).0, chain::blocks(last.unwrap_or_default()).0, &[]];
    chain::absorb(cipher, &mut block, parts);
    Inline::new(&block)
}

fn blocks<N: ArraySize>(data: &mut [u8]) -> &mut [Array<u8, N>] {
    Array::slice_as_chunks_mut(data).0
}

fn ctr_64<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = cipher::consts::U8>>(
    cipher: &C,
    iv: &[u8],
    data: &mut [u8],
) {
    if let Ok(core) = CtrCore::<&C, flavors::Ctr64BE>::inner_iv_slice_init(cipher, iv) {
        core.apply_keystream_partial(data.into());
    }
}

fn ctr_128<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = cipher::consts::U16>>(
    cipher: &C,
    iv: &[u8],
    data: &mut [u8],
) {
    if let Ok(core) = CtrCore::<&C, flavors::Ctr128BE>::inner_iv_slice_init(cipher, iv) {
        core.apply_keystream_partial(data.into());
    }
}

/// Adds `steps` to a big-endian counter of any length.
fn advance(counter: &mut [u8], steps: usize) {
    let mut carry = u64::try_from(steps).unwrap_or(u64::MAX);
    for byte in counter.iter_mut().rev() {
        let sum = (carry & 0xFF) + u64::from(*byte);
        *byte = sum.to_be_bytes()[7];
        carry = (carry >> 8) + (sum >> 8);
    }
}

/// How data is filled to whole blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Not at all.
    None,
    /// As many bytes as are missing, each of that value (RFC 5652 section 6.3); at least one.
    Pkcs7,
    /// 80 and zeros (ISO/IEC 9797-1 padding method 2); at least one byte.
    Iso2,
}

impl Padding {
    /// Bytes after padding `length` bytes to blocks of `block` bytes.
    #[must_use]
    pub fn padded_length(self, length: usize, block: usize) -> usize {
        match self {
            Self::None => length,
            Self::Pkcs7 | Self::Iso2 => (length / block + 1) * block,
        }
    }

    /// Writes the padding behind the first `length` bytes of `data`.
    pub fn fill(self, data: &mut [u8], length: usize) {
        let padding = &mut data[length..];
        match self {
            Self::None => {}
            Self::Pkcs7 => {
                let count = u8::try_from(padding.len()).unwrap_or(u8::MAX);
                padding.fill(count);
            }
            Self::Iso2 => {
                padding.fill(0);
                if let Some(first) = padding.first_mut() {
                    *first = 0x80;
                }
            }
        }
    }

    /// Bytes without the padding. The time does not depend on where the padding is wrong.
    ///
    /// # Errors
    /// [`Error::PaddingInvalid`]
    pub fn unpadded_length(self, data: &[u8], block: usize) -> Result<usize, Error> {
        let last = data.len().checked_sub(block).map(|start| &data[start..]);
        match (self, last) {
            (Self::None, _) => Ok(data.len()),
            (Self::Pkcs7 | Self::Iso2, None) => Err(Error::PaddingInvalid),
            (Self::Pkcs7, Some(last)) => {
                let count = usize::from(last[block - 1]);
                let places = last.iter().rev().enumerate();
                let wrong = places.fold(0, |wrong, (place, byte)| {
                    let inside = 0u8.wrapping_sub(u8::from(place < count));
                    wrong | (inside & (byte ^ last[block - 1]))
                });
                if wrong == 0 && (1..=block).contains(&count) {
                    Ok(data.len() - count)
                } else {
                    Err(Error::PaddingInvalid)
                }
            }
            (Self::Iso2, Some(last)) => {
                let zeros = last.iter().rev().take_while(|byte| **byte == 0).count();
                let mark = last.len().checked_sub(zeros + 1).map(|place| last[place]);
                if mark == Some(0x80) { Ok(data.len() - zeros - 1) } else { Err(Error::PaddingInvalid) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_carry_and_wrap() {
        let mut counter = [0xFF; 8];
        advance(&mut counter, 1);
        assert_eq!(counter, [0; 8]);
        let mut counter = [0, 0, 0, 0, 0, 0, 0xFF, 0xFE];
        advance(&mut counter, 0x0103);
        assert_eq!(counter, [0, 0, 0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn padding_is_removed_as_it_was_added_and_nothing_else_is() {
        for padding in [Padding::Pkcs7, Padding::Iso2] {
            for length in 0..33 {
                let mut data = vec![0xA5; padding.padded_length(length, 16)];
                padding.fill(&mut data, length);
                assert_eq!(padding.unpadded_length(&data, 16), Ok(length));
            }
            for wrong in [[0; 16], [0x11; 16], [0xFF; 16]] {
                assert_eq!(padding.unpadded_length(&wrong, 16), Err(Error::PaddingInvalid));
            }
            assert_eq!(padding.unpadded_length(&[], 16), Err(Error::PaddingInvalid));
        }
        let mut broken = [4; 16];
        broken[13] = 5;
        assert_eq!(Padding::Pkcs7.unpadded_length(&broken, 16), Err(Error::PaddingInvalid));
    }
}
