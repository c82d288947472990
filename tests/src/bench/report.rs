//! The figures and their presentation.

use serde::Serialize;
use std::fmt;

/// All tables of a run.
#[derive(Serialize)]
pub struct Measurements {
    pub tables: Vec<Table>,
}

/// Rows of one kind, run in several ways.
#[derive(Serialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// The columns that are compared: the first with the second.
    pub ratios: Vec<(usize, usize)>,
    /// The ratios that the chart shows.
    pub charted: Vec<(usize, usize)>,
    pub rows: Vec<Row>,
}

#[derive(Serialize)]
pub struct Row {
    pub name: String,
    pub unit: Unit,
    /// The figure of each column; none if the column lacks this row.
    pub figures: Vec<Option<Figure>>,
}

/// The unit of a figure; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Nanoseconds,
    Bytes,
}

/// The cost of one operation over several runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Figure {
    /// Returns none if there are no costs.
    pub fn of(mut costs: Vec<f64>) -> Option<Self> {
        costs.sort_by(f64::total_cmp);
        let (least, most) = (*costs.first()?, *costs.last()?);
        let middle = [costs[(costs.len() - 1) / 2], costs[costs.len() / 2]];
        Some(Self { median: (middle[0] + middle[1]) / 2.0, least, most })
    }
}

impl Measurements {
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("figures and names are JSON") + "\n"
    }
}

impl Row {
    /// Returns the cost of one column divided by that of another.
    pub fn ratio(&self, (of, to): (usize, usize)) -> Option<f64> {
        Some(self.figures[of]?.median / self.figures[to]?.median)
    }
}

impl Table {
    pub fn new(name: &str, columns: &[&str], ratios: &[(usize, usize)], rows: Vec<Row>) -> Self {
        let columns = columns.iter().map(ToString::to_string).collect();
        Self { name: name.into(), columns, ratios: ratios.into(), charted: Vec::new(), rows }
    }

    pub fn has_figures(&self) -> bool {
        self.rows.iter().any(|row| row.figures.iter().any(Option::is_some))
    }

    pub fn charted(self, ratios: &[(usize, usize)]) -> Self {
        Self { charted: ratios.into(), ..self }
    }

    /// Returns the geometric mean of a ratio over all rows that have it.
    pub fn mean(&self, ratio: (usize, usize)) -> Option<f64> {
        let logarithms: Vec<_> = self.rows.iter().filter_map(|row| row.ratio(ratio)).map(f64::ln).collect();
        (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
    }

    /// Returns the name of a ratio, such as `shim/direct`.
    pub fn ratio_name(&self, (of, to): (usize, usize)) -> String {
        format!("{}/{}", self.columns[of], self.columns[to])
    }
}

impl Unit {
    /// Formats a quantity with about three digits, such as `24.6 µs`.
    pub fn show(self, quantity: f64) -> String {
        let units: &[(&str, f64)] = match self {
            Unit::Nanoseconds => &[("ns", 1e3), ("µs", 1e3), ("ms", 1e3), ("s", f64::INFINITY)],
            Unit::Bytes => &[("B", 1024.0), ("KiB", 1024.0), ("MiB", f64::INFINITY)],
        };
        let mut quantity = quantity;
        for (name, next) in units {
            // A value that rounding would take to the next unit is shown in that unit.
            if quantity.abs() < next - 0.5 {
                let digits = match quantity.abs() {
                    _ if *name == "B" => 0,
                    ..9.995 => 2,
                    ..99.95 => 1,
                    _ => 0,
                };
                return format!("{quantity:.digits$} {name}");
            }
            quantity /= next;
        }
        unreachable!("the last unit has no next")
    }
}

impl fmt::Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = self.tables.iter().filter(|table| !table.rows.is_empty());
        tables.map(ToString::to_string).collect::<Vec<_>>().join("\n").fmt(f)
    }
}

/// The assumed width of a terminal.
const WIDTH: usize = 110;

type Line = Vec<String>;

/// Prints ratios beside the costs, or below them if the line would be too long.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (costs, ratios) = (self.costs(), self.comparisons());
        let beside: Vec<Line> = costs
            .iter()
            .zip(&ratios)
            .map(|(cost, ratio)| [cost, &ratio[1..]].concat())
            .chain(self.means(true))
            .collect();
        let wide = aligned(&beside);
        if wide.lines().all(|line| line.chars().count() <= WIDTH) {
            return f.write_str(&wide);
        }
        let below: Vec<Line> = ratios.into_iter().chain(self.means(false)).collect();
        write!(f, "{}\n{}", aligned(&costs), aligned(&below))
    }
}

impl Table {
    fn costs(&self) -> Vec<Line> {
        let cost =
            |row: &Row, figure: &Option<Figure>| figure.map_or("-".into(), |figure| row.unit.show(figure.median));
        let costs = |row: &Row| line(&row.name, row.figures.iter().map(|figure| cost(row, figure)));
        [line(&self.name, self.columns.iter().cloned())].into_iter().chain(self.rows.iter().map(costs)).collect()
    }

    fn comparisons(&self) -> Vec<Line> {
        let names = self.ratios.iter().map(|ratio| self.ratio_name(*ratio));
        let ratios = |row: &Row| line(&row.name, self.ratios.iter().map(|ratio| shown(row.ratio(*ratio))));
        [line(&self.name, names)].into_iter().chain(self.rows.iter().map(ratios)).collect()
    }

    /// Returns the means of the ratios, if there are several rows.
    fn means(&self, beside_costs: bool) -> Option<Line> {
        let blanks = if beside_costs { self.columns.len() } else { 0 };
        let means = self.ratios.iter().map(|ratio| shown(self.mean(*ratio)));
        let cells = (0..blanks).map(|_| String::new()).chain(means);
        (self.rows.len() > 1).then(|| line("geometric mean", cells))
    }
}

fn line(name: &str, cells: impl Iterator<Item = String>) -> Line {
    [name.to_owned()].into_iter().chain(cells).collect()
}

fn aligned(lines: &[Line]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..lines[0].len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).skip(1).map(|(cell, width)| format!("  {cell:>width$}"));
        let whole = format!("{:width$}{}", line[0], cells.collect::<String>(), width = widths[0]);
        text += whole.trim_end();
        text.push('\n');
    }
    text
}

fn shown(ratio: Option<f64>) -> String {
    ratio.map_or("-".into(), |ratio| format!("{ratio:.2}"))
}
