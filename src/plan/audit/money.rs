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

/// What a component costs at list prices.
struct Listed {
    /// Sum of its lines that have an amount.
    sum: Figure,
    /// Whether some line has none, so that it is that much or more.
    partial: bool,
    /// By family of items: `compute.hour`.
    by_family: Vec<(String, f64)>,
    /// The book.
    book: String,
}

fn listed(case: &Case, component: &str) -> Option<Listed> {
    let (lines, book) = case.list(component);
    let known = || lines.iter().filter(|line| line.amount.value.is_some());
    let sum = known().map(|line| line.amount.clone()).reduce(|sum, more| sum.plus(&more))?;
    let family = |item: &str| item.split(':').next().unwrap_or(item).to_owned();
    let by_family = known().map(|line| (family(&line.item), line.amount.value.unwrap_or(0.0))).collect();
    Some(Listed { sum, partial: known().count() < lines.len(), by_family, book })
}

/// A figure as sentences take it.
fn amount(figure: &Figure, more: bool) -> say::Amount {
    say::Amount { value: figure.value.unwrap_or(0.0), range: figure.range_low.zip(figure.range_high), more }
}

/// What is used and has no line in the judged book of the scenario's own, at list prices.
pub fn priced_nowhere(case: &Case) -> Vec<Found> {
    let model = case.model;
    let Some(book) = case.own_book() else { return Vec::new() };
    let Some(bill) = case.analysis.bills.get(&book.id) else { return Vec::new() };
    let mut uses: Vec<(String, Figure)> = Vec::new();
    for one in &bill.unpriced {
        if one.list_amount.value.is_none_or(|amount| amount <= 0.0) {
            continue;
        }
        match uses.iter_mut().find(|(id, _)| *id == one.component) {
            Some((_, sum)) => *sum = sum.plus(&one.list_amount),
            None => uses.push((one.component.clone(), one.list_amount.clone())),
        }
    }
    let more = bill.unpriced.iter().any(|one| one.list_amount.value.is_none());
    let mut components: Vec<&str> = bill.unpriced.iter().map(|one| one.component.as_str()).collect();
    components.sort_unstable();
    components.dedup();
    uses.sort_by(|a, b| b.1.value.unwrap_or(0.0).total_cmp(&a.1.value.unwrap_or(0.0)));
    let Some(total) = uses.iter().map(|(_, f)| f.clone()).reduce(|sum, more| sum.plus(&more)) else {
        return Vec::new();
    };
    let named: Vec<(&str, f64)> =
        uses.iter().take(NAMED).map(|(id, f)| (id.as_str(), f.value.unwrap_or(0.0))).collect();
    let code = model.currency.code();
    let counts = (bill.unpriced.len(), components.len());
    vec![Found {
        of: book.id.clone(),
        cause: say::priced_nowhere(&book.id, counts, amount(&total, more), &named, code),
        value: total.clone(),
        fix: say::add_lines(&book.id, &uses[0].0),
        money: total,
        at: book.at,
    }]
}

/// A claim for the whole that is below the list price of one component alone.
pub fn claim_below_line(case: &Case) -> Vec<Found> {
    let model = case.model;
    let mut all = Vec::new();
    // Of a claim of so much or more nothing is too dear.
    for claim in model.tier.claims.iter().filter(|claim| !claim.at_least) {
        let Some(cost) = claim.cost.filter(|cost| cost.currency == model.currency) else { continue };
        let of = |ix: crate::model::ComponentIx| {
            let id = &model.graph[ix].id;
            Some((id, listed(case, id)?))
        };
        let over = model.graph.node_indices().filter_map(of);
        let over = over.filter(|(_, one)| one.sum.value.is_some_and(|v| v > cost.as_f64()));
        let dearest = |one: &Listed| one.sum.value.unwrap_or(0.0);
        let Some((id, one)) = over.max_by(|a, b| dearest(&a.1).total_cmp(&dearest(&b.1))) else { continue };
        let missing = dearest(&one) - cost.as_f64();
        all.push(Found {
            of: model.tier.id.clone(),
            cause: say::claim_below_line(
                &model.tier.id,
                cost.as_f64(),
                id,
                amount(&one.sum, one.partial),
                model.currency.code(),
            ),
            value: one.sum.clone(),
            fix: say::raise_claim(&model.tier.id, id),
            money: Figure::assumed(missing, &case.money_unit()),
            at: claim.at,
        });
    }
    all
}

