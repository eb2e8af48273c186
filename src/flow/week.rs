//! The week by its distinct loads: hours with equal rates are solved once.

use crate::model::Model;
use crate::units::HOURS_PER_WEEK;

/// Hours of the week with the same load.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    /// Requests per second, by journey.
    pub rates: Vec<f64>,
    /// The hours.
    pub hours: Vec<usize>,
}

/// The distinct loads of the week, lightest first. No journey's rate is higher in an earlier one than in a later one, unless
/// spikes multiply arrivals that do not follow the users ([`over`]).
pub fn distinct(model: &Model) -> Vec<Hours> {
    let mut by_share: Vec<(f64, usize)> = (0..HOURS_PER_WEEK).map(|h| (model.profile.share(h), h)).collect();
    by_share.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut list: Vec<Hours> = Vec::new();
    for (_, hour) in by_share {
        let rates = model.rates(hour);
        match list.last_mut().filter(|last| last.rates == rates) {
            Some(last) => last.hours.push(hour),
            None => list.push(Hours { rates, hours: vec![hour] }),
        }
    }
    list
}

/// `f` of each of these loads, for an `f` that runs one way when no rate falls: about `values x log n` of them, or all of them
/// where a rate does fall.
pub fn over<T: Clone + PartialEq>(week: &[Hours], f: impl FnMut(usize) -> T) -> Vec<T> {
    let rises = |pair: &[Hours]| pair[0].rates.iter().zip(&pair[1].rates).all(|(a, b)| a <= b);
    if week.windows(2).all(rises) { piecewise(week.len(), f) } else { (0..week.len()).map(f).collect() }
}

/// `f` of `0..n`, for an `f` that runs one way: where two ends agree, all between them do too. Asks for about
/// `values x log n` of them.
pub fn piecewise<T: Clone + PartialEq>(n: usize, mut f: impl FnMut(usize) -> T) -> Vec<T> {
    let mut known: Vec<Option<T>> = vec![None; n];
    if n == 0 {
        return Vec::new();
    }
    known[0] = Some(f(0));
    known[n - 1].get_or_insert_with(|| f(n - 1));
    let mut open = vec![(0, n - 1)];
    while let Some((low, high)) = open.pop() {
        if high - low < 2 {
            continue;
        }
        if known[low] == known[high] {
            let same = known[low].clone();
            known[low + 1..high].fill(same);
        } else {
            let middle = low + (high - low) / 2;
            known[middle] = Some(f(middle));
            open.extend([(low, middle), (middle, high)]);
        }
    }
    known.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build;
    use crate::model::workload::Arrivals;
    use crate::stats::distribution::Distribution;
    use crate::units::Rate;

    #[test]
    fn steps_are_found_with_few_questions() {
        let mut asked = 0;
        let found = piecewise(168, |i| {
            asked += 1;
            if i < 100 { 1 } else { 3 }
        });
        assert_eq!((found[99], found[100], found.len()), (1, 3, 168));
        assert!(asked <= 10, "{asked}");
        assert_eq!(piecewise(1, |i| i), [0]);
        assert!(piecewise(0, |i| i).is_empty());
    }

    #[test]
    fn equal_hours_are_one_load() {
        let mut model = build::empty();
        let desk =
            build::component(&mut model, "desk", build::station(1, 1, Distribution::Exponential(0.01)));
        build::journey(&mut model, "job", desk, 3.0);
        assert_eq!(distinct(&model).len(), 1);
        model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(1.0));
        model.profile.active[9..17].fill(0.5);
        let found = distinct(&model);
        assert_eq!(
            found.iter().map(|h| (h.rates[0], h.hours.len())).collect::<Vec<_>>(),
            [(0.5, 8), (1.0, 160)]
        );
    }
}
