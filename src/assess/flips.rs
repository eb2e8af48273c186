//! How firm a verdict is: each assumption with a range is put to its two ends, alone, and the analytic engines answer
//! again. A verdict no end changes is robust; otherwise the value at which it flips is found by bisection. The same
//! answers give the range of each figure: its smallest and largest value over those ends.

use super::{Analysis, Evidence, glance, judge, say};
use crate::answer::verdict::{Flip, TargetAnswer, TargetKind, Verdict};
use crate::model::{Assumption, Model};
use crate::recovery::Memo;
use crate::scenario::{Change, Scenario, lower};
use crate::text::numbers::plain;
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Steps of the bisection: the flip is found within 1/64 of the range.
const STEPS: u32 = 6;

/// Fills in `robust`, `flips_if` and the ranges of every judged target.
///
/// `targets` may hold simulated verdicts; a target whose analytic verdict at the central values differs from the given
/// one cannot be looked at this way and keeps `robust: None`. Cost: two analyses per assumption of the tier, and
/// at most [`STEPS`] more per flip.
pub fn look(scenario: &Scenario, analysis: &Analysis, targets: &mut IndexMap<String, TargetAnswer>) {
    // As the ends are looked at: at single values, without draws.
    let mut plain = analysis.clone();
    plain.uptime.values_mut().for_each(|answer| answer.drawn = None);
    let central = verdicts(&plain);
    let mut memo = Memo::default();
    for (id, target) in targets.iter_mut() {
        let drawn = target.share_passing.is_some();
        let same = central.get(id).is_some_and(|c| drawn || c.verdict == target.verdict);
        target.robust = (same && target.value.value.is_some()).then_some(true);
    }
    let base = &analysis.model;
    for assumption in &analysis.model.assumptions {
        let Some((low, high)) = assumption.range else { continue };
        let Some((low_text, high_text)) = &assumption.range_text else { continue };
        let mut other = Other::new(scenario, base, assumption);
        for (end, text) in [(low, low_text), (high, high_text)] {
            let Some(answers) = other.at(text, &mut memo) else { continue };
            for (id, target) in targets.iter_mut() {
                let (Some(there), Some(here)) = (answers.get(id), central.get(id)) else { continue };
                widen(target, here, there);
                target.overloads |= here.value.value.is_some()
                    && there.value.value.is_none()
                    && matches!(target.kind, TargetKind::Latency | TargetKind::AiLatency)
                    && there.verdict == Verdict::Fail;
                if target.robust.is_none()
                    || there.verdict == here.verdict
                    || there.verdict == Verdict::Unsure
                {
                    continue;
                }
                target.robust = Some(false);
                let at = other.bisect(end, &mut memo, |answers| {
                    answers.get(id).is_some_and(|a| a.verdict != here.verdict)
                });
                let words = say::flip(&assumption.path, &at, end > assumption.value);
                target.flips_if.push(Flip { path: assumption.path.clone(), at, words });
            }
        }
    }
}

/// Widens a target's range by what one end of one assumption does to it. Only ratios are carried over, so that a
/// simulated value keeps its own centre.
fn widen(target: &mut TargetAnswer, here: &TargetAnswer, there: &TargetAnswer) {
    let (Some(value), Some(from), Some(to)) = (target.value.value, here.value.value, there.value.value)
    else {
        return;
    };
    let moved = match target.kind {
        // shares near one: the distance to one is what scales
        TargetKind::Uptime if from < 1.0 => 1.0 - (1.0 - value) * (1.0 - to) / (1.0 - from),
        _ if from > 0.0 => value * to / from,
        _ => return,
    };
    // A share of the time or of the requests is no less than none and no more than all.
    let moved = if target.unit == "1" { moved.clamp(0.0, 1.0) } else { moved };
    let figure = &mut target.value;
    figure.range_low = Some(figure.range_low.unwrap_or(value).min(moved));
    figure.range_high = Some(figure.range_high.unwrap_or(value).max(moved));
}

/// The analytic verdicts.
pub fn verdicts(analysis: &Analysis) -> Verdicts {
    judge(&Evidence { analysis, measured: None, files: &[] })
}

/// The verdicts, by target.
pub type Verdicts = IndexMap<String, TargetAnswer>;

