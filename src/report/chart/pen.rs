//! A small SVG writer. Names and labels are text: whatever they contain, they come out as escaped text or escaped
//! attribute values, never as markup. Coordinates are rounded to a tenth of a pixel, so the same input gives the same
//! bytes everywhere.

use super::theme::{FONTS, Look, Skin, Token};
use crate::text::plain::hidden;
use std::fmt::Write as _;

/// Writes one picture.
pub struct Pen {
    out: String,
    skin: Skin,
    open: Vec<&'static str>,
}

/// An element being written; give it attributes, then `end`, `words` or `open` it.
pub struct Element<'a> {
    pen: &'a mut Pen,
    tag: &'static str,
}

impl Pen {
    /// A picture of this size. `summary` is what a screen reader says.
    pub fn new(look: &Look, summary: &str) -> Self {
        Self::with_margin(look, 0.0, summary)
    }

    /// The same with a margin around it when it stands by itself.
    pub fn with_margin(look: &Look, margin: f64, summary: &str) -> Self {
        let margin = if look.skin == Skin::Page { 0.0 } else { margin };
        let mut out = header(look, 1.0, margin, summary);
        if look.skin != Skin::Page {
            out.push_str(&background(look, 1.0, margin));
        }
        Self { out, skin: look.skin, open: vec!["svg"] }
    }

    /// Writes elements without a picture around them, for a part that goes into another picture.
    pub fn part(skin: Skin) -> Self {
        Self { out: String::new(), skin, open: Vec::new() }
    }

    /// Starts an element.
    pub fn tag(&mut self, tag: &'static str) -> Element<'_> {
        self.out.push('<');
        self.out.push_str(tag);
        Element { pen: self, tag }
    }

    /// Starts a line.
    pub fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) -> Element<'_> {
        self.tag("line").num("x1", x1).num("y1", y1).num("x2", x2).num("y2", y2)
    }

    /// Starts a rectangle.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64) -> Element<'_> {
        self.tag("rect").num("x", x).num("y", y).num("width", width.max(0.0)).num("height", height.max(0.0))
    }

    /// Starts a circle.
    pub fn circle(&mut self, x: f64, y: f64, r: f64) -> Element<'_> {
        self.tag("circle").num("cx", x).num("cy", y).num("r", r)
    }

    /// Starts a path with this outline.
    pub fn path(&mut self, d: &str) -> Element<'_> {
        self.tag("path").attr("d", d)
    }

    /// Starts a text with its baseline at `y`.
    pub fn text(&mut self, x: f64, y: f64, size: f64) -> Element<'_> {
        self.tag("text").num("x", x).num("y", y).num("font-size", size)
    }

    /// Diagonal lines over a rectangle: something that is not there, or not known.
    pub fn hatch(&mut self, x: f64, y: f64, width: f64, height: f64, token: Token) {
        let d = hatch(x, y, width, height, 6.0);
        self.path(&d).stroke(token, 1.0).end();
    }

    /// Closes the innermost open element.
    pub fn close(&mut self) {
        if let Some(tag) = self.open.pop() {
            let _ = write!(self.out, "</{tag}>");
        }
    }

    /// Takes in finished markup made by another pen.
    pub fn insert(&mut self, part: &str) {
        self.out.push_str(part);
    }

    /// Closes everything and hands the text over.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}

impl Element<'_> {
    /// A numeric attribute.
    pub fn num(self, name: &str, value: f64) -> Self {
        let _ = write!(self.pen.out, " {name}=\"{}\"", short(value));
        self
    }

    /// A text attribute, escaped.
    pub fn attr(self, name: &str, value: &str) -> Self {
        let _ = write!(self.pen.out, " {name}=\"");
        escape(&mut self.pen.out, value);
        self.pen.out.push('"');
        self
    }

    /// Filled.
    pub fn fill(self, token: Token) -> Self {
        let paint = token.paint(self.pen.skin);
        self.attr("fill", &paint)
    }

    /// Filled with a tint.
    pub fn tint(self, token: Token, opacity: f64) -> Self {
        let paint = token.paint(self.pen.skin);
        let element = self.attr("fill", &paint);
        let _ = write!(element.pen.out, " fill-opacity=\"{}\"", (opacity * 100.0).round() / 100.0);
        element
    }

    /// Stroked; not filled unless `fill` is called too.
    pub fn stroke(self, token: Token, width: f64) -> Self {
        let paint = token.paint(self.pen.skin);
        self.attr("stroke", &paint).num("stroke-width", width).attr("fill", "none")
    }

    /// Stroked, and filled with another colour.
    pub fn outlined(self, fill: Token, token: Token, width: f64) -> Self {
        let paint = token.paint(self.pen.skin);
        self.fill(fill).attr("stroke", &paint).num("stroke-width", width)
    }

    /// Text that ends at its x.
    pub fn right(self) -> Self {
        self.attr("text-anchor", "end")
    }

    /// Text centred on its x.
    pub fn centre(self) -> Self {
        self.attr("text-anchor", "middle")
    }

    /// Bold.
    pub fn bold(self) -> Self {
        self.attr("font-weight", "700")
    }

    /// Ends the element without content.
    pub fn end(self) {
        self.pen.out.push_str("/>");
    }

    /// Ends the element with this text in it.
    pub fn words(self, words: &str) {
        self.pen.out.push('>');
        escape(&mut self.pen.out, words);
        let _ = write!(self.pen.out, "</{}>", self.tag);
    }

    /// Leaves the element open; the next ones go into it until `close`.
    pub fn open(self) {
        self.pen.out.push('>');
        let tag = self.tag;
        self.pen.open.push(tag);
    }
}

