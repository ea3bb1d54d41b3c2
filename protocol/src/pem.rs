//! PEM (RFC 7468), with or without the line breaks that no value of a frame can carry.

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One encapsulated value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is, such as `CERTIFICATE`.
    pub label: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads every block of a text. White space and the characters `\n` may stand between any two characters of Base64;
/// what stands outside of blocks is passed over.
///
/// # Errors
/// The rule that is broken; there is at least one block where it succeeds.
pub fn decode(text: &str) -> Result<Vec<Block>, &'static str> {
    const CUT: &str = "a PEM block has a BEGIN line and an END line with the same label";
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (label, after) = after.split_once(DASHES).ok_or(CUT)?;
        let (body, after) = after.split_once(END).ok_or(CUT)?;
        let after = after.strip_prefix(label).and_then(|after| after.strip_prefix(DASHES)).ok_or(CUT)?;
        let bytes = decode_base64(&body.replace("\\r", "").replace("\\n", ""))?;
        blocks.push(Block { label: label.to_owned(), bytes });
        rest = after;
    }
    if blocks.is_empty() { Err("there is no PEM block: -----BEGIN CERTIFICATE----- and so on") } else { Ok(blocks) }
}

/// One block on one line: BEGIN, Base64 and END without anything between them.
#[must_use]
pub fn encode_line(label: &str, bytes: &[u8]) -> String {
    format!("{BEGIN}{label}{DASHES}{}{END}{label}{DASHES}", encode_base64(bytes))
}

/// One block as a file has it, in lines of 64 characters.
#[must_use]
pub fn encode(label: &str, bytes: &[u8]) -> String {
    let mut text = format!("{BEGIN}{label}{DASHES}\n");
    for (index, character) in encode_base64(bytes).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text + "\n" + END + label + DASHES + "\n"
}

fn encode_base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = [0, 1, 2].map(|index| u32::from(chunk.get(index).copied().unwrap_or(0)));
        let group = group[0] << 16 | group[1] << 8 | group[2];
        for place in 0..4 {
            let digit = usize::try_from(group >> (18 - 6 * place) & 63).unwrap_or(0);
            text.push(if place > chunk.len() { '=' } else { char::from(ALPHABET[digit]) });
        }
    }
    text
}

fn decode_base64(text: &str) -> Result<Vec<u8>, &'static str> {
    const WRONG: &str = "the body of a PEM block is not Base64";
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut digits, mut padding) = (0u32, 0, 0);
    for character in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let digit = match character {
            b'=' => {
                padding += 1;
                0
            }
            _ if padding > 0 => return Err(WRONG),
            _ => ALPHABET.iter().position(|known| *known == character).ok_or(WRONG)?,
        };
        group = group << 6 | u32::try_from(digit).unwrap_or(0);
        digits += 1;
        if digits == 4 {
            bytes.extend_from_slice(&group.to_be_bytes()[1..]);
            (group, digits) = (0, 0);
        }
    }
    if digits != 0 || padding > 2 || padding > bytes.len() {
        return Err(WRONG);
    }
    bytes.truncate(bytes.len() - padding);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_with_and_without_line_breaks() {
        for length in 0..100 {
            let bytes: Vec<u8> = (0..length).collect();
            let lines = encode("CERTIFICATE", &bytes);
            let joined = lines.replace('\n', "");
            assert_eq!(joined, encode_line("CERTIFICATE", &bytes));
            for text in
                [&lines, &joined, &lines.replace('\n', " "), &lines.replace('\n', "\\n"), &format!("x\n{lines}y")]
            {
                let block = Block { label: "CERTIFICATE".to_owned(), bytes: bytes.clone() };
                assert_eq!(decode(text), Ok(vec![block]), "{text}");
            }
        }
        let two = encode("A", b"one") + &encode("B", b"two");
        assert_eq!(decode(&two).map(|blocks| blocks.len()), Ok(2));
    }

    #[test]
    fn what_is_no_pem_is_refused() {
        for wrong in [
            "",
            "MAAA",
            "-----BEGIN X-----",
            "-----BEGIN X-----MAAA",
            "-----BEGIN X-----MAAA-----END Y-----",
            "-----BEGIN X-----MAA-----END X-----",
            "-----BEGIN X-----M===-----END X-----",
            "-----BEGIN X-----MA=A-----END X-----",
            "-----BEGIN X-----M AA!-----END X-----",
        ] {
            assert!(decode(wrong).is_err(), "{wrong}");
        }
    }
}
