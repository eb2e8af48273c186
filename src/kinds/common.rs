//! What kinds have in common: fields of every component, and the ways most of them serve and fail.

use super::{IDS, Parts, Site};
use crate::fields::facts;
use crate::fields::node::Data;
use crate::fields::value::{Value, fact_unit};
use crate::fields::{Field, Reader, Ref, Type, When};
use crate::model::ZoneIx;
use crate::model::failure::{Failure, Outage, Unit};
use crate::model::recovery::Takes;
use crate::model::station::{
    Balance, Discipline, HealthCheck, Limit, LimitUnit, OnEmpty, Program, Replica, Servers, Station,
};
use crate::model::usage::{Purchase, Quantity, Usage};
use crate::stats::distribution::Distribution;
use crate::text::words;
use crate::units::{BILLING_HOURS_PER_MONTH, Duration, HOURS_PER_YEAR, Probability, Rate};

/// Fields that every component accepts.
pub const FIELDS: &[Field] = &[
    Field::new("kind", Type::Choice(&IDS), words("構成要素の種類。", "Kind of component.")).required(),
    Field::new(
        "to",
        Type::Ref(Ref::Component),
        words(
            "次に呼ぶもの。ジャーニーの steps に書かれていなければここへ進む。",
            "What it calls next, unless a journey's `steps` say otherwise.",
        ),
    ),
    Field::new(
        "provider",
        Type::Text,
        words(
            "運営者(aws、openai など)。止まれば、その上のものがすべて止まる。",
            "Who runs it (aws, openai): a common cause of failure.",
        ),
    ),
    Field::new("region", Type::Ref(Ref::Region), words("置かれたリージョン。", "Region it stands in.")),
    Field::new("zone", Type::Ref(Ref::Zone), words("置かれたゾーン。", "Zone it stands in.")),
    Field::new(
        "zones",
        Type::List(&Type::Ref(Ref::Zone)),
        words("広がっているゾーン。順に割り当てる。", "Zones it is spread over, in turn."),
    ),
    Field::new(
        "sla",
        Type::Share,
        words(
            "提供元の契約上の稼働率。予測ではなく上限。",
            "Uptime the vendor promises: a ceiling by contract, no forecast.",
        ),
    ),
    Field::new(
        "availability",
        Type::Share,
        words("全体の稼働率の実績か計画値。", "Measured or planned availability of the whole."),
    )
    .tunable(),
    Field::new(
        "mtbf",
        Type::Time,
        words("一単位の平均故障間隔。", "Mean time between failures of one unit."),
    )
    .within(60.0, 1e12),
    Field::new(
        "mttr",
        Type::TimeSpread,
        words(
            "一単位の修復時間。分布でもよい。ただの時間なら指数分布の平均。",
            "Time to repair one unit, also as a distribution; a plain time is the mean of an exponential.",
        ),
    )
    .within(1e-3, 1e9),
    Field::new(
        "common-cause",
        Type::Share,
        words(
            "一単位の故障のうち、全単位に同時に起きる割合(ベータファクター)。起きたあとは一台ずつ直る。",
            "Share of a unit's failures that strike all units at once (beta factor); each is then repaired by itself.",
        ),
    )
    .or("0%")
    .tunable(),
    Field::new(
        "repair-crew",
        Type::Count,
        words(
            "同時に修復できる単位の数。ほかは順番を待つ。書かなければすべて。",
            "Units that can be repaired at once; the others wait their turn. All when absent.",
        ),
    )
    .within(1.0, 1e6),
    Field::new(
        "needs",
        Type::Count,
        words(
            "必要な単位の数。書かなければ負荷から求める。",
            "Units needed; found from the load when absent.",
        ),
    )
    .within(1.0, 1e6),
    Field::new(
        "errors",
        Type::Share,
        words("それ自身が失敗する要求の割合。", "Share of requests that fail by themselves."),
    )
    .or("0%")
    .tunable(),
];

/// The field `latency` of components that mainly pass time.
pub const LATENCY: Field = Field::new(
    "latency",
    Type::PerJourney(&Type::TimeSpread),
    words("処理にかかる時間。待ち行列は作らない。", "Time a request spends here, without queueing."),
)
.tunable();

/// Fields of a health check.
pub const HEALTH: &[Field] = &[
    Field::new("interval", Type::Time, words("確認の間隔。", "Time between checks."))
        .or("30s")
        .within(0.1, 86_400.0),
    Field::new(
        "unhealthy",
        Type::Count,
        words("続けて何回失敗したら外すか。", "Failed checks in a row until it is taken out."),
    )
    .or("2")
    .within(1.0, 100.0),
    Field::new(
        "healthy",
        Type::Count,
        words("続けて何回成功したら戻すか。", "Good checks in a row until it is taken in."),
    )
    .or("5")
    .within(1.0, 100.0),
    Field::new("timeout", Type::Time, words("一回の確認を待つ時間。", "How long one check waits."))
        .or("5s")
        .within(0.0, 3600.0),
];

