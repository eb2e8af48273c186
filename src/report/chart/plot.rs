//! The sheet that plotters draws on: axes of hairlines, marks, labels that keep out of each other's way. Every chart over
//! tiers or hours is made with it. plotters draws in the colours of the light theme; the finished text then gets the
//! colours, the font and the background of its skin.
//!
//! Logarithms are taken here with `stats::maths`, not by plotters, so that pictures do not depend on the target.

use super::measure;
use super::pen;
use super::theme::{Look, Skin, Token};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// plotters works in whole numbers: ten of them to the pixel keep lines smooth.
const FINE: f64 = 10.0;
/// Drawing into a string has no input that could be wrong.
const SOUND: &str = "drawing into a string cannot fail";

/// Where the data stand in the picture: edges in pixels, and the data at them. `y.0` is at the bottom.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Data at the left and right edge.
    pub x: (f64, f64),
    /// Data at the lower and upper edge.
    pub y: (f64, f64),
}

impl Frame {
    /// Pixel of a data x.
    pub fn px(&self, x: f64) -> f64 {
        self.left + (x - self.x.0) / (self.x.1 - self.x.0) * (self.right - self.left)
    }

    /// Pixel of a data y.
    pub fn py(&self, y: f64) -> f64 {
        self.bottom - (y - self.y.0) / (self.y.1 - self.y.0) * (self.bottom - self.top)
    }
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    size: f64,
    token: Token,
    bold: bool,
    anchor: Anchor,
}

/// Which point of a text its x is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// Text of a size and colour, starting at its x.
pub const fn set(size: f64, token: Token) -> Set {
    Set { size, token, bold: false, anchor: Anchor::Start }
}

impl Set {
    /// Bold.
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Anchored elsewhere.
    pub const fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// The rectangle that a text takes: left, top, right, bottom.
    fn extent(&self, words: &str, x: f64, y: f64) -> [f64; 4] {
        let width =
            if self.bold { measure::bold_width(words, self.size) } else { measure::width(words, self.size) };
        let left = match self.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        [left, y - self.size * 0.62, left + width, y + self.size * 0.62]
    }
}

/// A sheet being drawn on.
pub struct Sheet<'a> {
    root: DrawingArea<SVGBackend<'a>, Shift>,
    chart: ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
    /// Where the data stand.
    pub frame: Frame,
    look: Look,
    taken: Vec<[f64; 4]>,
    said: Vec<([f64; 4], String)>,
}

