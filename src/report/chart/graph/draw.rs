//! Draws a laid-out architecture: frames and lanes first, lines over them, cards on top.

use super::super::icon;
use super::super::measure::{bold_width, width};
use super::super::pen::{Pen, short as px};
use super::super::theme::{Look, Token};
use super::layout::{Frame, Layout, NAME, Rect};
use super::route::{ARROW, Way, ways};
use super::{Graph, Line, Node, Region, short, zone_words};
use crate::text::report as words;

/// Widest line of a call.
const WIDEST: f64 = 4.5;
/// Radius of a line's corner.
const CORNER: f64 = 8.0;
/// Most marks for the units of one lane.
const MOST_MARKS: u32 = 6;

/// The picture as SVG.
pub fn draw(graph: &Graph, layout: &Layout, look: &Look, summary: &str) -> String {
    let look = Look { height: layout.height, width: layout.width, ..*look };
    let mut pen = Pen::with_margin(&look, 16.0, summary);
    for (region, frame) in graph.regions.iter().zip(&layout.frames) {
        draw_frame(&mut pen, graph, region, frame, &look);
    }
    let most = graph.calls.iter().map(|call| call.rate).fold(0.0, f64::max);
    let ways = ways(graph, layout);
    for (call, way) in graph.calls.iter().zip(&ways) {
        draw_call(&mut pen, graph, call, *way, most);
    }
    for (region, frame) in graph.regions.iter().zip(&layout.frames) {
        draw_title(&mut pen, region, frame, &ways, &look);
    }
    for (ix, node) in graph.nodes.iter().enumerate() {
        let card = layout.cards[ix];
        pen.tag("g").attr("data-component", &node.id).attr("class", "node").open();
        pen.tag("title").words(&title(node, &look));
        if layout.plates[ix] {
            draw_plate(&mut pen, graph, node, card, &look);
        } else {
            draw_card(&mut pen, graph, node, card, &layout.names[ix], layout, &look);
        }
        pen.close();
    }
    pen.finish()
}

/// What a pointer that rests on a card reads.
fn title(node: &Node, look: &Look) -> String {
    let name = node.name.get(look.lang);
    let said = if node.dead { words::DOWN.get(look.lang) } else { node.figure.get(look.lang) };
    if said.is_empty() { name.to_owned() } else { format!("{name}, {said}") }
}

fn draw_frame(pen: &mut Pen, graph: &Graph, region: &Region, frame: &Frame, look: &Look) {
    let r = frame.around;
    let outline =
        pen.rect(r.x + 0.5, r.y + 0.5, r.w - 1.0, r.h - 1.0).num("rx", 6.0).stroke(Token::Line, 1.0);
    if frame.empty {
        outline.attr("stroke-dasharray", "3 3").end()
    } else {
        outline.end()
    }
    for (nth, ((y, h), zone)) in frame.lanes.iter().zip(&region.zones).enumerate() {
        let down = graph.down.as_ref() == Some(zone);
        let (left, right) = (r.x + 1.0, r.right() - 1.0);
        if down {
            pen.rect(left, *y, right - left, *h).tint(Token::Signal, 0.07).end();
            pen.tag("g").attr("stroke-opacity", "0.28").open();
            pen.hatch(left, *y, right - left, *h, Token::Signal);
            pen.close();
        }
        pen.line(left, *y, right, *y).stroke(Token::Line, 1.0).end();
        let token = if down { Token::Signal } else { Token::Muted };
        let label = if look.width < 720.0 { short(zone).to_owned() } else { zone_words(zone, look.lang) };
        let text = pen.text(r.x + 12.0, y + 18.0, 12.0).fill(token).attr("data-zone", zone);
        if down {
            text.attr("text-decoration", "line-through").words(&label)
        } else {
            text.words(&label)
        }
        if nth + 1 == frame.lanes.len() && y + h < r.bottom() - 4.0 {
            pen.line(left, y + h, right, y + h).stroke(Token::Line, 1.0).end();
        }
    }
}

