//! Every chart over tiers, hours, months and causes: whole in every language and skin, inside its picture, with a table that
//! says the same, and the same again.

mod sample;

use plimsoll::answer::availability::{Share, YearsAnswer};
use plimsoll::answer::optimise::{DesignAnswer, OptimiseAnswer, SuggestionAnswer};
use plimsoll::report::chart::theme::{Look, Skin};
use plimsoll::report::chart::{Chart, cost, lane, latency, load, months, pareto, uptime, waterfall};
use plimsoll::stats::figure::Figure;
use plimsoll::text::{Lang, Phrase};

const LANGS: [Lang; 2] = [Lang::Ja, Lang::En];

fn years() -> YearsAnswer {
    let dots = (0..20).map(|i| f64::from((i - 6_i32).max(0).pow(2)) / 3.0).collect();
    YearsAnswer { dots, meets_target_probability: Figure::exact(0.93, "1"), ..YearsAnswer::default() }
}

fn causes(scale: f64) -> Vec<Share> {
    let names = [
        "provider aws",
        "rds",
        "zone tokyo/a",
        "region tokyo",
        "api",
        "web",
        "openai",
        "azure-openai",
        "nodes",
    ];
    let amounts = [5.9, 1.2, 0.9, 0.4, 0.2, 0.2, 0.06, 0.05, 0.01];
    let total: f64 = amounts.iter().sum();
    let share = |(cause, amount): (&str, f64)| Share {
        cause: cause.to_owned(),
        part: if cause == "api" { "detection" } else { "outage" }.to_owned(),
        share: amount / total,
        amount: amount * scale,
        unit: "min/30d".to_owned(),
    };
    names.into_iter().zip(amounts).map(share).collect()
}

fn designs() -> OptimiseAnswer {
    let design = |cost: f64, down: f64| DesignAnswer {
        cost: Figure::analytic(cost, "JPY/month", "test"),
        downtime_min: Figure::analytic(down, "min/30d", "test"),
        latency: Figure::analytic(0.7, "1", "test"),
        ..DesignAnswer::default()
    };
    let suggestion =
        |cost, down| SuggestionAnswer { design: design(cost, down), ..SuggestionAnswer::default() };
    OptimiseAnswer {
        current: design(480_000.0, 9.0),
        suggestions: [
            ("cheapest".to_owned(), suggestion(104_000.0, 9.9)),
            ("least-change".to_owned(), suggestion(487_000.0, 9.0)),
            ("best".to_owned(), suggestion(480_000.0, 7.2)),
        ]
        .into_iter()
        .collect(),
        front: (0..8)
            .map(|i| design(104_000.0 + 50_000.0 * f64::from(i), 9.9 - 0.35 * f64::from(i)))
            .collect(),
        ..OptimiseAnswer::default()
    }
}

#[test]
fn designs_are_told_apart_and_named() {
    let look = Look { lang: Lang::En, skin: Skin::Light, width: 640.0, height: 320.0 };
    let chart = pareto::pareto(&designs(), &look);
    assert_eq!(pareto::points(&designs()).len(), 8 + 3 + 1);
    for name in ["cheapest", "least change", "best", "as it stands"] {
        assert!(chart.svg.contains(&format!(">{name}<")) || chart.svg.contains(name), "{name}");
    }
    assert_eq!(chart.table.rows.len(), 9, "the front and the design as it stands");
    assert!(chart.summary.en.starts_with("8 designs"), "{}", chart.summary.en);
}

fn run() -> lane::Lane {
    let block = |name: &str, at: f64, lasts: f64, chosen| lane::Block {
        name: Phrase::same(name),
        at_s: at,
        lasts_s: lasts,
        chosen,
    };
    let failed =
        (0..70).map(|i| (i != 3).then_some(if (10..32).contains(&i) { 0.7 } else { 0.001 })).collect();
    lane::Lane {
        blocks: vec![
            block("Zone a down", 600.0, 1200.0, true),
            block("a long name of a spike", 3600.0, 600.0, false),
        ],
        length_s: 4200.0,
        failed,
        step_s: 60.0,
        normal_s: Some(1980.0),
    }
}

fn all(look: &Look) -> Vec<(&'static str, Chart)> {
    let answer = sample::answer();
    vec![
        ("cost", cost::cost(&answer, look)),
        ("latency", latency::latency(&answer, look)),
        ("uptime", uptime::uptime(&answer, look)),
        ("load", load::load(&sample::week(), look)),
        ("months", months::months(&years(), Some(43.2), look)),
        ("months-open", months::months(&years(), None, look)),
        ("waterfall", waterfall::waterfall(&causes(1.0), 43.2, look)),
        ("lane", lane::lane(&run(), look)),
        ("lane-before", lane::lane(&lane::Lane { failed: Vec::new(), normal_s: None, ..run() }, look)),
        ("waterfall-over", waterfall::waterfall(&causes(8.0), 43.2, look)),
        ("pareto", pareto::pareto(&designs(), look)),
    ]
}

