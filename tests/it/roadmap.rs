//! The roadmap: against closed forms, and the plan's own.

use plimsoll::plan::roadmap::{Step, critical_path, play, roadmap, schedule};
use plimsoll::stats::distribution::Distribution;
use proptest::prelude::*;

const WEEK: f64 = 604_800.0;

fn plan() -> plimsoll::model::Model {
    let text = std::fs::read_to_string("scenarios/secure-ai-chat.toml").unwrap();
    (*crate::texts::analysed(&text).model).clone()
}

#[test]
fn the_plans_four_phases_follow_each_other_less_what_is_done() {
    let model = plan();
    let found = roadmap(&model.roadmap, 1).unwrap();
    assert_eq!((found.done, found.tasks), (1, 19), "19 tasks, the account is there");
    // 2.5 weeks less a fifth, 2.5, 2.5 and 1.
    assert!((found.expected_s.value.unwrap() / WEEK - 8.0).abs() < 1e-9);
    assert_eq!(found.critical_path, ["foundation", "application", "operations", "release"]);
    let at = |name: &str| found.finish_s[name].value.unwrap() / WEEK;
    assert!(at("p10") < at("p50") && at("p50") < at("p90"));
    // Three PERT of 2, 2.5, 3 weeks (one of them at four fifths): each with its own spread.
    let sd = Distribution::Pert { low: 2.0, mode: 2.5, high: 3.0 }.variance();
    let sd = (sd * (0.64 + 2.0)).sqrt();
    assert!(
        (at("p50") - 8.0).abs() < 0.03 && (at("p90") - 8.0 - 1.2816 * sd).abs() < 0.03,
        "{} {}",
        at("p50"),
        at("p90")
    );
    assert_eq!(found.open["foundation"].len(), 4);
    assert!(found.steps["foundation"].delivers.contains(&"eks".to_owned()));
    assert_eq!(roadmap(&model.roadmap, 1).unwrap(), found, "the same again");
}

#[test]
fn tasks_with_lengths_of_their_own_make_their_phase() {
    let model = crate::giving_up_sim::model_of(
        "schema = 1\n[journey.j]\nentry = \"d\"\narrivals = \"1/s\"\n[component.d]\nkind = \"station\"\nservers = 1\nwork = \"1ms\"\n\
         [phase.one]\ntakes = \"9w\"\n[phase.two]\nafter = \"one\"\ntakes = \"1w\"\n\
         [task.a]\nphase = \"one\"\ntakes = \"2w\"\n[task.b]\nphase = \"one\"\ntakes = \"3w\"\nafter = \"a\"\n\
         [task.c]\nphase = \"one\"\ntakes = \"4w\"\n[task.d]\nphase = \"one\"\ntakes = \"50w\"\ndone = true\n",
    );
    let found = roadmap(&model.roadmap, 1).unwrap();
    assert!((found.expected_s.value.unwrap() / WEEK - 6.0).abs() < 1e-9, "2 + 3, then 1");
    assert_eq!(found.critical_path, ["a", "b", "two"]);
    assert!((found.steps["c"].slack_s.value.unwrap() / WEEK - 1.0).abs() < 1e-9);
    assert_eq!(found.steps["d"].takes_s.value, Some(0.0));
}