/// A frame's name on its top edge, beside the line that comes in there.
fn draw_title(pen: &mut Pen, region: &Region, frame: &Frame, ways: &[Way], look: &Look) {
    let r = frame.around;
    let name = region.name.get(look.lang);
    let baseline = r.y + 19.0;
    let enters = |way: &Way| match way {
        Way::Turn { from, side, to, .. } if from.1 < r.y && to.1 > r.y => Some(side.unwrap_or(to.0)),
        _ => None,
    };
    let line = ways.iter().filter_map(enters).filter(|x| *x < r.x + 240.0).fold(r.x, f64::max);
    let start = line + 12.0;
    pen.text(start, baseline, 12.0).fill(Token::Ink).bold().words(name);
    let mut x = start + bold_width(name, 12.0) + 10.0;
    let role = region.role.as_ref().map(|role| role.get(look.lang));
    let empty = frame.empty.then(|| words::NOTHING_HERE.get(look.lang));
    for part in [role, region.code.as_deref(), empty].into_iter().flatten() {
        if x + width(part, 12.0) < r.right() - 8.0 {
            pen.text(x, baseline, 12.0).fill(Token::Muted).words(part);
        }
        x += width(part, 12.0) + 10.0;
    }
}

fn draw_call(pen: &mut Pen, graph: &Graph, call: &Line, way: Way, most: f64) {
    let cut = graph.nodes[call.from].dead || graph.nodes[call.to].dead;
    let share = if most > 0.0 { (call.rate / most).clamp(0.0, 1.0) } else { 0.0 };
    let wide = 1.0 + (WIDEST - 1.0) * share.sqrt();
    let token = if cut { Token::Signal } else { Token::Muted };
    let (d, tip, way_in) = outline(way);
    let line = pen.path(&d).stroke(token, wide).attr("stroke-linecap", "butt");
    let line = if cut { line.attr("stroke-opacity", "0.7") } else { line.attr("stroke-opacity", "0.55") };
    if cut || call.fallback {
        line.attr("stroke-dasharray", "4 4").end()
    } else {
        line.end()
    }
    let half = ARROW * 0.5 + wide * 0.35;
    let (x, y) = tip;
    let (dx, dy) = way_in;
    let back = (x - dx * ARROW, y - dy * ARROW);
    let corner = |side: f64| format!("{} {}", px(back.0 - dy * half * side), px(back.1 + dx * half * side));
    pen.path(&format!("M{} {}L{}L{}Z", px(x), px(y), corner(1.0), corner(-1.0))).fill(token).end();
}

/// A line's outline, its tip and the direction it comes in.
fn outline(way: Way) -> (String, (f64, f64), (f64, f64)) {
    match way {
        Way::Across { from, through, x, to } => {
            let end = to.0 - ARROW;
            let bend = |x1: f64, y1: f64, x2: f64, y2: f64| {
                let middle = (x1 + x2) / 2.0;
                format!("C{} {} {} {} {} {}", px(middle), px(y1), px(middle), px(y2), px(x2), px(y2))
            };
            let mut d = format!("M{} {}", px(from.0), px(from.1));
            if x.1 - x.0 < 1.0 {
                d += &bend(from.0, from.1, end, to.1);
            } else {
                d += &bend(from.0, from.1, x.0, through);
                d += &format!("H{}", px(x.1));
                d += &bend(x.1, through, end, to.1);
            }
            (d, to, (1.0, 0.0))
        }
        Way::Down(from, to) => {
            let down = if to.1 > from.1 { 1.0 } else { -1.0 };
            (format!("M{} {}V{}", px(from.0), px(from.1), px(to.1 - down * ARROW)), to, (0.0, down))
        }
        Way::Turn { from, level, side, to } => {
            let x = side.unwrap_or(to.0);
            let turn = if x < from.0 { -1.0 } else { 1.0 };
            let r = CORNER.min((x - from.0).abs() / 2.0).min(level - from.1);
            let mut d = format!("M{} {}V{}", px(from.0), px(from.1), px(level - r));
            d += &format!("Q{} {} {} {}", px(from.0), px(level), px(from.0 + turn * r), px(level));
            d += &format!("H{}", px(x - turn * r));
            d += &format!("Q{} {} {} {}", px(x), px(level), px(x), px(level + r));
            if side.is_some() {
                d += &format!("V{}", px(to.1 - CORNER));
                d += &format!("Q{} {} {} {}H{}", px(x), px(to.1), px(x + CORNER), px(to.1), px(to.0 - ARROW));
                (d, to, (1.0, 0.0))
            } else {
                d += &format!("V{}", px(to.1 - ARROW));
                (d, to, (0.0, 1.0))
            }
        }
        Way::Back(from, to, low) => {
            let d = format!(
                "M{} {}C{} {} {} {} {} {}",
                px(from.0),
                px(from.1),
                px(from.0),
                px(low + 12.0),
                px(to.0),
                px(low + 12.0),
                px(to.0),
                px(to.1 + ARROW)
            );
            (d, to, (0.0, -1.0))
        }
    }
}

