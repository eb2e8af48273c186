//! Relational database.

use super::common::{
    self, amount, contract, hours, outage, per_journey, runs_on_aws, stated_failure, stated_takes, takes,
    time_or,
};
use super::machines::machine;
use super::{Kind, Parts, Site};
use crate::diag::Diagnostic;
use crate::fields::{Field, Ref, Type, When};
use crate::model::failure::{Failure, Outage};
use crate::model::recovery::Restore;
use crate::model::station::{Replica, Servers, Station};
use crate::text::{diagnostics as say, words};
use crate::units::{Duration, Probability};

/// The kind.
pub const KIND: Kind = Kind {
    id: "database",
    name: words("データベース", "Database"),
    help: words(
        "リレーショナルデータベース(RDS など)。クラスの vCPU が窓口の数。要求は仕事のあいだ窓口を塞ぐ。Single-AZ はホスト障害(rate.rds.failover)で fo.rds.single_az_host_failure、保守(rate.rds.maintenance)でその下限だけ止まる。Multi-AZ は待機系が別ゾーンにあり、どちらでも failover の間だけ止まる。",
        "Relational database (RDS). Its class's vCPUs are its servers; a request holds one for its work. Single-AZ: a lost host (rate.rds.failover) costs fo.rds.single_az_host_failure, maintenance (rate.rds.maintenance) the low end of that. Multi-AZ: a standby in another zone takes over within `failover` in both cases.",
    ),
    own: &[
        common::EXCHANGE,
        Field::new(
            "engine",
            Type::Choice(&["postgres", "mysql", "aurora-postgres", "aurora-mysql", "sqlserver", "oracle"]),
            words("種類。", "Engine."),
        )
        .or("postgres")
        .when(&[When::With(&["class", "multi-az"])]),
        Field::new(
            "class",
            Type::Text,
            words("インスタンスクラス。例: db.t3.medium。", "Instance class, such as db.t3.medium."),
        )
        .tunable(),
        Field::new(
            "vcpu",
            Type::Count,
            words("vCPU。クラスから分かれば不要。", "vCPUs, where the class does not tell."),
        )
        .within(1.0, 1e4),
        Field::new(
            "multi-az",
            Type::Flag,
            words("別のゾーンに待機系を置くか。", "Whether a standby stands in another zone."),
        )
        .or("false")
        .tunable(),
        Field::new("standby", Type::Ref(Ref::Zone), words("待機系のゾーン。", "Zone of the standby."))
            .when(&[When::Is("multi-az", &["true"])]),
        Field::new(
            "failover",
            Type::Time,
            words("待機系に切り替わるまで。", "Time until the standby has taken over."),
        )
        .tunable()
        .when(&[When::Is("multi-az", &["true"])]),
        Field::new("storage", Type::Bytes, words("確保した容量。", "Provisioned storage.")).tunable(),
        Field::new(
            "work",
            Type::PerJourney(&Type::TimeSpread),
            words("要求ひとつが vCPU を塞ぐ時間。", "Time one request holds a vCPU."),
        )
        .tunable(),
        common::LATENCY,
        Field::new(
            "connections",
            Type::Count,
            words(
                "同時に張れる接続の数。要求ひとつがひとつを使い、あふれたものは断られる。書かなければ、aws か提供元なしのクラスのメモリーから、postgres は fo.rds.max_conn_divisor、mysql は lat.mysql.max_conn_divisor で求める。",
                "Connections it accepts: a request takes one, and beyond them it is refused. When absent from the memory of the class, at aws or without a provider: fo.rds.max_conn_divisor for postgres, lat.mysql.max_conn_divisor for mysql.",
            ),
        )
        .within(1.0, 1e6),
    ],
    example: "[component.rds]\nkind = \"database\"\nclass = \"db.t3.medium\"\nmulti-az = true\nzone = \"tokyo/a\"\nstandby = \"tokyo/c\"\nfailover = \"@fo.rds.multi_az\"\nstorage = \"100GB\"\nwork = \"@lat.pg.simple\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let class = site.read.text("class").unwrap_or("").to_owned();
    let vcpu = site.read.number("vcpu").or(machine(&class).map(|m| m.vcpu));
    let work = per_journey(site, "work");
    if vcpu.is_none() && work.iter().any(Option::is_some) {
        let at = site.read.node("class").map_or(site.at, |n| n.span);
        let error = Diagnostic::error("unknown-machine", at, say::unknown_machine(&class));
        site.diagnostics.push(error.help(say::unknown_machine_help()));
    }
    let read = &site.read;
    let multi = read.flag("multi-az").unwrap_or(false);
    let standby = super::common::zone_named(site, "standby").or(site.zones.get(1).copied());
    let mut replicas = vec![Replica { zone: site.zones.first().copied(), active: true }];
    if multi {
        replicas.push(Replica { zone: standby, active: false });
    }
    let (host, maintenance) = (
        outage("rate.rds.failover", "fo.rds.single_az_host_failure"),
        outage("rate.rds.maintenance", "fo.rds.single_az_host_failure"),
    );
    // The note of rate.rds.maintenance: "minutes on Single-AZ". Assumption: the low end of a host replacement.
    let minutes =
        crate::fields::facts::fact("fo.rds.single_az_host_failure").and_then(|f| f.low).unwrap_or(0.0);
    let maintenance = Outage { repair: Duration::seconds(minutes), ..maintenance };
    let mut failure = Failure {
        units: common::units(&replicas),
        unit_outages: vec![host, maintenance],
        failover: multi.then(|| time_or(Some(read), "failover", "fo.rds.multi_az")),
        needs: Some(1),
        known: true,
        ..Failure::default()
    };
    if runs_on_aws(site) {
        contract(&mut failure, if multi { "sla.aws.rds.multi" } else { "sla.aws.rds.single" });
    }
    let station = Station {
        replicas,
        servers: vcpu.map_or(Servers::Infinite, |n| Servers::Count(n.max(1.0) as u32)),
        work,
        connections: connections(site, &class),
        error_ratio: read.share("errors").unwrap_or(Probability::ZERO),
        ..common::delay(site)
    };
    let kind = if multi { ".multi-az" } else { "" };
    let usages = vec![
        if class.is_empty() {
            amount("database.hour", None)
        } else {
            hours(format!("database.hour{kind}:{class}"), 1.0)
        },
        amount(format!("database.storage.gb-month{kind}"), read.number("storage").map(|b| b / 1e9)),
    ];
    let restore = Restore {
        keeps_data: true,
        failover: multi.then(|| stated_takes(site, "failover", "fo.rds.multi_az")),
        replace: Some(takes("fo.rds.single_az_host_failure")),
        restore: Some(takes("fo.rds.restore_100gb")),
        promote: Some(takes("fo.rds.replica_promote")),
        lag: Some(takes("fo.rds.xregion_lag")),
        copy_lag: Some(takes("fo.rds.xregion_backup_rpo")),
        repoint: Some(takes("fo.rds.dns_ttl")),
        create: None,
    };
    let failure = stated_failure(site, failure);
    Parts { station: Some(station), failure, restore, usages, ..Parts::default() }
}

/// Connections that it accepts: those stated, else the default of its engine for the memory of its class.
fn connections(site: &Site, class: &str) -> Option<u32> {
    /// Most that the default of PostgreSQL gives. Source: fact fo.rds.max_conn_divisor.
    const MOST: f64 = 5000.0;
    let by_class = || {
        let ships = site.provider.as_deref().is_none_or(|provider| provider == "aws");
        let memory = machine(class).filter(|_| ships && class.starts_with("db."))?.memory;
        let per = |id: &str| crate::fields::facts::fact(id).and_then(|fact| fact.value);
        match site.read.text("engine") {
            None | Some("postgres" | "aurora-postgres") => {
                Some((memory / per("fo.rds.max_conn_divisor")?).min(MOST))
            }
            Some("mysql") => Some(memory / per("lat.mysql.max_conn_divisor")?),
            _ => None,
        }
    };
    site.read.number("connections").or_else(by_class).map(|n| n.max(1.0) as u32)
}
