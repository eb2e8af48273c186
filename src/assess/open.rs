//! What stays open where there was no time to simulate: previews decide nothing, and faults that were not run are said.

use super::{judged_by_simulation, place};
use crate::answer::FaultAnswer;
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::model::fault::Fault;
use crate::scenario::SourceFile;
use crate::stats::figure::{Figure, FigureKind};
use crate::text::Phrase;
use indexmap::IndexMap;

/// Makes the verdicts unsure that rest on previews where simulation decides.
pub fn targets(targets: &mut IndexMap<String, TargetAnswer>) {
    for target in targets.values_mut() {
        let preview = target.value.kind != FigureKind::Simulated && judged_by_simulation(target.kind);
        if preview && target.verdict != Verdict::Unsure {
            target.verdict = Verdict::Unsure;
            target.why = target.why.then(&no_time());
        }
        if preview {
            target.settled_by = Some(more_time());
        }
    }
}

/// A fault that was not run.
pub fn fault(fault: &Fault, files: &[SourceFile]) -> FaultAnswer {
    let (file, line) = place(files, fault.span);
    let open = |text: &String| TargetAnswer {
        kind: TargetKind::Expectation,
        name: Phrase::same(text.clone()),
        value: Figure::unknown("1"),
        below: true,
        of: Some(fault.id.clone()),
        why: no_time(),
        settled_by: Some(more_time()),
        file: file.clone(),
        line,
        ..TargetAnswer::default()
    };
    FaultAnswer {
        name: fault.name.clone(),
        expects: fault.expects.iter().map(|expected| open(&expected.text)).collect(),
        ..FaultAnswer::default()
    }
}

fn no_time() -> Phrase {
    Phrase::new(
        "時間の上限までにシミュレーションできなかった。",
        "There was no time to simulate it within the budget.",
    )
}

fn more_time() -> Phrase {
    Phrase::new("より大きな --budget", "a larger --budget")
}
