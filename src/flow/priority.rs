//! Priorities: the mean wait of each class when the more urgent are served first.
//!
//! Source: A. Cobham, "Priority assignment in waiting line problems" (1954) for no interruption; L. Kleinrock, *Queueing
//! Systems*, vol. 2 (1976), section 3.4 for preemptive resume; O. Kella, U. Yechiali, "Waiting times in the
//! non-preemptive priority M/M/c queue" (1985); A. B. Bondi, J. P. Buzen, "The response times of priority classes under
//! preemptive resume in M/G/m queues" (1984) for several servers.

use super::erlang::{erlang_c, mmc_wait};

/// One class at one queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Arrivals per second.
    pub arrivals: f64,
    /// Mean service, seconds.
    pub service: f64,
    /// Second moment of the service.
    pub second: f64,
    /// Rank: lower goes first; classes of one rank are served in order of arrival.
    pub rank: u8,
}

/// Utilisation of one server by the ranks strictly above `rank`, and by those up to and with it.
fn utilisations(classes: &[Class], servers: u32, rank: u8) -> (f64, f64) {
    let load = |keep: &dyn Fn(u8) -> bool| {
        classes.iter().filter(|k| keep(k.rank)).map(|k| k.arrivals * k.service).sum::<f64>()
            / f64::from(servers)
    };
    (load(&|r| r < rank), load(&|r| r <= rank))
}

/// Share of class `which` that is ever served when more comes than can be: the more urgent are served first, and those of one
/// rank share what is left by how much of it they ask for. 1 without overload of its rank and those above. O(classes).
pub fn carried(classes: &[Class], servers: u32, which: usize) -> f64 {
    let (above, with) = utilisations(classes, servers, classes[which].rank);
    if with < 1.0 || with <= above { 1.0 } else { ((1.0 - above) / (with - above)).clamp(0.0, 1.0) }
}

/// Mean wait of class `which` when nobody is interrupted. Infinite when its rank and those above saturate the servers.
///
/// Exact for one server, and for several servers when all services are exponential with one mean (then the wait of a
/// busy arrival's first departure is service / c); otherwise that delay is scaled as by Allen-Cunneen. O(classes).
pub fn non_preemptive_wait(classes: &[Class], servers: u32, which: usize) -> f64 {
    let (above, with) = utilisations(classes, servers, classes[which].rank);
    if with >= 1.0 {
        return f64::INFINITY;
    }
    let arrivals: f64 = classes.iter().map(|k| k.arrivals).sum();
    let residual: f64 = classes.iter().map(|k| k.arrivals * k.second / 2.0).sum();
    let c = f64::from(servers);
    let delay = if servers == 1 {
        residual
    } else {
        let load: f64 = classes.iter().map(|k| k.arrivals * k.service).sum();
        let (mean, second) = (load / arrivals, 2.0 * residual / arrivals);
        erlang_c(servers, load) * second / (2.0 * mean) / c
    };
    delay / ((1.0 - above) * (1.0 - with))
}

/// Mean response (wait, interruptions and service) of class `which` when the more urgent interrupt and the interrupted
/// goes on later. Infinite when its rank and those above saturate the servers.
///
/// Exact for one server. For several, the response of one server c times as fast, its delay scaled by the ratio of the
/// waits of M/M/c and M/M/1 at the same utilisation (Bondi and Buzen). O(classes).
pub fn preemptive_response(classes: &[Class], servers: u32, which: usize) -> f64 {
    let (above, with) = utilisations(classes, servers, classes[which].rank);
    if with >= 1.0 {
        return f64::INFINITY;
    }
    let rank = classes[which].rank;
    let c = f64::from(servers);
    let residual: f64 =
        classes.iter().filter(|k| k.rank <= rank).map(|k| k.arrivals * k.second / 2.0).sum::<f64>() / (c * c);
    let wait = residual / ((1.0 - above) * (1.0 - with));
    let stretched = classes[which].service / (1.0 - above);
    if servers == 1 {
        return wait + stretched;
    }
    let interruptions = stretched - classes[which].service;
    // A fast single server makes every arrival wait with chance rho; c servers with Erlang C.
    let ratio = |rho: f64| if rho > 0.0 { erlang_c(servers, rho * c) / rho } else { 0.0 };
    classes[which].service + wait * ratio(with) + interruptions / c * ratio(above)
}

