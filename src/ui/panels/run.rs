//! The state of the simulation: progress and cancel, the digest, and the command that gives the same digits.

use crate::report::format;
use crate::text::page;
use crate::ui::bridge::Bridge;
use crate::ui::parts::copy::CopyButton;
use crate::ui::results::{Length, Run, Standing};
use crate::ui::session::{SEED, Session};
use leptos::prelude::*;

/// The line under the strip.
#[component]
pub fn RunLine() -> impl IntoView {
    let session = Session::get();
    let bridge = Bridge::get();
    let busy = move || match session.run.get() {
        Run::Busy { done, replications, .. } => Some((done, replications)),
        Run::Idle | Run::Lost => None,
    };
    let standing = move || session.shown.with(|shown| shown.standing);
    let state = move || match (busy().is_some(), standing()) {
        (true, _) => ("running", page::RUNNING),
        (_, Standing::Simulated) => ("done", page::CONFIRMED),
        (_, Standing::Partial) => ("partial", page::PARTIAL),
        (_, Standing::Preview) => ("preview", page::ANALYTIC_ONLY),
    };
    let percent = move || busy().map(|(done, _)| (done * 100.0).round());
    let meter = move || {
        percent().map(|percent| {
            view! {
                <progress max="100" value=percent aria-label=session.say(page::RUNNING)></progress>
                <span class="run-count">{format::count(percent)}" %"</span>
            }
        })
    };
    // A memo, so that a report of progress leaves the button, and a click under way on it, alone.
    let under_way = Memo::new(move |_| busy().is_some());
    let current = Memo::new(move |_| standing() == Standing::Simulated);
    let button = move || {
        let running = under_way.get();
        let words = if running { page::STOP } else { page::RUN };
        let done = !running && current.get();
        let click = move |_| if running { bridge.stop() } else { bridge.run() };
        (!done).then(|| {
            view! { <button type="button" class="quiet" data-testid="run-button" on:click=click>{session.say(words)}</button> }
        })
    };
    view! {
        <section class="run" data-testid="run-state" data-state=move || state().0>
            <span class="run-state">{move || session.say(state().1)}</span>
            {meter}
            <LengthChoice />
            {button}
            <Proof />
        </section>
    }
}

/// How much time the next run covers.
#[component]
fn LengthChoice() -> impl IntoView {
    let session = Session::get();
    let name = |length| match length {
        Length::Hour => page::LENGTH_HOUR,
        Length::Day => page::LENGTH_DAY,
        Length::Month => page::LENGTH_MONTH,
    };
    let choose = move |event| {
        let id = event_target_value(&event);
        session.length.set(Length::ALL.into_iter().find(|length| length.id() == id).unwrap_or_default());
    };
    let option = move |length: Length| {
        view! { <option value=length.id()>{move || session.say(name(length))}</option> }
    };
    view! {
        <select
            data-testid="run-length"
            aria-label=move || session.say(page::LENGTH)
            prop:value=move || session.length.get().id()
            on:change=choose
        >
            {Length::ALL.into_iter().map(option).collect_view()}
        </select>
    }
}

/// The digest and the command.
#[component]
fn Proof() -> impl IntoView {
    let session = Session::get();
    let digest = Memo::new(move |_| session.shown.with(|shown| shown.digest.clone()));
    let command = Memo::new(move |_| session.shown.with(|shown| shown.wanted.command()));
    let digest_view = move || {
        digest.get().map(|(digest, current)| {
            let tag = (!current).then(|| view! { <span class="tag">{session.say(page::STALE)}</span> });
            view! {
                <span class="digest" class:stale=!current title=session.say(page::DIGEST_HINT)>
                    <span class="muted">{session.say(page::DIGEST)}</span>
                    <code data-testid="digest" data-current=current.to_string()>{digest}</code>
                    {tag}
                </span>
            }
        })
    };
    let command_view = move || {
        command.get().map(|command| {
            let text = command.clone();
            view! {
                <span class="command">
                    <code data-testid="command">{command}</code>
                    <CopyButton label=page::COPY_COMMAND text=Signal::stored(text) lang=session.lang />
                </span>
            }
        })
    };
    view! {
        <span class="seed muted">{move || session.say(page::SEED)}" "{SEED}</span>
        {digest_view}
        {command_view}
    }
}
