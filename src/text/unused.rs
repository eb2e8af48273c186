//! Sentences about what stands in a file and changes no answer: fields, tables and names that nothing uses.

use super::Phrase;

/// A field that nothing looks at where it stands; `condition` says where something would.
pub fn unused_field(path: &str, field: &str, condition: &Phrase) -> Phrase {
    Phrase::new(
        format!("`{path}` の `{field}` はここでは何も変えません({})", condition.ja),
        format!("`{field}` of `{path}` changes nothing here: it is used {}", condition.en),
    )
}

/// Help for it.
pub fn unused_field_help(field: &str) -> Phrase {
    Phrase::new(
        format!("`{field}` を消すか、使われるように書き足してください"),
        format!("take `{field}` out, or state what makes use of it"),
    )
}

/// A field that is read and that no engine looks at yet.
pub fn not_modelled(path: &str, field: &str) -> Phrase {
    Phrase::new(
        format!("`{path}` の `{field}` はまだどの計算にも入っていません"),
        format!("`{field}` of `{path}` enters no answer yet: it is not modelled"),
    )
}

/// Help for it.
pub fn not_modelled_help(field: &str) -> Phrase {
    Phrase::new(
        format!("答えは `{field}` がないときと同じです。別の項目で言えるかを見てください"),
        format!("every answer is the same as without `{field}`; see whether another field says it"),
    )
}

/// Used with one of these words beside it, each as it would be written.
pub fn with_word(written: &[String]) -> Phrase {
    Phrase::new(
        format!("{} のときに使われます", written.join(" か ")),
        format!("with {}", written.join(" or ")),
    )
}

/// Used with one of these fields beside it.
pub fn with(names: &[String]) -> Phrase {
    Phrase::new(
        format!("{} と併せて使われます", names.join(" か ")),
        format!("together with {}", names.join(" or ")),
    )
}

/// Used without these fields beside it.
pub fn without(names: &[String]) -> Phrase {
    Phrase::new(
        format!("{} がないときに使われます", names.join(" も ")),
        format!("only without {}", names.join(" and ")),
    )
}

/// Used where another field is larger than this.
pub fn over(name: &str, least: u32) -> Phrase {
    Phrase::new(
        format!("`{name}` が {least} より大きいときに使われます"),
        format!("where `{name}` is above {least}"),
    )
}

/// Used in tables of other kinds only.
pub fn elsewhere() -> Phrase {
    Phrase::new("使うのは別の種類だけです", "by other kinds only")
}
