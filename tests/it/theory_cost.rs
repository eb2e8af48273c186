//! Bills against arithmetic done by hand, the vendor's own published examples, and the laws every bill obeys.

mod books;
mod laws;

use plimsoll::answer::bill::{BillAnswer, BillLine};
use plimsoll::cost::price::{Confidence, End, Per, Price, Step, charge, rounded};
use plimsoll::cost::{bill, left_out};
use plimsoll::diag::Span;
use plimsoll::model::loads::{ComponentLoad, Loads};
use plimsoll::model::usage::{OwnBook, OwnLine, Quantity, Usage};
use plimsoll::model::{Model, Provider, ProviderIx, Region, RegionIx, build};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::FigureKind;
use plimsoll::text::{Phrase, cost as words};
use plimsoll::units::{Currency, Money};
use rust_decimal::Decimal;

const LIST: &str = "aws-list";

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn usage(item: &str, quantity: Quantity) -> Usage {
    Usage { item: item.to_owned(), quantity, region: None, purchase: Default::default() }
}

/// A model of components that only cost, with a month's load for each.
struct Shop {
    model: Model,
    loads: Loads,
}

impl Shop {
    fn new() -> Self {
        let mut model = build::empty();
        model.tier.id = "t100".to_owned();
        model.tier.tenants = 100.0;
        Self { model, loads: Loads::default() }
    }

    fn with(mut self, id: &str, usages: Vec<Usage>, load: ComponentLoad) -> Self {
        let station = build::station(1, 1, Distribution::Constant(0.0));
        let ix = build::component(&mut self.model, id, station);
        self.model.graph[ix].usages = usages;
        self.loads.components.push(load);
        self
    }

    fn of(mut self, provider: &str) -> Self {
        let ix = ProviderIx(self.model.providers.len() as u16);
        self.model.providers.push(Provider { id: provider.to_owned(), outage: None });
        let last = self.model.graph.node_indices().next_back().unwrap();
        self.model.graph[last].failure.provider = Some(ix);
        self
    }

    fn at(mut self, id: &str, code: Option<&str>) -> Self {
        let ix = RegionIx(self.model.regions.len() as u16);
        let (id, code) = (id.to_owned(), code.map(str::to_owned));
        let region =
            Region { name: Phrase::same(&id), id, code, role: None, outage: None, at: Span::default() };
        self.model.regions.push(region);
        let last = self.model.graph.node_indices().next_back().unwrap();
        self.model.graph[last].failure.region = Some(ix);
        self
    }

    fn bill(&self, book: &str) -> BillAnswer {
        bill(&self.model, &self.loads, book).unwrap()
    }
}

fn requests(requests: f64) -> ComponentLoad {
    ComponentLoad { requests, gb_out: Some(0.0), gb_in: Some(0.0), ..ComponentLoad::default() }
}

fn gb_out(gb: f64) -> ComponentLoad {
    ComponentLoad { gb_out: Some(gb), ..requests(0.0) }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

fn line<'a>(bill: &'a BillAnswer, id: &str) -> &'a BillLine {
    bill.lines.iter().find(|line| line.id == id).unwrap()
}

fn amount(bill: &BillAnswer, id: &str) -> Option<f64> {
    line(bill, id).amount.value
}

// ------------------------------------------------------------------------------------------------ golden bills

#[test]
fn three_machines_for_a_month_cost_their_hours_times_the_list_price() {
    let hours = Quantity::Fixed(3.0 * 730.0);
    let bill =
        Shop::new().with("nodes", vec![usage("compute.hour:t3.large", hours)], requests(0.0)).bill(LIST);
    let line = line(&bill, "nodes.compute.hour:t3.large");
    assert_eq!((line.quantity.value, line.unit.as_str()), (Some(2190.0), "h"));
    assert_eq!((line.unit_price.value, line.unit_price.kind), (Some(0.1088), FigureKind::Exact));
    assert_eq!(line.unit_price.unit, "USD/h");
    // 2,190 h x 0.1088 USD/h = 238.272 USD; at 150 (140 to 160) JPY
    assert_eq!(line.amount.value, Some(35_740.8));
    assert_eq!((line.amount.range_low, line.amount.range_high), (Some(33_358.08), Some(38_123.52)));
    assert_eq!(
        (line.amount.low, line.amount.high),
        (None, None),
        "a range of assumptions is no sampling interval"
    );
    assert_eq!(line.amount.kind, FigureKind::Assumed, "the exchange rate is an assumption");
    assert_eq!(line.source.as_deref(), Some("aws.ec2.t3.large.ap-northeast-1, 2025-11-04, primary"));
    assert_eq!(bill.total, line.amount);
    assert_eq!(bill.per_tenant.value, Some(357.408));
    let exchange = bill.exchange.unwrap();
    assert_eq!(
        (exchange.value, exchange.range_low, exchange.range_high),
        (Some(150.0), Some(140.0), Some(160.0))
    );
    assert_eq!(
        (bill.book.as_str(), bill.as_of.as_deref(), bill.currency.as_str()),
        ("aws-list-2025-11", Some("2025-11"), "JPY")
    );
}

