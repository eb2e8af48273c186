//! Releases: closed forms of single ways, laws over all of them, and what the plan's own ways come to.

use crate::texts::analysed;
use plimsoll::answer::deploys::{DeployAnswer, Releases};
use plimsoll::plan::deploys::deploys;

fn of(text: &str) -> (Releases, indexmap::IndexMap<String, DeployAnswer>) {
    deploys(&analysed(text))
}

/// One component that everything passes, ten requests a second, and what else is said.
fn small(more: &str) -> String {
    format!(
        r#"
schema = 1
[journey.page]
entry = "front"
arrivals = "10/s"
[component.front]
kind = "station"
servers = 4
work = "1ms"
[target.up]
uptime = "99.9%"
{more}
"#
    )
}

const ALERT: &str = "[alert.errors]\nwhen = \"errors > 5%\"\n";

fn mean(way: &DeployAnswer) -> f64 {
    way.budget_min.centre.value.unwrap()
}

#[test]
fn a_canary_that_fails_all_its_requests_is_taken_back_within_a_minute_of_its_first_step() {
    let (_, ways) = of(&small(&format!(
        "{ALERT}[deploy.front]\nof = \"front\"\nstrategy = \"canary\"\nsteps = [\"10%\", \"100%\"]\nbake = \"30min\"\nfails = \"100%\"\nbad = \"50%\""
    )));
    let way = &ways["front"];
    // A tenth fails, twice the threshold: half of the one-minute window is enough, and it is looked at once a minute. So it is
    // noticed 30 to 90 s after the step, 60 s on average, and taken back in 1 to 60 s.
    let noticed = way.noticed_s.centre.value.unwrap();
    assert!((noticed - 60.0).abs() < 2.0, "{noticed}");
    assert_eq!(way.unseen.value, Some(0.0));
    assert!((way.exposed.value.unwrap() - 0.1).abs() < 1e-9);
    // PERT(1, 10, 60): mean (1 + 40 + 60) / 6.
    let expected = 0.1 * (60.0 + 101.0 / 6.0) / 60.0;
    assert!((mean(way) / expected - 1.0).abs() < 0.02, "{} against {expected}", mean(way));
    // Fifteen bad ones a month, and requests at ten a second.
    let month = way.monthly_min.centre.value.unwrap();
    assert!((month / (15.0 * mean(way)) - 1.0).abs() < 0.02, "{month}");
    let requests = way.failed_requests.centre.value.unwrap();
    assert!((requests / (600.0 * mean(way)) - 1.0).abs() < 1e-9);
    assert!((way.budget_share.value.unwrap() - month / 43.2).abs() < 1e-12);
}

#[test]
fn people_take_back_what_they_notice_in_half_an_hour() {
    let (_, ways) = of(&small(
        "[deploy.front]\nof = \"front\"\nstrategy = \"blue-green\"\nfails = \"20%\"\nbad = \"10%\"",
    ));
    // PERT(10, 30, 120 min): mean (10 + 120 + 120) / 6.
    let expected = 0.2 * 250.0 / 6.0;
    let way = &ways["front"];
    assert!((mean(way) / expected - 1.0).abs() < 0.02, "{} against {expected}", mean(way));
    assert_eq!((way.noticed_s.centre.value, way.unseen.value), (None, None));
    assert_eq!(way.extra_pods, 1.0);
}

#[test]
fn laws_of_releases() {
    let canary = |first: &str, alert: &str, bad: &str| {
        let text = small(&format!(
            "{alert}[deploy.front]\nof = \"front\"\nstrategy = \"canary\"\nsteps = [{first}]\nfails = \"90%\"\nbad = \"{bad}\""
        ));
        of(&text).1["front"].clone()
    };
    let all = ["\"10%\", \"100%\"", "\"30%\", \"100%\"", "\"100%\""]
        .map(|first| mean(&canary(first, ALERT, "10%")));
    assert!(all[0] < all[1] && all[1] < all[2], "a smaller first step never costs more: {all:?}");
    let slow = "[alert.errors]\nwhen = \"errors > 5%\"\nfor = \"5min\"\n";
    assert!(mean(&canary("\"10%\", \"100%\"", slow, "10%")) > all[0], "noticing later costs more");
    let none = canary("\"10%\", \"100%\"", ALERT, "0%");
    assert_eq!((none.monthly_min.centre.value, none.within_budget_probability.value), (Some(0.0), Some(1.0)));
    let blind = canary("\"1%\", \"100%\"", ALERT, "10%");
    assert_eq!(blind.unseen.value, Some(0.0), "what the first step hides shows when all users have it");
    assert!(blind.exposed.value.unwrap() > 0.99);
}

#[test]
fn every_way_stands_beside_the_stated_ones_and_is_the_same_again() {
    let text = small(&format!("{ALERT}[deploy.front]\nof = \"front\"\nstrategy = \"canary\""));
    let (releases, ways) = of(&text);
    assert_eq!(ways.len(), 8);
    assert_eq!(ways.values().filter(|w| w.stated).count(), 1);
    assert!(ways.contains_key("canary-manual") && !ways.contains_key("canary-automatic"));
    assert_eq!(of(&text), (releases, ways));
    let (_, none) = of(&small(""));
    assert!(none.is_empty());
}

#[test]
fn stages_side_by_side_take_as_long_as_the_longest() {
    let (releases, ways) = of(&small(
        "[pipeline.main]\nsteps = { build = \"4min\", test = \"10min\", scan = \"3min\", deploy = \"1min\" }\nafter = { test = [\"build\"], scan = [\"build\"], deploy = [\"test\", \"scan\"] }\n[deploy.front]\nof = \"front\"\nstrategy = \"blue-green\"",
    ));
    let pipeline = &releases.pipelines["main"];
    assert_eq!(pipeline.p50_s.value, Some(15.0 * 60.0));
    let critical: Vec<f64> = pipeline.stages.iter().map(|s| s.critical.round()).collect();
    assert_eq!(critical, [1.0, 1.0, 0.0, 1.0]);
    let lead = ways["front"].lead_time_s.p50.value.unwrap();
    assert!(lead > 900.0 && lead < 900.0 + 150.0, "{lead}");
}

#[test]
fn the_plan_spends_nearly_its_whole_budget_on_releases_that_people_take_back() {
    let text = std::fs::read_to_string("scenarios/secure-ai-chat.toml").unwrap();
    let (releases, ways) = of(&text);
    assert!((releases.budget_min_per_30d.value.unwrap() - 43.2).abs() < 1e-9);
    let share = |id: &str| ways[id].budget_share.value.unwrap();
    // Of what the canary spends most are its pods, which stop without a pause while the balancer still sends them requests.
    assert!(
        share("blue-green") > 0.5 && share("canary") < 0.3,
        "{} {}",
        share("blue-green"),
        share("canary")
    );
    assert!(ways["canary"].automatic && !ways["blue-green"].automatic);
    // The alert looks at all requests, so it misses some of the bad canaries.
    assert!(ways["canary"].unseen.value.unwrap() > 0.0);
    assert_eq!(releases.notes.len(), 3);
}
