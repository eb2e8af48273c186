//! Where everything stands. Columns from left to right follow the calls (longest path from the entries); rows are the
//! zones of a region, one lane each, then a lane for what the region's services spread by themselves. What stands outside
//! of all regions comes before them (on the left, or as a row above where there is little room) or behind them, on the
//! right. What serves no request is a row of small plates at the foot of its region.

use super::super::measure::{bold_width, width, wrap_bold};
use super::super::theme::Look;
use super::Graph;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::BTreeMap;

/// Room inside a frame.
const PAD: f64 = 12.0;
/// Height of a frame's title.
const HEAD: f64 = 28.0;
/// Least height of a lane.
const LANE: f64 = 72.0;
/// Between cards above each other.
const GAP: f64 = 12.0;
/// Room above and below the cards of a lane.
const INSET: f64 = 10.0;
/// What a tall card leaves free at its foot for each one beside it that a line must reach.
const STEP: f64 = 20.0;
/// Widest card.
const WIDEST: f64 = 176.0;
/// Narrowest card; a picture that needs more room than it has becomes wider.
const NARROWEST: f64 = 76.0;
/// Narrowest card when the block before the regions stands on the left and not above.
const SPREAD: f64 = 108.0;
/// Between the row above and the regions.
const BELOW: f64 = 28.0;
/// Height of a plate.
pub const PLATE: f64 = 30.0;
/// Height of a frame without anything in it.
const EMPTY: f64 = 30.0;
/// Height of a line of a name.
pub const NAME: f64 = 16.0;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Rect {
    /// Its centre.
    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }
}

/// A region's frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// The frame.
    pub around: Rect,
    /// Its zones' lanes: top and height.
    pub lanes: Vec<(f64, f64)>,
    /// Whether nothing stands in it.
    pub empty: bool,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// By node.
    pub cards: Vec<Rect>,
    /// By node: whether it is a plate.
    pub plates: Vec<bool>,
    /// By region.
    pub frames: Vec<Frame>,
    /// Lines of each name.
    pub names: Vec<Vec<String>>,
    /// Room between columns.
    pub gap: f64,
    /// Width of the picture: that of the look, or more.
    pub width: f64,
    /// Height of the picture.
    pub height: f64,
}

/// Which part of the picture a component stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Left(usize),
    Middle(usize),
    Right(usize),
    Plate,
}

/// Columns: which nodes stand in which.
struct Columns {
    part: Vec<Part>,
    left: usize,
    middle: usize,
    right: usize,
    above: bool,
}

