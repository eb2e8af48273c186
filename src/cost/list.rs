//! A bill in a list book: every use of the model times its price.
//!
//! Steps and free allowances count per account, not per component: uses that share such a price are priced together
//! and the amount is shared among them by quantity.

use super::book::{Book, Found, Place};
use super::catalogue;
use super::price::{End, Price, charge};
use super::quantity::used;
use super::spread::{Basis, Spread};
use crate::answer::bill::{BillAnswer, BillLine, Unpriced};
use crate::model::Model;
use crate::model::loads::Loads;
use crate::model::usage::{Purchase, Quantity, Usage};
use crate::model::{Component, ComponentIx, Region, Tier};
use crate::stats::figure::Figure;
use crate::text::{Phrase, cost as text};
use crate::units::Currency;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How a computed amount was got.
const METHOD: &str = "list price x mean monthly load";
/// The same where steps or a free allowance make the mean price differ from the list.
const MEAN_PRICE: &str = "mean after steps and free allowance";

/// One use, with what the book says of it.
struct Use<'a> {
    component: &'a Component,
    usage: &'a Usage,
    place: Place<'a>,
    used: Option<Spread>,
    found: Found,
    /// The region of the use, when it is not the component's own.
    region: Option<&'a Region>,
    /// The price is that of the component's own region, for want of one where the use is.
    stands_in: bool,
}

/// Bills the model in a list book, in the model's currency.
pub(super) fn bill(model: &Model, loads: &Loads, book: &Book) -> BillAnswer {
    let uses = uses(model, loads, book);
    let pools = pools(&uses);
    let mut answer = BillAnswer {
        currency: model.currency.code().to_owned(),
        book: book.id.clone(),
        as_of: Some(book.as_of.clone()),
        ..BillAnswer::default()
    };
    let mut amounts = Vec::new();
    for one in &uses {
        let priced = priced(one, book, &pools, model.currency);
        if let Err(why) = &priced {
            answer.unpriced.push(Unpriced {
                component: one.component.id.clone(),
                item: one.usage.item.clone(),
                why: why(&book.id, one),
                list_amount: Figure::unknown(&per_month(model.currency)),
            });
        }
        if let Found::Price(_, currency, _) = one.found
            && currency != model.currency
        {
            answer.exchange = exchange();
        }
        let amount = priced.ok();
        answer.lines.push(line(one, book, amount.as_ref(), &pools, model.currency));
        amounts.push(amount);
    }
    total(&mut answer, &amounts, &model.tier);
    answer
}

/// Every use that is not known to be nothing, in the order of the components.
fn uses<'a>(model: &'a Model, loads: &Loads, book: &Book) -> Vec<Use<'a>> {
    let each = |ix: ComponentIx| {
        let component = &model.graph[ix];
        let load = loads.components.get(ix.index());
        let place = place(model, component);
        component.usages.iter().map(move |usage| {
            let (place, found, stands_in) = found(model, book, place, usage);
            let elsewhere = usage.region.filter(|at| component.failure.region != Some(*at));
            let region = elsewhere.and_then(|at| model.regions.get(usize::from(at.0)));
            Use { component, usage, place, used: used(usage, load), found, region, stands_in }
        })
    };
    let nothing = |one: &Use<'_>| {
        let surplus = matches!(one.usage.quantity, Quantity::Surplus { .. });
        (surplus || !matches!(one.found, Found::Price(..)))
            && one.used.is_some_and(|used| used.high.is_zero())
    };
    model.as_written().into_iter().flat_map(each).filter(|one| !nothing(one)).collect()
}

/// Where a use is bought and what it costs there. A copy in a region without such a price costs what the original's region
/// asks, as an assumption.
fn found<'a>(model: &'a Model, book: &Book, home: Place<'a>, usage: &Usage) -> (Place<'a>, Found, bool) {
    let region = usage.region.and_then(|ix| model.regions.get(usize::from(ix.0)));
    let Some(region) = region else { return (home, book.find(home, &usage.item), false) };
    let place = Place { provider: None, region: Some(region.code.as_deref().unwrap_or(&region.id)) };
    match book.find(place, &usage.item) {
        Found::NoItem | Found::NoRegion if matches!(book.find(home, &usage.item), Found::Price(..)) => {
            (home, book.find(home, &usage.item), true)
        }
        found => (place, found, false),
    }
}

