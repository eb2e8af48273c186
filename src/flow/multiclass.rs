//! Several closed classes at once: exact mean value analysis over all smaller populations, where there are few enough of them.
//!
//! Larger ones are for the approximation in [`super::mva`].
//!
//! Source: M. Reiser, S. S. Lavenberg, "Mean-value analysis of closed multichain queuing networks" (1980), with the marginal
//! chances of fewer present than servers; S. C. Bruell, G. Balbo, *Computational Algorithms for Closed Queueing Networks*
//! (1980), section 3.3.

use super::mva::{Class, Multi};

/// Most steps: populations x centres x classes.
const MOST_STEPS: f64 = 3e6;

/// The classes over centres with so many servers each; `None` where there are too many populations, or where servers or users
/// are not whole numbers. Exact for product-form networks. O(populations x centres x classes).
pub fn exact(classes: &[Class], servers: &[f64]) -> Option<Multi> {
    let (m, kinds) = (servers.len(), classes.len());
    let states: f64 = classes.iter().map(|k| k.population + 1.0).product();
    let wide: f64 = servers.iter().sum();
    if states * (wide + m as f64) * kinds as f64 > MOST_STEPS {
        return None;
    }
    let whole = |x: f64| x >= 0.0 && x == x.floor();
    if !(servers.iter().all(|c| whole(*c) && *c >= 1.0) && classes.iter().all(|k| whole(k.population))) {
        return None;
    }
    let most: Vec<usize> = classes.iter().map(|k| k.population as usize).collect();
    let mut stride = vec![1usize; kinds];
    for k in 1..kinds {
        stride[k] = stride[k - 1] * (most[k - 1] + 1);
    }
    let states = states as usize;
    // Chances of 0, 1, ... servers - 2 present, by centre, behind one another.
    let mut place = vec![0usize; m + 1];
    for i in 0..m {
        place[i + 1] = place[i] + (servers[i] as usize - 1);
    }
    let few = place[m];
    let (mut queue, mut present) = (vec![0.0; states * m], vec![0.0; states * few]);
    for i in (0..m).filter(|i| servers[*i] > 1.0) {
        present[place[i]] = 1.0;
    }
    let mut users = vec![0usize; kinds];
    let (mut throughput, mut residence) = (vec![0.0; kinds], vec![vec![0.0; m]; kinds]);
    for state in 1..states {
        for k in 0..kinds {
            users[k] = state / stride[k] % (most[k] + 1);
            (throughput[k], residence[k]) = (0.0, vec![0.0; m]);
            if users[k] == 0 {
                continue;
            }
            let one_less = state - stride[k];
            let mut cycle = classes[k].delay;
            for i in 0..m {
                let demand = classes[k].demands[i];
                let c = servers[i];
                let idle: f64 = (place[i]..place[i + 1])
                    .enumerate()
                    .map(|(j, at)| (c - 1.0 - j as f64) * present[one_less * few + at])
                    .sum();
                residence[k][i] = demand / c * (1.0 + queue[one_less * m + i] + idle);
                cycle += residence[k][i];
            }
            if cycle <= 0.0 {
                return None;
            }
            throughput[k] = users[k] as f64 / cycle;
        }
        for i in 0..m {
            let c = servers[i] as usize;
            queue[state * m + i] = (0..kinds).map(|k| throughput[k] * residence[k][i]).sum();
            let busy: f64 = (0..kinds).map(|k| throughput[k] * classes[k].demands[i]).sum();
            let mut others = 0.0;
            // Of j present one leaves to j - 1: j p(j) = sum of the classes' rates of coming. All servers but one are enough.
            let mut chance = vec![0.0; c];
            for j in 1..c {
                let came = |k: usize| {
                    let before = present[(state - stride[k]) * few + place[i] + j - 1];
                    throughput[k] * classes[k].demands[i] * before
                };
                chance[j] = (0..kinds).filter(|k| users[*k] > 0).map(came).sum::<f64>() / j as f64;
                others += (c - j) as f64 * chance[j];
            }
            chance[0] = (1.0 - (busy + others) / c as f64).max(0.0);
            for j in 0..c - 1 {
                present[state * few + place[i] + j] = chance[j];
            }
        }
    }
    let queue = (0..kinds).map(|k| (0..m).map(|i| throughput[k] * residence[k][i]).collect()).collect();
    Some(Multi { throughput, queue })
}