/// Lays a graph out for a look.
pub fn layout(graph: &Graph, look: &Look) -> Layout {
    let columns = columns(graph, look.width);
    let gutter = gutter(graph, &columns, look);
    let close = look.width < 720.0;
    let pad = if graph.regions.is_empty() { 0.0 } else { PAD };
    let left = if columns.above { 0 } else { columns.left };
    let n = (left + columns.middle + columns.right).max(if columns.above { columns.left } else { 1 }) as f64;
    let mut gap = if close { 16.0 } else { 32.0 };
    let fixed = gutter + 2.0 * pad + gap * (n - 1.0);
    let w = ((look.width - fixed) / n).clamp(NARROWEST, WIDEST);
    if n > 1.0 {
        // what the cards do not take goes between them
        gap += ((look.width - fixed - n * w) / (n - 1.0)).clamp(0.0, 88.0);
    }
    let pitch = w + gap;
    let room = look.width.max(gutter + 2.0 * pad + n * pitch - gap);
    let frame_x = if left > 0 { left as f64 * pitch - gap / 2.0 } else { 0.0 };
    let inner = left as f64 * pitch + pad + gutter;
    let x_middle = |column: usize| inner + column as f64 * pitch;
    let x_right = |column: usize| room - (columns.right - column) as f64 * pitch + gap;
    let frame_end = if columns.right > 0 { x_right(0) - gap / 2.0 } else { room };
    let x_left = |column: usize| column as f64 * pitch;

    let size = 12.0;
    let names: Vec<Vec<String>> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(ix, node)| match columns.part[ix] {
            Part::Plate => vec![node.name.get(look.lang).to_owned()],
            _ => wrap_bold(node.name.get(look.lang), size, w - 16.0),
        })
        .collect();
    let height = |ix: usize| 34.0 + NAME * names[ix].len() as f64 + 22.0;
    let mut cards = vec![Rect { w, ..Rect::default() }; graph.nodes.len()];
    let mut frames = Vec::new();
    let mut y = place_above(&columns, &x_left, &height, &mut cards);
    for (region, _) in graph.regions.iter().enumerate() {
        let members: Vec<usize> =
            (0..graph.nodes.len()).filter(|ix| graph.nodes[*ix].region == Some(region)).collect();
        let around = Rect { x: frame_x, y, w: frame_end - frame_x, h: 0.0 };
        if members.is_empty() {
            frames.push(Frame { around: Rect { h: EMPTY, ..around }, lanes: Vec::new(), empty: true });
            y += EMPTY + GAP;
            continue;
        }
        let (lanes, end) = region_rows(graph, &columns, region, y + HEAD, &height, &x_middle, &mut cards);
        let plates: Vec<usize> = members.into_iter().filter(|ix| columns.part[*ix] == Part::Plate).collect();
        let end = rows_of_plates(graph, look, &plates, around.x + PAD, around.right() - PAD, end, &mut cards);
        frames.push(Frame { around: Rect { h: end - y, ..around }, lanes, empty: false });
        y = end + GAP;
    }
    // components outside of all regions when there is no region at all: one lane without a frame
    if graph.regions.is_empty() {
        y = region_rows(graph, &columns, usize::MAX, y, &height, &x_middle, &mut cards).1;
    }
    let main = frames.iter().find(|frame| !frame.lanes.is_empty() || !frame.empty);
    let (top, bottom) = main.map_or((0.0, y), |frame| (frame.around.y + HEAD, frame.around.bottom() - PAD));
    let left_end = place_left(&columns, &x_left, &height, (top, bottom), &mut cards);
    let right_end = place_right(&columns, &x_right, &height, (top, bottom), &mut cards);
    y = y.max(left_end + GAP).max(right_end + GAP);
    let loose: Vec<usize> = (0..graph.nodes.len())
        .filter(|ix| columns.part[*ix] == Part::Plate && graph.nodes[*ix].region.is_none())
        .collect();
    y = rows_of_plates(graph, look, &loose, frame_x + pad, room, y, &mut cards);
    let plates = columns.part.iter().map(|part| *part == Part::Plate).collect();
    Layout { cards, plates, frames, names, gap, width: room, height: (y - GAP).max(LANE) + 2.0 }
}

/// Room for the lanes' names; none without zones.
fn gutter(graph: &Graph, columns: &Columns, look: &Look) -> f64 {
    let used = |ix: usize| graph.nodes.iter().any(|node| node.region == Some(ix));
    let named = graph.regions.iter().enumerate().filter(|(ix, region)| used(*ix) && !region.zones.is_empty());
    let widest = named.flat_map(|(_, region)| &region.zones).map(|zone| {
        let words = if look.width < 720.0 {
            super::short(zone).to_owned()
        } else {
            super::zone_words(zone, look.lang)
        };
        width(&words, 12.0)
    });
    let widest = widest.fold(0.0, f64::max);
    if widest == 0.0 || columns.middle == 0 { 0.0 } else { widest + 12.0 }
}

