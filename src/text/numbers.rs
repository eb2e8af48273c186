//! Numbers as people read them: value and unit apart, so that the unit can be set lighter; Japanese or English; never
//! written more finely than their interval.

use super::{Lang, Phrase};

/// A phrase made by writing the same numbers in both languages.
pub fn both(write: impl Fn(Lang) -> String) -> Phrase {
    Phrase::new(write(Lang::Ja), write(Lang::En))
}

/// A number and its unit, to be set side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// `412`, `¥92,000`, `99.95`.
    pub number: String,
    /// `ms`, `/mo`, `%`; may be empty.
    pub unit: String,
}

impl Parts {
    /// A number with its unit.
    pub fn new(number: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { number: number.into(), unit: unit.into() }
    }

    /// Both in one text: `412 ms`, `¥92,000/mo`.
    pub fn join(&self) -> String {
        match self.unit.as_str() {
            "" => self.number.clone(),
            unit if unit.starts_with('/') => format!("{}{unit}", self.number),
            unit => format!("{} {unit}", self.number),
        }
    }
}

/// A length of time: `412 ms`, `2.3 s`, `21.6 min`, `4 h`; `2.3 秒`, `4 時間`.
pub fn duration(seconds: f64, lang: Lang) -> Parts {
    let (factor, unit) = time_unit(seconds, lang);
    Parts::new(rounded(seconds * factor, None), unit)
}

pub(crate) fn time_unit(seconds: f64, lang: Lang) -> (f64, &'static str) {
    let ja = lang == Lang::Ja;
    match seconds.abs() {
        0.0 => (1.0, if ja { "秒" } else { "s" }),
        s if s < 0.0009995 => (1e6, "µs"),
        s if s < 0.9995 => (1e3, "ms"),
        s if s < 119.95 => (1.0, if ja { "秒" } else { "s" }),
        s if s < 7_197.0 => (1.0 / 60.0, if ja { "分" } else { "min" }),
        s if s < 172_800.0 => (1.0 / 3_600.0, if ja { "時間" } else { "h" }),
        _ => (1.0 / 86_400.0, if ja { "日" } else { "d" }),
    }
}

/// A share as a percentage: `12.3 %`.
pub fn percent(share: f64) -> Parts {
    Parts::new(rounded(share * 100.0, None), "%")
}

/// An availability with as many nines as matter: two digits of its unavailability, or as many as `width` (its interval)
/// allows. `99.95 %`, `99.987 %`.
pub fn uptime(share: f64, width: Option<f64>) -> Parts {
    let digits = match width {
        Some(w) if w > 0.0 => decimals(w * 100.0),
        _ => decimals(((1.0 - share).abs() * 100.0).max(1e-6)) + 1,
    };
    Parts::new(format!("{:.*}", digits.clamp(1, 6), share * 100.0), "%")
}

/// A round availability, as targets and axes have them: `99.9 %`, `99.95 %`, `95 %`.
pub fn uptime_tick(share: f64) -> String {
    let written = format!("{:.5}", share * 100.0);
    format!("{} %", written.trim_end_matches('0').trim_end_matches('.'))
}

/// Minutes: `21.6 min`, `432 分`.
pub fn minutes(minutes: f64, lang: Lang) -> Parts {
    Parts::new(rounded(minutes, None), if lang == Lang::Ja { "分" } else { "min" })
}

/// An availability with its minutes in 30 days: `99.95 % (21.6 min)`, `99.95 %(月21.6分)`.
pub fn uptime_and_minutes(share: f64, width: Option<f64>, lang: Lang) -> String {
    let minutes = (1.0 - share) * crate::units::MINUTES_PER_30_DAYS;
    let minutes = rounded(minutes, width.map(|w| w * crate::units::MINUTES_PER_30_DAYS));
    let uptime = uptime(share, width).join();
    match lang {
        Lang::Ja => format!("{uptime}(月{minutes}分)"),
        Lang::En => format!("{uptime} ({minutes} min)"),
    }
}

/// Money per month: `¥92,000/月`, `¥92,000/mo`.
pub fn money_per_month(amount: f64, currency: &str, lang: Lang) -> String {
    money_parts(amount, currency, lang).join()
}

pub(crate) fn money_parts(amount: f64, currency: &str, lang: Lang) -> Parts {
    let month = if lang == Lang::Ja { "/月" } else { "/mo" };
    Parts::new(money(amount, currency), month)
}

/// Money: `¥92,000`, `$613.40`; above a thousand dollars without cents.
pub fn money(amount: f64, currency: &str) -> String {
    let sign = if amount < 0.0 { "-" } else { "" };
    let size = amount.abs();
    match currency {
        "JPY" => format!("{sign}¥{}", grouped(size, 0)),
        "USD" => format!("{sign}${}", grouped(size, if size < 1_000.0 { 2 } else { 0 })),
        other => format!("{sign}{} {other}", grouped(size, 2)),
    }
}

/// Money short enough for an axis: `¥200k`, `¥1.2M`; `¥20万`.
pub fn money_short(amount: f64, currency: &str, lang: Lang) -> String {
    let sign = match currency {
        "JPY" => "¥".to_owned(),
        "USD" => "$".to_owned(),
        other => format!("{other} "),
    };
    format!("{sign}{}", count_short(amount, lang))
}

/// A count short enough for an axis: `900`, `20k`, `1.2M`; `900`, `2万`.
pub fn count_short(x: f64, lang: Lang) -> String {
    let (factor, unit) = match (x.abs(), lang) {
        (s, Lang::Ja) if s >= 1e8 => (1e-8, "億"),
        (s, Lang::Ja) if s >= 1e4 => (1e-4, "万"),
        (s, Lang::En) if s >= 1e6 => (1e-6, "M"),
        (s, Lang::En) if s >= 1e4 => (1e-3, "k"),
        _ => (1.0, ""),
    };
    format!("{}{unit}", rounded(x * factor, None))
}

