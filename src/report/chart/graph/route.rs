//! The way of each call's line from card to card: straight where nothing stands between, otherwise through a free band
//! between the cards it has to pass. Ports of one card keep a distance from each other.

use super::Graph;
use super::layout::{Layout, Rect};

/// Distance kept from cards that a line passes.
const CLEAR: f64 = 7.0;
/// Distance between ports on one side of a card.
const PORTS: f64 = 9.0;
/// Length of an arrow's head.
pub const ARROW: f64 = 6.0;

/// The way of one line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// From left to right: leaves at `from`, passes at height `through` between `x.0` and `x.1`, arrives at `to`.
    Across {
        /// Where it leaves.
        from: (f64, f64),
        /// Height of the long part.
        through: f64,
        /// Where the long part begins and ends.
        x: (f64, f64),
        /// Where it arrives.
        to: (f64, f64),
    },
    /// Straight down or up between two cards of a stack.
    Down((f64, f64), (f64, f64)),
    /// Down from a row to a card below it: to `level`, along it, and down into the card's top or, at `side`, its left edge.
    Turn {
        /// Where it leaves.
        from: (f64, f64),
        /// Height it goes along.
        level: f64,
        /// Where it goes down when it arrives at the side.
        side: Option<f64>,
        /// Where it arrives.
        to: (f64, f64),
    },
    /// Back, below both cards.
    Back((f64, f64), (f64, f64), f64),
}

/// The ways of all calls of a graph, in their order.
pub fn ways(graph: &Graph, layout: &Layout) -> Vec<Way> {
    let mut ways: Vec<Way> = graph.calls.iter().map(|call| way(graph, layout, call.from, call.to)).collect();
    for node in 0..graph.nodes.len() {
        spread(graph, layout, &mut ways, node, true);
        spread(graph, layout, &mut ways, node, false);
    }
    // a line that passes nothing has no long part of its own: it bends to where it arrives
    for way in &mut ways {
        if let Way::Across { through, x, to, from } = way
            && x.1 - x.0 < 1.0
        {
            *through = (from.1 + to.1) / 2.0;
        }
    }
    ways
}

fn way(graph: &Graph, layout: &Layout, from: usize, to: usize) -> Way {
    let (a, b) = (layout.cards[from], layout.cards[to]);
    if b.x >= a.right() - 1.0 {
        return across(graph, layout, from, to);
    }
    let beside = (a.x - b.x).abs() < 1.0;
    let between = |c: &Rect| {
        (c.x - a.x).abs() < 1.0 && c.y > a.y.min(b.y) + 1.0 && c.bottom() < a.bottom().max(b.bottom()) - 1.0
    };
    if beside && !layout.cards.iter().any(between) {
        let x = a.centre().0;
        let (start, end) = if b.y > a.y { (a.bottom(), b.y) } else { (a.y, b.bottom()) };
        return Way::Down((x, start), (x, end));
    }
    if b.y > a.bottom() + 12.0 {
        let level = a.bottom() + 10.0;
        let x = b.centre().0;
        let blocks = |c: &Rect| c.x < x && x < c.right() && c.y > level && c.bottom() < b.y;
        let blocked = (0..layout.cards.len()).any(|ix| !layout.plates[ix] && blocks(&layout.cards[ix]));
        let (side, end) =
            if blocked { (Some(b.x - layout.gap / 2.0), (b.x, b.centre().1)) } else { (None, (x, b.y)) };
        return Way::Turn { from: (a.centre().0, a.bottom()), level, side, to: end };
    }
    let low = a.bottom().max(b.bottom()) + 12.0;
    Way::Back((a.centre().0, a.bottom()), (b.centre().0, b.bottom()), low)
}

fn across(graph: &Graph, layout: &Layout, from: usize, to: usize) -> Way {
    let (a, b) = (layout.cards[from], layout.cards[to]);
    let mut walls: Vec<Rect> = (0..graph.nodes.len())
        .filter(|ix| *ix != from && *ix != to && !layout.plates[*ix])
        .map(|ix| layout.cards[ix])
        .filter(|c| c.x > a.right() - 1.0 && c.right() < b.x + 1.0)
        .collect();
    walls.sort_by(|p, q| p.x.total_cmp(&q.x));
    let inside = |card: &Rect, y: f64| y.clamp(card.y + 12.0, (card.bottom() - 12.0).max(card.y + 12.0));
    let free = |y: f64| walls.iter().all(|c| y < c.y - CLEAR || y > c.bottom() + CLEAR);
    let goal = if b.h > a.h { a.centre().1 } else { b.centre().1 };
    let mut heights = vec![goal, b.centre().1, a.centre().1];
    for wall in &walls {
        heights.extend([wall.y - CLEAR - 2.0, wall.bottom() + CLEAR + 2.0]);
    }
    let cost =
        |y: &f64| (inside(&b, *y) - y).abs() + (inside(&a, *y) - y).abs() + 0.2 * (y - b.centre().1).abs();
    let through = heights.into_iter().filter(|y| free(*y)).min_by(|p, q| cost(p).total_cmp(&cost(q)));
    let through = through.unwrap_or(goal);
    let x = match (walls.first(), walls.last()) {
        (Some(first), Some(last)) => (first.x - layout.gap * 0.25, last.right() + layout.gap * 0.25),
        _ => {
            let middle = (a.right() + b.x) / 2.0;
            (middle, middle)
        }
    };
    Way::Across { from: (a.right(), inside(&a, through)), through, x, to: (b.x, inside(&b, through)) }
}

/// Pushes the ports on one side of a card apart.
fn spread(graph: &Graph, layout: &Layout, ways: &mut [Way], node: usize, leaving: bool) {
    let card = layout.cards[node];
    let mine = |call: &super::Line| if leaving { call.from == node } else { call.to == node };
    let mut ports: Vec<(usize, f64, f64)> = graph
        .calls
        .iter()
        .enumerate()
        .filter(|(_, call)| mine(call))
        .filter_map(|(ix, _)| match &ways[ix] {
            Way::Across { from, to, through, .. } => {
                let (own, other) = if leaving { (from.1, to.1) } else { (to.1, from.1) };
                Some((ix, own, if (through - own).abs() > 1.0 { *through } else { other }))
            }
            _ => None,
        })
        .collect();
    ports.sort_by(|p, q| p.1.total_cmp(&q.1).then(p.2.total_cmp(&q.2)));
    let (top, bottom) = (card.y + 8.0, card.bottom() - 8.0);
    let mut last = f64::NEG_INFINITY;
    let n = ports.len();
    for (nth, (ix, y, _)) in ports.into_iter().enumerate() {
        let rest = PORTS * (n - 1 - nth) as f64;
        let y = y.max(last + PORTS).min(bottom - rest).max(top);
        last = y;
        if let Way::Across { from, to, .. } = &mut ways[ix] {
            if leaving { from.1 = y } else { to.1 = y }
        }
    }
}