/// The cards and lanes of one region; gives the lanes and the end.
fn region_rows(
    graph: &Graph,
    columns: &Columns,
    region: usize,
    top: f64,
    height: &dyn Fn(usize) -> f64,
    x: &dyn Fn(usize) -> f64,
    cards: &mut [Rect],
) -> (Vec<(f64, f64)>, f64) {
    let zones = graph.regions.get(region).map_or(0, |region| region.zones.len());
    let here = |ix: &usize| graph.nodes[*ix].region == (region != usize::MAX).then_some(region);
    let column_of = |ix: usize| if let Part::Middle(column) = columns.part[ix] { Some(column) } else { None };
    let members: Vec<(usize, usize)> =
        (0..graph.nodes.len()).filter(here).filter_map(|ix| Some((ix, column_of(ix)?))).collect();
    // lane `zones` is the region's own
    let lane_of = |ix: usize| graph.nodes[ix].units.first().map_or(zones, |units| units.zone);
    let mut stacks: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (ix, column) in &members {
        if !graph.nodes[*ix].is_tall() {
            stacks.entry((lane_of(*ix), *column)).or_default().push(*ix);
        }
    }
    let stack_height = |stack: &Vec<usize>| {
        stack.iter().map(|ix| height(*ix)).sum::<f64>() + GAP * (stack.len() as f64 - 1.0)
    };
    let mut lanes = Vec::new();
    let mut y = top;
    for lane in 0..=zones {
        let tallest = stacks.iter().filter(|((l, _), _)| *l == lane).map(|(_, stack)| stack_height(stack));
        let tallest = tallest.fold(0.0, f64::max);
        if lane == zones && tallest == 0.0 {
            break;
        }
        // a tall card must be able to show its name in the first lane it reaches
        let first = |ix: &usize| graph.nodes[*ix].units.first().is_some_and(|units| units.zone == lane);
        let names = members.iter().map(|(ix, _)| *ix).filter(|ix| graph.nodes[*ix].is_tall() && first(ix));
        let named = names.map(|ix| height(ix) - 6.0).fold(0.0, f64::max);
        let h = if lane < zones { tallest.max(named) + 2.0 * INSET } else { tallest + 2.0 * INSET };
        let h = if lane < zones { h.max(LANE) } else { h };
        for ((_, column), stack) in stacks.iter().filter(|((l, _), _)| *l == lane) {
            let mut at = y + (h - stack_height(stack)) / 2.0;
            for ix in stack {
                let card = Rect { x: x(*column), y: at, w: cards[*ix].w, h: height(*ix) };
                at = card.bottom() + GAP;
                cards[*ix] = card;
            }
        }
        lanes.push((y, h));
        y += h;
    }
    for (ix, column) in &members {
        let units = &graph.nodes[*ix].units;
        if let (true, Some(first), Some(last)) = (graph.nodes[*ix].is_tall(), units.first(), units.last()) {
            let (from, to) = (lanes[first.zone], lanes[last.zone]);
            // lines to the next tall cards of the same layer pass below this one
            let behind = members.iter().filter(|(other, c)| {
                graph.nodes[*other].is_tall() && *c > *column && columns.same_layer(graph, *ix, *other)
            });
            let short = STEP * behind.count() as f64;
            let (y, end) = (from.0 + INSET, to.0 + to.1 - INSET - short);
            cards[*ix] = Rect { x: x(*column), y, w: cards[*ix].w, h: (end - y).max(height(*ix)) };
        }
    }
    lanes.truncate(zones);
    (lanes, y + PAD / 2.0)
}

/// Small plates in rows; gives the end.
fn rows_of_plates(
    graph: &Graph,
    look: &Look,
    plates: &[usize],
    from: f64,
    to: f64,
    top: f64,
    cards: &mut [Rect],
) -> f64 {
    if plates.is_empty() {
        return top;
    }
    let (mut x, mut y) = (from, top + PAD / 2.0);
    for ix in plates {
        let node = &graph.nodes[*ix];
        let dots = node.units.iter().map(|units| units.active + units.standby).sum::<u32>();
        let marks = if dots > 0 { 8.0 + 8.0 * f64::from(dots.min(16)) } else { 0.0 };
        let w = (bold_width(node.name.get(look.lang), 12.0) + 40.0 + marks).min(to - from);
        if x + w > to && x > from {
            x = from;
            y += PLATE + 8.0;
        }
        cards[*ix] = Rect { x, y, w, h: PLATE };
        x += w + 8.0;
    }
    y + PLATE + PAD
}

