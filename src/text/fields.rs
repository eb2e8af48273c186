//! What values look like, in words and by example.

use super::Phrase;
use crate::units::grammar::Dim;

/// Units that are offered when an unknown one is a likely slip.
pub const UNITS: &[&str] = &[
    "ms", "us", "s", "min", "h", "d", "w", "month", "/s", "/min", "/h", "/month", "/year", "%", "%/month",
    "B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "Ki", "Mi", "Gi", "GB/month", "m",
];

/// A bare number with the unit that was probably meant.
pub fn with_unit(dim: Dim, number: f64) -> String {
    let n = crate::units::grammar::number(number);
    match dim {
        Dim::Time => format!("{n}ms"),
        Dim::Rate => format!("{n}/s"),
        Dim::Growth => format!("{n}%/month"),
        Dim::Bytes => format!("{n}GB"),
        Dim::ByteRate => format!("{n}GB/month"),
        Dim::Cpu if number < 16.0 => format!("{}m", crate::units::grammar::number(number * 1000.0)),
        Dim::Cpu => format!("{n}m"),
        Dim::Share if number <= 1.0 => format!("{}%", crate::units::grammar::number(number * 100.0)),
        Dim::Share => format!("{n}%"),
        Dim::Money => format!("¥{n}/month"),
        Dim::Count => n,
    }
}

/// What a dimension looks like.
pub fn of_dim(dim: Dim) -> Phrase {
    let (ja, en) = match dim {
        Dim::Time => ("時間。例: \"300ms\"", "a duration such as \"300ms\""),
        Dim::Rate => ("頻度。例: \"6/h\"", "a rate such as \"6/h\""),
        Dim::Growth => ("伸び率。例: \"6%/month\"", "a growth such as \"6%/month\""),
        Dim::Bytes => ("データ量。例: \"8GiB\"", "an amount of data such as \"8GiB\""),
        Dim::ByteRate => ("期間あたりのデータ量。例: \"60GB/month\"", "data per time such as \"60GB/month\""),
        Dim::Cpu => ("CPU。例: \"200m\"", "CPU such as \"200m\""),
        Dim::Share => ("割合。例: \"99.95%\"", "a share such as \"99.95%\""),
        Dim::Money => ("月額。例: \"¥92,000/month\"", "money such as \"¥92,000/month\""),
        Dim::Count => ("数。例: 3", "a number such as 3"),
    };
    Phrase::new(ja, en)
}
