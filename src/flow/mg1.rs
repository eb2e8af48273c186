//! Queues with general service: Pollaczek-Khinchine for one server, Allen-Cunneen for several and for arrivals that are
//! not Poisson, GI/M/1 for arrivals dealt out in turn, and processor sharing.
//!
//! Source: L. Kleinrock, *Queueing Systems*, vol. 1 (1975), chapters 5 and 6; A. O. Allen, *Probability, Statistics and
//! Queueing Theory* (2nd ed. 1990), section 5.3; W. Whitt, "The queueing network analyzer" (1983), section 5.

use super::erlang::erlang_c;
use super::moments::{Moments, Wait};
use crate::stats::maths::{exp, ln};

/// The wait in M/G/1, first come first served. `arrivals` per second; first three moments of the service. With an infinite
/// third moment the variance of the wait is infinite. Never ends at and beyond saturation.
pub fn mg1_wait(arrivals: f64, first: f64, second: f64, third: f64) -> Wait {
    let rho = arrivals * first;
    if rho >= 1.0 {
        return Wait::NEVER;
    }
    if rho <= 0.0 {
        return Wait::NONE;
    }
    let mean = arrivals * second / (2.0 * (1.0 - rho));
    let square = 2.0 * mean * mean + arrivals * third / (3.0 * (1.0 - rho));
    Wait::new(rho, Moments::from_second(mean, square))
}

/// Mean wait in G/G/c: that of M/M/c times [`spread`].
/// Exact for M/M/c and for M/G/1.
pub fn allen_cunneen(servers: u32, arrivals: f64, service: f64, gaps_scv: f64, service_scv: f64) -> f64 {
    let load = arrivals * service;
    let c = f64::from(servers);
    if load >= c {
        return f64::INFINITY;
    }
    erlang_c(servers, load) * service / (c - load) * spread(load / c, gaps_scv, service_scv)
}

/// What the wait in G/G/c is of that in M/M/c: half the sum of the squared coefficients of variation of gaps and service, and less
/// where the gaps are more regular than Poisson's. 1 for both of 1.
///
/// Source: W. Kraemer, M. Langenbach-Belz, "Approximate formulae for the delay in the queueing system GI/G/1" (1976), as in
/// Whitt (1983), equation 45.
pub fn spread(utilisation: f64, gaps_scv: f64, service_scv: f64) -> f64 {
    let half = (gaps_scv + service_scv) / 2.0;
    if gaps_scv >= 1.0 || half <= 0.0 || utilisation <= 0.0 {
        return half;
    }
    let regular = (1.0 - gaps_scv) * (1.0 - gaps_scv);
    half * exp(-2.0 * (1.0 - utilisation) * regular / (3.0 * utilisation * 2.0 * half))
}

/// The wait in G/G/c: mean by [`allen_cunneen`], chance by Erlang C, spread of the wait of those who wait by Whitt's
/// approximation for M/G/1 (QNA, equations 53 and 54).
pub fn ggc_wait(servers: u32, arrivals: f64, service: Moments, gaps_scv: f64) -> Wait {
    let load = arrivals * service.mean;
    let c = f64::from(servers);
    if load >= c {
        return Wait::NEVER;
    }
    let mean = allen_cunneen(servers, arrivals, service.mean, gaps_scv, service.scv());
    let chance = erlang_c(servers, load);
    if !(chance > 0.0 && mean > 0.0) {
        return Wait::NONE;
    }
    let (rho, cs) = (load / c, service.scv());
    let third = if cs >= 1.0 { 3.0 * cs * (1.0 + cs) } else { (2.0 * cs + 1.0) * (cs + 1.0) };
    let spread = (2.0 * rho - 1.0 + 4.0 * (1.0 - rho) * third / (3.0 * (cs + 1.0) * (cs + 1.0))).max(0.0);
    let given = mean / chance;
    Wait { chance, given: Moments::new(given, spread * given * given) }
}