/// The block before the regions as a row above them, all cards as high as the highest; gives its end.
fn place_above(
    columns: &Columns,
    x: &dyn Fn(usize) -> f64,
    height: &dyn Fn(usize) -> f64,
    cards: &mut [Rect],
) -> f64 {
    if !columns.above {
        return 0.0;
    }
    let of = |column: usize| (0..cards.len()).filter(move |ix| columns.part[*ix] == Part::Left(column));
    let stacks: Vec<Vec<usize>> = (0..columns.left).map(|column| of(column).collect()).collect();
    let tallest = stacks.iter().flatten().map(|ix| height(*ix)).fold(0.0, f64::max);
    let mut end: f64 = 0.0;
    for (column, stack) in stacks.iter().enumerate() {
        for (nth, ix) in stack.iter().enumerate() {
            let y = 4.0 + nth as f64 * (tallest + GAP);
            cards[*ix] = Rect { x: x(column), y, w: cards[*ix].w, h: tallest };
            end = end.max(y + tallest);
        }
    }
    end + BELOW
}

/// The block before the regions, column by column, at the height of their middle; gives its end.
fn place_left(
    columns: &Columns,
    x: &dyn Fn(usize) -> f64,
    height: &dyn Fn(usize) -> f64,
    (top, bottom): (f64, f64),
    cards: &mut [Rect],
) -> f64 {
    let mut end: f64 = 0.0;
    for column in (0..columns.left).filter(|_| !columns.above) {
        let stack: Vec<usize> =
            (0..cards.len()).filter(|ix| columns.part[*ix] == Part::Left(column)).collect();
        let total: f64 = stack.iter().map(|ix| height(*ix)).sum::<f64>() + GAP * (stack.len() as f64 - 1.0);
        let mut y = (top + (bottom - top - total) / 2.0).max(0.0);
        for ix in stack {
            cards[ix] = Rect { x: x(column), y, w: cards[ix].w, h: height(ix) };
            y = cards[ix].bottom() + GAP;
        }
        end = end.max(y - GAP);
    }
    end
}

/// The block behind the regions: each column in the largest free band of what a line to it has to cross.
fn place_right(
    columns: &Columns,
    x: &dyn Fn(usize) -> f64,
    height: &dyn Fn(usize) -> f64,
    (top, bottom): (f64, f64),
    cards: &mut [Rect],
) -> f64 {
    let last = columns.middle.saturating_sub(1);
    let mut taken: Vec<(f64, f64)> = (0..cards.len())
        .filter(|ix| columns.part[*ix] == Part::Middle(last))
        .map(|ix| (cards[ix].y, cards[ix].bottom()))
        .collect();
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = Vec::new();
    let mut y = top;
    for (from, to) in taken {
        free.push((y, from));
        y = y.max(to);
    }
    free.push((y, bottom));
    let widest = free.into_iter().max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let (from, to) = widest.unwrap_or((top, bottom));
    let mut end: f64 = 0.0;
    for column in 0..columns.right {
        let stack: Vec<usize> =
            (0..cards.len()).filter(|ix| columns.part[*ix] == Part::Right(column)).collect();
        let total: f64 = stack.iter().map(|ix| height(*ix)).sum::<f64>() + GAP * (stack.len() as f64 - 1.0);
        let mut y = ((from + to - total) / 2.0).min(bottom - total).max(top);
        for ix in stack {
            cards[ix] = Rect { x: x(column), y, w: cards[ix].w, h: height(ix) };
            y = cards[ix].bottom() + GAP;
        }
        end = end.max(y - GAP);
    }
    end
}

impl Columns {
    /// Whether two cards stand side by side only because both are tall.
    fn same_layer(&self, graph: &Graph, a: usize, b: usize) -> bool {
        !graph.calls.iter().any(|call| (call.from == a && call.to == b) || (call.from == b && call.to == a))
            && self.part[a] != self.part[b]
            && graph.calls.iter().any(|call| {
                call.to == b && graph.calls.iter().any(|other| other.to == a && other.from == call.from)
            })
    }
}

