//! The command line: one file per group of commands, terminal tables, progress, exit statuses.
//!
//! Exit status: 0 all targets pass (or the command could answer) · 1 a target fails, or `fmt --check` found work ·
//! 2 the input or the usage is wrong · 3 a target is unsure · 130 interrupted.

mod answers;
mod args;
mod check;
mod file;
mod input;
mod output;
mod problems;
mod progress;
mod simulate;
mod store;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 0: it answered, or every target passes.
    Ok,
    /// 3: no target fails, but one is unsure.
    Unsure,
    /// 1: a target fails, or a file would change.
    Fail,
    /// 130: stopped by the user.
    Interrupted,
    /// 2: the input or the usage is wrong; it was said on standard error.
    Wrong,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Ok => 0,
            Status::Fail => 1,
            Status::Wrong => 2,
            Status::Unsure => 3,
            Status::Interrupted => 130,
        })
    }
}

/// Runs the command named by the process arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(said) => return usage(&said),
    };
    let status = match cli.command {
        Command::Check(args) => check::check(&args),
        Command::Analyse(args) => answers::analyse(&args),
        Command::Simulate(args) => simulate::simulate(&args),
        Command::Availability(args) => answers::availability(&args),
        Command::Controls(args) => answers::controls(&args),
        Command::Roadmap(args) => answers::roadmap(&args),
        Command::Sensitivity(args) => answers::sensitivity(&args),
        Command::Solve(args) => answers::solve(&args),
        Command::Platforms(args) => answers::platforms(&args),
        Command::Optimise(args) => answers::optimise(&args),
        Command::Recovery(args) => answers::recovery(&args),
        Command::Deploys(args) => answers::deploys(&args),
        Command::Alerts(args) => answers::alerts(&args),
        Command::Cost(args) => answers::cost(&args),
        Command::Tiers(args) => answers::tiers(&args),
        Command::Show(args) => file::show(&args),
        Command::Fmt(args) => file::fmt(&args),
        Command::Validate(args) => file::validate(&args),
        Command::Migrate(args) => file::migrate(&args),
        Command::Schema(args) => file::schema(&args),
        Command::New(args) => file::new(&args),
    };
    status.unwrap_or(Status::Wrong).into()
}

/// Help and versions as clap draws them; mistakes of usage through the filter, because they quote what was typed.
fn usage(said: &clap::Error) -> ExitCode {
    if said.use_stderr() {
        output::tell(&crate::text::plain::lines(&said.render().to_string()));
        return Status::Wrong.into();
    }
    match said.print() {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(141),
        Err(_) => Status::Wrong.into(),
        Ok(()) => Status::Ok.into(),
    }
}
