//! Dates and time zones as a scenario states them. Deliberately not here: clocks, and the days on which summer time begins.
//!
//! Source: ISO 8601 (calendar dates); IANA Time Zone Database (`assets/timezones.txt`).

use super::node::{Data, Node};
use crate::diag::nearest_name;

/// Names and offsets of time zones; see the head of the file.
const ZONES: &str = include_str!("../../assets/timezones.txt");

/// A year, a month of the calendar, or a day of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year, 1900 to 2999.
    pub year: u32,
    /// Month, 1 to 12, where one is stated.
    pub month: Option<u32>,
    /// Day, 1 to 31, where one is stated.
    pub day: Option<u32>,
}

/// Reads `2026`, `2026-12` or `2026-12-24`; `None` for anything else, and for days that no calendar has.
pub fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse::<u32>().ok()).flatten()
    };
    let year = number(4)?;
    let month = if text.len() > 4 { Some(number(2)?) } else { None };
    let day = if text.len() > 7 { Some(number(2)?) } else { None };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        Some(4 | 6 | 9 | 11) => 30,
        Some(2) => 28 + u32::from(leap),
        _ => 31,
    };
    let there = (1900..3000).contains(&year) && month.is_none_or(|month| (1..=12).contains(&month));
    let there = there && day.is_none_or(|day| (1..=days).contains(&day)) && parts.next().is_none();
    there.then_some(Date { year, month, day })
}

/// The date that stands at a node, in quotes or bare.
pub fn stated(node: &Node) -> Option<Date> {
    match &node.data {
        Data::Text(text) | Data::Date(text) => date(text),
        _ => None,
    }
}

/// A time zone: how far its clocks are before those of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Standard time, minutes.
    pub standard: i32,
    /// The most of the year, minutes: summer time where there is one.
    pub most: i32,
}

/// The zone with this name of the IANA database, or at a fixed offset: `Asia/Tokyo`, `UTC`, `+09:00`.
pub fn zone(name: &str) -> Option<Zone> {
    if let Some(rest) = name.strip_prefix(['+', '-']) {
        let (hours, minutes) = rest.split_once(':')?;
        let two = |part: &str| {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u32>().ok())
                .flatten()
        };
        let (hours, minutes) = (two(hours).filter(|h| *h <= 14)?, two(minutes).filter(|m| *m < 60)?);
        let offset = (60 * hours + minutes) as i32 * if name.starts_with('-') { -1 } else { 1 };
        return Some(Zone { standard: offset, most: offset });
    }
    rows().find(|(_, names)| names.split(' ').any(|known| known == name)).map(|(zone, _)| zone)
}

/// The name nearest to one that does not exist; in small or large letters counts as near.
pub fn nearest_zone(name: &str) -> Option<&'static str> {
    let names = || rows().flat_map(|(_, names)| names.split(' '));
    names().find(|known| known.eq_ignore_ascii_case(name)).or_else(|| nearest_name(name, names()))
}

fn rows() -> impl Iterator<Item = (Zone, &'static str)> {
    ZONES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut parts = line.splitn(3, ' ');
        let mut minutes = || parts.next()?.parse::<i32>().ok();
        let zone = Zone { standard: minutes()?, most: minutes()? };
        Some((zone, parts.next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        assert_eq!(date("2026"), Some(Date { year: 2026, month: None, day: None }));
        assert_eq!(date("2026-12"), Some(Date { year: 2026, month: Some(12), day: None }));
        assert_eq!(date("2028-02-29"), Some(Date { year: 2028, month: Some(2), day: Some(29) }));
        for wrong in [
            "2026-13",
            "2026-00",
            "2026-02-30",
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-1",
            "26-01",
            "2026-12-",
            "2026-12-01-01",
            "2026-12-0",
            "2026-12-00",
            "2026/12",
            "soon",
            "",
            "0000-01",
            "２０２６-１２",
            "2026-12-01T00:00:00Z",
            "+026-12",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn zones_have_the_offsets_of_their_clocks() {
        let fixed = |minutes| Some(Zone { standard: minutes, most: minutes });
        assert_eq!(zone("Asia/Tokyo"), fixed(540));
        assert_eq!(zone("UTC"), fixed(0));
        assert_eq!(zone("Asia/Kolkata"), fixed(330));
        assert_eq!(zone("-03:30"), fixed(-210));
        assert_eq!(zone("America/New_York"), Some(Zone { standard: -300, most: -240 }));
        assert_eq!(zone("Europe/Dublin"), Some(Zone { standard: 0, most: 60 }));
        for wrong in
            ["Asia/Tokio", "Mars/Phobos", "asia/tokyo", "", "+9", "+15:00", "+09:60", "+0x:00", "540"]
        {
            assert_eq!(zone(wrong), None, "{wrong}");
        }
        assert_eq!(nearest_zone("Asia/Tokio"), Some("Asia/Tokyo"));
        assert_eq!(nearest_zone("asia/tokyo"), Some("Asia/Tokyo"));
    }
}