/// The layer of every node: the longest path of calls to it; `None` for nodes without calls. Calls that lead back are
/// left out.
fn layers(graph: &Graph) -> Vec<Option<usize>> {
    let mut calls: DiGraph<(), ()> = DiGraph::new();
    for _ in &graph.nodes {
        calls.add_node(());
    }
    let mut in_use = vec![false; graph.nodes.len()];
    for call in &graph.calls {
        (in_use[call.from], in_use[call.to]) = (true, true);
        if call.from != call.to {
            calls.add_edge(NodeIndex::new(call.from), NodeIndex::new(call.to), ());
        }
    }
    let back: Vec<_> = petgraph::algo::greedy_feedback_arc_set(&calls).map(|edge| edge_id(&edge)).collect();
    calls.retain_edges(|_, edge| !back.contains(&edge.index()));
    let mut layers = vec![0; graph.nodes.len()];
    for node in petgraph::algo::toposort(&calls, None).unwrap_or_default() {
        for next in calls.neighbors(node) {
            layers[next.index()] = layers[next.index()].max(layers[node.index()] + 1);
        }
    }
    layers.into_iter().zip(in_use).map(|(layer, in_use)| in_use.then_some(layer)).collect()
}

fn edge_id<E: petgraph::visit::EdgeRef<EdgeId = petgraph::graph::EdgeIndex>>(edge: &E) -> usize {
    edge.id().index()
}

fn columns(graph: &Graph, width: f64) -> Columns {
    let layers = layers(graph);
    let single = graph.calls.is_empty();
    let layer = |ix: usize| layers[ix].or((single && graph.nodes.len() == 1).then_some(0));
    let framed = |ix: usize| graph.regions.is_empty() || graph.nodes[ix].region.is_some();
    let inside = |ix: &usize| framed(*ix) && layer(*ix).is_some();
    let all = || 0..graph.nodes.len();
    let first = all().filter(inside).filter_map(layer).min();
    let mut part = vec![Part::Plate; graph.nodes.len()];
    let (mut left, mut right): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for ix in all().filter(|ix| !framed(*ix)) {
        if let Some(layer) = layer(ix) {
            let before = first.is_none_or(|first| layer < first);
            (if before { &mut left } else { &mut right }).push(layer);
        }
    }
    for list in [&mut left, &mut right] {
        list.sort_unstable();
        list.dedup();
    }
    for ix in all().filter(|ix| !framed(*ix)) {
        if let Some(layer) = layer(ix) {
            let place = |list: &[usize]| list.iter().position(|l| *l == layer).unwrap_or(0);
            let before = first.is_none_or(|first| layer < first);
            part[ix] = if before { Part::Left(place(&left)) } else { Part::Right(place(&right)) };
        }
    }
    let mut by_layer: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ix in all().filter(inside) {
        by_layer.entry(layer(ix).unwrap_or(0)).or_default().push(ix);
    }
    let mut middle = 0;
    for members in by_layer.values() {
        let calls_out = |ix: usize| graph.calls.iter().filter(|call| call.from == ix).count();
        let mut tall: Vec<usize> = members.iter().copied().filter(|ix| graph.nodes[*ix].is_tall()).collect();
        // those that call the most stand nearest to what they call
        tall.sort_by_key(|ix| calls_out(*ix));
        let n_tall = tall.len();
        for ix in tall {
            part[ix] = Part::Middle(middle);
            middle += 1;
        }
        let low: Vec<usize> = members.iter().copied().filter(|ix| !graph.nodes[*ix].is_tall()).collect();
        // what stands in no zone has a lane of its own below the tall ones and needs no column beside them
        let beside = low.iter().any(|ix| !graph.nodes[*ix].units.is_empty()) || n_tall == 0;
        let column = if beside { middle } else { middle - 1 };
        low.iter().for_each(|ix| part[*ix] = Part::Middle(column));
        middle = column + 1;
    }
    let spread = (left.len() + middle + right.len()) as f64 * (SPREAD + 32.0) + 80.0;
    let above = !left.is_empty() && spread > width;
    Columns { part, left: left.len(), middle, right: right.len(), above }
}
