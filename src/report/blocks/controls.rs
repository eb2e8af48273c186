//! The report of `controls`: how many of each, by framework, what is contradicted with its fix, and the whole list.

use super::{Block, Table, pick};
use crate::answer::Answer;
use crate::answer::controls::{ControlAnswer, State};
use crate::text::Lang;
use crate::text::controls as say;

/// All controls of a scenario.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    let all: Vec<(&String, &ControlAnswer)> = answer.controls.iter().collect();
    blocks.push(Block::Sentence(say::summary(counts(all.iter().map(|c| c.1)), lang)));
    blocks.push(Block::Table(frameworks(&all, lang)));
    for state in State::ALL {
        let list: Vec<_> = all.iter().filter(|(_, control)| control.state == state).collect();
        if list.is_empty() {
            continue;
        }
        blocks.push(Block::Heading(2, name(state).get(lang).to_owned()));
        let mut table = Table::new(match lang {
            Lang::Ja => &["統制", "理由", "計画の言葉", "SOC 2", "ISO 27001"],
            Lang::En => &["control", "why", "the plan's words", "SOC 2", "ISO 27001"],
        });
        for (id, control) in &list {
            table.row(vec![
                id.as_str().into(),
                control.why.get(lang).into(),
                control.quote.as_str().into(),
                control.soc2.join(" ").into(),
                control.iso27001.join(" ").into(),
            ]);
        }
        blocks.push(Block::Table(table));
        if state == State::Gap {
            for (id, control) in list.iter().filter(|(_, control)| !control.fix.is_empty()) {
                blocks.push(Block::Sentence(format!("{} {id}:", pick(lang, "直し方", "To mend"))));
                blocks.push(Block::Code(control.fix.clone()));
            }
        }
    }
    blocks
}

/// Name of a state.
pub fn name(state: State) -> crate::text::Words {
    say::STATES[State::ALL.iter().position(|s| *s == state).unwrap_or(0)]
}

fn counts<'a>(all: impl Iterator<Item = &'a ControlAnswer>) -> [usize; 6] {
    let mut counts = [0; 6];
    for control in all {
        counts[State::ALL.iter().position(|s| *s == control.state).unwrap_or(0)] += 1;
    }
    counts
}

fn frameworks(all: &[(&String, &ControlAnswer)], lang: Lang) -> Table {
    let mut heads = vec![pick(lang, "基準", "framework").to_owned()];
    heads.extend(say::STATES.iter().map(|state| format!(">{}", state.get(lang))));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new(&heads);
    type Ids = fn(&ControlAnswer) -> &Vec<String>;
    let of: [(&str, Ids); 4] = [
        ("SOC 2", |c| &c.soc2),
        ("ISO 27001:2022", |c| &c.iso27001),
        ("GDPR", |c| &c.gdpr),
        ("PCI DSS 4", |c| &c.pci_dss),
    ];
    for (framework, ids) in of {
        let found = counts(all.iter().map(|c| c.1).filter(|control| !ids(control).is_empty()));
        let cells = found.iter().map(|n| n.to_string().into());
        table.row(std::iter::once(framework.into()).chain(cells).collect());
    }
    table
}
