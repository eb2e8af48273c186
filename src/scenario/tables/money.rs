//! Steps of the scaling plan, prices and sources: tiers, platforms, books, sources.

use crate::fields::{Field, Ref, Type, When};
use crate::text::words;

/// What the plan claims for a tier.
pub const CLAIM: &[Field] =
    &[Field::new("cost", Type::Money, words("計画が言う月額。", "Monthly cost as the plan states it."))];

/// Fields of a tier, beside the tables it overlays.
pub const TIER: &[Field] = &[
    Field::new("tenants", Type::Count, words("テナント。", "Tenants.")).or("1").tunable(),
    Field::new("users", Type::Count, words("利用者。", "Users.")).or("1").within(0.0, 1e10).tunable(),
    Field::new(
        "claim",
        Type::Table(CLAIM),
        words("計画がこの段階について言うこと。", "What the plan claims for this tier."),
    ),
    Field::new(
        "remove",
        Type::List(&Type::Text),
        words("この段階で取り除くもの。", "What this tier takes out."),
    ),
];

/// Fields of what a plan says for or against a platform.
pub const PLATFORM_CLAIM: &[Field] = &[
    Field::new("quote", Type::Text, words("計画の言葉。", "The plan's words.")).required(),
    Field::new("merit", Type::Flag, words("長所か。", "Whether it speaks for the platform.")).or("true"),
    Field::new(
        "about",
        Type::Choice(&[
            "regions",
            "price",
            "commitment",
            "predictability",
            "contracts",
            "llm-provider",
            "opinion",
        ]),
        words(
            "何の数字で確かめるか。opinion は確かめない。",
            "Which figure it is held against; `opinion`: none.",
        ),
    )
    .or("opinion"),
];

/// Fields of a platform, beside the tables it overlays.
pub const PLATFORM: &[Field] = &[
    Field::new("provider", Type::Text, words("運営者。", "Provider.")).when(&[When::ForReaders]),
    Field::new("remove", Type::List(&Type::Text), words("取り除くもの。", "What it takes out.")),
    Field::new(
        "claim",
        Type::Map(&Type::Table(PLATFORM_CLAIM)),
        words("計画が長所・短所として挙げること。", "What the plan says for or against it."),
    ),
];

/// Fields of one line of a price book.
pub const LINE: &[Field] = &[
    Field::new("pays", Type::Ref(Ref::Component), words("どの構成要素の代金か。", "Component it pays for.")),
    Field::new(
        "amount",
        Type::Money,
        words("月額。\"free\" は無料と明記。", "Monthly amount; \"free\" states zero."),
    )
    .required(),
];

/// Fields of a price book.
pub const BOOK: &[Field] = &[
    Field::new(
        "tier",
        Type::Ref(Ref::Tier),
        words("全額を書いてある段階。", "The tier whose bill it states in full."),
    ),
    Field::new("currency", Type::Choice(&["JPY", "USD"]), words("通貨。", "Currency.")).or("JPY"),
    Field::new("line", Type::Map(&Type::Table(LINE)), words("行。", "Its lines.")).required(),
];

/// Fields of a source.
pub const SOURCE: &[Field] = &[
    Field::new("title", Type::Words, words("題名。", "Title.")),
    Field::new("owner", Type::Text, words("責任を持つ人。", "Who owns it.")),
    Field::new("date", Type::Date, words("日付。", "Date.")),
    Field::new("url", Type::Text, words("場所。", "Where to find it.")),
    Field::new(
        "confidence",
        Type::Choice(&["measured", "stated", "estimate", "recalled"]),
        words("どれだけ確かか。", "How sure it is."),
    ),
];
