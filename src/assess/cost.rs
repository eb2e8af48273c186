//! Judges cost objectives and the plan's own claims, in the judged price book, with the list prices beside it.

use super::say;
use super::{Evidence, LIST_BOOK, blank, limit, place};
use crate::answer::availability::Share;
use crate::answer::bill::{BillAnswer, BillLine};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::model::objective::{Claim, Objective};
use crate::stats::figure::Figure;
use crate::units::Money;
use indexmap::IndexMap;

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

/// Fills in the bill. An unknown total is still a fail once its known lines alone exceed the cap; a total that leaves out what is
/// used passes a cap only if the list prices of all of that still fit below it, and fails a claim of at least so much only if they
/// do not reach it.
fn against(evidence: &Evidence, answer: &mut TargetAnswer, stated: Money) {
    let model = &evidence.analysis.model;
    let list = evidence.analysis.bills.get(LIST_BOOK);
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
    let whole = with_left_out(bill, answer.value.value);
    let open = !bill.unpriced.is_empty() && answer.value.value.is_some();
    let holds = |whole: f64| if answer.below { whole <= answer.target } else { whole >= answer.target };
    let unearned = match answer.verdict {
        Verdict::Pass => answer.below && !whole.is_some_and(holds),
        Verdict::Fail => !answer.below && whole.is_none_or(holds),
        Verdict::Unsure => false,
    };
    if open && unearned {
        answer.verdict = Verdict::Unsure;
    }
    answer.why = say::cost(answer, bill, list.filter(|l| l.book != bill.book));
    if let Some(rate) = crate::cost::exchange_rate(stated.currency, model.currency)
        && stated.currency != model.currency
    {
        answer.why = say::exchanged(&answer.why, stated, &rate);
    }
    if answer.verdict == Verdict::Unsure {
        answer.settled_by = Some(match open {
            true => say::by_lines(&bill.book, &bill.unpriced),
            false => say::by_prices(&bill.book),
        });
    }
}

/// A total with what the book leaves out, at list prices; `None`: not all of that has one.
fn with_left_out(bill: &BillAnswer, total: Option<f64>) -> Option<f64> {
    let each = bill.unpriced.iter().map(|one| one.list_amount.value);
    Some(total? + each.sum::<Option<f64>>()?)
}

/// Fills in what each use without a price costs by the list prices.
pub fn beside_list(bills: &mut IndexMap<String, BillAnswer>) {
    let Some(list) = bills.get(LIST_BOOK).cloned() else { return };
    for bill in bills.values_mut().filter(|bill| bill.book != list.book) {
        for one in &mut bill.unpriced {
            let same =
                |line: &&BillLine| line.component.as_ref() == Some(&one.component) && line.item == one.item;
            // A use may stand twice, here and in another region: both are left out.
            let amounts: Vec<&Figure> = list.lines.iter().filter(same).map(|line| &line.amount).collect();
            if let [first, rest @ ..] = &amounts[..] {
                one.list_amount = rest.iter().fold((*first).clone(), |sum, more| sum.plus(more));
            }
        }
    }
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
