//! `strongroom`: runs an HSM, and makes one.

fn main() -> std::process::ExitCode {
    server::cli::main()
}
