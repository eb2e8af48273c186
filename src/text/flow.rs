//! Names of the formulas behind analytic answers, as they stand in `Figure::method`. Formula names are the field's own and
//! the same in every language.

use super::numbers::{both, duration, percent};
use super::{Lang, Phrase};

/// A formula and whether its means are exact for the model at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// As shown.
    pub name: &'static str,
    /// Whether it is exact.
    pub exact: bool,
}

/// How far approximate formulas lay from the simulator, per cent: of what each says of the 300 random designs of the tests (loads of a
/// tenth to 80 %), 19 of 20 figures lay within this. Times are relative, a wait to the whole time at its component; shares of
/// requests and utilisation are differences. The tests hold every formula to what stands here.
const WITHIN: &[(Method, u32)] = &[
    (GGC, 10),
    (GGC_IN_TURN, 5),
    (PRIORITY_SCALED, 15),
    (MG1, NOT_POISSON),
    (ERLANG_B, NOT_POISSON),
    (LIMITED, 10),
    (BALANCED, 5),
    (LAYERED, 50),
    (MVA_SPREAD, 80),
    (MVA_NOT_PRODUCT, 55),
    (FAILURES, 25),
    (TRAFFIC_FIXED_POINT, 35),
    (UTILISATION_APPROXIMATE, 10),
    (SUM_APPROXIMATE, 45),
    (GAMMA, 55),
    (GAMMA_WAIT, 45),
    (MIXTURE, 50),
];
/// The same for formulas that are exact for Poisson arrivals, where what arrives is none.
const NOT_POISSON: u32 = 15;

impl Method {
    /// Its name as it stands beside a figure that is approximate, with how far such figures may be off where that is known.
    pub fn shown(self) -> String {
        let stated = WITHIN.iter().find(|(method, _)| method.name == self.name).map(|(_, within)| *within);
        match (stated, self.name.strip_suffix(", exact")) {
            (_, Some(name)) => {
                format!("{name}, arrivals taken as Poisson (19 of 20 within {NOT_POISSON} %)")
            }
            (Some(within), None) => format!("{} (19 of 20 within {within} %)", self.name),
            (None, None) => self.name.to_owned(),
        }
    }
}

const fn exact(name: &'static str) -> Method {
    Method { name, exact: true }
}

const fn approximate(name: &'static str) -> Method {
    Method { name, exact: false }
}

/// Rates and visits.
pub const TRAFFIC: Method = exact("traffic equations");
/// The same where failures or limits decide who goes on.
pub const TRAFFIC_FIXED_POINT: Method = approximate("traffic equations, fixed point with failures");
/// Utilisation law.
pub const UTILISATION: Method = exact("utilisation law");
/// The same with approximate arrivals.
pub const UTILISATION_APPROXIMATE: Method = approximate("utilisation law, approximate throughput");
/// One queue, exponential.
pub const MM1: Method = exact("M/M/1, exact");
/// One server, batches.
pub const BATCH_MG1: Method = exact("M[X]/G/1, exact");
/// Several servers, batches, exponential.
pub const BATCH_MMC: Method = exact("M[X]/M/c, by the crossing of levels");
/// Several servers, batches, general service.
pub const BATCH_GGC: Method = approximate("M[X]/G/c, scaled from M[X]/M/c");
/// All of them.
pub const BATCHES: [Method; 3] = [BATCH_MG1, BATCH_MMC, BATCH_GGC];
/// Two equal queues at once.
pub const FORK_JOIN: Method = exact("two-way fork-join of equal M/M/1, Flatto-Hahn and Nelson-Tantawi");
/// More of them.
pub const FORK_JOIN_MANY: Method = approximate("fork-join of equal M/M/1, Nelson-Tantawi scaling");
/// Rates behind caches whose hits are approximate.
pub const TRAFFIC_HITS: Method = approximate("traffic equations, hit ratio approximate");
/// Hit ratios of caches by popularity.
pub const CHE: Method = approximate("Che's approximation; things are there at once");
/// The same for keys that are all alike.
pub const TTL: Method = approximate("renewals of a time to live and of the time to fetch");
/// Several servers, exponential.
pub const MMC: Method = exact("M/M/c, exact");
/// One server, general service.
pub const MG1: Method = exact("M/G/1, Pollaczek-Khinchine");
/// No queue.
pub const INFINITE: Method = exact("delay, no queue");
/// Exponential service, limited room.
pub const MMCK: Method = exact("M/M/c/K, exact");
/// Loss system.
pub const ERLANG_B: Method = exact("M/G/c/c, Erlang B");
/// Exponential patience.
pub const ERLANG_A: Method = exact("M/M/c+M, Erlang A");
/// Constant patience.
pub const BARRER: Method = exact("M/M/c+D, Barrer");
/// Exponential patience and limited room.
pub const ERLANG_A_LIMITED: Method = exact("M/M/c/K+M, birth and death");
/// Processor sharing.
pub const PS: Method = exact("processor sharing, insensitive");
/// Processor sharing, other arrivals.
pub const PS_IN_TURN: Method = approximate("processor sharing, the number inside as with exponential work");
/// Dealt out in turn.
pub const EM1: Method = exact("E_k/M/1: Poisson arrivals dealt out in turn, exact");
/// Priorities without interruption.
pub const NON_PREEMPTIVE: Method = exact("M/G/1 priority, Cobham");
/// The same with several servers.
pub const NON_PREEMPTIVE_MANY: Method = exact("M/M/c priority, Kella-Yechiali");
/// Priorities with interruption.
pub const PREEMPTIVE: Method = exact("M/G/1 preemptive resume");
/// The same with several servers.
pub const PREEMPTIVE_MANY: Method = exact("M/M/c preemptive resume, by classes merged");
/// General service or arrivals.
pub const GGC: Method = approximate("G/G/c, Allen-Cunneen");
/// Dealt out in turn, general.
pub const GGC_IN_TURN: Method = approximate("G/G/c, Allen-Cunneen with arrivals dealt out in turn");
/// The least outstanding of all replicas, or of two.
pub const BALANCED: Method =
    approximate("least outstanding: between a shared queue and the mean field of many replicas");
