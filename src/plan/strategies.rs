//! Which way to be ready for the loss of a region: what each strategy takes to come back, and what it adds to the bill.
//!
//! The cost is what the list book asks, in the region the strategy goes to, for what the strategy keeps running there:
//!
//! | strategy | kept in the other region |
//! |---|---|
//! | backup and restore | the data, at the price of live storage (an upper bound) |
//! | pilot light | the databases and the stored objects, the cluster |
//! | warm standby | all of that, caches and load balancers, and one machine of each node group |
//! | active-active | everything that stands in the lost region, at full size |
//!
//! One machine per group is our choice of "a reduced size". Traffic between the regions is not counted. Where the book has no
//! price for the other region, that of the lost one stands in and the figure says so.

use crate::answer::bill::BillLine;
use crate::answer::recovery::RecoveryAnswer;
use crate::assess::{Analysis, LIST_BOOK, counted_journeys};
use crate::model::recovery::{Event, Strategy};
use crate::model::{ComponentIx, Model, RegionIx};
use crate::stats::figure::Figure;
use indexmap::IndexMap;

/// By strategy and event. O(strategies x (samples x steps + bill)).
pub fn strategies(analysis: &Analysis) -> IndexMap<String, IndexMap<String, RecoveryAnswer>> {
    let model = &analysis.model;
    let mut all = crate::recovery::strategies(model, &analysis.needs, &counted_journeys(model));
    for (id, events) in &mut all {
        let Some(strategy) = Strategy::of(id) else { continue };
        for answer in events.values_mut() {
            let region = |id: &str| model.regions.iter().position(|r| r.id == id).map(|i| RegionIx(i as u16));
            let places = region(&answer.of).zip(answer.to.as_deref().and_then(region));
            answer.monthly_cost =
                places.map(|(lost, to)| monthly(analysis, LIST_BOOK, strategy, lost, to, &|_| false));
        }
    }
    all
}

/// What the strategy that the file states for the loss of a region keeps running there, by the judged book; zero without one.
/// Copies of backups and of objects are lines of the bill already and are not counted again.
pub fn standing(analysis: &Analysis) -> Figure {
    let model = &analysis.model;
    let unit = format!("{}/month", model.currency.code());
    let stated = model.procedures.iter().find(|p| p.event == Event::Region);
    let Some((strategy, to)) = stated.and_then(|p| Some((p.strategy?, p.to?))) else {
        return Figure::exact(0.0, &unit);
    };
    let home = model.graph.node_weights().filter(|c| c.restore.keeps_data).find_map(|c| c.failure.region);
    let Some(lost) = home.filter(|home| *home != to) else { return Figure::exact(0.0, &unit) };
    let copied = |ix: ComponentIx| {
        let backup =
            model.backups.iter().any(|b| b.of == ix && b.copies.iter().any(|(region, _)| *region == to));
        backup && (strategy == Strategy::BackupRestore || model.graph[ix].restore.restore.is_none())
    };
    let figure = monthly(analysis, &model.prices, strategy, lost, to, &copied);
    Figure { unit, ..figure }
}

/// What the strategy adds to the bill of a month.
fn monthly(
    analysis: &Analysis,
    book: &str,
    strategy: Strategy,
    lost: RegionIx,
    to: RegionIx,
    paid: &impl Fn(ComponentIx) -> bool,
) -> Figure {
    let unit = analysis.model.currency.code();
    let mut there = Model::clone(&analysis.model);
    let moved: Vec<ComponentIx> =
        there.graph.node_indices().filter(|ix| there.graph[*ix].failure.region == Some(lost)).collect();
    for ix in &moved {
        there.graph[*ix].failure.region = Some(to);
    }
    let bill = |model: &Model| crate::cost::bill(model, &analysis.loads, book);
    let Some(moved_bill) = bill(&there) else { return Figure::unknown(unit) };
    let own = std::cell::OnceCell::new();
    let (mut sum, mut stand_in) = (0.0, false);
    for line in &moved_bill.lines {
        let of = |ix: &&ComponentIx| line.component.as_deref() == Some(there.graph[**ix].id.as_str());
        let Some(ix) = moved.iter().find(of).filter(|ix| !line.id.contains('@') && !paid(**ix)) else {
            continue;
        };
        let share = kept(strategy, &there, *ix, line);
        if share > 0.0 {
            let at_home = || {
                let own = own.get_or_init(|| bill(&analysis.model)).as_ref()?;
                own.lines.iter().find(|own| own.id == line.id).and_then(|own| own.amount.value)
            };
            stand_in |= line.amount.value.is_none();
            match line.amount.value.or_else(at_home) {
                Some(amount) => sum += share * amount,
                None => return Figure::unknown(unit),
            }
        }
    }
    let method = if stand_in {
        "list prices of what the strategy keeps there; of the lost region where the other has none"
    } else {
        "list prices of what the strategy keeps in the other region"
    };
    Figure::analytic(sum, unit, method)
}

/// Share of a line that the strategy pays a second time.
fn kept(strategy: Strategy, model: &Model, ix: ComponentIx, line: &BillLine) -> f64 {
    let component = &model.graph[ix];
    let hours = line.item.split(['.', ':']).any(|part| part == "hour");
    let stored = line.item.contains("storage");
    if !hours && !stored {
        return 0.0; // paid by use, and the use only moves
    }
    let whole = |keeps: bool| f64::from(u8::from(keeps));
    let cluster = component.station.is_none() && component.on.is_none();
    let machines = component.station.is_none() && component.on.is_some();
    match strategy {
        Strategy::BackupRestore => whole(component.restore.keeps_data && stored),
        Strategy::PilotLight => whole(component.restore.keeps_data || cluster),
        Strategy::WarmStandby if machines => 1.0 / component.failure.units.len().max(1) as f64,
        Strategy::WarmStandby | Strategy::ActiveActive => 1.0,
    }
}
