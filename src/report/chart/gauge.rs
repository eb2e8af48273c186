//! The load gauge: a hull seen from the bow. The water stands at the current load; tiers are draught marks on both sides
//! of the stem; each target's breaking load is a load line, and the lowest of them carries the Plimsoll mark. Above that
//! line the hull is inked; when the water stands above it, the water takes the signal colour.
//!
//! The scale is logarithmic in tenants. A target that fails at any load, or at none, is no load line: it is named at the
//! keel or above the deck. Readable from 220 x 420 to 400 x 640 pixels.

use super::gauge_labels::{self, Label};
use super::mark;
use super::pen::{Pen, short};
use super::theme::{Look, Token};
use super::{Chart, Table, measure};
use crate::answer::verdict::Verdict;
use crate::answer::{Answer, BreakingLoad, TierAnswer};
use crate::report::format;
use crate::stats::maths::{exp, ln};
use crate::text::report as words;
use crate::text::{Lang, Phrase};

/// What the gauge shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gauge {
    /// Draught marks.
    pub tiers: Vec<Draught>,
    /// Where the water stands, tenants.
    pub current: f64,
    /// Load lines, in the order of the file.
    pub lines: Vec<LoadLine>,
}

/// One tier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draught {
    /// Id.
    pub id: String,
    /// Tenants.
    pub tenants: f64,
    /// Users.
    pub users: f64,
    /// Whether its hardware is the one the lines are of.
    pub selected: bool,
}

/// One target under load.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadLine {
    /// Id of the target.
    pub id: String,
    /// Name to show.
    pub label: Phrase,
    /// How the target ends at the current load.
    pub verdict: Verdict,
    /// At which load it breaks.
    pub reach: Reach,
}

/// At which load a target breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Reach {
    /// At so many tenants.
    At(f64),
    /// It fails without any load.
    AnyLoad,
    /// It holds at every load that was tried.
    Beyond,
    /// Not known.
    #[default]
    Unknown,
}

impl Gauge {
    /// From an answer about all tiers, for the tier that it is of; the water at that tier's tenants.
    pub fn of(answer: &Answer) -> Self {
        let tiers = answer.tiers.iter().map(|(id, tier)| Draught {
            id: id.clone(),
            tenants: tier.tenants,
            users: tier.users,
            selected: *id == answer.tier,
        });
        let tier = answer.tiers.get(&answer.tier);
        let lines = tier.map(|tier| {
            tier.breaking_load
                .iter()
                .map(|(id, breaking)| {
                    let target = tier.targets.get(id);
                    LoadLine {
                        id: id.clone(),
                        label: target.map_or_else(|| Phrase::same(id), |t| t.name.clone()),
                        verdict: target.map_or(Verdict::Unsure, |t| t.verdict),
                        reach: reach(tier, id, breaking),
                    }
                })
                .collect()
        });
        Self {
            tiers: tiers.collect(),
            current: tier.map_or(0.0, |t| t.tenants),
            lines: lines.unwrap_or_default(),
        }
    }

    /// The lowest load line.
    pub fn plimsoll(&self) -> Option<(&LoadLine, f64)> {
        let at = self.lines.iter().filter_map(|line| match line.reach {
            Reach::At(tenants) => Some((line, tenants)),
            _ => None,
        });
        at.fold(None, |lowest: Option<(&LoadLine, f64)>, (line, tenants)| match lowest {
            Some((_, low)) if low <= tenants => lowest,
            _ => Some((line, tenants)),
        })
    }

    /// Whether the water stands above the lowest load line.
    pub fn overloaded(&self) -> bool {
        self.plimsoll().is_some_and(|(_, tenants)| self.current > tenants)
    }
}

fn reach(tier: &TierAnswer, id: &str, breaking: &BreakingLoad) -> Reach {
    let failing = tier.targets.get(id).is_some_and(|t| t.verdict == Verdict::Fail);
    match (breaking.tenants.value, &breaking.component) {
        (Some(tenants), _) if tenants > 0.0 => Reach::At(tenants),
        (Some(_), _) | (None, Some(_)) => Reach::AnyLoad,
        (None, None) if failing => Reach::Unknown,
        (None, None) => Reach::Beyond,
    }
}

/// The draught scale: where a load stands in the picture, and what load a height means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    top: f64,
    bottom: f64,
}

