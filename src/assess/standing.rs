//! What standing ready for the loss of a region costs: what a strategy keeps running in the other region, by what a list book
//! asks there.
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

use crate::answer::bill::{BillAnswer, BillLine, Unpriced};
use crate::model::loads::Loads;
use crate::model::recovery::{Backup, Event, Strategy};
use crate::model::{ComponentIx, Model, RegionIx};
use crate::stats::figure::Figure;
use crate::text::cost as say;

/// Adds to a list bill what the strategy that the file states for the loss of a region keeps running there. Copies of backups and
/// of objects are lines of the bill already and are not counted again. A bill in the scenario's own book stays as it is.
pub fn add(bill: &mut BillAnswer, model: &Model, loads: &Loads) {
    let stated = model.procedures.iter().find(|p| p.event == Event::Region);
    let Some((strategy, to)) = stated.and_then(|p| Some((p.strategy?, p.to?))) else { return };
    let home = model.graph.node_weights().filter(|c| c.restore.keeps_data).find_map(|c| c.failure.region);
    let Some(lost) = home.filter(|home| *home != to && bill.as_of.is_some()) else { return };
    let copied = |ix: ComponentIx| {
        let backup = |b: &Backup| b.of == ix && b.copies.iter().any(|(region, _)| *region == to);
        let objects = model.graph[ix].restore.restore.is_none();
        model.backups.iter().any(backup) && (strategy == Strategy::BackupRestore || objects)
    };
    let amount = monthly(model, loads, &bill.book, (strategy, lost, to), &copied);
    if amount.value == Some(0.0) {
        return;
    }
    let unit = bill.total.unit.clone();
    let name = say::standing(strategy.id(), &model.regions[usize::from(to.0)].name);
    if amount.value.is_none() {
        bill.unpriced.push(Unpriced {
            component: model.regions[usize::from(to.0)].id.clone(),
            item: ITEM.to_owned(),
            why: name.clone(),
            list_amount: Figure::unknown(&unit),
        });
    }
    let plus = |sum: &Figure, amount: &Figure| Figure { unit: sum.unit.clone(), ..sum.plus(amount) };
    bill.total = plus(&bill.total, &amount);
    if amount.value.is_some() {
        bill.known = plus(&bill.known, &amount);
    }
    let over = |figure: &Figure, count: f64| {
        if count > 0.0 { bill.total.over(count, &figure.unit) } else { figure.clone() }
    };
    (bill.per_tenant, bill.per_user) =
        (over(&bill.per_tenant, model.tier.tenants), over(&bill.per_user, model.tier.users));
    bill.lines.push(BillLine {
        id: format!("{}.{ITEM}", model.regions[usize::from(to.0)].id),
        name,
        component: None,
        item: ITEM.to_owned(),
        quantity: Figure::exact(1.0, "month"),
        unit: "month".to_owned(),
        unit_price: Figure { unit: format!("{}/month", model.currency.code()), ..amount.clone() },
        amount: Figure { unit, ..amount },
        source: Some(bill.book.clone()),
    });
}

/// Item of what stands ready in another region.
pub const ITEM: &str = "standing";

/// What the strategy adds to the bill of a month.
/// `paid` components are left out.
pub fn monthly(
    model: &Model,
    loads: &Loads,
    book: &str,
    (strategy, lost, to): (Strategy, RegionIx, RegionIx),
    paid: &impl Fn(ComponentIx) -> bool,
) -> Figure {
    let unit = model.currency.code();
    let mut there = Model::clone(model);
    let moved: Vec<ComponentIx> =
        there.graph.node_indices().filter(|ix| there.graph[*ix].failure.region == Some(lost)).collect();
    for ix in &moved {
        there.graph[*ix].failure.region = Some(to);
    }
    let bill = |model: &Model| crate::cost::bill(model, loads, book);
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
                let own = own.get_or_init(|| bill(model)).as_ref()?;
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
