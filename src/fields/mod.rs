//! Tables of fields. Every kind of component and every kind of table declares its fields once (name, type, default,
//! range, help in two languages, tunable); the check, the reader, the JSON Schema, the form of the page, completion
//! and the reference page all come from that one declaration.

pub mod check;
pub mod dates;
pub mod expected;
pub mod facts;
pub mod node;
pub mod parse;
pub mod reader;
pub mod spread;
pub mod value;

use crate::text::{Words, words};
use crate::units::grammar::Dim;
pub use reader::Reader;

/// One field of a table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Key in the file.
    pub name: &'static str,
    /// What its value looks like.
    pub ty: Type,
    /// What it means, one sentence.
    pub help: Words,
    /// Value when absent, as it would be written, unquoted.
    pub default: Option<&'static str>,
    /// Smallest and largest value, SI.
    pub range: Option<(f64, f64)>,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it is a knob that people and the planner turn.
    pub tunable: bool,
    /// Whether an engine looks at it yet; when not, the reference says so.
    pub modelled: bool,
    /// What must hold in its table for it to be used; where it does not, the check says so at its line.
    pub when: &'static [When],
}

/// A condition for a field to be used, on what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A field beside it, or its default, is one of these words; flags are `true` and `false`.
    Is(&'static str, &'static [&'static str]),
    /// At least one of these stands beside it.
    With(&'static [&'static str]),
    /// None of these stands beside it.
    Without(&'static [&'static str]),
    /// A whole number beside it, or its default, is larger than this.
    Over(&'static str, u32),
    /// Never, in this kind of table.
    Never,
    /// Never: it says something to whoever reads the file. A note says so.
    ForReaders,
}

/// A field as the page's inspector shows it.
pub type FieldInfo = Field;

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Any text.
    Text,
    /// A text, or one per language: `{ ja = "...", en = "..." }`.
    Words,
    /// `true` or `false`.
    Flag,
    /// A number without unit: `3`, or `"3 (2..5)"` with a range.
    Count,
    /// A number that may have a fraction, without unit.
    Number,
    /// A duration: `"300ms"`.
    Time,
    /// Events per time: `"6/h"`.
    Rate,
    /// Growth: `"6%/month"`.
    Growth,
    /// Data: `"8GiB"`.
    Bytes,
    /// Data per time: `"60GB/month"`.
    ByteRate,
    /// CPU: `"200m"`.
    Cpu,
    /// A share, chance or availability: `"99.95%"`.
    Share,
    /// Money per month: `"¥92,000/month"`.
    Money,
    /// A duration that may vary: `"lognormal(p50=5ms, p99=40ms)"`.
    TimeSpread,
    /// A count that may vary: `"uniform(1, 5)"`.
    CountSpread,
    /// A speed that may vary, per second.
    RateSpread,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The id of something.
    Ref(Ref),
    /// What a component calls: `["redis 90% miss rds", "rds x2"]`.
    Steps,
    /// What is expected of a fault: `"api.errors < 1%"`.
    Condition,
    /// Share of users active: a shipped profile's name, or 24 or 168 shares.
    Active,
    /// How arrivals are spread: `"poisson"`, `"batch(mean=3)"`.
    Process,
    /// A list of these.
    List(&'static Type),
    /// One of these, or a list.
    OneOrMore(&'static Type),
    /// One for all journeys, or a table by journey with a `default`.
    PerJourney(&'static Type),
    /// A table with free keys and these values.
    Map(&'static Type),
    /// An inline table with fields of its own.
    Table(&'static [Field]),
    /// A year, a month or a day: `"2026"`, `"2026-12"`, `"2026-12-24"`.
    Date,
    /// A month, or a day of one: `"2026-12"`.
    Month,
    /// A time zone: `"Asia/Tokyo"`, `"+09:00"`.
    Zone,
    /// Anything.
    Any,
}

/// What an id refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ref {
    /// A component of any kind.
    Component,
    /// A component of this kind.
    Kind(&'static str),
    /// A zone: `tokyo/a`.
    Zone,
    /// A region or a zone.
    Place,
    /// A region.
    Region,
    /// A journey.
    Journey,
    /// A tier.
    Tier,
    /// A `[source.*]` or a fact.
    Source,
    /// A price book, shipped or in the file.
    Book,
    /// A phase of the roadmap.
    Phase,
    /// A task of the roadmap.
    Task,
    /// Something that work can deliver: a component, a control, or anything by its table: `tier.t500`.
    Thing,
}

impl Field {
    /// An optional field without default.
    pub const fn new(name: &'static str, ty: Type, help: Words) -> Self {
        Self {
            name,
            ty,
            help,
            default: None,
            range: None,
            required: false,
            tunable: false,
            modelled: true,
            when: &[],
        }
    }

    /// The value when absent.
    #[must_use]
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// Smallest and largest value, SI.
    #[must_use]
    pub const fn within(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// It must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It is a knob.
    #[must_use]
    pub const fn tunable(mut self) -> Self {
        self.tunable = true;
        self
    }

    /// It is used only while all of these hold.
    #[must_use]
    pub const fn when(mut self, when: &'static [When]) -> Self {
        self.when = when;
        self
    }

    /// No engine looks at it yet.
    #[must_use]
    pub const fn later(mut self) -> Self {
        self.modelled = false;
        self
    }
}

impl Type {
    /// What a scalar of this type measures; `None` for types that are no quantities.
    pub fn dim(&self) -> Option<Dim> {
        Some(match self {
            Self::Count | Self::Number | Self::CountSpread => Dim::Count,
            Self::Time | Self::TimeSpread => Dim::Time,
            Self::Rate | Self::RateSpread => Dim::Rate,
            Self::Growth => Dim::Growth,
            Self::Bytes => Dim::Bytes,
            Self::ByteRate => Dim::ByteRate,
            Self::Cpu => Dim::Cpu,
            Self::Share => Dim::Share,
            Self::Money => Dim::Money,
            _ => return None,
        })
    }

    /// Whether a distribution may stand here.
    pub fn spreads(&self) -> bool {
        matches!(self, Self::TimeSpread | Self::CountSpread | Self::RateSpread)
    }
}

/// Fields that every table accepts.
pub const EVERYWHERE: &[Field] = &[
    Field::new(
        "name",
        Type::Words,
        words("表示名。文字列ひとつ、または ja と en。", "Name to show: one text, or `ja` and `en`."),
    ),
    Field::new("note", Type::Words, words("読み手への注記。", "A remark for the reader.")),
    Field::new("quote", Type::Text, words("計画書の原文。", "The plan's own words.")),
    Field::new(
        "from",
        Type::Map(&Type::OneOrMore(&Type::Ref(Ref::Source))),
        words(
            "値の出どころ。項目名ごとに出典か事実の id。",
            "Where values come from: a source or fact id for each field.",
        ),
    ),
];

/// The field with this name in `fields`, or among those accepted everywhere.
pub fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().chain(EVERYWHERE).find(|f| f.name == name)
}
