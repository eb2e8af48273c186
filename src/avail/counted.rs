//! Components of many units, by counting: which units are lost does not matter, only how many, so that their number has a
//! distribution that one pass over the units gives. Exact, however the units are placed.
//!
//! Given which of its places (zones, regions) have failed, the units of a component fail independently, but for those that one
//! carrier takes down together. So g(k, S), the chance that fewer than `k` work while exactly the places S have failed, follows by
//! convolution, carrier by carrier. It grows with `k` and with S. In the decision diagram it is a ladder of events of its own:
//! with g1 < g2 < ... all its values, the first event has chance g1 and the i-th (g_i - g_(i-1)) / (1 - g_(i-1)); with S failed
//! fewer than `k` work when one of the first r events holds, r the place of g(k, S) among the values. So every hour and every set
//! of failed places has its exact chance.
//!
//! Where the carriers carry other needed components too, each is exact for itself, and together they are taken as independent:
//! they are associated, so that this understates availability (Esary and Proschan, 1970).
//!
//! How long such an event lasts: the chance over the frequency, which is the sum over units of Birnbaum's importance times how
//! often each fails. Source: Trivedi and Bobbio, *Reliability and Availability Engineering* (2017), ch. 9.

use super::event::Variable;
use crate::model::ComponentIx;
use std::collections::BTreeMap;

/// Places beyond which a component is not counted: there are 2 to that power sets of them.
pub const MOST_PLACES: usize = 6;
/// Units times units that may be lost, from which on a component is counted and not drawn unit by unit.
pub const FROM: usize = 600;
/// The same where something else stands on its carriers: counting leaves out what hangs together there.
pub const FROM_SHARED: usize = 1_500;
/// What is less likely than this counts as never.
const NEVER: f64 = 1e-60;
/// Step of the difference quotient, relative.
const STEP: f64 = 1e-5;

/// The events of a component that is counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Event of each place, with its hit where that is one for the whole component.
    pub places: Vec<(u32, Variable)>,
    /// The ladder, in order.
    pub ladder: Vec<u32>,
    /// By number of units needed and set of failed places: how far up the ladder too few are left.
    pub reach: BTreeMap<(u32, usize), usize>,
    /// What carries all its units.
    pub carrier: Option<ComponentIx>,
    /// Whether that carries something else that is needed.
    pub shared: bool,
}

/// Some units on one carrier, or one unit without.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stack {
    /// Units on it.
    pub units: u32,
    /// Place that it stands in, and the chance that this takes it down when it fails.
    pub zone: Option<(usize, f64)>,
    /// Place that takes it down for certain when it fails.
    pub region: Option<usize>,
}

/// What a unit, or a carrier, does by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Own {
    /// Share of the time that it is down.
    pub chance: f64,
    /// Mean length of such a time, hours.
    pub mean_hours: Option<f64>,
}

/// One value of g.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TooFew {
    /// Units needed.
    pub needed: u32,
    /// Failed places, bit by bit.
    pub places: usize,
    /// Chance.
    pub chance: f64,
    /// Mean length, hours.
    pub mean_hours: f64,
    /// Whether the carriers are more to blame than the units.
    pub carriers: bool,
}

/// g(k, S) for each of these numbers of units and each set of `places` places. `chain`: where the units hang together, the chance
/// that so many of them are down by themselves, and the mean length of such times; any so many are then equally likely.
/// O(sets x units x how many are likely to be lost); with a chain O(sets x units²).
pub fn too_few(
    stacks: &[Stack],
    unit: Own,
    carrier: Option<Own>,
    needed: &[u32],
    places: usize,
    chain: Option<(&[f64], &[f64])>,
) -> Vec<TooFew> {
    let n: u32 = stacks.iter().map(|stack| stack.units).sum();
    if let Some((down, times)) = chain {
        return hanging(stacks, (down, times), carrier.unwrap_or_default(), needed, places);
    }
    let below = carrier.unwrap_or_default();
    let raised = |own: Own| Own { chance: (own.chance * (1.0 + STEP)).min(1.0), ..own };
    let mut all = Vec::new();
    for set in 0..1 << places {
        let as_is = Lost::of(stacks, unit.chance, below.chance, set);
        let by_units = Lost::of(stacks, raised(unit).chance, below.chance, set);
        let by_carriers = carrier.map(|_| Lost::of(stacks, unit.chance, raised(below).chance, set));
        for needed in needed.iter().copied() {
            let too_many = (n + 1).saturating_sub(needed);
            let chance = as_is.at_least(too_many);
            // Birnbaum's importance times the chance, summed over all units or all carriers.
            let weight = |lost: &Lost| ((lost.at_least(too_many) - chance) / STEP).max(0.0);
            let (of_units, of_carriers) = (weight(&by_units), by_carriers.as_ref().map_or(0.0, weight));
            let often = |weight: f64, own: Own| own.mean_hours.map_or(0.0, |mean| weight / mean.max(NEVER));
            let frequency = often(of_units, unit) + often(of_carriers, below);
            let longest = unit.mean_hours.unwrap_or(0.0).max(below.mean_hours.unwrap_or(0.0));
            let mean_hours = if frequency > 0.0 { (chance / frequency).min(longest) } else { longest };
            all.push(TooFew { needed, places: set, chance, mean_hours, carriers: of_carriers > of_units });
        }
    }
    all
}

