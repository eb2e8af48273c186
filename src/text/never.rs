//! Findings about alerts and autoscaling that can never act.

use super::audit::share;
use super::numbers::{both, duration, plain};
use super::{Lang, Phrase};

/// An alert on machines that cannot become so busy.
pub fn alert_never(id: &str, when: &str, machines: &str, most: f64) -> Phrase {
    Phrase::new(
        format!(
            "アラート `{id}` は `{when}` を待つが、Pod の上限のため `{machines}` は {} までしか使われない。決して鳴らない。",
            share(most)
        ),
        format!(
            "Alert `{id}` waits for `{when}`, but the pods' limits let `{machines}` reach {} at most: it can never fire.",
            share(most)
        ),
    )
}

/// An alert on more than all requests.
pub fn alert_of_all(id: &str, when: &str) -> Phrase {
    Phrase::new(
        format!("アラート `{id}` は `{when}` を待つが、失敗は全要求を超えられない。決して鳴らない。"),
        format!(
            "Alert `{id}` waits for `{when}`, but no more than all requests can fail: it can never fire."
        ),
    )
}

/// A threshold that can be passed.
pub fn below_all(id: &str) -> Phrase {
    Phrase::new(
        format!("`alert.{id}` のしきい値を 100 % より下げる。"),
        format!("Put the threshold of `alert.{id}` below 100 %."),
    )
}

/// An alert on answers later than they can come.
pub fn alert_too_slow(id: &str, when: &str, limit: f64) -> Phrase {
    both(|lang| {
        let limit = duration(limit, lang).join();
        match lang {
            Lang::Ja => {
                format!(
                    "アラート `{id}` は `{when}` を待つが、答えは {limit} で打ち切られる。決して鳴らない。"
                )
            }
            Lang::En => format!(
                "Alert `{id}` waits for `{when}`, but no answer comes after {limit}, where the first call gives up: it can never fire."
            ),
        }
    })
}

/// A threshold below that.
pub fn below(id: &str, limit: f64) -> Phrase {
    both(|lang| {
        let limit = duration(limit, lang).join();
        match lang {
            Lang::Ja => format!("`alert.{id}` のしきい値を {limit} より下げる。"),
            Lang::En => format!("Put the threshold of `alert.{id}` below {limit}."),
        }
    })
}

/// A threshold that a component can reach.
pub fn lower_alert(most: f64) -> Phrase {
    Phrase::new(
        format!("しきい値を {} より下げる。", share(most)),
        format!("Put the threshold below {}.", share(most)),
    )
}

/// Pods that wait most of the time, so that their CPU never reaches the autoscaler's aim.
pub fn pods_wait(id: &str, aim: f64, most: f64, slots: u32) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` の自動拡張は 1 Pod あたり {} コアを超えるのを待つが、同時に抱える {slots} 件の要求は呼び出し先を待つ間 CPU を使わず、合わせて {} コアまで。決して増えない。",
            plain(aim),
            plain(most)
        ),
        format!(
            "Autoscaling of `{id}` waits for more than {} cores a pod, but the {slots} requests that one holds wait for what they call and use {} cores at most: it never scales up.",
            plain(aim),
            plain(most)
        ),
    )
}

/// Scale by what is held.
pub fn scale_by_requests(id: &str) -> Phrase {
    Phrase::new(
        format!("`component.{id}.scale` の目標を `cpu` から `concurrency`(Pod が抱える要求数)にする。"),
        format!("Let `component.{id}.scale` aim at `concurrency`, the requests in a pod, in place of `cpu`."),
    )
}

/// More replicas than the machines hold.
pub fn max_never_fits(id: &str, max: u32, fits: u32, nodes: &str) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` は {max} 個まで増えるはずだが、`{nodes}` には {fits} 個までしか収まらない。残りは待機のまま。"
        ),
        format!(
            "`{id}` may grow to {max} pods, but `{nodes}` has room for {fits}, all machines counted that may be added: the rest stays pending."
        ),
    )
}

/// Make room for them.
pub fn room_for(id: &str, nodes: &str, fits: u32) -> Phrase {
    Phrase::new(
        format!("`component.{nodes}` の台数を増やすか、`component.{id}.scale.max` を {fits} にする。"),
        format!("Give `component.{nodes}` more machines, or put `component.{id}.scale.max` to {fits}."),
    )
}

/// Watch the pods instead.
pub fn watch_pods(id: &str) -> Phrase {
    Phrase::new(
        format!("ノードではなく `{id}.cpu` を見る。"),
        format!("Watch `{id}.cpu` instead of the machines."),
    )
}

/// Machines that may be added and never are.
pub fn nodes_never_added(id: &str, there: u32, most: u32, pods: u32) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` は {there} 台から {most} 台に増えるはずだが、ノードが増えるのは Pod が収まらないときだけで、{pods} 個の Pod は増えない。決して増えない。"
        ),
        format!(
            "`{id}` may grow from {there} to {most} machines, but machines are added only when pods do not fit, and the {pods} pods are fixed: it never grows."
        ),
    )
}

/// Let pods scale.
pub fn scale_pods(id: &str) -> Phrase {
    Phrase::new(
        format!(
            "`component.{id}.scale = {{ cpu = \"70%\", min = ..., max = ... }}` で Pod を増やせるようにする。"
        ),
        format!("Let the pods grow: `component.{id}.scale = {{ cpu = \"70%\", min = ..., max = ... }}`."),
    )
}

/// Pods whose limit lies below what their autoscaler waits for.
pub fn pods_never_added(id: &str, aim: f64, limit: f64) -> Phrase {
    Phrase::new(
        format!(
            "`{id}` の自動拡張は 1 Pod あたり {} コアを超えるのを待つが、CPU の上限は {} コア。決して増えない。",
            plain(aim),
            plain(limit)
        ),
        format!(
            "Autoscaling of `{id}` waits for more than {} cores a pod, but the CPU limit is {}: it never scales up.",
            plain(aim),
            plain(limit)
        ),
    )
}

/// Raise the limit or lower the aim.
pub fn raise_limit(id: &str, above: f64) -> Phrase {
    let cores = format!("{}m", plain((above * 1000.0).ceil()));
    Phrase::new(
        format!("`component.{id}.cpu.limit` を {cores} より大きくするか、目標を下げる。"),
        format!("Raise `component.{id}.cpu.limit` above {cores}, or lower the target."),
    )
}
