//! A job whose replications are run by helpers: who runs what, in which order they come back, and what is lost on the
//! way does not show in one byte of the answer. Every message crosses the encoding of the worker boundary.

use plimsoll::answer::Answer;
use plimsoll::job::part::Helper;
use plimsoll::job::running::{Running, Step};
use plimsoll::job::{Ask, Budget, FaultChoice, Job, Reply};
use plimsoll::scenario::{SourceFile, examples};
use proptest::prelude::*;

fn files(name: &str) -> Vec<SourceFile> {
    examples::with_bases(&format!("{name}.toml"), examples::text(name).unwrap())
}

/// A short run of seven replications.
fn ask(tier: &str, fault: Option<&str>) -> Ask {
    Ask { replications: 7, warmup_s: Some(20.0), duration_s: 60.0, ..Ask::hour(tier, fault, 3) }
}

fn job(files: &[SourceFile], ask: &Ask) -> Job {
    Job::Assess { revision: 5, files: files.to_vec(), ask: ask.clone() }
}

fn crosses<T: serde::Serialize + serde::de::DeserializeOwned>(message: &T) -> T {
    bincode::deserialize(&bincode::serialize(message).unwrap()).unwrap()
}

fn answer(step: Step) -> Option<Answer> {
    match step {
        Step::More(_) => None,
        Step::Done(Reply::Done { answer, partial: false, .. }) => Some(*answer),
        Step::Done(other) => panic!("{other:?}"),
    }
}

fn alone(files: &[SourceFile], ask: &Ask) -> Answer {
    let mut running = Running::start(job(files, ask));
    loop {
        if let Some(answer) = answer(running.step(Budget { events: 5000 })) {
            return answer;
        }
    }
}

/// A helper and the study and replication it was lent.
#[derive(Default)]
struct Hand {
    helper: Helper,
    lent: Option<(u32, u32)>,
}

/// The job with helpers. `moves` says whose turn it is, over and over: 0 is the job itself, the rest are helpers; a
/// number beyond the helpers is nobody. `lost` never takes a step. Returns how many fragments were brought back, too.
fn pooled(
    files: &[SourceFile],
    ask: &Ask,
    helpers: usize,
    moves: &[usize],
    lost: Option<usize>,
) -> (Answer, u32) {
    let mut running = Running::start(job(files, ask));
    let mut hands: Vec<Hand> = (0..helpers).map(|_| Hand::default()).collect();
    let mut brought = 0;
    for turn in moves.iter().cycle() {
        for hand in hands.iter_mut().filter(|hand| hand.lent.is_none()) {
            if let Some(part) = running.lend() {
                hand.lent = Some((part.study, part.replication));
                let Job::Help(part) = crosses(&Job::Help(Box::new(part))) else { panic!("a part stays one") };
                hand.helper.start(*part);
            }
        }
        if *turn == 0 {
            if let Some(answer) = answer(running.step(Budget { events: 3000 })) {
                return (answer, brought);
            }
            continue;
        }
        if Some(*turn) == lost {
            continue;
        }
        let Some(hand) = hands.get_mut(*turn - 1) else { continue };
        let Some(reply) = hand.helper.step(Budget { events: 4000 }) else { continue };
        let Some(lent) = hand.lent else { continue };
        if matches!(reply, Reply::Helped { .. }) {
            hand.lent = None;
            brought += 1;
        }
        running.hear(lent, crosses(&reply));
    }
    unreachable!("the moves go round")
}

