//! The mark itself, a circle crossed by a horizontal line, and the shapes of the three verdicts. Shapes come with the
//! word and the colour; none of them stands alone.
//!
//! Source of the mark: International Convention on Load Lines, 1966, Annex I, regulation 5 (ring of 300 mm outside
//! diameter and 25 mm width, crossed by a line of 450 mm length whose upper edge passes through the ring's centre).

use super::pen::Pen;
use super::theme::{Look, Skin, Token};
use crate::answer::verdict::Verdict;
use crate::text::Lang;

/// The mark as a picture of its own, square, for the page's head and documents.
pub fn mark(skin: Skin, size: f64) -> String {
    let look = Look { lang: Lang::En, skin: Skin::Page, width: size, height: size };
    let mut pen = Pen::new(&look, "Plimsoll");
    let mut part = Pen::part(skin);
    disc(&mut part, size / 2.0, size / 2.0, size * 0.3, Token::Ink, Token::Sea);
    pen.insert(&part.finish());
    pen.finish()
}

/// Draws ring and line in the proportions of the convention. `r` is the ring's outer radius.
pub fn disc(pen: &mut Pen, x: f64, y: f64, r: f64, ring: Token, line: Token) {
    let width = r / 6.0;
    pen.circle(x, y, r - width / 2.0).stroke(ring, width).end();
    pen.line(x - 1.5 * r, y + width / 2.0, x + 1.5 * r, y + width / 2.0).stroke(line, width).end();
}

/// The colour of a verdict.
pub const fn token(verdict: Verdict) -> Token {
    match verdict {
        Verdict::Pass => Token::Sea,
        Verdict::Fail => Token::Signal,
        Verdict::Unsure => Token::Unsure,
    }
}

/// The outline of a verdict's shape in a square of `size` with its centre at (x, y): a check, a cross, a question mark.
/// Stroke it, with round caps.
pub fn shape(verdict: Verdict, x: f64, y: f64, size: f64) -> String {
    let at = |dx: f64, dy: f64| {
        format!("{} {}", super::pen::short(x + dx * size), super::pen::short(y + dy * size))
    };
    match verdict {
        Verdict::Pass => format!("M{}L{}L{}", at(-0.38, 0.04), at(-0.1, 0.32), at(0.4, -0.3)),
        Verdict::Fail => {
            format!("M{}L{}M{}L{}", at(-0.3, -0.3), at(0.3, 0.3), at(0.3, -0.3), at(-0.3, 0.3))
        }
        Verdict::Unsure => format!(
            "M{}C{} {} {}C{} {} {}M{}L{}",
            at(-0.24, -0.22),
            at(-0.24, -0.52),
            at(0.28, -0.52),
            at(0.28, -0.2),
            at(0.28, 0.02),
            at(0.0, -0.02),
            at(0.0, 0.2),
            at(0.0, 0.42),
            at(0.0, 0.43)
        ),
    }
}

/// Draws a verdict's shape.
pub fn verdict(pen: &mut Pen, verdict: Verdict, x: f64, y: f64, size: f64) {
    pen.path(&shape(verdict, x, y, size))
        .stroke(token(verdict), size / 6.0)
        .attr("stroke-linecap", "round")
        .attr("stroke-linejoin", "round")
        .end();
}