/// Ways of spreading requests over replicas.
pub const BALANCES: &[&str] = &["round-robin", "random", "least-outstanding", "power-of-two"];

/// Fields of one rate limit.
pub const LIMIT: &[Field] = &[
    Field::new("rate", Type::Rate, words("増える速さ。", "Tokens gained per time.")).required(),
    Field::new("burst", Type::Count, words("ためられる数。", "Tokens the bucket holds.")).within(1.0, 1e12),
    Field::new("takes", Type::Choice(&["requests", "tokens"]), words("何を数えるか。", "What it counts."))
        .or("requests"),
    Field::new(
        "on-empty",
        Type::Choice(&["throttle", "queue"]),
        words("足りないとき、429 で断るか待たせるか。", "What happens without enough tokens: 429, or wait."),
    )
    .or("throttle"),
    Field::new(
        "queue",
        Type::Count,
        words(
            "on-empty が queue のとき、待てる数。あふれると 429 で断る。書かなければ限りなし。",
            "With `on-empty = \"queue\"`, requests that may wait; more get a 429. Absent: without limit.",
        ),
    )
    .within(0.0, 1e7)
    .when(&[When::Is("on-empty", &["queue"])]),
];

/// How long the edge waits for the start of an answer: as its field `time-limit` says, else as AWS ships it, where that or
/// nobody is stated as the provider. Of others none is known here.
pub fn gives_up(site: &Site, fact: &str) -> Option<Duration> {
    let ships = site.provider.as_deref().is_none_or(|provider| provider == "aws");
    site.read.time("time-limit").or_else(|| ships.then(|| Duration::seconds(known_fact(fact))))
}

/// A station where nothing waits and no time passes, with one unbound replica, for `journeys` journeys.
pub fn blank(journeys: usize) -> Station {
    Station {
        replicas: vec![Replica { zone: None, active: true }],
        servers: Servers::Infinite,
        last: 1.0,
        slots: None,
        queue: None,
        patience: None,
        cpu: 1.0,
        scaling: None,
        work: vec![None; journeys],
        latency: vec![None; journeys],
        stream: vec![None; journeys],
        programs: vec![Program::default(); journeys],
        discipline: Discipline::Fifo,
        balance: Balance::RoundRobin,
        health: None,
        limits: Vec::new(),
        gives_up: None,
        connections: None,
        speeds: Vec::new(),
        error_ratio: Probability::ZERO,
        popularity: None,
        guard: None,
    }
}

/// A delay: infinitely many servers, the field `latency`, and the errors every component may have.
pub fn delay(site: &Site) -> Station {
    Station {
        latency: per_journey(site, "latency"),
        error_ratio: site.read.share("errors").unwrap_or_default(),
        ..blank(site.journeys.len())
    }
}

/// A distribution for every journey; a constant zero is no time at all.
pub fn per_journey(site: &Site, field: &str) -> Vec<Option<Distribution>> {
    let of = |id: &str| site.read.for_journey(field, id).map(|v| v.distribution());
    let something = |d: &Distribution| *d != Distribution::Constant(0.0);
    site.journeys.iter().map(|j| of(&j.journey.id).filter(something)).collect()
}

/// `count` replicas spread over the component's zones in turn.
pub fn spread(zones: &[ZoneIx], count: usize) -> Vec<Replica> {
    let zone = |i: usize| if zones.is_empty() { None } else { Some(zones[i % zones.len()]) };
    (0..count).map(|i| Replica { zone: zone(i), active: true }).collect()
}

/// One unit per replica, in the replica's zone.
pub fn units(replicas: &[Replica]) -> Vec<Unit> {
    replicas.iter().map(|r| Unit { zone: r.zone, on: None }).collect()
}

/// What the file itself states about failures: `availability`, or `mtbf` and `mttr`; also `needs` and `sla`.
/// Whatever it states replaces the kind's own data.
pub fn stated_failure(site: &Site, mut failure: Failure) -> Failure {
    let read = &site.read;
    if let Some(availability) = read.share("availability") {
        failure.availability = Some(availability);
        failure.unit_outages.clear();
        failure.known = true;
    }
    if let (Some(mtbf), Some(mttr)) = (read.time("mtbf"), read.spread("mttr")) {
        let per_year = HOURS_PER_YEAR / mtbf.as_hours();
        failure.unit_outages = vec![Outage::new(per_year, Duration::ZERO).lasting(&mttr)];
        failure.known = true;
    }
    failure.common = read.share("common-cause").unwrap_or(failure.common);
    failure.crew = read.count("repair-crew").or(failure.crew);
    failure.needs = read.count("needs").or(failure.needs);
    if let Some(sla) = read.value("sla") {
        // The SLA facts write "no SLA exists" as 0.
        failure.sla = Probability::new(sla.central).filter(|p| p.get() > 0.0);
        failure.sla_source = sla.fact.map(|f| f.id.to_owned());
    }
    failure
}

