//! Relational database.

use super::common::{
    self, amount, contract, hours, outage, per_journey, stated_failure, takes, takes_of, time_or, usage,
};
use super::machines::machine;
use super::{Kind, Parts, Site};
use crate::diag::Diagnostic;
use crate::fields::{Field, Ref, Type, When};
use crate::model::failure::{Failure, Outage};
use crate::model::recovery::{Restore, Takes};
use crate::model::station::{Replica, Servers, Station};
use crate::model::usage::{Quantity, Usage};
use crate::text::{diagnostics as say, recovery as missing, words};
use crate::units::{Duration, Probability};

/// The kind.
pub const KIND: Kind = Kind {
    id: "database",
    name: words("データベース", "Database"),
    help: words(
        "リレーショナルデータベース(RDS、Aurora など)。クラスの vCPU が窓口の数。要求は仕事のあいだ窓口を塞ぐ。Single-AZ はホスト障害(rate.rds.failover)で fo.rds.single_az_host_failure、保守(rate.rds.maintenance)でその下限だけ止まる。Multi-AZ は待機系が別ゾーンにあり、どちらでも failover の間だけ止まる。既定は提供元ごとの値(fo.rds.multi_az、fo.aurora.failover、fo.gcp.sql_ha、fo.azure.pg_ha)。Aurora の容量は三つのゾーンにあり、待機系は読み取り用のインスタンス(readers)。バックアップから戻す時間は storage に比例する(fo.rds.restore_100gb、または restore-rate)。",
        "Relational database (RDS, Aurora). Its class's vCPUs are its servers; a request holds one for its work. Single-AZ: a lost host (rate.rds.failover) costs fo.rds.single_az_host_failure, maintenance (rate.rds.maintenance) the low end of that. Multi-AZ: a standby in another zone takes over within `failover` in both cases, by default that of the vendor (fo.rds.multi_az, fo.aurora.failover, fo.gcp.sql_ha, fo.azure.pg_ha). Aurora keeps its storage in three zones, and its standbys are its `readers`. A restore from a backup takes as long as `storage` is large (fo.rds.restore_100gb, or `restore-rate`).",
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
        Field::new(
            "standby",
            Type::Ref(Ref::Zone),
            words(
                "待機系のゾーン。別のリージョンでもよく、そのときは lag だけ遅れている。",
                "Zone of the standby; one in another region is `lag` behind.",
            ),
        )
        .when(&[When::Is("multi-az", &["true"])]),
        Field::new(
            "failover",
            Type::Time,
            words("待機系に切り替わるまで。", "Time until the standby has taken over."),
        )
        .tunable()
        .when(&[When::Is("multi-az", &["true"])]),
        Field::new(
            "lag",
            Type::Time,
            words(
                "別のリージョンの待機系や複製の遅れ。書かなければ fo.rds.xregion_lag か fo.aurora.global_rpo。",
                "How far a standby or replica in another region is behind; fo.rds.xregion_lag or fo.aurora.global_rpo when absent.",
            ),
        )
        .within(0.0, 1e9),
        Field::new(
            "readers",
            Type::Count,
            words(
                "Aurora の読み取り用インスタンスの数。書き込み側が落ちると、ひとつが引き継ぐ。既定は multi-az なら 1。",
                "Readers of an Aurora cluster, one of which takes over from the writer; one with `multi-az` when absent.",
            ),
        )
        .within(0.0, 15.0)
        .tunable(),
        Field::new(
            "global",
            Type::List(&Type::Ref(Ref::Region)),
            words(
                "Aurora Global Database の二次リージョン。",
                "Secondary regions of an Aurora global database.",
            ),
        ),
        Field::new(
            "io",
            Type::Number,
            words(
                "Aurora の標準構成で要求ひとつに課金される入出力の数。書かなければ金額は分からない。",
                "I/O requests that Aurora (Standard) charges for one request; without it that line of the bill is unknown.",
            ),
        )
        .within(0.0, 1e6)
        .tunable(),
        Field::new("storage", Type::Bytes, words("確保した容量。", "Provisioned storage.")).tunable(),
        Field::new(
            "restore-rate",
            Type::ByteRate,
            words(
                "バックアップから戻す速さ。例: 60Mbit/s。書かなければ fo.rds.restore_100gb。",
                "How fast it is restored from a backup, such as 60Mbit/s; fo.rds.restore_100gb when absent.",
            ),
        )
        .within(1.0, 1e13)
        .tunable(),
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

/// Who runs it, as far as its facts differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Vendor {
    /// RDS; also what nobody is named for.
    Rds,
    /// Aurora.
    Aurora,
    /// Cloud SQL.
    Google,
    /// Azure Database.
    Azure,
}

impl Vendor {
    fn of(site: &Site, engine: &str) -> Self {
        match site.provider.as_deref() {
            Some("gcp") => Self::Google,
            Some("azure") => Self::Azure,
            _ if engine.starts_with("aurora") => Self::Aurora,
            _ => Self::Rds,
        }
    }

    const fn failover(self) -> &'static str {
        match self {
            Self::Rds => "fo.rds.multi_az",
            Self::Aurora => "fo.aurora.failover",
            Self::Google => "fo.gcp.sql_ha",
            Self::Azure => "fo.azure.pg_ha",
        }
    }

    /// The contract, by engine and by whether there is a standby.
    fn contract(self, engine: &str, multi: bool, on_aws: bool) -> Option<&'static str> {
        match (self, multi) {
            (Self::Rds, true) if on_aws => Some("sla.aws.rds.multi"),
            (Self::Rds, false) if on_aws => Some("sla.aws.rds.single"),
            (Self::Aurora, true) if on_aws => Some("sla.aws.aurora.multi"),
            (Self::Google, true) => Some("sla.gcp.sql.ent"),
            (Self::Azure, true) if engine == "postgres" => Some("sla.azure.pg.zr"),
            (Self::Azure, false) if engine == "postgres" => Some("sla.azure.pg.none"),
            _ => None,
        }
    }
}

