//! The colours of the look, as tokens, and the skins a picture is drawn in. Nothing else here knows a colour value.
//!
//! A picture inside the page uses the page's custom properties (`var(--ink)`), so that it follows the theme without
//! being drawn again. A picture that leaves the page (README, report, comment) carries its colours and its background.

use crate::text::Lang;

/// A colour with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// Background.
    Paper,
    /// Text and strong lines.
    Ink,
    /// Text of second rank: units, notes.
    Muted,
    /// Hairlines.
    Line,
    /// Water, data, pass.
    Sea,
    /// Fail, overload.
    Signal,
    /// Unsure.
    Unsure,
}

impl Token {
    /// Every token.
    pub const ALL: [Self; 7] =
        [Self::Paper, Self::Ink, Self::Muted, Self::Line, Self::Sea, Self::Signal, Self::Unsure];

    /// Red, green and blue in the light theme.
    pub const fn light(self) -> (u8, u8, u8) {
        match self {
            Self::Paper => (0xfb, 0xfa, 0xf6),
            Self::Ink => (0x16, 0x20, 0x2c),
            Self::Muted => (0x5b, 0x68, 0x75),
            Self::Line => (0xd9, 0xd6, 0xcc),
            Self::Sea => (0x0b, 0x6e, 0x8f),
            Self::Signal => (0xc8, 0x44, 0x1b),
            Self::Unsure => (0x8a, 0x6a, 0x00),
        }
    }

    /// Red, green and blue in the dark theme.
    pub const fn dark(self) -> (u8, u8, u8) {
        match self {
            Self::Paper => (0x0f, 0x17, 0x20),
            Self::Ink => (0xe8, 0xed, 0xf2),
            Self::Muted => (0x9f, 0xb0, 0xbf),
            Self::Line => (0x2a, 0x36, 0x44),
            Self::Sea => (0x4f, 0xb3, 0xd1),
            Self::Signal => (0xff, 0x8a, 0x5c),
            Self::Unsure => (0xe3, 0xb9, 0x3c),
        }
    }

    /// The page's custom property.
    pub const fn property(self) -> &'static str {
        match self {
            Self::Paper => "var(--paper)",
            Self::Ink => "var(--ink)",
            Self::Muted => "var(--muted)",
            Self::Line => "var(--line)",
            Self::Sea => "var(--sea)",
            Self::Signal => "var(--signal)",
            Self::Unsure => "var(--unsure)",
        }
    }

    /// The colour as SVG writes it in a skin.
    pub fn paint(self, skin: Skin) -> String {
        let hex = |(r, g, b): (u8, u8, u8)| format!("#{r:02x}{g:02x}{b:02x}");
        match skin {
            Skin::Page => self.property().to_owned(),
            Skin::Light => hex(self.light()),
            Skin::Dark => hex(self.dark()),
        }
    }
}

/// Where a picture will stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Skin {
    /// Inside the page: custom properties, the page's font, no background.
    #[default]
    Page,
    /// By itself, light.
    Light,
    /// By itself, dark.
    Dark,
}

/// How a picture is drawn: language, skin and size in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Language of the labels.
    pub lang: Lang,
    /// Colours.
    pub skin: Skin,
    /// Width; each picture says which widths it stays readable at.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// The font stack of pictures that stand by themselves.
pub const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans JP', 'Noto Sans CJK JP', sans-serif";
