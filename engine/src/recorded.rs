//! What the commands that read audit logs share.

use protocol::buffer::Buffer;
use protocol::field::number::Number;
use protocol::field::text::Text;

use crate::audit::Head;
use crate::context::Context;
use crate::error::Error;

/// Most records of one answer.
const MOST: u32 = 100;
/// Digits that an answer has room for.
const ROOM: usize = 59_000;

type Page = (Number<0, 100>, Option<Text<60_000>>, Number<0, 4_294_967_295>);

/// The end of a log.
pub(crate) fn head(context: &Context<'_>, log: &str) -> Result<Head, Error> {
    context.log().head(log).ok_or(Error::Internal { what: "an audit log that cannot be read" })
}

/// Records of a log, as many as an answer has room for.
pub(crate) fn page(context: &Context<'_>, log: &str, after: Option<u32>, most: Option<u32>) -> Result<Page, Error> {
    let unreadable = Error::Internal { what: "an audit log that cannot be read" };
    let most = usize::try_from(most.unwrap_or(MOST)).unwrap_or_default();
    let entries = context.log().entries(log, after.unwrap_or(0).into(), most).ok_or(unreadable)?;
    let (mut text, mut count) = (Buffer::new(), 0);
    for entry in entries {
        if text.len() + 2 * entry.line.len() > ROOM {
            break;
        }
        if count > 0 {
            text.push(b',');
        }
        protocol::hex::write(entry.line.as_bytes(), &mut text);
        count += 1;
    }
    let full = Error::Internal { what: "audit records that do not fit their fields" };
    let text = std::str::from_utf8(&text).ok().filter(|text| !text.is_empty());
    let last = u32::try_from(head(context, log)?.number).ok().and_then(Number::new).ok_or(full)?;
    Ok((Number::new(count).ok_or(full)?, text.map(|text| Text::new(text).ok_or(full)).transpose()?, last))
}
