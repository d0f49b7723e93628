//! Exact fractions for means, and the one rounding of the house: half up to two decimals.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

/// A non-negative fraction in lowest terms. Largest numbers met: 3,000 ballots × 100 points ×
/// weight 100 × the product of eight group sizes, far below 2^127.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exact {
    num: u128,
    den: u128,
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
        (self.num * other.den).cmp(&(other.num * self.den))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let h = self.hundredths();
        write!(f, "{}.{:02}", h / 100, h % 100)
    }
}
