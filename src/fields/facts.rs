//! The shipped facts: values with ranges, units and sources, by id. A scenario refers to them as `@id`.
//!
//! The files are embedded and read on first use, one file at a time: the page does this in wasm. Our fact files keep
//! to one `key = value` per line inside `[[fact]]` blocks, so a reader of lines is enough (a test compares it with the
//! full TOML parser).
//!
//! A scenario may state a value of its own for any fact with a quantity (`[fact]`). What is computed for it is computed inside
//! [`with`], where those values stand in for the shipped ones and every fact that is asked for is remembered: so the list of
//! what an answer rests on cannot leave one out. Outside of it the shipped values hold.

use crate::stats::distribution::Distribution;
use crate::stats::maths::{expm1, ln};
use crate::units::own::{Amount, Own};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// One shipped fact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fact {
    /// Id: `lat.alb`.
    pub id: &'static str,
    /// What it is about.
    pub item: &'static str,
    /// Central value, in `unit`; the median where `dist` is lognormal.
    pub value: Option<f64>,
    /// Lower end of the plausible range.
    pub low: Option<f64>,
    /// Upper end of the plausible range.
    pub high: Option<f64>,
    /// Unit as written: `ms`, `per node-year`, `percent monthly uptime`.
    pub unit: &'static str,
    /// Shape of the variation, when it has one.
    pub dist: &'static str,
    /// Standard deviation of the logarithm, for lognormal shapes.
    pub sigma: Option<f64>,
    /// Region it holds for.
    pub region: &'static str,
    /// When it was true.
    pub as_of: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// How sure it is: primary, secondary, recalled, estimate.
    pub confidence: &'static str,
    /// Remarks.
    pub note: &'static str,
}

/// The embedded files: name, text, and the prefixes of the ids in it (none: all other ids).
const FILES: [(&str, &str, &[&str]); 6] = [
    ("latency", include_str!("../../assets/facts/latency.toml"), &["lat."]),
    ("failures", include_str!("../../assets/facts/failures.toml"), &["rate.", "inc."]),
    ("failover", include_str!("../../assets/facts/failover.toml"), &["fo."]),
    ("slas", include_str!("../../assets/facts/slas.toml"), &["sla."]),
    ("compliance", include_str!("../../assets/facts/compliance.toml"), &["cmp."]),
    ("prices", include_str!("../../assets/facts/prices.toml"), &[]),
];

type Catalogue = BTreeMap<&'static str, Fact>;

fn catalogue(file: usize) -> &'static Catalogue {
    static READ: [OnceLock<Catalogue>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
    READ[file].get_or_init(|| parse(FILES[file].1))
}

fn file_of(id: &str) -> usize {
    let owns = |(_, _, prefixes): &&(&str, &str, &[&str])| prefixes.iter().any(|p| id.starts_with(p));
    FILES.iter().position(|f| owns(&f)).unwrap_or(FILES.len() - 1)
}

/// The fact with this id. O(log facts) after the first use of its file.
pub fn fact(id: &str) -> Option<&'static Fact> {
    catalogue(file_of(id)).get(id)
}

#[derive(Default)]
struct Scope {
    own: Own,
    used: BTreeSet<&'static str>,
    cited: BTreeSet<&'static str>,
}

thread_local! {
    static SCOPE: RefCell<Scope> = RefCell::default();
}

/// Facts that were asked for, in order of id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Used {
    /// By the engine itself, or as the default of a field.
    pub used: Vec<&'static str>,
    /// By a value of the file, as `@id`.
    pub cited: Vec<&'static str>,
}

/// Does some work with a scenario's own values of facts, and says which facts it asked for. Work inside work is fine.
pub fn with<T>(own: &Own, work: impl FnOnce() -> T) -> (T, Used) {
    let fresh = Scope { own: own.clone(), ..Scope::default() };
    let before = SCOPE.with(|scope| scope.replace(fresh));
    let done = work();
    let mine = SCOPE.with(|scope| scope.replace(before));
    (done, Used { used: mine.used.into_iter().collect(), cited: mine.cited.into_iter().collect() })
}

/// Does some work and says which facts it asked for; what is around it hears of them too.
pub fn noting<T>(work: impl FnOnce() -> T) -> (T, Used) {
    let own = SCOPE.with(|scope| scope.borrow().own.clone());
    let (done, used) = with(&own, work);
    SCOPE.with(|scope| {
        let mut scope = scope.borrow_mut();
        scope.used.extend(&used.used);
        scope.cited.extend(&used.cited);
    });
    (done, used)
}

/// The quantity of a fact: the scenario's own, else as shipped. Remembered as asked for.
pub fn amount(id: &str) -> Option<Amount> {
    let fact = fact(id)?;
    SCOPE.with(|scope| scope.borrow_mut().used.insert(fact.id));
    current(fact)
}

/// Notes that a value of the file cites a fact.
pub fn cite(fact: &'static Fact) {
    SCOPE.with(|scope| scope.borrow_mut().cited.insert(fact.id));
}