/// Numbers that an attribute of this name has anywhere in the text; pictures are drawn in tenths of a pixel.
fn numbers(svg: &str, attribute: &str) -> Vec<f64> {
    let open = format!(" {attribute}=\"");
    svg.split(&open).skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
}

#[test]
fn every_chart_stays_in_its_picture_and_has_a_table_and_a_sentence() {
    for width in [340.0, 520.0, 900.0] {
        for lang in LANGS {
            for skin in [Skin::Page, Skin::Light, Skin::Dark] {
                let look = Look { lang, skin, width, height: 320.0 };
                for (name, chart) in all(&look) {
                    let place = format!("{name} at {width}");
                    assert!(
                        chart.svg.starts_with("<svg") && chart.svg.trim_end().ends_with("</svg>"),
                        "{place}"
                    );
                    assert!(!chart.svg.contains("NaN") && !chart.svg.contains("inf"), "{place}");
                    assert!(
                        numbers(&chart.svg, "cx").iter().all(|x| (0.0..=10.0 * width).contains(x)),
                        "{place}"
                    );
                    assert!(!chart.summary.get(lang).is_empty(), "{place}");
                    assert!(!chart.table.rows.is_empty(), "{place}");
                    assert!(
                        chart.table.rows.iter().all(|row| row.len() == chart.table.head.len()),
                        "{place}"
                    );
                }
                assert_eq!(all(&look), all(&look), "the same again");
            }
        }
    }
}

#[test]
fn months_are_twenty_dots_and_those_over_the_budget_are_told_apart() {
    let look = Look { lang: Lang::En, skin: Skin::Light, width: 640.0, height: 240.0 };
    let chart = months::months(&years(), Some(43.2), &look);
    let circles = chart.svg.matches("<circle").count();
    assert_eq!(circles, 20);
    let over = years().dots.iter().filter(|dot| **dot > 43.2).count();
    let signal = Look { ..look };
    let colour = plimsoll::report::chart::theme::Token::Signal.paint(signal.skin);
    let told = chart
        .svg
        .split("<circle")
        .skip(1)
        .filter(|c| c.split("/>").next().unwrap().contains(&colour))
        .count();
    assert_eq!((told, over), (over, 2));
    assert!(chart.summary.en.contains("2 exceed"), "{}", chart.summary.en);
}

#[test]
fn the_waterfall_ends_at_what_is_left_or_missing() {
    let look = Look { lang: Lang::En, skin: Skin::Light, width: 640.0, height: 0.0 };
    let within = waterfall::waterfall(&causes(1.0), 43.2, &look);
    assert!(within.svg.contains("left") && !within.svg.contains("missing"));
    let over = waterfall::waterfall(&causes(8.0), 43.2, &look);
    assert!(over.svg.contains("missing"));
    assert_eq!(over.table.rows.len(), 9, "the table has every cause");
    assert!(over.summary.en.starts_with("Of a budget of 43.2 min"), "{}", over.summary.en);
}

/// `SHOTS=dir` writes the pictures, to be looked at.
#[test]
fn pictures_are_written_where_that_is_asked_for() {
    let Some(folder) = std::env::var_os("SHOTS") else { return };
    for (lang, width) in [(Lang::Ja, 620.0), (Lang::En, 360.0)] {
        let look = Look { lang, skin: Skin::Light, width, height: 240.0 };
        for (name, chart) in all(&look) {
            let path = std::path::Path::new(&folder).join(format!("{name}-{width}.svg"));
            std::fs::write(path, chart.svg).unwrap();
        }
    }
}

#[test]
fn charts_say_their_values_where_they_are_pointed_at() {
    let look = |skin| Look { lang: Lang::En, skin, width: 640.0, height: 320.0 };
    // What the picture of failing requests says of a minute and of a fault is not a row of its table.
    for (name, chart) in all(&look(Skin::Page)).into_iter().filter(|(name, _)| !name.starts_with("lane")) {
        let said = chart.svg.matches(" data-say=").count();
        assert!(said > 0 && !chart.svg.contains("<title>"), "{name}");
        if !name.starts_with("waterfall") && name != "pareto" {
            assert_eq!(said, chart.table.rows.len(), "{name}");
        }
    }
    for (name, chart) in all(&look(Skin::Light)) {
        assert!(chart.svg.contains("<title>") && !chart.svg.contains("data-say"), "{name}");
    }
    let (_, load) = all(&look(Skin::Light)).swap_remove(3);
    let said = load.table.said(10, Lang::En).unwrap();
    assert!(
        said.starts_with("Tue 10:00 · ") && load.svg.contains(&format!("<title>{said}</title>")),
        "{said}"
    );
    assert_eq!(load.table.said(24, Lang::En), None);
    let (_, lane) = all(&look(Skin::Light)).swap_remove(7);
    assert!(lane.svg.contains("<title>10 min · ") && lane.svg.contains("70 %</title>"));
}
