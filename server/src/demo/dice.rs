//! The plan's own random numbers: SplitMix64, so that the same seed gives the same
//! district on every machine and with every version of a library. Not for secrets.

/// A stream of numbers from a seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A stream of its own for `seed` and a place in the plan, so that more of one thing
    /// never changes another.
    pub fn new(seed: u64, place: &str) -> Self {
        let mixed =
            place.bytes().fold(seed ^ 0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
        Self(mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `from` to `to`, both included.
    pub fn within(&mut self, from: u32, to: u32) -> u32 {
        let span = u64::from(to.saturating_sub(from)) + 1;
        from + u32::try_from(self.next() % span).unwrap_or(0)
    }

    /// An index below `len`; 0 for an empty list.
    pub fn below(&mut self, len: usize) -> usize {
        let len = u64::try_from(len).unwrap_or(1).max(1);
        usize::try_from(self.next() % len).unwrap_or(0)
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.within(1, 100) <= percent
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_seed_and_place_give_the_same_numbers() {
        let throw = |seed, place| (0..8).map(|_| Dice::new(seed, place).within(1, 6)).collect::<Vec<_>>();
        assert_eq!(throw(7, "a"), throw(7, "a"));
        let mut one = Dice::new(7, "a");
        let mut other = Dice::new(7, "b");
        assert_ne!(
            (0..9).map(|_| one.within(0, 999)).collect::<Vec<_>>(),
            (0..9).map(|_| other.within(0, 999)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn bounds_are_kept() {
        let mut dice = Dice::new(1, "");
        assert!((0..1_000).all(|_| (3..=5).contains(&dice.within(3, 5)) && dice.below(4) < 4));
        assert_eq!((dice.below(0), dice.within(2, 2)), (0, 2));
    }
}
