//! Units that wait for a crew or fail together, and components of very many units, against chains and sums of this file's own.

use crate::lab_avail::{Lab, close, outage, partial};
use plimsoll::avail::played;
use plimsoll::avail::years::Span;
use plimsoll::model::ComponentIx;
use plimsoll::model::loads::Needs;
use plimsoll::stats::figure::FigureKind;
use plimsoll::units::{HOURS_PER_WEEK, Probability};

/// The steady state over every set of `n` units that are down, by steps of a uniformised chain: one of those that are down is
/// repaired at a time per member of the crew, any of them alike.
pub fn steady(n: u32, crew: u32, failure: f64, shock: f64, repair: f64) -> Vec<f64> {
    let all = (1_usize << n) - 1;
    let clock = f64::from(n) * failure + shock + f64::from(n) * repair;
    let mut chance = vec![1.0 / (all + 1) as f64; all + 1];
    for _ in 0..200_000 {
        let mut next = vec![0.0; all + 1];
        for (state, p) in chance.iter().enumerate() {
            let down = (state as u32).count_ones();
            let mut stays = 1.0 - shock / clock;
            next[all] += p * shock / clock;
            for unit in 0..n {
                let (rate, to) = match state >> unit & 1 {
                    1 => (f64::from(down.min(crew)) / f64::from(down) * repair, state & !(1 << unit)),
                    _ => (failure, state | 1 << unit),
                };
                next[to] += p * rate / clock;
                stays -= rate / clock;
            }
            next[state] += p * stays;
        }
        let moved: f64 = chance.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum();
        chance = next;
        if moved < 1e-15 {
            break;
        }
    }
    chance
}

/// Chance that at least `m` are down, and how often an hour that begins: whenever the last of `m` - 1 or fewer steps is taken.
pub fn too_many(chance: &[f64], n: u32, m: u32, failure: f64, shock: f64) -> (f64, f64) {
    let (mut share, mut begins) = (0.0, 0.0);
    for (state, p) in chance.iter().enumerate() {
        let down = (state as u32).count_ones();
        if down >= m {
            share += p;
        } else {
            let one = if down + 1 == m { f64::from(n - down) * failure } else { 0.0 };
            begins += p * (one + shock);
        }
    }
    (share, begins)
}

/// `n` units of which `needs` must work, each down `q` of the time if it were alone, an hour at a time.
fn group(n: u32, needs: u32, q: f64, crew: Option<u32>, common: f64) -> Lab {
    let mut lab = Lab::new();
    let ix = lab.series("c", n as usize, needs, q);
    let failure = &mut lab.model.graph[ix].failure;
    failure.crew = crew;
    failure.common = Probability::clamp(common);
    lab
}

const CASES: [(u32, u32, f64, u32, f64); 6] = [
    (2, 1, 0.02, 1, 0.0),
    (2, 1, 0.02, 2, 0.1),
    (3, 2, 0.05, 3, 0.2),
    (3, 1, 0.05, 1, 0.3),
    (5, 3, 0.08, 2, 0.15),
    (4, 4, 0.01, 4, 1.0),
];

#[test]
fn crews_and_common_causes_are_the_chain_over_every_set_of_units() {
    for (n, needs, q, crew, common) in CASES {
        let rate = q / (1.0 - q);
        let (failure, shock) = (rate * (1.0 - common), rate * common);
        let (share, _) = too_many(&steady(n, crew, failure, shock, 1.0), n, n + 1 - needs, failure, shock);
        let lab = group(n, needs, q, Some(crew), common);
        close(lab.unavailability(), share, 1e-8, "share of the time");
        assert_eq!(lab.answer().availability.kind, FigureKind::Exact);
    }
}

