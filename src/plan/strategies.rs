//! Which way to be ready for the loss of a region: what each strategy takes to come back, and what it adds to the bill
//! (`assess::standing`), by the list book.

use crate::answer::recovery::RecoveryAnswer;
use crate::assess::standing::monthly;
use crate::assess::{Analysis, books, counted_journeys};
use crate::model::RegionIx;
use crate::model::recovery::Strategy;
use indexmap::IndexMap;

/// By strategy and event. O(strategies x (samples x steps + bill)).
pub fn strategies(analysis: &Analysis) -> IndexMap<String, IndexMap<String, RecoveryAnswer>> {
    let model = &analysis.model;
    let book = books::list(model);
    let mut all = crate::recovery::strategies(model, &analysis.needs, &counted_journeys(model));
    for (id, events) in &mut all {
        let Some(strategy) = Strategy::of(id) else { continue };
        for answer in events.values_mut() {
            let region = |id: &str| model.regions.iter().position(|r| r.id == id).map(|i| RegionIx(i as u16));
            let places = region(&answer.of).zip(answer.to.as_deref().and_then(region));
            answer.monthly_cost = places
                .map(|(lost, to)| monthly(model, &analysis.loads, &book, (strategy, lost, to), &|_| false));
        }
    }
    all
}
