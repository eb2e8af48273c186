//! The shipped price files, embedded, and the books made of them. Read once, when first asked for.

use super::book::{Book, Machine, PriceFile, Rate};
use super::read;
use super::spread::{Basis, Spread};
use crate::units::Currency;
use std::sync::OnceLock;

/// Every file of `assets/prices`, as (path there, text). A house test compares it with the disk.
pub const FILES: &[(&str, &str)] = &[
    ("anthropic/global.toml", include_str!("../../assets/prices/anthropic/global.toml")),
    ("aws/ap-northeast-1.toml", include_str!("../../assets/prices/aws/ap-northeast-1.toml")),
    ("aws/ap-northeast-3.toml", include_str!("../../assets/prices/aws/ap-northeast-3.toml")),
    ("aws/ap-southeast-1.toml", include_str!("../../assets/prices/aws/ap-southeast-1.toml")),
    ("aws/global.toml", include_str!("../../assets/prices/aws/global.toml")),
    ("aws/us-east-1.toml", include_str!("../../assets/prices/aws/us-east-1.toml")),
    ("azure/global.toml", include_str!("../../assets/prices/azure/global.toml")),
    ("azure/japaneast.toml", include_str!("../../assets/prices/azure/japaneast.toml")),
    ("azure/japanwest.toml", include_str!("../../assets/prices/azure/japanwest.toml")),
    ("azure/openai-japaneast.toml", include_str!("../../assets/prices/azure/openai-japaneast.toml")),
    ("azure/openai.toml", include_str!("../../assets/prices/azure/openai.toml")),
    ("azure/southeastasia.toml", include_str!("../../assets/prices/azure/southeastasia.toml")),
    ("datadog/global.toml", include_str!("../../assets/prices/datadog/global.toml")),
    ("exchange.toml", include_str!("../../assets/prices/exchange.toml")),
    ("gcp/asia-northeast1.toml", include_str!("../../assets/prices/gcp/asia-northeast1.toml")),
    ("gcp/asia-northeast2.toml", include_str!("../../assets/prices/gcp/asia-northeast2.toml")),
    ("gcp/asia-southeast1.toml", include_str!("../../assets/prices/gcp/asia-southeast1.toml")),
    ("gcp/global.toml", include_str!("../../assets/prices/gcp/global.toml")),
    ("openai/global.toml", include_str!("../../assets/prices/openai/global.toml")),
    ("pagerduty/global.toml", include_str!("../../assets/prices/pagerduty/global.toml")),
    ("sentry/global.toml", include_str!("../../assets/prices/sentry/global.toml")),
];

/// The file of exchange rates.
const EXCHANGE: &str = "exchange.toml";

/// All shipped prices.
#[derive(Debug, Default)]
pub struct Catalogue {
    files: Vec<PriceFile>,
    rates: Vec<Rate>,
    /// Ids to offer: each dated book after its alias.
    ids: Vec<String>,
    problems: Vec<String>,
}

/// The shipped prices.
pub fn get() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| load(FILES))
}

/// A machine type on sale in any shipped file; the first of that name. `None`: nobody sells it.
pub fn machine(name: &str) -> Option<&'static Machine> {
    get().files.iter().flat_map(|file| &file.machines).find(|machine| machine.name == name)
}

