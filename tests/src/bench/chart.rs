//! Draws a bar chart of ratios, as SVG. The same figures give the same bytes.

use super::report::{Measurements, Row, Table};
use std::fmt::Write;

const WIDTH: u32 = 860;
/// The left and right ends of the bars; names are to the left, numbers to the right.
const LEFT: u32 = 220;
const RIGHT: u32 = 810;
const BAR: u32 = 11;
/// The gap between two rows.
const GAP: u32 = 7;
/// The height of a table's legend and scale.
const HEAD: u32 = 52;
const FOOT: u32 = 14;
/// The ratio at which bars are cut off; the number still shows the value.
const MOST: f64 = 2.5;

/// A colour for each ratio that a table charts.
const COLOURS: [&str; 4] = ["#c9803a", "#2f6fae", "#5b9b5f", "#8a6bb0"];
const TEXT: &str = "#333333";
const LINES: &str = "#cccccc";

/// Draws the tables that have ratios to be charted, one below the other.
pub fn svg(report: &Measurements) -> String {
    let mut parts = String::new();
    let mut y = 0;
    for table in report.tables.iter().filter(|table| !table.charted.is_empty() && !table.rows.is_empty()) {
        legend(&mut parts, table, y);
        let top = y + HEAD;
        let bottom = top + table.rows.len() as u32 * pitch(table);
        scale(&mut parts, top, bottom);
        for (row, at) in table.rows.iter().zip((top..).step_by(pitch(table) as usize)) {
            bars(&mut parts, table, row, at);
        }
        y = bottom;
    }
    let height = y + FOOT;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         {parts}</svg>\n"
    )
}

/// Returns the distance from one row to the next.
fn pitch(table: &Table) -> u32 {
    table.charted.len() as u32 * BAR + GAP
}

fn legend(svg: &mut String, table: &Table, y: u32) {
    text(svg, LEFT - 8, y + 22, "end", &table.name);
    for (at, ratio) in table.charted.iter().enumerate() {
        let x = LEFT + at as u32 * 150;
        rectangle(svg, x, y + 14, 10, COLOURS[at % COLOURS.len()]);
        text(svg, x + 15, y + 22, "start", &table.ratio_name(*ratio));
    }
}

/// Draws lines at halves, and a dark one at 1.
fn scale(svg: &mut String, top: u32, bottom: u32) {
    for half in 0..=5 {
        let (ratio, colour) = (f64::from(half) / 2.0, if half == 2 { TEXT } else { LINES });
        let x = LEFT + length(ratio);
        text(svg, x, top - 10, "middle", &format!("{ratio:.1}"));
        // Writing to a string cannot fail.
        let _ = writeln!(svg, "<path d=\"M{x} {}V{bottom}\" stroke=\"{colour}\"/>", top - 5);
    }
}

fn bars(svg: &mut String, table: &Table, row: &Row, y: u32) {
    let height = table.charted.len() as u32 * BAR;
    text(svg, LEFT - 8, y + height / 2 + 4, "end", &row.name);
    for (at, ratio) in table.charted.iter().enumerate() {
        let Some(value) = row.ratio(*ratio) else { continue };
        let y = y + at as u32 * BAR;
        rectangle(svg, LEFT, y, length(value), COLOURS[at % COLOURS.len()]);
        text(svg, LEFT + length(value) + 4, y + BAR - 1, "start", &format!("{value:.2}"));
    }
}

/// Returns the length of a ratio's bar.
fn length(ratio: f64) -> u32 {
    (ratio.min(MOST) / MOST * f64::from(RIGHT - LEFT)).round() as u32
}

fn rectangle(svg: &mut String, x: u32, y: u32, width: u32, colour: &str) {
    let height = BAR - 1;
    let _ = writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\"/>");
}

fn text(svg: &mut String, x: u32, y: u32, anchor: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"{TEXT}\">{text}</text>");
}
