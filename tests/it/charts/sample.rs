//! Answers made by hand, in the shape and size of the plan's: pictures are tested on them, engines are not involved.

use indexmap::IndexMap;
use plimsoll::answer::availability::AvailabilityAnswer;
use plimsoll::answer::bill::BillAnswer;
use plimsoll::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use plimsoll::answer::{Answer, BreakingLoad, TierAnswer};
use plimsoll::report::chart::load::Week;
use plimsoll::stats::figure::Figure;
use plimsoll::text::Phrase;

/// One tier of the sample.
struct Row {
    id: &'static str,
    tenants: f64,
    claim: f64,
    list: f64,
    uptime: f64,
    /// p95 of API, first token and full answer; `None` is overload.
    p95: [Option<f64>; 3],
}

const ROWS: [Row; 4] = [
    Row {
        id: "t100",
        tenants: 100.0,
        claim: 92e3,
        list: 161e3,
        uptime: 0.9982,
        p95: [Some(0.094), Some(1.62), Some(9.4)],
    },
    Row {
        id: "t500",
        tenants: 500.0,
        claim: 180e3,
        list: 512e3,
        uptime: 0.9981,
        p95: [Some(0.121), Some(1.66), Some(9.6)],
    },
    Row {
        id: "t1000",
        tenants: 1000.0,
        claim: 350e3,
        list: 1_240e3,
        uptime: 0.9976,
        p95: [Some(0.312), Some(1.81), Some(9.9)],
    },
    Row {
        id: "t2000",
        tenants: 2000.0,
        claim: 500e3,
        list: 1_870e3,
        uptime: 0.9971,
        p95: [None, None, None],
    },
];

/// The four tiers of the plan, simulated.
pub fn answer() -> Answer {
    Answer {
        scenario: Phrase::new("Secure AI Chat(見積りどおり)", "Secure AI Chat, as priced"),
        tier: "t100".to_owned(),
        tiers: ROWS.iter().map(|row| (row.id.to_owned(), tier(row))).collect(),
        ..Answer::default()
    }
}

