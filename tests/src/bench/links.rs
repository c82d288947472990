//! Measures linking a module into a component.

use super::report::{Table, Unit};
use super::runner::{Selection, Way};
use super::{generated, ways};
use crate::run::{self, Adapter, LAYOUTS};
use anyhow::Result;
use std::time::Instant;

const NAME: &str = "link";

/// The official adapter, then the layouts of ours.
const COLUMNS: [&str; 4] = ["official", "isolated", "guest", "adapter"];
const RATIOS: [(usize, usize); 3] = [(1, 0), (2, 0), (3, 0)];

const ROWS: [(&str, usize); 2] = [("module of 3 MB", 3_000_000), ("module of 20 MB", 20_000_000)];

pub fn table(plan: &Selection) -> Result<Table> {
    let mut rows = Vec::new();
    for (row, len) in ROWS.into_iter().filter(|(row, _)| plan.wants(NAME, row)) {
        let module = generated::module(if plan.quick { len / 100 } else { len });
        let mut ways: Vec<Option<Way>> = vec![Some(Box::new(|| time(|| ways::official(&module))))];
        for layout in LAYOUTS {
            let module = &module;
            ways.push(Some(Box::new(move || time(|| run::link(module, Adapter::OursIn(layout))))));
        }
        rows.push(plan.measure(row, Unit::Nanoseconds, &COLUMNS, ways)?);
    }
    Ok(Table::new(NAME, &COLUMNS, &RATIOS, rows))
}

fn time(link: impl FnOnce() -> Result<Vec<u8>>) -> Result<f64> {
    let began = Instant::now();
    let component = link()?;
    let time = began.elapsed();
    drop(component);
    Ok(time.as_nanos() as f64)
}