impl Scale {
    /// The scale of a gauge. It covers tiers, water and load lines; lines further than a factor of 12 beyond the tiers are
    /// pinned at its ends.
    pub fn of(gauge: &Gauge, look: &Look) -> Self {
        let loads = || gauge.tiers.iter().map(|t| t.tenants).chain([gauge.current]).filter(|t| *t > 0.0);
        let least = loads().fold(f64::INFINITY, f64::min);
        let most = loads().fold(0.0, f64::max);
        let (least, most) = if most > 0.0 { (least, most) } else { (1.0, 100.0) };
        let at =
            || gauge.lines.iter().filter_map(|l| if let Reach::At(t) = l.reach { Some(t) } else { None });
        let low = at().fold(least, f64::min).max(least / 12.0) / 2.2;
        let high = at().fold(most, f64::max).min(most * 12.0) * 1.7;
        Self { low, high, top: 34.0, bottom: look.height - 22.0 }
    }

    /// Height of a load in the picture, pixels from the top; loads off the scale stand at its ends.
    pub fn y(&self, tenants: f64) -> f64 {
        if tenants <= self.low {
            return self.bottom;
        }
        let share = ln(tenants.min(self.high) / self.low) / ln(self.high / self.low);
        self.bottom - share * (self.bottom - self.top)
    }

    /// The load at a height: the inverse of [`Self::y`] between the ends.
    pub fn tenants(&self, y: f64) -> f64 {
        let share = ((self.bottom - y) / (self.bottom - self.top)).clamp(0.0, 1.0);
        self.low * exp(share * ln(self.high / self.low))
    }
}

/// Half the hull's width at a height: flared towards the deck, rounded at the keel.
struct Hull {
    centre: f64,
    half: f64,
    scale: Scale,
}

impl Hull {
    fn half_at(&self, y: f64) -> f64 {
        let height = self.scale.bottom - self.scale.top;
        let t = ((self.scale.bottom - y) / height).clamp(0.0, 1.05);
        let flare = (t - 0.55).max(0.0);
        let full = self.half * (0.8 + 0.03 * t + 0.75 * flare * flare);
        // a quarter of an ellipse turns the side into the flat of the bottom
        let turn = (0.62 * self.half).min(0.2 * height);
        let above = ((self.scale.bottom - y) / turn).clamp(0.0, 1.0);
        let flat = 0.3 * full;
        flat + (full - flat) * (1.0 - (1.0 - above) * (1.0 - above)).max(0.0).sqrt()
    }

    /// The outline between two heights, closed.
    fn outline(&self, from: f64, to: f64) -> String {
        let n = 40;
        // denser towards the bottom, where it turns
        let share = |i: usize| 1.0 - (1.0 - i as f64 / n as f64) * (1.0 - i as f64 / n as f64);
        let at = |i: usize| from + (to - from) * share(i);
        let right = (0..=n).map(|i| (self.centre + self.half_at(at(i)), at(i)));
        let left = (0..=n).rev().map(|i| (self.centre - self.half_at(at(i)), at(i)));
        let mut d = String::new();
        for (i, (x, y)) in right.chain(left).enumerate() {
            d.push_str(if i == 0 { "M" } else { "L" });
            d.push_str(&format!("{} {}", short(x), short(y)));
        }
        d.push('Z');
        d
    }
}

/// Draws the gauge.
pub fn gauge(gauge: &Gauge, look: &Look) -> Chart {
    let scale = Scale::of(gauge, look);
    let half = gauge_labels::half(look);
    let hull = Hull { centre: half + 8.0, half, scale };
    let now = words::both(|lang| format::tenants(gauge.current, lang).join());
    let summary = summary(gauge, &now);
    let mut pen = Pen::new(look, summary.get(look.lang));
    let water = if gauge.overloaded() { Token::Signal } else { Token::Sea };
    let surface = scale.y(gauge.current);
    let line = gauge.plimsoll().map(|(_, tenants)| scale.y(tenants));

    draw_hull(&mut pen, &hull, line);
    let labels = gauge_labels::arrange(gauge, look, &scale);
    draw_water(&mut pen, look, surface, water, &labels);
    draw_scale(&mut pen, gauge, &hull, line, look.lang);
    let column = gauge_labels::column(look);
    for label in &labels {
        draw_line(&mut pen, label, &hull, column, water);
    }
    if let Some(y) = line {
        let x = hull.centre + hull.half_at(y) + 13.0;
        let stroke = gauge.plimsoll().map_or(Token::Ink, |(l, _)| mark::token(l.verdict));
        pen.line(hull.centre - hull.half_at(y), y, hull.centre + hull.half_at(y), y)
            .stroke(Token::Paper, 4.0)
            .end();
        pen.line(hull.centre - hull.half_at(y) - 3.0, y, x, y).stroke(stroke, 2.0).end();
        pen.circle(x, y, 9.0).outlined(Token::Paper, Token::Ink, 2.0).end();
        pen.line(x - 13.5, y, x + 13.5, y).stroke(stroke, 2.0).end();
    }
    Chart { svg: pen.finish(), summary, table: table(gauge) }
}

