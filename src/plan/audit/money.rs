//! The plan's own money against list prices: claims that one line alone exceeds, discounts that are already in a line, uses
//! that no line pays for, regions that nothing pays for.

use super::{Case, Found};
use crate::model::Model;
use crate::model::usage::Purchase;
use crate::stats::figure::Figure;
use crate::text::audit as say;
use indexmap::IndexMap;

/// A line counts as discounted from this share below the list price; less may be rounding or the exchange rate (assumption).
const DISCOUNTED: f64 = 0.1;
/// Uses named in one sentence.
const NAMED: usize = 3;

/// List prices by component, unknown amounts left out.
fn by_component(case: &Case) -> IndexMap<String, Figure> {
    let mut sums: IndexMap<String, Figure> = IndexMap::new();
    for line in case.list().into_iter().flat_map(|bill| &bill.lines) {
        let (Some(component), Some(_)) = (&line.component, line.amount.value) else { continue };
        match sums.get_mut(component) {
            Some(sum) => *sum = sum.plus(&line.amount),
            None => {
                sums.insert(component.clone(), line.amount.clone());
            }
        }
    }
    sums
}

/// A figure as sentences take it.
fn amount(figure: &Figure) -> say::Amount {
    say::Amount { value: figure.value.unwrap_or(0.0), range: figure.range_low.zip(figure.range_high) }
}

/// What is used and has no line in the judged book of the scenario's own, at list prices.
pub fn priced_nowhere(case: &Case) -> Vec<Found> {
    let model = case.model;
    let Some(book) = model.books.iter().find(|book| book.id == model.prices) else { return Vec::new() };
    let left_out = crate::cost::left_out(model, &case.analysis.loads, &book.id, crate::assess::LIST_BOOK);
    if case.list().is_none() {
        return Vec::new();
    }
    let mut uses: Vec<(String, Figure)> = Vec::new();
    for line in left_out {
        let Some(component) = line.component else { continue };
        if line.amount.value.is_none_or(|amount| amount <= 0.0) {
            continue;
        }
        match uses.iter_mut().find(|(id, _)| *id == component) {
            Some((_, sum)) => *sum = sum.plus(&line.amount),
            None => uses.push((component, line.amount)),
        }
    }
    uses.sort_by(|a, b| b.1.value.unwrap_or(0.0).total_cmp(&a.1.value.unwrap_or(0.0)));
    let Some(total) = uses.iter().map(|(_, f)| f.clone()).reduce(|sum, more| sum.plus(&more)) else {
        return Vec::new();
    };
    let named: Vec<(&str, f64)> =
        uses.iter().take(NAMED).map(|(id, f)| (id.as_str(), f.value.unwrap_or(0.0))).collect();
    let code = model.currency.code();
    vec![Found {
        of: book.id.clone(),
        cause: say::priced_nowhere(&book.id, uses.len(), amount(&total), &named, code),
        value: total.clone(),
        fix: say::add_lines(&book.id, &uses[0].0),
        money: total,
        at: book.at,
    }]
}

/// A claim for the whole that is below the list price of one component alone.
pub fn claim_below_line(case: &Case) -> Vec<Found> {
    let model = case.model;
    let sums = by_component(case);
    let mut all = Vec::new();
    for claim in &model.tier.claims {
        let Some(cost) = claim.cost.filter(|cost| cost.currency == model.currency) else { continue };
        let over = sums.iter().filter(|(_, sum)| sum.value.is_some_and(|v| v > cost.as_f64()));
        let Some((id, sum)) =
            over.max_by(|a, b| a.1.value.unwrap_or(0.0).total_cmp(&b.1.value.unwrap_or(0.0)))
        else {
            continue;
        };
        let missing = sum.value.unwrap_or(0.0) - cost.as_f64();
        all.push(Found {
            of: model.tier.id.clone(),
            cause: say::claim_below_line(
                &model.tier.id,
                cost.as_f64(),
                id,
                amount(sum),
                model.currency.code(),
            ),
            value: sum.clone(),
            fix: say::raise_claim(&model.tier.id, id),
            money: Figure::assumed(missing, &case.money_unit()),
            at: claim.at,
        });
    }
    all
}

