//! Kinds of processors: the same code, compiled for each of them.
//!
//! All kinds give the same bits: no operation is fused, and vectors only do several trials at once.

use super::ready::Readied;
use super::state::Group;
use super::step::{Work, steps};

/// A kind of vector code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every processor of the target has.
    Baseline,
    /// AVX2: four numbers at once.
    Avx2,
    /// AVX-512: eight.
    Avx512,
}

impl Level {
    /// All kinds that this machine can run, the slowest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        [Self::Baseline, Self::Avx2, Self::Avx512].into_iter().filter(|level| level.is_available()).collect()
    }

    /// The fastest kind that this machine can run; the environment variable `ESCALADE_CPU` (`baseline`, `avx2`,
    /// `avx512`) can ask for a slower one.
    #[must_use]
    pub fn best() -> Self {
        let most = match std::env::var("ESCALADE_CPU").as_deref() {
            Ok("baseline") => Self::Baseline,
            Ok("avx2") => Self::Avx2,
            _ => Self::Avx512,
        };
        Self::available().into_iter().filter(|level| *level <= most).max().unwrap_or(Self::Baseline)
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        match self {
            Self::Baseline => true,
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx2")
            }
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Self::Baseline
    }

    /// Runs steps of a row with this kind of code, or with the baseline where the machine lacks it.
    pub(super) fn steps<const W: usize>(self, work: &mut Work<'_, W>, group: &mut Group<W>, readied: &Readied, from: u32, to: u32) {
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "calls of code for a kind of processor, after asking for it")]
        match self {
            // SAFETY: the processor has what the function is compiled for; it has just been asked.
            Self::Avx512 if self.is_available() => return unsafe { avx512(work, group, readied, from, to) },
            // SAFETY: as above.
            Self::Avx2 if self.is_available() => return unsafe { avx2(work, group, readied, from, to) },
            _ => {}
        }
        steps(work, group, readied, from, to);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, readied: &Readied, from: u32, to: u32) {
    steps(work, group, readied, from, to);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2")]
fn avx512<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, readied: &Readied, from: u32, to: u32) {
    steps(work, group, readied, from, to);
}
