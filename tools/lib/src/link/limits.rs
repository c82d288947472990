//! Handles programs that would exceed engines' limits in the layout that suits them best.

use super::Linked;
use crate::Layout;
use crate::merge::Exceeded;
use anyhow::{Result, bail};

/// Links in `layout` or, if that exceeds a limit, in the first other layout that does not. If `layout` was asked for,
/// the other one is only suggested.
pub fn first_within(layout: Layout, asked: Layout, make: impl Fn(Layout) -> Result<Linked>) -> Result<Linked> {
    let error = match make(layout) {
        Err(error) if error.is::<Exceeded>() => error,
        made => return made,
    };
    let others = [Layout::Guest, Layout::Adapter].into_iter().filter(|other| *other != layout);
    let Some((other, mut linked)) = others.into_iter().find_map(|other| Some((other, make(other).ok()?))) else {
        return Err(error);
    };
    if asked != Layout::Auto {
        bail!("in the layout `{layout}` it is too large: {error:#}; `--layout {other}` takes it");
    }
    linked
        .warnings
        .insert(0, format!("it is linked in the layout `{other}`; in `{layout}` it is too large: {error:#}"));
    Ok(linked)
}
