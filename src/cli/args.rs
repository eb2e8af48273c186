//! What the command line accepts.

use crate::text::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Shows how much load, failure and budget a cloud architecture carries before it sinks.
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version, about, after_help = EXITS, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXITS: &str = "Exit status: 0 all targets pass, 1 a target fails, 2 the input or the usage is wrong,\n3 no target fails but one is unsure, 130 interrupted. Only `check` judges.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge every target of every tier, with why: the gate for pull requests
    Check(CheckArgs),
    /// Instant analytic steady state of the busiest hour
    #[command(alias = "analyze")]
    Analyse(OneArgs),
    /// Request-level simulation: percentiles, errors, utilisation, faults
    Simulate(SimulateArgs),
    /// Exact availability, cut sets, importance, months of downtime
    Availability(AvailabilityArgs),
    /// Time to recover and data lost per event, and what each way to be ready costs
    Recovery(OneArgs),
    /// What fires when: time to detect, missed faults, false alarms
    Alerts(OneArgs),
    /// What releases cost: rolling, blue-green, canary, flags against the error budget
    Deploys(OneArgs),
    /// The monthly bill, line by line
    Cost(OneArgs),
    /// SOC 2, ISO 27001, GDPR and PCI DSS: what the graph shows, what it contradicts, what is only said
    Controls(OneArgs),
    /// Phases and tasks: critical path, slack, P50 and P90 of the end
    Roadmap(OneArgs),
    /// Which assumption moves and flips which target: a tornado
    Sensitivity(OneArgs),
    /// Inverse questions: the most load, the smallest fault that breaks a target, the uptime vendors must reach
    Solve(SolveArgs),
    /// The same journeys on AWS, Google Cloud and Azure, side by side
    Platforms(OneArgs),
    /// The cheapest design that meets every target, and what else there is
    #[command(alias = "optimize")]
    Optimise(OptimiseArgs),
    /// The ladder: cost, availability, latency and breaking load per tier
    Tiers(TiersArgs),
    /// What a tier consists of
    Show(ShowArgs),
    /// Lay files out in the one format
    Fmt(FmtArgs),
    /// Say everything that is wrong with files
    Validate(ManyArgs),
    /// Bring a file to the newest version of the format
    Migrate(MigrateArgs),
    /// The JSON Schema of the format, or its reference page
    Schema(SchemaArgs),
    /// Print a scenario to start from
    New(NewArgs),
}

/// Options that every answering command takes.
#[derive(Args, Debug)]
pub struct Common {
    /// Tier to answer for (default: the first of the file; `check` and `tiers`: all)
    #[arg(long, value_name = "ID")]
    pub tier: Option<String>,
    /// Platform of the scenario to answer for (default: none, the scenario as it is)
    #[arg(long, value_name = "ID")]
    pub platform: Option<String>,
    /// Seed of the simulation
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Price books; the first one judges
    #[arg(long, value_name = "BOOK[,BOOK]", value_delimiter = ',')]
    pub prices: Vec<String>,
    /// Threads (default: one per core)
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// How and where to print.
    #[command(flatten)]
    pub show: Show,
}

/// How and where to print.
#[derive(Args, Debug)]
pub struct Show {
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write the answer to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Language (default: from the locale)
    #[arg(long, value_enum)]
    pub lang: Option<Tongue>,
    /// No progress, no notes: the answer alone
    #[arg(long, short)]
    pub quiet: bool,
    /// Colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

impl Show {
    /// The language to speak: as asked, else from the locale, else English.
    pub fn lang(&self) -> Lang {
        match self.lang {
            Some(Tongue::Ja) => Lang::Ja,
            Some(Tongue::En) => Lang::En,
            None => {
                let set =
                    ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|key| std::env::var(key).ok());
                let first = set.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
                if first.starts_with("ja") { Lang::Ja } else { Lang::En }
            }
        }
    }
}

/// Form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: the contract
    Json,
    /// For pull requests
    Markdown,
    /// The tables
    Csv,
    /// Verdicts for CI systems
    Junit,
    /// Verdicts and problems at their lines, for code review
    Sarif,
}

/// Language of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// Japanese
    Ja,
    /// English
    En,
}

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Scenario files; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Look only: 4 runs of everything, and nothing is run again to settle what stays open
    #[arg(long)]
    pub quick: bool,
    /// Independent runs of everything, no more and no fewer (default: 4 where that decides clearly, else 10, up to 40 while a verdict is open)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub replications: Option<u32>,
    /// Most CPU time to use: `60s`; what is then open is unsure
    #[arg(long, value_name = "TIME")]
    pub budget: Option<String>,
    /// Common options.
    #[command(flatten)]
    pub common: Common,
}

/// A command about one file.
#[derive(Args, Debug)]
pub struct OneArgs {
    /// Scenario file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Common options.
    #[command(flatten)]
    pub common: Common,
}

/// `availability`.
#[derive(Args, Debug)]
pub struct AvailabilityArgs {
    /// The file and common options.
    #[command(flatten)]
    pub one: OneArgs,
    /// Months of 30 days to play one by one (in hundreds)
    #[arg(long, value_name = "N", default_value_t = 120_000, value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    pub months: u32,
}

