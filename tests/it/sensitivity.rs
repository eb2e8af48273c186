//! The tornado against a formula, and independent of the order of the text.

use plimsoll::answer::verdict::Verdict;
use plimsoll::assess::tornado::tornado;
use plimsoll::job::analyse;
use plimsoll::scenario::{SourceFile, read};

const SOURCE: &str = "[source.guess]\ntitle = \"a guess\"\n";
const JOURNEY: &str =
    "[journey.job]\nentry = \"desk\"\narrivals = \"20/s (10/s..60/s)\"\nfrom = { arrivals = \"guess\" }\n";
const DESK: &str = "[component.desk]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean=10ms)\"\nlatency = \"1ms (0ms..2ms)\"\nfrom = { latency = \"guess\" }\n";
const TARGET: &str = "[target.fast]\njourney = \"job\"\np95 = \"60ms\"\n";

fn of(parts: &[&str]) -> plimsoll::answer::sensitivity::SensitivityAnswer {
    let text = format!("schema = 1\nname = \"t\"\n{}", parts.concat());
    let files = [SourceFile { name: "t.toml".to_owned(), text }];
    let reading = read(&files);
    let scenario = reading.scenario.unwrap_or_else(|| panic!("{:?}", reading.diagnostics));
    let analysis = analyse(&scenario, "base", None).unwrap();
    tornado(&scenario, &analysis)["fast"].clone()
}

#[test]
fn the_ends_are_those_of_the_formula_and_the_flip_is_where_it_breaks() {
    let found = of(&[SOURCE, JOURNEY, DESK, TARGET]);
    assert_eq!(found.verdict, Verdict::Pass);
    let rate = &found.bars[0];
    assert_eq!(rate.path, "journey.job.arrivals", "the widest first");
    // M/M/1 with 1 ms before it: about ln 20 / (100 - rate), the sum fitted by a gamma.
    let p95 = |rate: f64| 20_f64.ln() / (100.0 - rate) + 0.001;
    let near =
        |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
    near(rate.at_low.value.unwrap(), p95(10.0));
    near(rate.at_high.value.unwrap(), p95(60.0));
    assert_eq!((rate.verdict_low, rate.verdict_high), (Verdict::Pass, Verdict::Fail));
    // ln 20 / (100 - x) + 1 ms = 60 ms at 49.2/s; found within 1/64 of the way from 20 to 60.
    let flip: f64 = rate.flips_at.as_ref().unwrap().trim_end_matches("/s").parse().unwrap();
    assert!((flip - 49.2).abs() < 1.5, "{flip}");
    let latency = &found.bars[1];
    assert_eq!((latency.path.as_str(), latency.flips_at.as_deref()), ("component.desk.latency", None));
    assert!((latency.swing.unwrap() - 0.002).abs() < 2e-4);
}

#[test]
fn the_order_of_the_text_does_not_matter() {
    assert_eq!(of(&[SOURCE, JOURNEY, DESK, TARGET]), of(&[TARGET, DESK, JOURNEY, SOURCE]));
}
