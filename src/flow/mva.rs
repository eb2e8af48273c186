//! Closed sessions: exact mean value analysis for one class (several servers by convolution), and Schweitzer's
//! approximation for several classes.
//!
//! Source: M. Reiser, S. S. Lavenberg, "Mean-value analysis of closed multichain queuing networks" (1980); J. P. Buzen,
//! "Computational algorithms for closed queueing networks with exponential servers" (1973); P. J. Schweitzer,
//! "Approximate analysis of multiclass closed networks of queues" (1979); A. Seidmann et al., "Computerized closed
//! queueing network models of flexible manufacturing systems" (1987) for several servers in the approximation.

/// One queue as a closed class sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Centre {
    /// Visits times mean service, seconds per cycle.
    pub demand: f64,
    /// Servers; at least 1.
    pub servers: f64,
}

/// Steady state of a closed network with one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    /// Cycles per second.
    pub throughput: f64,
    /// Time of a cycle without think time and other delays, seconds.
    pub response: f64,
    /// Mean number at each centre, waiting and in service.
    pub queue: Vec<f64>,
    /// Busy servers over servers, by centre.
    pub utilisation: Vec<f64>,
    /// False when the approximation had to be used.
    pub exact: bool,
}

/// Most steps that convolution may take; beyond it the approximation answers.
const MOST_STEPS: f64 = 3e7;

/// Solves one class of `population` users who spend `delay` seconds per cycle (think time included) without queueing.
///
/// Exact for product-form networks: exponential service, or processor sharing, with one server by MVA in
/// O(population x centres), with several by convolution in O(population² x centres²). Larger ones by [`schweitzer`].
pub fn single_class(population: u32, delay: f64, centres: &[Centre]) -> Closed {
    if population == 0 || centres.is_empty() {
        let cycles = if delay > 0.0 { f64::from(population) / delay } else { 0.0 };
        return Closed {
            throughput: cycles,
            response: 0.0,
            queue: vec![0.0; centres.len()],
            utilisation: vec![0.0; centres.len()],
            exact: true,
        };
    }
    let n = f64::from(population);
    let m = centres.len() as f64;
    let wide = centres.iter().filter(|c| c.servers > 1.0).count() as f64;
    if wide == 0.0 && n * m <= MOST_STEPS {
        return one_server_each(population, delay, centres);
    }
    if wide > 0.0 && n * n * m * (wide + 1.0) <= MOST_STEPS {
        return convolution(population, delay, centres);
    }
    let class = Class { population: n, delay, demands: centres.iter().map(|c| c.demand).collect() };
    let servers: Vec<f64> = centres.iter().map(|c| c.servers).collect();
    let all = schweitzer(std::slice::from_ref(&class), &servers);
    let queue: Vec<f64> = all.queue[0].clone();
    Closed {
        throughput: all.throughput[0],
        response: n / all.throughput[0] - delay,
        utilisation: centres.iter().map(|c| all.throughput[0] * c.demand / c.servers).collect(),
        queue,
        exact: false,
    }
}

fn one_server_each(population: u32, delay: f64, centres: &[Centre]) -> Closed {
    let mut queue = vec![0.0; centres.len()];
    let (mut throughput, mut response) = (0.0, 0.0);
    for n in 1..=population {
        response = centres.iter().zip(&queue).map(|(c, q)| c.demand * (1.0 + q)).sum::<f64>();
        throughput = f64::from(n) / (delay + response);
        for (c, q) in centres.iter().zip(&mut queue) {
            *q = throughput * c.demand * (1.0 + *q);
        }
    }
    let utilisation = centres.iter().map(|c| throughput * c.demand).collect();
    Closed { throughput, response, queue, utilisation, exact: true }
}

