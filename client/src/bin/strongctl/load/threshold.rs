//! What a run must keep to, for the exit code.

use std::time::Duration;

use super::record::Totals;

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Thresholds (exit code 5 where one is not kept)")]
pub(crate) struct Thresholds {
    /// Half of the replies take no longer, such as 800us
    #[arg(long, value_name = "TIME", value_parser = duration)]
    max_p50: Option<Duration>,
    /// 99 % of the replies take no longer, such as 5ms
    #[arg(long, value_name = "TIME", value_parser = duration)]
    max_p99: Option<Duration>,
    /// 99.9 % of the replies take no longer
    #[arg(long, value_name = "TIME", value_parser = duration)]
    max_p999: Option<Duration>,
    /// At least so many right replies a second
    #[arg(long, value_name = "PER SECOND", value_parser = super::positive)]
    min_rate: Option<f64>,
    /// At most so many requests that were answered wrong, refused or lost [default: any refused or lost, none wrong]
    #[arg(long, value_name = "REQUESTS")]
    max_errors: Option<u64>,
}

impl Thresholds {
    /// What is not kept, in words.
    pub(super) fn broken(&self, totals: &Totals, rate: f64) -> Vec<String> {
        let mut broken = Vec::new();
        for (name, quantile, most) in
            [("p50", 0.5, self.max_p50), ("p99", 0.99, self.max_p99), ("p99.9", 0.999, self.max_p999)]
        {
            let found = totals.all.quantile(quantile);
            if let Some(most) = most.filter(|most| found > *most) {
                broken.push(format!("{name} is {}, more than {}", shown(found), shown(most)));
            }
        }
        if let Some(least) = self.min_rate.filter(|least| rate < *least) {
            broken.push(format!("the rate is {rate:.0}/s, less than {least}/s"));
        }
        let counts = &totals.all.counts;
        match self.max_errors {
            Some(most) if counts.errors() > most => {
                broken.push(format!("{} errors, more than {most}", counts.errors()));
            }
            None if counts.wrong > 0 => broken.push(format!("{} wrong replies", counts.wrong)),
            Some(_) | None => {}
        }
        if counts.right == 0 {
            broken.push("not one right reply".to_owned());
        }
        broken
    }
}

/// A time for people: three digits and a unit.
pub(super) fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    let (value, unit) = match micros {
        micros if micros < 999.5 => (micros, "us"),
        micros if micros < 999_500.0 => (micros / 1e3, "ms"),
        micros => (micros / 1e6, "s"),
    };
    if value < 9.995 {
        format!("{value:.2} {unit}")
    } else if value < 99.95 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// Reads `800us`, `5ms` or `1.5s`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time such as 800us, 5ms or 1.5s is needed".to_owned();
    let at = text.find(|character: char| !character.is_ascii_digit() && character != '.').ok_or_else(wrong)?;
    let (number, unit) = text.split_at(at);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let scale = match unit.trim() {
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => return Err(wrong()),
    };
    Duration::try_from_secs_f64(number * scale).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::record::{Outcome, Recorder};

    #[test]
    fn times_are_read_and_shown() {
        for (text, micros) in [("800us", 800), ("5ms", 5000), ("1.5s", 1_500_000), ("0.25 ms", 250)] {
            assert_eq!(duration(text).map(|time| time.as_micros()), Ok(micros), "{text}");
        }
        for wrong in ["", "5", "ms", "5min", "1.2.3s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        let times = [850, 62_300, 999_600, 1_234_000, 45_000_000].map(Duration::from_nanos).map(shown);
        assert_eq!(times, ["0.85 us", "62.3 us", "1.00 ms", "1.23 ms", "45.0 ms"]);
    }

    #[test]
    fn what_is_not_kept_is_told() {
        let recorder = Recorder::new(1, 1, 1);
        for _ in 0..99 {
            recorder.request(0, 0, 0, Outcome::Right, Duration::from_millis(1));
        }
        recorder.request(0, 0, 0, Outcome::Refused, Duration::from_millis(50));
        let totals = recorder.totals();
        assert!(Thresholds::default().broken(&totals, 10.0).is_empty());
        let strict = Thresholds {
            max_p50: Some(Duration::from_millis(2)),
            max_p99: Some(Duration::from_micros(900)),
            max_p999: Some(Duration::from_millis(20)),
            min_rate: Some(11.0),
            max_errors: Some(0),
        };
        let broken = strict.broken(&totals, 10.0);
        assert_eq!(broken.len(), 4, "{broken:?}");
        recorder.request(0, 0, 0, Outcome::Wrong, Duration::from_millis(1));
        assert_eq!(Thresholds::default().broken(&recorder.totals(), 10.0), ["1 wrong replies"]);
    }
}
