//! Worker nodes.

use super::common::{amount, contract, outage, outage_of, stated_failure, takes, time_or, usage};
use super::machines::machine;
use super::{Kind, Parts, Site, placement};
use crate::diag::Diagnostic;
use crate::fields::{Field, Ref, Type, When, facts};
use crate::model::credits::Credits;
use crate::model::failure::{Failure, Unit};
use crate::model::recovery::Restore;
use crate::model::scaling::Nodes;
use crate::model::usage::{Quantity, Usage};
use crate::text::{diagnostics as say, words};

/// Fields of the automatic scaling of nodes.
const SCALE: &[Field] = &[
    Field::new(
        "cpu",
        Type::Share,
        words(
            "CPU 使用率の目標。ノードは Pod が収まらないときに増える。",
            "Target CPU utilisation. Nodes are added when pods do not fit.",
        ),
    )
    .later(),
    Field::new("min", Type::Count, words("最少。", "Fewest.")).within(0.0, 1e3).later(),
    Field::new("max", Type::Count, words("最多。", "Most.")).within(0.0, 1e3).tunable(),
    Field::new(
        "start",
        Type::Time,
        words(
            "Pod が収まらないと分かってからノードが使えるまで。書かなければ fo.k8s.ca。",
            "From a pod that does not fit to a node that is ready; fo.k8s.ca when absent.",
        ),
    )
    .within(0.0, 86_400.0)
    .tunable(),
];

/// The kind.
pub const KIND: Kind = Kind {
    id: "node-group",
    name: words("ノードグループ", "Node group"),
    help: words(
        "Pod を載せる仮想マシン。ゾーンに順に置かれ、Pod の要求が収まるところに割り当てる。ノードが突然失われると(rate.node.unplanned)、検知して Pod を置き直し(fo.k8s.node_loss_total)、代わりを用意する(fo.k8s.ca)までが修復時間。NotReady は rate.k8s.node_notready。計画された入れ替えは Pod を逃がせるものとして数えない。",
        "Virtual machines that carry pods, placed in the zones in turn; pods go where their requests fit. A node lost without notice (rate.node.unplanned) is repaired when its pods run elsewhere (fo.k8s.node_loss_total) and a new node has come (fo.k8s.ca). NotReady: rate.k8s.node_notready. Planned replacements drain their pods and do not count.",
    ),
    own: &[
        Field::new(
            "on",
            Type::Ref(Ref::Kind("cluster")),
            words("載っているクラスター。", "Cluster it belongs to."),
        ),
        Field::new("type", Type::Text, words("機種。例: t3.large。", "Machine type, such as t3.large."))
            .tunable(),
        Field::new("count", Type::Count, words("台数。", "Nodes.")).or("1").within(1.0, 1000.0).tunable(),
        Field::new(
            "vcpu",
            Type::Count,
            words("一台の vCPU。機種から分かれば不要。", "vCPUs of a node, where the type does not tell."),
        )
        .within(1.0, 1e4)
        .when(&[When::With(&["memory"])]),
        Field::new(
            "memory",
            Type::Bytes,
            words(
                "一台のメモリー。機種から分かれば不要。",
                "Memory of a node, where the type does not tell.",
            ),
        )
        .when(&[When::With(&["vcpu"])]),
        Field::new(
            "disk",
            Type::Bytes,
            words(
                "一台のルートボリューム。既定は EKS の既定値 20 GiB。",
                "Root volume of a node; the default is that of EKS, 20 GiB.",
            ),
        )
        .or("20GiB")
        .tunable(),
        Field::new(
            "nat",
            Type::Count,
            words(
                "Pod がインターネットへ出るときに通る NAT ゲートウェイの数。",
                "NAT gateways through which its pods reach the internet.",
            ),
        )
        .within(0.0, 100.0)
        .tunable(),
        super::common::PURCHASE,
        Field::new("scale", Type::Table(SCALE), words("自動の増減。", "Automatic scaling.")).tunable(),
        Field::new(
            "evict",
            Type::Time,
            words(
                "ノードが失われてから、載っていた Pod が見限られてよそに置き直されるまで。書かなければ fo.k8s.node_loss_total(tolerationSeconds 300 秒を含む)。",
                "From the loss of a node until its pods are given up and wanted elsewhere; fo.k8s.node_loss_total when absent (tolerationSeconds of 300 s included).",
            ),
        )
        .within(0.0, 86_400.0)
        .tunable(),
        Field::new(
            "replace",
            Type::Flag,
            words(
                "失われたノードの代わりが動いているゾーンに立つか。残ったゾーンに空きがないときは false。",
                "Whether a lost node is replaced in a zone that works; false where the other zones have no capacity left.",
            ),
        )
        .or("true")
        .tunable(),
        Field::new(
            "credits",
            Type::Choice(&["unlimited", "standard"]),
            words(
                "T2・T3・T3a・T4g の CPU クレジットが尽きたとき、standard なら基準の速さに絞られ、unlimited なら超過分が課金される。既定は unlimited、T2 だけ standard。",
                "When the CPU credits of a T2, T3, T3a or T4g are spent: `standard` throttles it to its baseline, `unlimited` charges the surplus. `unlimited` when absent; `standard` for T2.",
            ),
        )
        .tunable(),
        Field::new(
            "credit-balance",
            Type::Share,
            words(
                "始まりにたまっているクレジット(24 時間分に対する割合)。",
                "Credits saved up at the start, as a share of what 24 hours earn.",
            ),
        )
        .or("100%")
        .tunable(),
    ],
    example: "[component.nodes]\nkind = \"node-group\"\non = \"eks\"\ntype = \"t3.large\"\ncount = 3\nzones = [\"tokyo/a\", \"tokyo/c\", \"tokyo/d\"]\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let count = site.read.number("count").unwrap_or(1.0);
    let units: Vec<Unit> = site.spots.iter().map(|s| Unit { zone: s.zone, on: None }).collect();
    let lost = outage_of("rate.node.unplanned", &["fo.k8s.node_loss_total", "fo.k8s.ca"]);
    let not_ready = outage("rate.k8s.node_notready", "fo.k8s.node_loss_total");
    let mut failure =
        Failure { units, unit_outages: vec![lost, not_ready], known: true, ..Failure::default() };
    let mut zones = site.zones.clone();
    zones.sort_unstable();
    zones.dedup();
    if super::common::runs_on_aws(site) {
        contract(&mut failure, if zones.len() > 1 { "sla.aws.ec2.region" } else { "sla.aws.ec2.instance" });
    }
    let credits = site.read.text("type").and_then(|ty| credits(ty, site));
    for field in ["credits", "credit-balance"] {
        if let (None, Some(node)) = (credits, site.read.node(field)) {
            let note = Diagnostic::note("no-credits", node.span, say::no_credits(site.id, field));
            site.diagnostics.push(note.help(say::no_credits_help()));
        }
    }
    let mut usages = match site.read.text("type") {
        Some(ty) => {
            let machines = usage(format!("compute.hour:{ty}"), Quantity::Machines(count));
            vec![super::common::bought(site, machines)]
        }
        None => vec![amount("compute.hour", None)],
    };
    usages.extend(site.read.text("type").zip(credits).and_then(|(ty, credits)| surplus(ty, &credits)));
    if let Some(disk) = site.read.number("disk") {
        usages.push(amount("block-storage.gb-month", Some(disk / 1e9 * count)));
    }
    let restore = Restore { create: Some(takes("fo.eks.nodegroup")), ..Restore::default() };
    let nodes = nodes(site);
    Parts { failure: stated_failure(site, failure), restore, credits, nodes, usages, ..Parts::default() }
}

