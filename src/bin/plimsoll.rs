//! The native command line: reads arguments and files, prints answers, sets the exit status.

fn main() -> std::process::ExitCode {
    plimsoll::cli::main()
}