/// Mean response of class `which` under preemptive resume at several servers when all work is exponential with one mean:
/// the ranks up to any one are an M/M/c queue of their own, so the rank's number is the difference of two such queues.
/// Exact. Infinite when its rank and those above saturate the servers. O(classes + servers).
///
/// Source: the argument of Bondi and Buzen (1984), section 2.
pub fn merged_response(classes: &[Class], servers: u32, which: usize) -> f64 {
    let (rank, service) = (classes[which].rank, classes[which].service);
    let rate =
        |keep: &dyn Fn(u8) -> bool| classes.iter().filter(|k| keep(k.rank)).map(|k| k.arrivals).sum::<f64>();
    let (above, own) = (rate(&|r| r < rank), rate(&|r| r == rank));
    if (above + own) * service >= f64::from(servers) {
        return f64::INFINITY;
    }
    let inside = |arrivals: f64| arrivals * (mmc_wait(servers, arrivals, service).all().mean + service);
    if own > 0.0 { (inside(above + own) - inside(above)) / own } else { service }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponential(arrivals: f64, service: f64, rank: u8) -> Class {
        Class { arrivals, service, second: 2.0 * service * service, rank }
    }

    #[test]
    fn cobham_by_hand() {
        // Two classes, each 0.4 erlang, unit exponential service: W0 = 0.8; 0.8/0.6 and 0.8/(0.6*0.2).
        let classes = [exponential(0.4, 1.0, 0), exponential(0.4, 1.0, 1)];
        assert!((non_preemptive_wait(&classes, 1, 0) - 4.0 / 3.0).abs() < 1e-12);
        assert!((non_preemptive_wait(&classes, 1, 1) - 20.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn preemptive_by_hand() {
        // The urgent see M/M/1 at 0.4: 1/0.6. The others: 1/0.6 + 0.8/(0.6*0.2) = 8.333.
        let classes = [exponential(0.4, 1.0, 0), exponential(0.4, 1.0, 1)];
        assert!((preemptive_response(&classes, 1, 0) - 1.0 / 0.6).abs() < 1e-12);
        assert!((preemptive_response(&classes, 1, 1) - (1.0 / 0.6 + 20.0 / 3.0)).abs() < 1e-12);
    }

    #[test]
    fn merging_agrees_with_one_server() {
        let classes = [exponential(0.4, 1.0, 0), exponential(0.3, 1.0, 1), exponential(0.2, 1.0, 2)];
        for k in 0..3 {
            let (a, b) = (merged_response(&classes, 1, k), preemptive_response(&classes, 1, k));
            assert!((a / b - 1.0).abs() < 1e-12, "{a} against {b}");
        }
    }

    #[test]
    fn waits_are_conserved() {
        // Kleinrock: the sum of rho_k W_k does not depend on the order of service.
        let classes = [exponential(0.2, 0.5, 0), exponential(0.3, 1.0, 1), exponential(0.1, 3.0, 2)];
        let weighted: f64 = (0..3)
            .map(|k| classes[k].arrivals * classes[k].service * non_preemptive_wait(&classes, 1, k))
            .sum();
        let rho: f64 = classes.iter().map(|k| k.arrivals * k.service).sum();
        let residual: f64 = classes.iter().map(|k| k.arrivals * k.second / 2.0).sum();
        assert!((weighted - rho * residual / (1.0 - rho)).abs() < 1e-12);
    }

    #[test]
    fn the_urgent_do_not_feel_the_overload_below_them() {
        let classes = [exponential(0.5, 1.0, 0), exponential(2.0, 1.0, 1)];
        assert!((preemptive_response(&classes, 1, 0) - 2.0).abs() < 1e-12);
        assert_eq!(preemptive_response(&classes, 1, 1), f64::INFINITY);
        assert_eq!((carried(&classes, 1, 0), carried(&classes, 1, 1)), (1.0, 0.25));
    }
}
