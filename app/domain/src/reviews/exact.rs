//! Exact fractions for means, and the one rounding of the house: half up to two decimals.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

/// Largest part of a fraction that is read from a file, so that rounding it cannot overflow.
const LARGEST: u128 = 1 << 112;

/// A non-negative fraction in lowest terms. Largest numbers met: 3,000 ballots in eight groups give
/// a common denominator of 375^8 and, × 100 points × weight 800, parts below 2^90.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Exact {
    num: u128,
    den: u128,
}

/// As written in files: anybody can write there, so it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    num: u128,
    den: u128,
}

impl TryFrom<Parts> for Exact {
    type Error = &'static str;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let Parts { num, den } = parts;
        if den == 0 || num > LARGEST || den > LARGEST || gcd(num, den) != 1 {
            return Err("not a fraction in lowest terms");
        }
        Ok(Self { num, den })
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl Exact {
    /// `num / den`; a zero `den` is read as one.
    pub fn new(num: u128, den: u128) -> Self {
        let den = den.max(1);
        let by = gcd(num, den);
        Self { num: num / by, den: den / by }
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let by = gcd(self.den, other.den);
        let (left, right) = (other.den / by, self.den / by);
        Self::new(self.num * left + other.num * right, self.den * left)
    }

    /// The product with a whole number.
    #[must_use]
    pub fn times(self, n: u32) -> Self {
        Self::new(self.num * u128::from(n), self.den)
    }

    /// Divided by a whole number; by zero gives the number itself.
    #[must_use]
    pub fn over(self, n: u32) -> Self {
        Self::new(self.num, self.den * u128::from(n.max(1)))
    }

    /// Hundredths, rounded half up: the only rounding there is, done once, for showing and
    /// for the lines of the grades alike, so that a shown 90.00 is never below the line of 90.
    pub fn hundredths(self) -> u64 {
        let doubled = (self.num * 200 + self.den) / (self.den * 2);
        u64::try_from(doubled).unwrap_or(u64::MAX)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        // Euclid's way, because the cross products could overflow: whole parts first, then the
        // reciprocals of what remains, the other way round.
        let (mut a, mut b, mut c, mut d) = (self.num, self.den, other.num, other.den);
        loop {
            match (a / b).cmp(&(c / d)) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
            match (a % b, c % d) {
                (0, 0) => return Ordering::Equal,
                (0, _) => return Ordering::Less,
                (_, 0) => return Ordering::Greater,
                (left, right) => (a, b, c, d) = (d, right, b, left),
            }
        }
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let h = self.hundredths();
        write!(f, "{}.{:02}", h / 100, h % 100)
    }
}
