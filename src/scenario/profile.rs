//! The share of users active in each hour of the week: shipped profiles, or one written out.
//!
//! No published measurement of a Japanese business service's week was found, so the shipped profiles are assumptions of
//! ours, and the peak is in the ledger with its range. `office-jp`: of all users 40 % work with it on a workday; the
//! hours from 9 to 18 carry on average one such share, 10 o'clock 1.5 times as much, noon half; a weekend day 8 % of a
//! workday. So 60 % of the users are active in the busiest hour. The fact `lat.chat.peak_factor` (peak *minute* over the mean
//! business-hour minute) is another quantity: minutes within an hour are left to the arrival process.

use super::tables::SPIKE;
use crate::diag::Diagnostic;
use crate::fields::Reader;
use crate::fields::dates::zone;
use crate::fields::node::{Data, Node, Table};
use crate::model::workload::{Arrivals, Journey, Process, Profile, Spike};
use crate::model::{Assumption, Model};
use crate::text::diagnostics as say;
use crate::text::{pairs, unused};
use crate::units::HOURS_PER_WEEK;
use crate::units::grammar::{Dim, normalise, parse_scalar, print};

/// A shipped profile: shares of a workday and of a weekend day, relative to the peak, and the peak's share with its
/// range.
struct Shipped {
    id: &'static str,
    workday: [f64; 24],
    weekend: f64,
    peak: f64,
    range: Option<(f64, f64)>,
    /// Time zone that its hours are told in; `None`: it is the same at every hour.
    zone: Option<&'static str>,
}

const SHIPPED: [Shipped; 3] = [
    Shipped { id: "always", workday: [1.0; 24], weekend: 1.0, peak: 1.0, range: None, zone: None },
    Shipped {
        id: "office-jp",
        workday: [
            0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.1, 0.4, 1.1, 1.5, 1.2, 0.5, 1.0, 1.1, 1.1, 0.9, 0.6,
            0.4, 0.25, 0.15, 0.1, 0.1, 0.05,
        ],
        weekend: 0.08,
        peak: 0.6,
        range: Some((0.2, 1.0)),
        zone: Some("Asia/Tokyo"),
    },
    Shipped {
        id: "consumer-jp",
        workday: [
            0.4, 0.25, 0.15, 0.1, 0.1, 0.12, 0.2, 0.35, 0.4, 0.35, 0.35, 0.4, 0.65, 0.45, 0.4, 0.4, 0.45,
            0.5, 0.6, 0.75, 0.9, 1.0, 0.95, 0.7,
        ],
        weekend: 1.0,
        peak: 0.2,
        range: Some((0.05, 0.4)),
        zone: Some("Asia/Tokyo"),
    },
];

/// Names of the shipped profiles.
pub fn shipped() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|s| s.id)
}

