//! The labels beside the load gauge: what they say, how they wrap, and where they stand so that none covers another.

use super::gauge::{Gauge, Reach, Scale, reach_words};
use super::measure;
use super::theme::Look;
use crate::answer::verdict::Verdict;
use crate::report::format;
use crate::text::report as words;

/// One label of the gauge.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Top edge.
    pub top: f64,
    /// Height of all its lines.
    pub height: f64,
    /// Height of the load it is about; `None` when it is about no load.
    pub anchor: Option<f64>,
    /// Name, wrapped.
    pub name: Vec<String>,
    /// Number or words under it, wrapped.
    pub note: Vec<String>,
    /// How the target ends; `None` for the water.
    pub verdict: Option<Verdict>,
    /// Whether it carries the Plimsoll mark.
    pub lowest: bool,
}

/// Half the width of the hull at its deck.
pub fn half(look: &Look) -> f64 {
    (look.width * 0.235).clamp(50.0, 92.0)
}

/// Left edge of the labels.
pub fn column(look: &Look) -> f64 {
    2.0 * half(look) + if look.width < 280.0 { 26.0 } else { 38.0 }
}

/// The labels from top to bottom, the water's among them.
pub fn arrange(gauge: &Gauge, look: &Look, scale: &Scale) -> Vec<Label> {
    let room = look.width - column(look) - 20.0;
    let lang = look.lang;
    let keel = look.height - 22.0;
    let lowest = gauge.plimsoll().map(|(line, _)| line.id.clone());
    let label = |name: &str, note: &str, anchor, verdict, lowest| {
        let name = measure::wrap(name, 12.0 * 1.07, room);
        let note = measure::wrap(note, 12.0, room);
        let height = 15.0 * (name.len() + note.len()) as f64 + 5.0;
        Label { top: 0.0, height, anchor, name, note, verdict, lowest }
    };
    let wanted: Vec<(f64, Label)> = gauge
        .lines
        .iter()
        .map(|line| {
            let y = match line.reach {
                Reach::At(tenants) => scale.y(tenants),
                Reach::Beyond => 0.0,
                Reach::AnyLoad => keel,
                Reach::Unknown => look.height,
            };
            let anchor = matches!(line.reach, Reach::At(_) | Reach::AnyLoad).then_some(y.min(keel - 3.0));
            let note = match line.reach {
                Reach::At(tenants) => number(tenants, look, room),
                other => reach_words(other, lang),
            };
            let lowest = lowest.as_ref() == Some(&line.id);
            (y, label(line.label.get(lang), &note, anchor, Some(line.verdict), lowest))
        })
        .collect();
    let surface = scale.y(gauge.current);
    let mut water =
        label(words::NOW.get(lang), &number(gauge.current, look, room), Some(surface), None, false);
    if gauge.overloaded() {
        let over = measure::wrap(words::OVER_LINE.get(lang), 12.0, room);
        water.height += 15.0 * over.len() as f64;
        water.note.extend(over);
    }
    // the water's label stands on the surface; the others have their first line level with their load
    let water_at = surface - water.height - 1.0;
    let mut wanted: Vec<(f64, Label)> = wanted.into_iter().map(|(y, l)| (y - 8.0, l)).collect();
    wanted.push((water_at, water));
    wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let sizes: Vec<(f64, f64)> = wanted.iter().map(|(y, l)| (y + l.height / 2.0, l.height)).collect();
    let tops = measure::spread(&sizes, 2.0, look.height - 2.0);
    wanted.into_iter().zip(tops).map(|((_, label), top)| Label { top, ..label }).collect()
}

/// A load with its unit, or without where that does not fit: the scale says the unit.
fn number(tenants: f64, look: &Look, room: f64) -> String {
    let parts = format::tenants(tenants, look.lang);
    let joined = parts.join();
    if measure::width(&joined, 12.0) <= room { joined } else { parts.number }
}
