//! The one grammar of quantities: how a duration, a rate, a size, a share, an amount of money or a distribution is
//! written in a scenario, read leniently and written canonically.
//!
//! ```text
//! quantity     = "@" fact | "free" | value [ "(" scalar ".." scalar ")" ]
//! value        = scalar | name "(" argument { "," argument } ")"
//! argument     = [ key "=" ] scalar
//! scalar       = [ "¥" | "$" ] number [ "+" ] [ unit ] [ "/" period ]
//! ```
//! Full-width digits and signs are accepted everywhere; thousand separators (`,` and `_`) too.

use super::Currency;
use rust_decimal::Decimal;
use std::str::FromStr;

/// What a scalar measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dim {
    /// Seconds.
    Time,
    /// Events per second.
    Rate,
    /// Share per month.
    Growth,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    ByteRate,
    /// Cores.
    Cpu,
    /// Fraction 0..=1 (not checked here).
    Share,
    /// Money, per month where a period is given.
    Money,
    /// A plain number.
    Count,
}

/// One number with its unit, in SI.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar {
    /// The number in SI units; money per month where a period is given.
    pub value: f64,
    /// What it measures.
    pub dim: Dim,
    /// Exact amount and currency, for money only.
    pub money: Option<(Decimal, Currency)>,
    /// Whether money has a period (`/month`, `/h`).
    pub periodic: bool,
    /// Whether it is a lower bound (`¥500,000+`).
    pub at_least: bool,
}

/// A value, before its field gives it a meaning.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A shipped fact, by id.
    Fact(String),
    /// One number.
    Scalar(Scalar),
    /// A distribution: name and arguments in order.
    Call(String, Vec<Argument>),
    /// The word `free`: a stated zero.
    Free,
}

/// An argument of a distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// `p50`, `mean`, `90%`; empty when the argument has no key.
    pub key: String,
    /// Its value.
    pub value: Scalar,
}

/// A quantity as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The central value.
    pub form: Form,
    /// The two ends of an assumption's range, with the text of each.
    pub range: Option<[(Scalar, String); 2]>,
}

/// Why a text is no quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing.
    Empty,
    /// No number where one is needed; holds the text found there.
    NotANumber(String),
    /// A unit that does not exist; holds it.
    UnknownUnit(String),
    /// Parentheses or dots that do not match.
    Malformed,
}

/// Full-width digits, letters and signs as their plain twins; wave dashes between numbers as `..`.
pub fn normalise(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\u{ff01}'..='\u{ff5e}' if c != '～' => {
                plain.push(char::from_u32(c as u32 - 0xfee0).unwrap_or(c));
            }
            '￥' | '\\' => plain.push('¥'),
            '～' | '〜' => plain.push_str(".."),
            '\u{3000}' | '\u{a0}' => plain.push(' '),
            '−' | '–' => plain.push('-'),
            'μ' => plain.push('µ'),
            _ => plain.push(c),
        }
    }
    plain
}

/// Reads a quantity. O(length).
pub fn parse(text: &str) -> Result<Quantity, Problem> {
    let text = normalise(text);
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    if let Some(id) = text.strip_prefix('@') {
        return Ok(Quantity { form: Form::Fact(id.trim().to_owned()), range: None });
    }
    let (value, range) = split_range(text)?;
    let form = match value {
        "free" | "無料" => Form::Free,
        _ => parse_value(value)?,
    };
    Ok(Quantity { form, range })
}

type Ends = Option<[(Scalar, String); 2]>;

fn split_range(text: &str) -> Result<(&str, Ends), Problem> {
    let Some(open) = text.rfind('(') else { return Ok((text, None)) };
    let Some((low, high)) = text[open + 1..].trim_end_matches(')').split_once("..") else {
        return Ok((text, None));
    };
    if !text.ends_with(')') || text[..open].trim().is_empty() {
        return Err(Problem::Malformed);
    }
    let (low, high) = (low.trim(), high.trim());
    let ends = [(parse_scalar(low)?, low.to_owned()), (parse_scalar(high)?, high.to_owned())];
    Ok((text[..open].trim(), Some(ends)))
}

