//! What a job refuses before it runs: studies that nobody can wait for, faults of which a run would see nothing.

use super::{DURATION_S, WARMUP_S};
use crate::diag::Diagnostic;
use crate::model::Model;
use crate::text::Phrase;

/// Whether studies of a tier can be run to their end: if not, the journey that is to blame.
pub fn affordable(model: &Model, studies: &[crate::sim::Settings]) -> Result<(), Vec<Diagnostic>> {
    use crate::sim::estimate;
    let events: f64 = studies.iter().map(|settings| estimate::events(model, settings)).sum();
    if events <= estimate::MOST {
        return Ok(());
    }
    let heaviest = studies.first().and_then(|settings| estimate::heaviest(model, settings));
    let journey = heaviest.map(|j| &model.journeys[j.0 as usize]);
    let (id, at) = journey.map_or(("", crate::diag::Span::default()), |j| (j.id.as_str(), j.at));
    let many = |events: f64| crate::text::numbers::plain(events / 1e9);
    let message = if events.is_finite() {
        Phrase::new(
            format!(
                "約 {} 十億イベントになり、上限 {} 十億を超える。最も多いのは経路 {id}",
                many(events),
                many(estimate::MOST)
            ),
            format!(
                "this takes about {} billion events, more than the {} billion that can be simulated; most are of journey `{id}`",
                many(events),
                many(estimate::MOST)
            ),
        )
    } else {
        Phrase::new(
            format!("経路 {id} では、考える時間も処理の時間もない利用者が時を進めずに要求を送り続ける"),
            format!(
                "users of journey `{id}` neither think nor wait for anything: they send without end and no time passes"
            ),
        )
    };
    let less = Phrase::new(
        "到着率、一要求あたりの呼び出しの数、再試行(retry)の数を減らす",
        "lower the rate, the calls that a request makes, or the retries of its calls",
    );
    let longest = studies.first().map_or(0.0, |settings| estimate::longest(model, settings));
    let help = match longest >= 1.0 {
        true => part_of_it(&less, longest),
        false => less,
    };
    Err(vec![Diagnostic::error("too-many-events", at, message).help(help)])
}

/// How to simulate so many seconds, and no more.
fn part_of_it(less: &Phrase, longest: f64) -> Phrase {
    let (number, unit) = match longest {
        s if s < 120.0 => (s, "s"),
        s if s < 7200.0 => (s / 60.0, "min"),
        s => (s / 3600.0, "h"),
    };
    let number = number.min(1000.0) as u32;
    let options = format!("simulate --replications 1 --warmup 0s --duration {number}{unit}");
    Phrase::new(
        format!("{}。{options} なら一部を実行できる", less.ja),
        format!("{}; `{options}` runs a part of it", less.en),
    )
}

/// [`affordable`], for the judged hour.
pub fn affordable_hour(model: &Model, replications: u32) -> Result<(), Vec<Diagnostic>> {
    let runs = crate::plan::hour::Runs { seed: 1, replications, warmup_s: WARMUP_S, duration_s: DURATION_S };
    affordable(model, &[crate::plan::hour::settings(model, crate::sim::Faults::None, runs)])
}

/// Whether as many failures at random as a run is expected to have can be played: if not, the component with most of them.
pub fn failures_fit(model: &Model, settings: &crate::sim::Settings) -> Result<(), Vec<Diagnostic>> {
    use crate::sim::estimate;
    let (expected, worst) = estimate::failures(model, settings);
    if expected <= estimate::MOST_FAILURES {
        return Ok(());
    }
    let worst = worst.map(|ix| &model.graph[ix]);
    let (id, at) = worst.map_or(("", crate::diag::Span::default()), |c| (c.id.as_str(), c.at));
    let [expected, most] = [expected, estimate::MOST_FAILURES].map(crate::text::numbers::plain);
    let message = Phrase::new(
        format!("一回の実行に約 {expected} 件の故障があり、上限 {most} を超える。最も多いのは {id}"),
        format!(
            "about {expected} failures in a run, more than the {most} that can be played; most are of `{id}`"
        ),
    );
    let help =
        Phrase::new("mtbf を確かめるか、--duration を短くする", "check `mtbf`, or use a shorter --duration");
    Err(vec![Diagnostic::error("too-many-failures", at, message).help(help)])
}

/// A fault of which a run would see nothing.
pub fn too_late(fault: &crate::model::fault::Fault) -> Diagnostic {
    let at = fault.at.as_seconds();
    Diagnostic::error(
        "fault-too-late",
        fault.span,
        Phrase::new(
            format!("障害 {} は {at} 秒後に始まり、実行はその前に終わる", fault.id),
            format!("fault `{}` begins after {at} s, when the run is over", fault.id),
        ),
    )
    .help(Phrase::new("--duration を長くするか、付けない", "make --duration longer, or leave it out"))
}
