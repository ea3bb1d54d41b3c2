//! Encipherment and authentication of a payload, for each version (X9.143 sections 7.2 and 7.3, ISO 20038 section 6).

use cipher::Block;
use subtle::ConstantTimeEq as _;

use super::Version;
use crate::chain;
use crate::key::derive::{Cipher, Pair};

/// Enciphers `payload` in place and writes its MAC. `header` is all that stands before the payload.
pub(super) fn encipher<C: Cipher>(pair: &Pair<C>, version: Version, header: &[u8], payload: &mut [u8], mac: &mut [u8]) {
    match version {
        Version::A | Version::C => {
            encrypt(pair, &header[..C::block_size()], payload);
            mac.copy_from_slice(&pair.kbak.cbc_mac(header, payload)[..mac.len()]);
        }
        Version::B | Version::D => {
            mac.copy_from_slice(&pair.kbak.cmac(header, payload));
            encrypt(pair, mac, payload);
        }
        Version::E => {
            mac.copy_from_slice(&pair.kbak.cmac(header, payload));
            count(pair, mac, payload);
        }
    }
}

/// Deciphers `payload` in place and tells whether its MAC is `mac`. What is deciphered may be looked at only then.
pub(super) fn decipher<C: Cipher>(
    pair: &Pair<C>,
    version: Version,
    header: &[u8],
    payload: &mut [u8],
    mac: &[u8],
) -> bool {
    let computed = match version {
        Version::A | Version::C => {
            let computed = pair.kbak.cbc_mac(header, payload);
            decrypt(pair, &header[..C::block_size()], payload);
            computed
        }
        Version::B | Version::D => {
            decrypt(pair, mac, payload);
            pair.kbak.cmac(header, payload)
        }
        Version::E => {
            count(pair, mac, payload);
            pair.kbak.cmac(header, payload)
        }
    };
    // As numbers of one width: the constant-time comparison of slices goes byte by byte.
    let [computed, given] = [&computed[..mac.len()], mac].map(|mac| {
        let mut whole = [0; 16];
        whole[..mac.len()].copy_from_slice(mac);
        u128::from_ne_bytes(whole)
    });
    computed.ct_eq(&given).into()
}

fn encrypt<C: Cipher>(pair: &Pair<C>, iv: &[u8], payload: &mut [u8]) {
    let mut block = Block::<C>::default();
    block.copy_from_slice(iv);
    chain::encrypt(&pair.kbek, &mut block, payload);
}

fn decrypt<C: Cipher>(pair: &Pair<C>, iv: &[u8], payload: &mut [u8]) {
    let mut block = Block::<C::Reverse>::default();
    block.copy_from_slice(iv);
    chain::decrypt(pair.reverse(), &mut block, payload);
}

/// Counter mode, the MAC as first counter block.
fn count<C: Cipher>(pair: &Pair<C>, mac: &[u8], payload: &mut [u8]) {
    let mut counter = [0; 16];
    counter.copy_from_slice(mac);
    let mut counter = u128::from_be_bytes(counter);
    for part in payload.chunks_mut(4 * C::block_size()) {
        let mut stream: [Block<C>; 4] = Default::default();
        for block in &mut stream {
            block.copy_from_slice(&counter.to_be_bytes());
            counter = counter.wrapping_add(1);
        }
        pair.kbek.encrypt_blocks(&mut stream);
        part.iter_mut().zip(stream.iter().flatten()).for_each(|(byte, given)| *byte ^= given);
    }
}

/// The block of zeros under the encipherment key, to compare that key with published ones.
#[cfg(test)]
pub(super) fn encrypt_zero<C: Cipher>(pair: &Pair<C>, out: &mut [u8; 16]) {
    let mut block = Block::<C>::default();
    pair.kbek.encrypt_block(&mut block);
    out[..block.len()].copy_from_slice(&block);
}