#[test]
fn in_dollars_the_same_bill_is_exact_and_needs_no_exchange() {
    let hours = Quantity::Fixed(3.0 * 730.0);
    let mut shop = Shop::new().with("nodes", vec![usage("compute.hour:t3.large", hours)], requests(0.0));
    shop.model.currency = Currency::USD;
    let bill = shop.bill(LIST);
    assert_eq!((bill.total.value, bill.total.kind), (Some(238.272), FigureKind::Exact));
    assert_eq!(bill.exchange, None);
}

#[test]
fn a_weakly_sourced_price_carries_its_range_into_the_amount() {
    let usages = vec![usage("database.hour.multi-az:db.m6i.large", Quantity::Fixed(730.0))];
    let bill = Shop::new().with("rds", usages, requests(0.0)).bill(LIST);
    // twice 0.242 (0.235 to 0.250) USD/h: 353.32 USD, 343.10 to 365 USD
    let amount = &bill.lines[0].amount;
    assert_eq!(amount.value, Some(52_998.0));
    assert_eq!((amount.range_low, amount.range_high), (Some(48_034.0), Some(58_400.0)));
    assert_eq!(bill.lines[0].unit_price.kind, FigureKind::Assumed);
}

#[test]
fn a_database_costs_what_its_engine_costs() {
    let month = |item: &str| {
        let bill =
            Shop::new().with("rds", vec![usage(item, Quantity::Fixed(730.0))], requests(0.0)).bill(LIST);
        bill.lines[0].unit_price.value
    };
    // Tokyo: PostgreSQL is 7 to 8 % dearer than MySQL on the same class; Aurora has prices of its own.
    for (class, postgres, mysql) in
        [("micro", 0.028, 0.026), ("small", 0.056, 0.052), ("medium", 0.112, 0.104), ("large", 0.224, 0.208)]
    {
        assert_eq!(month(&format!("database.hour:db.t3.{class}")), Some(postgres), "{class}");
        assert_eq!(month(&format!("database.hour.mysql:db.t3.{class}")), Some(mysql), "{class}");
        assert_eq!(month(&format!("database.hour.multi-az:db.t3.{class}")), Some(2.0 * postgres), "{class}");
    }
    assert_eq!(month("database.hour.aurora:db.r6g.large"), Some(0.313));
    assert_eq!(month("database.hour.sqlserver:db.m5.large"), None, "no price is known");
}

#[test]
fn tokens_are_billed_per_million_at_the_provider_of_the_component() {
    let usages = || {
        vec![
            usage("llm.token-in:gpt-4o", Quantity::TokensIn),
            usage("llm.token-out:gpt-4o", Quantity::TokensOut),
        ]
    };
    let load = || ComponentLoad { tokens_in: 1_234_567_890.0, tokens_out: 200_000_000.0, ..requests(0.0) };
    let openai = Shop::new().with("llm", usages(), load()).of("openai").bill(LIST);
    let input = line(&openai, "llm.llm.token-in:gpt-4o");
    assert_eq!((input.quantity.value, input.unit.as_str()), (Some(1_234.567_89), "1M tokens"));
    // 1,234.56789 x 2.50 USD = 3,086.419725 USD
    assert_eq!(input.amount.value, Some(462_962.958_75));
    assert_eq!(input.amount.kind, FigureKind::Analytic);
    assert_eq!(amount(&openai, "llm.llm.token-out:gpt-4o"), Some(300_000.0));

    let global = Shop::new().with("llm", usages(), load()).of("azure").bill(LIST);
    let regional =
        Shop::new().with("llm", usages(), load()).of("azure").at("tokyo", Some("japaneast")).bill(LIST);
    assert_eq!(global.total.value, openai.total.value, "Global Standard costs what OpenAI asks");
    assert!(
        near(regional.total.value.unwrap(), 1.1 * global.total.value.unwrap()),
        "a regional deployment is 10 % dearer"
    );
}

