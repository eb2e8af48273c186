//! The top bar: mark, scenario, doors, undo and redo, search, shortcuts, language and theme.

use super::examples::{Doors, save};
use crate::text::{Lang, page};
use crate::ui::parts::mark::Mark;
use crate::ui::session::Session;
use crate::ui::sheets::Sheets;
use crate::ui::store::Theme;
use leptos::prelude::*;

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let session = Session::get();
    let sheets = Sheets::get();
    view! {
        <header class="topbar">
            <a class="skip" href="#board">{move || session.say(page::SKIP)}</a>
            <span class="brand"><Mark /><b class="brand-name">"Plimsoll"</b></span>
            <Doors />
            <span class="bar-space"></span>
            <span class="bar-group">
                <IconButton
                    label=Signal::derive(move || session.say(page::UNDO).to_owned())
                    testid="undo"
                    path="M6 4L2.500 7.500 6 11M2.500 7.500H10a3.500 3.500 0 0 1 0 7H8"
                    disabled=Signal::derive(move || !session.can_undo())
                    on_click=Callback::new(move |()| session.undo())
                />
                <IconButton
                    label=Signal::derive(move || session.say(page::REDO).to_owned())
                    testid="redo"
                    path="M10 4l3.500 3.500L10 11M13.500 7.500H6a3.500 3.500 0 0 0 0 7h2"
                    disabled=Signal::derive(move || !session.can_redo())
                    on_click=Callback::new(move |()| session.redo())
                />
                <IconButton
                    label=Signal::derive(move || session.say(page::SAVE_HINT).to_owned())
                    testid="save"
                    path="M8 2v8M4.500 7L8 10.500 11.500 7M2.500 13.500h11"
                    disabled=Signal::stored(false)
                    on_click=Callback::new(move |()| save(session))
                />
                <IconButton
                    label=Signal::derive(move || format!("{} ( / )", session.say(page::SEARCH)))
                    testid="search"
                    path="M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.500 10.500L14 14"
                    disabled=Signal::stored(false)
                    on_click=Callback::new(move |()| sheets.search.set(true))
                />
                <IconButton
                    label=Signal::derive(move || format!("{} ( ? )", session.say(page::SHORTCUTS)))
                    testid="help"
                    path="M5 6a3 3 0 1 1 4.300 2.700C8.400 9.200 8 9.700 8 10.500M8 13v.3"
                    disabled=Signal::stored(false)
                    on_click=Callback::new(move |()| sheets.shortcuts.set(true))
                />
            </span>
            <Preferences />
        </header>
    }
}

/// Language and theme.
#[component]
fn Preferences() -> impl IntoView {
    let session = Session::get();
    let theme = move || session.settings.with(|s| s.theme);
    let theme_words = move || match theme() {
        Theme::System => page::THEME_SYSTEM,
        Theme::Light => page::THEME_LIGHT,
        Theme::Dark => page::THEME_DARK,
    };
    let theme_path = move || match theme() {
        Theme::System => "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
        Theme::Light => {
            "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1"
        }
        Theme::Dark => "M13 9.500A5.500 5.500 0 1 1 6.500 3a4.500 4.500 0 0 0 6.500 6.500z",
    };
    let other = move || if session.lang.get() == Lang::Ja { Lang::En } else { Lang::Ja };
    view! {
        <span class="bar-group">
            <button
                type="button"
                class="icon-button"
                data-testid="theme-toggle"
                data-theme-choice=move || session.say(theme_words())
                aria-label=move || page::theme(theme_words(), session.lang.get())
                title=move || page::theme(theme_words(), session.lang.get())
                on:click=move |_| session.choose_theme(theme().next())
            >
                <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=theme_path /></svg>
            </button>
            <button
                type="button"
                class="quiet"
                data-testid="lang-toggle"
                lang=move || if other() == Lang::Ja { "ja" } else { "en" }
                title=move || session.say(page::SWITCH_LANGUAGE)
                on:click=move |_| session.choose_language(other())
            >
                {move || session.say(page::OTHER_LANGUAGE)}
            </button>
        </span>
    }
}

/// A button that is an icon, with its words for those who do not see it.
#[component]
fn IconButton(
    #[prop(into)] label: Signal<String>,
    testid: &'static str,
    path: &'static str,
    #[prop(into)] disabled: Signal<bool>,
    on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            class:wide-only=matches!(testid, "save" | "help")
            data-testid=testid
            aria-label=label
            title=label
            disabled=disabled
            on:click=move |_| on_click.run(())
        >
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=path /></svg>
        </button>
    }
}