fn draw_hull(pen: &mut Pen, hull: &Hull, line: Option<f64>) {
    let (deck, keel) = (hull.scale.top - 10.0, hull.scale.bottom);
    let inked = line.unwrap_or(deck);
    pen.path(&hull.outline(inked, keel)).tint(Token::Line, 0.55).end();
    if inked > deck {
        pen.path(&hull.outline(deck, inked)).fill(Token::Ink).end();
    }
    pen.path(&hull.outline(deck, keel)).stroke(Token::Ink, 1.5).attr("stroke-linejoin", "round").end();
    pen.rect(hull.centre - 4.0, keel, 8.0, 6.0).fill(Token::Ink).end();
    // the bulwark: the deck's edge, a little wider than the hull
    let wide = hull.half_at(deck) + 3.0;
    pen.path(&format!(
        "M{} {}Q{} {} {} {}",
        short(hull.centre - wide),
        short(deck - 4.0),
        short(hull.centre),
        short(deck + 4.0),
        short(hull.centre + wide),
        short(deck - 4.0)
    ))
    .stroke(Token::Ink, 2.5)
    .attr("stroke-linecap", "round")
    .end();
}

fn draw_water(pen: &mut Pen, look: &Look, surface: f64, water: Token, labels: &[Label]) {
    let column = gauge_labels::column(look);
    pen.rect(0.0, surface, look.width, look.height - surface).tint(water, 0.2).end();
    pen.line(0.0, surface, look.width, surface).stroke(water, 1.5).end();
    // ripples: hairlines that thin out with depth, where no label stands
    for (i, (from, to)) in [(0.1, 0.5), (0.35, 0.9), (0.6, 0.85)].into_iter().enumerate() {
        let y = surface + 6.0 + 6.0 * i as f64;
        let free = labels.iter().all(|l| y < l.top - 2.0 || y > l.top + l.height + 2.0);
        if free && y < look.height - 4.0 {
            let room = look.width - column;
            pen.line(column + room * from, y, column + room * to, y).stroke(water, 1.0).end();
        }
    }
}

/// The stem with its ticks, and the tiers' numbers on both sides: tenants to port, users to starboard.
fn draw_scale(pen: &mut Pen, gauge: &Gauge, hull: &Hull, line: Option<f64>, lang: Lang) {
    let scale = &hull.scale;
    let over_ink = |y: f64| line.is_some_and(|line| y < line - 2.0);
    let token = |y: f64| if over_ink(y) { Token::Paper } else { Token::Ink };
    let split = line.unwrap_or(scale.top - 10.0).max(scale.top);
    pen.line(hull.centre, scale.top, hull.centre, split).stroke(Token::Paper, 1.0).end();
    pen.line(hull.centre, split, hull.centre, scale.bottom).stroke(Token::Ink, 1.0).end();
    let mut decade = 1.0_f64;
    while decade.is_finite() && decade * 10.0 <= scale.low {
        decade *= 10.0;
    }
    while decade < scale.high {
        for step in 1..10 {
            let tenants = decade * f64::from(step);
            if tenants > scale.low * 1.05 && tenants < scale.high {
                let y = scale.y(tenants);
                let reach = if step == 1 { 5.0 } else { 2.5 };
                pen.line(hull.centre - reach, y, hull.centre + reach, y).stroke(token(y), 1.0).end();
            }
        }
        decade *= 10.0;
    }
    let compact = hull.half < 64.0;
    for tier in &gauge.tiers {
        let y = scale.y(tier.tenants);
        let users = if compact { format::count_short(tier.users, lang) } else { format::count(tier.users) };
        pen.line(hull.centre - 22.0, y, hull.centre + 22.0, y).stroke(token(y), 2.0).end();
        for (x, text, port) in [(-7.0, format::count(tier.tenants), true), (7.0, users, false)] {
            // as on a hull, the foot of a number is its draught; it hangs below its mark where the load line would strike it
            let struck = line.is_some_and(|line| line < y + 2.0 && line > y - 16.0);
            let foot = if struck { y + 13.0 } else { y - 3.0 };
            let number = pen.text(hull.centre + x, foot, 12.0).fill(token(foot - 4.0));
            let number = if port { number.right() } else { number };
            if tier.selected { number.bold().words(&text) } else { number.words(&text) }
        }
    }
    let caption = scale.top + 5.0;
    let room = hull.half_at(caption) - 8.0;
    if measure::width(words::TENANTS.get(lang), 12.0).max(measure::width(words::USERS.get(lang), 12.0)) < room
    {
        let token = token(caption);
        pen.text(hull.centre - 7.0, caption, 12.0).tint(token, 0.75).right().words(words::TENANTS.get(lang));
        pen.text(hull.centre + 7.0, caption, 12.0).tint(token, 0.75).words(words::USERS.get(lang));
    }
}

