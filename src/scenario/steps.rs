//! What a journey's steps say: `"rds"`, `"rds x2"`, `"s3 5%"`, `"redis 90% miss rds"`; an inner list runs in parallel.

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
    /// Cache-aside: chance of a hit, and what is called on a miss.
    pub miss: Option<(Probability, String)>,
    /// Where it stands.
    pub at: Span,
}

/// Most repetitions of one step.
const MOST: u32 = 1000;

/// Reads one step.
pub fn parse(text: &str, at: Span) -> Option<Step> {
    let text = normalise(text);
    let mut words = text.split_whitespace();
    let to = words.next()?.to_owned();
    let mut step = Step { to, probability: Probability::ONE, count: 1, miss: None, at };
    let mut share = None;
    while let Some(word) = words.next() {
        if word == "miss" {
            let on_miss = words.next()?.to_owned();
            step.miss = Some((share.take()?, on_miss));
        } else if let Some(times) = word.strip_prefix('x').or(word.strip_prefix('×')) {
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

/// Reads a list of steps: groups that run one after the other, each with branches that run in parallel.
pub fn parse_list(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Vec<Vec<Step>> {
    let mut one = |node: &Node| {
        let step = node.text().and_then(|text| parse(text, node.span));
        if step.is_none() {
            let error = Diagnostic::error("bad-step", node.span, say::bad_step(&node.to_words()));
            diagnostics.push(error.help(say::bad_step_help()));
        }
        step
    };
    let group = |node: &Node| match &node.data {
        Data::List(branches) => branches.iter().filter_map(&mut one).collect(),
        _ => one(node).into_iter().collect::<Vec<_>>(),
    };
    let groups: Vec<Vec<Step>> = node.list().unwrap_or_default().iter().map(group).collect();
    groups.into_iter().filter(|g| !g.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_the_format_are_read() {
        let at = Span::default();
        assert_eq!(parse("rds x2", at).expect("step").count, 2);
        assert_eq!(parse("s3 5%", at).expect("step").probability, Probability::clamp(0.05));
        let aside = parse("redis 90% miss rds", at).expect("step");
        assert_eq!(aside.miss, Some((Probability::clamp(0.9), "rds".to_owned())));
        assert_eq!(aside.probability, Probability::ONE);
        let rare = parse("redis 90% miss rds 50%", at).expect("step");
        assert_eq!(rare.probability, Probability::clamp(0.5));
        for wrong in ["", "rds twice", "rds x0", "rds 5", "redis miss rds", "redis 90% miss", "rds 120%"] {
            assert_eq!(parse(wrong, at), None, "{wrong}");
        }
    }
}
