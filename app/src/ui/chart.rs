//! Charts as SVG text: stacked bars and a stepped line with gaps. They read in black and white (patterns and numbers,
//! never colour alone), at 390 px, and aloud (`role="img"` with title and description); the table behind each is the
//! caller's, beside it. Refuses scales that do not start at zero, and lines across a gap.

use std::fmt::Write as _;

use leptos::prelude::*;

/// How a part of a bar is drawn, so that parts differ without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Full.
    Solid,
    /// Slanting lines.
    Hatched,
    /// Nothing but the border.
    Empty,
    /// Dots.
    Dotted,
    /// Crossed lines.
    Crossed,
}

impl Fill {
    const PATTERNS: [Self; 3] = [Self::Hatched, Self::Dotted, Self::Crossed];

    fn key(self) -> &'static str {
        match self {
            Self::Solid => "s",
            Self::Hatched => "h",
            Self::Empty => "e",
            Self::Dotted => "d",
            Self::Crossed => "x",
        }
    }

    fn paint(self, id: &str) -> String {
        match self {
            Self::Solid => "currentColor".to_owned(),
            Self::Empty => "#fff".to_owned(),
            _ => format!("url(#{id}-{})", self.key()),
        }
    }
}

/// A column of a chart: a quarter, a kind of unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartColumn {
    /// Lines below the column, each at most four characters wide: 「三季度」, 「2026」, 「进行中」.
    pub labels: Vec<String>,
    /// A value per part, `None` where there is no data: a gap, no zero.
    pub values: Option<Vec<u32>>,
}

/// What a chart shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Unique on the page, of letters, digits and `-`: the patterns and the description hang on it.
    pub id: String,
    /// What it is.
    pub title: String,
    /// What it says, in words, for those who do not see it.
    pub words: String,
    /// Names and fills of the parts, from the ground up; a line takes the first one.
    pub parts: Vec<(String, Fill)>,
    /// Columns in order.
    pub columns: Vec<ChartColumn>,
}

const WIDTH: u32 = 360;
const LEFT: u32 = 26;
const TOP: u32 = 14;
const HEIGHT: u32 = 120;
const LINE: u32 = 13;

/// Stacked bars, one per column.
pub fn stacked_bars(chart: &Chart) -> AnyView {
    figure(stacked_html(chart))
}

/// A stepped line through the first value of each column, broken at gaps.
pub fn step_line(chart: &Chart) -> AnyView {
    figure(step_html(chart))
}

/// What stands in the `<figure class="chart">` of [`stacked_bars`], for a page that is no view.
pub fn stacked_html(chart: &Chart) -> String {
    let mut html = bars(chart);
    html.push_str("<figcaption class=\"chart-legend\">");
    for (label, fill) in &chart.parts {
        // Writing into a String cannot fail.
        let _ = write!(
            html,
            "<span><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><rect x=\"1\" y=\"1\" width=\"12\" height=\"12\" \
             fill=\"{}\" stroke=\"currentColor\"/></svg>{}</span>",
            fill.paint(&chart.id),
            escaped(label)
        );
    }
    html.push_str("</figcaption>");
    html
}

/// The same of [`step_line`].
pub fn step_html(chart: &Chart) -> String {
    line(chart)
}

fn figure(html: String) -> AnyView {
    view! { <figure class="chart" inner_html=html></figure> }.into_any()
}

/// Place and width of the columns.
fn step(columns: usize) -> u32 {
    (WIDTH - LEFT) / u32::try_from(columns.max(1)).unwrap_or(1)
}

fn head(chart: &Chart, top: u32) -> String {
    let rows = chart.columns.iter().map(|c| c.labels.len()).max().unwrap_or(0);
    let height = TOP + HEIGHT + LINE * u32::try_from(rows).unwrap_or(0) + 6;
    let id = &chart.id;
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-w\">\
         <title id=\"{id}-t\">{}</title><desc id=\"{id}-w\">{}</desc><defs>",
        escaped(&chart.title),
        escaped(&chart.words)
    );
    for fill in Fill::PATTERNS {
        let inside = match fill {
            Fill::Dotted => "<circle cx=\"2\" cy=\"2\" r=\"1\" fill=\"currentColor\"/>",
            Fill::Crossed => "<path d=\"M0 0L6 6M6 0L0 6\" stroke=\"currentColor\" stroke-width=\"1\"/>",
            _ => "<path d=\"M0 6L6 0\" stroke=\"currentColor\" stroke-width=\"1.4\"/>",
        };
        let size = if fill == Fill::Dotted { 4 } else { 6 };
        let _ = write!(
            out,
            "<pattern id=\"{id}-{}\" patternUnits=\"userSpaceOnUse\" width=\"{size}\" height=\"{size}\">\
             <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/>{inside}</pattern>",
            fill.key()
        );
    }
    let _ = write!(
        out,
        "</defs><g font-size=\"11\" fill=\"currentColor\"><path d=\"M{LEFT} {ground}H{WIDTH}M{LEFT} {TOP}H{WIDTH}\" \
         stroke=\"currentColor\" stroke-width=\".5\" fill=\"none\" opacity=\".5\"/>\
         <text x=\"{x}\" y=\"{ground}\" text-anchor=\"end\">0</text>\
         <text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{top}</text>",
        ground = TOP + HEIGHT,
        x = LEFT - 4,
        y = TOP + 4,
    );
    for (n, column) in (0_u32..).zip(&chart.columns) {
        let x = LEFT + step(chart.columns.len()) * n + step(chart.columns.len()) / 2;
        for (row, label) in (1_u32..).zip(&column.labels) {
            let y = TOP + HEIGHT + LINE * row;
            let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>", escaped(label));
        }
        if column.values.is_none() {
            let y = TOP + HEIGHT - 4;
            let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">—</text>");
        }
    }
    out
}

