//! `strongctl key`: key pairs in the asymmetric table, and symmetric keys on their way out and in.

mod pair;
mod token;

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::session;

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Generate a key pair; its public key is printed
    Generate(pair::Generate),
    /// Print the public key of a pair
    Public(pair::Public),
    /// List the asymmetric table
    List,
    /// Empty a slot of the asymmetric table
    Delete {
        /// The slot
        #[arg(value_name = "SLOT")]
        slot: u32,
    },
    /// Export a symmetric key to another's certificate
    Export(token::Export),
    /// Import a symmetric key that came to a certificate of the HSM
    Import(token::Import),
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    match verb {
        Verb::Export(args) => token::export(args, connection, output).await,
        Verb::Import(args) => token::import(args, connection, output).await,
        Verb::Generate(args) => pair::generate(&session::connect(connection).await?.0, args, output).await,
        Verb::Public(args) => pair::public(&session::connect(connection).await?.0, args, output).await,
        Verb::List => pair::list(&session::connect(connection).await?.0, output).await,
        Verb::Delete { slot } => pair::delete(&session::connect(connection).await?.0, *slot, output).await,
    }
}