/// One label with the leader from its load line.
fn draw_line(pen: &mut Pen, label: &Label, hull: &Hull, column: f64, water: Token) {
    let token = label.verdict.map_or(water, mark::token);
    let middle = label.top + 8.0;
    if let Some(y) = label.anchor {
        let edge = hull.centre + hull.half_at(y);
        let start = if label.lowest { edge + 24.0 } else { edge };
        let bend = column - 8.0;
        if !label.lowest && label.verdict.is_some() {
            pen.line(edge - 12.0, y, edge, y).stroke(token, 2.0).end();
        }
        if label.verdict.is_some() {
            pen.path(&format!(
                "M{} {}L{} {}L{} {}",
                short(start),
                short(y),
                short((bend - 8.0).max(start)),
                short(y),
                short(column - 3.0),
                short(middle)
            ))
            .stroke(token, 1.0)
            .end();
        }
    }
    let mut baseline = label.top + 12.0;
    match label.verdict {
        Some(verdict) => mark::verdict(pen, verdict, column + 6.0, middle, 11.0),
        None => {
            // the hydrographic sign of a water level
            pen.path(&format!("M{} {}h11l-5.5 8.5Z", short(column), short(middle - 4.0))).fill(water).end();
        }
    }
    let x = column + 16.0;
    for name in &label.name {
        let text = pen.text(x, baseline, 12.0).fill(Token::Ink);
        if label.lowest || label.verdict.is_none() {
            text.bold().words(name)
        } else {
            text.words(name)
        }
        baseline += 15.0;
    }
    for note in &label.note {
        let token = if label.verdict.is_none() && water == Token::Signal { water } else { Token::Muted };
        pen.text(x, baseline, 12.0).fill(token).words(note);
        baseline += 15.0;
    }
}

fn summary(gauge: &Gauge, now: &Phrase) -> Phrase {
    let lowest = gauge.plimsoll().map(|(line, tenants)| {
        (line.label.clone(), words::both(|lang| format::tenants(tenants, lang).join()))
    });
    words::gauge_summary(now, lowest.as_ref().map(|(name, at)| (name, at)), gauge.overloaded())
}

/// What a reach says in words.
pub fn reach_words(reach: Reach, lang: Lang) -> String {
    match reach {
        Reach::At(tenants) => format::tenants(tenants, lang).join(),
        Reach::AnyLoad => words::ANY_LOAD.get(lang).to_owned(),
        Reach::Beyond => words::NO_LIMIT.get(lang).to_owned(),
        Reach::Unknown => words::NOT_KNOWN.get(lang).to_owned(),
    }
}

fn table(gauge: &Gauge) -> Table {
    let rows = gauge.lines.iter().map(|line| {
        vec![
            line.label.clone(),
            words::both(|lang| reach_words(line.reach, lang)),
            super::verdict_word(line.verdict).phrase(),
        ]
    });
    Table {
        head: vec![words::TARGET.phrase(), words::LOAD_LINE.phrase(), words::VERDICT.phrase()],
        rows: rows.collect(),
    }
}