/// A managed service without failure data of its own: it fails with its region and provider.
pub fn managed(site: &Site) -> Failure {
    stated_failure(site, Failure::default())
}

/// A fact's central value in SI. Facts named in code exist: a test asks for each.
pub fn known_fact(id: &str) -> f64 {
    let fact = facts::fact(id);
    debug_assert!(fact.is_some(), "fact `{id}`");
    fact.and_then(|f| Some(facts::amount(id)?.value * fact_unit(f.unit)?.0)).unwrap_or(f64::NAN)
}

/// A time fact with its range.
pub fn takes(id: &str) -> Takes {
    let seconds = facts::lasts(id);
    debug_assert!(seconds.is_some(), "fact `{id}`");
    let seconds = seconds.unwrap_or(Distribution::Constant(f64::INFINITY));
    Takes { source: Some(id.to_owned()), ..Takes::stated(seconds) }
}

/// A time that a field of this table states, else a fact.
pub fn time_or(read: Option<&Reader>, field: &str, id: &str) -> Duration {
    read.and_then(|read| read.time(field)).unwrap_or_else(|| Duration::seconds(known_fact(id)))
}

/// A time that a field states with its range, else a fact.
pub fn stated_takes(site: &Site, field: &str, id: &str) -> Takes {
    site.read.value(field).map_or_else(|| takes(id), |value| takes_of(&value))
}

/// A time as the distribution that is written, else with its range as a three-point estimate.
pub fn takes_of(value: &Value) -> Takes {
    let source = value.fact.map(|fact| fact.id.to_owned());
    if let Some(spread) = value.spread.clone().filter(|_| value.range.is_none()) {
        return Takes { seconds: spread, source, missing: None };
    }
    let [low, likeliest, high] = value.ends();
    Takes::three_point(low, likeliest, high, source)
}

/// Failures of one unit: a rate fact and a repair fact, which lasts here as long as wherever it is used.
pub fn outage(rate: &str, repair: &str) -> Outage {
    outage_of(rate, &[repair])
}

/// Failures of one unit whose repair takes several steps, one after the other, each a fact.
pub fn outage_of(rate: &str, repair: &[&str]) -> Outage {
    let per_year = known_fact(rate) * HOURS_PER_YEAR * 3600.0;
    let steps = || repair.iter().filter_map(|id| facts::lasts(id));
    let (mean, variance) = steps().fold((0.0, 0.0), |(m, v), step| (m + step.mean(), v + step.variance()));
    let steady = Outage::new(per_year, Duration::seconds(mean));
    // A fact without a range is a mean like a time that a file states.
    if variance > 0.0 { Outage { scv: variance / (mean * mean), ..steady } } else { steady }
}

/// A contract from a fact of the SLA table, in percent.
pub fn contract(failure: &mut Failure, id: &str) {
    failure.sla = Probability::new(known_fact(id)).filter(|p| p.get() > 0.0);
    failure.sla_source = Some(id.to_owned());
}

/// Whether the contracts of AWS apply.
pub fn runs_on_aws(site: &Site) -> bool {
    site.provider.as_deref() == Some("aws")
}

/// The zone that a field names.
pub fn zone_named(site: &Site, field: &str) -> Option<ZoneIx> {
    let id = site.read.text(field)?;
    site.zone_ids.iter().position(|z| z == id).map(|i| ZoneIx(i as u16))
}

/// The region of a zone, by its id: `tokyo` of `tokyo/a`.
pub fn known_region(zone: &str) -> Option<&str> {
    zone.split_once('/').map(|(region, _)| region)
}

/// How requests are spread, by its word.
pub fn balance(word: Option<&str>) -> Balance {
    match word {
        Some("random") => Balance::Random,
        Some("least-outstanding") => Balance::LeastOutstanding,
        Some("power-of-two") => Balance::PowerOfTwo,
        _ => Balance::RoundRobin,
    }
}

/// The health check in the field `health`.
pub fn health(read: &Reader) -> Option<HealthCheck> {
    let check = read.sub("health")?;
    Some(HealthCheck {
        interval: check.time("interval")?,
        unhealthy: check.count("unhealthy")?,
        healthy: check.count("healthy")?,
        timeout: check.time("timeout")?,
    })
}

