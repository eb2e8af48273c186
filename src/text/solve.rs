//! What the product says about inverse questions.

use super::Phrase;

/// Arrivals multiply.
pub fn spike(times: &str) -> Phrase {
    Phrase::new(format!("負荷が {times} 倍"), format!("{times} times the load"))
}

/// A component loses capacity.
pub fn capacity(id: &str, share: &str) -> Phrase {
    Phrase::new(format!("{id} の能力が {share} 減る"), format!("{id} loses {share} of its capacity"))
}

/// A share of a component's requests fails.
pub fn errors(id: &str, share: &str) -> Phrase {
    Phrase::new(format!("{id} の要求の {share} が失敗する"), format!("{share} of the requests at {id} fail"))
}

/// A component takes longer.
pub fn latency(id: &str, add: &Phrase) -> Phrase {
    Phrase::new(format!("{id} が {} 遅くなる", add.ja), format!("{id} takes {} longer", add.en))
}

/// Replicas are gone.
pub fn replicas(id: &str, n: u32) -> Phrase {
    let en =
        if n == 1 { format!("a replica of {id} is gone") } else { format!("{n} replicas of {id} are gone") };
    Phrase::new(format!("{id} の複製が {n} 個落ちる"), en)
}

/// A component is gone.
pub fn down(id: &str) -> Phrase {
    Phrase::new(format!("{id} が止まる"), format!("{id} is down"))
}

/// A zone is gone.
pub fn zone(id: &str) -> Phrase {
    Phrase::new(format!("ゾーン {id} が止まる"), format!("zone {id} is down"))
}

/// Both at once.
pub fn and(a: &Phrase, b: &Phrase) -> Phrase {
    Phrase::new(format!("{}、同時に {}", a.ja, b.ja), format!("{} while {}", a.en, b.en))
}

/// The least severe fault.
pub fn least(what: &Phrase, breaks: &[String]) -> Phrase {
    Phrase::new(
        format!("目標を外す最小の障害: {}。外れるのは {}。", what.ja, breaks.join("、")),
        format!("The smallest fault that breaks a target: {}. It breaks {}.", what.en, breaks.join(", ")),
    )
}

/// Objectives that fail without a fault.
pub fn broken(ids: &[String]) -> Phrase {
    Phrase::new(
        format!("障害がなくても外れている目標(ここでは見ない): {}。", ids.join("、")),
        format!("These fail without any fault, and are left out: {}.", ids.join(", ")),
    )
}

/// Nothing was found.
pub fn nothing() -> Phrase {
    Phrase::new(
        "見つからなかった。調べる目標がないか、どの大きさでも目標は保たれる。",
        "Nothing was found: there is no target to look at, or none breaks at any size.",
    )
}

/// A time, and the size at which it is so.
pub fn lasts_at(time: &str, size: &str) -> Phrase {
    Phrase::new(format!("{time}({size} のとき)"), format!("{time} at {size}"))
}

/// The most load.
pub fn most_load(tenants: &str, target: &str, component: Option<&str>) -> Phrase {
    let (ja, en) = component
        .map_or_else(Default::default, |id| (format!("(詰まるのは {id})"), format!(" ({id} gives way)")));
    Phrase::new(
        format!("{tenants} テナントまで持つ。最初に外れるのは {target}{ja}。"),
        format!("Holds up to {tenants} tenants; then {target} fails first{en}."),
    )
}

/// Vendors that fall short.
pub fn vendors(short: &[&str]) -> Phrase {
    if short.is_empty() {
        return Phrase::new(
            "どの事業者も、見込みどおりなら足りる。",
            "Every vendor is good enough if it does as expected.",
        );
    }
    Phrase::new(
        format!("見込みでは足りないもの: {}。", short.join("、")),
        format!("Not good enough as expected: {}.", short.join(", ")),
    )
}
