//! What the door for shells gets from the analytic engines, that its parts agree with each other, and how fast.

use plimsoll::assess::Analysis;
use plimsoll::flow;
use plimsoll::job;
use plimsoll::model::objective::{Goal, Measure};
use plimsoll::scenario::SourceFile;
use std::time::{Duration, Instant};

fn plan() -> Vec<SourceFile> {
    let text = include_str!("../../../scenarios/secure-ai-chat.toml").to_owned();
    vec![SourceFile { name: "secure-ai-chat.toml".to_owned(), text }]
}

fn analyse(tier: &str) -> Analysis {
    job::analyse(&job::open(&plan()).unwrap(), tier, None).unwrap()
}

#[test]
fn every_tier_is_screened_at_once() {
    let start = Instant::now();
    analyse("t1000");
    assert!(start.elapsed() < Duration::from_secs(1), "one tier: {:?}", start.elapsed());
    let start = Instant::now();
    let answer = job::screen(&plan(), None).unwrap();
    assert!(start.elapsed() < Duration::from_secs(2), "four tiers: {:?}", start.elapsed());
    assert_eq!(answer.tiers.len(), 4);
}

#[test]
fn a_month_of_the_plan_adds_up() {
    let (small, large) = (analyse("t100"), analyse("t1000"));
    let of = |a: &Analysis, id: &str| a.loads.components[a.model.component(id).unwrap().index()].clone();
    let j = |id: &str| usize::from(small.model.journey(id).unwrap().0);
    // 1,000 users, the mean share of the week active, 730 h.
    let share = small.model.profile.mean_share();
    for (id, per_hour) in [("page", 12.0), ("api", 30.0), ("chat", 2.5), ("upload", 0.5), ("login", 0.15)] {
        let sent = small.loads.journeys[j(id)];
        assert!((sent / (per_hour * 1000.0 * share * 730.0) - 1.0).abs() < 1e-9, "{id}: {sent}");
        assert!((large.loads.journeys[j(id)] / sent - 10.0).abs() < 1e-9, "{id}");
    }
    // The CDN answers 85 % of the pages; the API asks the database twice, and once more when the cache has nothing (10 %).
    let (page, api) = (j("page"), j("api"));
    assert!((of(&small, "web").requests / small.loads.journeys[page] - 0.15).abs() < 1e-9);
    assert!((of(&small, "rds").by_journey[api] / small.loads.journeys[api] - 2.1).abs() < 1e-9);
    // Bytes of the pages and the rest leave through the CDN; nobody says what S3 moves.
    assert!(of(&small, "cdn").gb_out.unwrap() > 60e3 * small.loads.journeys[page] / 1e9);
    assert_eq!(of(&small, "s3").gb_out, None);
    let tokens = of(&small, "openai").tokens_in;
    assert!(tokens > 0.0 && tokens < 1e12, "{tokens}");
}

#[test]
fn breaking_loads_are_where_the_goal_breaks() {
    let analysis = analyse("t1000");
    let mut seen = 0;
    for objective in &analysis.model.objectives {
        let Goal::Latency { journey, measure, below, .. } = objective.goal else { continue };
        let found = flow::breaking(&analysis.model, &objective.goal);
        let p95 = |users: f64| {
            let mut model = (*analysis.model).clone();
            model.tier.users = users;
            let flow = flow::solve(&model, model.profile.busiest_hour());
            let answer = &flow.journeys[usize::from(journey.0)];
            let times = match measure {
                Measure::FullAnswer => answer.response_s.clone(),
                Measure::FirstToken => answer.first_token_s.clone().unwrap(),
            };
            times.p95.value.unwrap_or(f64::INFINITY)
        };
        seen += 1;
        let Some(users) = found.users.value else {
            assert!(found.at_zero, "{}", objective.id);
            assert!(p95(1e-6) > below.as_seconds(), "{}", objective.id);
            continue;
        };
        assert!(p95(users) > below.as_seconds(), "{}: holds at {users}", objective.id);
        assert!(p95(users * (1.0 - 2e-4)) <= below.as_seconds(), "{}: breaks before {users}", objective.id);
        assert_eq!(found.component, analysis.model.component("api"), "{}", objective.id);
    }
    assert_eq!(seen, 3);
}

#[test]
fn one_unit_fewer_than_needed_misses_a_goal() {
    let analysis = analyse("t1000");
    let (model, busiest) = (&analysis.model, analysis.flow.hour);
    let api = model.component("api").unwrap();
    let need = analysis.needs.components[api.index()][busiest].unwrap() as usize;
    assert!(need > 1, "the busiest hour asks for more than one pod");
    let holds = |units: usize| {
        let mut model = (**model).clone();
        model.graph[api].station.as_mut().unwrap().replicas.truncate(units);
        let flow = flow::solve(&model, busiest);
        let p95 = |j: &str| flow.journeys[usize::from(model.journey(j).unwrap().0)].clone();
        let first = p95("chat").first_token_s.unwrap().p95.value;
        flow.saturated.is_empty()
            && p95("api").response_s.p95.value.is_some_and(|s| s <= 0.5)
            && first.is_some_and(|s| s <= 3.0)
    };
    assert!(holds(need) && !holds(need - 1));
    // At night one is enough.
    assert_eq!(analysis.needs.components[api.index()][3], Some(1));
}
