//! Services: pods, containers, processes.

use super::common::{self, outage, per_journey, stated_failure, takes, time_or};
use super::placement::request;
use super::{Kind, Parts, Site};
use crate::diag::Diagnostic;
use crate::fields::{Field, Ref, Type, When};
use crate::model::failure::{Failure, Unit};
use crate::model::recovery::Restore;
use crate::model::scaling::{Aims, Pods, Scaling};
use crate::model::station::{Discipline, Replica, Servers, Station};
use crate::text::{diagnostics as say, words};

const CPU: &[Field] = &[
    Field::new(
        "request",
        Type::Cpu,
        words("確保を求める CPU。置き場所が決まる。", "CPU asked for: decides placement."),
    )
    .within(0.0, 1e4)
    .tunable(),
    Field::new(
        "limit",
        Type::Cpu,
        words("使える上限の CPU。速さが決まる。", "CPU it may use: decides speed."),
    )
    .or("1000m")
    .within(0.001, 1e4)
    .tunable(),
];
const MEMORY: &[Field] = &[
    Field::new("request", Type::Bytes, words("確保を求めるメモリー。", "Memory asked for.")).tunable(),
    Field::new("limit", Type::Bytes, words("使える上限のメモリー。", "Memory it may use.")).tunable(),
];

const SCALE: &[Field] = &[
    Field::new(
        "cpu",
        Type::Share,
        words("要求した CPU に対する使用率の目標。", "CPU used over CPU asked for that it aims at."),
    )
    .within(0.01, 100.0)
    .tunable(),
    Field::new(
        "concurrency",
        Type::Count,
        words(
            "Pod ひとつの中の要求の数の目標(待つものも数える)。外への呼び出しを待つ間は CPU を使わないので、cpu では増えない。",
            "Requests in one pod that it aims at, waiting ones included. Who waits for a call uses no CPU, so `cpu` does not see it.",
        ),
    )
    .within(1.0, 1e6)
    .tunable(),
    Field::new("memory", Type::Share, words("メモリー使用率の目標。", "Target memory utilisation.")).later(),
    Field::new("min", Type::Count, words("最少。", "Fewest.")).within(1.0, 1e4).tunable(),
    Field::new("max", Type::Count, words("最多。", "Most.")).within(1.0, 1e4).tunable(),
    Field::new(
        "start",
        Type::Time,
        words(
            "イメージのあるノードで Pod が使えるまで。書かなければ fo.k8s.pod_start。",
            "Until a pod is ready on a node that has the image; fo.k8s.pod_start when absent.",
        ),
    )
    .within(0.0, 86_400.0)
    .tunable(),
    Field::new(
        "pull",
        Type::Time,
        words(
            "イメージを取ってくる時間。書かなければ fo.k8s.image_pull。",
            "Time to pull the image; fo.k8s.image_pull when absent.",
        ),
    )
    .within(0.0, 86_400.0)
    .tunable(),
];

