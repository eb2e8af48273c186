//! The page: mounts the Leptos app.

fn main() {
    plimsoll::ui::main();
}
