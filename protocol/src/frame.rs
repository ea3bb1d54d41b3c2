//! One frame: `[AOxxxx;T1value;T2value;]` (wire.md 1.1 to 1.8, A.1).

mod scan;

use zeroize::ZeroizeOnDrop;

use crate::buffer::Buffer;
use crate::error::Error;
use crate::tag::Tag;
use scan::ends;

/// How much a peer may send before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one frame, brackets included.
    pub frame_bytes: usize,
    /// Fields of one frame, `AO` included.
    pub fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { frame_bytes: 64 * 1024, fields: 64 }
    }
}

/// How deviations that real clients show are met (wire.md A.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// A missing last semicolon and unknown tags are tolerated.
    #[default]
    Lenient,
    /// They are refused.
    Strict,
}

/// Longest `AG` that is accepted and echoed, in characters.
pub const ECHO_MAX: usize = 64;

/// Whether `byte` may stand in a value: printable ASCII without the three delimiters.
#[must_use]
pub const fn is_value_byte(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7E) && !matches!(byte, b'[' | b']' | b';')
}

/// Whether every byte may stand in a value.
#[must_use]
pub fn are_value_bytes(bytes: &[u8]) -> bool {
    ends(bytes, |_| Err(())) == Ok(true)
}

/// Where a field's value lies in its frame.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    tag: Tag,
    start: usize,
    end: usize,
}

/// One whole frame, borrowed from the receive buffer.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    frame: &'a [u8],
    spans: &'a [Span],
    read: Read,
}

/// What is known of a frame that was read.
#[derive(Clone, Copy, Debug)]
struct Read {
    command: [u8; 4],
    echo: Option<Span>,
    strictness: Strictness,
}

/// A frame that is kept for whoever reads it later, elsewhere; wiped on drop.
#[derive(Debug)]
pub struct Kept {
    frame: Buffer,
    spans: Box<[Span]>,
    read: Read,
}

impl Kept {
    /// The frame as it was read.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        Message { frame: &self.frame, spans: &self.spans, read: self.read }
    }
}

/// Its buffer wipes itself, and spans and names are no secrets.
impl ZeroizeOnDrop for Kept {}

/// A frame that was refused, with the `AG` it asked to see again where one could be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused<'a> {
    /// Why.
    pub error: Error,
    /// What the answer echoes.
    pub echo: Option<&'a [u8]>,
}

impl<'a> Message<'a> {
    /// Reads `frame`, which begins with `[`. `spans` is scratch space that is reused.
    ///
    /// # Errors
    /// Any frame error but those of the stream (length, bytes between frames), with the echo if it can be told;
    /// [`Error::Unfinished`] where `frame` does not end with a bracket.
    pub fn parse(
        frame: &'a [u8],
        spans: &'a mut Vec<Span>,
        limits: Limits,
        strictness: Strictness,
    ) -> Result<Self, Refused<'a>> {
        spans.clear();
        match split(frame, spans, limits, strictness) {
            Ok(read) => Ok(Self { frame, spans, read }),
            Err(error) => {
                let echo = spans.iter().find(|span| span.tag == Tag::ECHO);
                let echo = echo.map(|span| &frame[span.start..span.end]);
                // What is refused may hold anything.
                Err(Refused { error, echo: echo.filter(|echo| echo.len() <= ECHO_MAX && are_value_bytes(echo)) })
            }
        }
    }

    /// The whole frame as it was received.
    #[must_use]
    pub fn frame(&self) -> &'a [u8] {
        self.frame
    }

    /// The command's name.
    #[must_use]
    pub fn command(&self) -> [u8; 4] {
        self.read.command
    }

    /// The value of `AG`, if there is one: every reply repeats it.
    #[must_use]
    pub fn echo(&self) -> Option<&'a [u8]> {
        self.read.echo.map(|span| &self.frame[span.start..span.end])
    }

    /// How the frame was read, and how its fields are to be.
    #[must_use]
    pub fn strictness(&self) -> Strictness {
        self.read.strictness
    }

    /// A copy that outlives the receive buffer.
    #[must_use]
    pub fn keep(&self) -> Kept {
        Kept { frame: self.frame.into(), spans: self.spans.into(), read: self.read }
    }

    /// The fields in the order received, without `AO` and `AG`.
    pub fn fields(&self) -> impl Iterator<Item = (Tag, &'a [u8])> + use<'a> {
        let frame = self.frame;
        self.spans
            .iter()
            .filter(|span| span.tag != Tag::COMMAND && span.tag != Tag::ECHO)
            .map(move |span| (span.tag, &frame[span.start..span.end]))
    }
}

