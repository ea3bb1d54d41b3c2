//! Gives a component of a major key. Every component comes from another identity, in any order.
//!
//! With its check value it is taken in; without, the HSM tells the check value and takes nothing, so that the custodian
//! can compare it with the written one first.

use crate::field::code::Yes;
use crate::field::data::{CeremonyId, CheckDigits, Envelope};
use crate::field::number::Number;

command! {
    request {
        /// The ceremony.
        "CE" ceremony: CeremonyId,
        /// The component, sealed to the ceremony.
        "EN" component: Envelope,
        /// Check value of the component.
        "AE" check_value: Option<CheckDigits>,
    }
    response {
        /// Check value of the component.
        "AE" check_value: CheckDigits,
        /// Y when it was taken in.
        "TA" taken: Option<Yes>,
        /// Components that are there.
        "CM" given: Number<0, 9>,
        /// Components that there are to be.
        "TT" total: Number<2, 9>,
        /// Check value of the whole key, once all are there.
        "KV" key_check_value: Option<CheckDigits>,
    }
}
