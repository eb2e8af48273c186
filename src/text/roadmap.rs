//! What the product says about the roadmap.

use super::{Lang, Phrase};

/// These wait for each other.
pub fn circle(ids: &[&str]) -> Phrase {
    let list = ids.join(", ");
    Phrase::new(
        format!("互いに待ち合っていて、始められない: {list}"),
        format!("these wait for each other, so none can begin: {list}"),
    )
}

/// What to do about it.
pub fn circle_help() -> Phrase {
    Phrase::new("どれかの after を外す", "take one of them out of another's `after`")
}

/// The file has no roadmap.
pub fn none() -> Phrase {
    Phrase::new(
        "工程が書かれていない。[phase.<id>] に takes = \"2w\"、[task.<id>] に phase と done を書く。",
        "The file has no roadmap: write [phase.<id>] with takes = \"2w\", and [task.<id>] with a phase and `done`.",
    )
}

/// When it ends, what decides, and how far it is.
pub fn finish(p50: &str, p90: &str, path: &[&str], done: (u32, u32), lang: Lang) -> String {
    let path = path.join(" → ");
    let (done, all) = done;
    match lang {
        Lang::Ja => format!(
            "これから {p50}(p50)、{p90}(p90)で終わる。長さを決めるのは {path}。作業は {all} 件のうち {done} 件が済んだ。"
        ),
        Lang::En => format!(
            "Ends {p50} (p50) to {p90} (p90) from now. What decides: {path}. {done} of {all} tasks are done."
        ),
    }
}