/// The kind.
pub const KIND: Kind = Kind {
    id: "service",
    name: words("サービス", "Service"),
    help: words(
        "Pod などの複製。複製の中の要求は CPU を等しく分け合い(プロセッサーシェアリング)、返るまで slots を塞ぐ。上限 500m なら仕事は倍の時間がかかる。上限 1500m ならひとつの要求は 1 コア、ふたつなら 0.75 コアずつ使える。Pod は rate.pod.crash の頻度で落ち、fo.k8s.pod_start で戻る。",
        "Replicas such as pods. The requests inside a replica share its CPU equally (processor sharing) and hold a slot until their reply. At a limit of 500m work takes twice its CPU time; at 1500m one request alone has a core, and two have 0.75 of one each. Pods crash at rate.pod.crash and are back after fo.k8s.pod_start.",
    ),
    own: &[
        Field::new(
            "on",
            Type::Ref(Ref::Kind("node-group")),
            words("載っているノードグループ。", "Node group that carries it."),
        ),
        Field::new("replicas", Type::Count, words("複製の数。", "Replicas."))
            .or("1")
            .within(1.0, 10_000.0)
            .tunable(),
        Field::new(
            "slots",
            Type::Count,
            words(
                "複製ひとつが同時に抱える要求。呼び出しを待つ間も塞がる。",
                "Requests one replica holds at once, waits for calls included.",
            ),
        )
        .within(1.0, 1e6)
        .tunable(),
        Field::new(
            "queue",
            Type::Count,
            words("待てる要求の数。あふれると断る。", "Requests that may wait; more are rejected."),
        )
        .within(0.0, 1e6)
        .tunable(),
        Field::new(
            "patience",
            Type::TimeSpread,
            words("待ちきれずに去るまでの時間。", "How long a request waits before it gives up."),
        )
        .tunable()
        .when(&[When::With(&["slots"])]),
        Field::new("cpu", Type::Table(CPU), words("CPU の要求と上限。", "CPU request and limit.")).tunable(),
        Field::new(
            "memory",
            Type::Table(MEMORY),
            words("メモリーの要求と上限。", "Memory request and limit."),
        )
        .tunable(),
        Field::new(
            "work",
            Type::PerJourney(&Type::TimeSpread),
            words("要求ひとつの CPU 時間。", "CPU time of one request."),
        )
        .tunable(),
        common::LATENCY,
        Field::new(
            "pool",
            Type::Count,
            words("複製ひとつがデータベースへ張る接続の数。", "Database connections of one replica."),
        )
        .within(0.0, 1e5)
        .later(),
        Field::new(
            "scale",
            Type::Table(SCALE),
            words(
                "自動の増減(Kubernetes の HPA)。max と、cpu か concurrency があれば働く。ふたつあれば、多く求める方に従う。",
                "Automatic scaling (Kubernetes HPA); works with `max` and `cpu` or `concurrency`. With both, the one that asks for more counts.",
            ),
        )
        .tunable(),
    ],
    example: "[component.api]\nkind = \"service\"\non = \"nodes\"\nreplicas = 3\nslots = 200\ncpu = { request = \"200m\", limit = \"500m\" }\nmemory = { request = \"512Mi\", limit = \"1Gi\" }\nwork = { default = \"@lat.fastapi.service\", chat = \"65ms (25ms..205ms)\" }\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let scaling = scaling(site);
    if let Some(at) = site.read.node("scale").map(|n| n.span).filter(|_| scaling.is_none()) {
        let warning = Diagnostic::warning("idle-scale", at, say::idle_scale(site.id));
        site.diagnostics.push(warning.help(say::idle_scale_help()));
    }
    refused_by_kubernetes(site);
    let read = &site.read;
    let limit = read.sub("cpu").and_then(|cpu| cpu.number("limit")).unwrap_or(1.0);
    // Kubernetes knows no finer than a thousandth of a core.
    let servers = (limit - 5e-4).ceil().max(1.0);
    let last = ((limit - (servers - 1.0)) * 1000.0).round() / 1000.0;
    // Below one core all work is slower; above, only what finds the whole cores taken.
    let (speed, last) = if servers == 1.0 { (limit, 1.0) } else { (1.0, last) };
    let work = per_journey(site, "work").into_iter().map(|w| w.map(|w| w.scale(1.0 / speed))).collect();
    let station = Station {
        replicas: site.spots.iter().map(|s| Replica { zone: s.zone, active: true }).collect(),
        servers: Servers::Count(servers as u32),
        last,
        discipline: Discipline::ProcessorSharing,
        cpu: speed,
        scaling,
        slots: read.count("slots"),
        queue: read.count("queue"),
        patience: read.spread("patience"),
        work,
        ..common::delay(site)
    };
    let failure = Failure {
        units: site.spots.iter().map(|s| Unit { zone: s.zone, on: s.node }).collect(),
        unit_outages: vec![outage("rate.pod.crash", "fo.k8s.pod_start")],
        known: true,
        ..Failure::default()
    };
    let restore = Restore {
        replace: Some(takes("fo.k8s.pod_start")),
        create: Some(takes("fo.k8s.image_pull").then(&takes("fo.k8s.pod_start"))),
        ..Restore::default()
    };
    let failure = stated_failure(site, failure);
    Parts { station: Some(station), failure, restore, pods: Some(pods(site)), ..Parts::default() }
}

/// What Kubernetes does not accept: a request above its limit, fewer replicas at most than at least.
fn refused_by_kubernetes(site: &mut Site) {
    for (table, low, high) in
        [("cpu", "request", "limit"), ("memory", "request", "limit"), ("scale", "min", "max")]
    {
        let Some(read) = site.read.sub(table) else { continue };
        let both = read.number(low).zip(read.number(high)).filter(|_| read.node(high).is_some());
        let Some(node) = read.node(low).filter(|_| both.is_some_and(|(low, high)| low > high)) else {
            continue;
        };
        let said = say::above(&format!("{table}.{low}"), &format!("{table}.{high}"));
        let error = Diagnostic::error("above-limit", node.span, said);
        site.diagnostics.push(error.help(say::above_help(low, high)));
    }
}

/// What a pod asks for, and how long it takes to be there.
fn pods(site: &Site) -> Pods {
    let scale = site.read.sub("scale");
    Pods {
        cpu: request(&site.read, "cpu"),
        memory: request(&site.read, "memory"),
        start: time_or(scale.as_ref(), "start", "fo.k8s.pod_start"),
        pull: time_or(scale.as_ref(), "pull", "fo.k8s.image_pull"),
    }
}

/// The autoscaler, when the file says what it aims at, what a pod asks for and how far it may go.
fn scaling(site: &Site) -> Option<Scaling> {
    let read = &site.read;
    let scale = read.sub("scale")?;
    let request = read.sub("cpu").and_then(|cpu| cpu.number("request")).filter(|r| *r > 0.0);
    let cpu = scale.number("cpu").filter(|t| *t > 0.0).zip(request).map(|(target, request)| target * request);
    let aims = Aims { cpu, concurrency: scale.number("concurrency") };
    if aims == Aims::default() {
        return None;
    }
    Some(Scaling {
        aims,
        min: scale.count("min").unwrap_or(1),
        max: scale.count("max")?.max(scale.count("min").unwrap_or(1)),
        more: site.more.to_vec(),
    })
}
