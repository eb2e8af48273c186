//! Which list prices stand beside a bill: those of the provider where the design stands, and for what stands elsewhere those of
//! its own provider.

use crate::answer::bill::{BillAnswer, BillLine};
use crate::cost::providers::{main, of};
use crate::model::Model;
use crate::stats::figure::Figure;
use indexmap::IndexMap;

/// The list book that prices a design: the judged one, or where that is the scenario's own the one of the provider where most of
/// it stands.
pub fn list(model: &Model) -> String {
    let own = model.books.iter().any(|book| book.id == model.prices);
    if own { main(model) } else { model.prices.clone() }
}

/// Adds the list bills to those of a tier: the main one, and those of other providers with whom something stands that the main one
/// does not price.
pub fn add(
    bills: &mut IndexMap<String, BillAnswer>,
    model: &Model,
    mut billed: impl FnMut(&str) -> Option<BillAnswer>,
) {
    let main = main(model);
    if !bills.contains_key(&main)
        && let Some(bill) = billed(&main)
    {
        bills.insert(main.clone(), bill);
    }
    let open: Vec<String> = bills
        .get(&main)
        .map_or_else(Vec::new, |bill| bill.unpriced.iter().map(|one| one.component.clone()).collect());
    for component in open.iter().filter_map(|id| model.component(id)) {
        let Some(book) = of(model, &model.graph[component]).filter(|book| !bills.contains_key(book)) else {
            continue;
        };
        if let Some(bill) = billed(&book) {
            bills.insert(book, bill);
        }
    }
}

/// The list lines of a component: of the main book where that prices all of it, else of its own provider's. Empty: neither has any.
pub fn lines<'a>(
    bills: &'a IndexMap<String, BillAnswer>,
    model: &Model,
    component: &str,
) -> (Vec<&'a BillLine>, String) {
    let judged = || model.books.iter().all(|book| book.id != model.prices).then(|| model.prices.clone());
    let own = || of(model, &model.graph[model.component(component)?]);
    let mut best: (Vec<&BillLine>, String) = (Vec::new(), main(model));
    for book in judged().into_iter().chain([main(model)]).chain(own()) {
        let Some(bill) = bills.get(&book) else { continue };
        let lines = bill.lines.iter().filter(|line| line.component.as_deref() == Some(component));
        let lines: Vec<&BillLine> = lines.collect();
        let known = |lines: &[&BillLine]| lines.iter().filter(|line| line.amount.value.is_some()).count();
        if best.0.is_empty() || known(&lines) > known(&best.0) {
            best = (lines, book);
        }
    }
    best
}

/// Fills in what each use without a price costs by the list prices.
pub fn beside(bills: &mut IndexMap<String, BillAnswer>, model: &Model) {
    let own = |id: &String| model.books.iter().any(|book| book.id == *id);
    let ids: Vec<String> = bills.keys().filter(|id| own(id)).cloned().collect();
    for id in ids {
        let mut unpriced = bills[&id].unpriced.clone();
        for one in &mut unpriced {
            let (lines, _) = lines(bills, model, &one.component);
            // A use may stand twice, here and in another region: both are left out.
            let same = lines.iter().filter(|line| line.item == one.item).map(|line| &line.amount);
            let amounts: Vec<&Figure> = same.collect();
            if let [first, rest @ ..] = &amounts[..] {
                one.list_amount = rest.iter().fold((*first).clone(), |sum, more| sum.plus(more));
            }
        }
        if let Some(bill) = bills.get_mut(&id) {
            bill.unpriced = unpriced;
        }
    }
}
