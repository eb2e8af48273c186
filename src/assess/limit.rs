//! A figure against a limit: where the sampling interval lies decides; an exact number decides by itself; an unknown
//! one decides nothing.

use crate::answer::verdict::Verdict;
use crate::stats::figure::{Figure, FigureKind};

/// Compares. `below`: the value must not exceed the limit; otherwise it must reach it.
///
/// A simulated value without bounds (too few replications or samples) is unsure. An analytic one is compared as it is:
/// it is a preview, and the caller says so.
pub fn verdict(figure: &Figure, limit: f64, below: bool) -> Verdict {
    let Some(value) = figure.value else { return Verdict::Unsure };
    let (low, high) = match figure.kind {
        FigureKind::Unknown => return Verdict::Unsure,
        FigureKind::Simulated => match (figure.low, figure.high) {
            (Some(low), Some(high)) => (low, high),
            _ => return Verdict::Unsure,
        },
        FigureKind::Exact | FigureKind::Analytic | FigureKind::Assumed => (value, value),
    };
    let (good, bad) = if below { (high <= limit, low > limit) } else { (low >= limit, high < limit) };
    match (good, bad) {
        (true, _) => Verdict::Pass,
        (_, true) => Verdict::Fail,
        _ => Verdict::Unsure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_decides_and_touching_it_is_unsure() {
        let run = |low, high| Figure::simulated(0.5, Some((low, high)), "s", 10, "t");
        assert_eq!(verdict(&run(0.4, 0.6), 0.7, true), Verdict::Pass);
        assert_eq!(verdict(&run(0.4, 0.6), 0.3, true), Verdict::Fail);
        assert_eq!(verdict(&run(0.4, 0.6), 0.5, true), Verdict::Unsure);
        assert_eq!(verdict(&run(0.4, 0.6), 0.5, false), Verdict::Unsure);
        assert_eq!(verdict(&Figure::simulated(0.1, None, "s", 1, "t"), 0.5, true), Verdict::Unsure);
        assert_eq!(verdict(&Figure::unknown("s"), 0.5, true), Verdict::Unsure);
        assert_eq!(verdict(&Figure::exact(92_000.0, "JPY"), 92_000.0, true), Verdict::Pass);
    }
}
