//! The busiest day hour by hour: load, p95 of every journey and the busiest component. Hours in a row with the same load are
//! one row.

use super::Table;
use super::figures::number;
use crate::answer::{Answer, Series};
use crate::text::Lang;

/// The table; `None` when the answer has no day in it.
pub fn day(answer: &Answer, lang: Lang) -> Option<Table> {
    let of = |name: String| answer.series.get(&name);
    let p95: Vec<(&str, &Series)> =
        answer.journeys.keys().filter_map(|id| Some((id.as_str(), of(format!("day.{id}.p95_s"))?))).collect();
    let start = p95.first()?.1;
    let first = (start.start_s / start.step_s) as usize;
    let load = |hour: usize| -> f64 {
        let rates = answer.journeys.keys().filter_map(|id| of(format!("week.{id}.arrivals_per_s")));
        rates.filter_map(|week| week.values.get(first + hour).copied().flatten()).sum()
    };
    let busiest = |hour: usize| {
        let busy = answer.components.keys().filter_map(|id| {
            let share = of(format!("day.{id}.utilisation"))?.values.get(hour).copied().flatten()?;
            Some((id.as_str(), share))
        });
        busy.reduce(|a, b| if b.1 > a.1 { b } else { a })
    };
    let (hours, rate, most) = match lang {
        Lang::Ja => ("時", ">到着/s", "最も忙しい"),
        Lang::En => ("hours", ">requests/s", "busiest"),
    };
    let heads: Vec<String> = p95.iter().map(|(id, _)| format!(">{id} p95")).collect();
    let mut head = vec![hours, rate];
    head.extend(heads.iter().map(String::as_str));
    head.push(most);
    let mut table = Table::new(&head);
    let cells = |hour: usize| -> Vec<String> {
        let times = p95.iter().map(|(_, series)| match series.values.get(hour).copied().flatten() {
            Some(seconds) => format!("~{}", number(seconds, "s", lang)),
            None => "-".to_owned(),
        });
        let busy = busiest(hour)
            .map_or_else(String::new, |(id, share)| format!("{id} {}", number(share, "1", lang)));
        std::iter::once(crate::text::numbers::plain(load(hour))).chain(times).chain([busy]).collect()
    };
    let rows: Vec<Vec<String>> = (0..start.values.len()).map(cells).collect();
    let mut from = 0;
    for same in rows.chunk_by(|a, b| a == b) {
        let name = format!("{from}:00–{}:00", from + same.len());
        table.row(std::iter::once(&name).chain(&same[0]).map(|cell| cell.as_str().into()).collect());
        from += same.len();
    }
    Some(table)
}