/// The start of a picture whose inner units are `scale` to the CSS pixel, with a margin of `margin` pixels around it.
pub fn header(look: &Look, scale: f64, margin: f64, summary: &str) -> String {
    let (w, h) = (look.width + 2.0 * margin, look.height + 2.0 * margin);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"{} {} {} {}\" role=\"img\" aria-label=\"",
        short(w),
        short(h),
        short(-margin * scale),
        short(-margin * scale),
        short(w * scale),
        short(h * scale)
    );
    escape(&mut out, summary);
    out.push('"');
    if look.skin != Skin::Page {
        out.push_str(" font-family=\"");
        escape(&mut out, FONTS);
        out.push_str("\" style=\"font-variant-numeric:tabular-nums\"");
    }
    out.push('>');
    out
}

/// An unseen rectangle (left, top, right, bottom) that says something when it is pointed at: to the page, which shows it at
/// once, or as the title that every viewer of pictures knows.
pub fn pointed(look: &Look, scale: f64, [left, top, right, bottom]: [f64; 4], words: &str) -> String {
    let mut out = String::from("<rect");
    for (name, value) in [("x", left), ("y", top), ("width", right - left), ("height", bottom - top)] {
        out.push_str(&format!(" {name}=\"{}\"", short(value.max(0.0) * scale)));
    }
    out.push_str(" fill=\"none\" pointer-events=\"all\"");
    if look.skin == Skin::Page {
        out.push_str(" data-say=\"");
        escape(&mut out, words);
        out.push_str("\"/>");
    } else {
        out.push_str("><title>");
        escape(&mut out, words);
        out.push_str("</title></rect>");
    }
    out
}

/// The paper of a picture that stands by itself.
pub fn background(look: &Look, scale: f64, margin: f64) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
        short(-margin * scale),
        short(-margin * scale),
        short((look.width + 2.0 * margin) * scale),
        short((look.height + 2.0 * margin) * scale),
        Token::Paper.paint(look.skin)
    )
}

/// The outline of a hatching: diagonals every `step` pixels, cut to the rectangle.
pub fn hatch(x: f64, y: f64, width: f64, height: f64, step: f64) -> String {
    let mut d = String::new();
    if !(width > 0.0 && height > 0.0 && step > 0.0) {
        return d;
    }
    let mut offset = step;
    while offset < width + height {
        // from the left or bottom edge up to the top or right edge
        let (x1, y1) = if offset <= height { (0.0, offset) } else { (offset - height, height) };
        let (x2, y2) = if offset <= width { (offset, 0.0) } else { (width, offset - width) };
        let _ = write!(d, "M{} {}L{} {}", short(x + x1), short(y + y1), short(x + x2), short(y + y2));
        offset += step;
    }
    d
}

/// A coordinate, to a tenth of a pixel; what is not finite becomes 0.
pub fn short(value: f64) -> String {
    let tenth = (value * 10.0).round() / 10.0;
    if !tenth.is_finite() || tenth == 0.0 { "0".to_owned() } else { format!("{tenth}") }
}

/// Appends text so that nothing in it is markup. Control characters, which XML forbids, are dropped.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c if hidden(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_become_markup() {
        let mut out = String::new();
        escape(&mut out, "<script>\"&'\u{1}");
        assert_eq!(out, "&lt;script&gt;&quot;&amp;&#39; ");
    }

    #[test]
    fn coordinates_are_short_and_finite() {
        assert_eq!(short(1.0 / 3.0), "0.3");
        assert_eq!(short(-0.01), "0");
        assert_eq!(short(f64::NAN), "0");
    }

    #[test]
    fn hatching_stays_inside_its_rectangle() {
        let d = hatch(10.0, 20.0, 30.0, 8.0, 6.0);
        for pair in d.split(['M', 'L']).filter(|p| !p.is_empty()) {
            let (x, y) = pair.split_once(' ').unwrap();
            assert!((10.0..=40.0).contains(&x.parse::<f64>().unwrap()), "{pair}");
            assert!((20.0..=28.0).contains(&y.parse::<f64>().unwrap()), "{pair}");
        }
    }
}