/// Height of `value` on a scale that ends with `top`.
fn scaled(value: u32, top: u32) -> u32 {
    u32::try_from(u64::from(value) * u64::from(HEIGHT) / u64::from(top.max(1))).unwrap_or(HEIGHT)
}

fn number(out: &mut String, x: u32, y: u32, value: u32) {
    let _ = write!(
        out,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{value}</text>"
    );
}

fn bars(chart: &Chart) -> String {
    let sums = chart
        .columns
        .iter()
        .filter_map(|c| c.values.as_ref())
        .map(|v| v.iter().fold(0_u32, |a, b| a.saturating_add(*b)));
    let top = sums.max().unwrap_or(0).max(1);
    let mut out = head(chart, top);
    let wide = step(chart.columns.len());
    let bar = (wide * 6 / 10).clamp(8, 44);
    for (n, column) in (0_u32..).zip(&chart.columns) {
        let Some(values) = &column.values else { continue };
        let x = LEFT + wide * n + (wide - bar) / 2;
        let mut sum = 0_u32;
        for ((label, fill), value) in chart.parts.iter().zip(values) {
            let (low, high) = (scaled(sum, top), scaled(sum.saturating_add(*value), top));
            sum = sum.saturating_add(*value);
            if *value == 0 {
                continue;
            }
            let y = TOP + HEIGHT - high;
            let _ = write!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{bar}\" height=\"{h}\" fill=\"{paint}\" stroke=\"currentColor\">\
                 <title>{label} {value}</title></rect>",
                h = high - low,
                paint = fill.paint(&chart.id),
                label = escaped(label),
            );
            if high - low >= 12 {
                number(&mut out, x + bar / 2, y + (high - low) / 2 + 4, *value);
            }
        }
        if sum == 0 {
            number(&mut out, x + bar / 2, TOP + HEIGHT - 4, 0);
        }
    }
    out.push_str("</g></svg>");
    out
}

fn line(chart: &Chart) -> String {
    let first = |column: &ChartColumn| column.values.as_ref().and_then(|v| v.first().copied());
    let top = chart.columns.iter().filter_map(first).max().unwrap_or(0).max(1);
    let mut out = head(chart, top);
    let wide = step(chart.columns.len());
    let mut path = String::new();
    let mut before = None;
    for (n, column) in (0_u32..).zip(&chart.columns) {
        let value = first(column);
        if let Some(value) = value {
            let (x, y) = (LEFT + wide * n, TOP + HEIGHT - scaled(value, top));
            // A gap lifts the pen.
            let _ = match before {
                Some(_) => write!(path, "V{y}H{}", x + wide),
                None => write!(path, "M{x} {y}H{}", x + wide),
            };
        }
        before = value;
    }
    let _ = write!(out, "<path d=\"{path}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>");
    for (n, column) in (0_u32..).zip(&chart.columns) {
        if let Some(value) = first(column) {
            let (x, y) = (LEFT + wide * n + wide / 2, TOP + HEIGHT - scaled(value, top));
            let _ = write!(out, "<rect x=\"{}\" y=\"{}\" width=\"6\" height=\"6\"/>", x - 3, y.saturating_sub(3));
            number(&mut out, x, y.max(TOP + 6) - 6, value);
        }
    }
    out.push_str("</g></svg>");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: Vec<Option<Vec<u32>>>) -> Chart {
        Chart {
            id: "c".into(),
            title: "履责<按季度>".into(),
            words: "共两个季度".into(),
            parts: vec![("按期".into(), Fill::Solid), ("补记".into(), Fill::Hatched)],
            columns: values
                .into_iter()
                .map(|values| ChartColumn { labels: vec!["一季度".into(), "2026".into()], values })
                .collect(),
        }
    }

    #[test]
    fn a_gap_is_no_zero_and_lifts_the_pen() {
        let with_gap = chart(vec![Some(vec![3, 0]), None, Some(vec![0, 0]), Some(vec![2, 1])]);
        let drawn = bars(&with_gap);
        assert_eq!(drawn.matches("<rect x=").count(), 3, "{drawn}");
        assert_eq!(drawn.matches(">—<").count(), 1);
        let path = line(&with_gap);
        assert_eq!(path.matches("d=\"M26 ").count(), 2, "{path}");
        assert_eq!(path.matches('M').count(), 7, "{path}");
    }

    #[test]
    fn it_says_what_it_is_and_escapes_it() {
        let drawn = bars(&chart(vec![Some(vec![1, 1])]));
        assert!(drawn.contains("role=\"img\" aria-labelledby=\"c-t c-w\""));
        assert!(drawn.contains("履责&lt;按季度&gt;") && drawn.contains("<desc id=\"c-w\">共两个季度</desc>"));
        assert!(!drawn.contains("style="), "nothing that the content policy refuses");
        assert!(bars(&chart(Vec::new())).ends_with("</svg>"));
        assert!(bars(&chart(vec![Some(vec![u32::MAX / 2, 9])])).ends_with("</svg>"));
    }

    #[test]
    fn the_bar_of_a_column_is_as_high_as_its_sum() {
        let drawn = bars(&chart(vec![Some(vec![3, 1]), Some(vec![2, 0])]));
        // 4 of 4 is the whole height: three quarters below, one above.
        assert!(
            drawn.contains("y=\"44\" width=\"44\" height=\"90\"")
                && drawn.contains("y=\"14\" width=\"44\" height=\"30\""),
            "{drawn}"
        );
    }
}
