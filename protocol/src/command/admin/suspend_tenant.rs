//! Suspends a tenant, or ends that: while it is suspended, every command of its clients is refused. It loses nothing.

use crate::field::code::Verdict;
use crate::field::text::Text;

command! {
    request {
        /// Its name.
        "RT" tenant: Text<32>,
        /// Y to suspend it, N to let it work again.
        "SU" suspend: Verdict,
    }
    response {
        /// Its name.
        "RT" tenant: Text<32>,
    }
}
