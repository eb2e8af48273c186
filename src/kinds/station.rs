//! The bare queueing station: for teaching, for validation, and for what has no kind of its own.

use super::common::{self, BALANCES, HEALTH, LATENCY, LIMIT, per_journey, spread, stated_failure};
use super::{Kind, Parts, Site};
use crate::fields::node::{Data, Node};
use crate::fields::{Field, Type, When};
use crate::model::failure::Failure;
use crate::model::station::{Discipline, Servers, Station};
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "station",
    name: words("ステーション", "Station"),
    help: words(
        "待ち行列そのもの。複製ごとにひとつの行列と servers 個の窓口を持つ。servers も work も書かなければ、待ちのない遅れになる。capacity は窓口を含めて中にいられる数(M/M/c/K の K)。",
        "The bare queue. Each replica has one queue and `servers` servers; with neither servers nor work it is a delay. `capacity` counts those in service too (the K of M/M/c/K).",
    ),
    own: &[
        Field::new("servers", Type::Count, words("複製ひとつの窓口の数。", "Servers of one replica."))
            .within(1.0, 1e6)
            .tunable(),
        Field::new(
            "replicas",
            Type::Count,
            words("複製の数。それぞれに行列がある。", "Replicas, each with a queue of its own."),
        )
        .or("1")
        .within(1.0, 10_000.0)
        .tunable(),
        Field::new(
            "speeds",
            Type::List(&Type::Number),
            words(
                "複製それぞれの速さ(1 が work のとおり)。順に、足りなければ繰り返す。書かなければすべて 1。シミュレーションだけが答える。",
                "Speed of each replica, 1 being as `work` says: in their order, round and round. All 1 when absent. Only simulation answers it.",
            ),
        )
        .within(1e-3, 1e3),
        Field::new(
            "work",
            Type::PerJourney(&Type::TimeSpread),
            words("窓口を塞ぐ時間。", "Time a request holds a server."),
        )
        .tunable(),
        LATENCY,
        Field::new(
            "queue",
            Type::Count,
            words("待てる数。あふれると断る。", "Requests that may wait; more are rejected."),
        )
        .within(0.0, 1e7)
        .tunable(),
        Field::new(
            "capacity",
            Type::Count,
            words("窓口を含めて中にいられる数。", "Requests inside, those in service included."),
        )
        .within(1.0, 1e7)
        .tunable()
        .when(&[When::Without(&["queue"])]),
        Field::new(
            "patience",
            Type::TimeSpread,
            words("待ちきれずに去るまでの時間。", "How long a request waits before it gives up."),
        )
        .tunable(),
        Field::new(
            "discipline",
            Type::Choice(&["fifo", "processor-sharing", "preemptive", "non-preemptive"]),
            words("順番の決め方。", "In which order requests are served."),
        )
        .or("fifo")
        .tunable(),
        Field::new(
            "slots",
            Type::Count,
            words(
                "同時に抱えられる要求。呼び出しを待つ間も塞がる。",
                "Requests one replica holds at once, waits for calls included.",
            ),
        )
        .within(1.0, 1e7)
        .tunable(),
        Field::new(
            "balance",
            Type::Choice(BALANCES),
            words("複製への配り方。", "How requests are spread over replicas."),
        )
        .or("round-robin")
        .tunable()
        .when(&[When::Over("replicas", 1)]),
        Field::new(
            "health",
            Type::Table(HEALTH),
            words("死活監視。なければすぐに分かる。", "Health check; without one a death is known at once."),
        )
        .tunable(),
        Field::new(
            "limits",
            Type::OneOrMore(&Type::Table(LIMIT)),
            words("流量の制限(トークンバケット)。", "Rate limits (token buckets)."),
        )
        .tunable(),
    ],
    example: "[component.desk]\nkind = \"station\"\nservers = 2\nwork = \"exponential(mean=10ms)\"\ncapacity = 20\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let read = &site.read;
    let work = per_journey(site, "work");
    let stated = read.count("servers");
    let servers = match stated {
        Some(n) => Servers::Count(n.max(1)),
        None if work.iter().any(Option::is_some) => Servers::Count(1),
        None => Servers::Infinite,
    };
    let waiting = |capacity: u32| match servers {
        Servers::Count(n) => capacity.saturating_sub(n),
        Servers::Infinite => capacity,
    };
    let replicas = spread(&site.zones, read.count("replicas").unwrap_or(1) as usize);
    let failure = Failure { units: common::units(&replicas), ..Failure::default() };
    let queue = read.count("queue").or(read.count("capacity").map(waiting));
    let mut limits = common::limits(read);
    if servers == Servers::Infinite && read.count("slots").is_none() {
        // Nobody waits for anything but the limits.
        limits.iter_mut().for_each(|limit| limit.queue = limit.queue.or(queue));
    }
    let speeds = match read.node("speeds").map(|node| &node.data) {
        Some(Data::List(list)) => list.iter().filter_map(Node::number).filter(|speed| *speed > 0.0).collect(),
        _ => Vec::new(),
    };
    let station = Station {
        speeds,
        servers,
        work,
        slots: read.count("slots"),
        queue,
        patience: read.spread("patience"),
        discipline: match read.text("discipline") {
            Some("processor-sharing") => Discipline::ProcessorSharing,
            Some("preemptive") => Discipline::PreemptiveResume,
            Some("non-preemptive") => Discipline::NonPreemptive,
            _ => Discipline::Fifo,
        },
        balance: common::balance(read.text("balance")),
        health: common::health(read),
        limits,
        replicas,
        ..common::delay(site)
    };
    Parts { station: Some(station), failure: stated_failure(site, failure), ..Parts::default() }
}
