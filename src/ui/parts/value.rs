//! A number with its unit set lighter, and its interval smaller after it.

use crate::report::format::Parts;
use leptos::prelude::*;

/// `412 ms  398–427`.
#[component]
pub fn Value(
    /// Number and unit.
    #[prop(into)]
    value: Signal<Parts>,
    /// Interval; empty for none.
    #[prop(into, default = Signal::stored(String::new()))]
    interval: Signal<String>,
) -> impl IntoView {
    let unit = move || {
        let unit = value.with(|v| v.unit.clone());
        (!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })
    };
    let around = move || {
        let interval = interval.get();
        (!interval.is_empty()).then(|| view! { <span class="interval">{interval}</span> })
    };
    view! { <span class="value"><span class="number">{move || value.with(|v| v.number.clone())}</span>{unit}{around}</span> }
}