/// Limited room, general.
pub const LIMITED: Method = approximate("M/M/c/K in place of general service");
/// Patience, general.
pub const IMPATIENT: Method = approximate("M/M/c+M in place of general service or patience");
/// Slots.
pub const LAYERED: Method = approximate("slots held across calls: flow-equivalent server");
/// Priorities with several servers, general.
pub const PRIORITY_SCALED: Method = approximate("M/G/c priority, scaled from M/G/1");
/// Closed sessions.
pub const MVA: Method = exact("exact MVA");
/// Several classes, or too many users.
pub const MVA_APPROXIMATE: Method = approximate("MVA, Schweitzer approximation");
/// Closed sessions at queues without product form.
pub const MVA_NOT_PRODUCT: Method = approximate("MVA, service taken as exponential");
/// Spread around the mean of closed sessions.
pub const MVA_SPREAD: Method = approximate("MVA mean; spread of the wait taken as exponential");
/// A sum of means.
pub const SUM: Method = exact("sum of exact means along the path");
/// The same of approximations.
pub const SUM_APPROXIMATE: Method = approximate("sum of means along the path");
/// Percentiles.
pub const GAMMA: Method = approximate("gamma fit to mean and variance along the path, preview");
/// Percentiles of a mixture.
pub const MIXTURE: Method = approximate("mixture of gammas above the constants of the path, preview");
/// Percentiles of one queue.
pub const GAMMA_WAIT: Method = approximate("gamma fit to mean and variance of those who wait");
/// Little's law.
pub const LITTLE: Method = exact("Little's law");
/// The same of approximations.
pub const LITTLE_APPROXIMATE: Method = approximate("Little's law, approximate times");
/// Failures.
pub const FAILURES: Method = approximate("failure chances multiplied along the path");
/// No failures anywhere.
pub const NO_FAILURES: Method = exact("nothing fails in this model at this load");
/// Where the autoscaler settles.
pub const SCALED: Method = approximate("HPA: ceil(CPU used / (target x CPU asked for)), within its limits");
/// Stated in the scenario.
pub const STATED: Method = exact("as stated");

/// Loads between which there are two steady states.
pub const BISTABLE: Method =
    approximate("retries as a fixed point, from below and from above; bisection of the load");

/// A backlog carried over.
pub const BACKLOG: Method = approximate("fluid backlog carried over from earlier");
/// A long span.
pub const HOURLY: Method = approximate("hour by hour, each at its own steady state");