/// The rate limits in the field `limits`: one table, or a list of them.
pub fn limits(read: &Reader) -> Vec<Limit> {
    let tables = match read.node("limits").map(|n| &n.data) {
        Some(Data::Table(table)) => vec![table],
        Some(Data::List(list)) => list.iter().filter_map(|n| n.table()).collect(),
        _ => Vec::new(),
    };
    let limit = |table| {
        let one = Reader::new(table, LIMIT);
        let rate = one.rate("rate")?;
        let burst = one.number("burst").unwrap_or(rate.as_per_second().max(1.0));
        let tokens = one.text("takes") == Some("tokens");
        let waits = one.text("on-empty") == Some("queue");
        let takes = if tokens { LimitUnit::Tokens } else { LimitUnit::Requests };
        let on_empty = if waits { OnEmpty::Queue } else { OnEmpty::Throttle };
        Some(Limit { queue: one.count("queue"), ..Limit::new(rate, burst, takes, on_empty) })
    };
    tables.into_iter().filter_map(limit).collect()
}

/// A quota that answers 429 when empty: a bucket that holds what comes in `window`.
pub fn bucket(rate: Rate, takes: LimitUnit, window: Duration) -> Limit {
    let burst = (rate.as_per_second() * window.as_seconds()).max(1.0);
    Limit::new(rate, burst, takes, OnEmpty::Throttle)
}

/// A quota that is counted anew every `window`, and answers 429 until then once it is used up.
pub fn counter(rate: Rate, takes: LimitUnit, window: Duration) -> Limit {
    Limit { window: Some(window), ..bucket(rate, takes, window) }
}

/// A usage.
pub fn usage(item: impl Into<String>, quantity: Quantity) -> Usage {
    Usage { item: item.into(), quantity, region: None, purchase: Purchase::OnDemand }
}

/// So many of something, all hours of a billing month.
pub fn hours(item: impl Into<String>, count: f64) -> Usage {
    usage(item, Quantity::Fixed(count * BILLING_HOURS_PER_MONTH))
}

/// How its machines are bought, as its field `purchase` says.
pub fn bought(site: &Site, mut usage: Usage) -> Usage {
    usage.purchase = site.read.text("purchase").and_then(Purchase::from_word).unwrap_or_default();
    usage
}

/// The field `exchange` of a store.
pub const EXCHANGE: Field = Field::new(
    "exchange",
    Type::Bytes,
    words(
        "要求ひとつとその答えの量。ゾーンをまたぐ転送にかかる。既定は仮定。",
        "Bytes of one request and its answer, for traffic between zones; the default is an assumption.",
    ),
)
.or("2KB")
.tunable();

/// The field `endpoint` of what pods call over the network of its provider.
pub const ENDPOINT: Field = Field::new(
    "endpoint",
    Type::Choice(&["none", "gateway", "interface"]),
    words(
        "NAT ゲートウェイを通らずに届くか。gateway は無料(S3)、interface はゾーンごとの時間と量に課金される。書かなければ NAT の後ろからはそこを通る。",
        "Whether it is reached around NAT gateways: a gateway endpoint is free (S3), an interface endpoint is paid by the hour in each zone and by GB. Without one, whoever stands behind NAT gateways goes through them.",
    ),
)
.or("none")
.tunable();

/// The field `purchase` of what can be committed to.
pub const PURCHASE: Field = Field::new(
    "purchase",
    Type::Choice(Purchase::WORDS),
    words(
        "買い方。1y・3y は使わなくても払う約束、spot は短い予告で取り上げられる余り。",
        "How it is bought: `1y` and `3y` are paid for whether used or not, `spot` is taken back at short notice.",
    ),
)
.or("on-demand")
.tunable();

/// A stated amount per month, or unknown.
pub fn amount(item: impl Into<String>, stated: Option<f64>) -> Usage {
    usage(item, stated.map_or(Quantity::Unknown, Quantity::Fixed))
}

/// Parts of a managed service that only delays requests.
pub fn managed_delay(site: &Site) -> Parts {
    Parts { station: Some(delay(site)), failure: managed(site), managed: true, ..Parts::default() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn facts_named_in_the_code_exist_and_have_a_unit() {
        let here = [
            include_str!("cache.rs"),
            include_str!("cdn.rs"),
            include_str!("database.rs"),
            include_str!("load_balancer.rs"),
            include_str!("llm_api.rs"),
            include_str!("node_group.rs"),
            include_str!("service.rs"),
            include_str!("../scenario/places.rs"),
        ];
        let mut seen = 0;
        for id in here.iter().flat_map(|text| text.split('"')) {
            let is_fact = ["rate.", "fo.", "sla.", "lat."].iter().any(|p| id.starts_with(p))
                && !id.contains([' ', '{']);
            if is_fact {
                assert!(crate::fields::facts::fact(id).is_some_and(|fact| fact.value.is_some()), "{id}");
                seen += 1;
            }
        }
        assert!(seen > 10);
    }
}