/// `solve`.
#[derive(Args, Debug)]
pub struct SolveArgs {
    /// The file and common options.
    #[command(flatten)]
    pub one: OneArgs,
    /// What to look for
    #[arg(long = "for", value_enum)]
    pub what: Unknown,
    /// Independent runs of every simulated hour
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub replications: u32,
}

/// `tiers`.
#[derive(Debug, clap::Args)]
pub struct TiersArgs {
    /// The file and common options.
    #[command(flatten)]
    pub one: OneArgs,
    /// Rungs between the tiers: tenants, on the hardware of the next larger tier
    #[arg(long, value_name = "TENANTS", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub at: Vec<u32>,
}

/// `optimise`.
#[derive(Debug, clap::Args)]
pub struct OptimiseArgs {
    /// The file and common options.
    #[command(flatten)]
    pub one: OneArgs,
    /// Answer at once: by formulas alone, and without a proof
    #[arg(long)]
    pub quick: bool,
    /// Independent runs of the hour of every suggestion
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub replications: u32,
}

/// What `solve` looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Unknown {
    /// The load at which each target first fails
    Load,
    /// The smallest fault, alone or in a pair, that breaks a target
    Fault,
    /// The uptime that each vendor must reach, and how long each single point of failure may be out
    VendorUptime,
}

/// `simulate`.
#[derive(Args, Debug)]
pub struct SimulateArgs {
    /// The file and common options.
    #[command(flatten)]
    pub one: OneArgs,
    /// Measured time: `1h`, `2d`; also with a fault, which otherwise lengthens the run to its end and at least 30 minutes more
    #[arg(long, value_name = "DURATION")]
    pub duration: Option<String>,
    /// Time left out before measuring, `0s` for none; `auto` finds it
    #[arg(long, value_name = "DURATION|auto")]
    pub warmup: Option<String>,
    /// Independent runs (default: 10); with --until the most (default: 200)
    #[arg(long, value_name = "N")]
    pub replications: Option<u32>,
    /// Run batches of 10 until the 95 % interval of every journey's mean and judged percentile (p95 where none is judged) is
    /// at most this far from its middle, relative to it: `2%`
    #[arg(long, value_name = "PERCENT")]
    pub until: Option<String>,
    /// Fault to put in; several on one timeline, `all` one by one, `together` all on one timeline; `random` draws failures from
    /// the failure data, anew in each run
    #[arg(long, value_name = "ID[,ID]|none|all|together|random", default_value = "none")]
    pub fault: String,
    /// Length of a step of the time series: `5s` (default: a minute, or an hour where more than a day is measured)
    #[arg(long, value_name = "DURATION")]
    pub step: Option<String>,
    /// Every request; or hours from formulas with simulated windows around the heaviest load and the faults, for
    /// spans and scales that are too large for every request (default duration: 30d)
    #[arg(long, value_enum, default_value_t = Method::Requests)]
    pub method: Method,
    /// Time of the busiest day to start at (default: its busiest hour)
    #[arg(long, value_name = "HH:MM")]
    pub from: Option<String>,
}

/// How `simulate` works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Every request
    Requests,
    /// Hours from formulas, windows request by request
    Hybrid,
}

/// `show`.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Scenario file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Tier (default: the first)
    #[arg(long, value_name = "ID")]
    pub tier: Option<String>,
    /// Platform of the scenario to answer for (default: none, the scenario as it is)
    #[arg(long, value_name = "ID")]
    pub platform: Option<String>,
    /// Print the scenario text as it stands after `extends` and the tier's overlay
    #[arg(long)]
    pub resolved: bool,
    /// How and where to print.
    #[command(flatten)]
    pub show: Show,
}

/// `fmt`.
#[derive(Args, Debug)]
pub struct FmtArgs {
    /// Scenario files; `-` formats standard input to standard output
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Change nothing; exit 1 when a file would change
    #[arg(long)]
    pub check: bool,
    /// How and where to print.
    #[command(flatten)]
    pub show: Show,
}

/// `validate`.
#[derive(Args, Debug)]
pub struct ManyArgs {
    /// Scenario files; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// How and where to print.
    #[command(flatten)]
    pub show: Show,
}

/// `migrate`.
#[derive(Args, Debug)]
pub struct MigrateArgs {
    /// Scenario file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Write the file in place instead of printing it
    #[arg(long)]
    pub write: bool,
    /// How and where to print.
    #[command(flatten)]
    pub show: Show,
}

/// `schema`.
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// Print the reference page (Markdown) instead
    #[arg(long)]
    pub reference: bool,
    /// How and where to print.
    #[command(flatten)]
    pub show: Show,
}

/// `new`.
#[derive(Args, Debug)]
pub struct NewArgs {
    /// Shipped scenario to start from
    #[arg(long, value_name = "NAME", default_value = "one-queue")]
    pub from: String,
    /// How and where to print.
    #[command(flatten)]
    pub show: Show,
}
