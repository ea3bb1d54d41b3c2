//! Line plots as SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 42.0;
/// Lines that can be told apart.
const COLOURS: usize = 8;

/// A line and its name.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// How an axis is divided.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// From zero, evenly.
    Even,
    /// By powers of ten.
    Powers,
}

/// An axis.
pub(super) struct Axis<'a> {
    pub(super) name: &'a str,
    pub(super) scale: Scale,
    /// How a value is written.
    pub(super) label: fn(f64) -> String,
}

/// The bounds of an axis, and where its marks are.
struct Ticks {
    low: f64,
    high: f64,
    marks: Vec<f64>,
    scale: Scale,
}

impl Ticks {
    fn new(values: impl Iterator<Item = f64>, scale: Scale) -> Self {
        let (low, high) = values.fold((f64::MAX, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        match scale {
            Scale::Even => {
                let high = if high > 0.0 { high } else { 1.0 };
                let step = round_up(high / 5.0);
                let count = (high / step).ceil();
                let marks = std::iter::successors(Some(0.0), |mark| Some(mark + step));
                let marks: Vec<f64> = marks.take_while(|mark| *mark <= count * step * 1.0001).collect();
                Self { low: 0.0, high: count * step, marks, scale }
            }
            Scale::Powers => {
                let (low, high) = if high > 0.0 { (low.max(high / 1e9), high) } else { (1.0, 10.0) };
                let (low, high) = (10.0_f64.powf(low.log10().floor()), 10.0_f64.powf(high.log10().ceil()));
                let high = if high > low { high } else { low * 10.0 };
                let marks = std::iter::successors(Some(low), |mark| Some(mark * 10.0));
                Self { low, high, marks: marks.take_while(|mark| *mark <= high * 1.0001).collect(), scale }
            }
        }
    }

    /// Where a value lies, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Even => (value - self.low) / (self.high - self.low),
            Scale::Powers => (value.max(self.low) / self.low).log10() / (self.high / self.low).log10(),
        }
    }
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    let power = 10.0_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|it| it * power).find(|it| *it >= value * 0.9999).unwrap_or(power * 10.0)
}

/// Draws lines over a common axis.
pub(super) fn render(title: &str, x: &Axis<'_>, y: &Axis<'_>, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|line| line.points.iter().copied());
    let (across, up) = (Ticks::new(points().map(|it| it.0), x.scale), Ticks::new(points().map(|it| it.1), y.scale));
    let (width, height) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let at_x = |value: f64| LEFT + across.place(value) * width;
    let at_y = |value: f64| TOP + (1.0 - up.place(value)) * height;
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", escape(title));
    for mark in &up.marks {
        let (y_at, end, label) = (at_y(*mark), WIDTH - RIGHT, escape(&(y.label)(*mark)));
        let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{end}\" y1=\"{y_at:.1}\" y2=\"{y_at:.1}\"/>");
        let _ = write!(svg, "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{label}</text>", LEFT - 8.0, y_at + 4.0);
    }
    let floor = TOP + height;
    for mark in &across.marks {
        let (x_at, label) = (at_x(*mark), escape(&(x.label)(*mark)));
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{x_at:.1}\" x2=\"{x_at:.1}\" y1=\"{floor}\" y2=\"{}\"/>",
            floor + 5.0
        );
        let _ = write!(svg, "<text class=\"middle\" x=\"{x_at:.1}\" y=\"{}\">{label}</text>", floor + 18.0);
    }
    let (middle, below) = (LEFT + width / 2.0, HEIGHT - 6.0);
    let _ = write!(svg, "<text class=\"middle name\" x=\"{middle}\" y=\"{below}\">{}</text>", escape(x.name));
    for (index, line) in lines.iter().enumerate() {
        let path: Vec<String> = line.points.iter().map(|(x, y)| format!("{:.1},{:.1}", at_x(*x), at_y(*y))).collect();
        let _ = write!(svg, "<polyline class=\"line c{}\" points=\"{}\"/>", index % COLOURS, path.join(" "));
        if let [(x, y)] = line.points.as_slice() {
            let _ = write!(
                svg,
                "<circle class=\"dot c{}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>",
                index % COLOURS,
                at_x(*x),
                at_y(*y)
            );
        }
    }
    svg.push_str("</svg>");
    let legend: String = lines
        .iter()
        .enumerate()
        .map(|(index, line)| format!("<span class=\"key c{}\">{}</span>", index % COLOURS, escape(&line.name)))
        .collect();
    format!(
        "<figure><figcaption>{}<span class=\"unit\">{}</span></figcaption>{svg}<p class=\"legend\">{legend}</p></figure>",
        escape(title),
        escape(y.name)
    )
}

/// Text as it may stand in HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_marks_that_hold_every_value() {
        let even = Ticks::new([3.0, 47.0].into_iter(), Scale::Even);
        assert_eq!((even.low, even.high, even.marks.len()), (0.0, 50.0, 6));
        let powers = Ticks::new([3.0, 4700.0].into_iter(), Scale::Powers);
        assert_eq!((powers.low, powers.high, powers.marks.len()), (1.0, 10_000.0, 5));
        assert!((powers.place(100.0) - 0.5).abs() < 1e-9);
        for nothing in [Scale::Even, Scale::Powers] {
            let ticks = Ticks::new(std::iter::empty(), nothing);
            assert!(ticks.high > ticks.low && ticks.place(ticks.low).is_finite());
        }
    }

    #[test]
    fn names_cannot_break_out_of_the_page() {
        let axis = Axis { name: "<b>", scale: Scale::Even, label: |value| value.to_string() };
        let lines = [Line { name: "\"><script>".to_owned(), points: vec![(0.0, 1.0), (1.0, 2.0)] }];
        let page = render("a & b", &axis, &axis, &lines);
        assert!(!page.contains("<script>") && !page.contains("<b>") && page.contains("a &amp; b"));
    }
}