/// The wait in E_k/M/1: gaps are Erlang with `stages` stages, as when Poisson arrivals are dealt out to `stages` replicas
/// in turn. Exact: an arrival waits with chance sigma, then for an exponential time of mean service / (1 - sigma).
pub fn erlang_m1_wait(stages: u32, arrivals: f64, service: f64) -> Wait {
    let rho = arrivals * service;
    if rho >= 1.0 {
        return Wait::NEVER;
    }
    if rho <= 0.0 {
        return Wait::NONE;
    }
    // sigma = (k rho / (k rho + 1 - sigma))^k, the root below 1: Newton from rho, which lies above or near it.
    let k = f64::from(stages);
    let mut sigma = rho;
    for _ in 0..200 {
        let ratio = k * rho / (k * rho + 1.0 - sigma);
        let value = exp(k * ln(ratio));
        let slope = value * k / (k * rho + 1.0 - sigma);
        let step = (value - sigma) / (1.0 - slope);
        // Newton may leap over the root at 1; then a plain step is safe.
        sigma = if slope < 1.0 && (0.0..1.0).contains(&(sigma + step)) { sigma + step } else { value };
        if step.abs() < 1e-15 {
            break;
        }
    }
    let mean = service / (1.0 - sigma);
    Wait { chance: sigma, given: Moments::new(mean, mean * mean) }
}

/// Variance of the response in M/M/1 under processor sharing, mean `service`, utilisation `rho` below 1.
///
/// Source: E. G. Coffman, R. R. Muntz, H. Trotter, "Waiting time distributions for processor-sharing systems" (1970):
/// Var\[T\] = (service / (1 - rho))² (2 + rho) / (2 - rho).
#[cfg(test)]
pub fn mm1_ps_variance(service: f64, rho: f64) -> f64 {
    let mean = service / (1.0 - rho);
    mean * mean * (2.0 + rho) / (2.0 - rho)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::erlang::mmc_wait;

    fn close(a: f64, b: f64) {
        assert!((a / b - 1.0).abs() < 1e-9, "{a} against {b}");
    }

    #[test]
    fn constant_service_halves_the_wait() {
        let (m, d) = (mg1_wait(0.8, 1.0, 2.0, 6.0), mg1_wait(0.8, 1.0, 1.0, 1.0));
        close(m.all().mean, 4.0);
        close(d.all().mean, 2.0);
        close(m.given.variance, 25.0); // exponential with mean 5
    }

    #[test]
    fn allen_cunneen_is_exact_where_it_claims() {
        close(allen_cunneen(3, 2.0, 1.0, 1.0, 1.0), mmc_wait(3, 2.0, 1.0).all().mean);
        close(allen_cunneen(1, 0.7, 1.0, 1.0, 4.0), mg1_wait(0.7, 1.0, 5.0, 100.0).all().mean);
    }

    #[test]
    fn regular_gaps_wait_less_than_half_the_sum_says() {
        // D/M/1 and E4/M/1 are known exactly; the correction brings the approximation within 8 %, without it 40 % and more.
        for (stages, rho) in [(4, 0.5), (4, 0.75), (1_000_000, 0.5), (1_000_000, 0.8)] {
            let exact = erlang_m1_wait(stages, rho, 1.0).all().mean;
            let near = allen_cunneen(1, rho, 1.0, 1.0 / f64::from(stages), 1.0);
            assert!((near / exact - 1.0).abs() < 0.08, "{stages} {rho}: {near} {exact}");
        }
    }

    #[test]
    fn one_stage_is_mm1_and_many_stages_are_dm1() {
        close(erlang_m1_wait(1, 0.8, 1.0).chance, 0.8);
        // D/M/1 at 0.5: sigma = e^{-2(1 - sigma)} = 0.203188 (Kleinrock vol. 1, problem 6.3).
        assert!((erlang_m1_wait(1_000_000, 0.5, 1.0).chance - 0.203188).abs() < 1e-5);
    }

    #[test]
    fn two_stages_have_a_closed_root() {
        // E2/M/1 at rho: sigma solves sigma (2 rho + 1 - sigma)^2 = 4 rho^2; divided by (1 - sigma) a quadratic:
        // sigma = (1 + 4 rho - sqrt(1 + 8 rho)) / 2.
        for rho in [0.1, 0.5, 0.9, 0.99] {
            close(erlang_m1_wait(2, rho, 1.0).chance, (1.0 + 4.0 * rho - (1.0 + 8.0 * rho).sqrt()) / 2.0);
        }
    }
}