/// The largest discount on record of what a component is bought by the hour, as a share of all that it costs, with the way of
/// buying.
fn best_discount(model: &Model, id: &str, one: &Listed) -> Option<(f64, Purchase)> {
    let ix = model.component(id)?;
    let whole = one.sum.value.filter(|v| *v > 0.0)?;
    let ways = [Purchase::OneYear, Purchase::ThreeYears];
    let off = ways.iter().filter_map(|way| {
        let of = |(family, amount): &(String, f64)| {
            Some(crate::cost::off(model, ix, &one.book, family, *way)? * amount / whole)
        };
        let sum: f64 = one.by_family.iter().filter_map(of).sum();
        (sum > 0.0).then_some((sum, *way))
    });
    off.max_by(|a, b| a.0.total_cmp(&b.0))
}

/// A line of the scenario's own book below the list price of what it pays for: the discount is spent, and cannot be had again.
pub fn discount_spent(case: &Case) -> Vec<Found> {
    let model = case.model;
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
        for (id, (paid, at)) in paid {
            let Some(one) = listed(case, id).filter(|one| one.sum.value.is_some_and(|v| v > 0.0)) else {
                continue;
            };
            let whole = one.sum.value.unwrap_or(0.0);
            let spent = 1.0 - paid / whole;
            if spent < DISCOUNTED || paid <= 0.0 {
                continue;
            }
            let Some(ix) = model.component(id) else { continue };
            let bought = model.graph[ix].usages.iter().map(|u| u.purchase).find(|p| *p != Purchase::OnDemand);
            let low = one.sum.range_low.map_or(spent, |v| 1.0 - paid / v);
            let high = one.sum.range_high.map_or(spent, |v| 1.0 - paid / v);
            let (list, code) = (amount(&one.sum, one.partial), model.currency.code());
            let best = best_discount(model, id, &one);
            let has = crate::fields::find(crate::kinds::form(model.graph[ix].kind), "purchase").is_some();
            let (cause, fix) = match (bought, best) {
                (Some(way), _) => (
                    say::discount_twice(&book.id, id, (paid, list), spent, way.word(), code),
                    say::put_price(&book.id, id),
                ),
                (None, Some((best, way))) => (
                    say::discount_spent(&book.id, id, (paid, list), spent, (best, way.word()), code),
                    if has { say::state_purchase(id, way.word()) } else { say::put_price(&book.id, id) },
                ),
                (None, None) => {
                    (say::below_list(&book.id, id, (paid, list), spent, code), say::put_price(&book.id, id))
                }
            };
            all.push(Found {
                of: id.to_owned(),
                cause,
                value: Figure::assumed(spent, "1").range(low, high),
                fix,
                money: Figure::assumed(whole - paid, &case.money_unit()),
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
        // What a strategy keeps ready there is a line of a list bill, and of no book of the scenario's own.
        let stands = case.analysis.bills.get(&model.prices).is_some_and(|bill| {
            bill.lines
                .iter()
                .any(|line| line.id == format!("{}.{}", region.id, crate::assess::standing::ITEM))
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
            cause: say::region_unpaid(&region.id, region.role.as_ref(), region.code.as_deref(), copies),
            value: Figure::exact(0.0, "1"),
            fix: say::pay_region(&region.id),
            money: Figure::unknown(&case.money_unit()),
            at: region.at,
        });
    }
    all
}
