//! The worker's entry point.

/// Starts answering jobs.
pub fn main() {
    console_error_panic_hook::set_once();
}
