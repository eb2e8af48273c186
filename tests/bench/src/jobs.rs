//! The jobs that every engine does, their closed forms, and what a run tells.
//!
//! A job is an open network of first come, first served stations with exponential service and Poisson arrivals. After a
//! station a request tries its onward stations in order and goes to the first one its coin falls for; a request that
//! falls for none is answered.

#[cfg(not(target_arch = "wasm32"))]
use std::time::Duration;

/// One station.
pub struct Station {
    /// Name.
    pub name: &'static str,
    /// Servers in front of one waiting line.
    pub servers: u32,
    /// Mean service time, seconds.
    pub mean_s: f64,
    /// Where a request goes next, tried in order, each with its chance.
    pub onward: &'static [(usize, f64)],
}

/// One job.
pub struct Job {
    /// Name, as in the table.
    pub name: &'static str,
    /// Requests per second.
    pub per_s: f64,
    /// Requests in a run.
    pub requests: u64,
    /// Requests enter at the first one.
    pub stations: &'static [Station],
}

/// What a run tells, and what it cost.
#[derive(Clone, Copy, Default)]
pub struct Run {
    /// Requests answered or sent, as the engine counts.
    pub requests: f64,
    /// External arrivals and service completions.
    pub events: f64,
    /// Mean wait of a request, all stations together, seconds.
    pub wait_s: f64,
    /// CPU time, building and reading the results included.
    pub cpu_s: f64,
}

/// M/M/1 at 0.8, M/M/8 at 0.9, and a web stack: content network with 60 % hits, balancer, API, and behind it a
/// database, a cache and a language model that a request calls one after the other, each by a coin of its own.
pub static JOBS: [Job; 3] = [
    Job {
        name: "M/M/1 at 0.8",
        per_s: 0.8,
        requests: 1_000_000,
        stations: &[Station { name: "queue", servers: 1, mean_s: 1.0, onward: &[] }],
    },
    Job {
        name: "M/M/8 at 0.9",
        per_s: 7.2,
        requests: 1_000_000,
        stations: &[Station { name: "queue", servers: 8, mean_s: 1.0, onward: &[] }],
    },
    Job {
        name: "web stack",
        per_s: 1000.0,
        requests: 400_000,
        stations: &[
            Station { name: "cdn", servers: 16, mean_s: 0.008, onward: &[(1, 0.4)] },
            Station { name: "lb", servers: 2, mean_s: 0.002, onward: &[(2, 1.0)] },
            Station { name: "api", servers: 12, mean_s: 0.024, onward: &[(3, 0.5), (4, 0.4), (5, 0.1)] },
            Station { name: "db", servers: 4, mean_s: 0.016, onward: &[(4, 0.4), (5, 0.1)] },
            Station { name: "redis", servers: 1, mean_s: 0.004, onward: &[(5, 0.1)] },
            Station { name: "llm", servers: 100, mean_s: 2.0, onward: &[] },
        ],
    },
];

impl Job {
    /// Mean visits of a request to each station. Stations are in an order in which requests only go forward.
    pub fn visits(&self) -> Vec<f64> {
        let mut visits = vec![0.0; self.stations.len()];
        visits[0] = 1.0;
        for (at, station) in self.stations.iter().enumerate() {
            let mut left = visits[at];
            for (to, chance) in station.onward {
                visits[*to] += left * chance;
                left *= 1.0 - chance;
            }
        }
        visits
    }

    /// Mean wait of a request by Erlang's C formula at every station: the network is of product form.
    pub fn closed_form(&self) -> f64 {
        let visits = self.visits();
        let wait = |s: &Station, visits: f64| {
            let (c, load) = (f64::from(s.servers), self.per_s * visits * s.mean_s);
            let mut blocked = 1.0;
            for k in 1..=s.servers {
                blocked = load * blocked / (f64::from(k) + load * blocked);
            }
            let waits = blocked / (1.0 - load / c * (1.0 - blocked));
            visits * waits * s.mean_s / (c - load)
        };
        self.stations.iter().zip(visits).map(|(s, v)| wait(s, v)).sum()
    }

    /// The station after this one, by coins.
    #[inline]
    pub fn onward(&self, at: usize, mut coin: impl FnMut() -> f64) -> Option<usize> {
        self.stations[at].onward.iter().find(|(_, chance)| *chance >= 1.0 || coin() < *chance).map(|o| o.0)
    }
}

/// Random numbers of the bare loop and the peers: xoshiro256++ (Blackman & Vigna 2019), seeded by SplitMix64.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Random([u64; 4]);

impl Random {
    /// From a seed.
    pub fn new(mut seed: u64) -> Self {
        Self(std::array::from_fn(|_| {
            seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        }))
    }

    /// Strictly between 0 and 1.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        let s = &mut self.0;
        let out = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        ((out >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }

    /// Exponential with this mean.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.uniform().ln()
    }
}

/// CPU time of this process so far, all threads.
#[cfg(not(target_arch = "wasm32"))]
pub fn cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call only writes to `time`, which outlives it.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0, "this system has no clock of CPU time");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Runs something and gives the CPU seconds it took.
#[cfg(not(target_arch = "wasm32"))]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = cpu();
    let out = work();
    (out, (cpu() - start).as_secs_f64())
}

/// The middle one; the mean of the two middle ones.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 { f64::NAN } else { 0.5 * (values[(n - 1) / 2] + values[n / 2]) }
}
