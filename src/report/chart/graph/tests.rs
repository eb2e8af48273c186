//! The picture of every shipped scenario, at several widths and in both languages.

use super::layout::{Rect, layout};
use super::{Graph, graph};
use crate::model::Model;
use crate::report::chart::theme::{Look, Skin};
use crate::scenario::{self, examples};
use crate::text::Lang;
use indexmap::IndexMap;

fn look(width: f64, lang: Lang) -> Look {
    Look { lang, skin: Skin::Page, width, height: 0.0 }
}

fn models() -> Vec<Model> {
    let names =
        ["secure-ai-chat", "secure-ai-chat-promised", "one-queue", "zone-loss", "region-loss", "retry-storm"];
    let open = |name: &str| {
        let text = examples::text(name).unwrap();
        let files = examples::with_bases(&format!("{name}.toml"), text);
        let scenario = scenario::read(&files).scenario.unwrap();
        let tier = scenario.tiers.first().unwrap().clone();
        scenario::lower(&scenario, &tier, &[]).unwrap()
    };
    names.into_iter().map(open).collect()
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() - 0.5 && b.x < a.right() - 0.5 && a.y < b.bottom() - 0.5 && b.y < a.bottom() - 0.5
}

#[test]
fn no_card_covers_another_or_leaves_the_picture() {
    for model in models() {
        let graph = Graph::of(&model, &IndexMap::new());
        for width in [640.0, 712.0, 900.0, 1144.0, 1680.0] {
            for lang in [Lang::Ja, Lang::En] {
                let layout = layout(&graph, &look(width, lang));
                assert!(layout.width <= width + 0.5, "the shipped examples fit: {} > {width}", layout.width);
                for (ix, card) in layout.cards.iter().enumerate() {
                    let id = &graph.nodes[ix].id;
                    assert!(card.w > 0.0 && card.h > 0.0, "{id} has no size at {width}");
                    assert!(
                        card.x >= -0.5 && card.right() <= layout.width + 0.5,
                        "{id} at {width}: {card:?}"
                    );
                    assert!(card.y >= 0.0 && card.bottom() <= layout.height + 0.5, "{id}: {card:?}");
                    for (other, rect) in layout.cards.iter().enumerate().skip(ix + 1) {
                        let name = &graph.nodes[other].id;
                        assert!(!overlap(card, rect), "{id} covers {name} at {width}: {card:?} {rect:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_moves_when_figures_change() {
    let model = models().remove(0);
    let still = Graph::of(&model, &IndexMap::new());
    let mut busy = still.clone();
    busy.down = Some("tokyo/a".to_owned());
    for node in &mut busy.nodes {
        (node.utilisation, node.dead) = (Some(1.4), true);
    }
    let look = look(900.0, Lang::Ja);
    assert_eq!(layout(&still, &look), layout(&busy, &look));
}

#[test]
fn a_zone_that_is_down_is_hatched_and_named() {
    let model = models().remove(0);
    let mut graph_of = Graph::of(&model, &IndexMap::new());
    let before = graph(&graph_of, &look(900.0, Lang::En)).svg;
    assert!(!before.contains("line-through"));
    graph_of.down = Some("tokyo/a".to_owned());
    let rds = graph_of.nodes.iter_mut().find(|node| node.id == "rds").unwrap();
    (rds.dead, rds.lost) = (true, Some((1, 1)));
    let after = graph(&graph_of, &look(900.0, Lang::En)).svg;
    assert!(after.contains("line-through") && after.contains("zone a"));
}

#[test]
fn lines_are_as_wide_as_the_calls_are_many() {
    let model = models().remove(0);
    let graph = Graph::of(&model, &IndexMap::new());
    let place = |id: &str| graph.nodes.iter().position(|node| node.id == id).unwrap();
    let rate = |from: &str, to: &str| {
        let (from, to) = (place(from), place(to));
        graph.calls.iter().find(|call| call.from == from && call.to == to).unwrap().rate
    };
    let hour = model.profile.busiest_hour();
    let of = |id: &str| model.arrivals(model.journey(id).unwrap(), hour).as_per_second();
    let all: f64 = ["page", "api", "chat", "upload", "login"].iter().map(|id| of(id)).sum();
    assert!((rate("dns", "cdn") - all).abs() < 1e-9);
    assert!((rate("alb", "api") - (all - of("page"))).abs() < 1e-9);
    assert!((rate("api", "openai") - of("chat")).abs() < 1e-9);
    let azure = graph.calls.iter().find(|call| call.to == place("azure-openai")).unwrap();
    assert!(azure.fallback && azure.rate == 0.0);
}

#[test]
fn arrow_keys_reach_every_component() {
    let model = models().remove(0);
    let graph = Graph::of(&model, &IndexMap::new());
    let look = look(900.0, Lang::Ja);
    let mut seen = vec![graph.nodes[0].id.clone()];
    let mut next = 0;
    while next < seen.len() {
        for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
            let found = graph.neighbour(&look, Some(&seen[next]), dx, dy);
            seen.extend(found.filter(|id| !seen.contains(id)));
        }
        next += 1;
    }
    let missing: Vec<_> = graph.nodes.iter().map(|node| &node.id).filter(|id| !seen.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
