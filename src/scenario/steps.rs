//! What a journey's steps say: `"rds"`, `"rds x2"`, `"s3 5%"`, `"redis 90% miss rds"`; an inner list runs in parallel,
//! and goes on with a part of the answers when it starts with `"2 of"`.

use crate::diag::{Diagnostic, Span};
use crate::fields::node::{Data, Node};
use crate::text::diagnostics as say;
use crate::units::Probability;
use crate::units::grammar::{Dim, normalise, parse_scalar};

/// One step, before ids are looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is called.
    pub to: String,
    /// Chance that it is called at all.
    pub probability: Probability,
    /// How often, one after the other.
    pub count: u32,
    /// Cache-aside: chance of a hit (absent: the cache's popularity decides), and what is called on a miss.
    pub miss: Option<(Option<Probability>, String)>,
    /// Where it stands.
    pub at: Span,
}

/// Steps that run in parallel.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The steps.
    pub steps: Vec<Step>,
    /// How many answers are enough; `None`: all.
    pub quorum: Option<u32>,
}

/// Most repetitions of one step.
const MOST: u32 = 1000;

/// Reads one step.
pub fn parse(text: &str, at: Span) -> Option<Step> {
    let text = normalise(text);
    let mut words = text.split_whitespace();
    let to = words.next()?.to_owned();
    let mut step = Step { to, probability: Probability::ONE, count: 1, miss: None, at };
    let (mut share, mut counted) = (None, false);
    while let Some(word) = words.next() {
        if word == "miss" {
            if step.miss.is_some() {
                return None;
            }
            let on_miss = words.next()?.to_owned();
            step.miss = Some((share.take(), on_miss));
        } else if let Some(times) = word.strip_prefix('x').or(word.strip_prefix('×')) {
            if std::mem::replace(&mut counted, true) {
                return None;
            }
            step.count = times.parse().ok().filter(|n| (1..=MOST).contains(n))?;
        } else {
            let scalar = parse_scalar(word).ok().filter(|s| s.dim == Dim::Share)?;
            if share.replace(Probability::new(scalar.value)?).is_some() {
                return None;
            }
        }
    }
    step.probability = share.unwrap_or(Probability::ONE);
    Some(step)
}

/// The number in `"2 of"`.
fn quorum(text: &str) -> Option<u32> {
    normalise(text).strip_suffix(" of")?.trim().parse().ok().filter(|n| *n >= 1)
}

/// Reads a list of steps: groups that run one after the other, each with branches that run in parallel.
pub fn parse_list(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Vec<Group> {
    let mut one = |node: &Node| {
        let step = node.text().and_then(|text| parse(text, node.span));
        if step.is_none() {
            let error = Diagnostic::error("bad-step", node.span, say::bad_step(&node.to_words()));
            diagnostics.push(error.help(say::bad_step_help()));
        }
        step
    };
    let group = |node: &Node| match &node.data {
        Data::List(branches) => {
            // More than there are steps is no quorum: it is then reported as no step.
            let possible = |k: &u32| (*k as usize) < branches.len();
            let quorum = branches.first().and_then(Node::text).and_then(quorum).filter(possible);
            let steps: Vec<Step> =
                branches.iter().skip(usize::from(quorum.is_some())).filter_map(&mut one).collect();
            if branches.is_empty() {
                one(node); // nothing in parallel: says so
            }
            Group { steps, quorum }
        }
        _ => Group { steps: one(node).into_iter().collect(), quorum: None },
    };
    let groups: Vec<Group> = node.list().unwrap_or_default().iter().map(group).collect();
    groups.into_iter().filter(|g| !g.steps.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_says_how_many_answers_are_enough() {
        assert_eq!(quorum("2 of"), Some(2));
        for wrong in ["0 of", "of", "two of", "2of", "2"] {
            assert_eq!(quorum(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_spellings_of_the_format_are_read() {
        let at = Span::default();
        assert_eq!(parse("rds x2", at).expect("step").count, 2);
        assert_eq!(parse("s3 5%", at).expect("step").probability, Probability::clamp(0.05));
        let aside = parse("redis 90% miss rds", at).expect("step");
        assert_eq!(aside.miss, Some((Some(Probability::clamp(0.9)), "rds".to_owned())));
        assert_eq!(aside.probability, Probability::ONE);
        let rare = parse("redis 90% miss rds 50%", at).expect("step");
        assert_eq!(rare.probability, Probability::clamp(0.5));
        assert_eq!(parse("redis miss rds", at).expect("step").miss, Some((None, "rds".to_owned())));
        for wrong in [
            "",
            "rds twice",
            "rds x0",
            "rds 5",
            "redis 90% miss",
            "rds 120%",
            "rds x2 x3",
            "a 9% miss b miss c",
        ] {
            assert_eq!(parse(wrong, at), None, "{wrong}");
        }
    }
}