/// Splits the frame into `spans`.
fn split(frame: &[u8], spans: &mut Vec<Span>, limits: Limits, strictness: Strictness) -> Result<Read, Error> {
    // Places count from behind the bracket, spans from the bracket.
    let body = frame.get(1..).unwrap_or_default();
    let last = body.len().saturating_sub(1);
    if body.last() != Some(&b']') {
        return Err(Error::Unfinished);
    }
    if last == 0 {
        return Err(Error::Empty);
    }
    let mut fields = Fields { spans, start: 0, tags: Tags::default(), echo: None };
    // A refusal for one bad byte still echoes AG, so the fields are found first and the bytes judged after.
    let are_legal = ends(body, |end| fields.add(body, end, last, limits.fields))?;
    let Fields { spans, tags, mut echo, .. } = fields;
    if !are_legal {
        legal_bytes(body)?;
    }
    let found = spans.len();
    let command = command_name(frame, spans, strictness)?;
    if body[last - 1] != b';' && strictness == Strictness::Strict {
        return Err(Error::SemicolonMissing { position: found });
    }
    if tags.may_repeat || spans.len() > found {
        no_duplicates(spans)?;
        echo = spans.iter().position(|span| span.tag == Tag::ECHO);
    }
    let echo = echo.map(|place| spans[place]);
    if echo.is_some_and(|echo| echo.end - echo.start > ECHO_MAX) {
        return Err(Error::Invalid { tag: Tag::ECHO, rule: "at most 64 characters" });
    }
    Ok(Read { command, echo, strictness })
}

/// The fields that were found so far.
struct Fields<'s> {
    spans: &'s mut Vec<Span>,
    /// Where the next one begins.
    start: usize,
    tags: Tags,
    /// Place of the last `AG`.
    echo: Option<usize>,
}

impl Fields<'_> {
    /// The next field ends at `end`; the body, with its closing bracket, at `last`.
    #[inline(always)]
    fn add(&mut self, body: &[u8], end: usize, last: usize, most: usize) -> Result<(), Error> {
        let found = self.spans.len();
        let field = &body[self.start..end];
        let tag = field.first_chunk().and_then(|tag| Tag::parse(*tag));
        let is_early = body[end] == b']' && end < last;
        let (Some(tag), true, false) = (tag, found < most, is_early) else {
            return if self.start == last { Ok(()) } else { Err(wrong_field(body, found, most)) };
        };
        self.tags.add(tag);
        if tag == Tag::ECHO {
            self.echo = Some(found);
        }
        self.spans.push(Span { tag, start: self.start + 3, end: end + 1 });
        self.start = end + 1;
        Ok(())
    }
}

/// Why no field follows the `found` ones. An illegal byte anywhere comes before a field that does not begin with a tag.
#[cold]
fn wrong_field(body: &[u8], found: usize, most: usize) -> Error {
    if found == most {
        return Error::TooManyFields { limit: most };
    }
    let wrong = if found == 0 { Error::CommandMissing } else { Error::TagMalformed { position: found + 1 } };
    legal_bytes(body).err().unwrap_or(wrong)
}

/// Finds the first byte between the brackets that may not stand there.
#[cold]
fn legal_bytes(body: &[u8]) -> Result<(), Error> {
    let inner = &body[..body.len() - 1];
    match inner.iter().position(|byte| !is_value_byte(*byte) && *byte != b';') {
        Some(index) => Err(Error::IllegalByte { byte: body[index], offset: index + 1 }),
        None => Ok(()),
    }
}

/// The tags of a frame as a set that may take different ones for the same, so that most frames need no comparing of pairs.
#[derive(Default)]
struct Tags {
    seen: u64,
    may_repeat: bool,
}

impl Tags {
    fn add(&mut self, tag: Tag) {
        let [first, second] = tag.bytes();
        let bit = 1 << ((u32::from(first) * 5 + u32::from(second)) & 63);
        self.may_repeat |= self.seen & bit != 0;
        self.seen |= bit;
    }
}

/// The name in `AO`. A client is known that leaves out the semicolon after it (wire.md 1.6): what follows the fourth
/// character is then the first field.
fn command_name(frame: &[u8], spans: &mut Vec<Span>, strictness: Strictness) -> Result<[u8; 4], Error> {
    let first = *spans.first().ok_or(Error::Empty)?;
    if first.tag != Tag::COMMAND {
        return Err(Error::CommandMissing);
    }
    let value = &frame[first.start..first.end];
    let name: [u8; 4] = value.get(..4).and_then(|name| name.try_into().ok()).ok_or(Error::CommandMalformed)?;
    if !name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        return Err(Error::CommandMalformed);
    }
    if let Some(run_on) = value.get(4..6) {
        let tag = run_on.try_into().ok().and_then(Tag::parse).ok_or(Error::CommandMalformed)?;
        if strictness == Strictness::Strict {
            return Err(Error::SemicolonMissing { position: 1 });
        }
        spans.insert(1, Span { tag, start: first.start + 6, end: first.end });
    } else if value.len() != 4 {
        return Err(Error::CommandMalformed);
    }
    Ok(name)
}

fn no_duplicates(spans: &[Span]) -> Result<(), Error> {
    for (index, span) in spans.iter().enumerate() {
        if spans[..index].iter().any(|earlier| earlier.tag == span.tag) {
            return Err(Error::Duplicate { tag: span.tag });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
