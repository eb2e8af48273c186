//! Exact availability from the structure: shared zones, regions and providers counted once.

use crate::answer::availability::AvailabilityAnswer;
use crate::model::loads::Needs;
use crate::model::{JourneyIx, Model};
use crate::stats::figure::Figure;
use crate::units::Probability;

/// Availability of every journey alone, in index order.
pub fn journeys(_model: &Model, _needs: &Needs) -> Vec<Figure> {
    unimplemented!()
}

/// Availability of these journeys together, with cut sets, importance, ceiling and attribution. `target` is the uptime
/// the chance of a good month is asked for; `None` leaves that unknown.
pub fn together(
    _model: &Model,
    _needs: &Needs,
    _journeys: &[JourneyIx],
    _target: Option<Probability>,
) -> AvailabilityAnswer {
    unimplemented!()
}
