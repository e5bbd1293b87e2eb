//! The address of a draw and its place in the counter.

use sha2::{Digest, Sha256};

/// Number of trials an address can tell apart: trials are below 2^36 (6.9e10).
pub const MAX_TRIALS: u64 = 1 << 36;
/// Times are below this: 2^28 minutes, 510 years.
pub const MAX_TIME: u32 = 1 << 28;
/// Occurrences of one site in one step are below this: 65 536.
pub const MAX_NTH: u32 = 1 << 16;

/// A place in the scenario that draws, such as `events.ttp_attack.killed`.
///
/// 48 bits of a hash. Two paths share an id with chance 4e-15; among 10 000 paths, any two do with
/// chance 2e-7. Whoever loads a scenario must check that no two of its paths do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SiteId(u64);

impl SiteId {
    /// The id of a path: the first six bytes, big-endian, of the SHA-256 of its UTF-8 text.
    ///
    /// ```
    /// use escalade::rng::SiteId;
    /// // printf abc | sha256sum  ->  ba7816bf8f01cfea...
    /// assert_eq!(SiteId::of_path("abc").get(), 0xba78_16bf_8f01);
    /// ```
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let digest = Sha256::digest(path.as_bytes());
        Self(digest[..6].iter().fold(0, |id, byte| id << 8 | u64::from(*byte)))
    }

    /// The id as a number below 2^48.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }
}

/// Which draw this is. Equal keys give equal bits on every machine, thread count and batch width.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DrawKey {
    /// Number of the trial, from 0, below [`MAX_TRIALS`].
    pub trial: u64,
    /// End of the step, in minutes since the start, below [`MAX_TIME`].
    pub time: u32,
    /// What the draw is for.
    pub site: SiteId,
    /// Which occurrence at this site in this step, from 0, below [`MAX_NTH`].
    pub nth: u32,
}

impl DrawKey {
    /// The 128-bit counter: a one-to-one image of the key.
    ///
    /// | word | bits 28..32 | bits 16..28 | bits 0..16 |
    /// |---|---|---|---|
    /// | 0 | trial 28..32 | trial 16..28 | trial 0..16 |
    /// | 1 | trial 32..36 | time 16..28 | time 0..16 |
    /// | 2 | site 28..32 | site 16..28 | site 0..16 |
    /// | 3 | site 44..48 | site 32..44 | nth |
    ///
    /// # Panics
    /// In debug builds, if a part is beyond its limit; a scenario is checked against the limits
    /// before it runs.
    #[inline]
    #[must_use]
    pub fn counter(self) -> [u32; 4] {
        debug_assert!(self.trial < MAX_TRIALS, "trial {} has no address", self.trial);
        debug_assert!(self.time < MAX_TIME, "time {} has no address", self.time);
        debug_assert!(self.nth < MAX_NTH, "occurrence {} has no address", self.nth);
        let [trial_low, trial_high] = halves(self.trial);
        let [site_low, site_high] = halves(self.site.0);
        [trial_low, self.time | trial_high << 28, site_low, site_high << 16 | self.nth]
    }
}

/// The low and the high word of a number.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low word is what is meant")]
pub(crate) fn halves(x: u64) -> [u32; 2] {
    [x as u32, (x >> 32) as u32]
}
