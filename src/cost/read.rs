//! Reads a price file. Bad data never panics: what is wrong is listed, and a test holds the shipped files to none.

use super::book::{Discount, Machine, PriceFile, Rate};
use super::price::{Confidence, Per, Price, Step};
use super::spread::{Basis, Spread, decimal};
use crate::model::usage::Purchase;
use crate::units::Currency;
use rust_decimal::Decimal;
use toml_edit::{Document, Item, TableLike};

/// What is wrong with a file, each with the place and what was expected.
pub(super) type Problems = Vec<String>;

/// Reads a file of prices. Rows that cannot be understood are left out and named in the problems.
pub(super) fn price_file(text: &str) -> Result<(PriceFile, Problems), Problems> {
    let document = Document::parse(text).map_err(|error| vec![error.to_string()])?;
    let mut problems = Problems::new();
    let head = document.as_table();
    unknown_keys(head, "head", HEAD, &mut problems);
    let mut word = |key: &str| text_of(head, key, "head", &mut problems).unwrap_or_default();
    let (provider, region, as_of) = (word("provider"), word("region"), word("as_of"));
    let (currency, _source) = (word("currency"), word("source"));
    let currency = currency_of(&currency).unwrap_or_else(|| {
        problems.push(format!("head: currency `{currency}`: expected USD or JPY"));
        Currency::USD
    });
    let mut file = PriceFile {
        provider,
        region,
        place: words_of(head.get("place")),
        book: head.get("book").and_then(Item::as_str).map(str::to_owned),
        home: head.get("home").and_then(Item::as_bool).unwrap_or(false),
        currency,
        as_of,
        prices: Vec::new(),
        machines: Vec::new(),
        discounts: Vec::new(),
    };
    for (at, row) in rows(head, "price") {
        let Some(price) = price(row, &at, &mut problems) else { continue };
        if file.prices.iter().any(|known| known.item == price.item) {
            problems.push(format!("{at}: item `{}` has a price already", price.item));
        }
        file.prices.push(price);
    }
    for (at, row) in rows(head, "machine") {
        file.machines.extend(machine(row, &at, &mut problems));
    }
    for (at, row) in rows(head, "discount") {
        file.discounts.extend(discount(row, &at, &mut problems));
    }
    if problems.is_empty() || !file.prices.is_empty() { Ok((file, problems)) } else { Err(problems) }
}

/// Reads the exchange rates.
pub(super) fn exchange(text: &str) -> Result<(Vec<Rate>, Problems), Problems> {
    let document = Document::parse(text).map_err(|error| vec![error.to_string()])?;
    let mut problems = Problems::new();
    let mut rates = Vec::new();
    for (at, row) in rows(document.as_table(), "rate") {
        unknown_keys(row, &at, RATE, &mut problems);
        source(row, &at, &mut problems);
        let mut side = |key: &str| text_of(row, key, &at, &mut problems).and_then(|code| currency_of(&code));
        let (from, to) = (side("from"), side("to"));
        let range = range(row, "value", &at, &mut problems);
        match (from, to, range) {
            (Some(from), Some(to), Some((value, low, high))) if low > Decimal::ZERO => {
                rates.push(Rate { from, to, value, low, high });
            }
            _ => problems.push(format!("{at}: expected two currencies and a positive rate")),
        }
    }
    Ok((rates, problems))
}

const HEAD: &[&str] = &[
    "provider", "region", "place", "book", "home", "currency", "as_of", "source", "price", "machine",
    "discount",
];
const RATE: &[&str] = &["from", "to", "value", "low", "high", "fact", "as_of", "confidence"];
const MACHINE: &[&str] = &["type", "vcpu", "memory", "fact"];
const DISCOUNT: &[&str] = &["of", "purchase", "off", "low", "high", "fact", "times", "as_of", "confidence"];
const TIER: &[&str] = &["from", "amount", "low", "high", "fact"];
const PRICE: &[&str] = &[
    "item",
    "per",
    "amount",
    "low",
    "high",
    "free",
    "free_fact",
    "tiers",
    "up_to",
    "fact",
    "times",
    "as_of",
    "confidence",
];

