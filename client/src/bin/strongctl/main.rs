//! `strongctl`: talks to an HSM, and explains what is said.

mod args;
mod audit;
mod backup;
mod call;
mod card;
mod certificate;
mod commands;
mod explain;
mod failure;
mod fault;
mod fields;
mod identity;
mod key;
mod load;
mod login;
mod majorkey;
mod output;
mod pace;
mod pki_files;
mod profile;
mod role;
mod secret;
mod session;
mod status;
mod tamper;
mod tenant;

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
    let connection = &args.connection;
    let done = |()| 0;
    match args.verb {
        Verb::Call(call) => wait(call::run(call, connection, &output)),
        Verb::Status => wait(status::run(connection, &output)).map(done),
        Verb::Explain(explain) => explain::run(&explain, &output).map(done),
        Verb::Commands { name } => commands::run(name.as_deref(), &output).map(done),
        Verb::Login(args) => wait(login::login(&args, connection, &output)).map(done),
        Verb::Logout => wait(login::logout(connection, &output)).map(done),
        Verb::Whoami => wait(login::whoami(connection, &output)).map(done),
        Verb::Password(args) => wait(login::password(&args, connection, &output)).map(done),
        Verb::Identity(verb) => wait(identity::run(&verb, connection, &output)).map(done),
        Verb::Role(verb) => wait(role::run(&verb, connection, &output)).map(done),
        Verb::Csr(args) => wait(certificate::request(&args, connection, &output)).map(done),
        Verb::Certificate(verb) => wait(certificate::run(&verb, connection, &output)).map(done),
        Verb::Key(verb) => wait(key::run(&verb, connection, &output)).map(done),
        Verb::Card(verb) => card::run(&verb, &output).map(done),
        Verb::Tenant(verb) => wait(tenant::run(&verb, connection, &output)).map(done),
        Verb::Tamper(args) => wait(tamper::run(&args, connection, &output)).map(done),
        Verb::Backup(verb) => wait(backup::run(&verb, connection, &output)).map(done),
        Verb::Audit(verb) => wait(audit::run(&verb, connection, &output)).map(done),
        Verb::Fault(verb) => wait(fault::run(&verb, connection, &output)).map(done),
        Verb::Pace(args) => wait(pace::run(&args, connection, &output)).map(done),
        Verb::Load(args) => load::run(&args, connection, &output),
        Verb::Majorkey(verb) => wait(majorkey::run(&verb, connection, &output)).map(done),
    }
}

fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::usage(format!("no reactor: {error}")))?.block_on(work)
}
