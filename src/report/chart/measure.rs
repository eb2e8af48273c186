//! How wide text is, where it may break, and how labels make room for each other. Widths are estimates from classes of
//! characters (no font is at hand), a little on the wide side; full-width characters take a whole em.

/// Estimated width of a text at a font size, in pixels.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// The same in bold: full-width characters keep their square.
pub fn bold_width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if is_wide(c) { 1.0 } else { em(c) * 1.12 }).sum::<f64>() * size
}

/// Width of one character in em.
fn em(c: char) -> f64 {
    match c {
        c if is_wide(c) => 1.0,
        '0'..='9' => 0.63,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.3,
        ' ' | '(' | ')' | '[' | ']' | 'f' | 't' | 'r' | '-' | '/' => 0.38,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.92,
        'A'..='Z' => 0.68,
        'a'..='z' => 0.56,
        _ => 0.62,
    }
}

/// Whether a character fills a square of its own: kana, kanji, full-width forms.
pub fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
}

/// Characters that may not start a line.
fn hangs(c: char) -> bool {
    "、。ー」・ャュョッァィゥェォゃゅょっ,.%)\u{ff09}\u{ff0c}\u{ff0e}".contains(c)
}

/// Cuts a text into lines of at most `max` pixels: at spaces, after hyphens, between full-width characters, and inside a
/// word only when the word alone is too wide. Nothing is cut off.
pub fn wrap(text: &str, size: f64, max: f64) -> Vec<String> {
    wrap_by(text, max, |piece| width(piece, size))
}

/// The same for bold text.
pub fn wrap_bold(text: &str, size: f64, max: f64) -> Vec<String> {
    wrap_by(text, max, |piece| bold_width(piece, size))
}

fn wrap_by(text: &str, max: f64, width: impl Fn(&str) -> f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let joined = width(line.trim_end()) + width(piece.trim_end());
        let space = if line.ends_with(' ') { width(" ") } else { 0.0 };
        if !line.is_empty() && joined + space > max {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        if width(piece.trim_end()) > max {
            for c in piece.chars() {
                if !line.is_empty() && !hangs(c) && width(&line) + width(c.encode_utf8(&mut [0; 4])) > max {
                    lines.push(line.trim_end().to_owned());
                    line.clear();
                }
                line.push(c);
            }
        } else {
            line.push_str(&piece);
        }
    }
    if !line.trim_end().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// The smallest parts that stay together.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        let joins = match before {
            None => false,
            Some(b) => {
                let katakana = |c: char| matches!(u32::from(c), 0x30a1..=0x30ff);
                let breaks =
                    b == ' ' || b == '-' || (is_wide(b) || is_wide(c)) && !(katakana(b) && katakana(c));
                !breaks || hangs(c) || c == ' '
            }
        };
        match out.last_mut() {
            Some(last) if joins => last.push(c),
            _ => out.push(c.to_string()),
        }
        before = Some(c);
    }
    out
}

/// Moves the tops of labels apart. Each wants its centre at `wanted` and is `height` tall; the answer keeps their order,
/// lies within `low..high` as far as they fit, and moves them as little as that allows (pool adjacent violators).
/// `wanted` must be sorted. O(n).
pub fn spread(labels: &[(f64, f64)], low: f64, high: f64) -> Vec<f64> {
    // a pool: index of its first label, how many, sum of wished offsets, total height
    struct Pool {
        count: usize,
        top: f64,
        wish: f64,
        height: f64,
    }
    let mut pools: Vec<Pool> = Vec::new();
    for &(wanted, height) in labels {
        let mut pool = Pool { count: 1, top: 0.0, wish: wanted - height / 2.0, height };
        place(&mut pool.top, pool.wish, 1, pool.height, low, high);
        while let Some(last) = pools.last() {
            if last.top + last.height <= pool.top + 1e-9 {
                break;
            }
            let last = pools.pop().expect("there is a last one");
            let wish = last.wish + pool.wish - last.height * pool.count as f64;
            pool = Pool { count: last.count + pool.count, top: 0.0, wish, height: last.height + pool.height };
            place(&mut pool.top, pool.wish, pool.count, pool.height, low, high);
        }
        pools.push(pool);
    }
    let mut tops = Vec::with_capacity(labels.len());
    for pool in pools {
        let mut top = pool.top;
        for _ in 0..pool.count {
            let height = labels[tops.len()].1;
            tops.push(top);
            top += height;
        }
    }
    tops
}

fn place(top: &mut f64, wish: f64, count: usize, height: f64, low: f64, high: f64) {
    *top = (wish / count as f64).min(high - height).max(low);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_counts_as_one_em() {
        assert!((width("東京", 10.0) - 20.0).abs() < 1e-9);
        assert!(width("Tokyo", 10.0) < 35.0);
    }

    #[test]
    fn wrapping_keeps_every_character_and_the_width() {
        for text in [
            "Application Load Balancer",
            "フロントエンド Pod",
            "ElastiCache",
            "ワーカーノードのとても長い名前",
            "",
        ] {
            let lines = wrap(text, 12.0, 80.0);
            let strip = |s: &str| s.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(strip(&lines.concat()), strip(text));
            assert!(lines.iter().all(|l| width(l, 12.0) <= 80.0), "{lines:?}");
        }
    }

    #[test]
    fn crowded_labels_move_apart_and_keep_their_order() {
        let labels = [(10.0, 20.0), (12.0, 20.0), (14.0, 20.0), (90.0, 20.0)];
        let tops = spread(&labels, 0.0, 100.0);
        for pair in tops.windows(2) {
            assert!(pair[1] - pair[0] >= 20.0 - 1e-6, "{tops:?}");
        }
        assert!(tops[0] >= 0.0 && tops[3] <= 80.0 + 1e-9);
        assert!((tops[3] - 80.0).abs() < 1e-9, "an uncrowded label stays where it wants to be");
    }
}
