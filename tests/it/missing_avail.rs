//! Missing is never a pass: what an uptime counts as never failing stands beside its verdict, and opens it where its bound could.

use crate::giving_up_sim::model_of;
use crate::lab_avail::close;
use plimsoll::answer::verdict::{TargetAnswer, Verdict};
use plimsoll::assess::{Evidence, glance, judge, quick};
use plimsoll::recovery::Memo;
use plimsoll::scenario::SourceFile;
use plimsoll::text::Lang;
use std::sync::Arc;

/// A desk that is down 0.0139 % of the time, before what `rest` says.
fn shop(target: &str, rest: &str) -> String {
    format!(
        r#"
schema = 1
name = "shop"
[target.up]
journey = "buy"
uptime = "{target}"
[journey.buy]
entry = "desk"
arrivals = "1/s"
steps.desk = ["pay"]
[component.desk]
kind = "station"
servers = 2
work = "10ms"
mtbf = "300d"
mttr = "1h"
[component.pay]
kind = "external"
latency = "100ms"
{rest}
"#
    )
}

const DESK: f64 = 7_200.0 / 7_201.0;

fn judged(text: &str) -> TargetAnswer {
    let model = Arc::new(model_of(text));
    let analysis = quick(model.clone(), &mut Memo::default());
    let files = [SourceFile { name: "shop.toml".to_owned(), text: text.to_owned() }];
    let found = judge(&Evidence { analysis: &analysis, measured: None, files: &files })["up"].clone();
    // What compares many designs judges the same.
    let analysis = glance(model, &mut Memo::default());
    let brief = judge(&Evidence { analysis: &analysis, measured: None, files: &files })["up"].clone();
    assert_eq!((brief.verdict, brief.at_bounds), (found.verdict, found.at_bounds));
    found
}

#[test]
fn a_vendor_known_by_its_contract_alone_is_as_bad_as_that_allows() {
    let found = judged(&shop("99.9%", "sla = \"99.9%\""));
    assert_eq!(found.verdict, Verdict::Unsure);
    close(found.value.value.unwrap(), DESK, 1e-12, "counted as never failing");
    close(found.at_bounds.unwrap(), DESK * 0.999, 1e-12, "at its contract");
    let [pay] = &found.never_failing[..] else { panic!("{:?}", found.never_failing) };
    assert_eq!((&*pay.id, &*pay.what, &*pay.basis, pay.line), ("pay", "component", "contract", 18));
    close(pay.bound, 0.999, 1e-12, "the contract");
    let settled = found.settled_by.unwrap();
    assert!(settled.en.contains("pay") && settled.en.contains("availability"), "{}", settled.en);
    for lang in [Lang::Ja, Lang::En] {
        let why = found.why.get(lang);
        assert!(why.contains("pay (") && why.contains("99.900 %"), "the list and the ceiling: {why}");
        assert!(why.contains("availability"), "what to state: {why}");
    }
}

#[test]
fn what_its_bound_cannot_turn_stays_a_pass_that_says_so() {
    let found = judged(&shop("99.8%", "sla = \"99.9%\""));
    assert_eq!(found.verdict, Verdict::Pass);
    assert_eq!(found.never_failing.len(), 1);
    assert!(found.settled_by.is_none() && found.why.en.contains("Counted as never failing"));
    // Data, once stated, decide; the contract is no part of the expectation then.
    let stated = judged(&shop("99.9%", "sla = \"99.9%\"\navailability = \"99.97%\""));
    assert_eq!((stated.verdict, stated.never_failing.len(), stated.at_bounds), (Verdict::Pass, 0, None));
    let stated = judged(&shop("99.9%", "availability = \"99.9%\""));
    assert_eq!(stated.verdict, Verdict::Fail);
}