/// Normalisation constants G(0..=N) of some centres and the delay, demands in units of `scale`.
fn constants(population: usize, delay: f64, centres: &[Centre], skip: Option<usize>, scale: f64) -> Vec<f64> {
    // The delay: (Z / scale)^n / n!.
    let mut g = vec![0.0; population + 1];
    g[0] = 1.0;
    for n in 1..=population {
        g[n] = g[n - 1] * delay / scale / n as f64;
    }
    for (i, centre) in centres.iter().enumerate() {
        if Some(i) == skip {
            continue;
        }
        let demand = centre.demand / scale;
        if centre.servers == 1.0 {
            for n in 1..=population {
                g[n] += demand * g[n - 1];
            }
            continue;
        }
        let weights = weights(population, centre, scale);
        for n in (0..=population).rev() {
            g[n] = (0..=n).map(|k| weights[k] * g[n - k]).sum();
        }
    }
    g
}

/// Weight of k customers at a centre: demand^k over the product of min(i, servers).
fn weights(population: usize, centre: &Centre, scale: f64) -> Vec<f64> {
    let mut w = Vec::with_capacity(population + 1);
    w.push(1.0);
    for k in 1..=population {
        let rate = (k as f64).min(centre.servers);
        w.push(w[k - 1] * centre.demand / scale / rate);
    }
    w
}

fn convolution(population: u32, delay: f64, centres: &[Centre]) -> Closed {
    let n = population as usize;
    // Scaling by about N / X(N) keeps the constants near 1: the largest bound on the throughput is close enough.
    let total: f64 = delay + centres.iter().map(|c| c.demand).sum::<f64>();
    let most = centres
        .iter()
        .filter(|c| c.demand > 0.0)
        .map(|c| c.servers / c.demand)
        .fold(f64::from(population) / total, f64::min);
    let scale = 1.0 / most;
    let g = constants(n, delay, centres, None, scale);
    let throughput = g[n - 1] / g[n] / scale;
    if !throughput.is_finite() || throughput <= 0.0 {
        // Overflow of the constants: very many users. The approximation is good there.
        let class = Class {
            population: f64::from(population),
            delay,
            demands: centres.iter().map(|c| c.demand).collect(),
        };
        let servers: Vec<f64> = centres.iter().map(|c| c.servers).collect();
        let all = schweitzer(std::slice::from_ref(&class), &servers);
        let x = all.throughput[0];
        return Closed {
            throughput: x,
            response: f64::from(population) / x - delay,
            queue: all.queue[0].clone(),
            utilisation: centres.iter().map(|c| x * c.demand / c.servers).collect(),
            exact: false,
        };
    }
    let queue = centres
        .iter()
        .enumerate()
        .map(|(i, centre)| {
            if centre.servers == 1.0 {
                // Q = sum over k of demand^k G(N - k) / G(N).
                let demand = centre.demand / scale;
                (1..=n)
                    .fold((0.0, 1.0), |(sum, power), k| {
                        (sum + power * demand * g[n - k] / g[n], power * demand)
                    })
                    .0
            } else {
                let others = constants(n, delay, centres, Some(i), scale);
                let w = weights(n, centre, scale);
                (1..=n).map(|k| k as f64 * w[k] * others[n - k] / g[n]).sum()
            }
        })
        .collect();
    let utilisation = centres.iter().map(|c| throughput * c.demand / c.servers).collect();
    Closed {
        throughput,
        response: f64::from(population) / throughput - delay,
        queue,
        utilisation,
        exact: true,
    }
}

/// One closed class of several.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Users.
    pub population: f64,
    /// Time per cycle without queueing, think time included.
    pub delay: f64,
    /// Visits times mean service at each centre.
    pub demands: Vec<f64>,
}

/// Steady state of a closed network with several classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Multi {
    /// Cycles per second by class.
    pub throughput: Vec<f64>,
    /// Mean number by class and centre.
    pub queue: Vec<Vec<f64>>,
}

