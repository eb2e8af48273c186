//! Findings that are computed: what a reviewer would say after reading the graph, the bill, the quotas and the roadmap
//! side by side. Each has a cause with its number, a fix and, where money is at stake, an amount; each is gone when the
//! design mends it. A rule reads an [`Analysis`] and never the words of the file.
//!
//! | file | rules |
//! |---|---|
//! | `capacity` | machines that pods cannot use; alerts and autoscaling that can never act |
//! | `holding` | the most CPU that one replica can use |
//! | `money` | claims below one line's list price, discounts spent twice, uses without a price, regions without a bill |
//! | `limits` | quotas at the peak minute, CPU credits against a threshold, time limits beyond the edge's |
//! | `lever` | for the memo: what mends an uptime that the optimiser does not vary |
//! | `promises` | audits longer than the roadmap, recoveries that nobody has rehearsed |

mod capacity;
mod holding;
mod lever;
mod limits;
mod memo;
mod money;
mod promises;

pub use memo::memo;

use crate::answer::bill::BillLine;
use crate::answer::{FindingAnswer, FindingKind};
use crate::assess::{self, Analysis};
use crate::diag::Span;
use crate::model::Model;
use crate::model::usage::OwnBook;
use crate::scenario::SourceFile;
use crate::stats::figure::Figure;
use crate::text::Phrase;

/// What the rules read of one tier.
struct Case<'a> {
    analysis: &'a Analysis,
    model: &'a Model,
}

impl Case<'_> {
    /// Its lines at list prices, each component's by the book of who it stands with, and that book's id.
    fn list(&self, component: &str) -> (Vec<&BillLine>, String) {
        let (mut lines, book) = assess::books::lines(&self.analysis.bills, self.model, component);
        let bill = self.analysis.bills.get(&book);
        if bill.is_none_or(|bill| bill.currency != self.model.currency.code()) {
            lines.clear();
        }
        (lines, book)
    }

    /// The judged book, where it is one of the scenario's own.
    fn own_book(&self) -> Option<&OwnBook> {
        self.model.books.iter().find(|book| book.id == self.model.prices)
    }

    /// `JPY/month`.
    fn money_unit(&self) -> String {
        format!("{}/month", self.model.currency.code())
    }
}

/// One thing found.
struct Found {
    /// What it is about, for the code: an id of the scenario.
    of: String,
    /// One sentence: what is, with its number, and because of what.
    cause: Phrase,
    /// The number, with the range of what it rests on.
    value: Figure,
    /// One sentence: the least that mends it.
    fix: Phrase,
    /// Money per month at stake; unknown where it is not about money.
    money: Figure,
    /// Where it stands.
    at: Span,
}

/// A rule: its code, and what it finds in a tier. At most one finding for each thing.
struct Rule {
    code: &'static str,
    find: fn(&Case) -> Vec<Found>,
}

/// All rules, in the order in which findings are told.
const RULES: &[Rule] = &[
    Rule { code: "priced-nowhere", find: money::priced_nowhere },
    Rule { code: "claim-below-line", find: money::claim_below_line },
    Rule { code: "discount-spent", find: money::discount_spent },
    Rule { code: "idle-machines", find: capacity::idle_machines },
    Rule { code: "alert-never", find: capacity::alert_never },
    Rule { code: "scale-never", find: capacity::scale_never },
    Rule { code: "quota-peak", find: limits::quota_peak },
    Rule { code: "credits-threshold", find: limits::credits_threshold },
    Rule { code: "beyond-edge", find: limits::beyond_edge },
    Rule { code: "unrehearsed", find: promises::unrehearsed },
    Rule { code: "audit-late", find: promises::audit_late },
    Rule { code: "region-unpaid", find: money::region_unpaid },
];

/// What is computed of a tier. O(rules x (components + calls + bill lines)).
pub fn audit(analysis: &Analysis, files: &[SourceFile]) -> Vec<FindingAnswer> {
    let case = Case { analysis, model: &analysis.model };
    let tier = analysis.model.tier.id.clone();
    let mut all = Vec::new();
    for rule in RULES {
        for found in (rule.find)(&case) {
            let (file, line) = assess::place(files, found.at);
            all.push(FindingAnswer {
                code: format!("{}-{}", rule.code, found.of),
                kind: FindingKind::Computed,
                words: found.cause,
                value: found.value,
                fix: found.fix,
                money: found.money,
                tiers: vec![tier.clone()],
                file,
                line,
            });
        }
    }
    all
}

/// The findings of one tier: what is computed, what the file contradicts or leaves open, and its authors' notes.
pub fn findings(analysis: &Analysis, files: &[SourceFile]) -> Vec<FindingAnswer> {
    let mut all = audit(analysis, files);
    all.extend(assess::findings(analysis, files));
    all
}

/// Adds what a further tier finds. What was found before, in the same words, gains the tier's name.
pub fn add(all: &mut Vec<FindingAnswer>, analysis: &Analysis, files: &[SourceFile]) {
    for finding in findings(analysis, files) {
        let same = |f: &&mut FindingAnswer| {
            f.code == finding.code
                && f.words == finding.words
                && f.fix == finding.fix
                && f.money == finding.money
        };
        match all.iter_mut().find(same) {
            Some(known) => {
                let new = finding.tiers.into_iter().filter(|tier| !known.tiers.contains(tier));
                known.tiers.extend(new.collect::<Vec<_>>());
            }
            None => all.push(finding),
        }
    }
    all.sort_by_key(|finding| finding.kind);
}
