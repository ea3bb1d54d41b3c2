//! The log: on standard error, as text or as JSON lines, free of secrets because nothing secret is ever given to it.

use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, bail};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// The variable that overrides the configured level.
pub const VARIABLE: &str = "STRONGROOM_LOG";

/// Starts the log.
///
/// # Errors
/// A level that is none; the text names where it came from.
pub fn start(format: LogFormat, level: &str) -> anyhow::Result<()> {
    let (level, source) = match std::env::var(VARIABLE) {
        Ok(level) if !level.is_empty() => (level, VARIABLE),
        Ok(_) | Err(_) => (level.to_owned(), "log.level"),
    };
    let is_level = |part: &str| part.contains('=') || part.parse::<LevelFilter>().is_ok();
    if !level.split(',').all(|part| is_level(part.trim())) {
        bail!("{source}: {level:?} is none of error, warn, info, debug and trace");
    }
    let filter = EnvFilter::try_new(&level)
        .with_context(|| format!("{source}: {level:?} is none of error, warn, info, debug and trace"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        // Telling on standard error that standard error takes nothing would panic: a full disk must not end the HSM.
        .log_internal_errors(false)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    // A second start, as tests make one, keeps the first.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    log_panics_by_place();
    Ok(())
}

/// A panic is logged by its place alone: its message may quote what was being worked on.
fn log_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place = place.as_deref().unwrap_or("unknown"), "panic");
    }));
}