/// Why a time is unknown: a queue grows without bound.
pub const OVERLOADED: &str = "overloaded: the queue grows without bound";
/// Why: arrivals without a formula.
pub const NO_ARRIVALS_FORMULA: &str = "no formula for these arrivals: simulate";
/// Why: the breaker opens and closes.
pub const BREAKER: &str = "a circuit breaker would open: simulate";
/// Why: a quorum, a second request, a pool, throttled or scaled machines, or a cache by popularity with a time to live.
pub const ONLY_SIMULATED: &str = "only simulation answers this design: simulate";
/// Why: pods want more cores than their machines have.
pub const CROWDED: &str = "the pods want more CPU than their nodes have: simulate";
/// Why: a database may run out of connections.
pub const CONNECTIONS: &str = "requests may find no connection left: simulate";
/// Why: answers that begin late are cut.
pub const CUT: &str = "answers may begin later than the edge waits: simulate";
/// Why: credits are earned faster than spent.
pub const LASTS: &str = "credits never run out at this load";
/// Why: work whose variance is infinite.
pub const HEAVY: &str = "the variance of the work is infinite, so the mean wait is too: simulate";
/// Why: whether answers come too late cannot be told.
pub const LATE_UNKNOWN: &str = "a time limit behind a queue without formula: simulate";
/// Why: attempts that meet the same empty bucket again.
pub const RETRIED_LIMIT: &str = "retries come back to the same rate limit: simulate";
/// Why: many ask for a key while it is fetched.
pub const FETCHED: &str = "many ask for a key while it is being fetched: simulate";
/// Why: fetches that bring nothing.
pub const UNFILLED: &str = "failed fetches leave the cache emptier than the formula knows: simulate";
/// Why: arrivals in clumps at a rate limit.
pub const CLUMPS: &str = "requests reach a rate limit in clumps: simulate";
/// Why: replicas without a line that are asked in turn, where that matters.
pub const DEALT: &str =
    "replicas without a line are asked in turn and turn away fewer than any formula says: simulate";
/// Why: a second steady state that late answers lead to.
pub const TWO_STATES: &str = "late answers and their retries may bring it down at this load: simulate";
/// Why: users of closed sessions whose work differs stand in one line.
pub const ONE_LINE: &str = "users whose work differs wait in one line: simulate";
/// Why: recalled work.
pub const RECALLED: &str = "recalled work changes the load: simulate";
/// Why: the fixed point swings.
pub const UNSETTLED: &str = "the fixed point does not settle: simulate";
/// Why: nobody is answered.
pub const ALL_FAIL: &str = "every request fails";
/// Why: nothing arrives.
pub const NOTHING_ARRIVES: &str = "no requests arrive";
/// Why: nothing arrives while the simulation looks.
pub const NONE_IN_THE_RUN: &str = "no requests arrive while it is looked at";
/// Why: too few requests have ended while the simulation looks.
pub const NONE_ENDED: &str = "too few requests end while it is looked at";
/// Why: another engine answers it.
pub const NOT_FLOW: &str = "not answered by flow";
/// Why: no formula.
pub const NO_FORMULA: &str = "no formula: simulate";
/// Why: it never fails in the searched range.
pub const NEVER_BREAKS: &str = "holds up to the largest load searched";
/// Why: it fails without load.
pub const FAILS_AT_ZERO: &str = "missed without any load";
/// Why: users do not change it.
pub const NOT_BY_USERS: &str = "not a question of load";
/// The reasons above that stand in `Figure::method`, with their Japanese.
const WHYS: &[(&str, &str)] = &[
    (OVERLOADED, "過負荷で、待ち行列が限りなく伸びる"),
    (NO_ARRIVALS_FORMULA, "この到着の仕方には公式がない。simulate で答えが出る"),
    (BREAKER, "ブレーカーが開く。simulate で答えが出る"),
    (ONLY_SIMULATED, "この設計に答えるのはシミュレーションだけ。simulate で答えが出る"),
    (CROWDED, "Pod がノードの CPU より多くを求める。simulate で答えが出る"),
    (CONNECTIONS, "空いた接続がない要求がありうる。simulate で答えが出る"),
    (CUT, "エッジが待つ間に答えが始まらないことがある。simulate で答えが出る"),
    (HEAVY, "仕事の分散が無限で、待ちの平均も無限になる。simulate で答えが出る"),
    (LATE_UNKNOWN, "公式のない待ち行列の先に時間切れがある。simulate で答えが出る"),
    (RETRIED_LIMIT, "再試行が同じレート制限に戻ってくる。simulate で答えが出る"),
    (FETCHED, "取りに行っている間に同じキーを求める要求が多い。simulate で答えが出る"),
    (UNFILLED, "失敗した取得のぶん、公式が知るよりキャッシュが空いている。simulate で答えが出る"),
    (CLUMPS, "要求がかたまってレート制限に届く。simulate で答えが出る"),
    (DEALT, "順番に当てられ待たせない複製は、公式が言うより断る要求が少ない。simulate で答えが出る"),
    (TWO_STATES, "この負荷では、遅れた応答とその再試行で崩れることがある。simulate で答えが出る"),
    (ONE_LINE, "仕事の長さが違う利用者が一つの列で待つ。simulate で答えが出る"),
    (RECALLED, "取り消された仕事が負荷を変える。simulate で答えが出る"),
    (UNSETTLED, "不動点の反復が落ち着かない。simulate で答えが出る"),
    (ALL_FAIL, "すべての要求が失敗する"),
    (NO_FORMULA, "公式がない。simulate で答えが出る"),
    (NOTHING_ARRIVES, "要求が来ない"),
    (NONE_IN_THE_RUN, "見ている間に要求が来ない"),
    (NONE_ENDED, "見ている間に答えの出た要求が足りない"),
];

