//! Floors: the bare cipher blocks that a piece of work cannot do without, chained so that each waits for the last, as
//! those of a CMAC and of CBC do.

use aes::{Aes128, Aes192, Aes256};
use cipher::array::{Array, ArraySize};
use cipher::{Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, KeyInit as _};
use des::TdesEde3;

/// A keyed cipher without anything around it.
#[expect(missing_debug_implementations, reason = "holds a key")]
pub enum Floor {
    /// Triple DES.
    Tdes(Box<TdesEde3>),
    /// AES-128.
    Aes128(Box<Aes128>),
    /// AES-192.
    Aes192(Box<Aes192>),
    /// AES-256.
    Aes256(Box<Aes256>),
}

impl Floor {
    /// The cipher of a key block protection key of `length` bytes.
    #[must_use]
    pub fn new(is_aes: bool, length: usize) -> Self {
        match (is_aes, length) {
            (false, _) => Self::Tdes(Box::new(TdesEde3::new(&[0x5A; 24].into()))),
            (true, 16) => Self::Aes128(Box::new(Aes128::new(&[0x5A; 16].into()))),
            (true, 24) => Self::Aes192(Box::new(Aes192::new(&[0x5A; 24].into()))),
            (true, _) => Self::Aes256(Box::new(Aes256::new(&[0x5A; 32].into()))),
        }
    }

    /// Enciphers `count` blocks, each the result of the one before.
    #[must_use]
    pub fn chain(&self, count: usize) -> u8 {
        match self {
            Self::Tdes(cipher) => chain(&**cipher, count),
            Self::Aes128(cipher) => chain(&**cipher, count),
            Self::Aes192(cipher) => chain(&**cipher, count),
            Self::Aes256(cipher) => chain(&**cipher, count),
        }
    }
}

fn chain<C: BlockCipherEncrypt>(cipher: &C, count: usize) -> u8 {
    let mut block = Block::<C>::default();
    cipher.encrypt_with_backend(Chain { block: &mut block, count });
    block[0]
}

/// The whole chain in one call of the cipher, as cheap as it can be.
struct Chain<'a, N: ArraySize> {
    block: &'a mut Array<u8, N>,
    count: usize,
}

impl<N: ArraySize> BlockSizeUser for Chain<'_, N> {
    type BlockSize = N;
}

impl<N: ArraySize> BlockCipherEncClosure for Chain<'_, N> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = N>>(self, backend: &B) {
        for _ in 0..self.count {
            backend.encrypt_block(self.block.into());
        }
    }
}
