//! The bills of the shown tier, side by side: the judged book and the list prices, line by line. What a book does not
//! price is hatched and named, never zero.

use crate::answer::bill::{BillAnswer, BillLine, Unpriced};
use crate::report::format;
use crate::stats::figure::Figure;
use crate::text::{Lang, page};
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Cost() -> impl IntoView {
    let session = Session::get();
    let books = move || session.shown.with(|shown| shown.tier.books.clone().into_iter().collect::<Vec<_>>());
    let judged = move || session.shown.with(|shown| shown.tier.cost.as_ref().map(|bill| bill.book.clone()));
    let book = move |(id, bill): (String, BillAnswer)| {
        let is_judged = judged().is_some_and(|book| book == bill.book);
        view! { <Bill id=id bill=bill judged=is_judged /> }
    };
    view! { <div class="books">{move || books().into_iter().map(book).collect_view()}</div> }
}

/// One bill.
#[component]
fn Bill(id: String, bill: BillAnswer, judged: bool) -> impl IntoView {
    let session = Session::get();
    let lang = session.lang;
    let mark = judged.then(|| view! { <span class="badge">{move || session.say(page::JUDGED)}</span> });
    let as_of = bill.as_of.clone().map(|date| {
        view! { <p class="muted">{move || session.say(page::AS_OF)}" "{date}</p> }
    });
    let known = bill.total.value.is_none() && bill.known.value.is_some();
    let (total, part) = (bill.total.clone(), bill.known.clone());
    let part = known.then(move || {
        let part = part.clone();
        view! {
            <tr class="muted">
                <td>{move || session.say(page::KNOWN_PART)}</td>
                <td class="wide-only"></td>
                <td class="wide-only"></td>
                <td class="right">{move || format!("≥ {}", format::figure(&part, lang.get()).value.join())}</td>
            </tr>
        }
    });
    let unpriced = (!bill.unpriced.is_empty()).then(|| {
        let items = StoredValue::new(bill.unpriced.clone());
        let list = move || items.get_value().into_iter().map(|u| missing(u, lang.get())).collect_view();
        view! { <h4>{move || session.say(page::UNPRICED)}</h4><ul class="unpriced">{list}</ul> }
    });
    let lines = StoredValue::new(bill.lines.clone());
    let rows = move || lines.get_value().into_iter().map(|line| row(line, lang.get())).collect_view();
    view! {
        <section class="bill" data-testid=format!("book-{id}")>
            <h3>{id.clone()}{mark}</h3>
            {as_of}
            <table>
                <thead>
                    <tr>
                        <th scope="col">{move || session.say(page::LINE_ITEM)}</th>
                        <th scope="col" class="right wide-only">{move || session.say(page::QUANTITY)}</th>
                        <th scope="col" class="right wide-only">{move || session.say(page::UNIT_PRICE)}</th>
                        <th scope="col" class="right">{move || session.say(page::AMOUNT)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    {part}
                    <tr class="total">
                        <td>{move || session.say(page::TOTAL)}</td>
                        <td class="wide-only"></td>
                        <td class="wide-only"></td>
                        <td class="right">{move || amount(&total, lang.get())}</td>
                    </tr>
                </tfoot>
            </table>
            {unpriced}
        </section>
    }
}

fn row(line: BillLine, lang: Lang) -> impl IntoView {
    // a line quoted from a table: its first cell names it, the rest stands in the title
    let name = line.name.get(lang).to_owned();
    let first = name.split(" | ").next().unwrap_or_default().to_owned();
    let unknown = line.amount.value.is_none();
    let quantity = line.quantity.value.map(|_| {
        let number = format::figure(&line.quantity, lang).value.number;
        let times = if line.unit.starts_with(|c: char| c.is_ascii_digit()) { "× " } else { "" };
        format!("{number}\u{a0}{times}{}", line.unit.replacen(' ', "\u{a0}", 1))
    });
    let price = line.unit_price.value.map(|_| format::figure(&line.unit_price, lang).value.join());
    view! {
        <tr class:hatched=unknown>
            <td title=name.clone()>{first}<span class="unit">{line.component.clone()}</span></td>
            <td class="right wide-only">{quantity}</td>
            <td class="right wide-only">{price}</td>
            <td class="right">{amount(&line.amount, lang)}</td>
        </tr>
    }
}

/// An amount, and its range under it.
fn amount(figure: &Figure, lang: Lang) -> impl IntoView + use<> {
    let shown = format::figure(figure, lang);
    let range = shown.interval.map(|range| view! { <span class="interval block">{range}</span> });
    view! { {shown.value.join()}{range} }
}

fn missing(unpriced: Unpriced, lang: Lang) -> impl IntoView {
    let known = unpriced.list_amount.value.is_some();
    let listed =
        known.then(|| page::by_list_price(&format::figure(&unpriced.list_amount, lang).value.join(), lang));
    view! {
        <li>
            <b>{unpriced.component.clone()}</b>
            <code>{unpriced.item.clone()}</code>
            {listed.map(|amount| view! { <span class="interval">{amount}</span> })}
            <span class="muted">{unpriced.why.get(lang).to_owned()}</span>
        </li>
    }
}