/// The quantity of a fact, without a note of it.
pub fn current(fact: &'static Fact) -> Option<Amount> {
    let own = SCOPE.with(|scope| scope.borrow().own.get(fact.id));
    own.or_else(|| Some(Amount { value: fact.value?, low: fact.low, high: fact.high, own: false }))
}

/// Lower end, central value and upper end of a fact, SI. Ends that are not stated are the central value.
pub fn estimate(id: &str) -> Option<[f64; 3]> {
    let amount = amount(id)?;
    let (factor, _) = super::value::fact_unit(fact(id)?.unit)?;
    let value = amount.value;
    Some([amount.low.unwrap_or(value), value, amount.high.unwrap_or(value)].map(|x| x * factor))
}

impl Fact {
    /// Sigma of a fact whose shape is written `lognormal mu=ln(...) sigma=...`: its central value is the mean.
    pub fn sigma_around_mean(&self) -> Option<f64> {
        let shape = self.dist.strip_prefix("lognormal mu=")?;
        shape.split_once("sigma=")?.1.trim().parse().ok().filter(|sigma: &f64| *sigma > 0.0)
    }
}

/// How long what a fact is about lasts, s: lognormal where the fact says so, else a three-point estimate (PERT) of its ends and
/// its central value. The one distribution of the fact wherever it is used.
pub fn lasts(id: &str) -> Option<Distribution> {
    let of = fact(id)?;
    let [low, central, high] = estimate(id)?;
    let positive = central > 0.0;
    if let Some(sigma) = of.sigma_around_mean().filter(|_| positive) {
        return Some(Distribution::lognormal_mean_scv(central, expm1(sigma * sigma)));
    }
    if let Some(sigma) = of.sigma.filter(|sigma| positive && of.dist == "lognormal" && *sigma > 0.0) {
        return Some(Distribution::Lognormal { mu: ln(central), sigma });
    }
    Some(if low < high {
        Distribution::Pert { low, mode: central.clamp(low, high), high }
    } else {
        Distribution::Constant(central)
    })
}

/// All facts of all files, in order of id within each file.
pub fn all() -> impl Iterator<Item = &'static Fact> {
    (0..FILES.len()).flat_map(|file| catalogue(file).values())
}

/// The id nearest to one that does not exist, in the same file.
pub fn nearest(id: &str) -> Option<&'static str> {
    crate::diag::nearest_name(id, catalogue(file_of(id)).keys().copied())
}

fn parse(text: &'static str) -> Catalogue {
    let mut facts = Catalogue::new();
    let mut fact = Fact::default();
    let mut keep = |fact: &mut Fact| {
        let done = std::mem::take(fact);
        if !done.id.is_empty() {
            facts.insert(done.id, done);
        }
    };
    for line in text.lines() {
        if line.starts_with("[[") {
            keep(&mut fact);
            continue;
        }
        let Some((key, value)) = line.split_once(" = ") else { continue };
        let words = value.trim_matches('"');
        match key {
            "id" => fact.id = words,
            "item" => fact.item = words,
            // Of an incident the value is how long it lasted.
            "value" | "duration_h" => fact.value = value.parse().ok(),
            "low" => fact.low = value.parse().ok(),
            "high" => fact.high = value.parse().ok(),
            "sigma" => fact.sigma = value.parse().ok(),
            "unit" => fact.unit = words,
            "dist" => fact.dist = words,
            "region" => fact.region = words,
            "as_of" => fact.as_of = words,
            "source" => fact.source = words,
            "confidence" => fact.confidence = words,
            "note" => fact.note = words,
            _ => {}
        }
    }
    keep(&mut fact);
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_reader_agrees_with_the_toml_parser() {
        for (name, text, prefixes) in FILES {
            let document = toml_edit::Document::parse(text).expect(name);
            let rows = document["fact"].as_array_of_tables().expect("facts");
            for row in rows {
                let id = row["id"].as_str().expect("id");
                assert!(prefixes.is_empty() || prefixes.iter().any(|p| id.starts_with(p)), "{name}: {id}");
                let fact = fact(id).expect(id);
                let number =
                    |key: &str| row.get(key).and_then(|v| v.as_float().or(v.as_integer().map(|i| i as f64)));
                assert_eq!(fact.value, number("value").or(number("duration_h")), "{id}");
                assert_eq!(fact.low, number("low"), "{id}");
                assert_eq!(fact.sigma, number("sigma"), "{id}");
                assert_eq!(fact.unit, row.get("unit").and_then(|v| v.as_str()).unwrap_or(""), "{id}");
                let source = row.get("source").and_then(|v| v.as_str()).unwrap_or("");
                assert_eq!(fact.source.replace("\\\"", "\""), source, "{id}");
            }
        }
    }

    #[test]
    fn a_slip_in_a_fact_id_finds_the_fact() {
        assert_eq!(nearest("lat.alp"), Some("lat.alb"));
        assert!(fact("lat.nothing").is_none());
    }
}