#[test]
fn the_free_allowance_of_an_account_is_given_once() {
    let cdn = || vec![usage("cdn.gb", Quantity::GbOut)];
    let free = Shop::new().with("cdn", cdn(), gb_out(1024.0)).bill(LIST);
    assert_eq!(free.total.value, Some(0.0));
    // 476 GB beyond 1,024 GB at 0.114 USD: 54.264 USD
    let one = Shop::new().with("cdn", cdn(), gb_out(1500.0)).bill(LIST);
    assert_eq!(one.total.value, Some(8_139.6));
    let two = Shop::new().with("a", cdn(), gb_out(900.0)).with("b", cdn(), gb_out(600.0)).bill(LIST);
    assert!(near(two.total.value.unwrap(), 8_139.6));
    assert!(near(amount(&two, "a.cdn.gb").unwrap(), 8_139.6 * 0.6), "shared by quantity");
    let shown = line(&two, "a.cdn.gb");
    assert!(near(
        shown.quantity.value.unwrap() * shown.unit_price.value.unwrap() * 150.0,
        shown.amount.value.unwrap()
    ));
}

#[test]
fn a_volume_beyond_the_known_steps_is_priced_as_an_assumption() {
    let price = |gb: f64| {
        let mut shop = Shop::new().with(
            "s3",
            vec![usage("object.storage.gb-month", Quantity::Fixed(gb))],
            requests(0.0),
        );
        shop.model.currency = Currency::USD;
        let total = shop.bill(LIST).total;
        (total.value, total.kind)
    };
    assert_eq!(price(51_200.0), (Some(1_280.0), FigureKind::Exact));
    assert_eq!(price(60_000.0), (Some(1_500.0), FigureKind::Assumed));
}

#[test]
fn a_load_balancer_pays_for_its_leading_dimension() {
    let usages = vec![usage("load-balancer.lcu-hour", Quantity::Unknown)];
    // 9,000,000 requests open at most 100 LCU-hours of connections; 40 GB are 40 LCU-hours
    let capacity_hours = Some(100.0);
    let load =
        ComponentLoad { gb_in: Some(10.0), gb_out: Some(30.0), capacity_hours, ..requests(9_000_000.0) };
    let bill = Shop::new().with("alb", usages, load).bill(LIST);
    assert_eq!(bill.total.value, Some(120.0));
    assert_eq!(bill.total.range_low, Some(44.8), "with connections kept open only bytes count");
}

#[test]
fn regions_have_prices_of_their_own() {
    let machine = || vec![usage("compute.hour:t3.large", Quantity::Fixed(1000.0))];
    let price = |shop: Shop| shop.bill(LIST).lines[0].unit_price.value;
    let nodes = || Shop::new().with("nodes", machine(), requests(0.0)).of("aws");
    assert_eq!(price(nodes().at("dr", Some("ap-southeast-1"))), Some(0.1056));
    assert_eq!(price(nodes().at("main", Some("ap-northeast-1"))), Some(0.1088));
    assert_eq!(
        price(nodes().at("singapore", None)),
        Some(0.1056),
        "a region without a code is found by its name"
    );
    assert_eq!(price(nodes()), Some(0.1088), "without a region: the book's home");
}