#[test]
fn months_played_have_the_outages_of_the_chain() {
    for (n, needs, q, crew, common) in CASES {
        let rate = q / (1.0 - q);
        let (failure, shock) = (rate * (1.0 - common), rate * common);
        let (share, begins) =
            too_many(&steady(n, crew, failure, shock, 1.0), n, n + 1 - needs, failure, shock);
        let lab = group(n, needs, q, Some(crew), common);
        let span = Span { months: 6_000, seed: 1 };
        let months = played(&lab.model, &Needs::default(), &[lab.journey], None, span).unwrap();
        // So many outages are expected; their number is spread as its root, and their lengths as much as themselves.
        let spread = 4.5 / (begins * 720.0 * 6_000.0).sqrt();
        close(1.0 - months.availability.value.unwrap(), share, 1.5 * spread, "share of the time, played");
        close(months.outages_per_year.value.unwrap(), 8_760.0 * begins, spread, "outages a year");
    }
}

/// One crew, a long repair: one of two is down ten hours at a time, not five.
#[test]
fn with_one_crew_an_outage_of_two_lasts_as_long_as_one_repair() {
    let mut lab = group(2, 1, 0.02, Some(1), 0.0);
    lab.model.graph[ComponentIx::new(1)].failure.unit_outages = vec![outage(0.02, 10.0)];
    let span = Span { months: 40_000, seed: 3 };
    let months = played(&lab.model, &Needs::default(), &[lab.journey], None, span).unwrap();
    // Exponential with a mean of ten hours: a median of 416 minutes.
    close(months.outage_min["p50"].value.unwrap(), 600.0 * std::f64::consts::LN_2, 0.05, "median");
}

#[test]
fn repairs_that_are_not_exponential_are_no_exact_chain() {
    let mut lab = group(3, 2, 0.02, Some(1), 0.0);
    lab.model.graph[ComponentIx::new(1)].failure.unit_outages[0].scv = 0.2;
    assert_eq!(lab.answer().availability.kind, FigureKind::Analytic);
}

/// Chance of each number of lost units: of carriers with so many units each, given the chance that each carrier is lost.
fn lost(carriers: &[(usize, f64)], unit: f64) -> Vec<f64> {
    let mut all = vec![1.0];
    for (units, gone) in carriers {
        let mut own = vec![1.0];
        for _ in 0..*units {
            let mut more = vec![0.0; own.len() + 1];
            for (i, p) in own.iter().enumerate() {
                more[i] += p * (1.0 - unit);
                more[i + 1] += p * unit;
            }
            own = more;
        }
        own.iter_mut().for_each(|p| *p *= 1.0 - gone);
        own[*units] += gone;
        let mut sum = vec![0.0; all.len() + units];
        for (i, p) in all.iter().enumerate() {
            for (j, q) in own.iter().enumerate() {
                sum[i + j] += p * q;
            }
        }
        all = sum;
    }
    all
}

/// `pods` on `nodes` in turn, nodes in three zones in turn.
fn cluster(nodes: usize, pods: usize, needs: u32, [node, pod, zone, hit]: [f64; 4]) -> (Lab, ComponentIx) {
    let mut lab = Lab::new();
    lab.zones(3, Some(partial(outage(zone, 3.0), hit)));
    let below = lab.component("nodes", nodes, 1, node);
    lab.spread(below);
    let web = lab.series("web", pods, needs, pod);
    lab.model.graph[web].on = Some(below);
    for i in 0..pods {
        let zone = lab.model.graph[below].failure.units[i % nodes].zone;
        let unit = &mut lab.model.graph[web].failure.units[i];
        (unit.on, unit.zone) = (Some((i % nodes) as u32), zone);
    }
    (lab, web)
}

fn expected(nodes: usize, pods: usize, needs: u32, [node, pod, zone, hit]: [f64; 4]) -> f64 {
    (0..8_usize)
        .map(|set| {
            let carriers: Vec<(usize, f64)> = (0..nodes)
                .map(|i| {
                    let hit = if set >> (i % 3) & 1 == 1 { hit } else { 0.0 };
                    let units = pods / nodes + usize::from(i < pods % nodes);
                    (units, 1.0 - (1.0 - node) * (1.0 - hit))
                })
                .collect();
            let chance: f64 = (0..3).map(|z| if set >> z & 1 == 1 { zone } else { 1.0 - zone }).product();
            let too_many = pods + 1 - needs as usize;
            chance * lost(&carriers, pod)[too_many..].iter().sum::<f64>()
        })
        .sum()
}