#[test]
fn a_vendor_without_a_contract_and_machines_have_bounds_of_their_own() {
    let found = judged(&shop("99.6%", ""));
    assert_eq!(found.verdict, Verdict::Unsure);
    close(found.at_bounds.unwrap(), DESK * 0.995, 1e-12, "a vendor");
    assert_eq!(found.never_failing[0].basis, "assumption");
    // Machines: 99.9 % each, so two of which one is enough stay far above.
    let machines = |n: u32| {
        let rest = format!(
            "availability = \"99.99%\"\n[component.extra]\nkind = \"station\"\nreplicas = {n}\nservers = 4\nwork = \"1ms\""
        );
        judged(&shop("99.9%", &rest).replace(r#"["pay"]"#, r#"["pay", "extra"]"#))
    };
    let (one, two) = (machines(1), machines(2));
    assert_eq!((one.verdict, two.verdict), (Verdict::Unsure, Verdict::Pass));
    close(one.at_bounds.unwrap(), DESK * 0.9999 * 0.999, 1e-9, "one machine");
    close(two.at_bounds.unwrap(), DESK * 0.9999 * (1.0 - 1e-6), 1e-9, "one of two machines");
    assert_eq!(two.never_failing[0].what, "units");
    assert!(one.settled_by.unwrap().en.contains("mtbf"));
}

#[test]
fn places_without_data_are_listed_and_may_open_the_verdict() {
    let places = |region: &str, target: &str| {
        let rest = format!("availability = \"99.999%\"\n[region.east]\nzones = [\"a\", \"b\"]\n{region}");
        let text = shop(target, &rest).replace("servers = 2\n", "servers = 2\nzones = [\"east/a\"]\n");
        judged(&text)
    };
    let none = places("", "99.95%");
    assert_eq!(none.verdict, Verdict::Unsure);
    let ids: Vec<_> = none.never_failing.iter().map(|one| (&*one.what, &*one.id, one.line)).collect();
    assert_eq!(ids, [("zone", "east/a", 22), ("region", "east", 22)], "the zone in use alone");
    assert!(none.at_bounds.unwrap() < 0.9995);
    let zones = "zone-outages = \"0.1/y\"\nzone-outage = \"1h\"\n";
    let half = places(zones, "99.9%");
    assert_eq!(half.never_failing.len(), 1, "the region is still missing");
    assert_eq!(half.verdict, Verdict::Pass, "which cannot turn 99.9 %");
    let both = places(&format!("{zones}outages = \"0.01/y\"\noutage = \"8h\"\n"), "99.95%");
    assert_eq!((both.verdict, both.never_failing.len()), (Verdict::Pass, 0));
}

#[test]
fn a_fallback_at_the_same_vendor_is_no_second_vendor() {
    let text = |vendor: &str| {
        let rest = format!(
            "provider = \"acme\"\navailability = \"99.9%\"\n[component.other]\nkind = \"external\"\nlatency = \"100ms\"\nprovider = \"{vendor}\"\navailability = \"99.8%\"\n[call.\"desk -> pay\"]\nfallback = \"other\""
        );
        shop("99.95%", &rest)
    };
    let same = judged(&text("acme"));
    assert_eq!(same.verdict, Verdict::Unsure);
    let [provider] = &same.never_failing[..] else { panic!("{:?}", same.never_failing) };
    assert_eq!((&*provider.what, &*provider.id), ("provider", "acme"));
    close(provider.bound, 0.999, 1e-12, "it is up whenever its best service is");
    assert_eq!(judged(&text("globex")).verdict, Verdict::Pass);
}

#[test]
fn kinds_that_ship_with_failure_data_are_not_missing() {
    let text = r#"
schema = 1
name = "shipped"
[target.up]
journey = "page"
uptime = "99%"
[journey.page]
entry = "api"
arrivals = "1/s"
steps.api = ["db", "cache"]
[component.nodes]
kind = "node-group"
vcpu = 4
memory = "16GiB"
count = 2
[component.api]
kind = "service"
on = "nodes"
replicas = 2
cpu = { request = "500m", limit = "1000m" }
work = "5ms"
[component.db]
kind = "database"
vcpu = 4
work = "1ms"
[component.cache]
kind = "cache"
"#;
    let found = judged(text);
    assert_eq!(found.never_failing, []);
}

#[test]
fn a_vendor_without_data_is_asked_for_an_uptime_and_is_not_enough_unseen() {
    let model = Arc::new(model_of(&shop("99.9%", "sla = \"99.9%\"")));
    let analysis = quick(model, &mut Memo::default());
    let vendors = plimsoll::plan::solve::vendor_uptime(&analysis);
    let pay = &vendors["pay"];
    close(pay.needed.value.unwrap(), 0.999 / DESK, 1e-9, "what is left for it");
    close(pay.expected.value.unwrap(), 0.999, 1e-9, "its contract");
    assert!(!pay.enough && !vendors["desk"].enough, "no longer, with the vendor at its contract");
}

#[test]
fn a_stated_zero_is_data() {
    let text = |places: &str| {
        format!(
            "schema = 1\nname = \"never\"\n[target.up]\nuptime = \"99.95%\"\n[region.r]\nzones = [\"a\"]\n{places}\n\
             [journey.j]\nentry = \"desk\"\narrivals = \"1/s\"\n[component.desk]\nkind = \"station\"\nlatency = \"1ms\"\n\
             zone = \"r/a\"\navailability = \"99.99%\"\n"
        )
    };
    let of = |places: &str| {
        let (read, text) = (plimsoll::scenario::read, text(places));
        let files = crate::texts::files(&text);
        assert!(read(&files).diagnostics.is_empty(), "{:?}", read(&files).diagnostics);
        let analysis = crate::texts::analysed(&text);
        let found = &analysis.uptime["up"];
        let never: Vec<String> = found.never_failing.iter().map(|one| one.what.clone()).collect();
        (found.availability.value, never)
    };
    assert_eq!(of("outages = \"0/year\"\nzone-outages = \"0/year\""), (Some(0.9999), vec![]));
    assert_eq!(of("zone-outages = \"0/year\"").1, ["region"]);
}