/// One assumption at other values of its own: each is looked at once, whatever asks for it.
pub struct Other<'a> {
    scenario: &'a Scenario,
    base: &'a Model,
    assumption: &'a Assumption,
    known: BTreeMap<String, Option<Rc<Verdicts>>>,
}

impl<'a> Other<'a> {
    /// None looked at yet.
    pub fn new(scenario: &'a Scenario, base: &'a Model, assumption: &'a Assumption) -> Self {
        Self { scenario, base, assumption, known: BTreeMap::new() }
    }

    /// The verdicts with this value in this tier; `None` when it cannot be put there.
    pub fn at(&mut self, text: &str, memo: &mut Memo) -> Option<Rc<Verdicts>> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let change = Change { path: self.assumption.path.clone(), text: text.to_owned() };
        let found = lower(self.scenario, &self.base.tier.id, &[change]).ok().map(|mut model| {
            // Judged by the book that judges here, whatever the file says.
            model.prices.clone_from(&self.base.prices);
            Rc::new(verdicts(&glance(Arc::new(model), memo)))
        });
        self.known.insert(text.to_owned(), found.clone());
        found
    }

    /// The value between centre and `end` at which `flipped` turns true, written in the unit of the range's ends.
    pub fn bisect(&mut self, end: f64, memo: &mut Memo, flipped: impl Fn(&Verdicts) -> bool) -> String {
        let (mut here, mut there) = (self.assumption.value, end);
        for _ in 0..STEPS {
            let middle = (here + there) / 2.0;
            match self.at(&written(self.assumption, middle), memo) {
                Some(answers) if flipped(&answers) => there = middle,
                _ => here = middle,
            }
        }
        written(self.assumption, there)
    }
}

/// A value of an assumption as it would be written in the file: in the unit of the nearer end of its range.
pub fn written(assumption: &Assumption, value: f64) -> String {
    put_into(assumption, value, |number| plain(number).replace(',', "")).unwrap_or_else(|| plain(value))
}

/// The same to all digits.
pub fn exactly(assumption: &Assumption, value: f64) -> String {
    put_into(assumption, value, |number| number.to_string()).unwrap_or_else(|| value.to_string())
}

/// The text of an end of the range with its number replaced: the one in which the two ends differ. `None`: it has none.
fn put_into(assumption: &Assumption, value: f64, print: impl Fn(f64) -> String) -> Option<String> {
    let (low, high) = assumption.range?;
    let (low_text, high_text) = assumption.range_text.as_ref()?;
    let (end, text) = if high != 0.0 { (high, high_text) } else { (low, low_text) };
    let digit = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let same: usize =
        low_text.chars().zip(high_text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let number = |at: usize| {
        let from = text[..at].trim_end_matches(digit).len();
        let to = from + text[from..].find(|c: char| !digit(c)).unwrap_or(text.len() - from);
        let to = from + text[from..to].trim_end_matches(',').len();
        let number: f64 = text[from..to].replace(',', "").parse().ok()?;
        Some((from, to, number))
    };
    let (from, to, number) = number(same).filter(|_| end != 0.0)?;
    Some(format!("{}{}{}", &text[..from], print(value / end * number), &text[to..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_where_the_ends_of_its_range_differ() {
        let of = |low: f64, high: f64, low_text: &str, high_text: &str| Assumption {
            path: "a".to_owned(),
            value: low,
            range: Some((low, high)),
            unit: "1",
            range_text: Some((low_text.to_owned(), high_text.to_owned())),
            source: None,
            at: Default::default(),
        };
        assert_eq!(written(&of(600.0, 7200.0, "10min", "2h"), 1800.0), "0.5h");
        assert_eq!(written(&of(0.2, 1.0, "office-jp 20%", "office-jp 100%"), 0.5), "office-jp 50%");
        let tokens = of(400.0, 6000.0, "lognormal(p50=400, sigma=0.8)", "lognormal(p50=6000, sigma=0.8)");
        assert_eq!(written(&tokens, 2273.0), "lognormal(p50=2273, sigma=0.8)");
        assert_eq!(exactly(&tokens, 2273.5), "lognormal(p50=2273.5, sigma=0.8)");
        assert_eq!(written(&of(0.05, 0.3, "0.05/year", "0.3/year"), 0.1), "0.1/year");
    }
}