#[test]
fn hundreds_of_nodes_and_pods_in_three_zones_are_counted_exactly() {
    let rates = [0.01, 0.002, 0.003, 0.4];
    for (nodes, pods, needs) in [(200, 600, 560), (62, 62, 20), (70, 300, 260)] {
        let (lab, _) = cluster(nodes, pods, needs, rates);
        let answer = lab.answer();
        close(lab.unavailability(), expected(nodes, pods, needs, rates), 1e-7, "counted");
        assert_eq!(answer.availability.kind, FigureKind::Exact);
        let shares: f64 = answer.attribution.iter().map(|share| share.share).sum();
        close(shares, 1.0, 1e-9, "shares");
        assert!(
            answer.cut_sets.iter().any(|set| set.events.iter().any(|event| event.starts_with("web below")))
        );
        assert!(answer.importance.len() < 400, "no event for each pod");
    }
}

#[test]
fn many_units_that_need_more_by_day_than_by_night_are_counted_hour_by_hour() {
    let rates = [0.02, 0.004, 0.005, 1.0];
    let (mut lab, web) = cluster(90, 180, 1, rates);
    lab.model.graph[web].failure.needs = None;
    let mut hours = vec![Some(60); HOURS_PER_WEEK];
    hours[8..50].fill(Some(150));
    let mut needs = Needs { components: vec![Vec::new(); web.index()] };
    needs.components.push(hours);
    let answer = plimsoll::avail::together(&lab.model, &needs, &[lab.journey], None);
    let (day, night) = (expected(90, 180, 150, rates), expected(90, 180, 60, rates));
    let mean = (42.0 * day + 126.0 * night) / 168.0;
    close(1.0 - answer.availability.value.unwrap(), mean, 1e-7, "day and night");
}

#[test]
fn what_shares_the_carriers_of_a_counted_component_makes_a_bound_of_it() {
    let rates = [0.01, 0.002, 0.003, 1.0];
    let (mut lab, web) = cluster(62, 62, 20, rates);
    let other = lab.series("small", 2, 1, 0.01);
    lab.model.graph[other].on = lab.model.graph[web].on;
    for i in 0..2 {
        lab.model.graph[other].failure.units[i].on = Some(i as u32);
        lab.model.graph[other].failure.units[i].zone = lab.model.graph[web].failure.units[i].zone;
    }
    let answer = lab.answer();
    assert_eq!(answer.availability.kind, FigureKind::Analytic);
    assert!(answer.availability.method.unwrap().contains("lower bound"));
    // Both alone are exact, and together they are down no more than the sum.
    let each: f64 = answer.journeys.values().map(|up| 1.0 - up.value.unwrap()).sum();
    assert!(lab.unavailability() <= each * (1.0 + 1e-9));
}

#[test]
fn a_crew_of_a_large_component_is_counted_too() {
    // 40 of which 30 must work: the chain of the crew itself, summed.
    let (n, needs, q) = (40, 30, 0.1);
    let lab = group(n, needs, q, Some(6), 0.0);
    let mut weights = vec![1.0];
    for down in 1..=n {
        let rate = f64::from(n - down + 1) * q / (1.0 - q) / f64::from(down.min(6));
        weights.push(weights.last().unwrap() * rate);
    }
    let total: f64 = weights.iter().sum();
    let tail: f64 = weights[(n - needs + 1) as usize..].iter().sum();
    close(lab.unavailability(), tail / total, 1e-9, "crew of six for forty");
}

/// Half of many like units: more sets of them than there are grains of sand, each as likely as the next.
#[test]
fn like_units_do_not_hold_up_the_search_for_cut_sets() {
    let mut lab = Lab::new();
    lab.series("c", 32, 16, 0.02);
    lab.series("d", 30, 20, 0.02);
    let answer = lab.answer();
    assert_eq!(answer.cut_sets.len(), 200);
    assert!(answer.cut_sets.iter().all(|set| set.events.len() >= 11));
}