/// The largest discount on record of a component's machines or databases, with how they are bought then.
fn best_discount(model: &Model, id: &str) -> Option<(f64, Purchase)> {
    let ix = model.component(id)?;
    let families = ["compute.hour", "database.hour", "cache.hour"];
    let ways = [Purchase::OneYear, Purchase::ThreeYears];
    let off = families.iter().flat_map(|family| {
        ways.iter().filter_map(|way| {
            Some((crate::cost::off(model, ix, crate::assess::LIST_BOOK, family, *way)?, *way))
        })
    });
    off.max_by(|a, b| a.0.total_cmp(&b.0))
}

/// A line of the scenario's own book below the list price of what it pays for: the discount is spent, and cannot be had again.
pub fn discount_spent(case: &Case) -> Vec<Found> {
    let model = case.model;
    let sums = by_component(case);
    let mut all = Vec::new();
    let stated = |book: &&crate::model::usage::OwnBook| {
        book.id == model.prices && book.tier.as_deref().is_none_or(|tier| tier == model.tier.id)
    };
    for book in model.books.iter().filter(stated) {
        let mut paid: IndexMap<&str, (f64, crate::diag::Span)> = IndexMap::new();
        for line in book.lines.iter().filter(|line| line.amount.currency == model.currency) {
            if let Some(of) = &line.pays {
                paid.entry(of).or_insert((0.0, line.at)).0 += line.amount.as_f64();
            }
        }
        for (id, (amount, at)) in paid {
            let Some(list) = sums.get(id).filter(|sum| sum.value.is_some_and(|v| v > 0.0)) else { continue };
            let listed = list.value.unwrap_or(0.0);
            let spent = 1.0 - amount / listed;
            let bought = model.component(id).map(|ix| &model.graph[ix].usages);
            let committed = bought.is_some_and(|all| all.iter().any(|u| u.purchase != Purchase::OnDemand));
            if spent < DISCOUNTED || amount <= 0.0 || committed {
                continue;
            }
            let Some((best, way)) = best_discount(model, id) else { continue };
            let low = list.range_low.map_or(spent, |v| 1.0 - amount / v);
            let high = list.range_high.map_or(spent, |v| 1.0 - amount / v);
            all.push(Found {
                of: id.to_owned(),
                cause: say::discount_spent(
                    &book.id,
                    id,
                    (amount, listed),
                    spent,
                    (best, way.word()),
                    model.currency.code(),
                ),
                value: Figure::assumed(spent, "1").range(low, high),
                fix: say::state_purchase(id, way.word()),
                money: Figure::assumed(listed - amount, &case.money_unit()),
                at,
            });
        }
    }
    all
}

/// Regions that are named and in which nothing stands.
pub fn region_unpaid(case: &Case) -> Vec<Found> {
    let model = case.model;
    let mut all = Vec::new();
    for (number, region) in model.regions.iter().enumerate() {
        let here = |r: crate::model::RegionIx| usize::from(r.0) == number;
        let stands = model.graph.node_weights().any(|c| {
            c.failure.region.is_some_and(here)
                || c.failure
                    .units
                    .iter()
                    .filter_map(|u| u.zone)
                    .any(|z| here(model.zones[usize::from(z.0)].region))
        });
        if stands {
            continue;
        }
        let copies = model.backups.iter().any(|backup| backup.copies.iter().any(|(to, _)| here(*to)));
        let awaited = model.procedures.iter().any(|procedure| procedure.to.is_some_and(here));
        // A region without a role, a copy or a recovery is a name only: nothing is promised by it.
        if region.role.is_none() && !awaited {
            continue;
        }
        all.push(Found {
            of: region.id.clone(),
            cause: say::region_unpaid(&region.id, region.role.as_ref(), copies),
            value: Figure::exact(0.0, "1"),
            fix: say::pay_region(&region.id),
            money: Figure::unknown(&case.money_unit()),
            at: region.at,
        });
    }
    all
}
