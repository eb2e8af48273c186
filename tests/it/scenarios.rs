//! Every shipped scenario reads without an error and lowers for every tier.

use plimsoll::diag::line_column;
use plimsoll::model::Model;
use plimsoll::scenario::{Reading, Scenario, SourceFile, lower, read};

const SHIPPED: [(&str, &str); 5] = [
    ("one-queue.toml", include_str!("../../scenarios/one-queue.toml")),
    ("retry-storm.toml", include_str!("../../scenarios/retry-storm.toml")),
    ("zone-loss.toml", include_str!("../../scenarios/zone-loss.toml")),
    ("secure-ai-chat.toml", include_str!("../../scenarios/secure-ai-chat.toml")),
    ("secure-ai-chat-promised.toml", include_str!("../../scenarios/secure-ai-chat-promised.toml")),
];

fn files(name: &str) -> Vec<SourceFile> {
    let (name, text) = SHIPPED.into_iter().find(|(n, _)| *n == name).expect("a shipped scenario");
    let mut files = vec![SourceFile { name: name.to_owned(), text: text.to_owned() }];
    while let Some(base) = plimsoll::scenario::extends(&files.last().expect("at least one").text) {
        let (name, text) = SHIPPED.into_iter().find(|(n, _)| *n == base).expect("a shipped base");
        files.push(SourceFile { name: name.to_owned(), text: text.to_owned() });
    }
    files
}

fn describe(files: &[SourceFile], reading: &Reading) -> String {
    let line = |d: &plimsoll::diag::Diagnostic| {
        let file = &files[d.span.file as usize];
        let (line, column) = line_column(&file.text, d.span.start as usize);
        format!("{}:{line}:{column}: {:?} {} {}\n", file.name, d.severity, d.code, d.message.en)
    };
    reading.diagnostics.iter().map(line).collect()
}

fn scenario(name: &str) -> Scenario {
    let files = files(name);
    let reading = read(&files);
    let said = describe(&files, &reading);
    assert!(reading.scenario.is_some(), "{name}:\n{said}");
    assert!(reading.diagnostics.is_empty(), "{name}:\n{said}");
    reading.scenario.expect("checked above")
}

fn model(name: &str, tier: &str) -> Model {
    lower(&scenario(name), tier, &[]).unwrap_or_else(|d| panic!("{name}, {tier}: {d:?}"))
}

#[test]
fn every_shipped_scenario_lowers_for_every_tier() {
    for (name, _) in SHIPPED {
        let scenario = scenario(name);
        for tier in &scenario.tiers {
            let model = lower(&scenario, tier, &[]).unwrap_or_else(|d| panic!("{name}, {tier}: {d:?}"));
            let hour = model.profile.busiest_hour();
            let total: f64 = model.journey_indices().map(|j| model.arrivals(j, hour).as_per_second()).sum();
            println!(
                "{name} {tier}: {} components, {} calls, hour {hour}, {total:.3}/s, {} findings, {} assumptions",
                model.graph.node_count(),
                model.graph.edge_count(),
                model.findings.len(),
                model.assumptions.len()
            );
            assert!(total > 0.0, "{name}, {tier}");
        }
    }
}

#[test]
fn the_plan_is_read_as_priced() {
    let m = model("secure-ai-chat.toml", "t100");
    let station = |id: &str| m.graph[m.component(id).expect(id)].station.clone().expect(id);
    assert_eq!(station("api").replicas.len(), 3);
    assert_eq!(station("rds").replicas.len(), 1);
    assert_eq!(m.books[0].lines.len(), 14);
    let total: f64 = m.books[0].lines.iter().map(|l| l.amount.as_f64()).sum();
    assert_eq!(total, 92_000.0);
}
