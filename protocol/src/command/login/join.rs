//! Joins the session that a token stands for.

use crate::field::data::Token;
use crate::field::name::PartitionName;
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// The token.
        "TK" token: Token,
    }
    response {
        /// Identities logged in, comma separated.
        "ID" identities: Text<128>,
        /// Their role.
        "RO" role: PartitionName,
        /// Identities logged in.
        "CM" logins: Number<1, 2>,
        /// Identities that the role requires.
        "LR" required: Number<1, 2>,
    }
}