/// The ground of a card: paper, the tint of its utilisation, and its border.
fn ground(pen: &mut Pen, graph: &Graph, node: &Node, card: Rect) {
    let chosen = graph.selected.as_ref() == Some(&node.id);
    let border = match (node.dead, node.is_over(), chosen) {
        (_, _, true) => (Token::Sea, 2.0),
        (true, ..) | (_, true, _) => (Token::Signal, 1.5),
        _ => (Token::Ink, 1.0),
    };
    pen.rect(card.x, card.y, card.w, card.h).num("rx", 6.0).fill(Token::Paper).end();
    if let Some(busy) = node.utilisation.filter(|_| !node.dead) {
        let (token, tint) =
            if busy >= 1.0 { (Token::Signal, 0.16) } else { (Token::Sea, 0.28 * busy.clamp(0.0, 1.0)) };
        pen.rect(card.x, card.y, card.w, card.h).num("rx", 6.0).tint(token, tint).end();
    }
    if node.dead {
        pen.tag("g").attr("stroke-opacity", "0.4").open();
        pen.hatch(card.x + 1.0, card.y + 1.0, card.w - 2.0, card.h - 2.0, Token::Signal);
        pen.close();
    }
    let outline = pen.rect(card.x, card.y, card.w, card.h).num("rx", 6.0).stroke(border.0, border.1);
    if chosen || node.dead || node.is_over() {
        outline.end()
    } else {
        outline.attr("stroke-opacity", "0.45").end()
    }
    if graph.focus.as_ref() == Some(&node.id) {
        pen.rect(card.x - 3.5, card.y - 3.5, card.w + 7.0, card.h + 7.0)
            .num("rx", 8.0)
            .stroke(Token::Sea, 2.0)
            .attr("class", "node-focus")
            .end();
    }
}

fn draw_icon(pen: &mut Pen, node: &Node, x: f64, y: f64) {
    let token = if node.dead { Token::Signal } else { Token::Ink };
    pen.path(icon::path(node.kind))
        .stroke(token, 1.3)
        .attr("transform", &format!("translate({} {})", px(x), px(y)))
        .attr("stroke-linecap", "round")
        .attr("stroke-linejoin", "round")
        .end();
}

fn draw_card(
    pen: &mut Pen,
    graph: &Graph,
    node: &Node,
    card: Rect,
    name: &[String],
    layout: &Layout,
    look: &Look,
) {
    ground(pen, graph, node, card);
    let region = node.region.and_then(|ix| Some((graph.regions.get(ix)?, layout.frames.get(ix)?)));
    // what the zone that is down takes of a card that reaches further
    if let (Some((region, frame)), Some(down), false) = (region, &graph.down, node.dead) {
        for units in &node.units {
            let lane = frame.lanes.get(units.zone).filter(|_| region.zones.get(units.zone) == Some(down));
            if let Some((y, h)) = lane {
                let (top, bottom) = (y.max(card.y + 1.0), (y + h).min(card.bottom() - 1.0));
                pen.tag("g").attr("stroke-opacity", "0.4").open();
                pen.hatch(card.x + 1.0, top, card.w - 2.0, bottom - top, Token::Signal);
                pen.close();
            }
        }
    }
    draw_icon(pen, node, card.x + 8.0, card.y + 9.0);
    if let Some((gone, of)) = node.lost.filter(|(gone, _)| *gone > 0) {
        let text = format!("{} / {of}", of.saturating_sub(gone));
        pen.text(card.right() - 8.0, card.y + 21.0, 12.0).fill(Token::Signal).bold().right().words(&text);
    }
    let ink = if node.dead { Token::Signal } else { Token::Ink };
    for (nth, line) in name.iter().enumerate() {
        let text = pen.text(card.x + 8.0, card.y + 41.0 + NAME * nth as f64, 12.0).fill(ink).bold();
        if node.dead { text.attr("text-decoration", "line-through").words(line) } else { text.words(line) }
    }
    let base = card.bottom() - 12.0;
    let said = if node.dead { words::DOWN.get(look.lang) } else { node.figure.get(look.lang) };
    let token = if node.dead || node.is_over() { Token::Signal } else { Token::Ink };
    let bar = node.utilisation.filter(|_| !node.dead);
    if !said.is_empty() {
        let over = node.is_over() && !node.dead;
        let saturated = format!("{said} {}", words::OVERLOADED.get(look.lang));
        let fits = width(&saturated, 14.0) < card.w - 20.0;
        let said = if over && fits { saturated.as_str() } else { said };
        let size = if width(said, 14.0) > card.w - 14.0 { 12.0 } else { 14.0 };
        pen.text(card.x + 8.0, base, size).fill(token).words(said);
    }
    if let Some(busy) = bar {
        let y = card.bottom() - 6.0;
        let w = card.w - 12.0;
        pen.rect(card.x + 6.0, y, w, 3.0).num("rx", 1.5).tint(Token::Ink, 0.12).end();
        let token = if busy >= 1.0 { Token::Signal } else { Token::Sea };
        pen.rect(card.x + 6.0, y, w * busy.clamp(0.0, 1.0), 3.0).num("rx", 1.5).fill(token).end();
    }
    if let Some((region, frame)) = region {
        marks(pen, graph, node, card, name.len(), region, frame);
    }
}

