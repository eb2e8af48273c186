//! Words about a zone that is switched off: the switch, what is lost, what fails, and how it comes back.

use crate::text::{Lang, Words, words};

/// Title of a kill switch.
pub fn kill_zone(zone: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("ゾーン {zone} を停止"),
        Lang::En => format!("Kill zone {zone}"),
    }
}

/// Headline of an outage.
pub fn zone_down(zone: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("ゾーン {zone} 停止中"),
        Lang::En => format!("Zone {zone} is down"),
    }
}

/// What an outage takes away: components that are gone, and components that lost some of their replicas.
pub fn lost(gone: usize, reduced: usize, lang: Lang) -> String {
    match (lang, gone, reduced) {
        (Lang::Ja, 0, 0) => "失われる要素なし".to_owned(),
        (Lang::Ja, gone, 0) => format!("{gone} 要素が全停止"),
        (Lang::Ja, 0, reduced) => format!("{reduced} 要素が縮退"),
        (Lang::Ja, gone, reduced) => format!("{gone} 要素が全停止、{reduced} 要素が縮退"),
        (Lang::En, 0, 0) => "nothing is lost".to_owned(),
        (Lang::En, gone, 0) => format!("{gone} down"),
        (Lang::En, 0, reduced) => format!("{reduced} reduced"),
        (Lang::En, gone, reduced) => format!("{gone} down, {reduced} reduced"),
    }
}

/// Share of requests that fail, with the journey it is worst for.
pub fn failing(share: &str, journey: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("失敗率 最大 {share}({journey})"),
        Lang::En => format!("up to {share} of requests fail ({journey})"),
    }
}

/// Error budget of 30 days that one outage burns.
pub fn budget(minutes: &str, allowed: Option<&str>, lang: Lang) -> String {
    match (lang, allowed) {
        (Lang::Ja, Some(allowed)) => format!("エラー予算 {minutes} 消費(月 {allowed} まで)"),
        (Lang::Ja, None) => format!("エラー予算 {minutes} 消費"),
        (Lang::En, Some(allowed)) => format!("{minutes} of the month's {allowed} error budget burnt"),
        (Lang::En, None) => format!("{minutes} of error budget burnt"),
    }
}

/// How a run came back, when it did at once.
pub const RECOVERED_AT_ONCE: Words = words("復旧後は直ちに正常", "back to normal at once");

/// How a run came back.
pub fn recovered(after: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("復旧まで {after}"),
        Lang::En => format!("recovered after {after}"),
    }
}

/// Still draining at the end of the run.
pub const DRAINING: Words = words("解消途中", "still draining");

/// Did not come back.
pub const STUCK: Words = words("復旧せず", "stuck");