/// The same where the units hang together. A given set of `r` of `n` has so many down as the chain says, each set of them being as
/// likely as any other.
fn hanging(
    stacks: &[Stack],
    (down, times): (&[f64], &[f64]),
    carrier: Own,
    needed: &[u32],
    places: usize,
) -> Vec<TooFew> {
    let n = down.len() - 1;
    let mut all = Vec::new();
    for set in 0..1 << places {
        let carried = Lost::of(stacks, 0.0, carrier.chance, set);
        let mut chances = vec![0.0; needed.len()];
        // Of the units whose carriers work.
        let mut among = down.to_vec();
        for lost in 0..carried.from + carried.chances.len() {
            let here = lost.checked_sub(carried.from).map_or(0.0, |i| carried.chances[i]);
            for (chance, needed) in chances.iter_mut().zip(needed) {
                let more = (n + 1).saturating_sub(*needed as usize).saturating_sub(lost);
                *chance += here * among.iter().skip(more).rev().sum::<f64>();
            }
            let r = (n - lost.min(n)) as f64;
            let fewer = |j: usize| (among[j] * (r - j as f64) + among[j + 1] * (j + 1) as f64) / r;
            among = (0..among.len() - 1).map(fewer).collect();
            if among.is_empty() {
                among.push(1.0);
            }
        }
        for (chance, needed) in chances.into_iter().zip(needed) {
            let too_many = (n + 1).saturating_sub(*needed as usize).clamp(1, n);
            let mean_hours = times[too_many].max(carrier.mean_hours.filter(|_| set > 0).unwrap_or(0.0));
            let carriers = chance > 2.0 * down[too_many..].iter().sum::<f64>();
            all.push(TooFew { needed: *needed, places: set, chance: chance.min(1.0), mean_hours, carriers });
        }
    }
    all
}

/// How many units are lost: `chances[i]` is the chance of `from` + i.
struct Lost {
    from: usize,
    chances: Vec<f64>,
}

impl Lost {
    fn of(stacks: &[Stack], unit: f64, carrier: f64, set: usize) -> Self {
        let failed = |place: usize| set >> place & 1 == 1;
        let mut lost = Self { from: 0, chances: vec![1.0] };
        for stack in stacks {
            let hit = match (stack.region, stack.zone) {
                (Some(region), _) if failed(region) => 1.0,
                (_, Some((zone, hit))) if failed(zone) => hit,
                _ => 0.0,
            };
            lost.add(stack.units as usize, unit, 1.0 - (1.0 - carrier) * (1.0 - hit));
        }
        lost
    }

    /// So many more units, each lost with chance `unit`, or all together with chance `together`.
    fn add(&mut self, units: usize, unit: f64, together: f64) {
        let mut own = vec![0.0; units + 1];
        own[0] = 1.0 - together;
        for last in 1..=units {
            for i in (0..=last).rev() {
                own[i] = own[i] * (1.0 - unit) + if i > 0 { own[i - 1] * unit } else { 0.0 };
            }
        }
        own[units] += together;
        let mut sum = vec![0.0; self.chances.len() + units];
        for (i, before) in self.chances.iter().enumerate() {
            for (j, more) in own.iter().enumerate() {
                sum[i + j] += before * more;
            }
        }
        let likely = |chance: &f64| *chance > NEVER;
        let first = sum.iter().position(likely).unwrap_or(0);
        let last = sum.iter().rposition(likely).unwrap_or(sum.len() - 1);
        self.from += first;
        self.chances = sum[first..=last].to_vec();
    }

    fn at_least(&self, lost: u32) -> f64 {
        let skip = (lost as usize).saturating_sub(self.from);
        // From the unlikely end, so that small chances keep their digits.
        self.chances.iter().skip(skip).rev().sum::<f64>().min(1.0)
    }
}

/// Steps of a ladder, each with the value it reaches and the chance of its event; and on how many of them each value stands.
pub type Ladder = (Vec<(TooFew, f64)>, BTreeMap<(u32, usize), usize>);