/// The units of a component, in the lanes they stand in: a filled square at work, a hollow one on standby, a crossed one
/// that is down.
fn marks(pen: &mut Pen, graph: &Graph, node: &Node, card: Rect, name: usize, region: &Region, frame: &Frame) {
    if !node.is_tall() {
        return;
    }
    // standbys work once the zone of the unit they stand in for is down
    let is_down = |zone: usize| graph.down.is_some() && region.zones.get(zone) == graph.down.as_ref();
    let mut took_over: u32 =
        node.units.iter().filter(|units| is_down(units.zone)).map(|units| units.active).sum();
    for units in &node.units {
        let Some((y, h)) = frame.lanes.get(units.zone) else { continue };
        let down = is_down(units.zone);
        let called = if down { 0 } else { units.standby.min(took_over) };
        took_over -= called;
        let (from, to) = (y.max(card.y), (y + h).min(card.bottom()));
        // below the name in the card's first lane, above the figure in its last
        let from = if from <= card.y + 1.0 { from + 44.0 + NAME * (name as f64 - 1.0) } else { from };
        let to = if to >= card.bottom() - 1.0 { to - 26.0 } else { to };
        let at = ((from + to) / 2.0 - 4.0).max(from);
        let all = units.active + units.standby;
        for nth in 0..all.min(MOST_MARKS) {
            let x = card.x + 8.0 + 12.0 * f64::from(nth);
            mark(pen, x, at, 8.0, down, nth < units.active + called);
        }
        if all > MOST_MARKS {
            let x = card.x + 12.0 + 12.0 * f64::from(MOST_MARKS);
            pen.text(x, at + 8.0, 12.0).fill(Token::Muted).words(&format!("+{}", all - MOST_MARKS));
        }
    }
}

fn mark(pen: &mut Pen, x: f64, y: f64, size: f64, down: bool, active: bool) {
    match (down, active) {
        (true, _) => {
            let (r, b) = (x + size, y + size);
            let d =
                format!("M{} {}L{} {}M{} {}L{} {}", px(x), px(y), px(r), px(b), px(r), px(y), px(x), px(b));
            pen.path(&d).stroke(Token::Signal, 2.0).end();
        }
        (false, true) => pen.rect(x, y, size, size).num("rx", 1.5).fill(Token::Ink).end(),
        (false, false) => {
            pen.rect(x + 0.5, y + 0.5, size - 1.0, size - 1.0).num("rx", 1.5).stroke(Token::Ink, 1.0).end();
        }
    }
}

fn draw_plate(pen: &mut Pen, graph: &Graph, node: &Node, card: Rect, look: &Look) {
    ground(pen, graph, node, card);
    draw_icon(pen, node, card.x + 8.0, card.y + 7.0);
    let name = node.name.get(look.lang);
    let ink = if node.dead { Token::Signal } else { Token::Ink };
    let text = pen.text(card.x + 30.0, card.y + 19.5, 12.0).fill(ink);
    if node.dead {
        text.attr("text-decoration", "line-through").words(name)
    } else {
        text.words(name)
    }
    let zones = node.region.and_then(|ix| graph.regions.get(ix)).map(|region| &region.zones);
    let n = node.units.iter().map(|units| units.active + units.standby).sum::<u32>();
    let mut x = card.right() - 8.0 - 8.0 * f64::from(n.min(16));
    for units in &node.units {
        let down =
            graph.down.is_some() && zones.and_then(|zones| zones.get(units.zone)) == graph.down.as_ref();
        for nth in 0..units.active + units.standby {
            if x + 6.0 < card.right() - 4.0 {
                mark(pen, x, card.y + 12.0, 6.0, down, nth < units.active);
            }
            x += 8.0;
        }
    }
}
