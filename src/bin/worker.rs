//! The page's worker: answers jobs off the main thread.

fn main() {
    plimsoll::ui::worker::main();
}
