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
pub fn target(evidence: &Evidence, objective: &Objective, below: Money) -> TargetAnswer {
    let unit = format!("{}/month", below.currency.code());
    let mut answer = blank(evidence, objective, TargetKind::Cost, below.as_f64(), &unit);
    against(evidence, &mut answer);
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
    against(evidence, &mut answer);
    answer
}

/// Fills in the bill. An unknown total is still a fail once its known lines alone exceed the cap.
fn against(evidence: &Evidence, answer: &mut TargetAnswer) {
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
    answer.why = say::cost(answer, bill, list.filter(|l| l.book != bill.book));
    if answer.verdict == Verdict::Unsure {
        answer.settled_by = Some(say::by_prices(&bill.book));
    }
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
