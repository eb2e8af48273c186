//! Levers: what single changes do to the design as it stands.

use super::knobs::{Choice, Knob};
use super::{Designs, Glimpse, in_words, timed};
use crate::answer::optimise::LeverAnswer;
use crate::stats::figure::Figure;
use indexmap::IndexMap;

const DIFFERENCE: &str = "difference to the design as it stands, by formulas and list prices";
const PAID_OFF: &str =
    "months committed x (1 - discount): what is paid in all over the hourly price of a month";

impl Designs<'_> {
    /// Every single change. The favourable end of an assumption is none: nobody says what work reaches it, or what that costs.
    pub(super) fn levers(&mut self, start: &[u8]) -> Vec<LeverAnswer> {
        let Some(looked) = self.look(&[]) else { return Vec::new() };
        let now = self.glimpse(&looked);
        let currency = looked.analysis.model.currency.code();
        let mut levers = Vec::new();
        for knob in 0..self.knobs.len() {
            for choice in 1..self.knobs[knob].choices.len() {
                let mut design = start.to_vec();
                design[knob] = choice as u8;
                let (id, one) = (self.knobs[knob].id.clone(), &self.knobs[knob].choices[choice]);
                if let Some(then) = self.glimpses.get(&design) {
                    levers.push(self.lever(&now, then, id, one, currency));
                }
            }
        }
        levers
    }

    /// What one change does.
    fn lever(&self, now: &Glimpse, then: &Glimpse, knob: String, choice: &Choice, unit: &str) -> LeverAnswer {
        let (before, after) = (&now.value, &then.value);
        let delta = |a: f64, b: f64, unit: &str| match (b - a).is_finite() {
            true => Figure::analytic(b - a, unit, DIFFERENCE),
            false => Figure::unknown(unit),
        };
        let cost = delta(before.cost, after.cost, &format!("{unit}/month"));
        let downtime_min = delta(before.downtime, after.downtime, "min/30d");
        let moved = |more: bool| {
            let pairs = before.used.iter().zip(&after.used).zip(&self.targets);
            let moved = pairs.filter(|((a, b), _)| (**a <= 1.0) != (**b <= 1.0) && (**b > 1.0) == more);
            moved.map(|(_, (id, _))| id.clone()).collect()
        };
        let mut latency_s = IndexMap::new();
        for ((id, kind), (a, b)) in self.targets.iter().zip(now.values.iter().zip(&then.values)) {
            if let (true, Some(a), Some(b)) = (timed(*kind), a, b) {
                latency_s.insert(id.clone(), delta(*a, *b, "s"));
            }
        }
        let (dearer, avoided) = (cost.value.unwrap_or(0.0), -downtime_min.value.unwrap_or(0.0));
        let price = format!("{unit}/min");
        let per_minute_avoided = match dearer > 0.0 && avoided > 1e-6 {
            true => Figure::analytic(dearer / avoided, &price, DIFFERENCE),
            false => Figure::unknown(&price),
        };
        let paid = |glimpse: &Glimpse| {
            let of = knob.strip_suffix(".purchase")?;
            glimpse.machines.iter().find(|(component, _)| component == of)?.1
        };
        let pays_after_months = choice
            .months
            .and_then(|months| Some(f64::from(months) * paid(then)? / paid(now)?))
            .map_or_else(|| Figure::unknown("months"), |x| Figure::analytic(x, "months", PAID_OFF));
        let effort = knob.ends_with(".hits");
        LeverAnswer {
            change: in_words(&Knob { id: knob, group: 0, choices: Vec::new() }, choice),
            effort,
            cost,
            downtime_min,
            latency_s,
            fixes: moved(false),
            breaks: moved(true),
            per_minute_avoided,
            pays_after_months,
        }
    }
}