fn parse_value(text: &str) -> Result<Form, Problem> {
    let Some(open) = text.find('(') else { return Ok(Form::Scalar(parse_scalar(text)?)) };
    let inside = text[open + 1..].strip_suffix(')').ok_or(Problem::Malformed)?;
    let mut arguments = Vec::new();
    for part in inside.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (key, value) = match part.split_once('=') {
            Some((key, value)) => (key.trim().to_owned(), value.trim()),
            None => (String::new(), part),
        };
        arguments.push(Argument { key, value: parse_scalar(value)? });
    }
    Ok(Form::Call(text[..open].trim().to_lowercase(), arguments))
}

/// Reads one number with its unit.
pub fn parse_scalar(text: &str) -> Result<Scalar, Problem> {
    let text = text.trim();
    let (currency, rest) = match text.chars().next() {
        None => return Err(Problem::Empty),
        Some('¥') => (Some(Currency::JPY), text['¥'.len_utf8()..].trim_start()),
        Some('$') => (Some(Currency::USD), text[1..].trim_start()),
        Some(_) => (None, text),
    };
    let end = rest
        .char_indices()
        .find(|(i, c)| {
            !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_') || (*i == 0 && matches!(c, '-' | '+')))
        })
        .map_or(rest.len(), |(i, _)| i);
    let (digits, unit) = rest.split_at(end);
    if !grouped(digits) {
        return Err(Problem::NotANumber(text.to_owned()));
    }
    let digits: String = digits.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let (Ok(number), Ok(exact)) = (digits.parse::<f64>(), Decimal::from_str(digits.trim_start_matches('+')))
    else {
        return Err(Problem::NotANumber(text.to_owned()));
    };
    let (at_least, unit) = match unit.trim_start().strip_prefix('+') {
        Some(rest) => (true, rest.trim()),
        None => (false, unit.trim()),
    };
    let scalar = |value: f64, dim: Dim| Scalar { value, dim, money: None, periodic: false, at_least };
    match currency.or_else(|| currency_code(unit)) {
        Some(currency) => {
            let unit = unit.trim_start_matches(currency.code()).trim();
            money(exact, currency, unit, at_least).ok_or_else(|| Problem::UnknownUnit(unit.to_owned()))
        }
        None => match unit_factor(unit) {
            Some((factor, dim)) => Ok(scalar(number * factor, dim)),
            None => Err(Problem::UnknownUnit(unit.to_owned())),
        },
    }
}

/// Whether separators stand only before three digits (commas, as in `1,200`) or between digits (`_`): `1,5s` is 1.5 s
/// to half of the world and would be 15 s to the rest.
fn grouped(digits: &str) -> bool {
    let whole = digits.trim_start_matches(['-', '+']).split('.').next().unwrap_or("");
    let fraction = digits.split_once('.').map_or("", |(_, fraction)| fraction);
    let commas = whole.split(',').skip(1).all(|group| group.len() == 3 && !group.contains('_'));
    let first = !whole.contains(',') || matches!(whole.find(','), Some(1..=3));
    let lines = digits.split('_').all(|part| !part.is_empty()) || !digits.contains('_');
    commas && first && lines && !fraction.contains(',')
}

fn currency_code(unit: &str) -> Option<Currency> {
    [Currency::JPY, Currency::USD].into_iter().find(|c| unit.starts_with(c.code()))
}

fn money(amount: Decimal, currency: Currency, unit: &str, at_least: bool) -> Option<Scalar> {
    let (times, periodic) = match unit.strip_prefix('/').map(str::trim) {
        None if unit.is_empty() => (Decimal::ONE, false),
        Some("month" | "mo" | "月") => (Decimal::ONE, true),
        Some("h" | "hour") => (Decimal::from(730), true),
        Some("day" | "d") => (Decimal::from(730) / Decimal::from(24), true),
        Some("year" | "y") => (Decimal::ONE / Decimal::from(12), true),
        _ => return None,
    };
    let amount = amount.checked_mul(times)?;
    let value = super::Money::new(amount, currency).as_f64();
    Some(Scalar { value, dim: Dim::Money, money: Some((amount, currency)), periodic, at_least })
}

