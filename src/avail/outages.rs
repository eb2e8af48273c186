//! Several kinds of outage of one thing taken as one.

use crate::model::failure::Outage;
use crate::units::{Duration, HOURS_PER_YEAR};

/// Several independent kinds of outage of one thing as one: the share of the time in which any holds, and the mean length
/// of such a time in hours. `more` is added to each repair.
///
/// Source: alternating renewal processes in series: the frequency is the sum of the rates times the chance of being up.
pub fn combine(outages: &[Outage], more: Duration) -> (f64, Option<f64>) {
    let (mut down, mut rate) = (0.0, 0.0);
    for outage in outages {
        let share = Outage { repair: outage.repair + more, ..*outage }.unavailability();
        down += (1.0 - down) * share;
        rate += outage.per_year / HOURS_PER_YEAR;
    }
    let frequency = rate * (1.0 - down);
    (down, (frequency > 0.0).then(|| down / frequency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Probability;

    #[test]
    fn two_kinds_of_outage_are_one_event_of_their_union() {
        let outage =
            |per_year, hours| Outage { per_year, repair: Duration::hours(hours), severity: Probability::ONE };
        let (a, b) = (outage(2.0, 1.0), outage(0.5, 10.0));
        let (chance, mean) = combine(&[a, b], Duration::ZERO);
        assert!((chance - (1.0 - (1.0 - a.unavailability()) * (1.0 - b.unavailability()))).abs() < 1e-15);
        let frequency = 2.5 / HOURS_PER_YEAR * (1.0 - chance);
        assert!((mean.expect("it can fail") - chance / frequency).abs() < 1e-12);
        assert_eq!(combine(&[a], Duration::ZERO).1.map(|h| (h * 1e9).round()), Some(1e9));
    }
}
