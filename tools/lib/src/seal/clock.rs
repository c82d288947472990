//! A clock that lies in the component.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// A clock in place of the host's. It starts at a time, and goes on only when the program waits for a time, and by a step when
/// the program reads it.
///
/// As text it is a time and a step, `2026-01-31T12:00:00Z+1ms`, or a time alone, if it stands still. The time can also be given
/// in seconds since 1970: `@1769860800`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Clock {
    /// Nanoseconds since 1970.
    pub start: u64,
    /// Nanoseconds.
    pub step: u64,
}

impl Clock {
    /// Returns a clock that starts at `time`, and goes on by `step` at each reading.
    ///
    /// # Errors
    /// preview1 cannot tell the time, which is before 1970 or after 2554, or the step is too long.
    pub fn new(time: SystemTime, step: Duration) -> Result<Clock, BadClock> {
        let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| BadClock("it starts before 1970"))?;
        let start = since_1970.as_nanos().try_into().map_err(|_| BadClock("it starts after the year 2554"))?;
        let step = step.as_nanos().try_into().map_err(|_| BadClock("its step is longer than 584 years"))?;
        Ok(Clock { start, step })
    }

    /// Returns what lies in the sealed data.
    pub(crate) fn encode(self) -> Vec<u8> {
        [self.start, self.step].map(u64::to_le_bytes).concat()
    }
}

impl FromStr for Clock {
    type Err = BadClock;

    fn from_str(text: &str) -> Result<Clock, BadClock> {
        let (time, step) = match text.split_once('+') {
            Some((time, step)) => (time, humantime::parse_duration(step).map_err(|_| BadClock(STEPS))?),
            None => (text, Duration::ZERO),
        };
        let time = match time.strip_prefix('@') {
            Some(seconds) => {
                let since_1970 = seconds.parse().map_err(|_| BadClock(TIMES))?;
                SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(since_1970)).ok_or(BadClock(TIMES))?
            }
            None => humantime::parse_rfc3339(time).map_err(|_| BadClock(TIMES))?,
        };
        Clock::new(time, step)
    }
}

const TIMES: &str = "a time is given as 2026-01-31T12:00:00Z, or in seconds since 1970 as @1769860800";
const STEPS: &str = "a step is given as 20ns, 1ms or 5s";

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(self.start);
        humantime::format_rfc3339(time).fmt(f)?;
        if self.step == 0 {
            return Ok(());
        }
        write!(f, "+{}", humantime::format_duration(Duration::from_nanos(self.step)).to_string().replace(' ', ""))
    }
}

/// A clock that preview1 cannot have, or text that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadClock(&'static str);

impl fmt::Display for BadClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadClock {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_clock_are_the_same() {
        for (text, start, step) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("2026-01-31T12:00:00Z+1ms", 1_769_860_800_000_000_000, 1_000_000),
            ("2026-01-31T12:00:00.500000000Z+1h2s3ns", 1_769_860_800_500_000_000, 3_602_000_000_003),
        ] {
            assert_eq!(text.parse(), Ok(Clock { start, step }));
            assert_eq!(Clock { start, step }.to_string(), text);
        }
        assert_eq!("@1769860800+0s".parse(), Ok(Clock { start: 1_769_860_800_000_000_000, step: 0 }));
    }

    #[test]
    fn text_that_is_no_clock_is_an_error() {
        for (text, message) in [
            ("", TIMES),
            ("2026-01-31", TIMES),
            ("1969-12-31T23:59:59Z", TIMES),
            ("@-1", TIMES),
            ("@18446744073709551615", TIMES),
            ("2026-01-31T12:00:00Z+", STEPS),
            ("2026-01-31T12:00:00Z+1", STEPS),
            ("2026-01-31T12:00:00Z+1ms+1ms", STEPS),
            ("@18446744074", "it starts after the year 2554"),
            ("@0+600years", "its step is longer than 584 years"),
        ] {
            assert_eq!(text.parse::<Clock>().map_err(|error| error.0), Err(message), "{text}");
        }
    }
}