/// The ladder of these values: its steps, as (value that it reaches, chance of its event), lowest first, and for each value how many
/// steps it stands on.
pub fn ladder(values: &[TooFew]) -> Ladder {
    let mut order: Vec<&TooFew> = values.iter().collect();
    order.sort_by(|a, b| {
        a.chance.total_cmp(&b.chance).then(a.places.cmp(&b.places)).then(a.needed.cmp(&b.needed))
    });
    let (mut steps, mut reach) = (Vec::new(), BTreeMap::new());
    let mut below = 0.0;
    for value in order {
        let rise = (value.chance - below) / (1.0 - below).max(f64::MIN_POSITIVE);
        // Equal up to rounding is the same step.
        if rise > NEVER && value.chance - below > 1e-13 * value.chance {
            steps.push((*value, rise.min(1.0)));
            below = value.chance;
        }
        reach.insert((value.needed, value.places), steps.len());
    }
    (steps, reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state of units and carriers, one by one.
    fn by_states(stacks: &[Stack], unit: f64, carrier: f64, needed: u32, set: usize) -> f64 {
        let n: u32 = stacks.iter().map(|s| s.units).sum();
        let bits = n as usize + stacks.len();
        let mut sum = 0.0;
        for state in 0..1_usize << bits {
            let (mut chance, mut lost, mut bit) = (1.0, 0, 0);
            let mut draw = |p: f64| {
                let down = state >> bit & 1 == 1;
                bit += 1;
                chance *= if down { p } else { 1.0 - p };
                down
            };
            for stack in stacks {
                let place = |p: usize| set >> p & 1 == 1;
                let zone = stack.zone.filter(|(p, _)| place(*p)).map_or(0.0, |(_, hit)| hit);
                let hit = if stack.region.is_some_and(place) { 1.0 } else { zone };
                let all = draw(1.0 - (1.0 - carrier) * (1.0 - hit));
                for _ in 0..stack.units {
                    lost += u32::from(draw(unit) | all);
                }
            }
            if n - lost < needed {
                sum += chance;
            }
        }
        sum
    }

    #[test]
    fn counting_agrees_with_every_state_of_uneven_carriers() {
        let stack = |units, zone, region| Stack { units, zone, region };
        let stacks = [
            stack(3, Some((0, 0.4)), Some(2)),
            stack(2, Some((1, 1.0)), Some(2)),
            stack(1, Some((0, 0.4)), None),
            stack(4, None, None),
        ];
        let (unit, carrier) =
            (Own { chance: 0.07, mean_hours: Some(1.0) }, Own { chance: 0.02, mean_hours: Some(5.0) });
        let needed: Vec<u32> = (1..=10).collect();
        let found = too_few(&stacks, unit, Some(carrier), &needed, 3, None);
        assert_eq!(found.len(), 80);
        for one in &found {
            let exact = by_states(&stacks, 0.07, 0.02, one.needed, one.places);
            assert!((one.chance / exact - 1.0).abs() < 1e-9, "{one:?} against {exact}");
        }
        let (steps, reach) = ladder(&found);
        for one in &found {
            let none: f64 =
                steps[..reach[&(one.needed, one.places)]].iter().map(|(_, chance)| 1.0 - chance).product();
            assert!((1.0 - none - one.chance).abs() < 1e-12, "{one:?}");
        }
    }

    #[test]
    fn units_that_do_not_hang_together_are_a_chain_too() {
        let stack = |units, zone| Stack { units, zone: Some((zone, 0.5)), region: None };
        let stacks = [stack(3, 0), stack(2, 1), stack(2, 0)];
        let (q, ways): (f64, [f64; 8]) = (0.1, [1.0, 7.0, 21.0, 35.0, 35.0, 21.0, 7.0, 1.0]);
        let down: Vec<f64> = (0..8).map(|i| ways[i as usize] * q.powi(i) * (1.0 - q).powi(7 - i)).collect();
        let carrier = Some(Own { chance: 0.03, mean_hours: Some(1.0) });
        let needed: Vec<u32> = (1..=7).collect();
        let alone = too_few(&stacks, Own { chance: q, mean_hours: Some(1.0) }, carrier, &needed, 2, None);
        let chain = too_few(&stacks, Own::default(), carrier, &needed, 2, Some((&down, &[1.0; 8])));
        for (a, b) in alone.iter().zip(&chain) {
            assert!((a.chance / b.chance - 1.0).abs() < 1e-9, "{a:?} against {b:?}");
        }
    }

    #[test]
    fn a_time_without_enough_lasts_as_long_as_the_chain_says() {
        // 3 of 5 like units, each fails every 10 h and is repaired in 1 h: a birth-death chain whose states with 3 or more down
        // are left from 3 down alone, at 3 repairs an hour.
        let q: f64 = 1.0 / 11.0;
        let one = Stack { units: 1, zone: None, region: None };
        let found = too_few(&[one; 5], Own { chance: q, mean_hours: Some(1.0) }, None, &[3], 0, None);
        let exactly = |k: i32, ways: f64| ways * q.powi(k) * (1.0 - q).powi(5 - k);
        let down = exactly(3, 10.0) + exactly(4, 5.0) + exactly(5, 1.0);
        assert!((found[0].chance / down - 1.0).abs() < 1e-12);
        let lasts = down / (3.0 * exactly(3, 10.0));
        assert!((found[0].mean_hours / lasts - 1.0).abs() < 1e-3, "{} against {lasts}", found[0].mean_hours);
    }
}
