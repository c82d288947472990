//! Runs the ways of a row in turn.

use super::report::{Figure, Row, Unit};
use anyhow::{Context, Result};

/// What is to be measured, and how often.
pub struct Plan {
    pub runs: u32,
    pub quick: bool,
    /// Parts of names; with none, everything is measured.
    pub filter: Vec<String>,
    /// Names; with none, all columns are measured.
    pub columns: Vec<String>,
    /// Whether a profiler shall know the names of functions.
    pub perf_map: bool,
}

/// One run: what an operation has cost, in the row's unit.
pub type Way<'a> = Box<dyn FnMut() -> Result<f64> + 'a>;

impl Plan {
    pub fn wants(&self, table: &str, row: &str) -> bool {
        let name = format!("{table}/{row}");
        self.filter.is_empty() || self.filter.iter().any(|part| name.contains(part))
    }

    /// How often something is done in one run.
    pub fn count(&self, count: u32) -> u32 {
        if self.quick { count.div_ceil(1000) } else { count }
    }

    fn wants_column(&self, column: &str) -> bool {
        self.columns.is_empty() || self.columns.iter().any(|it| it == column)
    }

    /// Measures a row. A column that has no such row has no way.
    pub fn measure(&self, name: &str, unit: Unit, columns: &[&str], ways: Vec<Option<Way>>) -> Result<Row> {
        eprintln!("measuring: {name}");
        let wanted = |(way, column): (Option<_>, &&str)| way.filter(|_| self.wants_column(column));
        let mut ways: Vec<_> = ways.into_iter().zip(columns).map(wanted).collect();
        let mut found = vec![Vec::new(); ways.len()];
        // The first round of all warms caches and is not counted.
        for round in 0..=self.runs as usize {
            for turn in 0..ways.len() {
                // Who follows whom is as fair as who is measured when.
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
