//! Sentences about names that a vendor's list does not have.

use super::Phrase;

/// Something that is not on sale where it stands.
pub fn not_listed(name: &str, provider: &str) -> Phrase {
    Phrase::new(
        format!("`{name}` は {provider} の価格表にないので、金額が分かりません"),
        format!("`{name}` is on no price list of {provider}, so what it costs is unknown"),
    )
}

/// A region without prices.
pub fn region_not_listed(code: &str, provider: &str) -> Phrase {
    Phrase::new(
        format!("{provider} の価格表にリージョン `{code}` はないので、そこにあるものの金額が分かりません"),
        format!("no price list of {provider} has the region `{code}`, so what stands there has no price"),
    )
}

/// A framework that nobody looks at.
pub fn framework_not_listed(name: &str) -> Phrase {
    Phrase::new(format!("`{name}` という基準は知りません"), format!("no framework `{name}` is known"))
}

/// Help for all of these.
pub fn not_listed_help(near: &str) -> Phrase {
    Phrase::new(
        format!("`{near}` のことですか。自分の名前なら、値段は `[book.*]` の `line` に書けます"),
        format!(
            "did you mean `{near}`? What has a name of your own can be priced in a `line` of a `[book.*]`"
        ),
    )
}

/// A machine that is larger than its type.
pub fn other_size(name: &str, field: &str, most: &str) -> Phrase {
    Phrase::new(
        format!("`{field}` が `{name}` の {most} を超えています。値段と速さが合いません"),
        format!("this `{field}` is more than the {most} of a `{name}`, whose price it would have"),
    )
}

/// Help for it.
pub fn other_size_help(field: &str) -> Phrase {
    Phrase::new(
        format!("`{field}` を消すか、その大きさの機種にしてください"),
        format!("take `{field}` out, or name a type of that size"),
    )
}

/// A type whose size nobody knows, and what is nearest to it.
pub fn unknown_size_help(near: Option<&str>, fields: &str) -> Phrase {
    match near {
        Some(near) => Phrase::new(
            format!("`{near}` のことですか。自分の機種なら {fields} を書き足してください"),
            format!("did you mean `{near}`? Of a type of your own state {fields}"),
        ),
        None => Phrase::new(format!("{fields} を書き足してください"), format!("state {fields}")),
    }
}