fn same(one: &Answer, other: &Answer) {
    assert_eq!(one.digest, other.digest);
    assert!(one.digest.is_some());
    assert_eq!(bincode::serialize(one).unwrap(), bincode::serialize(other).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn who_runs_a_replication_does_not_show(
        helpers in 1usize..5,
        mut moves in proptest::collection::vec(0usize..5, 1..30),
        lost in proptest::option::of(1usize..5),
    ) {
        let (files, ask) = (files("one-queue"), ask("base", None));
        moves.push(0);
        same(&pooled(&files, &ask, helpers, &moves, lost).0, &alone(&files, &ask));
    }
}

#[test]
fn faults_and_the_plan_come_back_from_helpers_unchanged() {
    for (name, tier, faults) in [
        ("zone-loss", "base", FaultChoice::One("zone-a".to_owned())),
        ("region-loss", "base", FaultChoice::One("tokyo".to_owned())),
        ("retry-storm", "base", FaultChoice::Expected),
        ("secure-ai-chat", "t100", FaultChoice::None),
    ] {
        let (files, ask) = (files(name), Ask { faults, ..ask(tier, None) });
        let (answer, brought) = pooled(&files, &ask, 3, &[1, 2, 3, 0], None);
        same(&answer, &alone(&files, &ask));
        assert!(brought >= 4, "{name}: the helpers did most of it: {brought}");
    }
}

#[test]
fn a_detected_warm_up_is_the_helpers_too() {
    let (files, ask) = (files("one-queue"), Ask { warmup_s: None, ..ask("base", None) });
    let (answer, brought) = pooled(&files, &ask, 2, &[1, 2, 0], None);
    same(&answer, &alone(&files, &ask));
    assert!(brought > 0);
}

#[test]
fn batches_are_the_same_with_helpers() {
    let (files, ask) = (files("one-queue"), Ask { until: Some(0.04), replications: 45, ..ask("base", None) });
    let whole = alone(&files, &ask);
    let precision = whole.precision.clone().unwrap();
    assert!(precision.replications > 10, "more than one batch: {precision:?}");
    same(&pooled(&files, &ask, 3, &[3, 1, 0, 2], None).0, &whole);
}

#[test]
fn helpers_that_never_answer_do_not_hang_the_job() {
    let (files, ask) = (files("one-queue"), ask("base", None));
    let (answer, brought) = pooled(&files, &ask, 4, &[0], None);
    assert_eq!(brought, 0);
    same(&answer, &alone(&files, &ask));
}

#[test]
fn stale_and_doubled_fragments_are_ignored() {
    let (files, ask) = (files("one-queue"), ask("base", None));
    let mut running = Running::start(job(&files, &ask));
    let part = running.lend().unwrap();
    let lent = (part.study, part.replication);
    let mut helper = Helper::default();
    helper.start(part.clone());
    let reply = loop {
        match helper.step(Budget { events: 100_000 }) {
            Some(reply @ Reply::Helped { .. }) => break reply,
            Some(_) => {}
            None => panic!("there is something to do"),
        }
    };
    let Reply::Helped { revision, study, fragment } = reply.clone() else { panic!() };
    running.hear(lent, Reply::Helped { revision: revision + 1, study, fragment: fragment.clone() });
    running.hear(lent, Reply::Helped { revision, study: study + 1, fragment });
    let ended = |running: &mut Running| match running.step(Budget { events: 1 }) {
        Step::More(Reply::Progress { replications, .. }) => replications,
        other => panic!("{other:?}"),
    };
    assert_eq!(ended(&mut running), 0, "neither is of this study");
    running.hear(lent, reply.clone());
    running.hear(lent, reply);
    assert_eq!(ended(&mut running), 1, "once is enough");
    let Reply::Done { answer, partial, .. } = running.stop() else { panic!("it answers") };
    assert!(partial && answer.digest.is_none());
    assert_eq!(answer.tiers["base"].journeys["job"].response_s.mean.n, Some(1));
}

#[test]
fn a_helper_drops_what_it_is_told_to_drop() {
    let (files, ask) = (files("one-queue"), ask("base", None));
    let mut running = Running::start(job(&files, &ask));
    let mut helper = Helper::default();
    assert_eq!(helper.step(Budget { events: 10 }), None);
    helper.start(running.lend().unwrap());
    assert!(matches!(helper.step(Budget { events: 10 }), Some(Reply::Progress { revision: 5, .. })));
    helper.stop();
    assert_eq!(helper.step(Budget { events: 10 }), None);
    let mut broken = running.lend().unwrap();
    broken.of.files[0].text = "schema = ".to_owned();
    helper.start(broken);
    assert_eq!(helper.step(Budget { events: 10 }), None, "nothing to run in a broken text");
}
