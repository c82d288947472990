//! Finds the first call of preview1 in which two runs part.

use std::fmt;

/// The calls of preview1 that module and component made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TracedCalls {
    /// The number of calls that are the same on both sides, up to the first that differs.
    pub same: usize,
    /// The last of these.
    pub before: Vec<String>,
    /// The first call that differs.
    pub difference: Option<CallDifference>,
}

/// A call that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallDifference {
    /// The module's call; none if it made no more calls.
    pub module: Option<String>,
    /// The component's.
    pub component: Option<String>,
    /// True if the module made the same calls up to this one, and this one, when run under preview1 again.
    pub steady: bool,
}

/// The number of calls that are shown before the one that differs.
const SHOWN: usize = 8;

impl TracedCalls {
    /// Compares the calls of both sides.
    pub(super) fn between(module: &[String], component: &[String]) -> TracedCalls {
        let same = same(module, component);
        let calls = [module, component].map(|calls| calls.get(same).cloned());
        let difference = (calls[0] != calls[1]).then(|| {
            let [module, component] = calls;
            CallDifference { module, component, steady: true }
        });
        let before = module[same.saturating_sub(SHOWN)..same].to_vec();
        TracedCalls { same, before, difference }
    }

    /// Notes the calls of the module in another run.
    pub(super) fn compare_again(&mut self, module: &[String], again: &[String]) {
        if let Some(difference) = &mut self.difference {
            difference.steady = same(module, again) >= self.same && module.get(self.same) == again.get(self.same);
        }
    }
}

/// Returns the number of calls that are the same, up to the first that differs.
fn same(a: &[String], b: &[String]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

impl fmt::Display for TracedCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = if self.same == 1 { "1 call" } else { &format!("{} calls", self.same) };
        let Some(CallDifference { module, component, steady }) = &self.difference else {
            return write!(f, "module and component made the same {calls} of preview1");
        };
        let shown = |call: &Option<String>| call.clone().unwrap_or_else(|| "no more calls".into());
        writeln!(f, "module and component part after {calls} of preview1:")?;
        if self.before.len() < self.same {
            writeln!(f, "  ...")?;
        }
        for call in &self.before {
            writeln!(f, "  {call}")?;
        }
        write!(f, "  preview1:  {}\n  component: {}", shown(module), shown(component))?;
        if !steady {
            write!(f, "\n  (under preview1, too, no two runs make the same calls)")?;
        }
        Ok(())
    }
}
