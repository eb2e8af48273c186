//! Undo and redo over the scenario text: one entry per gesture, kept as the changed piece only, so that a long meeting
//! still fits into the browser's storage.

use serde::{Deserialize, Serialize};

/// One gesture: the bytes at `at` were `old` and are `new`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gesture {
    at: usize,
    old: String,
    new: String,
}

impl Gesture {
    /// The difference of two texts as one replaced piece, on character boundaries; `None` when they are equal.
    pub fn between(before: &str, after: &str) -> Option<Self> {
        if before == after {
            return None;
        }
        let mut at = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
        while !before.is_char_boundary(at) || !after.is_char_boundary(at) {
            at -= 1;
        }
        let most = before.len().min(after.len()) - at;
        let backwards = before.bytes().rev().zip(after.bytes().rev()).take(most);
        let mut tail = backwards.take_while(|(a, b)| a == b).count();
        while !before.is_char_boundary(before.len() - tail) || !after.is_char_boundary(after.len() - tail) {
            tail -= 1;
        }
        let old = before[at..before.len() - tail].to_owned();
        let new = after[at..after.len() - tail].to_owned();
        Some(Self { at, old, new })
    }

    fn replace(text: &str, at: usize, from: &str, to: &str) -> Option<String> {
        let rest = text.get(at..)?.strip_prefix(from)?;
        Some(format!("{}{to}{rest}", &text[..at]))
    }
}

/// What can be undone and redone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    done: Vec<Gesture>,
    undone: Vec<Gesture>,
}

impl History {
    /// Notes a change; what was undone before is gone.
    pub fn note(&mut self, before: &str, after: &str) {
        if let Some(gesture) = Gesture::between(before, after) {
            self.done.push(gesture);
            self.undone.clear();
        }
    }

    /// The text before the last gesture; `None` when there is none, or it does not fit the text.
    pub fn undo(&mut self, text: &str) -> Option<String> {
        let gesture = self.done.pop()?;
        let before = Gesture::replace(text, gesture.at, &gesture.new, &gesture.old)?;
        self.undone.push(gesture);
        Some(before)
    }

    /// The text after the gesture last undone.
    pub fn redo(&mut self, text: &str) -> Option<String> {
        let gesture = self.undone.pop()?;
        let after = Gesture::replace(text, gesture.at, &gesture.old, &gesture.new)?;
        self.done.push(gesture);
        Some(after)
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_restores_the_bytes_and_redo_repeats_them() {
        let texts =
            ["月額 = \"¥92,000\"\n", "月額 = \"¥93,000\"\n", "", "費用 = \"円\"\n", "費用 = \"圓\"\n"];
        let mut history = History::default();
        for pair in texts.windows(2) {
            history.note(pair[0], pair[1]);
        }
        let mut text = texts[4].to_owned();
        for before in texts[..4].iter().rev() {
            text = history.undo(&text).expect("there is a gesture");
            assert_eq!(text, *before);
        }
        assert!(!history.can_undo());
        for after in &texts[1..] {
            text = history.redo(&text).expect("there is a gesture");
            assert_eq!(text, *after);
        }
    }

    #[test]
    fn a_new_gesture_forgets_what_was_undone() {
        let mut history = History::default();
        history.note("a", "ab");
        history.undo("ab").expect("there is a gesture");
        history.note("a", "ac");
        assert!(!history.can_redo());
    }

    #[test]
    fn no_change_is_no_gesture() {
        let mut history = History::default();
        history.note("same", "same");
        assert!(!history.can_undo());
    }
}
