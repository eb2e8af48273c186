//! Judges cost objectives and the plan's own claims, in the judged price book, with the list prices beside it.

use super::say_money as say;
use super::{Evidence, blank, limit, place};
use crate::answer::availability::Share;
use crate::answer::bill::{BillAnswer, Unpriced};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::model::objective::{Claim, Objective};
use crate::stats::figure::Figure;
use crate::units::Money;

/// The monthly bill against its cap.
pub fn target(evidence: &Evidence, objective: &Objective, below: Money, stated: Money) -> TargetAnswer {
    let unit = format!("{}/month", below.currency.code());
    let mut answer = blank(evidence, objective, TargetKind::Cost, below.as_f64(), &unit);
    against(evidence, &mut answer, stated);
    answer
}

/// A claim of the plan: the bill it states for this tier.
pub fn claim(evidence: &Evidence, claim: &Claim) -> TargetAnswer {
    let (file, line) = place(evidence.files, claim.at);
    let unit = format!("{}/month", evidence.analysis.model.currency.code());
    let mut answer = TargetAnswer {
        kind: TargetKind::Claim,
        name: say::claim_name(),
        value: Figure::unknown(&unit),
        target: claim.cost.map_or(0.0, Money::as_f64),
        below: !claim.at_least,
        unit,
        quote: claim.quote.clone(),
        file,
        line,
        ..TargetAnswer::default()
    };
    against(evidence, &mut answer, claim.stated);
    answer
}

/// Fills in the bill. An unknown total is still a fail once its known lines alone exceed the cap. A verdict is one only if it holds
/// over the whole range of the bill with what the book leaves out at list prices: a cap that lies within it is open.
fn against(evidence: &Evidence, answer: &mut TargetAnswer, stated: Money) {
    let model = &evidence.analysis.model;
    let list = evidence.analysis.bills.get(&crate::cost::providers::main(model));
    let Some(bill) = evidence.analysis.bills.get(&model.prices) else {
        answer.why = say::no_book(&model.prices);
        return;
    };
    answer.value = bill.total.clone();
    answer.attribution = lines(bill);
    answer.blame = biggest(bill);
    answer.verdict = limit::verdict(&answer.value, answer.target, answer.below);
    let known = bill.known.value.unwrap_or(0.0);
    if answer.value.value.is_none() && answer.below && known > answer.target {
        answer.verdict = Verdict::Fail;
    }
    let whole = with_left_out(bill);
    let open = !bill.unpriced.is_empty() && answer.value.value.is_some();
    let rate = || crate::cost::exchange_rate(stated.currency, model.currency);
    let rate = crate::fields::facts::with(&model.own_facts, rate).0;
    let rate = rate.filter(|_| stated.currency != model.currency);
    // Whether the verdict holds at both ends of what everything comes to. A limit in another currency moves with the exchange rate,
    // and a bill that is converted by it moves along.
    let moves = rate.as_ref().filter(|_| bill.exchange.is_none());
    let [least, most] = limits(answer.target, moves);
    let within = |amount: f64, limit: f64| amount <= limit * (1.0 + 1e-9);
    let (earned, crossed) = match (&whole, answer.below, answer.verdict) {
        (_, _, Verdict::Unsure) => (true, None),
        (Some((_, high)), true, Verdict::Pass) => (within(*high, least), whole),
        (Some((low, _)), true, Verdict::Fail) => (!within(*low, most), whole),
        (Some((low, _)), false, Verdict::Pass) => (within(most, *low), whole),
        (Some((_, high)), false, Verdict::Fail) => (!within(least, *high), whole),
        // What is not known only adds.
        (None, below, verdict) => (below == (verdict == Verdict::Fail), None),
    };
    let crossed = crossed.filter(|_| !earned);
    if !earned {
        answer.verdict = Verdict::Unsure;
    }
    answer.why = say::cost(answer, bill, list.filter(|l| l.book != bill.book), &bare(model, bill));
    if let Some((low, high)) = crossed {
        // All of it on the other side than the book's own total: only what is left out speaks against the book.
        let other_side = match (answer.below, answer.value.value.is_some_and(|v| within(v, answer.target))) {
            (true, true) => !within(low, most),
            (false, true) => !within(high, most),
            _ => false,
        };
        answer.why = answer.why.then(&match other_side {
            true => say::cost_beyond(low, high, &bill.currency),
            false => say::cost_between(low, high, open, &bill.currency),
        });
    }
    if let Some(rate) = rate {
        answer.why = say::exchanged(&answer.why, stated, &rate);
    }
    if answer.verdict == Verdict::Unsure {
        let unknown: Vec<&Unpriced> = bill.unpriced.iter().filter(|one| bill.has_price_of(one)).collect();
        answer.settled_by = Some(match (open, crossed) {
            (true, _) => say::by_lines(&bill.book, &bill.unpriced),
            (false, Some(_)) => say::by_narrower_prices(),
            (false, None) if unknown.is_empty() => say::by_prices(&bill.book),
            (false, None) => say::by_quantities(&unknown),
        });
    }
}

/// The ends of a limit that moves with an exchange rate.
fn limits(limit: f64, rate: Option<&Figure>) -> [f64; 2] {
    let end = |end: Option<f64>| Some(limit * end? / rate?.value?);
    let of = |rate: &Figure| [end(rate.range_low), end(rate.range_high)].map(|end| end.unwrap_or(limit));
    rate.map_or([limit; 2], of)
}

/// Components of which a bill without any line says nothing.
fn bare(model: &crate::model::Model, bill: &BillAnswer) -> Vec<String> {
    let all = model.as_written().into_iter().map(|ix| model.graph[ix].id.clone());
    if bill.lines.is_empty() && bill.unpriced.is_empty() { all.collect() } else { Vec::new() }
}

/// The ends of a total with what the book leaves out, at list prices: all prices, quantities and the exchange rate at their
/// favourable and unfavourable ends. `None`: not all of it has a price.
fn with_left_out(bill: &BillAnswer) -> Option<(f64, f64)> {
    let each = bill.unpriced.iter().map(|one| &one.list_amount);
    std::iter::once(&bill.total).chain(each).try_fold((0.0, 0.0), |(low, high), one| {
        let value = one.value?;
        Some((low + one.range_low.unwrap_or(value), high + one.range_high.unwrap_or(value)))
    })
}

fn lines(bill: &BillAnswer) -> Vec<Share> {
    let Some(total) = bill.total.value.or(bill.known.value).filter(|total| *total > 0.0) else {
        return Vec::new();
    };
    let mut shares: Vec<Share> = bill
        .lines
        .iter()
        .filter_map(|line| {
            let amount = line.amount.value.filter(|amount| *amount > 0.0)?;
            let cause = line.component.clone().unwrap_or_else(|| line.id.clone());
            let unit = format!("{}/month", bill.currency);
            Some(Share { cause, part: line.id.clone(), share: amount / total, amount, unit })
        })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share));
    shares
}

fn biggest(bill: &BillAnswer) -> Option<String> {
    let known = bill.lines.iter().filter(|line| line.amount.value.is_some());
    known
        .max_by(|a, b| a.amount.value.unwrap_or(0.0).total_cmp(&b.amount.value.unwrap_or(0.0)))
        .and_then(|line| line.component.clone())
}