/// Where a component is bought.
pub(super) fn place<'a>(model: &'a Model, component: &Component) -> Place<'a> {
    let provider = component.failure.provider.and_then(|ix| model.providers.get(ix.0 as usize));
    let region = component.failure.region.and_then(|ix| model.regions.get(ix.0 as usize));
    Place {
        provider: provider.map(|provider| provider.id.as_str()),
        region: region.map(|region| region.code.as_deref().unwrap_or(&region.id)),
    }
}

/// Known quantities that share steps or a free allowance.
type Pools = BTreeMap<(usize, usize), Option<Spread>>;

fn pools(uses: &[Use<'_>]) -> Pools {
    let mut pools = Pools::new();
    for one in uses {
        if let (Found::Price(price, _, key), Some(used)) = (one.found, one.used)
            && price.depends_on_volume()
        {
            let sum = pools.entry(key).or_insert(Some(Spread::point(Decimal::ZERO, Basis::Stated)));
            *sum = sum.and_then(|sum| sum.plus(&used));
        }
    }
    pools
}

/// Why a use has no amount: the sentence, given the book and the use.
type Why = fn(&str, &Use<'_>) -> Phrase;

/// What a use costs in the bill's currency.
fn priced(one: &Use<'_>, book: &Book, pools: &Pools, currency: Currency) -> Result<Spread, Why> {
    let (price, from, key) = match one.found {
        Found::Price(price, from, key) => (price, from, key),
        Found::NoProvider => {
            return Err(|book, one| {
                text::no_provider(book, one.place.provider.unwrap_or(book), &one.usage.item)
            });
        }
        Found::NoRegion => {
            return Err(|book, one| text::no_region(book, one.place.region.unwrap_or(book), &one.usage.item));
        }
        Found::NoItem => return Err(|book, one| text::no_item(book, &one.usage.item)),
    };
    let used = one.used.ok_or((|_, one| text::no_quantity(&one.usage.item)) as Why)?;
    let pool = pools.get(&key).copied().unwrap_or(Some(used));
    let off = book.discount(one.place, &one.usage.item, one.usage.purchase);
    if one.usage.purchase != Purchase::OnDemand && off.is_none() {
        return Err(|book, one| text::no_discount(book, one.usage.purchase.word(), &one.usage.item));
    }
    let amount = || {
        let mut amount = share(price, &used, &pool?)?;
        if one.usage.purchase != Purchase::OnDemand {
            amount = amount.times(&off?.left())?;
        }
        if one.stands_in {
            amount.basis = amount.basis.max(Basis::Assumed);
        }
        amount.times(&catalogue::get().rate(from, currency)?)
    };
    amount().ok_or(|_, one| text::too_large(&one.usage.item))
}

/// What `used` out of `pool` units costs, in the currency of the price.
fn share(price: &Price, used: &Spread, pool: &Spread) -> Option<Spread> {
    let at = |end: End| {
        let (part, whole) = (used.at(end), pool.at(end));
        let cost = charge(price, whole, end)?;
        if part == whole || whole.is_zero() {
            return Some(cost);
        }
        cost.checked_div(whole)?.checked_mul(part)
    };
    let beyond = price.up_to.is_some_and(|up_to| pool.high > up_to);
    let basis = if price.is_assumed() || beyond { Basis::Assumed } else { Basis::Stated };
    Some(Spread {
        mid: at(End::Mid)?,
        low: at(End::Low)?,
        high: at(End::High)?,
        basis: basis.max(used.basis),
    })
}

fn line(one: &Use<'_>, book: &Book, amount: Option<&Spread>, pools: &Pools, currency: Currency) -> BillLine {
    let at = one.region.map_or(String::new(), |region| format!("@{}", region.id));
    let id = format!("{}.{}{at}", one.component.id, one.usage.item);
    let month = per_month(currency);
    let mut line = BillLine {
        id,
        name: text::line_name(&one.component.name, &one.usage.item, one.region.map(|r| &r.name)),
        component: Some(one.component.id.clone()),
        item: one.usage.item.clone(),
        amount: amount.map_or_else(|| Figure::unknown(&month), |amount| amount.figure(&month, METHOD)),
        ..BillLine::default()
    };
    let Found::Price(price, from, key) = one.found else {
        line.unit = "1".to_owned();
        line.quantity = one.used.map_or_else(|| Figure::unknown("1"), |used| used.figure("1", METHOD));
        line.unit_price = Figure::unknown("1");
        return line;
    };
    line.unit.clone_from(&price.per.words);
    let sold = one.used.and_then(|used| used.over(price.per.count));
    line.quantity = sold.map_or_else(|| Figure::unknown(&line.unit), |sold| sold.figure(&line.unit, METHOD));
    line.unit_price = unit_price(price, pools.get(&key).copied().flatten(), from);
    let off = book.discount(one.place, &one.usage.item, one.usage.purchase);
    line.source = Some(match off {
        Some(off) => format!("{}; {}", price.source, off.source),
        None => price.source.clone(),
    });
    line
}

/// Price of one unit of sale; the mean over the month's units where steps or a free allowance apply.
fn unit_price(price: &Price, pool: Option<Spread>, currency: Currency) -> Figure {
    let unit = format!("{}/{}", currency.code(), price.per.words);
    let basis = if price.is_assumed() { Basis::Assumed } else { Basis::Stated };
    let first = &price.steps[0];
    let list = Spread { mid: first.amount, low: first.low, high: first.high, basis };
    let flat = price.steps.len() == 1 && price.free.is_zero();
    let mean = pool.filter(|pool| !flat && !pool.low.is_zero()).and_then(|pool| {
        let at = |end: End| {
            let sold = pool.at(end).checked_div(price.per.count)?;
            charge(price, pool.at(end), end)?.checked_div(sold)
        };
        let (mid, low, high) = (at(End::Mid)?, at(End::Low)?, at(End::High)?);
        // a larger quantity can have a lower mean price, so the ends may change places
        Some(Spread {
            mid,
            low: low.min(high).min(mid),
            high: high.max(low).max(mid),
            basis: Basis::Computed,
        })
    });
    mean.unwrap_or(list).figure(&unit, MEAN_PRICE)
}

/// Yen for a dollar, as every bill shows it.
pub(super) fn exchange() -> Option<Figure> {
    let rate = catalogue::get().rate(Currency::USD, Currency::JPY)?;
    Some(rate.figure("JPY/USD", ""))
}

/// Unit of a monthly amount.
pub(super) fn per_month(currency: Currency) -> String {
    format!("{}/month", currency.code())
}

/// Fills in the sums: the total is unknown when a line is, or when there is none.
pub(super) fn total(answer: &mut BillAnswer, amounts: &[Option<Spread>], tier: &Tier) {
    let unit = format!("{}/month", answer.currency);
    let known: Vec<Spread> = amounts.iter().flatten().copied().collect();
    let zero = Spread::point(Decimal::ZERO, Basis::Stated);
    let sum = known.iter().try_fold(zero, |sum, amount| sum.plus(amount)).filter(|_| !known.is_empty());
    let figure = |sum: Option<Spread>, unit: &str| {
        sum.map_or_else(|| Figure::unknown(unit), |s| s.figure(unit, METHOD))
    };
    let total = sum.filter(|_| known.len() == amounts.len());
    answer.known = figure(sum, &unit);
    answer.total = figure(total, &unit);
    let over = |count: f64, of: &str| {
        let count = super::spread::decimal(count).filter(|count| !count.is_zero());
        let each = total.zip(count).and_then(|(total, count)| total.over(count));
        figure(each, &format!("{unit}/{of}"))
    };
    answer.per_tenant = over(tier.tenants, "tenant");
    answer.per_user = over(tier.users, "user");
}
