//! Journeys: how requests arrive, how large they are, and how many tokens they carry.

use super::tables::{JOURNEY, TOKENS};
use crate::diag::Diagnostic;
use crate::fields::node::Table;
use crate::fields::{Reader, spread};
use crate::kinds::JourneySite;
use crate::model::ComponentIx;
use crate::model::workload::{Arrivals, Journey, Process};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use crate::units::grammar::{Dim, Form, normalise, parse as parse_quantity, parse_scalar};
use crate::units::{Duration, Rate};

/// Reads all journeys. `entry` finds the component where requests come in.
pub fn journeys(
    root: &Table,
    entry: impl Fn(&str) -> Option<ComponentIx>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<JourneySite> {
    let mut sites = Vec::new();
    for (id, at, table) in root.table("journey").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, JOURNEY);
        let Some(entry) = read.text("entry").and_then(&entry) else { continue };
        let arrivals = arrivals(&read).unwrap_or_else(|()| {
            let ways = table.entries.iter().filter(|(key, _)| WAYS.contains(&key.as_str()));
            let diagnostic = match ways.collect::<Vec<_>>()[..] {
                [(first, _), .., (last, entry)] => {
                    Diagnostic::error("two-arrivals", entry.key, say::two_arrivals(id, first, last))
                }
                _ => Diagnostic::error("no-arrivals", at, say::no_arrivals(id)),
            };
            diagnostics.push(diagnostic.help(say::no_arrivals_help()));
            Arrivals::Fixed(Rate::ZERO)
        });
        let process = match read.text("process") {
            None => Process::Poisson,
            Some(text) => process(text).unwrap_or_else(|| {
                let at = read.node("process").map_or(at, |n| n.span);
                diagnostics.push(
                    Diagnostic::error("bad-process", at, say::bad_process(text))
                        .help(say::bad_process_help()),
                );
                Process::Poisson
            }),
        };
        let tokens = table.table("tokens").map(|t| Reader::new(t, TOKENS));
        sites.push(JourneySite {
            journey: Journey {
                id: id.to_owned(),
                name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
                entry,
                arrivals,
                process,
                priority: read.count("priority").unwrap_or(0).min(255) as u8,
                bytes_out: read.number("out").unwrap_or(0.0),
                bytes_in: read.number("in").unwrap_or(0.0),
                at,
            },
            tokens: tokens.and_then(|t| Some((t.spread("in")?, t.spread("out")?))),
            sizes: ["in", "out"].map(|field| read.number(field)),
        });
    }
    sites
}

/// The fields that say how many requests arrive; a journey states one of them.
const WAYS: [&str; 3] = ["rate", "arrivals", "population"];

/// The arrivals, if they are stated once.
fn arrivals(read: &Reader) -> Result<Arrivals, ()> {
    let closed = read.count("population").map(|population| Arrivals::Closed {
        population,
        think: read.spread("think").unwrap_or(crate::stats::distribution::Distribution::Constant(0.0)),
    });
    let stated =
        [read.rate("rate").map(Arrivals::PerActiveUser), read.rate("arrivals").map(Arrivals::Fixed), closed];
    let count = stated.iter().flatten().count();
    stated.into_iter().flatten().next().filter(|_| count == 1).ok_or(())
}

/// Reads an arrival process. The unit of a renewal shape does not matter: its mean is scaled to the rate.
pub fn process(text: &str) -> Option<Process> {
    let text = normalise(text);
    match text.as_str() {
        "poisson" => return Some(Process::Poisson),
        "deterministic" => return Some(Process::Deterministic),
        _ => {}
    }
    let (name, inside) = text.strip_suffix(')')?.split_once('(')?;
    let parts = || inside.split(',').map(str::trim).filter(|p| !p.is_empty());
    match name.trim() {
        "mmpp" => {
            // Each state: "9x 5s", a relative rate and the mean stay in it.
            let states: Vec<(f64, f64)> = parts()
                .map(|part| {
                    let (factor, stay) = part.split_once(' ')?;
                    let factor: f64 = factor.strip_suffix(['x', '×']).unwrap_or(factor).parse().ok()?;
                    let stay = parse_scalar(stay).ok().filter(|s| s.dim == Dim::Time && s.value > 0.0)?.value;
                    (factor.is_finite() && factor >= 0.0).then_some((factor, stay))
                })
                .collect::<Option<_>>()?;
            let carried: f64 = states.iter().map(|(factor, stay)| factor * stay).sum();
            let (factor, stay) = states.iter().copied().unzip();
            ((2..=100).contains(&states.len()) && carried > 0.0).then_some(Process::Mmpp { factor, stay })
        }
        "trace" => {
            let times: Vec<f64> = parts()
                .map(|part| {
                    parse_scalar(part)
                        .ok()
                        .filter(|s| s.dim == Dim::Time)
                        .and_then(|s| Duration::new(s.value))
                })
                .map(|time| time.map(Duration::as_seconds))
                .collect::<Option<_>>()?;
            (!times.is_empty() && times.windows(2).all(|w| w[0] <= w[1])).then_some(Process::Trace(times))
        }
        "batch" if !inside.contains('(') => {
            let [one] = parts().collect::<Vec<_>>()[..] else { return None };
            let mean = one
                .strip_prefix("mean=")
                .unwrap_or(one)
                .trim()
                .parse()
                .ok()
                .filter(|m: &f64| *m >= 1.0 && *m <= 1e6)?;
            Some(Process::Batch(crate::stats::distribution::Distribution::Constant(mean)))
        }
        "batch" => shape(inside).map(Process::Batch),
        _ => shape(&text).map(Process::Renewal),
    }
}

/// A distribution of a plain number, or of times.
fn shape(text: &str) -> Option<crate::stats::distribution::Distribution> {
    let Form::Call(name, arguments) = parse_quantity(text).ok()?.form else { return None };
    let made =
        spread::build(&name, &arguments, Dim::Count).or_else(|_| spread::build(&name, &arguments, Dim::Time));
    made.ok().filter(|d| d.mean() > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::distribution::Distribution;

    #[test]
    fn processes_are_read() {
        assert_eq!(process("poisson"), Some(Process::Poisson));
        assert_eq!(process("batch(mean=3)"), Some(Process::Batch(Distribution::Constant(3.0))));
        assert_eq!(
            process("batch(uniform(1, 5))"),
            Some(Process::Batch(Distribution::Uniform { low: 1.0, high: 5.0 }))
        );
        assert_eq!(
            process("gamma(mean=1, scv=4)"),
            Some(Process::Renewal(Distribution::Gamma { mean: 1.0, scv: 4.0 }))
        );
        assert_eq!(
            process("mmpp(1x 50s, 9x 5s)"),
            Some(Process::Mmpp { factor: vec![1.0, 9.0], stay: vec![50.0, 5.0] })
        );
        assert_eq!(process("trace(1s, 4s)"), Some(Process::Trace(vec![1.0, 4.0])));
        for wrong in [
            "bursty",
            "mmpp(1x)",
            "trace(4s, 1s)",
            "batch()",
            "batch(mean=0)",
            "batch(mean=3, mean=4)",
            "batch(3, 4)",
            "mmpp(1xx 5s, 2x 3s)",
            "gamma(mean=1",
        ] {
            assert_eq!(process(wrong), None, "{wrong}");
        }
    }
}
