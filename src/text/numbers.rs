//! Numbers as people read them inside sentences: three significant digits, the unit that fits, Japanese or English.

use super::{Lang, Phrase};

/// A phrase made by writing the same numbers in both languages.
pub fn both(write: impl Fn(Lang) -> String) -> Phrase {
    Phrase::new(write(Lang::Ja), write(Lang::En))
}

/// About three significant digits, without trailing zeros after the point; thousands separated.
pub fn plain(x: f64) -> String {
    if !x.is_finite() {
        return "–".to_owned();
    }
    let size = x.abs();
    let digits = if size == 0.0 || size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        // leading zeros after the point, plus three digits
        let mut zeros = 0;
        let mut scaled = size;
        while scaled < 0.1 && zeros < 9 {
            scaled *= 10.0;
            zeros += 1;
        }
        zeros + 3
    };
    let written = format!("{x:.digits$}");
    let written = if written.contains('.') {
        written.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        written
    };
    grouped(&written)
}

/// Thousands separated by commas.
fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A length of time in seconds: `412 ms`, `2.3 s`, `4 h` / `4 時間`.
pub fn time(seconds: f64, lang: Lang) -> String {
    let ja = lang == Lang::Ja;
    let (value, unit) = match seconds.abs() {
        s if s < 1e-3 => (seconds * 1e6, " µs"),
        s if s < 1.0 => (seconds * 1e3, " ms"),
        s if s < 120.0 => (seconds, if ja { " 秒" } else { " s" }),
        s if s < 7200.0 => (seconds / 60.0, if ja { " 分" } else { " min" }),
        s if s < 172_800.0 => (seconds / 3600.0, if ja { " 時間" } else { " h" }),
        _ => (seconds / 86_400.0, if ja { " 日" } else { " d" }),
    };
    format!("{}{unit}", plain(value))
}

/// A share as a percentage: `12.3 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", plain(share * 100.0))
}

/// An availability as a percentage, with as many nines as it has: `99.954 %`.
pub fn uptime(share: f64) -> String {
    let down = (1.0 - share).abs() * 100.0;
    let mut digits = 2;
    let mut scaled = down;
    while scaled < 0.1 && digits < 7 && scaled > 0.0 {
        scaled *= 10.0;
        digits += 1;
    }
    format!("{:.digits$} %", share * 100.0)
}

/// Money per month by its ISO code: `¥92,000`, `$613.40`.
pub fn money(amount: f64, currency: &str) -> String {
    match currency {
        "JPY" => format!("¥{}", grouped(&format!("{amount:.0}"))),
        "USD" => format!("${}", grouped(&format!("{amount:.2}"))),
        other => format!("{} {other}", grouped(&format!("{amount:.2}"))),
    }
}

/// A whole number: `1,230`.
pub fn count(x: f64) -> String {
    if x.is_finite() { grouped(&format!("{x:.0}")) } else { "–".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(plain(1234567.0), "1,234,567");
        assert_eq!(plain(0.01234), "0.0123");
        assert_eq!(time(0.4123, Lang::En), "412 ms");
        assert_eq!(time(14_400.0, Lang::Ja), "4 時間");
        assert_eq!(percent(0.5), "50 %");
        assert_eq!(uptime(0.99954), "99.954 %");
        assert_eq!(money(92_000.0, "JPY"), "¥92,000");
        assert_eq!(count(999.6), "1,000");
    }
}