#[test]
fn published_examples_of_a_vendor_are_reproduced_to_the_cent() {
    let cases: serde_json::Value = serde_json::from_str(include_str!("../data/public-cases.json")).unwrap();
    let case = cases.as_array().unwrap().iter().find(|case| case["id"] == "aws-lambda-examples").unwrap();
    let model = &case["model"];
    let price = |item: &str, per: &str, amount: &str, free: &serde_json::Value| {
        let amount = dec(amount);
        Price {
            item: item.to_owned(),
            per: Per::parse(per).unwrap(),
            steps: vec![Step { from: Decimal::ZERO, amount, low: amount, high: amount }],
            free: Decimal::from(free.as_u64().unwrap()),
            up_to: None,
            source: case["source"].as_str().unwrap().to_owned(),
            confidence: Confidence::Primary,
        }
    };
    let compute = price("f.gb-s", "1 GB-s", model["price_per_gb_s"].as_str().unwrap(), &model["free_gb_s"]);
    let calls =
        price("f.call", "1M calls", model["price_per_million"].as_str().unwrap(), &model["free_requests"]);
    let cents =
        |price: &Price, quantity: Decimal| rounded(charge(price, quantity, End::Mid).unwrap(), Currency::USD);
    for (i, example) in model["examples"].as_array().unwrap().iter().enumerate() {
        let expected = &case["expected"][format!("example{}", i + 1)];
        let number = |key: &str| dec(&example[key].to_string());
        let gb_s = number("memory_mb") / Decimal::from(1024) * number("invocations") * number("duration_s");
        let billed = (cents(&compute, gb_s), cents(&calls, number("invocations")));
        assert_eq!(billed.0, dec(&expected["compute_usd"].to_string()), "example {}", i + 1);
        assert_eq!(billed.1, dec(&expected["requests_usd"].to_string()), "example {}", i + 1);
        let published = case["published"][i]["value"].to_string();
        assert_eq!(billed.0 + billed.1, dec(&published), "example {}", i + 1);
    }
}

// ------------------------------------------------------------------------------------------------- what is unknown

#[test]
fn what_the_book_does_not_price_makes_the_total_unknown_and_is_named() {
    let machine = usage("compute.hour:t3.large", Quantity::Fixed(730.0));
    let odd = usage("compute.hour:t9.huge", Quantity::Fixed(730.0));
    let bill = Shop::new().with("nodes", vec![machine, odd], requests(0.0)).bill(LIST);
    assert_eq!((bill.total.value, bill.total.kind), (None, FigureKind::Unknown));
    assert_eq!(bill.known.value, Some(11_913.6), "what is known is a lower bound");
    assert_eq!(bill.per_tenant.value, None);
    assert_eq!(amount(&bill, "nodes.compute.hour:t9.huge"), None);
    assert_eq!(
        (bill.unpriced[0].component.as_str(), bill.unpriced[0].item.as_str()),
        ("nodes", "compute.hour:t9.huge")
    );
}

#[test]
fn each_reason_for_a_missing_amount_has_its_sentence() {
    let item = "compute.hour:t3.large";
    let one = |quantity| Shop::new().with("x", vec![usage(item, quantity)], requests(0.0));
    let why = |shop: Shop| shop.bill(LIST).unpriced[0].why.clone();
    assert_eq!(
        why(one(Quantity::Fixed(1.0)).of("acme")),
        words::no_provider("aws-list-2025-11", "acme", item)
    );
    let far = one(Quantity::Fixed(1.0)).of("aws").at("frankfurt", Some("eu-central-1"));
    assert_eq!(why(far), words::no_region("aws-list-2025-11", "eu-central-1", item));
    assert_eq!(why(one(Quantity::Unknown)), words::no_quantity(item));
    assert_eq!(why(one(Quantity::Fixed(f64::NAN))), words::no_quantity(item));
    assert_eq!(why(one(Quantity::Fixed(-1.0))), words::no_quantity(item));
    assert_eq!(why(one(Quantity::Fixed(7e28))), words::too_large(item));
}

#[test]
fn a_model_that_buys_nothing_has_no_bill_of_zero() {
    let bill = Shop::new().bill(LIST);
    assert_eq!((bill.total.value, bill.known.value, bill.lines.len()), (None, None, 0));
    assert!(plimsoll::cost::bill(&build::empty(), &Loads::default(), "no-such-book").is_none());
}

#[test]
fn loads_that_are_missing_leave_lines_unknown() {
    let mut shop = Shop::new().with("cdn", vec![usage("cdn.gb", Quantity::GbOut)], requests(0.0));
    shop.loads = Loads::default();
    assert_eq!(shop.bill(LIST).total.value, None);
}

// --------------------------------------------------------------------------------------- the scenario's own book