/// A rate: `12.3 /s`, `0.42 /s`.
pub fn rate(per_second: f64) -> Parts {
    Parts::new(rounded(per_second, None), "/s")
}

/// Tokens: `1.2k tokens`, `1,200 トークン`.
pub fn tokens(n: f64, lang: Lang) -> Parts {
    Parts::new(count_short(n, lang), if lang == Lang::Ja { "トークン" } else { "tokens" })
}

/// A whole number: `1,230`.
pub fn count(x: f64) -> String {
    if x.is_finite() { grouped(x, 0) } else { "–".to_owned() }
}

/// A number of tenants: `1,000 tenants`, `1 tenant`.
pub fn tenants(n: f64, lang: Lang) -> Parts {
    let number = coarse(n, None);
    let one = lang == Lang::En && number == "1";
    Parts::new(number, if one { "tenant" } else { tenants_word(lang) })
}

pub(crate) fn tenants_word(lang: Lang) -> &'static str {
    if lang == Lang::Ja { "テナント" } else { "tenants" }
}

pub(crate) fn users_word(lang: Lang) -> &'static str {
    if lang == Lang::Ja { "ユーザー" } else { "users" }
}

/// A searched or extrapolated count: three significant digits, whole (`1,240`, `38,200`), or as its interval allows.
pub(crate) fn coarse(x: f64, width: Option<f64>) -> String {
    let step = width.map_or(x.abs() / 1000.0, |w| (w / 10.0).max(x.abs() / 1000.0));
    if !step.is_finite() {
        return rounded(x, None);
    }
    let mut unit = 1.0;
    while unit * 10.0 <= step {
        unit *= 10.0;
    }
    if x.abs() < 10.0 && x.fract() != 0.0 { rounded(x, width) } else { grouped((x / unit).round() * unit, 0) }
}

/// A number without a unit, two or three significant digits; what is too small to write so is written by its power of ten.
pub fn plain(x: f64) -> String {
    if x != 0.0 && x.abs() < 1e-4 { format!("{x:.1e}") } else { rounded(x, None) }
}

/// Two or three significant digits, or as many as an interval of this width deserves (two of the width).
pub(crate) fn rounded(x: f64, width: Option<f64>) -> String {
    if !x.is_finite() {
        return "–".to_owned();
    }
    let own = match x.abs() {
        s if s >= 99.95 || s == 0.0 => 0,
        s if s >= 9.995 => 1,
        s => decimals(s).max(1) + usize::from(s < 1.0),
    };
    let digits = match width {
        Some(w) if w > 0.0 => decimals(w),
        _ => own,
    };
    let written = grouped(x, digits.min(7));
    if width.is_none() && written.contains('.') {
        return written.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    written
}

/// Digits after the point at which a number of this size shows two digits, or one when the first is large (5 and up).
fn decimals(size: f64) -> usize {
    let (mut digits, mut step) = (0, 1.0);
    while step > size / 2.0 && digits < 8 {
        step /= 10.0;
        digits += 1;
    }
    digits
}

/// With thousands separated by commas.
fn grouped(x: f64, digits: usize) -> String {
    let written = format!("{x:.digits$}");
    let (sign, rest) = written.strip_prefix('-').map_or(("", written.as_str()), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, ""), |(w, f)| (w, f));
    let zero = rest.chars().all(|c| matches!(c, '0' | '.'));
    let mut out = String::from(if zero { "" } else { sign });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_the_unit_that_fits() {
        let en = |s| duration(s, Lang::En).join();
        assert_eq!(en(0.4123), "412 ms");
        assert_eq!(en(2.34), "2.3 s");
        assert_eq!(en(0.0004), "400 µs");
        assert_eq!(en(0.9999), "1 s");
        assert_eq!(en(600.0), "10 min");
        assert_eq!(duration(14_400.0, Lang::Ja).join(), "4 時間");
        assert_eq!(en(0.0), "0 s");
        assert_eq!(plain(4.05e-7), "4.0e-7");
    }

    #[test]
    fn uptime_carries_its_minutes() {
        assert_eq!(uptime_and_minutes(0.9995, None, Lang::En), "99.950 % (21.6 min)");
        assert_eq!(uptime_and_minutes(0.9995, Some(0.0004), Lang::Ja), "99.95 %(月22分)");
    }

    #[test]
    fn money_is_written_as_it_is_paid() {
        assert_eq!(money_per_month(92_000.0, "JPY", Lang::Ja), "¥92,000/月");
        assert_eq!(money_per_month(92_000.0, "JPY", Lang::En), "¥92,000/mo");
        assert_eq!(money(613.4, "USD"), "$613.40");
        assert_eq!(money_short(200_000.0, "JPY", Lang::Ja), "¥20万");
        assert_eq!(money_short(200_000.0, "JPY", Lang::En), "¥200k");
        assert_eq!(money(-1_234.0, "JPY"), "-¥1,234");
    }

    #[test]
    fn counts_group_their_thousands() {
        assert_eq!(count(1_234_567.0), "1,234,567");
        assert_eq!(tenants(38_214.0, Lang::En).join(), "38,210 tenants");
        assert_eq!(tenants(1.0, Lang::En).join(), "1 tenant");
        assert_eq!(tenants(1.5, Lang::En).join(), "1.5 tenants");
        assert_eq!(rate(0.4167).join(), "0.42/s");
        assert_eq!(tokens(20_000.0, Lang::Ja).join(), "2万 トークン");
    }
}
