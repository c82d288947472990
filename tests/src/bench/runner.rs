//! Runs the ways of a row in turn.

use super::report::{Figure, Row, Unit};
use anyhow::{Context, Result};

/// The rows and columns to measure, and the number of runs.
pub struct Selection {
    pub runs: u32,
    pub quick: bool,
    /// Parts of names; if empty, everything is measured.
    pub filter: Vec<String>,
    /// Names of columns; if empty, all are measured.
    pub columns: Vec<String>,
    /// True if a profiler needs the names of functions.
    pub perf_map: bool,
}

/// Runs a row once, and returns the cost of an operation in the row's unit.
pub type Way<'a> = Box<dyn FnMut() -> Result<f64> + 'a>;

impl Selection {
    pub fn wants(&self, table: &str, row: &str) -> bool {
        let name = format!("{table}/{row}");
        self.filter.is_empty() || self.filter.iter().any(|part| name.contains(part))
    }

    /// Returns the number of repetitions in one run.
    pub fn count(&self, count: u32) -> u32 {
        if self.quick { count.div_ceil(1000) } else { count }
    }

    fn wants_column(&self, column: &str) -> bool {
        self.columns.is_empty() || self.columns.iter().any(|it| it == column)
    }

    /// Measures a row. `ways` has none for a column that lacks this row.
    pub fn measure(&self, name: &str, unit: Unit, columns: &[&str], ways: Vec<Option<Way>>) -> Result<Row> {
        eprintln!("measuring: {name}");
        let wanted = |(way, column): (Option<_>, &&str)| way.filter(|_| self.wants_column(column));
        let mut ways: Vec<_> = ways.into_iter().zip(columns).map(wanted).collect();
        let mut found = vec![Vec::new(); ways.len()];
        // The first round warms caches and does not count.
        for round in 0..=self.runs as usize {
            for turn in 0..ways.len() {
                // Every way starts and ends a round equally often.
                let at = (turn + round) % ways.len();
                let Some(way) = &mut ways[at] else { continue };
                let cost = way().with_context(|| format!("measuring `{name}`"))?;
                if round > 0 {
                    found[at].push(cost);
                }
            }
        }
        let figures = found.into_iter().map(Figure::of).collect();
        Ok(Row { name: name.into(), unit, figures })
    }
}