fn tier(row: &Row) -> TierAnswer {
    let judged = BillAnswer {
        total: if row.id == "t100" { Figure::exact(92e3, "JPY/month") } else { Figure::unknown("JPY/month") },
        known: Figure::exact(92e3, "JPY/month"),
        currency: "JPY".to_owned(),
        book: "plan-2025".to_owned(),
        ..BillAnswer::default()
    };
    let sum = Figure::analytic(row.list, "JPY/month", "list prices").range(row.list * 0.72, row.list * 1.55);
    let complete = row.id != "t2000";
    let list = BillAnswer {
        total: if complete { sum.clone() } else { Figure::unknown("JPY/month") },
        known: sum,
        currency: "JPY".to_owned(),
        book: "aws-list".to_owned(),
        ..BillAnswer::default()
    };
    let mut targets = IndexMap::new();
    let names = [
        ("api", Phrase::new("API応答", "API latency"), 0.5, TargetKind::Latency),
        ("ai-first-token", Phrase::new("AI 最初のトークン", "AI first token"), 3.0, TargetKind::AiLatency),
        ("ai-full-answer", Phrase::new("AI 回答全文", "AI full answer"), 3.0, TargetKind::AiLatency),
    ];
    for ((id, name, limit, kind), p95) in names.into_iter().zip(row.p95) {
        let value = match p95 {
            Some(s) if row.id == "t1000" => Figure::analytic(s, "s", "M/M/c"),
            Some(s) => {
                Figure::simulated(s, Some((s * 0.95, s * 1.06)), "s", 20, "replications, 95 % Student t")
            }
            None => Figure { method: Some("overload".to_owned()), ..Figure::unknown("s") },
        };
        let verdict = match p95 {
            Some(s) if s < limit => Verdict::Pass,
            _ => Verdict::Fail,
        };
        targets.insert(
            id.to_owned(),
            TargetAnswer {
                verdict,
                kind,
                name,
                value,
                target: limit,
                below: true,
                unit: "s".to_owned(),
                percentile: Some("p95".to_owned()),
                ..TargetAnswer::default()
            },
        );
    }
    targets.insert(
        "uptime".to_owned(),
        TargetAnswer {
            verdict: Verdict::Fail,
            kind: TargetKind::Uptime,
            name: Phrase::new("稼働率", "Uptime"),
            value: Figure::exact(row.uptime, "1"),
            target: 0.999,
            below: false,
            unit: "1".to_owned(),
            ..TargetAnswer::default()
        },
    );
    if row.id == "t100" {
        targets.insert(
            "cost".to_owned(),
            TargetAnswer {
                verdict: Verdict::Pass,
                kind: TargetKind::Cost,
                name: Phrase::new("月額費用", "Monthly cost"),
                value: judged.total.clone(),
                target: 500e3,
                below: true,
                unit: "JPY/month".to_owned(),
                ..TargetAnswer::default()
            },
        );
    }
    targets.insert(
        "claim-cost".to_owned(),
        TargetAnswer {
            kind: TargetKind::Claim,
            name: Phrase::new("計画の主張", "Plan's claim"),
            target: row.claim,
            below: row.id != "t2000",
            unit: "JPY/month".to_owned(),
            ..TargetAnswer::default()
        },
    );
    let up = Figure::analytic(row.uptime, "1", "exact").range(row.uptime - 0.0011, row.uptime + 0.0009);
    let at =
        |tenants: f64| Figure::analytic(tenants, "tenants", "bisection").range(tenants * 0.4, tenants * 1.9);
    let breaking = [
        ("api", at(1_240.0), Some("api")),
        ("ai-first-token", at(1_410.0), Some("openai")),
        ("ai-full-answer", Figure::unknown("tenants"), Some("openai")),
    ];
    TierAnswer {
        name: Phrase::new(format!("{} テナント", row.tenants), format!("{} tenants", row.tenants)),
        tenants: row.tenants,
        users: row.tenants * 10.0,
        targets,
        cost: Some(judged.clone()),
        books: [("plan-2025".to_owned(), judged), ("aws-list".to_owned(), list)].into_iter().collect(),
        availability: Some(AvailabilityAnswer {
            availability: up,
            sla_ceiling: if row.id == "t2000" { Figure::unknown("1") } else { Figure::exact(0.9947, "1") },
            ..AvailabilityAnswer::default()
        }),
        breaking_load: breaking
            .into_iter()
            .map(|(id, tenants, component)| {
                let component = component.map(str::to_owned);
                (
                    id.to_owned(),
                    BreakingLoad { users: tenants.clone(), tenants, component, ..BreakingLoad::default() },
                )
            })
            .collect(),
        ..TierAnswer::default()
    }
}

/// An office week with five journeys.
pub fn week() -> Week {
    let names = [
        (Phrase::new("画面表示", "Page view"), 3.3),
        (Phrase::new("API呼び出し", "API call"), 8.3),
        (Phrase::new("AIチャット", "AI chat"), 0.69),
        (Phrase::new("ファイル添付", "File upload"), 0.14),
        (Phrase::new("ログイン", "Login"), 0.04),
    ];
    let share = |hour: usize| {
        let (day, hour) = (hour / 24, hour % 24);
        let office = match hour {
            0..=6 | 22.. => 0.02,
            7 | 19..=21 => 0.12,
            12 => 0.28,
            10 | 14 => 0.52,
            _ => 0.41,
        };
        if day >= 5 {
            office * 0.12
        } else if day == 1 {
            office * 1.06
        } else {
            office
        }
    };
    let hours = |rate: f64| (0..168).map(|h| rate * share(h)).collect();
    Week { journeys: names.into_iter().map(|(name, rate)| (name, hours(rate))).collect() }
}