/// The families of items that an engine's instances are sold as, alone and with a standby.
pub fn families(engine: &str) -> (String, String) {
    let of = |with: &str| match engine {
        "postgres" => format!("database.hour{with}"),
        aurora if aurora.starts_with("aurora") => "database.hour.aurora".to_owned(),
        other => format!("database.hour{with}.{other}"),
    };
    (of(""), of(".multi-az"))
}

fn lower(site: &mut Site) -> Parts {
    check(site);
    let engine = site.read.text("engine").unwrap_or("postgres");
    let vendor = Vendor::of(site, engine);
    let class = site.read.text("class").unwrap_or("").to_owned();
    let vcpu = site.read.number("vcpu").or(machine(&class).map(|m| m.vcpu));
    let work = per_journey(site, "work");
    if vcpu.is_none() && work.iter().any(Option::is_some) {
        let at = site.read.node("class").map_or(site.at, |n| n.span);
        let error = Diagnostic::error("unknown-machine", at, say::unknown_machine(&class));
        site.diagnostics.push(error.help(super::machines::unknown_help(&class, "`vcpu`")));
    }
    let read = &site.read;
    let standbys = standbys(site, engine);
    let multi = standbys > 0;
    let standby = super::common::zone_named(site, "standby").or(site.zones.get(1).copied());
    let mut replicas = vec![Replica { zone: site.zones.first().copied(), active: true }];
    replicas.extend((0..standbys).map(|_| Replica { zone: standby, active: false }));
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
        failover: multi.then(|| time_or(Some(read), "failover", vendor.failover())),
        needs: Some(1),
        known: true,
        ..Failure::default()
    };
    if let Some(id) = vendor.contract(engine, multi, common::runs_on_aws(site)) {
        contract(&mut failure, id);
    }
    let station = Station {
        replicas,
        servers: vcpu.map_or(Servers::Infinite, |n| Servers::Count(n.max(1.0) as u32)),
        work,
        connections: connections(site, &class),
        error_ratio: read.share("errors").unwrap_or(Probability::ZERO),
        ..common::delay(site)
    };
    let usages = usages(site, engine, &class, standbys);
    let restore = restore(site, vendor, multi);
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

/// Instances beside the one that is written to.
fn standbys(site: &Site, engine: &str) -> u32 {
    let multi = site.read.flag("multi-az").unwrap_or(false);
    match site.read.count("readers") {
        Some(readers) if engine.starts_with("aurora") => readers,
        _ => u32::from(multi),
    }
}