impl Catalogue {
    /// What is wrong with the shipped files; empty, or a test fails.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Ids of the books, each alias before the dated books it stands for.
    pub fn ids(&'static self) -> Vec<&'static str> {
        self.ids.iter().map(String::as_str).collect()
    }

    /// A book by its dated id, or by its alias (`aws-list`: the newest `aws-list-YYYY-MM`).
    pub fn book(&'static self, id: &str) -> Option<Book> {
        let dated = |name: &&str| alias_of(name) == Some(id) || *name == id;
        let id = self.files.iter().filter_map(|file| file.book.as_deref()).filter(dated).max()?;
        let of_book = |file: &&PriceFile| file.book.as_deref() == Some(id);
        let first = self.files.iter().find(of_book)?;
        Some(Book {
            id: id.to_owned(),
            provider: first.provider.clone(),
            as_of: first.as_of.clone(),
            files: self.files.iter().filter(|file| of_book(file) || file.book.is_none()).collect(),
        })
    }

    /// How many units of `to` one unit of `from` is worth. `None`: no rate either way.
    pub(super) fn rate(&self, from: Currency, to: Currency) -> Option<Spread> {
        use rust_decimal::Decimal;
        if from == to {
            return Some(Spread::point(Decimal::ONE, Basis::Stated));
        }
        if let Some(own) = own_rate(from, to) {
            return Some(own);
        }
        self.rates.iter().find_map(|rate| {
            let assumed = |mid, low, high| Spread { mid, low, high, basis: Basis::Assumed };
            if (rate.from, rate.to) == (from, to) {
                return Some(assumed(rate.value, rate.low, rate.high));
            }
            let inverse = |value: Decimal| Decimal::ONE.checked_div(value);
            ((rate.to, rate.from) == (from, to))
                .then(|| Some(assumed(inverse(rate.value)?, inverse(rate.high)?, inverse(rate.low)?)))
                .flatten()
        })
    }
}

/// The fact behind the rate between yen and dollars.
pub const YEN_FOR_A_DOLLAR: &str = "fx.usd_jpy";

/// The rate that the scenario states as its own value of the fact.
fn own_rate(from: Currency, to: Currency) -> Option<Spread> {
    use rust_decimal::Decimal;
    let amount = crate::fields::facts::amount(YEN_FOR_A_DOLLAR).filter(|amount| amount.own)?;
    let number = |x: f64| super::spread::decimal(x).filter(|x| !x.is_zero());
    let (low, high) = (amount.low.unwrap_or(amount.value), amount.high.unwrap_or(amount.value));
    let (mid, low, high) = (number(amount.value)?, number(low)?, number(high)?);
    let inverse = |value: Decimal| Decimal::ONE.checked_div(value);
    match (from, to) {
        (Currency::USD, Currency::JPY) => Some(Spread { mid, low, high, basis: Basis::Assumed }),
        (Currency::JPY, Currency::USD) => Some(Spread {
            mid: inverse(mid)?,
            low: inverse(high)?,
            high: inverse(low)?,
            basis: Basis::Assumed,
        }),
        _ => None,
    }
}

/// The alias of a dated book id: `aws-list` of `aws-list-2025-11`. `None` when it bears no date.
fn alias_of(id: &str) -> Option<&str> {
    let (rest, month) = id.rsplit_once('-')?;
    let (alias, year) = rest.rsplit_once('-')?;
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(month, 2) && digits(year, 4)).then_some(alias)
}

fn load(files: &[(&str, &str)]) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (path, text) in files {
        let problems = if *path == EXCHANGE {
            match read::exchange(text) {
                Ok((rates, problems)) => {
                    catalogue.rates = rates;
                    problems
                }
                Err(problems) => problems,
            }
        } else {
            match read::price_file(text) {
                Ok((file, problems)) => {
                    catalogue.files.push(file);
                    problems
                }
                Err(problems) => problems,
            }
        };
        catalogue.problems.extend(problems.into_iter().map(|problem| format!("{path}: {problem}")));
    }
    let mut ids: Vec<String> = Vec::new();
    for book in catalogue.files.iter().filter_map(|file| file.book.as_deref()) {
        match alias_of(book) {
            Some(alias) if !ids.iter().any(|id| id == alias) => ids.push(alias.to_owned()),
            Some(_) => {}
            None => catalogue.problems.push(format!("book `{book}`: expected a date, as aws-list-2025-11")),
        }
        if !ids.iter().any(|id| id == book) {
            ids.push(book.to_owned());
        }
    }
    catalogue.ids = ids;
    catalogue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_file_is_read_without_a_problem() {
        let problems = get().problems();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    #[test]
    fn an_alias_is_the_newest_book_of_its_name() {
        let book = get().book("aws-list").expect("shipped");
        assert_eq!(
            (book.id.as_str(), book.provider.as_str(), book.as_of.as_str()),
            ("aws-list-2025-11", "aws", "2025-11")
        );
        assert!(get().book("aws-list-1999-01").is_none());
        assert!(get().book("aws").is_none());
        assert_eq!(alias_of("aws-list-2025-11"), Some("aws-list"));
        assert_eq!(alias_of("plan-2025"), None);
    }

    #[test]
    fn a_broken_file_is_reported_and_the_rest_is_kept() {
        let broken = load(&[("a.toml", "= ="), FILES[0], ("exchange.toml", "= =")]);
        assert_eq!((broken.files.len(), broken.rates.len()), (1, 0));
        assert!(broken.problems[0].starts_with("a.toml: "), "{:?}", broken.problems);
    }

    #[test]
    fn the_exchange_rate_turns_round_with_its_range() {
        let there = get().rate(Currency::USD, Currency::JPY).expect("shipped");
        let back = get().rate(Currency::JPY, Currency::USD).expect("shipped");
        assert!(back.low < back.mid && back.mid < back.high);
        assert!((there.low * back.high).round_dp(20) == rust_decimal::Decimal::ONE);
    }

    #[test]
    fn machines_are_known_by_their_type() {
        let large = machine("t3.large").expect("shipped");
        assert_eq!((large.vcpu, large.memory_gib), (2.0, 8.0));
        assert_eq!(machine("t3.gigantic"), None);
    }
}
