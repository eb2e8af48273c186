//! What the door for shells gets from the analytic engines, that its parts agree with each other, and how fast.

use plimsoll::assess::Analysis;
use plimsoll::flow;
use plimsoll::job;
use plimsoll::model::objective::{Goal, Measure, Objective};
use plimsoll::model::workload::Arrivals;
use plimsoll::model::{JourneyIx, build};
use plimsoll::scenario::SourceFile;
use plimsoll::stats::distribution::Distribution;
use plimsoll::units::Rate;
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
    assert!(start.elapsed() < Duration::from_secs(5), "one tier: {:?}", start.elapsed());
    let start = Instant::now();
    let answer = job::screen(&plan(), None).unwrap();
    assert!(start.elapsed() < Duration::from_secs(15), "four tiers: {:?}", start.elapsed());
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
    // Bytes of the pages and the rest leave through the CDN; S3 receives what is uploaded.
    assert!(of(&small, "cdn").gb_out.unwrap() > 60e3 * small.loads.journeys[page] / 1e9);
    let uploaded = 2e6 * small.loads.journeys[j("upload")] / 1e9;
    assert!((of(&small, "s3").gb_in.unwrap() / uploaded - 1.0).abs() < 1e-9);
    assert_eq!(of(&small, "rds").gb_out, None, "nobody says what the database moves");
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

#[test]
fn a_thousand_components_are_no_trouble() {
    // A tree of services, each of three replicas, that calls four others; two journeys.
    let mut model = build::empty();
    let ids: Vec<_> = (0..1000)
        .map(|i| {
            let desk = build::station(3, 2, Distribution::Exponential(0.001));
            build::component(&mut model, &format!("s{i}"), desk)
        })
        .collect();
    for (id, per_second) in [("read", 0.9), ("write", 0.1)] {
        let j = build::journey(&mut model, id, ids[0], per_second);
        model.journeys[usize::from(j.0)].arrivals = Arrivals::PerActiveUser(Rate::per_second(per_second));
        for i in 1..1000 {
            build::call(&mut model, j, ids[(i - 1) / 4], ids[i]);
        }
    }
    model.tier.users = 3000.0;
    for (hour, active) in model.profile.active.iter_mut().enumerate() {
        *active = (1 + hour % 24) as f64 / 24.0;
    }
    let goal = Goal::Latency {
        journey: JourneyIx(0),
        measure: Measure::FullAnswer,
        quantile: 0.95,
        below: plimsoll::units::Duration::seconds(1.8),
    };
    let (name, at) = (plimsoll::text::Phrase::same("p95"), plimsoll::diag::Span::default());
    let id = "p95".to_owned();
    model.objectives.push(Objective { id, name, goal: goal.clone(), quote: None, tiers: Vec::new(), at });
    let start = Instant::now();
    let (loads, needs) = (flow::loads(&model), flow::needs(&model));
    let found = flow::breaking(&model, &goal);
    // Some 4,000 ways to take units away; each solved in full would take ten times as long.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!((loads.components[999].requests / loads.components[0].requests - 1.0).abs() < 1e-9);
    assert!(found.users.value.is_some_and(|users| users > 3000.0), "{:?}", found.users);
    for c in [0, 500, 999] {
        for hour in [0, 14, 15, 23] {
            let holds = |units: usize| {
                let mut model = model.clone();
                model.graph[ids[c]].station.as_mut().unwrap().replicas.truncate(units);
                let flow = flow::solve(&model, hour);
                flow.saturated.is_empty() && flow.journeys[0].response_s.p95.value.is_some_and(|s| s <= 1.8)
            };
            let need = needs.components[c][hour].unwrap() as usize;
            assert!(holds(need) && (need == 1 || !holds(need - 1)), "{c} at {hour}: {need}");
        }
    }
}
