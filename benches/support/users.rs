//! The users that servers are loaded with: names of ten letters, the same in every run.

/// As many values as 46 bits have: the names of ten letters are twice as many.
const MASK: u64 = (1 << 46) - 1;
const LETTERS: usize = 10;

/// The name of a user; another for each number under 2^46, and in no order that the numbers show.
pub(crate) fn username(number: u64) -> String {
    // Each step can be undone, so two numbers never lead to one name.
    let mut rest = number & MASK;
    for factor in [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9] {
        rest = rest.wrapping_mul(factor) & MASK;
        rest ^= rest >> 23;
    }
    let mut letters = String::with_capacity(LETTERS);
    for _ in 0..LETTERS {
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    letters
}