/// The fourteen lines of the plan's table.
const PLAN: [(&str, &str, i64); 14] = [
    ("eks", "eks", 10_000),
    ("ec2", "nodes", 25_000),
    ("rds", "rds", 15_000),
    ("elasticache", "redis", 5_000),
    ("s3", "s3", 3_000),
    ("alb", "alb", 3_000),
    ("cloudfront", "cdn", 2_000),
    ("route53", "dns", 1_000),
    ("waf", "waf", 5_000),
    ("acm", "alb", 0),
    ("cloudwatch", "cloudwatch", 8_000),
    ("datadog", "datadog", 12_000),
    ("rds-backup", "rds", 2_000),
    ("s3-replication", "s3", 1_000),
];

fn plan_book() -> OwnBook {
    let line = |(id, pays, yen): &(&str, &str, i64)| OwnLine {
        id: (*id).to_owned(),
        name: Phrase::same(*id),
        pays: Some((*pays).to_owned()),
        amount: Money::new(Decimal::from(*yen), Currency::JPY),
        quote: None,
        at: Span::default(),
    };
    OwnBook {
        id: "plan-2025".to_owned(),
        tier: Some("t100".to_owned()),
        currency: Currency::JPY,
        lines: PLAN.iter().map(line).collect(),
        at: Span::default(),
    }
}

fn plan(tier: &str) -> Shop {
    let nodes = vec![
        usage("compute.hour:t3.large", Quantity::Fixed(2190.0)),
        usage("nat.hour", Quantity::Fixed(2190.0)),
        usage("nat.gb", Quantity::Unknown),
    ];
    let tokens = vec![usage("llm.token-in:gpt-4o", Quantity::TokensIn)];
    let load = ComponentLoad { tokens_in: 1e9, ..requests(1e6) };
    let mut shop = Shop::new()
        .with("nodes", nodes, requests(1e6))
        .with("openai", tokens.clone(), load)
        .of("openai")
        .with("azure-openai", tokens, requests(0.0))
        .of("azure");
    shop.model.tier.id = tier.to_owned();
    shop.model.books.push(plan_book());
    shop
}

#[test]
fn the_plans_table_is_reproduced_to_the_yen() {
    let bill = plan("t100").bill("plan-2025");
    assert_eq!(
        (bill.total.value, bill.total.kind, bill.lines.len()),
        (Some(92_000.0), FigureKind::Exact, 14)
    );
    assert_eq!((bill.total.low, bill.total.high), (Some(92_000.0), Some(92_000.0)));
    assert_eq!(bill.lines.iter().map(|line| line.amount.value.unwrap()).sum::<f64>(), 92_000.0);
    assert_eq!((bill.per_tenant.value, bill.known.value), (Some(920.0), Some(92_000.0)));
    assert_eq!((bill.exchange, bill.book.as_str()), (None, "plan-2025"));
}

#[test]
fn the_plans_table_is_not_stretched_to_tiers_it_does_not_state() {
    let bill = plan("t500").bill("plan-2025");
    assert_eq!(bill.lines.len(), 14);
    assert!(bill.lines.iter().all(|line| line.amount.value.is_none()));
    assert_eq!((bill.total.value, bill.known.value, bill.per_tenant.value), (None, None, None));
}

#[test]
fn the_holes_of_the_plans_table_are_named_and_its_total_stays() {
    for tier in ["t100", "t500"] {
        let bill = plan(tier).bill("plan-2025");
        let holes: Vec<_> =
            bill.unpriced.iter().map(|hole| (hole.component.as_str(), hole.item.as_str())).collect();
        // the line for machines pays for machines, not for NAT; a fallback that gets no token is no hole
        assert_eq!(
            holes,
            [("nodes", "nat.hour"), ("nodes", "nat.gb"), ("openai", "llm.token-in:gpt-4o")],
            "{tier}"
        );
        assert!(bill.unpriced.iter().all(|hole| !hole.why.ja.is_empty() && !hole.why.en.is_empty()));
    }
}

#[test]
fn the_audit_prices_what_the_plan_leaves_out() {
    let shop = plan("t100");
    let left = left_out(&shop.model, &shop.loads, "plan-2025", LIST);
    let ids: Vec<_> = left.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(ids, ["nodes.nat.hour", "nodes.nat.gb", "openai.llm.token-in:gpt-4o"]);
    assert_eq!(left[0].amount.value, Some(20_367.0));
    assert_eq!(left[1].amount.value, None);
    assert_eq!(left[2].amount.value, Some(375_000.0));
    assert!(left_out(&shop.model, &shop.loads, "plan-2025", "no-such-book").is_empty());
}
