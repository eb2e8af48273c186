//! The width an element has on the screen, as a signal that follows it.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// Pictures are drawn again only when the width changes by more than this, CSS pixels.
const STEP: f64 = 8.0;

/// Width of an element in CSS pixels; `first` until it is on the screen.
pub fn width_of<E>(element: NodeRef<E>, first: f64) -> ReadSignal<f64>
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<web_sys::Element> + 'static,
{
    let (width, set_width) = signal(first);
    let observer =
        StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut(js_sys::Array)>)>);
    element.on_load(move |element| {
        let look = Closure::new(move |entries: js_sys::Array| {
            let entry = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>();
            let seen = entry.map_or(0.0, |entry| entry.content_rect().width());
            let now = width.try_get_untracked().unwrap_or(seen);
            if seen > 0.0 && (seen - now).abs() > STEP {
                set_width.try_set(seen.floor());
            }
        });
        if let Ok(watching) = web_sys::ResizeObserver::new(look.as_ref().unchecked_ref()) {
            watching.observe(element.as_ref());
            observer.set_value(Some((watching, look)));
        }
    });
    on_cleanup(move || {
        observer.try_update_value(|kept| {
            if let Some((watching, _)) = kept.take() {
                watching.disconnect();
            }
        });
    });
    width
}
