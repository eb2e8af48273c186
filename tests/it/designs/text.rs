//! A design as a scenario.

use super::{Balance, Call, Design, Discipline, Load, Scale, Work};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The same as a scenario.
pub fn text(design: &Design) -> String {
    let mut t = String::from("schema = 1\n");
    let time = |s: f64| format!("{:.9}s", s);
    for (j, journey) in design.journeys.iter().enumerate() {
        let _ =
            writeln!(t, "[journey.j{j}]\nentry = \"c{}\"\npriority = {}", journey.entry, journey.priority);
        let _ = match journey.load {
            Load::Open(rate) => writeln!(t, "arrivals = \"{rate:.9}/s\""),
            Load::Closed(n, think) => {
                writeln!(t, "population = {n}\nthink = \"exponential(mean={})\"", time(think))
            }
        };
        for (c, comp) in design.comps.iter().enumerate().filter(|(_, comp)| !comp.groups.is_empty()) {
            let step = |call: &Call| {
                let mut s = format!("c{}", call.to);
                if let Some((hit, behind)) = call.miss {
                    let _ = write!(s, " {:.7}% miss c{behind}", 100.0 * hit);
                } else if call.chance < 1.0 {
                    let _ = write!(s, " {:.7}%", 100.0 * call.chance);
                } else if call.times > 1 {
                    let _ = write!(s, " x{}", call.times);
                }
                format!("\"{s}\"")
            };
            let groups = comp.groups.iter().map(|group| match &group[..] {
                [one] => step(one),
                many => format!("[{}]", many.iter().map(step).collect::<Vec<_>>().join(", ")),
            });
            let _ = writeln!(t, "steps.c{c} = [{}]", groups.collect::<Vec<_>>().join(", "));
        }
    }
    for (c, comp) in design.comps.iter().enumerate() {
        let _ = writeln!(t, "[component.c{c}]\nreplicas = {}", comp.replicas);
        if let Some(Scale { aim, most, start }) = comp.scale {
            let _ = writeln!(
                t,
                "kind = \"service\"\non = \"nodes\"\ncpu = {{ request = \"1\", limit = \"1\" }}\nscale = {{ cpu = \"{:.7}%\", min = {}, max = {most}, start = \"{}\", pull = \"0s\" }}",
                100.0 * aim,
                comp.replicas,
                time(start)
            );
        } else {
            let _ = writeln!(t, "kind = \"station\"");
        }
        if let Some(servers) = comp.servers {
            let work = match comp.work {
                Work::Constant(s) => time(s),
                Work::Exponential(s) => format!("exponential(mean={})", time(s)),
                Work::Erlang2(s) => format!("erlang(k=2, mean={})", time(s)),
                Work::Uniform(s) => format!("uniform(0s, {})", time(2.0 * s)),
            };
            if comp.scale.is_none() {
                let _ = writeln!(t, "servers = {servers}");
            }
            let _ = writeln!(t, "work = \"{work}\"");
        }
        if comp.latency > 0.0 {
            let _ = writeln!(t, "latency = \"{}\"", time(comp.latency));
        }
        if let Some(room) = comp.room {
            let _ = writeln!(t, "queue = {room}");
        }
        if let Some(slots) = comp.slots {
            let _ = writeln!(t, "slots = {slots}");
        }
        let discipline = match comp.discipline {
            Discipline::Fifo => "fifo",
            Discipline::Preemptive => "preemptive",
            Discipline::NonPreemptive => "non-preemptive",
        };
        let balance = match comp.balance {
            Balance::RoundRobin => "round-robin",
            Balance::Random => "random",
            Balance::Least => "least-outstanding",
            Balance::TwoChoices => "power-of-two",
        };
        if comp.scale.is_none() {
            let _ = writeln!(t, "discipline = \"{discipline}\"\nbalance = \"{balance}\"");
        }
        if let Some((rate, burst)) = comp.limit {
            let _ = writeln!(t, "limits = {{ rate = \"{rate:.9}/s\", burst = {burst} }}");
        }
    }
    if design.comps.iter().any(|comp| comp.scale.is_some()) {
        t += "[component.nodes]\nkind = \"node-group\"\nvcpu = 64\nmemory = \"256GiB\"\ncount = 2\n";
    }
    let mut policies: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (pair, size) in &design.pools {
        policies.insert(*pair, format!("pool = {{ size = {size} }}\n"));
    }
    for (c, comp) in design.comps.iter().enumerate() {
        for call in comp.groups.iter().flatten() {
            if let Some((limit, extra, base)) = call.limit {
                let retry =
                    format!("retry = {{ extra = {extra}, base = \"{}\", cap = \"1h\" }}\n", time(base));
                let retry = if extra > 0 { retry } else { String::new() };
                policies.insert((c, call.to), format!("timeout = \"{}\"\n{retry}", time(limit)));
            }
        }
    }
    for ((from, to), policy) in policies {
        let _ = writeln!(t, "[call.\"c{from} -> c{to}\"]\n{policy}");
    }
    t
}
