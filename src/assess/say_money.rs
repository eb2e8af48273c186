//! What is said about a bill against its limit.

use super::say::list;
use crate::answer::bill::{BillAnswer, Unpriced};
use crate::answer::verdict::TargetAnswer;
use crate::stats::figure::Figure;
use crate::text::numbers::{both, money};
use crate::text::{Lang, Phrase};
use crate::units::Money;
use crate::units::grammar::number;

/// What settles an unknown bill.
pub fn by_prices(book: &str) -> Phrase {
    Phrase::new(format!("価格表 {book} の不足行を埋める"), format!("prices for the missing lines of {book}"))
}

/// What would settle a total that hangs on what is used: `plimsoll cost` names the field of each.
pub fn by_quantities(open: &[&Unpriced]) -> Phrase {
    let names: Vec<String> = open.iter().map(|one| format!("{} {}", one.component, one.item)).collect();
    both(|lang| match lang {
        Lang::Ja => format!("使用量を書けば決まる: {}(書く項目は plimsoll cost が示す)", list(&names, lang)),
        Lang::En => {
            format!("how much is used of {}; `plimsoll cost` names the field to state", list(&names, lang))
        }
    })
}

/// Name of the claim of a tier.
pub fn claim_name() -> Phrase {
    Phrase::new("計画の費用", "The plan's cost claim")
}

/// The judged book does not exist.
pub fn no_book(book: &str) -> Phrase {
    Phrase::new(format!("価格表 {book} が見つからない。"), format!("There is no price book {book}."))
}

/// A cost target or claim, with the list bill beside it.
///
/// `bare`: components of a bill that has no line at all.
pub fn cost(answer: &TargetAnswer, bill: &BillAnswer, list: Option<&BillAnswer>, bare: &[String]) -> Phrase {
    let money = |amount: f64| money(amount, &bill.currency);
    let limit = money(answer.target);
    let book = &bill.book;
    let beside = |lang: Lang| {
        let Some(list) = list else { return String::new() };
        let (amount, more) = match (list.total.value, list.known.value) {
            (Some(total), _) => (total, false),
            (None, Some(known)) => (known, true),
            _ => return String::new(),
        };
        let amount = money(amount);
        match (lang, more) {
            (Lang::Ja, false) => format!("定価({})では {amount}。", list.book),
            (Lang::Ja, true) => format!("定価({})では {amount} 以上。", list.book),
            (Lang::En, false) => format!("At list prices ({}) it is {amount}.", list.book),
            (Lang::En, true) => format!("At list prices ({}) it is {amount} or more.", list.book),
        }
    };
    // What has a price and no amount is named where the total is unknown.
    let holes =
        bill.unpriced.iter().filter(|one| answer.value.value.is_some() || !bill.has_price_of(one)).count();
    both(|lang| {
        let hole = match (holes, lang) {
            (0, _) => String::new(),
            (n, Lang::Ja) => format!("この価格表にない項目が {n} 件ある。"),
            (1, Lang::En) => "The book leaves one used item without a price.".to_owned(),
            (n, Lang::En) => format!("The book leaves {n} used items without a price."),
        };
        let first = match (answer.value.value, answer.below, lang) {
            (Some(v), true, Lang::Ja) => format!("{book} では {}、上限 {limit}。", money(v)),
            (Some(v), true, Lang::En) => format!("{book} gives {} against {limit}.", money(v)),
            (Some(v), false, Lang::Ja) => {
                format!("{book} では {}、計画は {limit} 以上とだけ述べている。", money(v))
            }
            (Some(v), false, Lang::En) => {
                format!("{book} gives {}; the plan only says {limit} or more.", money(v))
            }
            (None, ..) => unknown_total(answer, bill, bare, &limit, lang),
        };
        [first, hole, beside(lang)]
            .iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(if lang == Lang::Ja { "" } else { " " })
    })
}

