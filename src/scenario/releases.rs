//! Pipelines, and how new versions are rolled out.

use super::recovery::{length, times};
use super::tables::{DEPLOY, PIPELINE};
use crate::diag::Diagnostic;
use crate::fields::node::Table;
use crate::fields::value::{self, Value};
use crate::fields::{Reader, Type, facts, find};
use crate::kinds::common::{known_fact, takes, takes_of};
use crate::model::release::{Pipeline, Release, Rollout, Stage, Stops};
use crate::model::{ComponentIx, Model};
use crate::stats::distribution::Distribution;
use crate::text::Phrase;
use crate::text::deploys as say;
use petgraph::Direction;
use petgraph::visit::EdgeRef;

/// Steps of a canary that states none.
///
/// Source: fo.deploy.canary_step.
const STEPS: [f64; 4] = [0.1, 0.25, 0.5, 1.0];

/// Reads all pipelines of a resolved scenario.
pub fn pipelines(root: &Table, diagnostics: &mut Vec<Diagnostic>) -> Vec<Pipeline> {
    let mut pipelines = Vec::new();
    for (id, _, table) in root.table("pipeline").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, PIPELINE);
        let named: Vec<(String, Value)> = times(table, "steps", PIPELINE);
        let known: Vec<&str> = named.iter().map(|(id, _)| id.as_str()).collect();
        for (stage, entry) in table.table("after").into_iter().flat_map(|after| &after.entries) {
            if !known.contains(&stage.as_str()) {
                let words = say::pipeline_no_stage(stage);
                let error = Diagnostic::error("pipeline-after", entry.key, words);
                diagnostics.push(error.help(say::pipeline_after_help(&known)));
            }
        }
        let mut stages: Vec<Stage> = Vec::with_capacity(named.len());
        for (nth, (id, value)) in named.iter().enumerate() {
            let waits = table.table("after").and_then(|after| after.entries.get(id));
            let after = match waits {
                None => nth.checked_sub(1).into_iter().collect(),
                Some(entry) => {
                    let mut earlier = Vec::new();
                    for (name, at) in entry.node.texts() {
                        match named[..nth].iter().position(|(other, _)| other == name) {
                            Some(before) => earlier.push(before),
                            None => {
                                let known: Vec<&str> = named[..nth].iter().map(|s| s.0.as_str()).collect();
                                let error =
                                    Diagnostic::error("pipeline-after", at, say::pipeline_after(id, name));
                                diagnostics.push(error.help(say::pipeline_after_help(&known)));
                            }
                        }
                    }
                    earlier
                }
            };
            stages.push(Stage { id: id.clone(), takes: length(value), after });
        }
        pipelines.push(Pipeline {
            id: id.to_owned(),
            name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
            stages,
            per_day: read.number("per-day").unwrap_or(0.0),
        });
    }
    pipelines
}

/// Reads all ways of rolling out. One whose component is unknown has been reported already.
pub fn releases(root: &Table, model: &Model, diagnostics: &mut Vec<Diagnostic>) -> Vec<Release> {
    let mut releases = Vec::new();
    for (id, at, table) in root.table("deploy").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, DEPLOY);
        let Some(of) = read.text("of").and_then(|of| model.component(of)) else { continue };
        let Some(rollout) = read.text("strategy").and_then(Rollout::of) else { continue };
        let stated = shares(&read);
        let rises = stated.windows(2).all(|w| w[0] < w[1]) && stated.first().is_none_or(|s| *s > 0.0);
        let whole = stated.is_empty() || (rises && stated.last().is_some_and(|s| *s >= 1.0));
        if !whole {
            let span = read.node("steps").map_or(at, |node| node.span);
            diagnostics.push(
                Diagnostic::error("rollout-steps", span, say::rollout_steps())
                    .help(say::rollout_steps_help()),
            );
            continue;
        }
        let start = model.graph[of].restore.replace.clone();
        let stops = stops(&read, model, of);
        idle_stops(&read, stops.is_some() && rollout != Rollout::BlueGreen, diagnostics);
        releases.push(Release {
            id: id.to_owned(),
            name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
            of,
            rollout,
            steps: if stated.is_empty() { STEPS.to_vec() } else { stated },
            bake: read.value("bake").map_or_else(|| takes("fo.deploy.canary_step"), |v| takes_of(&v)),
            bad: read.value("bad").map(|v| v.ends()).unwrap_or_default(),
            fails: read.value("fails").map_or(Distribution::Constant(0.0), |v| takes_of(&v).seconds),
            automatic: read.text("rollback").map_or(rollout == Rollout::Canary, |word| word == "automatic"),
            surge: facts::fact("fo.k8s.rolling").and_then(|f| f.value).unwrap_or(1.0),
            start: start.unwrap_or_else(|| takes("fo.k8s.pod_start")),
            switch: takes("fo.deploy.bluegreen_switch"),
            manual: takes("fo.deploy.rollback_manual"),
            per_day: read.number("per-day"),
            stops,
        });
    }
    releases
}

/// How pods of a component stop; `None`: it has none.
fn stops(read: &Reader, model: &Model, of: ComponentIx) -> Option<Stops> {
    model.graph[of].pods.as_ref()?;
    let mut callers = model.graph.edges_directed(of, Direction::Incoming).map(|call| call.source());
    let balanced = callers.any(|from| model.graph[from].kind == "load-balancer");
    let fact = if balanced { "fo.alb.dereg_502" } else { "fo.k8s.endpoint_prop" };
    let pause = read.number("pre-stop").unwrap_or(0.0);
    let stated = read.number("grace");
    Some(Stops {
        deregistration: read.value("deregistration").map_or_else(|| takes(fact), |v| takes_of(&v)),
        // Killed is stopped, however long the pause was meant to be.
        pause: stated.map_or(pause, |grace| pause.min(grace)),
        grace: stated.unwrap_or_else(|| pause + known_fact("fo.k8s.grace")),
    })
}

/// Says so where nothing stops that requests still reach.
fn idle_stops(read: &Reader, used: bool, diagnostics: &mut Vec<Diagnostic>) {
    for field in ["pre-stop", "deregistration", "grace"].into_iter().filter(|_| !used) {
        if let Some(node) = read.node(field) {
            let warning = Diagnostic::warning("idle-field", node.span, say::idle_stop(field));
            diagnostics.push(warning.help(say::idle_stop_help()));
        }
    }
}

/// The shares of a list of steps.
fn shares(read: &Reader) -> Vec<f64> {
    let Some(field) = find(DEPLOY, "steps") else { return Vec::new() };
    let nodes = read.node("steps").and_then(|node| node.list()).unwrap_or_default();
    nodes.iter().filter_map(|n| value::read(field, &Type::Share, n).ok()).map(|v| v.central).collect()
}
