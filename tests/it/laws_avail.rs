//! Availability against brute force: random formulas and random small systems.

use crate::lab_avail::{Lab, assert_adds_to_one, outage, partial};
use plimsoll::avail::bdd::{Bdd, Chances, Function, NEVER};
use plimsoll::avail::cuts::Cuts;
use proptest::prelude::*;

/// A random monotone formula: an "or" of "and"s, and thresholds.
fn formula(variables: u32) -> impl Strategy<Value = Vec<(Vec<u32>, usize)>> {
    let term = (proptest::collection::btree_set(0..variables, 1..5), 1_usize..4);
    proptest::collection::vec(term.prop_map(|(set, k)| (set.into_iter().collect(), k)), 1..8)
}

/// True when at least `k` of the variables of some term are.
fn brute(formula: &[(Vec<u32>, usize)], state: u32) -> bool {
    formula.iter().any(|(set, k)| set.iter().filter(|v| state >> **v & 1 == 1).count() >= *k)
}

fn diagram(bdd: &mut Bdd, formula: &[(Vec<u32>, usize)]) -> Function {
    let mut any = NEVER;
    for (set, k) in formula {
        let items: Vec<Function> = set.iter().map(|v| bdd.variable(*v).unwrap()).collect();
        let enough = bdd.at_least(*k, &items).unwrap()[*k];
        any = bdd.or(any, enough).unwrap();
    }
    any
}

fn chance_of_state(q: &[f64], state: u32) -> f64 {
    q.iter().enumerate().map(|(v, q)| if state >> v & 1 == 1 { *q } else { 1.0 - q }).product()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: proptest::test_runner::RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_diagram_agrees_with_enumeration(
        formula in formula(12),
        q in proptest::collection::vec(0.0..1.0_f64, 12),
    ) {
        let mut bdd = Bdd::new(100_000);
        let f = diagram(&mut bdd, &formula);
        let exact: f64 = (0..1 << 12).filter(|s| brute(&formula, *s)).map(|s| chance_of_state(&q, s)).sum();
        let mut chances = Chances::new(q.clone());
        prop_assert!((chances.of(&bdd, f) - exact).abs() < 1e-12);
        let importance = chances.birnbaum(&bdd, &[(f, 1.0)]);
        for v in 0..12_u32 {
            let fixed = |value: f64| {
                let mut q = q.clone();
                q[v as usize] = value;
                Chances::new(q).of(&bdd, f)
            };
            prop_assert!((importance[v as usize] - (fixed(1.0) - fixed(0.0))).abs() < 1e-12);
        }
    }

    #[test]
    fn cut_sets_are_minimal_and_cover_and_come_in_order(
        formula in formula(12),
        q in proptest::collection::vec(0.01..0.99_f64, 12),
    ) {
        let mut bdd = Bdd::new(100_000);
        let f = diagram(&mut bdd, &formula);
        let sets = Cuts::new(100_000).most_probable(&bdd, f, &q, usize::MAX).unwrap();
        let states: Vec<u32> = sets.iter().map(|set| set.iter().map(|v| 1 << v).sum()).collect();
        for state in &states {
            prop_assert!(brute(&formula, *state));
            for v in (0..12).filter(|v| state >> v & 1 == 1) {
                prop_assert!(!brute(&formula, state & !(1 << v)), "not minimal");
            }
        }
        for state in 0..1 << 12 {
            let covered = states.iter().any(|set| state & set == *set);
            prop_assert_eq!(covered, brute(&formula, state));
        }
        let chance = |set: &[u32]| set.iter().map(|v| q[*v as usize]).product::<f64>();
        prop_assert!(sets.windows(2).all(|pair| chance(&pair[0]) >= chance(&pair[1]) - 1e-15));
    }

    #[test]
    fn one_more_unit_never_lowers_availability_and_one_more_component_never_raises_it(
        units in 1_usize..6,
        needs in 1_u32..4,
        q in 0.0001..0.3_f64,
        zone in 0.0001..0.1_f64,
        severity in 0.05..1.0_f64,
    ) {
        let build = |units: usize, components: usize| {
            let mut lab = Lab::new();
            lab.zones(3, Some(partial(outage(zone, 3.0), severity)));
            for i in 0..components {
                let ix = lab.series(&format!("c{i}"), units, needs.min(units as u32), q);
                lab.spread(ix);
            }
            lab
        };
        prop_assume!(needs as usize <= units);
        let base = build(units, 2).unavailability();
        prop_assert!(build(units + 1, 2).unavailability() <= base + 1e-15);
        prop_assert!(build(units, 3).unavailability() >= base - 1e-15);
    }

    #[test]
    fn the_causes_add_up_and_importance_is_a_share(
        counts in proptest::collection::vec((1_usize..4, 0.0005..0.05_f64), 1..6),
        zone in 0.0001..0.05_f64,
        severity in 0.1..1.0_f64,
    ) {
        let mut lab = Lab::new();
        lab.zones(3, Some(partial(outage(zone, 3.0), severity)));
        for (i, (units, q)) in counts.iter().enumerate() {
            let ix = lab.series(&format!("c{i}"), *units, 1.max(*units as u32 - 1), *q);
            lab.spread(ix);
        }
        let answer = lab.answer();
        assert_adds_to_one(&answer);
        for (event, importance) in &answer.importance {
            prop_assert!((0.0..=1.0).contains(&importance.fussell_vesely), "{event}");
            prop_assert!((0.0..=1.0 + 1e-12).contains(&importance.birnbaum), "{event}");
        }
        prop_assert_eq!(answer.other_cut_sets_min_per_30d.value, Some(0.0));
    }
}