/// SI value of one of a unit, and what it measures; `None` for no such unit.
pub fn unit_factor(unit: &str) -> Option<(f64, Dim)> {
    if unit.is_empty() {
        return Some((1.0, Dim::Count));
    }
    if let Some((of, period)) = unit.split_once('/') {
        let seconds = period_seconds(period.trim())?;
        return match of.trim() {
            "" | "req" | "requests" | "ops" | "tokens" | "messages" | "times" => {
                Some((1.0 / seconds, Dim::Rate))
            }
            "%" => Some((MONTH / seconds / 100.0, Dim::Growth)),
            size => bytes_factor(size).or_else(|| bits_factor(size)).map(|b| (b / seconds, Dim::ByteRate)),
        };
    }
    match unit {
        "%" => Some((0.01, Dim::Share)),
        "m" => Some((0.001, Dim::Cpu)),
        "vCPU" | "cores" | "core" => Some((1.0, Dim::Cpu)),
        "tokens" | "users" | "requests" | "件" | "人" => Some((1.0, Dim::Count)),
        "rps" | "tps" => Some((1.0, Dim::Rate)),
        "rpm" | "tpm" => Some((1.0 / 60.0, Dim::Rate)),
        _ => {
            time_factor(unit).map(|s| (s, Dim::Time)).or_else(|| bytes_factor(unit).map(|b| (b, Dim::Bytes)))
        }
    }
}

const MONTH: f64 = super::BILLING_HOURS_PER_MONTH * 3600.0;
const YEAR: f64 = super::HOURS_PER_YEAR * 3600.0;

fn time_factor(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" | "ミリ秒" => 1e-3,
        "s" | "sec" | "secs" | "秒" => 1.0,
        "min" | "mins" | "分" => 60.0,
        "h" | "hour" | "hours" | "時間" => 3600.0,
        "d" | "day" | "days" | "日" => 86_400.0,
        "w" | "week" | "weeks" | "週間" => 604_800.0,
        "month" | "months" => MONTH,
        "y" | "year" | "years" => YEAR,
        _ => return None,
    })
}

fn period_seconds(period: &str) -> Option<f64> {
    match period {
        "m" => None,
        "mo" | "月" => Some(MONTH),
        "年" => Some(YEAR),
        _ => time_factor(period),
    }
}

fn bytes_factor(unit: &str) -> Option<f64> {
    Some(match unit {
        "B" | "bytes" => 1.0,
        "KB" | "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "TB" => 1e12,
        "KiB" | "Ki" => 1024.0,
        "MiB" | "Mi" => 1_048_576.0,
        "GiB" | "Gi" => 1_073_741_824.0,
        "TiB" | "Ti" => 1_099_511_627_776.0,
        _ => return None,
    })
}

/// Bits are a unit of lines, not of sizes: they stand before a period only.
fn bits_factor(unit: &str) -> Option<f64> {
    Some(match unit {
        "bit" => 0.125,
        "kbit" => 125.0,
        "Mbit" => 125e3,
        "Gbit" => 125e6,
        _ => return None,
    })
}

