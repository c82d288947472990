//! Decimal numbers as text.

/// The number that digits are.
pub fn parse(text: &[u8]) -> Option<u64> {
    let digit = |number: u64, byte: &u8| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    };
    Some(text).filter(|text| !text.is_empty())?.iter().try_fold(0, digit)
}

/// The digits of a number.
pub fn digits(room: &mut [u8; 20], mut number: u64) -> &[u8] {
    let mut at = room.len();
    for digit in room.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        at -= 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    room.get(at..).unwrap_or_default()
}
