//! The form of backups: what stands in front of their sealed parts, and how a file holds them.
//!
//! A file is [`MAGIC`], the length of the head (4 bytes, big-endian), the head, and then for each part its length
//! (4 bytes) and its bytes. The head is in clear and authenticated with every part.

/// The first bytes of a file.
pub const MAGIC: &[u8; 18] = b"strongroom backup\n";
/// The form that this version makes.
pub const FORM: u8 = 1;
/// Bytes of a sealed part at most.
pub const PART: usize = 24_016;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Random, its own.
    pub id: [u8; 16],
    /// When it was made: seconds since 1970-01-01 00:00 UTC.
    pub created: u64,
    /// Whether it holds the key table.
    pub keys: bool,
    /// Whether it holds identities and roles.
    pub configuration: bool,
    /// Name of the tenant.
    pub tenant: String,
    /// The first three bytes of the BEK's check value.
    pub bek: [u8; 3],
    /// Sealed parts.
    pub parts: u32,
    /// Keys, identities and roles in all.
    pub items: u32,
}

/// Why a head is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Too short, too long, or not of the form that it says.
    #[error("the head of the backup is damaged")]
    Damaged,
    /// Made by a later version.
    #[error("the backup has form {0}, which this version cannot read")]
    Form(u8),
}

impl Head {
    /// Form, id, time, contents (bit 0 keys, bit 1 configuration), check value, parts, items, then the name.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let contents = u8::from(self.keys) | u8::from(self.configuration) << 1;
        let mut out = vec![FORM];
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&self.created.to_be_bytes());
        out.push(contents);
        out.extend_from_slice(&self.bek);
        out.extend_from_slice(&self.parts.to_be_bytes());
        out.extend_from_slice(&self.items.to_be_bytes());
        out.extend_from_slice(self.tenant.as_bytes());
        out
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`HeadError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, HeadError> {
        let (form, rest) = bytes.split_first().ok_or(HeadError::Damaged)?;
        if *form != FORM {
            return Err(HeadError::Form(*form));
        }
        Self::parse(rest).ok_or(HeadError::Damaged)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (created, rest) = rest.split_first_chunk::<8>()?;
        let (contents, rest) = rest.split_first()?;
        let (bek, rest) = rest.split_first_chunk::<3>()?;
        let (parts, rest) = rest.split_first_chunk::<4>()?;
        let (items, rest) = rest.split_first_chunk::<4>()?;
        let tenant = std::str::from_utf8(rest).ok().filter(|name| name.len() <= 32)?;
        (1..=3).contains(contents).then(|| Self {
            id: *id,
            created: u64::from_be_bytes(*created),
            keys: contents & 1 != 0,
            configuration: contents & 2 != 0,
            tenant: tenant.to_owned(),
            bek: *bek,
            parts: u32::from_be_bytes(*parts),
            items: u32::from_be_bytes(*items),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_back() {
        let head = Head {
            id: [7; 16],
            created: 1_700_000_000,
            keys: true,
            configuration: false,
            tenant: "default".to_owned(),
            bek: [1, 2, 3],
            parts: 4,
            items: 500,
        };
        let bytes = head.encode();
        assert_eq!(Head::decode(&bytes), Ok(head));
        for cut in 0..37 {
            assert_eq!(Head::decode(&bytes[..cut]), Err(HeadError::Damaged), "{cut}");
        }
        let mut later = bytes.clone();
        later[0] = 2;
        assert_eq!(Head::decode(&later), Err(HeadError::Form(2)));
    }
}
