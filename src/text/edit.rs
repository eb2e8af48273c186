//! Why an edit of a scenario text cannot be made.

use super::Phrase;

/// The text itself is not TOML.
pub fn not_toml(line: usize, why: &str) -> Phrase {
    Phrase::new(
        format!("{line} 行目が TOML として読めないため編集できません: {why}"),
        format!("line {line} is not TOML, so nothing can be edited: {why}"),
    )
}

/// The path is empty or has an empty part.
pub fn bad_path(path: &str) -> Phrase {
    Phrase::new(
        format!("`{path}` は項目の場所になっていません(例: component.api.replicas)"),
        format!("`{path}` is not a path; one looks like component.api.replicas"),
    )
}

/// Nothing stands at the path.
pub fn not_found(path: &str, near: Option<&str>) -> Phrase {
    match near {
        Some(near) => Phrase::new(
            format!("`{path}` はこのファイルにありません。`{near}` のことですか"),
            format!("`{path}` is not in this file; did you mean `{near}`?"),
        ),
        None => Phrase::new(
            format!("`{path}` はこのファイルにありません"),
            format!("`{path}` is not in this file"),
        ),
    }
}

/// Something stands at the path already.
pub fn exists(path: &str) -> Phrase {
    Phrase::new(format!("`{path}` はすでにあります"), format!("`{path}` is already there"))
}

/// A plain value stands where a table is needed.
pub fn not_a_table(path: &str) -> Phrase {
    Phrase::new(
        format!("`{path}` は値なので、その下に項目を置けません"),
        format!("`{path}` is a value: nothing can stand below it"),
    )
}

/// A table stands where a value was to be set.
pub fn is_a_table(path: &str) -> Phrase {
    Phrase::new(
        format!("`{path}` は表です。中の項目を指定してください"),
        format!("`{path}` is a table; name one of its fields"),
    )
}

/// The new id is not an id.
pub fn bad_id(id: &str) -> Phrase {
    Phrase::new(
        format!("`{id}` は id に使えません。英小文字、数字、ハイフンで書いてください"),
        format!("`{id}` cannot be an id; use lower-case letters, digits and hyphens"),
    )
}

/// The body of a new table is not lines of `key = value`.
pub fn bad_body(header: &str) -> Phrase {
    Phrase::new(
        format!("`[{header}]` の中身は `項目 = 値` の行で書いてください"),
        format!("the body of `[{header}]` must be lines of `key = value`"),
    )
}

/// The edit would leave a text that is not TOML.
pub fn conflict(path: &str) -> Phrase {
    Phrase::new(
        format!("`{path}` をここに書くと、ファイルの他の部分と矛盾します"),
        format!("writing `{path}` here would contradict another part of the file"),
    )
}

/// The file is of a newer schema.
pub fn newer_schema(found: i64, known: i64) -> Phrase {
    Phrase::new(
        format!(
            "このファイルは schema {found} で書かれています。この版が読めるのは {known} までです。新しい版の Plimsoll で開いてください"
        ),
        format!(
            "this file is of schema {found} and this version reads up to {known}; open it with a newer Plimsoll"
        ),
    )
}

/// The file names no schema, or one that never existed.
pub fn no_schema(known: i64) -> Phrase {
    Phrase::new(
        format!("schema の版が分かりません。最初の行に `schema = {known}` と書いてください"),
        format!("the version of the schema is not known; begin the file with `schema = {known}`"),
    )
}
