//! Old schema versions to the newest: pure steps from n to n + 1, chained, each through the edit module so that
//! comments stay. There is one version so far, so there are no steps.

use crate::scenario::edit::{EditError, value};
use crate::text::{Phrase, edit as words};

/// The schema version that this program writes and judges.
pub const LATEST: i64 = 1;

/// One step: the text of version n in, of version n + 1 out.
type Step = fn(&str) -> Result<String, EditError>;

/// `STEPS[n - 1]` goes from version n to n + 1.
const STEPS: [Step; LATEST as usize - 1] = [];

/// Why a file cannot be brought to the newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MigrateError {
    /// It is of a version after [`LATEST`].
    Newer(i64),
    /// It names no version, or one below 1.
    Unknown,
    /// A step could not edit it.
    Edit(EditError),
}

impl MigrateError {
    /// The sentence for people.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Newer(found) => words::newer_schema(*found, LATEST),
            Self::Unknown => words::no_schema(LATEST),
            Self::Edit(error) => error.phrase(),
        }
    }
}

/// The version a text says it is of; `None` when it says none.
pub fn version(text: &str) -> Option<i64> {
    value(text, "schema")?.parse().ok()
}

/// The text in the newest version, unchanged if it is of that version already.
pub fn migrate(text: &str) -> Result<String, MigrateError> {
    let found = version(text).filter(|found| *found >= 1).ok_or(MigrateError::Unknown)?;
    if found > LATEST {
        return Err(MigrateError::Newer(found));
    }
    let steps = &STEPS[found as usize - 1..];
    steps.iter().try_fold(text.to_owned(), |text, step| step(&text).map_err(MigrateError::Edit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_left_alone() {
        let text = "schema = 1 # ours\nname = \"x\"\n";
        assert_eq!(migrate(text), Ok(text.to_owned()));
    }

    #[test]
    fn a_newer_or_missing_version_is_refused_by_name() {
        assert_eq!(migrate("schema = 2\n"), Err(MigrateError::Newer(2)));
        assert!(MigrateError::Newer(2).phrase().en.contains("newer Plimsoll"));
        assert_eq!(migrate("name = \"x\"\n"), Err(MigrateError::Unknown));
        assert_eq!(migrate("schema = 0\n"), Err(MigrateError::Unknown));
    }
}