/// Its machines: those that are there, and those that its scaling may add, in the zones in turn.
fn nodes(site: &Site) -> Option<Nodes> {
    let room = placement::room_of(&site.read)?;
    let scale = site.read.sub("scale");
    let there = site.spots.len();
    let added = (there..placement::most_nodes(&site.read)).map(|i| placement::in_turn(&site.zones, i));
    Some(Nodes {
        zones: site.spots.iter().map(|s| s.zone).chain(added).collect(),
        there: there as u32,
        cpu: room.vcpu,
        memory: room.memory,
        pods: room.pods,
        start: time_or(scale.as_ref(), "start", "fo.k8s.ca"),
        evict: time_or(Some(&site.read), "evict", "fo.k8s.node_loss_total"),
        replaced: site.read.flag("replace").unwrap_or(true),
    })
}

/// Credits of a burstable machine, where the table of its vendor has its size. T3, T3a and T4g are launched in unlimited mode,
/// T2 in standard mode (fact `lat.credit.t3.default_unlimited`).
fn credits(ty: &str, site: &Site) -> Option<Credits> {
    let (vcpu, baseline) = (machine(ty)?.vcpu, baseline(ty)?);
    let unlimited = match site.read.text("credits") {
        Some(mode) => mode == "unlimited",
        None => !ty.starts_with("t2."),
    };
    let balance = site.read.share("credit-balance").map_or(1.0, |b| b.get());
    Some(Credits { vcpu, baseline, unlimited, balance })
}

/// Share of each vCPU that a machine type or database class may use for ever; `None`: it has no credits that are known. Source:
/// facts `lat.credit.<type>.earn`, credits an hour, each a vCPU for a minute.
pub fn baseline(ty: &str) -> Option<f64> {
    let ty = ty.strip_prefix("db.").unwrap_or(ty);
    let earn = facts::fact(&format!("lat.credit.{ty}.earn"))?.value?;
    Some(earn / 60.0 / machine(ty)?.vcpu)
}

/// What the vendor charges for beyond what a machine earns, when it goes on at full speed.
fn surplus(ty: &str, credits: &Credits) -> Option<Usage> {
    let item = if ty.starts_with("t4g") { "compute.surplus-credit:t4g" } else { "compute.surplus-credit" };
    credits.unlimited.then(|| usage(item, Quantity::Surplus { earns: credits.sustained() }))
}
