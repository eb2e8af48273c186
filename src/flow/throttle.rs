//! The rate limits of a component under its load: whom they turn away, and how long they make the others wait.

use super::bucket::Bucket;
use super::compiled::Compiled;
use super::desk::Desk;
use super::limits;
use super::serve::Mixture;
use super::solution::{DeskState, Solution};
use crate::text::flow as words;

/// Dispersion of the arrivals from which on they come in clumps, and share turned away or wait, s, from which on that matters. Our
/// choice: below the tolerance of every approximation here.
const CLUMPED: f64 = 1.05;
/// See [`CLUMPED`].
pub(super) const MATTERS: f64 = 1e-3;

/// Whether requests come in clumps that a limit may feel: it would if each clump were one request.
fn in_clumps(m: &Mixture, limit: &Bucket, rate: f64, burst: f64) -> bool {
    let Some(clump) = m.gaps_scv.filter(|dispersion| *dispersion > CLUMPED) else { return false };
    let (arrivals, rate, burst) = (m.arrivals / clump, rate / clump, burst / clump);
    let line = f64::from(limit.queue.unwrap_or(0)) / clump;
    let turned_away = !limit.waits || limit.queue.is_some();
    turned_away && limits::throttled(arrivals, rate, burst + line) > MATTERS
        || limit.waits && limits::wait(arrivals, rate, burst) > MATTERS
}

/// Shares turned away by limits, and the mean wait at those that make wait.
pub(super) fn rate_limits(
    desk: &Desk,
    m: &Mixture,
    (all, solution, c): (&Compiled, &Solution, usize),
    state: &mut DeskState,
) -> f64 {
    let (mut passed, mut wait) = (1.0, 0.0_f64);
    for limit in &desk.limits {
        if m.arrivals <= 0.0 {
            break;
        }
        let (mut size, mut square) = (0.0, 0.0);
        for n in all.nodes_of(c) {
            let rate = solution.nodes[*n as usize].arrivals.max(0.0);
            let takes = all.nodes[*n as usize].size(limit);
            (size, square) = (size + rate * takes.0 / m.arrivals, square + rate * takes.1 / m.arrivals);
        }
        if size <= 0.0 {
            continue;
        }
        // What takes more than there ever is passes when there is all.
        let (rate, burst) = (limit.rate / size, limit.burst / size);
        let burst = if limit.tokens { burst.max(1.0) } else { burst };
        if in_clumps(m, limit, rate, burst) {
            state.why = state.why.or(Some(words::CLUMPS));
        }
        if let (true, Some(line)) = (limit.waits, limit.queue) {
            // Who finds the line full is turned away: as by a bucket that holds the line too. Nobody waits longer than it.
            let line = f64::from(line);
            passed *= 1.0 - limits::throttled(m.arrivals, rate, burst + line);
            let long = || limits::wait(m.arrivals, rate, burst).min(line / rate);
            wait = wait.max(limits::wait_in_line(m.arrivals, rate, burst, line).unwrap_or_else(long));
        } else if limit.waits {
            wait = wait.max(limits::wait(m.arrivals, rate, burst));
        } else {
            let lost = match limit.window {
                Some(window) => limits::counted(m.arrivals, window, burst),
                None => limits::throttled(m.arrivals, rate, burst),
            };
            let square = square / (size * size);
            let refused = if limit.tokens { limits::refused(lost, square - 1.0) } else { lost };
            passed *= 1.0 - refused;
            if refused < 1.0 {
                state.size = state.size.min((1.0 - lost) / (1.0 - refused));
            }
        }
    }
    state.throttled = 1.0 - passed;
    wait
}