#[test]
fn two_equal_branches_decide_as_often() {
    let pert = Distribution::Pert { low: 1.0, mode: 2.0, high: 6.0 };
    let steps = [
        Step { takes: pert.clone(), after: vec![] },
        Step { takes: pert, after: vec![] },
        Step { takes: Distribution::Constant(1.0), after: vec![0, 1] },
    ];
    let (ends, critical) = play(&steps, 7);
    assert!((critical[0] - 0.5).abs() < 0.02 && (critical[0] + critical[1] - 1.0).abs() < 1e-9);
    assert!((critical[2] - 1.0).abs() < 1e-9);
    let mean = ends.iter().sum::<f64>() / ends.len() as f64;
    let means: Vec<f64> = steps.iter().map(|s| s.takes.mean()).collect();
    assert!(mean > schedule(&steps, &means).ends, "the mean of the later one is later than the later mean");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: proptest::test_runner::RngSeed::Fixed(3),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Against every path, one by one.
    #[test]
    fn the_critical_path_is_the_longest_of_all_paths(
        lengths in proptest::collection::vec(0.1..9.0_f64, 1..9),
        waits in proptest::collection::vec((0_usize..9, 0_usize..9), 0..14),
    ) {
        let n = lengths.len();
        let mut steps: Vec<Step> =
            lengths.iter().map(|l| Step { takes: Distribution::Constant(*l), after: vec![] }).collect();
        for (a, b) in waits {
            let (a, b) = (a.min(b) % n, a.max(b) % n);
            if a < b && !steps[b].after.contains(&a) {
                steps[b].after.push(a);
            }
        }
        fn longest(steps: &[Step], lengths: &[f64], i: usize) -> f64 {
            let before = steps[i].after.iter().map(|b| longest(steps, lengths, *b)).fold(0.0, f64::max);
            before + lengths[i]
        }
        let all: Vec<f64> = (0..n).map(|i| longest(&steps, &lengths, i)).collect();
        let found = schedule(&steps, &lengths);
        prop_assert!((found.ends - all.iter().copied().fold(0.0, f64::max)).abs() < 1e-9);
        prop_assert!(found.early_finish.iter().zip(&all).all(|(a, b)| (a - b).abs() < 1e-9));
        prop_assert!(found.slack.iter().all(|s| *s > -1e-9));
        let sum: f64 = critical_path(&steps, &lengths).iter().map(|i| lengths[*i]).sum();
        prop_assert!(sum >= found.ends - 1e-9, "critical steps make at least one whole path");
    }
}

#[test]
fn what_waits_for_a_task_without_a_length_waits_for_its_phase() {
    let model = crate::giving_up_sim::model_of(
        "schema = 1\n[journey.j]\nentry = \"d\"\narrivals = \"1/s\"\n[component.d]\nkind = \"station\"\nservers = 1\nwork = \"1ms\"\n\
         [phase.one]\ntakes = \"2w\"\n[task.a]\nphase = \"one\"\n[task.b]\nphase = \"one\"\n\
         [task.c]\nafter = \"a\"\ntakes = \"3w\"\n",
    );
    let found = roadmap(&model.roadmap, 1).unwrap();
    assert!((found.expected_s.value.unwrap() / WEEK - 5.0).abs() < 1e-9, "2, then 3");
    assert_eq!(found.critical_path, ["one", "c"]);
}

#[test]
fn a_length_may_be_any_distribution() {
    let ends = |takes: &str| {
        let text = format!(
            "schema = 1\n[journey.j]\nentry = \"d\"\narrivals = \"1/s\"\n[component.d]\nkind = \"station\"\nwork = \"1ms\"\n\
             [phase.one]\nname = \"one\"\n[task.a]\nphase = \"one\"\ntakes = \"{takes}\"\n"
        );
        let found = roadmap(&crate::giving_up_sim::model_of(&text).roadmap, 1).unwrap();
        ["p50", "p90"].map(|q| found.finish_s[q].value.unwrap() / 86_400.0)
    };
    // Quantiles of an exponential: -ln(1 - q) times its mean; of a uniform: by proportion.
    let [p50, p90] = ends("exponential(mean=4d)");
    let near = |found: f64, right: f64| (found / right - 1.0).abs() < 0.03;
    assert!(near(p50, 4.0 * 2_f64.ln()) && near(p90, 4.0 * 10_f64.ln()), "{p50} {p90}");
    let [p50, p90] = ends("uniform(1d, 11d)");
    assert!(near(p50, 6.0) && near(p90, 10.0), "{p50} {p90}");
    // A PERT of 1, 2 and 12 days is 1 + 11 Beta(1.364, 4.636): quantiles 0.1960 and 0.4543 of it (by numerical integration).
    let [p50, p90] = ends("pert(1d, 2d, 12d)");
    assert!(near(p50, 3.156) && near(p90, 5.998), "{p50} {p90}");
    // The same as an assumed range.
    assert_eq!(ends("2d (1d..12d)"), ends("pert(1d, 2d, 12d)"));
}
