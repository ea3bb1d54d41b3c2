//! Behaving as hardware would: the pace of licences and latencies, and faults that are made on purpose.

mod meter;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::behaviour::{Behaviour, Fault, Pace};
use engine::hsm::Timestamp;
use engine::tenant::TenantName;
use protocol::ErrorCode;
use protocol::command::Command;
use protocol::field::code::{FaultKind, WhenBusy};

use meter::Meter;

/// What is to become of a command before it is done.
#[derive(Debug)]
pub enum Verdict {
    /// It is done after a while, and perhaps something happens to its answer.
    Serve(Duration, Option<Spoil>),
    /// It is answered with this error, after a while.
    Refuse(Duration, ErrorCode),
    /// The connection is closed, after a while.
    Close(Duration),
}

/// What happens to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// It is not sent, and the connection closed.
    Lose,
    /// Half of it is sent, and the connection closed.
    Half,
    /// Something else is sent.
    Garbage,
    /// It is not sent, and the connection stays open.
    Stall,
    /// Its check value is changed.
    CheckValue,
}

/// Bytes that are no frame.
pub const GARBAGE: &[u8] = b"\x16\x03\x01\xFFgarbage, asked for]\r\n";

/// The turns that licences give.
#[derive(Debug, Default)]
pub struct Emulation {
    /// By tenant; `None` for the HSM as a whole.
    meters: Mutex<HashMap<Option<TenantName>, Arc<Meter>>>,
    draws: Mutex<u64>,
}

impl Emulation {
    /// What becomes of a tenant's command.
    pub fn judge(&self, behaviour: &Behaviour, tenant: &TenantName, command: Command, now: Timestamp) -> Verdict {
        let mut wait = Duration::ZERO;
        let of_tenant = behaviour.pace(tenant).map(|pace| (Some(tenant), pace));
        // The tenant's first: what its own licence refuses takes no turn of the HSM's from others.
        for (whose, pace) in of_tenant.into_iter().chain([(None, &behaviour.hsm)]) {
            match self.turn(whose, pace) {
                Some(turn) => wait = wait.max(turn),
                None => return Verdict::Refuse(Duration::ZERO, ErrorCode::Busy),
            }
            if let Some(latency) = pace.latency_of(command) {
                wait += Duration::from_micros(latency.draw(self.draw()));
            }
        }
        let mut spoil = None;
        for fault in behaviour.faults.iter().filter(|fault| fault.concerns(Some(tenant), now)) {
            if fault.kind.is_of_handshakes() {
                continue;
            }
            let Some(random) = fault.strikes(command) else { continue };
            match fault.kind {
                FaultKind::Delay => wait += Duration::from_micros(fault.delay.map_or(0, |delay| delay.draw(random))),
                FaultKind::Refuse | FaultKind::MajorKeyLost => return Verdict::Refuse(wait, fault.error),
                FaultKind::Drop | FaultKind::Away => return Verdict::Close(wait),
                FaultKind::Lose => spoil = Some(Spoil::Lose),
                FaultKind::Half => spoil = Some(Spoil::Half),
                FaultKind::Garbage => spoil = Some(Spoil::Garbage),
                FaultKind::Stall => spoil = Some(Spoil::Stall),
                FaultKind::CheckValue => spoil = Some(Spoil::CheckValue),
                FaultKind::Expired | FaultKind::ServerExpired => {}
            }
        }
        Verdict::Serve(wait, spoil)
    }

    /// Forgets the turns of tenants that are gone, so that one of the same name begins anew.
    pub fn forget(&self, is_there: impl Fn(&TenantName) -> bool) {
        let mut meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner);
        meters.retain(|whose, _| whose.as_ref().is_none_or(&is_there));
    }

    /// How long to wait for the next turn; `None` where there is none.
    fn turn(&self, whose: Option<&TenantName>, pace: &Pace) -> Option<Duration> {
        let Some(rate) = pace.throughput else { return Some(Duration::ZERO) };
        let mut meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner);
        let meter = Arc::clone(meters.entry(whose.cloned()).or_default());
        drop(meters);
        match pace.when_busy {
            WhenBusy::Queue => meter.queue(rate),
            WhenBusy::Refuse => meter.at_once(rate).then_some(Duration::ZERO),
        }
    }

    /// A number for a latency. It need not be secret, only spread.
    fn draw(&self) -> u64 {
        let mut state = self.draws.lock().unwrap_or_else(PoisonError::into_inner);
        // Steele, Lea, Flood: SplitMix64.
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// Whether a fault of this kind is on for a tenant, or for everybody where there is none yet.
#[must_use]
pub fn is_on(behaviour: Option<&Arc<Behaviour>>, kind: FaultKind, tenant: Option<&TenantName>, now: Timestamp) -> bool {
    let is_it = |fault: &Arc<Fault>| fault.kind == kind && fault.concerns(tenant, now);
    behaviour.is_some_and(|behaviour| behaviour.faults.iter().any(is_it))
}

/// Makes the check value in a reply another one.
pub fn change_check_value(reply: &mut [u8]) {
    let place = reply.windows(3).position(|window| window == b";AE").and_then(|at| reply.get_mut(at + 3));
    if let Some(digit) = place {
        *digit = if *digit == b'0' { b'1' } else { b'0' };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tenant_s_licence_refuses_takes_no_turn_from_others() {
        let pace = |throughput, when_busy| Pace { throughput: Some(throughput), when_busy, ..Pace::default() };
        let [greedy, modest] = ["greedy", "modest"].map(|name| TenantName::new(name).expect("a name"));
        let mut behaviour = Behaviour::default();
        behaviour.hsm = pace(1000, WhenBusy::Refuse);
        behaviour.tenants.insert(greedy.clone(), pace(1, WhenBusy::Refuse));
        let emulation = Emulation::default();
        let judge = |tenant| emulation.judge(&behaviour, tenant, Command::Echo, Timestamp(0));
        let served = (0..5000).filter(|_| matches!(judge(&greedy), Verdict::Serve(..))).count();
        assert!(served < 10, "{served}");
        assert!(matches!(judge(&modest), Verdict::Serve(..)));
    }

    #[test]
    fn a_check_value_is_changed_and_nothing_else() {
        let mut reply = b"[AOGPGS;AE083034F;BGD0;]".to_vec();
        change_check_value(&mut reply);
        assert_eq!(reply, b"[AOGPGS;AE183034F;BGD0;]");
        let mut without = b"[AOECHO;]".to_vec();
        change_check_value(&mut without);
        assert_eq!(without, b"[AOECHO;]");
    }
}
