//! Answers kept for cases that an edit, or another tier, leaves as they were: playing a case is a pure function of the case.

use super::steps::Course;
use crate::answer::recovery::RecoveryAnswer;
use crate::model::recovery::Event;
use std::collections::BTreeMap;

/// All that the answer about a case follows from.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What happens.
    pub event: Event,
    /// To what.
    pub of: String,
    /// The region it is brought back in.
    pub to: Option<String>,
    /// Longest time to recover and most data lost, s.
    pub limits: (Option<f64>, Option<f64>),
    /// What has to be done, and what is lost.
    pub course: Course,
}

/// Cases that have been played, and whether they were asked for since [`Memo::begin`].
#[derive(Clone, Debug, Default)]
pub struct Memo {
    known: Vec<(Case, RecoveryAnswer, bool)>,
    /// What bad releases take: mean and squared coefficient of variation, by a hash of all they follow from.
    releases: BTreeMap<u64, ([f64; 2], bool)>,
    rough: bool,
}

impl Memo {
    /// One for a look at many designs of which only the spread counts: a rough figure of what releases take is enough.
    pub fn rough() -> Self {
        Self { rough: true, ..Self::default() }
    }

    /// Whether a rough figure is enough.
    pub fn is_rough(&self) -> bool {
        self.rough
    }

    /// From here on it is noted what is asked for.
    pub fn begin(&mut self) {
        self.known.iter_mut().for_each(|known| known.2 = false);
        self.releases.values_mut().for_each(|known| known.1 = false);
    }

    /// Forgets what was not asked for since [`Memo::begin`].
    pub fn end(&mut self) {
        self.known.retain(|known| known.2);
        self.releases.retain(|_, known| known.1);
    }

    /// What bad releases take; played only when it is not known.
    pub fn releases(&mut self, key: u64, play: impl FnOnce() -> [f64; 2]) -> [f64; 2] {
        let known = self.releases.entry(key).or_insert_with(|| (play(), true));
        known.1 = true;
        known.0
    }

    /// The answer about a case; played only when it is not known. O(cases known) comparisons beside that.
    pub fn answer(&mut self, case: Case, play: impl Fn(&Case) -> RecoveryAnswer) -> RecoveryAnswer {
        if let Some((_, answer, asked)) = self.known.iter_mut().find(|known| known.0 == case) {
            *asked = true;
            return answer.clone();
        }
        let answer = play(&case);
        self.known.push((case, answer.clone(), true));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(of: &str, limit: f64) -> Case {
        let limits = (Some(limit), None);
        Case { event: Event::Zone, of: of.to_owned(), to: None, limits, course: Course::default() }
    }

    #[test]
    fn a_case_is_played_once_and_forgotten_when_nobody_asks() {
        let played = std::cell::Cell::new(0);
        let play = |case: &Case| {
            played.set(played.get() + 1);
            RecoveryAnswer { of: case.of.clone(), ..RecoveryAnswer::default() }
        };
        let mut memo = Memo::default();
        for _ in 0..3 {
            memo.begin();
            assert_eq!(memo.answer(case("a", 1.0), play).of, "a");
            memo.end();
        }
        assert_eq!(played.get(), 1);
        memo.begin();
        assert_eq!(memo.answer(case("a", 2.0), play).of, "a");
        memo.end();
        assert_eq!((played.get(), memo.known.len()), (2, 1), "another limit is another case");
    }
}
