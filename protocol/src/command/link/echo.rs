//! Answers, to show that the link works.
//!
//! Fact: `AG` comes back, as on every command. A client of the REST form sends its text in `AK`; it comes back too.

use crate::field::text::Text;

command! {
    request {
        /// Free text.
        "AK" text: Option<Text<256>>,
    }
    response {
        /// The same text.
        "AK" text: Option<Text<256>>,
    }
}