/// Reads the profile of `[load]`, and what it assumes. A shipped profile is moved from its own time zone into the
/// scenario's; hours that the file states itself are in the scenario's already.
pub fn profile(
    load: Option<&Reader>,
    zone: Option<&Node>,
    assumptions: &mut Vec<Assumption>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Profile {
    let always = || Profile { name: "always".to_owned(), active: [1.0; HOURS_PER_WEEK], spikes: Vec::new() };
    let Some(load) = load else {
        moved(&mut always(), zone, diagnostics);
        return always();
    };
    let mut profile = match load.node("active") {
        None => always(),
        Some(node) => match active(node, load, assumptions) {
            Some(profile) => profile,
            None => {
                let error = Diagnostic::error("bad-profile", node.span, say::bad_profile());
                diagnostics.push(error.help(say::bad_profile_help()));
                always()
            }
        },
    };
    moved(&mut profile, zone, diagnostics);
    profile.spikes = spikes(load, diagnostics);
    profile
}

/// Tells the hours of a shipped profile in another time zone, by standard time all year. Between full hours it is
/// interpolated.
fn moved(profile: &mut Profile, node: Option<&Node>, diagnostics: &mut Vec<Diagnostic>) {
    let Some((node, name)) = node.and_then(|node| Some((node, node.text()?))) else { return };
    let own = SHIPPED.iter().find(|s| s.id == profile.name).and_then(|s| zone(s.zone?));
    let (Some(to), Some(own)) = (zone(name), own) else {
        let note = Diagnostic::note("idle-timezone", node.span, say::idle_timezone());
        return diagnostics.push(note.help(say::idle_timezone_help()));
    };
    if to.most != to.standard {
        let note = Diagnostic::note("summer-time", node.span, say::summer_time(name));
        diagnostics.push(note.help(say::summer_time_help()));
    }
    let later = (own.standard - to.standard).rem_euclid(60 * HOURS_PER_WEEK as i32) as usize;
    let (hours, part) = (later / 60, (later % 60) as f64 / 60.0);
    let told = profile.active;
    for (hour, share) in profile.active.iter_mut().enumerate() {
        let at = |hour: usize| told[hour % HOURS_PER_WEEK];
        *share = at(hour + hours) * (1.0 - part) + at(hour + hours + 1) * part;
    }
}

fn active(node: &Node, load: &Reader, assumptions: &mut Vec<Assumption>) -> Option<Profile> {
    if let Data::List(list) = &node.data {
        let shares: Vec<f64> = list.iter().map(share).collect::<Option<_>>()?;
        let mut active = [0.0; HOURS_PER_WEEK];
        if !matches!(shares.len(), 24 | HOURS_PER_WEEK) {
            return None;
        }
        for (hour, slot) in active.iter_mut().enumerate() {
            *slot = shares[hour % shares.len()];
        }
        let anybody = active.iter().any(|share| *share > 0.0);
        return anybody.then(|| Profile { name: "active".to_owned(), active, spikes: Vec::new() });
    }
    let text = normalise(node.text()?);
    let mut parts = text.split_whitespace();
    let name = parts.next()?;
    let shipped = SHIPPED.iter().find(|s| s.id == name)?;
    let peak = match parts.next() {
        None => shipped.peak,
        Some(word) => {
            parse_scalar(word).ok().filter(|s| s.dim == Dim::Share && s.value > 0.0 && s.value <= 1.0)?.value
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let highest = shipped.workday.iter().copied().fold(0.0, f64::max);
    let mut active = [0.0; HOURS_PER_WEEK];
    for (hour, slot) in active.iter_mut().enumerate() {
        let day = if hour / 24 < 5 { 1.0 } else { shipped.weekend };
        *slot = peak * day * shipped.workday[hour % 24] / highest;
    }
    if let Some((low, high)) = shipped.range {
        let text = |end: f64| format!("{} {}", shipped.id, print(end, Dim::Share));
        assumptions.push(Assumption {
            path: "load.active".to_owned(),
            value: peak,
            range: Some((low.min(peak), high.max(peak))),
            unit: "1",
            range_text: Some((text(low.min(peak)), text(high.max(peak)))),
            source: load
                .table
                .table("from")
                .and_then(|f| f.get("active"))
                .and_then(Node::text)
                .map(str::to_owned),
            at: node.span,
        });
    }
    Some(Profile { name: shipped.id.to_owned(), active, spikes: Vec::new() })
}

fn share(node: &Node) -> Option<f64> {
    let value = match node.number() {
        Some(number) => number,
        None => parse_scalar(&normalise(node.text()?)).ok().filter(|s| s.dim == Dim::Share)?.value,
    };
    (0.0..=1.0).contains(&value).then_some(value)
}

/// Refuses spikes that no journey feels: closed sessions send as fast as they are answered, and a trace when it says; where all
/// follow the users, nobody feels it in hours in which none is active.
pub fn idle_spikes(root: &Table, model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    let feels = |j: &&Journey| {
        !matches!(j.arrivals, Arrivals::Closed { .. }) && !matches!(j.process, Process::Trace(_))
    };
    if model.journeys.is_empty() {
        return;
    }
    let nobody = model.journeys.iter().find(feels).is_none();
    let follow = |j: &Journey| matches!(j.arrivals, Arrivals::PerActiveUser(_));
    let all_follow = model.journeys.iter().filter(feels).all(follow);
    let spikes = root.table("load").and_then(|load| load.table("spike"));
    for (id, at, table) in spikes.into_iter().flat_map(Table::tables) {
        let Some(spike) = model.profile.spikes.iter().find(|spike| spike.name == id) else { continue };
        let mut hours = (spike.from..spike.from + spike.hours).map(|hour| hour % HOURS_PER_WEEK);
        if nobody {
            let error = Diagnostic::error("idle-spike", at, say::idle_spike(id));
            diagnostics.push(error.help(say::idle_spike_help()));
        } else if all_follow && hours.all(|hour| model.profile.active[hour] <= 0.0) {
            let error = Diagnostic::error("idle-spike", at, pairs::idle_spike_hours(id));
            diagnostics.push(error.help(pairs::idle_spike_hours_help()));
        } else if let Some(times) = table.entries.get("times").filter(|_| spike.times == 1.0) {
            let path = format!("load.spike.{id}");
            let said = unused::unused_because(&path, "times", &pairs::why_times_one());
            let warning = Diagnostic::warning("unused-field", times.key, said);
            diagnostics.push(warning.help(unused::unused_field_help("times")));
        }
    }
}

fn spikes(load: &Reader, diagnostics: &mut Vec<Diagnostic>) -> Vec<Spike> {
    let mut spikes = Vec::new();
    for (id, at, table) in load.table.table("spike").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, SPIKE);
        let lasts = read.number("for");
        let hours = lasts.map(|s| ((s / 3600.0).ceil() as usize).clamp(1, HOURS_PER_WEEK));
        match (read.text("at").and_then(hour_of_week), hours, read.number("times")) {
            (Some((from, minute)), Some(hours), Some(times)) => {
                if minute != 0 || lasts.is_some_and(|s| s != 3600.0 * hours as f64) {
                    let at = read.node("at").map_or(at, |n| n.span);
                    let said = say::rounded_spike(id, &format!("{:02}:00", from % 24), hours);
                    let warning = Diagnostic::warning("rounded-spike", at, said);
                    diagnostics.push(warning.help(say::rounded_spike_help()));
                }
                spikes.push(Spike { name: id.to_owned(), from, hours, times });
            }
            _ => {
                let at = read.node("at").map_or(at, |n| n.span);
                diagnostics
                    .push(Diagnostic::error("bad-spike", at, say::bad_spike(id)).help(say::bad_spike_help()));
            }
        }
    }
    spikes
}

/// The hour of the week of `mon 09:00`, and its minute.
pub fn hour_of_week(text: &str) -> Option<(usize, usize)> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let text = normalise(text).to_lowercase();
    let (day, time) = text.split_once(' ')?;
    let day = DAYS.iter().position(|known| day.len() >= 3 && known.starts_with(day))?;
    let (hour, minute) = time.trim().split_once(':')?;
    let number = |part: &str, below: usize| {
        let digits = matches!(part.len(), 1..=2) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|n| digits && *n < below)
    };
    let minute = if minute.len() == 2 { number(minute, 60)? } else { return None };
    Some((day * 24 + number(hour, 24)?, minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn business_hours_of_the_office_profile_average_one_working_share() {
        let office = &SHIPPED[1];
        let mean = office.workday[9..18].iter().sum::<f64>() / 9.0;
        assert!((mean - 1.0).abs() < 1e-12);
        assert!((office.peak / 1.5 - 0.4).abs() < 1e-12);
    }

    #[test]
    fn hours_of_the_week_start_on_monday() {
        assert_eq!(hour_of_week("mon 00:00"), Some((0, 0)));
        assert_eq!(hour_of_week("Tue 09:30"), Some((33, 30)));
        for wrong in [
            "someday 09:00",
            "monkey 09:00",
            "mon 24:00",
            "mon 09:60",
            "mon 09",
            "mon +9:00",
            "mon 9:0",
            "m 09:00",
        ] {
            assert_eq!(hour_of_week(wrong), None, "{wrong}");
        }
    }
}