/// That a total is not known, with what has no price.
fn unknown_total(
    answer: &TargetAnswer,
    bill: &BillAnswer,
    bare: &[String],
    limit: &str,
    lang: Lang,
) -> String {
    let book = &bill.book;
    let (open, uses): (Vec<&Unpriced>, Vec<&Unpriced>) =
        bill.unpriced.iter().partition(|one| bill.has_price_of(one));
    let words = |all: &[&Unpriced]| -> Vec<String> {
        all.iter().map(|one| format!("{} {}", one.component, one.item)).collect()
    };
    let (open, uses) = (words(&open), words(&uses));
    let names = |all: &[String]| list(all, lang);
    let known = bill.lines.iter().any(|line| line.amount.value.is_some());
    let none = uses.is_empty() && open.is_empty();
    let what = match (lang, bare.is_empty(), none || !known && bill.as_of.is_none()) {
        (Lang::Ja, false, _) => format!("{book} で値段の付くものがない({})", names(bare)),
        (Lang::En, false, _) => {
            format!("nothing of this design ({}) is an item that {book} prices", names(bare))
        }
        (Lang::Ja, true, true) => format!("{book} はこの規模の金額を定めていない"),
        (Lang::En, true, true) => format!("{book} states no amounts for this size"),
        (_, true, false) => {
            let of = |all: &[String], ja: &str, en: &str| match lang {
                _ if all.is_empty() => None,
                Lang::Ja => Some(format!("{ja}({})", names(all))),
                Lang::En => Some(format!("{en} {}", names(all))),
            };
            let parts = [
                of(&open, "使用量がシナリオから決まらない", "the scenario does not tell how much is used of"),
                of(&uses, &format!("{book} に値段がない"), &format!("{book} has no price for")),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            parts.join(if lang == Lang::Ja { "、また" } else { ", and " })
        }
    };
    let claim = answer.kind == crate::answer::verdict::TargetKind::Claim;
    match (lang, claim) {
        (Lang::Ja, false) => format!("{what}ため、合計は不明(上限は {limit})。"),
        (Lang::Ja, true) => format!("{what}ため、合計は不明(計画の主張は {limit})。"),
        (Lang::En, false) => format!("The total is unknown, as {what}; the limit is {limit}."),
        (Lang::En, true) => format!("The total is unknown, as {what}; the plan claims {limit}."),
    }
}

/// That the limit lies within what everything may come to.
pub fn cost_between(low: f64, high: f64, open: bool, code: &str) -> Phrase {
    let (low, high) = (money(low, code), money(high, code));
    let (ja, en) = if open {
        ("表にない項目も定価で含め", " with what the book leaves out at list prices")
    } else {
        ("", "")
    };
    Phrase::new(
        format!(
            "{ja}価格・数量・為替の幅をすべて取ると {low}〜{high} で、限度がその中にあるため決められない。"
        ),
        format!(
            "Over the ranges of prices, quantities and the exchange rate it comes to {low} to {high}{en}: the limit lies in between, so it is open."
        ),
    )
}

/// That the limit does not hold with what the book leaves out, and what that costs in this plan is not known.
pub fn cost_beyond(low: f64, high: f64, code: &str) -> Phrase {
    let (from, to) = (money(low, code), money(high, code));
    let (ja, en) =
        if from == to { (from.clone(), from) } else { (format!("{from}〜{to}"), format!("{from} to {to}")) };
    Phrase::new(
        format!("表にない項目も定価で含めると {ja} で、限度の向こう側になるため決められない。"),
        format!(
            "With what the book leaves out at list prices it is {en}, on the other side of the limit, so it is open."
        ),
    )
}

/// What settles a bill whose range holds the limit.
pub fn by_narrower_prices() -> Phrase {
    Phrase::new("価格・数量・為替の幅を狭める", "narrower ranges of prices, quantities or the exchange rate")
}

/// The same, with a limit that is stated in another currency.
pub fn exchanged(why: &Phrase, stated: Money, rate: &Figure) -> Phrase {
    let amount = crate::units::grammar::print_money(stated.amount, stated.currency);
    let rate = format!("{} {}", number(rate.value.unwrap_or(f64::NAN)), rate.unit);
    Phrase::new(
        format!("{}上限は {amount} を {rate} で換算した。", why.ja),
        format!("{} The limit is {amount} at {rate}.", why.en),
    )
}

/// What would settle a bill that leaves out what is used: lines for it.
pub fn by_lines(book: &str, unpriced: &[Unpriced]) -> Phrase {
    let names: Vec<String> =
        unpriced.iter().take(3).map(|one| format!("{} {}", one.component, one.item)).collect();
    let (names, more) = (names.join(", "), unpriced.len().saturating_sub(3));
    let (ja, en) = match more {
        0 => (String::new(), String::new()),
        n => (format!(" ほか {n} 件"), format!(" and {n} more")),
    };
    Phrase::new(
        format!("{book} に、使っている項目の行があれば決まる: {names}{ja}"),
        format!("lines of {book} for what is used would settle it: {names}{en}"),
    )
}
