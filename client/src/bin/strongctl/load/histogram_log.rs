//! The latencies second by second, in the log format of HdrHistogram that its tools plot and merge.

use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use super::report::Report;
use crate::failure::Failure;

/// Nanoseconds are recorded, and the log tells the longest latency in milliseconds, as other writers do.
const SCALE: f64 = 1_000_000.0;

pub(super) fn render(report: &Report) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::fmt::Debug| Failure::usage(format!("the log of latencies: {error:?}"));
    let (mut out, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
    let mut log = IntervalLogWriterBuilder::new()
        .add_comment(&format!("strongctl load {}: {}; nanoseconds", report.title, report.pace))
        .with_base_time(report.started)
        .with_start_time(report.started)
        .with_max_value_divisor(SCALE)
        .begin_log_with(&mut out, &mut serializer)
        .map_err(|error| failed(&error))?;
    let tag = Tag::new("all").ok_or_else(|| failed(&"a tag"))?;
    for interval in &report.intervals {
        let begin = Duration::from_secs_f64((interval.at - interval.length).max(0.0));
        let length = Duration::from_secs_f64(interval.length);
        log.write_histogram(&interval.series.latencies, begin, length, Some(tag)).map_err(|error| failed(&error))?;
    }
    drop(log);
    debug_assert!(report.started >= SystemTime::UNIX_EPOCH);
    Ok(out)
}
