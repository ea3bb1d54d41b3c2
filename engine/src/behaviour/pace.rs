//! How fast something works, and how much of it there is.

use std::fmt;

use protocol::command::Command;
use protocol::field::code::WhenBusy;
use protocol::field::latency::Latency;

/// How much of a tenant there may be; `None` for as much as the policy and the HSM allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at a time.
    pub connections: Option<u32>,
    /// Sessions with a login at a time.
    pub sessions: Option<u32>,
    /// Slots of the key table.
    pub slots: Option<u32>,
}

/// How fast something works, and how much of it there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Commands a second at most; `None` for as many as come.
    pub throughput: Option<u32>,
    /// What becomes of a command that comes too early.
    pub when_busy: WhenBusy,
    /// How much longer commands take.
    pub latency: Option<Latency>,
    /// How much longer these commands take instead, in the table's order.
    pub commands: Vec<(Command, Latency)>,
    /// Of a tenant.
    pub bounds: Bounds,
    /// The profile that it began as.
    pub profile: Option<Box<str>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            throughput: None,
            when_busy: WhenBusy::Queue,
            latency: None,
            commands: Vec::new(),
            bounds: Bounds::default(),
            profile: None,
        }
    }
}

impl Pace {
    /// Whether it is nothing but what there is.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        self.is_unhurried() && self.bounds == Bounds::default() && self.profile.is_none()
    }

    /// Whether no command ever waits for it.
    #[must_use]
    pub fn is_unhurried(&self) -> bool {
        self.throughput.is_none() && self.latency.is_none() && self.commands.is_empty()
    }

    /// How much longer a command takes.
    #[must_use]
    pub fn latency_of(&self, command: Command) -> Option<Latency> {
        let own = self.commands.iter().find(|(known, _)| *known == command);
        own.map(|(_, latency)| *latency).or(self.latency)
    }

    /// Gives a command a latency of its own, or takes it away.
    pub fn put_latency_of(&mut self, command: Command, latency: Option<Latency>) {
        self.commands.retain(|(known, _)| *known != command);
        self.commands.extend(latency.map(|latency| (command, latency)));
        self.commands.sort_by_key(|(command, _)| command.index());
    }

    /// The latencies that commands have of their own: `TWKA/~500,GPGS/2000-4000`.
    #[must_use]
    pub fn own_latencies(&self) -> String {
        let own = self.commands.iter().map(|(command, latency)| format!("{}/{latency}", command.spec().name));
        own.collect::<Vec<_>>().join(",")
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.throughput {
            None => f.write_str("any commands/s")?,
            Some(rate) => write!(f, "{rate} commands/s, {}", self.when_busy.code())?,
        }
        match self.latency {
            None => f.write_str(", latency 0 us")?,
            Some(latency) => write!(f, ", latency {latency} us")?,
        }
        self.commands.iter().try_for_each(|(command, latency)| write!(f, ", {} {latency} us", command.spec().name))?;
        let Bounds { connections, sessions, slots } = self.bounds;
        for (most, what) in [(connections, "connections"), (sessions, "sessions"), (slots, "slots")] {
            most.map_or(Ok(()), |most| write!(f, ", {most} {what}"))?;
        }
        self.profile.as_ref().map_or(Ok(()), |name| write!(f, ", from profile {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_s_own_latency_stands_instead_of_the_others() {
        let mut pace = Pace { latency: Some(Latency::Constant(5)), ..Pace::default() };
        pace.put_latency_of(Command::ExportKey, Some(Latency::Exponential(500)));
        pace.put_latency_of(Command::Echo, Some(Latency::Constant(0)));
        let told = |pace: &Pace| [Command::Echo, Command::ExportKey, Command::RandomData].map(|it| pace.latency_of(it));
        let (five, zero) = (Some(Latency::Constant(5)), Some(Latency::Constant(0)));
        assert_eq!(told(&pace), [zero, Some(Latency::Exponential(500)), five]);
        assert_eq!(pace.own_latencies(), "ECHO/0,TWKA/~500");
        assert_eq!(pace.to_string(), "any commands/s, latency 5 us, ECHO 0 us, TWKA ~500 us");
        pace.put_latency_of(Command::ExportKey, None);
        assert_eq!(told(&pace), [zero, five, five]);
    }
}