/// Draws a picture: `paint` gets an empty sheet.
pub fn draw(look: &Look, summary: &str, frame: Frame, paint: impl FnOnce(&mut Sheet<'_>)) -> String {
    let mut buffer = String::new();
    let said = {
        let fine = |pixels: f64| (pixels.max(0.0) * FINE).round() as u32;
        let root =
            SVGBackend::with_string(&mut buffer, (fine(look.width), fine(look.height))).into_drawing_area();
        let chart = ChartBuilder::on(&root)
            .margin_left(fine(frame.left))
            .margin_right(fine(look.width - frame.right))
            .margin_top(fine(frame.top))
            .margin_bottom(fine(look.height - frame.bottom))
            .build_cartesian_2d(frame.x.0..frame.x.1, frame.y.0..frame.y.1)
            .expect(SOUND);
        let mut sheet = Sheet { root, chart, frame, look: *look, taken: Vec::new(), said: Vec::new() };
        paint(&mut sheet);
        sheet.root.present().expect(SOUND);
        std::mem::take(&mut sheet.said)
    };
    finish(&buffer, look, summary, &said)
}

/// Gives plotters' text our head, skin and font. Only quoted colour values are replaced, and a label cannot contain a
/// bare quote, so labels stay as they are.
fn finish(drawn: &str, look: &Look, summary: &str, said: &[([f64; 4], String)]) -> String {
    let body = drawn.split_once('>').map_or(drawn, |(_, body)| body);
    let mut body =
        body.replace('\n', "").replace(" font-family=\"sans-serif\"", "").replace(" opacity=\"1\"", "");
    for token in Token::ALL {
        let (r, g, b) = token.light();
        let drawn = format!("\"#{r:02X}{g:02X}{b:02X}\"");
        body = body.replace(&drawn, &format!("\"{}\"", token.paint(look.skin)));
    }
    let margin = if look.skin == Skin::Page { 0.0 } else { 14.0 };
    let mut out = pen::header(look, FINE, margin, summary);
    if look.skin != Skin::Page {
        out.push_str(&pen::background(look, FINE, margin));
    }
    out.push_str(body.strip_suffix("</svg>").unwrap_or(&body));
    for (place, words) in said {
        out.push_str(&pen::pointed(look, FINE, *place, words));
    }
    out.push_str("</svg>");
    out
}

fn colour(token: Token) -> RGBColor {
    let (r, g, b) = token.light();
    RGBColor(r, g, b)
}

fn stroke(token: Token, width: f64, opacity: f64) -> ShapeStyle {
    ShapeStyle {
        color: colour(token).mix(opacity),
        filled: false,
        stroke_width: (width * FINE).round() as u32,
    }
}

fn pixel(x: f64, y: f64) -> (i32, i32) {
    ((x * FINE).round() as i32, (y * FINE).round() as i32)
}

impl Sheet<'_> {
    /// A line through data points.
    pub fn curve(&mut self, points: Vec<(f64, f64)>, token: Token, width: f64, opacity: f64) {
        self.chart.draw_series(LineSeries::new(points, stroke(token, width, opacity))).expect(SOUND);
    }

    /// A filled outline of data points.
    pub fn area(&mut self, points: Vec<(f64, f64)>, token: Token, opacity: f64) {
        let area = Polygon::new(points, colour(token).mix(opacity).filled());
        self.chart.draw_series(std::iter::once(area)).expect(SOUND);
    }

    /// A filled dot at a data point, moved sideways by `dx` pixels.
    pub fn dot(&mut self, at: (f64, f64), dx: f64, radius: f64, token: Token) {
        let at = pixel(self.frame.px(at.0) + dx, self.frame.py(at.1));
        self.root
            .draw(&Circle::new(at, (radius * FINE).round() as i32, colour(token).filled()))
            .expect(SOUND);
        self.keep_out(at, radius);
    }

    /// A hollow dot.
    pub fn ring(&mut self, at: (f64, f64), dx: f64, radius: f64, token: Token) {
        let at = pixel(self.frame.px(at.0) + dx, self.frame.py(at.1));
        let size = (radius * FINE).round() as i32;
        self.root.draw(&Circle::new(at, size, colour(Token::Paper).filled())).expect(SOUND);
        self.root.draw(&Circle::new(at, size, stroke(token, 1.5, 1.0))).expect(SOUND);
        self.keep_out(at, radius);
    }

    fn keep_out(&mut self, at: (i32, i32), radius: f64) {
        let (x, y) = (f64::from(at.0) / FINE, f64::from(at.1) / FINE);
        self.taken.push([x - radius, y - radius, x + radius, y + radius]);
    }

    /// A line through pixels.
    pub fn path(&mut self, points: &[(f64, f64)], token: Token, width: f64, opacity: f64) {
        let points: Vec<(i32, i32)> = points.iter().map(|(x, y)| pixel(*x, *y)).collect();
        self.root.draw(&PathElement::new(points, stroke(token, width, opacity))).expect(SOUND);
    }

    /// A filled rectangle in pixels: left, top, right, bottom.
    pub fn block(&mut self, [left, top, right, bottom]: [f64; 4], token: Token, opacity: f64) {
        let corners = [pixel(left, top), pixel(right, bottom)];
        self.root.draw(&Rectangle::new(corners, colour(token).mix(opacity).filled())).expect(SOUND);
    }

    /// A hatched rectangle in pixels: what is not known.
    pub fn hatch(&mut self, [left, top, right, bottom]: [f64; 4], token: Token) {
        let outline = pen::hatch(left, top, right - left, bottom - top, 5.0);
        for line in outline.split('M').filter(|line| !line.is_empty()) {
            let points: Vec<(f64, f64)> = line.split('L').filter_map(coordinates).collect();
            self.path(&points, token, 1.0, 1.0);
        }
        self.taken.push([left, top, right, bottom]);
    }

    /// What is said where somebody points at a rectangle: left, top, right, bottom. Later ones lie above earlier ones.
    pub fn say(&mut self, place: [f64; 4], words: Option<String>) {
        self.said.extend(words.map(|words| (place, words)));
    }

    /// Keeps labels off a rectangle: left, top, right, bottom.
    pub fn reserve(&mut self, rectangle: [f64; 4]) {
        self.taken.push(rectangle);
    }

    /// A text with its vertical middle at `y`, wherever it falls.
    pub fn text(&mut self, words: &str, x: f64, y: f64, set: Set) {
        self.taken.push(set.extent(words, x, y));
        let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let h = match set.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        // the backend divides font sizes by 1.24
        let font = FontDesc::new(
            FontFamily::SansSerif,
            set.size * FINE * 1.24,
            if set.bold { FontStyle::Bold } else { FontStyle::Normal },
        );
        let ink = colour(set.token);
        let style = TextStyle::from(font).color(&ink).pos(Pos::new(h, VPos::Center));
        self.root.draw(&Text::new(words, pixel(x, y), style)).expect(SOUND);
    }

    /// A text at the first of these places where it covers nothing and stays in the picture; left out when there is none.
    pub fn text_where_free(&mut self, words: &str, places: &[(f64, f64, Anchor)], set: Set) -> bool {
        for &(x, y, anchor) in places {
            let set = set.at(anchor);
            if self.is_free(set.extent(words, x, y)) {
                self.text(words, x, y, set);
                return true;
            }
        }
        false
    }

    fn is_free(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        let inside = left >= 0.0 && right <= self.look.width && top >= 0.0 && bottom <= self.look.height;
        let apart = |t: &[f64; 4]| right + 3.0 <= t[0] || left >= t[2] + 3.0 || bottom <= t[1] || top >= t[3];
        inside && self.taken.iter().all(apart)
    }

    /// The head of a chart: its name in bold, and a note in the second rank of ink.
    pub fn title(&mut self, name: &str, note: &str) {
        self.text(name, 0.0, 10.0, set(14.0, Token::Ink).bold());
        let x = measure::bold_width(name, 14.0) + 10.0;
        if x + measure::width(note, 12.0) <= self.look.width {
            self.text(note, x, 10.5, set(12.0, Token::Muted));
        } else {
            self.text(note, 0.0, 27.0, set(12.0, Token::Muted));
        }
    }

    /// A hairline across the data with its value on the left edge.
    pub fn grid(&mut self, y: f64, label: &str, strength: f64) {
        let at = self.frame.py(y);
        self.path(&[(self.frame.left, at), (self.frame.right, at)], Token::Line, strength, 1.0);
        self.text(label, self.frame.left - 8.0, at, set(12.0, Token::Muted).at(Anchor::End));
    }

    /// The shape of a verdict at a pixel: a check, a cross or a question mark.
    pub fn verdict(&mut self, verdict: crate::answer::verdict::Verdict, x: f64, y: f64) {
        use crate::answer::verdict::Verdict;
        let token = super::mark::token(verdict);
        match verdict {
            Verdict::Unsure => self.text("?", x, y, set(12.0, token).bold().at(Anchor::Middle)),
            Verdict::Pass | Verdict::Fail => {
                let outline = super::mark::shape(verdict, x, y, 10.0);
                for line in outline.split('M').filter(|line| !line.is_empty()) {
                    let points: Vec<(f64, f64)> = line.split('L').filter_map(coordinates).collect();
                    self.path(&points, token, 1.6, 1.0);
                }
                self.taken.push([x - 5.0, y - 5.0, x + 5.0, y + 5.0]);
            }
        }
    }
}