#[cfg(test)]
mod tests {
    use super::super::mva::{Centre, schweitzer, single_class};
    use super::*;

    /// Two classes with `users` and `think` at one shared server group of `servers`, each class with its own mean work: the
    /// chain of the numbers there, solved by sweeps. Throughputs.
    fn chain(users: [usize; 2], think: [f64; 2], work: [f64; 2], servers: f64) -> [f64; 2] {
        let at = |a: usize, b: usize| a * (users[1] + 1) + b;
        let n = (users[0] + 1) * (users[1] + 1);
        let mut rates: Vec<(usize, usize, f64)> = Vec::new();
        for a in 0..=users[0] {
            for b in 0..=users[1] {
                let all = (a + b) as f64;
                let share = if a + b > 0 { all.min(servers) / all } else { 0.0 };
                if a < users[0] {
                    rates.push((at(a, b), at(a + 1, b), (users[0] - a) as f64 / think[0]));
                }
                if b < users[1] {
                    rates.push((at(a, b), at(a, b + 1), (users[1] - b) as f64 / think[1]));
                }
                if a > 0 {
                    rates.push((at(a, b), at(a - 1, b), share * a as f64 / work[0]));
                }
                if b > 0 {
                    rates.push((at(a, b), at(a, b - 1), share * b as f64 / work[1]));
                }
            }
        }
        let mut p = vec![1.0 / n as f64; n];
        let out: Vec<f64> = (0..n).map(|i| rates.iter().filter(|r| r.0 == i).map(|r| r.2).sum()).collect();
        for _ in 0..20_000 {
            let mut next = vec![0.0; n];
            let step = 0.9 / out.iter().fold(0.0_f64, |a, b| a.max(*b));
            for (i, q) in next.iter_mut().enumerate() {
                *q = p[i] * (1.0 - out[i] * step);
            }
            for (from, to, rate) in &rates {
                next[*to] += p[*from] * rate * step;
            }
            p = next;
        }
        let mut thinking = [0.0; 2];
        for a in 0..=users[0] {
            for b in 0..=users[1] {
                thinking[0] += p[at(a, b)] * (users[0] - a) as f64;
                thinking[1] += p[at(a, b)] * (users[1] - b) as f64;
            }
        }
        [thinking[0] / think[0], thinking[1] / think[1]]
    }

    #[test]
    fn two_classes_are_the_chain_of_their_numbers() {
        for (users, servers) in [([2, 3], 1.0), ([4, 1], 1.0), ([3, 3], 2.0), ([2, 5], 3.0)] {
            let (think, work) = ([2.0, 5.0], [1.0, 0.5]);
            let class =
                |k: usize| Class { population: users[k] as f64, delay: think[k], demands: vec![work[k]] };
            let found = exact(&[class(0), class(1)], &[servers]).unwrap();
            let truth = chain(users, think, work, servers);
            for k in 0..2 {
                assert!(
                    (found.throughput[k] / truth[k] - 1.0).abs() < 1e-6,
                    "{users:?} {servers} {found:?} {truth:?}"
                );
            }
            assert!((found.throughput[0] * think[0] + found.queue[0][0] - users[0] as f64).abs() < 1e-9);
        }
    }

    #[test]
    fn one_class_in_two_halves_is_one_class() {
        let centres = [Centre { demand: 2.0, servers: 1.0 }, Centre { demand: 3.0, servers: 2.0 }];
        let half = |n: f64| Class { population: n, delay: 4.0, demands: vec![2.0, 3.0] };
        let one = single_class(8, 4.0, &centres);
        let two = exact(&[half(3.0), half(5.0)], &[1.0, 2.0]).unwrap();
        assert!((two.throughput[0] + two.throughput[1] - one.throughput).abs() < 1e-9);
        assert!((two.queue[0][1] + two.queue[1][1] - one.queue[1]).abs() < 1e-9);
        // The approximation is near, and not the same.
        let near = schweitzer(&[half(3.0), half(5.0)], &[1.0, 2.0]);
        let off = (near.throughput[0] + near.throughput[1]) / one.throughput - 1.0;
        assert!(off.abs() > 1e-4 && off.abs() < 0.1, "{off}");
    }

    #[test]
    fn too_many_populations_are_for_the_approximation() {
        let many = Class { population: 1e5, delay: 1.0, demands: vec![0.1] };
        assert!(exact(&[many.clone(), many], &[1.0]).is_none());
    }
}