/// Schweitzer's approximate MVA; several servers after Seidmann: a queue c times as fast and a delay of (c - 1)/c of the
/// demand. Errors of a few per cent, largest for small populations. O(iterations x classes x centres).
pub fn schweitzer(classes: &[Class], servers: &[f64]) -> Multi {
    let m = servers.len();
    let mut queue: Vec<Vec<f64>> = classes
        .iter()
        .map(|k| {
            let used = k.demands.iter().filter(|d| **d > 0.0).count().max(1) as f64;
            k.demands.iter().map(|d| if *d > 0.0 { k.population / used } else { 0.0 }).collect()
        })
        .collect();
    // Of the queue that Seidmann's centre has; the delay part is added at the end.
    let mut throughput = vec![0.0; classes.len()];
    for _ in 0..20_000 {
        let mut change: f64 = 0.0;
        let total: Vec<f64> = (0..m).map(|i| queue.iter().map(|q| q[i]).sum()).collect();
        for (k, class) in classes.iter().enumerate() {
            if class.population <= 0.0 {
                continue;
            }
            let mut cycle = class.delay;
            let mut residence = vec![0.0; m];
            for i in 0..m {
                let c = servers[i];
                let seen = total[i] - queue[k][i] / class.population;
                residence[i] = class.demands[i] / c * (1.0 + seen);
                cycle += residence[i] + class.demands[i] * (c - 1.0) / c;
            }
            if cycle <= 0.0 {
                continue;
            }
            throughput[k] = class.population / cycle;
            for i in 0..m {
                let next = throughput[k] * residence[i];
                change = change.max((next - queue[k][i]).abs() / class.population);
                queue[k][i] = next;
            }
        }
        if change < 1e-12 {
            break;
        }
    }
    for (k, class) in classes.iter().enumerate() {
        for i in 0..m {
            let c = servers[i];
            queue[k][i] += throughput[k] * class.demands[i] * (c - 1.0) / c;
        }
    }
    Multi { throughput, queue }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centre(demand: f64, servers: u32) -> Centre {
        Centre { demand, servers: f64::from(servers) }
    }

    #[test]
    fn jain_timesharing() {
        let centres = [centre(2.0, 1), centre(3.0, 1), centre(1.0, 1)];
        let five = single_class(5, 4.0, &centres);
        assert!((five.response - 13.2561453509).abs() < 1e-9);
        assert!((five.queue[1] - 2.3649820389).abs() < 1e-9);
    }

    #[test]
    fn convolution_agrees_with_mva() {
        let centres = [centre(2.0, 1), centre(3.0, 1), centre(1.0, 1)];
        let (a, b) = (one_server_each(20, 4.0, &centres), convolution(20, 4.0, &centres));
        assert!((a.throughput / b.throughput - 1.0).abs() < 1e-12);
        for i in 0..3 {
            assert!((a.queue[i] / b.queue[i] - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn machine_repair_is_the_engset_birth_and_death() {
        // 4 machines, mean time up 10, two repairers of mean 1: weights C(4, k) k-dependent.
        let (n, up, fix) = (4.0, 10.0, 1.0);
        let mut weights = vec![1.0];
        for k in 1..=4 {
            let down = f64::from(k);
            weights.push(weights[k as usize - 1] * (n - down + 1.0) / up / (down.min(2.0) / fix));
        }
        let all: f64 = weights.iter().sum();
        let down: f64 = weights.iter().enumerate().map(|(k, w)| k as f64 * w).sum::<f64>() / all;
        let closed = single_class(4, up, &[centre(fix, 2)]);
        assert!((closed.queue[0] - down).abs() < 1e-12);
        assert!((closed.throughput - (n - down) / up).abs() < 1e-12);
        assert!(closed.exact);
    }

    #[test]
    fn schweitzer_is_close_to_exact() {
        let exact = single_class(20, 4.0, &[centre(2.0, 1), centre(3.0, 1), centre(1.0, 1)]);
        let class = Class { population: 20.0, delay: 4.0, demands: vec![2.0, 3.0, 1.0] };
        let approximate = schweitzer(&[class], &[1.0; 3]);
        assert!((approximate.throughput[0] / exact.throughput - 1.0).abs() < 0.02);
    }

    #[test]
    fn many_users_saturate_the_bottleneck() {
        let closed = single_class(200_000, 1.0, &[centre(0.01, 4), centre(0.001, 1)]);
        assert!((closed.throughput / 400.0 - 1.0).abs() < 1e-3, "{}", closed.throughput);
    }
}
