//! Randomness that is the same on every machine and every day.

/// `SplitMix64`: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; constants as in
/// Vigna's reference at <https://prng.di.unimi.it/splitmix64.c>.
pub struct Random(u64);

/// The quantiles 2.5 %, 7.5 %, … 97.5 % of a lognormal distribution with median 100 and σ = 0.7. A table and not a
/// formula, for `exp` may differ in its last digit from one machine to the next.
const LOGNORMAL: [u32; 20] = [25, 37, 45, 52, 59, 66, 73, 80, 88, 96, 105, 114, 125, 137, 152, 170, 192, 224, 274, 394];

impl Random {
    /// A stream of its own for each name, so that one deal's story does not change when another's does.
    pub fn named(name: &str) -> Self {
        // FNV-1a; the generator's own mixing does the rest.
        let hash = name
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
        Self(hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where `end` is 0. The bias of the remainder does not matter for a story.
    pub fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).unwrap_or(0)
    }

    /// A number in the closed interval.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of several, which are not none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(u32::try_from(from.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// A place among weights.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        for (place, &weight) in weights.iter().enumerate() {
            if rest < weight {
                return place;
            }
            rest -= weight;
        }
        0
    }

    /// All of them in another order.
    pub fn shuffled<T: Copy>(&mut self, from: &[T]) -> Vec<T> {
        let mut list = from.to_vec();
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(u32::try_from(last + 1).unwrap_or(u32::MAX)) as usize);
        }
        list
    }

    /// A duration or size around a median: mostly near it, sometimes several times as much.
    pub fn around(&mut self, median: u32) -> u32 {
        let percent = self.pick(&LOGNORMAL) + self.below(10);
        median * percent / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first outputs of Vigna's reference for the seed 1234567.
        let mut random = Random(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn names_part_the_streams() {
        assert_eq!(Random::named("a").next(), Random::named("a").next());
        assert_ne!(Random::named("a").next(), Random::named("b").next());
    }
}
