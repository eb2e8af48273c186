//! CPU credits of burstable machines: what they earn, save up and may spend.
//!
//! Source: EC2 user guide, "Key concepts for burstable performance instances" (facts `lat.credit.*`): a credit is one
//! vCPU at full use for a minute; a machine earns `vcpu x baseline` of them per minute and saves up what it earns in 24
//! hours. Without credits it runs at its baseline; in unlimited mode, which is how T3 machines are launched unless told
//! otherwise, it goes on at full speed and the surplus is charged. T3 machines get no launch credits.

use crate::units::Duration;

/// Time whose earnings can be saved up, seconds.
pub const SAVED_S: f64 = 86_400.0;

/// One burstable machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Credits {
    /// Virtual CPUs.
    pub vcpu: f64,
    /// Share of each that it may use for ever.
    pub baseline: f64,
    /// Whether it goes on at full speed without credits.
    pub unlimited: bool,
    /// Share of what it can save up that is there at the start of a run.
    pub balance: f64,
}

impl Credits {
    /// CPU that it may use for ever, cores: what it earns.
    pub fn sustained(&self) -> f64 {
        self.vcpu * self.baseline
    }

    /// The most it can save up, core-seconds.
    pub fn most(&self) -> f64 {
        self.sustained() * SAVED_S
    }

    /// How long full savings last when it uses `cores` all the time; `None`: for ever.
    pub fn lasts(&self, cores: f64) -> Option<Duration> {
        let spends = cores.min(self.vcpu) - self.sustained();
        if spends > 1e-12 { Duration::new(self.most() / spends) } else { None }
    }
}

/// Core-hours that a machine in unlimited mode is charged for in a week of these hourly means of cores used, once week follows
/// week: what it uses beyond what it earns, as far as that is more than 24 hours of earnings can pay back. `earns`: cores that it
/// may use for ever. O(hours).
///
/// Source: EC2 user guide, "Unlimited mode concepts": surplus credits are paid down by what is earned later, and charged beyond
/// the most that is earned in 24 hours.
pub fn surplus(earns: f64, week: &[f64]) -> f64 {
    let most = earns * SAVED_S / 3600.0;
    let (mut saved, mut charged) = (0.0, 0.0);
    // What is saved or owed at first is forgotten within a few weeks.
    for _ in 0..4 {
        charged = 0.0;
        for cores in week {
            saved = f64::min(saved + earns - cores, most);
            if saved < -most {
                charged += -most - saved;
                saved = -most;
            }
        }
    }
    charged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surplus_is_what_is_used_beyond_what_is_earned() {
        let week = |cores: f64| vec![cores; 168];
        // 0.7 cores more than the 0.2 that are earned, all the time.
        assert!((surplus(0.2, &week(0.9)) - 0.7 * 168.0).abs() < 1e-9);
        assert_eq!(surplus(0.2, &week(0.2)), 0.0);
        // 9 hours a day at one core and 15 at nothing: 9 used, 4.8 earned.
        let day: Vec<f64> = (0..168).map(|h| if h % 24 < 9 { 1.0 } else { 0.0 }).collect();
        assert!((surplus(0.2, &day) - 7.0 * (9.0 - 4.8)).abs() < 1e-9);
        // A peak that the night pays back costs nothing.
        let day: Vec<f64> = (0..168).map(|h| if h % 24 < 4 { 1.0 } else { 0.0 }).collect();
        assert_eq!(surplus(0.2, &day), 0.0);
    }

    #[test]
    fn a_t3_large_earns_36_credits_an_hour_and_saves_864() {
        let c = Credits { vcpu: 2.0, baseline: 0.3, unlimited: false, balance: 1.0 };
        assert!((c.sustained() * 60.0 - 36.0).abs() < 1e-9);
        assert!((c.most() / 60.0 - 864.0).abs() < 1e-9);
        // Both vCPUs busy: 1.4 core-seconds a second more than it earns.
        assert!((c.lasts(2.0).expect("it runs dry").as_hours() - 864.0 / 84.0).abs() < 1e-9);
        assert_eq!(c.lasts(0.6), None);
    }
}