fn coordinates(pair: &str) -> Option<(f64, f64)> {
    let (x, y) = pair.split_once(' ')?;
    Some((x.parse().ok()?, y.parse().ok()?))
}

/// Round values from zero to at least `most`, about `n` of them: steps of 1, 2 or 5 times a power of ten.
pub fn round_steps(most: f64, n: usize) -> Vec<f64> {
    let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
    let wanted = most / n.max(1) as f64;
    let mut decade = 1.0;
    while decade > wanted {
        decade /= 10.0;
    }
    while decade * 10.0 <= wanted {
        decade *= 10.0;
    }
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * decade).find(|s| *s >= wanted).unwrap_or(decade * 10.0);
    let count = (most / step - 1e-9).ceil() as usize;
    (0..=count).map(|i| i as f64 * step).collect()
}

/// Round values of a logarithmic axis between two positive bounds: 1, 2 and 5 of every decade, or only 1 when these are
/// more than `n`.
pub fn log_steps(low: f64, high: f64, n: usize) -> Vec<f64> {
    let steps = |factors: &[f64]| {
        let mut all = Vec::new();
        let mut decade = 1e-12;
        while decade <= high && decade < 1e12 {
            all.extend(
                factors.iter().map(|f| f * decade).filter(|v| *v >= low * 0.999 && *v <= high * 1.001),
            );
            decade *= 10.0;
        }
        all
    };
    let fine = steps(&[1.0, 2.0, 5.0]);
    if fine.len() <= n { fine } else { steps(&[1.0]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(round_steps(1_870e3, 4), [0.0, 500e3, 1_000e3, 1_500e3, 2_000e3]);
        assert_eq!(round_steps(0.0, 4), [0.0, 0.5, 1.0], "an axis without values still has a scale");
        let logs = log_steps(0.05, 12.0, 9);
        assert_eq!(logs.len(), 8);
        assert!((logs[0] - 0.05).abs() < 1e-9);
    }

    #[test]
    fn labels_of_plotters_are_escaped() {
        let look = Look { lang: crate::text::Lang::En, skin: Skin::Dark, width: 100.0, height: 50.0 };
        let frame = Frame { left: 10.0, top: 10.0, right: 90.0, bottom: 40.0, x: (0.0, 1.0), y: (0.0, 1.0) };
        let svg = draw(&look, "s", frame, |sheet| {
            sheet.text("<script> \"#16202C\"", 5.0, 5.0, set(12.0, Token::Ink));
        });
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt; &quot;#16202C&quot;"), "{svg}");
        assert!(svg.contains("fill=\"#e8edf2\"") && svg.ends_with("</svg>"));
    }
}
