//! The load gauge: the picture of `report::chart::gauge`, with the tiers as a choice above it. Dragging the water, or a
//! click on the scale, takes the nearest tier.

use crate::report::chart::gauge::{Gauge, Scale, gauge};
use crate::report::chart::theme::{Look, Skin};
use crate::text::{numbers, page};
use crate::ui::adapt;
use crate::ui::measure::width_of;
use crate::ui::parts::segments::{Segment, Segments};
use crate::ui::parts::verdict::class;
use crate::ui::session::Session;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Height of the picture, CSS pixels.
const HEIGHT: f64 = 460.0;

/// The panel.
#[component]
pub fn GaugePanel() -> impl IntoView {
    let session = Session::get();
    let frame = NodeRef::<html::Div>::new();
    let width = width_of(frame, 248.0);
    let data = Memo::new(move |_| adapt::gauge(session));
    let look = move || Look {
        lang: session.lang.get(),
        skin: Skin::Page,
        width: width.get().clamp(220.0, 400.0),
        height: HEIGHT,
    };
    let chart = Memo::new(move |_| data.with(|data| gauge(data, &look())));
    let choose = Callback::new(move |id: String| session.tier_choice.set(Some(id)));
    let (dragging, set_dragging) = signal(false);
    let to = move |event: &web_sys::PointerEvent| {
        let Some(target) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        let inside = target.get_bounding_client_rect();
        let y = (f64::from(event.client_y()) - inside.top()) * HEIGHT / inside.height().max(1.0);
        let nearest = data.with_untracked(|data| nearest_tier(data, &Scale::of(data, &untrack(look)), y));
        if let Some(id) = nearest.filter(|id| session.tier.with_untracked(|tier| tier != id)) {
            session.tier_choice.set(Some(id));
        }
    };
    let down = move |event: web_sys::PointerEvent| {
        set_dragging.set(true);
        if let Some(target) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
            target.set_pointer_capture(event.pointer_id()).ok();
        }
        to(&event);
    };
    let over = move |event: web_sys::PointerEvent| {
        if dragging.get_untracked() {
            to(&event);
        }
    };
    view! {
        <section class="gauge-panel" aria-label=move || session.say(page::GAUGE)>
            <TierSelect on_choose=choose />
            <div
                class="gauge"
                data-testid="gauge"
                node_ref=frame
                title=move || session.say(page::GAUGE_HINT)
                inner_html=move || chart.with(|chart| chart.svg.clone())
                on:pointerdown=down
                on:pointermove=over
                on:pointerup=move |_| set_dragging.set(false)
                on:pointercancel=move |_| set_dragging.set(false)
            ></div>
            <p class="gauge-summary">{move || chart.with(|chart| chart.summary.get(session.lang.get()).to_owned())}</p>
        </section>
    }
}

/// The tier whose draught mark is nearest to a height.
fn nearest_tier(gauge: &Gauge, scale: &Scale, y: f64) -> Option<String> {
    let distance = |tenants: f64| (scale.y(tenants) - y).abs();
    let nearest = gauge.tiers.iter().min_by(|a, b| distance(a.tenants).total_cmp(&distance(b.tenants)));
    nearest.map(|tier| tier.id.clone())
}

/// The tiers as a choice.
#[component]
fn TierSelect(on_choose: Callback<String>) -> impl IntoView {
    let session = Session::get();
    let ladder = adapt::ladder(session);
    let segments = move || {
        let lang = session.lang.get();
        ladder.with(|answer| {
            let segment = |(id, tier): (&String, &crate::answer::TierAnswer)| Segment {
                id: id.clone(),
                label: tier.name.get(lang).to_owned(),
                detail: if tier.users > 1.0 {
                    page::users(&numbers::count_short(tier.users, lang), lang)
                } else {
                    String::new()
                },
                mark: tier.targets.values().map(|t| t.verdict).max().map_or("", class),
            };
            answer.tiers.iter().map(segment).collect::<Vec<_>>()
        })
    };
    view! {
        <Segments
            label=Signal::derive(move || session.say(page::TIER).to_owned())
            testid="tier-select"
            hook="tier-"
            segments=Memo::new(move |_| segments())
            chosen=session.tier
            on_choose=on_choose
        />
    }
}
