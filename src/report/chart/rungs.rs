//! What the charts over tiers share: the logarithmic axis of tenants, and the look-up of one target over all tiers.

use super::Table;
use super::plot::{Anchor, Frame, Sheet, set};
use super::theme::{Look, Token};
use crate::answer::TierAnswer;
use crate::answer::verdict::{TargetAnswer, TargetKind};
use crate::report::format;
use crate::stats::maths::ln;
use crate::text::Lang;
use crate::text::report as words;
use indexmap::IndexMap;

/// Where a tier stands on the axis: the logarithm of its tenants.
pub fn place(tier: &TierAnswer) -> f64 {
    ln(tier.tenants.max(1.0))
}

/// The frame of a chart over tiers, with room on the left for labels of the y axis and on the right for names.
pub fn frame<'a>(
    tiers: impl Iterator<Item = &'a TierAnswer>,
    look: &Look,
    y: (f64, f64),
    left: f64,
    right: f64,
) -> Frame {
    let (low, high) =
        tiers.map(place).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let (low, high) = if low < high {
        (low, high)
    } else {
        let middle = if low.is_finite() { low } else { 0.0 };
        (middle - 1.0, middle + 1.0)
    };
    let right = look.width - right;
    let pad = 26.0 / (right - left - 52.0).max(40.0) * (high - low);
    let y = if y.0 < y.1 { y } else { (y.0, y.0 + 1.0) };
    Frame { left, right, top: 48.0, bottom: look.height - 32.0, x: (low - pad, high + pad), y }
}

/// Writes the tiers' tenants under the chart, at their distance on a logarithmic scale.
pub fn axis<'a>(sheet: &mut Sheet<'_>, tiers: impl Iterator<Item = &'a TierAnswer>, lang: Lang) {
    let frame = sheet.frame;
    sheet.path(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], Token::Ink, 1.0, 1.0);
    for tier in tiers {
        let x = frame.px(place(tier));
        sheet.path(&[(x, frame.bottom), (x, frame.bottom + 5.0)], Token::Ink, 1.0, 1.0);
        let label = format::count(tier.tenants);
        sheet.text_where_free(&label, &[(x, frame.bottom + 14.0, Anchor::Middle)], set(12.0, Token::Ink));
    }
    sheet.reserve([0.0, frame.bottom - 1.0, frame.right, frame.bottom + 6.0]);
    let unit = words::TENANTS.get(lang);
    let y = frame.bottom + 14.0;
    let places = [(frame.right + 6.0, y, Anchor::Start), (frame.left - 6.0, y, Anchor::End)];
    sheet.text_where_free(unit, &places, set(12.0, Token::Muted));
}

/// The first target of a kind in a tier.
pub fn target(tier: &TierAnswer, kind: TargetKind) -> Option<&TargetAnswer> {
    tier.targets.values().find(|t| t.kind == kind)
}

/// Every target of these kinds, over all tiers, in the order of the file: id and a target to take the name from.
pub fn all(
    tiers: &IndexMap<String, TierAnswer>,
    wanted: impl Fn(TargetKind) -> bool,
) -> IndexMap<&str, &TargetAnswer> {
    let mut found = IndexMap::new();
    for (id, target) in tiers.values().flat_map(|t| &t.targets) {
        if wanted(target.kind) {
            found.entry(id.as_str()).or_insert(target);
        }
    }
    found
}

/// Says the row of each tier where its column is pointed at: as wide as half the way to its neighbours, at most 60 pixels.
pub fn say(sheet: &mut Sheet<'_>, at: impl Iterator<Item = f64>, table: &Table, lang: Lang) {
    let frame = sheet.frame;
    let at: Vec<f64> = at.map(|x| frame.px(x)).collect();
    for (i, x) in at.iter().enumerate() {
        let gap = at.iter().filter(|other| *other != x).map(|other| (other - x).abs()).fold(120.0, f64::min);
        let half = gap / 2.0;
        sheet.say([x - half, frame.top, x + half, frame.bottom], table.said(i, lang));
    }
}