/// A reason in words of its own; `None`: none of those that stand in `Figure::method`.
pub fn reason(why: &str) -> Option<Phrase> {
    let (en, ja) = WHYS.iter().find(|(en, _)| *en == why)?;
    Some(Phrase::new(*ja, *en))
}

/// Why the formulas do not know the times of a journey; `None`: nothing that they say of a journey.
pub fn unknown_because(journey: &str, why: &str) -> Option<Phrase> {
    let (en, ja) = WHYS.iter().find(|(en, _)| *en == why)?;
    Some(Phrase::new(format!("{journey}: 不明。{ja}。"), format!("{journey}: unknown: {en}.")))
}

/// Why a figure is unknown, from what stands in its `method`.
pub fn because(method: Option<&str>) -> Phrase {
    let unknown = || Phrase::new("公式では求まらない", "no formula knows it");
    method.and_then(reason).unwrap_or_else(unknown)
}

/// The formulas behind figures marked `~`.
pub fn approximate_by(methods: &[&str]) -> Phrase {
    let all = methods.join("; ");
    Phrase::new(
        format!("`~` の付いた値は近似による: {all}。"),
        format!("Figures with `~` are approximate, by: {all}."),
    )
}

/// CPU credits: the share of a run without any, where some machine had none; else how long full ones last at this load.
pub fn credits_run_out(id: &str, lasts: Option<f64>, dry: Option<f64>) -> Option<Phrase> {
    if let Some(dry) = dry.filter(|share| *share > 0.0) {
        // How long they last at the mean load is no matter then: they are spent in the busy hours.
        let dry = percent(dry).join();
        return Some(Phrase::new(
            format!("{id}: 実行の {dry} は CPU クレジットが尽きていた。"),
            format!("{id}: there were no CPU credits for {dry} of the run."),
        ));
    }
    let lasts = lasts?;
    Some(both(|lang| {
        let lasts = duration(lasts, lang).join();
        match (dry, lang) {
            (Some(_), Lang::Ja) => format!(
                "{id}: CPU クレジットは実行中に尽きなかった。実行の平均の負荷が続けば、満杯から {lasts} で尽きる。"
            ),
            (Some(_), Lang::En) => format!(
                "{id}: CPU credits did not run out during the run; if its mean load went on, full ones would last {lasts}."
            ),
            (None, Lang::Ja) => format!("{id}: この負荷では満杯の CPU クレジットが {lasts} で尽きる。"),
            (None, Lang::En) => format!("{id}: at this load full CPU credits last {lasts}."),
        }
    }))
}

/// How a breaking load is found.
pub const SEARCH: Method = approximate("search over the users of the busiest hour, analytic times");
