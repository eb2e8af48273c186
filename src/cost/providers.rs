//! Which list book prices what stands with a provider.

use crate::model::{Component, Model};
use indexmap::IndexMap;

/// The list book where no component's provider has one.
pub const LIST_BOOK: &str = "aws-list";

/// The list book of a component's provider, where there is one.
pub fn of(model: &Model, component: &Component) -> Option<String> {
    let provider = model.providers.get(usize::from(component.failure.provider?.0))?;
    let book = format!("{}-list", provider.id);
    super::shipped_books().contains(&book.as_str()).then_some(book)
}

/// The list book of the provider that most components stand with; of equals the first in the order of the file.
pub fn main(model: &Model) -> String {
    let counts = counts(model);
    let most = counts.values().copied().max().unwrap_or(0);
    counts.into_iter().find(|(_, n)| *n == most).map_or_else(|| LIST_BOOK.to_owned(), |(book, _)| book)
}

fn counts(model: &Model) -> IndexMap<String, usize> {
    let mut counts: IndexMap<String, usize> = IndexMap::new();
    for ix in model.as_written() {
        if let Some(book) = of(model, &model.graph[ix]) {
            *counts.entry(book).or_insert(0) += 1;
        }
    }
    counts
}