fn price(row: &dyn TableLike, at: &str, problems: &mut Problems) -> Option<Price> {
    unknown_keys(row, at, PRICE, problems);
    let item = text_of(row, "item", at, problems)?;
    let at = format!("{at} `{item}`");
    let per = text_of(row, "per", &at, problems)?;
    let per = Per::parse(&per).or_else(|| {
        problems.push(format!("{at}: per `{per}`: expected a number and a unit, as `1M tokens`"));
        None
    })?;
    let (amount, low, high) = range(row, "amount", &at, problems)?;
    let mut steps = vec![Step { from: Decimal::ZERO, amount, low, high }];
    for tier in tables(row.get("tiers")) {
        unknown_keys(tier, &at, TIER, problems);
        text_of(tier, "fact", &at, problems);
        let from = number(tier, "from", &at, problems)?;
        let (amount, low, high) = range(tier, "amount", &at, problems)?;
        if steps.last().is_some_and(|last| from <= last.from) {
            problems.push(format!("{at}: tiers must rise, and {from} does not"));
        }
        steps.push(Step { from, amount, low, high });
    }
    let mut optional = |key: &str| row.get(key).and_then(|_| number(row, key, &at, problems));
    let (free, up_to) = (optional("free").unwrap_or_default(), optional("up_to"));
    if !free.is_zero() {
        text_of(row, "free_fact", &at, problems);
    }
    let (source, confidence) = source(row, &at, problems)?;
    Some(Price { item, per, steps, free, up_to, source, confidence })
}

/// Fact ids with the date, and the confidence.
fn source(row: &dyn TableLike, at: &str, problems: &mut Problems) -> Option<(String, Confidence)> {
    let fact = text_of(row, "fact", at, problems);
    let as_of = text_of(row, "as_of", at, problems);
    let word = text_of(row, "confidence", at, problems)?;
    let Some(confidence) = Confidence::from_word(&word) else {
        problems
            .push(format!("{at}: confidence `{word}`: expected primary, secondary, recalled or estimate"));
        return None;
    };
    let times = row.get("times").and_then(Item::as_str).map_or(String::new(), |id| format!(" x {id}"));
    Some((format!("{}{times}, {}, {}", fact?, as_of?, confidence.word()), confidence))
}

fn discount(row: &dyn TableLike, at: &str, problems: &mut Problems) -> Option<Discount> {
    unknown_keys(row, at, DISCOUNT, problems);
    let of = text_of(row, "of", at, problems)?;
    let word = text_of(row, "purchase", at, problems)?;
    let (mid, low, high) = range(row, "off", at, problems)?;
    let (source, confidence) = source(row, at, problems)?;
    let Some(purchase) = Purchase::from_word(&word).filter(|_| high < Decimal::ONE) else {
        problems.push(format!("{at}: expected purchase 1y, 3y or spot, and off below 1"));
        return None;
    };
    let assumed = confidence >= Confidence::Recalled || low != high;
    let basis = if assumed { Basis::Assumed } else { Basis::Stated };
    Some(Discount { of, purchase, off: Spread { mid, low, high, basis }, source })
}

fn machine(row: &dyn TableLike, at: &str, problems: &mut Problems) -> Option<Machine> {
    unknown_keys(row, at, MACHINE, problems);
    let name = text_of(row, "type", at, problems)?;
    let vcpu = positive(row.get("vcpu"));
    let memory = row.get("memory").and_then(Item::as_str).and_then(|text| text.strip_suffix(" GiB"));
    let memory = memory.and_then(|text| text.parse::<f64>().ok()).filter(|gib| *gib > 0.0 && gib.is_finite());
    match (vcpu, memory) {
        (Some(vcpu), Some(memory_gib)) => Some(Machine { name, vcpu, memory_gib }),
        _ => {
            problems.push(format!("{at} `{name}`: expected vcpu = 2 and memory = \"8 GiB\""));
            None
        }
    }
}

/// A value with the ends of its range; the ends are the value where they are not given.
fn range(
    row: &dyn TableLike,
    key: &str,
    at: &str,
    problems: &mut Problems,
) -> Option<(Decimal, Decimal, Decimal)> {
    let value = number(row, key, at, problems)?;
    let mut end =
        |key: &str| if row.contains_key(key) { number(row, key, at, problems) } else { Some(value) };
    let (low, high) = (end("low")?, end("high")?);
    if low > value || value > high {
        problems.push(format!("{at}: {value} is not between low {low} and high {high}"));
        return None;
    }
    Some((value, low, high))
}

