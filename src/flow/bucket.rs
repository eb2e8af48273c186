//! Rate limits as the formulas know them: a bucket or a counter, and what a request takes of it.

use super::compiled::Node;
use crate::model::station::Charge;

/// A rate limit.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// Units per second.
    pub rate: f64,
    /// Units it holds.
    pub burst: f64,
    /// Whether it counts tokens rather than requests.
    pub tokens: bool,
    /// Whether requests wait for it.
    pub waits: bool,
    /// How many may; `None`: without limit.
    pub queue: Option<u32>,
    /// What a request of a language model takes.
    pub charge: Charge,
    /// Counted anew every so many seconds; `None`: it fills all the time.
    pub window: Option<f64>,
}

impl Node {
    /// What a request takes of a limit, mean and mean square, once it has ended; one, where no tokens are counted. Only the
    /// mean, where the tokens are not all counted alike.
    pub fn size(&self, limit: &Bucket) -> (f64, f64) {
        if self.stream.is_none() || !limit.tokens {
            return (1.0, 1.0);
        }
        let (into, out) = self.tokens;
        let mean = limit.charge.in_the_end(into, out);
        let alike = Charge { settles: false, ..limit.charge } == Charge::USED;
        (mean, if alike { self.tokens_square } else { mean * mean })
    }
}