/// What is stated and cannot be.
fn check(site: &mut Site) {
    let read = site.read;
    let aurora = read.text("engine").is_some_and(|engine| engine.starts_with("aurora"));
    let mut found = Vec::new();
    let other = site.provider.as_deref().filter(|provider| aurora && *provider != "aws");
    if let (Some(provider), Some(node)) = (other, read.node("engine")) {
        let error = Diagnostic::error("engine-elsewhere", node.span, say::engine_elsewhere(provider));
        found.push(error.help(say::engine_elsewhere_help()));
    }
    for field in ["readers", "global", "io"] {
        if let Some(node) = read.node(field).filter(|_| !aurora) {
            let error = Diagnostic::error("aurora-only", node.span, say::aurora_only(field));
            found.push(error.help(say::aurora_only_help()));
        }
    }
    let multi = read.flag("multi-az").unwrap_or(false);
    if let (true, Some(0), Some(node)) = (multi, read.count("readers"), read.node("readers")) {
        let error = Diagnostic::error("alone-multi-az", node.span, say::alone_multi_az(site.id, 1));
        found.push(error.help(say::alone_multi_az_help("readers = 1")));
    }
    let standby = super::common::zone_named(site, "standby");
    if let (true, Some(at), Some(node)) = (multi, standby, read.node("standby"))
        && site.zones.first() == Some(&at)
    {
        let error = Diagnostic::error("same-zone", node.span, say::same_zone(site.id));
        found.push(error.help(say::same_zone_help()));
    }
    site.diagnostics.extend(found);
}

fn usages(site: &Site, engine: &str, class: &str, standbys: u32) -> Vec<Usage> {
    let read = &site.read;
    let (single, pair) = families(engine);
    let stored = read.number("storage").map(|b| b / 1e9);
    if engine.starts_with("aurora") {
        let io = read.number("io").map_or(Quantity::Unknown, Quantity::PerRequest);
        let instances = match class {
            "" => amount(single, None),
            class => hours(format!("{single}:{class}"), f64::from(1 + standbys)),
        };
        let mut used = vec![
            instances,
            amount("database.storage.gb-month.aurora", stored),
            usage("database.io.aurora", io),
        ];
        used.extend(surplus(site, class, "database.surplus-credit.aurora"));
        return used;
    }
    let (family, kind) = if standbys > 0 { (pair, ".multi-az") } else { (single, "") };
    let mut used = vec![
        if class.is_empty() {
            amount("database.hour", None)
        } else {
            hours(format!("{family}:{class}"), 1.0)
        },
        amount(format!("database.storage.gb-month{kind}"), stored),
    ];
    used.extend(surplus(site, class, "database.surplus-credit"));
    used
}

/// What a burstable class uses beyond what it earns: RDS charges for it (note of `lat.credit.t3.default_unlimited`).
fn surplus(site: &Site, class: &str, item: &str) -> Option<Usage> {
    let earns = super::node_group::baseline(class)? * machine(class)?.vcpu;
    common::runs_on_aws(site).then(|| usage(item, Quantity::Surplus { earns }))
}

fn restore(site: &Site, vendor: Vendor, multi: bool) -> Restore {
    let id = site.id;
    let on_aws = matches!(vendor, Vendor::Rds | Vendor::Aurora);
    let stated = |field: &str| site.read.value(field).map(|value| takes_of(&value));
    let known = |fact: &str, what: &str| {
        if on_aws { takes(fact) } else { Takes::unknown(missing::unknown_time(id, &format!("{what}-{id}"))) }
    };
    let aurora = vendor == Vendor::Aurora;
    Restore {
        keeps_data: true,
        failover: multi.then(|| stated("failover").unwrap_or_else(|| takes(vendor.failover()))),
        replace: Some(known("fo.rds.single_az_host_failure", "replace")),
        restore: Some(restored(site, vendor)),
        promote: Some(known(
            if aurora { "fo.aurora.global_rto" } else { "fo.rds.replica_promote" },
            "promote",
        )),
        lag: stated("lag").or_else(|| {
            on_aws.then(|| takes(if aurora { "fo.aurora.global_rpo" } else { "fo.rds.xregion_lag" }))
        }),
        copy_lag: on_aws.then(|| takes("fo.rds.xregion_backup_rpo")),
        repoint: Some(takes("fo.rds.dns_ttl")),
        ..Restore::default()
    }
}

/// How long a restore from a backup takes: the size, at its central value, at the stated rate, else at that of RDS. What Aurora
/// restores is not seen to depend on the size (note of `fo.aurora.restore`).
fn restored(site: &Site, vendor: Vendor) -> Takes {
    /// The size that `fo.rds.restore_100gb` is about, bytes.
    const MEASURED: f64 = 1e11;
    let (size, rate) = (site.read.number("storage"), site.read.value("restore-rate"));
    if vendor == Vendor::Aurora && rate.is_none() {
        return takes("fo.aurora.restore");
    }
    let Some(size) = size else {
        return Takes::unknown(missing::unknown_size(site.id));
    };
    match (rate, vendor) {
        (Some(rate), _) => {
            let [slow, usual, fast] = rate.ends();
            Takes::three_point(size / fast, size / usual, size / slow, None)
        }
        (None, Vendor::Rds) => takes("fo.rds.restore_100gb").times(size / MEASURED),
        (None, _) => Takes::unknown(missing::unknown_restore(site.id)),
    }
}