fn number(row: &dyn TableLike, key: &str, at: &str, problems: &mut Problems) -> Option<Decimal> {
    let found = row.get(key).and_then(|item| item.as_float().or(item.as_integer().map(|int| int as f64)));
    let found = found.and_then(decimal);
    if found.is_none() {
        problems.push(format!("{at}: {key}: expected a number that is not negative"));
    }
    found
}

fn positive(item: Option<&Item>) -> Option<f64> {
    let value = item.and_then(|item| item.as_float().or(item.as_integer().map(|int| int as f64)));
    value.filter(|value| *value > 0.0 && value.is_finite())
}

fn text_of(row: &dyn TableLike, key: &str, at: &str, problems: &mut Problems) -> Option<String> {
    let found = row.get(key).and_then(Item::as_str).filter(|text| !text.trim().is_empty());
    if found.is_none() {
        problems.push(format!("{at}: {key}: expected a text"));
    }
    found.map(str::to_owned)
}

fn words_of(item: Option<&Item>) -> Vec<String> {
    let array = item.and_then(Item::as_array);
    array.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Rows of an array of tables, each with its name for messages: `price 3`.
fn rows<'a>(head: &'a dyn TableLike, key: &str) -> Vec<(String, &'a dyn TableLike)> {
    let tables = head.get(key).and_then(Item::as_array_of_tables);
    let tables = tables.into_iter().flat_map(|tables| tables.iter());
    tables.enumerate().map(|(i, row)| (format!("{key} {}", i + 1), row as &dyn TableLike)).collect()
}

fn tables(item: Option<&Item>) -> Vec<&dyn TableLike> {
    let array = item.and_then(Item::as_array);
    array
        .into_iter()
        .flat_map(|array| array.iter())
        .filter_map(|value| value.as_inline_table())
        .map(|row| row as &dyn TableLike)
        .collect()
}

fn unknown_keys(row: &dyn TableLike, at: &str, known: &[&str], problems: &mut Problems) {
    for (key, _) in row.iter().filter(|(key, _)| !known.contains(key)) {
        problems.push(format!("{at}: unknown field `{key}`"));
    }
}

fn currency_of(code: &str) -> Option<Currency> {
    [Currency::JPY, Currency::USD].into_iter().find(|currency| currency.code() == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "provider = \"p\"\nregion = \"r\"\ncurrency = \"USD\"\nas_of = \"2025\"\nsource = \"s\"\n";
    const ROW: &str = "fact = \"f\"\nas_of = \"2025\"\nconfidence = \"primary\"\n";

    fn problems(row: &str) -> Problems {
        match price_file(&format!("{HEAD}[[price]]\n{row}\n{ROW}")) {
            Ok((_, problems)) | Err(problems) => problems,
        }
    }

    #[test]
    fn a_row_is_read_to_the_last_digit() {
        let text = format!("{HEAD}[[price]]\nitem = \"x\"\nper = \"1M tokens\"\namount = 0.00001667\n{ROW}");
        let (file, problems) = price_file(&text).expect("a good file");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(file.prices[0].steps[0].amount.to_string(), "0.00001667");
        assert_eq!(file.prices[0].source, "f, 2025, primary");
    }

    #[test]
    fn every_mistake_in_a_row_is_named() {
        let good = "item = \"x\"\nper = \"1 h\"\namount = 1";
        assert_eq!(problems(good), Problems::new());
        for (wrong, said) in [
            ("item = \"x\"\nper = \"1 h\"\namount = -1", "not negative"),
            ("item = \"x\"\nper = \"1 h\"\namount = nan", "not negative"),
            ("item = \"x\"\nper = \"h\"\namount = 1", "a number and a unit"),
            ("item = \"x\"\nper = \"1 h\"\namount = 1\nhigh = 0.5", "not between"),
            ("item = \"x\"\nper = \"1 h\"\namount = 1\nfre = 3", "unknown field `fre`"),
            ("item = \"x\"\nper = \"1 h\"\namount = 1\nfree = 3", "free_fact"),
            (
                "item = \"x\"\nper = \"1 h\"\namount = 1\ntiers = [{ from = 0, amount = 1, fact = \"f\" }]",
                "must rise",
            ),
        ] {
            let found = problems(wrong);
            assert!(found.iter().any(|problem| problem.contains(said)), "{wrong}: {found:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_toml_is_a_problem_and_no_panic() {
        assert!(price_file("[[price").is_err());
        assert!(exchange("= =").is_err());
    }
}
