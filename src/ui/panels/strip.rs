//! The verdict strip: six chips, and one polite announcement when a run ends.

use crate::answer::verdict::Verdict;
use crate::text::page;
use crate::ui::chips::{ROLES, chips};
use crate::ui::parts::chip::VerdictChip;
use crate::ui::results::Standing;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The strip.
#[component]
pub fn Strip() -> impl IntoView {
    let session = Session::get();
    let all = Memo::new(move |_| {
        let outage = session.outage.get();
        session.shown.with(|shown| chips(shown, outage.as_deref(), session.lang.get()))
    });
    let why = Callback::new(move |target: String| {
        session.explain(target);
        crate::ui::scroll_to("board");
    });
    let one = move |ix: usize| {
        let chip = Memo::new(move |_| all.with(|all| all[ix].clone()));
        let open = move || {
            let target = session.target.get();
            session.tab.get() == crate::ui::board::Tab::Why
                && target.is_some()
                && chip.with(|c| c.target == target)
        };
        view! { <VerdictChip chip=chip lang=session.lang open=Signal::derive(open) on_why=why /> }
    };
    // Said once per run: only a finished simulation changes these words.
    let said = Memo::new(move |last: Option<&String>| {
        session.shown.with(|shown| {
            if shown.standing == Standing::Preview {
                return last.cloned().unwrap_or_default();
            }
            let count = |verdict| shown.targets().values().filter(|t| t.verdict == verdict).count();
            let (pass, fail) = (count(Verdict::Pass), count(Verdict::Fail));
            page::announce(&shown.wanted.tier, pass, fail, count(Verdict::Unsure), session.lang.get())
        })
    });
    view! {
        <section class="strip" aria-label=move || session.say(page::STRIP)>
            {(0..ROLES.len()).map(one).collect_view()}
        </section>
        <p class="sr" aria-live="polite" data-testid="announcement">{said}</p>
    }
}
