//! Chains of cipher blocks, each chain handed to its cipher as one piece of work.
//!
//! A call per block would be simpler, but on processors with wide AES instructions the `aes` crate spreads the round
//! keys over wide registers at every call, which costs several times what one block does.

use cipher::array::{Array, ArraySize};
use cipher::{
    Block, BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser,
};

/// XORs each block of `parts` in turn into `block` and enciphers that: CBC-MAC.
pub(crate) fn absorb<C: BlockCipherEncrypt>(cipher: &C, block: &mut Block<C>, parts: [&[Block<C>]; 3]) {
    cipher.encrypt_with_backend(Absorb { block, parts });
}

/// Enciphers whole blocks in CBC mode; `iv` becomes the last one.
pub(crate) fn encrypt<C: BlockCipherEncrypt>(cipher: &C, iv: &mut Block<C>, data: &mut [u8]) {
    let parts = Array::slice_as_chunks_mut(data).0;
    cipher.encrypt_with_backend(Encrypt { iv, parts });
}

/// Deciphers whole blocks in CBC mode; `iv` becomes the last block of ciphertext.
pub(crate) fn decrypt<C: BlockCipherDecrypt>(cipher: &C, iv: &mut Block<C>, data: &mut [u8]) {
    let parts = Array::slice_as_chunks_mut(data).0;
    cipher.decrypt_with_backend(Decrypt { iv, parts });
}

/// Enciphers blocks each by itself: a few, for which wide registers are not worth making ready.
pub(crate) fn each<C: BlockCipherEncrypt>(cipher: &C, blocks: &mut [Block<C>]) {
    cipher.encrypt_with_backend(Each { blocks });
}

/// The whole blocks at the beginning of `bytes`, and the rest.
pub(crate) fn blocks<N: ArraySize>(bytes: &[u8]) -> (&[Array<u8, N>], &[u8]) {
    Array::slice_as_chunks(bytes)
}

/// XOR of a length that the compiler knows, so that it is one instruction.
pub(crate) fn xor<N: ArraySize>(block: &mut Array<u8, N>, part: &Array<u8, N>) {
    for (byte, given) in block.iter_mut().zip(part) {
        *byte ^= given;
    }
}

struct Absorb<'a, N: ArraySize> {
    block: &'a mut Array<u8, N>,
    parts: [&'a [Array<u8, N>]; 3],
}

impl<N: ArraySize> BlockSizeUser for Absorb<'_, N> {
    type BlockSize = N;
}

impl<N: ArraySize> BlockCipherEncClosure for Absorb<'_, N> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = N>>(self, backend: &B) {
        let mut block = self.block.clone();
        for parts in self.parts {
            for part in parts {
                xor(&mut block, part);
                backend.encrypt_block((&mut block).into());
            }
        }
        *self.block = block;
    }
}

struct Each<'a, N: ArraySize> {
    blocks: &'a mut [Array<u8, N>],
}

impl<N: ArraySize> BlockSizeUser for Each<'_, N> {
    type BlockSize = N;
}

impl<N: ArraySize> BlockCipherEncClosure for Each<'_, N> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = N>>(self, backend: &B) {
        for block in self.blocks {
            backend.encrypt_block(block.into());
        }
    }
}

struct Encrypt<'a, N: ArraySize> {
    iv: &'a mut Array<u8, N>,
    parts: &'a mut [Array<u8, N>],
}

impl<N: ArraySize> BlockSizeUser for Encrypt<'_, N> {
    type BlockSize = N;
}

impl<N: ArraySize> BlockCipherEncClosure for Encrypt<'_, N> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = N>>(self, backend: &B) {
        for part in self.parts {
            xor(self.iv, part);
            backend.encrypt_block(self.iv.into());
            part.clone_from(self.iv);
        }
    }
}

struct Decrypt<'a, N: ArraySize> {
    iv: &'a mut Array<u8, N>,
    parts: &'a mut [Array<u8, N>],
}

impl<N: ArraySize> BlockSizeUser for Decrypt<'_, N> {
    type BlockSize = N;
}

impl<N: ArraySize> BlockCipherDecClosure for Decrypt<'_, N> {
    #[inline(always)]
    fn call<B: BlockCipherDecBackend<BlockSize = N>>(self, backend: &B) {
        for part in self.parts {
            let before = std::mem::replace(self.iv, part.clone());
            backend.decrypt_block(part.into());
            xor(part, &before);
        }
    }
}
