//! Encrypts or decrypts data in a mode of choice.

use protocol::command::data::crypt::{Request, Response};
use protocol::field::code::{CipherMode, DataPadding, Direction};
use protocol::field::data::Data;
use protocol::field::key::IvRef;
use protocol::tag::Tag;

use crate::cipher::{self, BlockCipher, Padding};
use crate::command::Execute;
use crate::context::Context;
use crate::data;
use crate::error::Error;
use crate::held::{self, Purpose};

const AI: Tag = Tag::of("AI");
const BO: Tag = Tag::of("BO");
const GH: Tag = Tag::of("GH");
const ZA: Tag = Tag::of("ZA");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let purpose = match self.direction {
            Direction::Encrypt => Purpose::Encrypt,
            Direction::Decrypt => Purpose::Decrypt,
        };
        let key = held::open(context, AI, &self.key, self.major_key, &data::wanted(purpose))?;
        let cipher = data::cipher(AI, &key)?;
        let padding = match self.padding.unwrap_or(DataPadding::None) {
            DataPadding::None => Padding::None,
            DataPadding::Pkcs7 => Padding::Pkcs7,
            DataPadding::Iso2 => Padding::Iso2,
        };
        if self.mode == CipherMode::Ecb && self.iv.is_some() {
            return Err(Error::Conflict { tag: GH, rule: "ECB takes no IV" });
        }
        if self.mode == CipherMode::Ctr && padding != Padding::None {
            return Err(Error::Conflict { tag: ZA, rule: "CTR takes data of any length and no padding" });
        }
        let mut iv = data::iv(context, GH, self.iv.as_ref(), cipher.block_length())?;
        let block = cipher.block_length();
        let given = self.data.expose();
        let encrypting = self.direction == Direction::Encrypt;
        let length = if encrypting { padding.padded_length(given.len(), block) } else { given.len() };
        let mut result = Data::with_length(length, |place| place[..given.len()].copy_from_slice(given));
        if encrypting {
            padding.fill(result.expose_mut(), given.len());
        }
        run(&cipher, self.mode, self.direction, iv.as_mut(), result.expose_mut())
            .map_err(|error| data::refused(BO, error))?;
        if !encrypting {
            let kept = padding.unpadded_length(result.expose(), block).map_err(|error| data::refused(BO, error))?;
            result = Data::new(&result.expose()[..kept]);
        }
        // In CBC the next IV is ciphertext; in CTR it is the given one and a little more, which must not leave its slot.
        let next = match self.mode {
            CipherMode::Ecb => false,
            CipherMode::Cbc => true,
            CipherMode::Ctr => !matches!(self.iv, Some(IvRef::Slot(_))),
        };
        let iv = next.then(|| Data::new(iv.as_ref()));
        Ok(Response { data: result, iv })
    }
}

fn run(
    cipher: &BlockCipher,
    mode: CipherMode,
    direction: Direction,
    iv: &mut [u8],
    data: &mut [u8],
) -> Result<(), cipher::Error> {
    match (mode, direction) {
        (CipherMode::Ecb, Direction::Encrypt) => cipher.encrypt_ecb(data),
        (CipherMode::Ecb, Direction::Decrypt) => cipher.decrypt_ecb(data),
        (CipherMode::Cbc, Direction::Encrypt) => cipher.encrypt_cbc(iv, data),
        (CipherMode::Cbc, Direction::Decrypt) => cipher.decrypt_cbc(iv, data),
        (CipherMode::Ctr, _) => cipher.apply_ctr(iv, data),
    }
}
