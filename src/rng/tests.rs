//! Known answers, agreement with `rand_philox`, rows against single blocks, streams.

#![expect(clippy::float_cmp, reason = "exact results are expected")]

use proptest::prelude::*;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::*;

/// A key that uses every part.
fn key(trial: u64, time: u32, path: &str, nth: u32) -> DrawKey {
    DrawKey { trial, time, site: SiteId::of_path(path), nth }
}

/// The three vectors for `philox4x32 10` in Random123's `tests/kat_vectors`.
#[test]
fn philox_gives_the_known_answers() {
    #[rustfmt::skip]
    let cases = [
        ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        ([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
         [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
    ];
    for (counter, key, words) in cases {
        assert_eq!(philox4x32_10(counter, key), words);
    }
}

#[test]
fn site_is_the_start_of_the_sha_256_of_the_path() {
    assert_eq!(SiteId::of_path("").get(), 0xe3b0_c442_98fc);
    assert_eq!(SiteId::of_path("events.ttp_attack.killed").get(), 0xc57d_f037_7d42);
    assert!(SiteId::of_path("any").get() < 1 << 48);
}

#[test]
fn each_bit_of_the_counter_belongs_to_one_part() {
    let nothing = DrawKey { trial: 0, time: 0, site: SiteId::of_path("x"), nth: 0 };
    let [_, _, site_low, site_high] = nothing.counter();
    assert_eq!(u64::from(site_high >> 16) << 32 | u64::from(site_low), nothing.site.get());
    let full = DrawKey { trial: MAX_TRIALS - 1, time: MAX_TIME - 1, nth: MAX_NTH - 1, ..nothing };
    assert_eq!(full.counter(), [u32::MAX, u32::MAX, site_low, site_high | 0xffff]);
    let trial = DrawKey { trial: 1 << 32, ..nothing };
    assert_eq!(trial.counter()[..2], [0, 1 << 28]);
}

#[test]
fn units_stay_inside_the_open_interval_and_have_exact_complements() {
    let step = 1.0 / 9_007_199_254_740_992.0; // 2^-53
    let lowest = Block([0, 0, 0, 0]);
    let highest = Block([u32::MAX; 4]);
    assert_eq!((lowest.unit(), lowest.second_unit()), (step, step));
    assert_eq!((highest.unit(), highest.second_unit()), (1.0 - step, 1.0 - step));
    assert_eq!(1.0 - (1.0 - highest.unit()), highest.unit());
    // The words are used in the order that the documentation gives.
    assert!(Block([u32::MAX, 0, 0, 0]).unit() > 0.999);
    assert!(Block([0, 0, u32::MAX, 0]).second_unit() > 0.999);
}

/// Made by an independent implementation in Python.
#[test]
fn draws_are_pinned() {
    let draws = [
        block(1, key(0, 0, "a", 0)),
        block(1, key(7, 1440, "events.raid.killed", 2)),
        block(u64::MAX, key(MAX_TRIALS - 1, MAX_TIME - 1, "a", MAX_NTH - 1)),
    ];
    let pinned = [
        [0xce5c_ff2a, 0x8dd7_832e, 0xf49f_ef96, 0xd2f6_b0c6],
        [0xbd2d_21fa, 0xbea4_bbd6, 0x57ee_6ef2, 0x9f66_49c7],
        [0x01cd_8f29, 0x709f_cb35, 0xf3f3_9aee, 0xca51_316e],
    ];
    assert_eq!(draws.map(|b| b.0), pinned);
}

proptest! {
    #[test]
    fn words_are_those_of_rand_philox(seed: u64, trial in 0..MAX_TRIALS, time in 0..MAX_TIME, nth in 0..MAX_NTH) {
        let key = key(trial, time, "some.path", nth);
        let counter = key.counter().iter().rev().fold(0_u128, |c, &w| c << 32 | u128::from(w));
        let [low, high] = super::key::halves(seed);
        let mut oracle = rand_philox::Philox::new([low, high], counter);
        let expected = [(); 4].map(|()| oracle.next_u32());
        prop_assert_eq!(block(seed, key).0, expected);
    }

    #[test]
    fn a_row_has_the_bits_of_its_blocks(
        seed: u64, first in 0..MAX_TRIALS - 64, time in 0..MAX_TIME, nth in 0..MAX_NTH - 64,
    ) {
        let site = SiteId::of_path("row");
        let trials: [u64; 64] = std::array::from_fn(|i| first + i as u64);
        let nths: [u32; 64] = std::array::from_fn(|i| nth + u32::try_from(i).expect("small") % 3);
        let row = block_row(seed, &trials, time, site, &nths);
        let (units, seconds) = (row.units(), row.second_units());
        for lane in 0..64 {
            let alone = block(seed, DrawKey { trial: trials[lane], time, site, nth: nths[lane] });
            prop_assert_eq!(row.lane(lane), alone);
            prop_assert_eq!(units[lane].to_bits(), alone.unit().to_bits());
            prop_assert_eq!(seconds[lane].to_bits(), alone.second_unit().to_bits());
        }
    }
}

#[test]
fn a_stream_begins_with_the_words_of_its_draw_and_goes_on() {
    let key = key(3, 60, "stream", 0);
    let mut rng = AddressedRng::new(9, key);
    let first = [(); 4].map(|()| rng.next_u32());
    assert_eq!(first, block(9, key).0);
    let next = [(); 8].map(|()| rng.next_u32());
    assert!(next[..4] != first && next[4..] != next[..4]);
    // Equal addresses give equal streams however they are read.
    let mut bytes = [0; 50];
    AddressedRng::new(9, key).fill_bytes(&mut bytes);
    let words: Vec<u8> = first.iter().chain(&next).flat_map(|w| w.to_le_bytes()).collect();
    assert_eq!(bytes[..48], words[..48]);
    let mut long = AddressedRng::new(9, key);
    assert_eq!(long.next_u64(), u64::from(first[0]) << 32 | u64::from(first[1]));
}

#[test]
fn streams_of_neighbours_share_no_block() {
    let mut seen = std::collections::HashSet::new();
    for trial in 0..100 {
        for nth in 0..4 {
            let mut rng = AddressedRng::new(1, key(trial, 60, "neighbour", nth));
            for _ in 0..50 {
                assert!(seen.insert([(); 2].map(|()| rng.next_u64())));
            }
        }
    }
}

#[test]
fn rand_distr_can_be_drawn_from_an_address() {
    let draw = |trial| {
        let mut rng = AddressedRng::new(1, key(trial, 60, "normal", 0));
        let x: f64 = StandardNormal.sample(&mut rng);
        x
    };
    let n = 10_000;
    let mean = (0..n).map(draw).sum::<f64>() / 10_000.0;
    // Standard error 0.01; a correct stream fails with chance 2e-9.
    assert!(mean.abs() < 0.06, "{mean}");
    assert_eq!(draw(5).to_bits(), draw(5).to_bits());
}
