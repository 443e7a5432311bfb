//! The program's entry.

fn main() -> std::process::ExitCode {
    astra_zoho::cli::main()
}
