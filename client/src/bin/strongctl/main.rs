//! `strongctl`: talks to an HSM, and explains what is said.

mod args;
mod call;
mod commands;
mod explain;
mod failure;
mod output;
mod profile;
mod status;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Verb};
use failure::Failure;
use output::Output;

fn main() -> ExitCode {
    let args = Args::parse();
    let json = args.json;
    match run(args) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            // There is nowhere left to say that even this failed.
            let _ = writeln!(std::io::stderr(), "{}", failure.render(json));
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(args: Args) -> Result<u8, Failure> {
    let output = Output::new(args.json);
    match args.verb {
        Verb::Call(call) => wait(call::run(call, &args.connection, &output)),
        Verb::Status => wait(status::run(&args.connection, &output)).map(|()| 0),
        Verb::Explain(explain) => explain::run(&explain, &output).map(|()| 0),
        Verb::Commands { name } => commands::run(name.as_deref(), &output).map(|()| 0),
    }
}

fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::usage(format!("no reactor: {error}")))?.block_on(work)
}