/// A number with at most six significant digits and no trailing zeros.
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let (mut digits, mut size) = (6i32, value.abs());
    while size >= 10.0 && digits > 0 {
        (size, digits) = (size / 10.0, digits - 1);
    }
    while size < 1.0 && digits < 15 {
        (size, digits) = (size * 10.0, digits + 1);
    }
    let text = format!("{value:.*}", (digits - 1).max(0) as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Writes an SI value in the most readable unit of its dimension. Reading it back gives the same to six digits.
pub fn print(value: f64, dim: Dim) -> String {
    let pick = |units: &[(f64, &str)]| {
        let fits = |(size, _): &&(f64, &str)| value.abs() >= *size * 0.999_999_9;
        let (size, unit) = units.iter().find(fits).or(units.last()).copied().unwrap_or((1.0, ""));
        format!("{}{unit}", number(value / size))
    };
    match dim {
        Dim::Time if value == 0.0 => "0s".to_owned(),
        Dim::Time => {
            pick(&[(86_400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "us")])
        }
        Dim::Rate if value == 0.0 => "0/s".to_owned(),
        Dim::Rate => pick(&[
            (1.0, "/s"),
            (1.0 / 60.0, "/min"),
            (1.0 / 3600.0, "/h"),
            (1.0 / MONTH, "/month"),
            (1.0 / YEAR, "/year"),
        ]),
        Dim::Growth => format!("{}%/month", number(value * 100.0)),
        Dim::Bytes => pick(&[(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1.0, "B")]),
        Dim::ByteRate => format!("{}/month", print(value * MONTH, Dim::Bytes)),
        Dim::Cpu => format!("{}m", number(value * 1000.0)),
        Dim::Share => format!("{}%", number(value * 100.0)),
        Dim::Money | Dim::Count => number(value),
    }
}

/// An amount of money as written in a scenario: `¥92,000/month`.
pub fn print_money(amount: Decimal, currency: Currency) -> String {
    let text = amount.round_dp(currency.digits()).to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut grouped = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    let fraction = fraction.map(|f| format!(".{f}")).unwrap_or_default();
    format!("{}{sign}{grouped}{fraction}", currency.sign())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> Scalar {
        match parse(text).expect(text).form {
            Form::Scalar(s) => s,
            other => unreachable!("{text}: {other:?}"),
        }
    }

    #[test]
    fn units_are_read_into_si() {
        for (text, value, dim) in [
            ("300ms", 0.3, Dim::Time),
            ("15min", 900.0, Dim::Time),
            ("2w", 1_209_600.0, Dim::Time),
            ("6/h", 6.0 / 3600.0, Dim::Rate),
            ("1,200/s", 1200.0, Dim::Rate),
            ("6%/month", 0.06, Dim::Growth),
            ("512Mi", 536_870_912.0, Dim::Bytes),
            ("2MB", 2e6, Dim::Bytes),
            ("60Mbit/s", 7.5e6, Dim::ByteRate),
            ("200m", 0.2, Dim::Cpu),
            ("99.95%", 0.9995, Dim::Share),
            ("¥92,000/month", 92_000.0, Dim::Money),
            ("$0.20/h", 146.0, Dim::Money),
            ("１，２００／ｓ", 1200.0, Dim::Rate),
            ("９９．９％", 0.999, Dim::Share),
            ("－５ｍｓ", -0.005, Dim::Time),
        ] {
            let got = scalar(text);
            assert!((got.value - value).abs() <= 1e-12 * value.abs(), "{text}: {}", got.value);
            assert_eq!(got.dim, dim, "{text}");
        }
    }

    #[test]
    fn a_range_and_a_distribution_are_told_apart() {
        let with_range = parse("30/h (10/h..60/h)").expect("range");
        assert_eq!(with_range.range.expect("two ends")[1].1, "60/h");
        let lognormal = parse("lognormal(p50=900ms, p99=6s)").expect("call");
        assert!(matches!(lognormal.form, Form::Call(ref n, ref a) if n == "lognormal" && a.len() == 2));
        assert_eq!(parse("(1..2)"), Err(Problem::Malformed));
    }

    #[test]
    fn a_lower_bound_of_money_keeps_its_plus() {
        let s = scalar("¥500,000+/month");
        assert!(s.at_least && s.periodic);
        assert_eq!(s.money, Some((Decimal::from(500_000), Currency::JPY)));
    }

    #[test]
    fn what_is_printed_reads_back() {
        let values = [(0.3, Dim::Time), (5400.0, Dim::Time), (6.0 / 3600.0, Dim::Rate), (2.5, Dim::Rate)];
        let more = [
            (0.06, Dim::Growth),
            (6e4, Dim::Bytes),
            (0.5, Dim::Cpu),
            (0.9995, Dim::Share),
            (1500.0, Dim::Count),
        ];
        for (value, dim) in values.into_iter().chain(more) {
            let text = print(value, dim);
            assert!((scalar(&text).value - value).abs() <= 1e-5 * value, "{text}");
            assert_eq!(scalar(&text).dim, dim, "{text}");
        }
        assert_eq!(print_money(Decimal::from(92_000), Currency::JPY), "¥92,000");
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(parse("5 parsecs"), Err(Problem::UnknownUnit("parsecs".to_owned())));
        assert_eq!(parse("soon"), Err(Problem::NotANumber("soon".to_owned())));
        assert_eq!(parse(""), Err(Problem::Empty));
        for text in
            ["1,5s", "1,20/s", "1,2000/s", ",5s", "1,,000s", "1.000,5s", "_1s", "1__0s", "12345,678/s"]
        {
            assert_eq!(parse(text), Err(Problem::NotANumber(text.to_owned())), "{text}");
        }
        for text in ["1,200/s", "12,345,678/s", "1_000s", "-1,000.5s", "¥1,234,567/month"] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
