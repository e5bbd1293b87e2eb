//! Cumulative incidence: exact without censoring, known examples and slow calculations with it.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{CumulativeIncidence, StepHistogram, wilson};

fn histogram(steps: &[u32]) -> StepHistogram {
    let mut h = StepHistogram::new();
    for &step in steps {
        h.add(step);
    }
    h
}

/// One trial: its step, and its cause (0 is censored, 1 and 2 are causes, 3 stays in view to the end).
type Fate = (u32, usize);

fn split(fates: &[Fate]) -> [StepHistogram; 3] {
    [0, 1, 2].map(|which| histogram(&fates.iter().filter(|f| f.1 == which).map(|f| f.0).collect::<Vec<_>>()))
}

fn of(fates: &[Fate]) -> CumulativeIncidence {
    let [censored, first, second] = split(fates);
    CumulativeIncidence::new(&[first, second], Some(&censored), fates.len() as u64)
}

/// Aalen-Johansen as it is written down, and its Greenwood type variance as an explicit sum over steps (E. Marubini,
/// M. G. Valsecchi 1995, "Analysing survival data"; J. J. Gaynor et al. 1993, J. Am. Stat. Assoc. 88,
/// 400-409), cause by cause and step by step.
#[expect(clippy::cast_precision_loss, reason = "few trials")]
fn slow(fates: &[Fate], cause: usize, until: u32) -> (f64, f64) {
    let count = |test: &dyn Fn(&Fate) -> bool| fates.iter().filter(|f| test(f)).count() as f64;
    let steps: Vec<u32> = (0..=until).collect();
    let mut survival = 1.0;
    let mut rows = Vec::new(); // S before, Y, d, d of the cause, F after
    let mut share = 0.0;
    for s in steps {
        let y = count(&|f| f.1 == 3 || f.0 >= s);
        let d = count(&|f| (f.1 == 1 || f.1 == 2) && f.0 == s);
        let own = count(&|f| f.1 == cause && f.0 == s);
        if d > 0.0 {
            share += survival * own / y;
            rows.push((survival, y, d, own, share));
            survival *= 1.0 - d / y;
        }
    }
    let variance = rows.iter().map(|&(before, y, d, own, f)| {
        let rest = share - f;
        let greenwood = if y > d { rest * rest * d / (y * (y - d)) } else { 0.0 };
        greenwood + before * before * own * (y - own) / (y * y * y) - 2.0 * rest * before * own / (y * y)
    });
    (share, variance.sum())
}

#[test]
fn without_censoring_it_is_the_share_bit_for_bit() {
    let first = histogram(&[1, 1, 4, 9, 9, 9, 30]);
    let second = histogram(&[2, 4, 4, 30]);
    for n in [11_u64, 13, 1000, 7_777_777] {
        let incidence = CumulativeIncidence::new(&[first.clone(), second.clone()], None, n);
        for (cause, h) in [&first, &second].into_iter().enumerate() {
            for step in 0..40 {
                let count: u64 = h.iter().filter(|&(s, _)| s <= step).map(|(_, c)| c).sum();
                let point = incidence.at(cause, step);
                #[expect(clippy::cast_precision_loss, reason = "few trials")]
                let (share, trials) = (count as f64 / n as f64, n as f64);
                assert_eq!(point.share, share);
                assert_eq!(point.variance, share * (1.0 - share) / trials);
                assert_eq!(point.effective, trials);
                assert_eq!(point.interval(0.95), wilson(count, n, 0.95));
            }
            assert_eq!(incidence.mean_given(cause), h.mean());
        }
        // Censored at the last step only, after everything: nothing changes.
        let mut late = StepHistogram::new();
        late.add_many(30, n - 11);
        assert_eq!(CumulativeIncidence::new(&[first.clone(), second.clone()], Some(&late), n), incidence);
    }
}

#[test]
fn kaplan_and_meier_have_the_known_curve() {
    // Remission of leukaemia under 6-mercaptopurine, in weeks (E. J. Freireich et al. 1963, Blood 21, 699-716; the
    // example of Cox and Oakes 1984, "Analysis of survival data", table 1.1). Published Kaplan-Meier estimates:
    // 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448, with Greenwood's standard errors .0764 to .1346.
    let relapse = histogram(&[6, 6, 6, 7, 10, 13, 16, 22, 23]);
    let censored = histogram(&[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]);
    let one = CumulativeIncidence::new(&[relapse], Some(&censored), 21);
    #[rustfmt::skip]
    let known = [
        (6, 0.8571, 0.0764), (7, 0.8067, 0.0869), (10, 0.7529, 0.0963), (13, 0.6902, 0.1068), (16, 0.6275, 0.1141),
        (22, 0.5378, 0.1282), (23, 0.4482, 0.1346),
    ];
    for (week, survival, error) in known {
        let point = one.at(0, week);
        assert!((1.0 - point.share - survival).abs() < 5e-5, "{point:?}");
        assert!((point.variance.sqrt() - error).abs() < 5e-5, "{point:?}");
    }
    assert_eq!(one.first_reaching(0, 0.5), Some(23));
    assert_eq!(one.first_reaching(0, 0.6), None);
    // R, survival: print(survfit(..), rmean = 35) gives 23.29 for this arm.
    assert!((one.mean_time_without(35) - 23.287).abs() < 5e-4, "{}", one.mean_time_without(35));
}

#[test]
fn an_example_by_hand() {
    // Eight trials. Step 1: cause 0 (Y = 8). Step 2: one censored. Step 3: cause 1 (Y = 6). Step 4: one censored. Step
    // 5: cause 0 (Y = 4). The others stay.
    let incidence = CumulativeIncidence::new(&[histogram(&[1, 5]), histogram(&[3])], Some(&histogram(&[2, 4])), 8);
    // S = 7/8, then 7/8 5/6 = 35/48, then 35/48 3/4.
    let expected = [(0, 1, 1.0 / 8.0), (1, 3, 7.0 / 48.0), (0, 5, 1.0 / 8.0 + 35.0 / 192.0)];
    for (cause, step, share) in expected {
        assert!((incidence.at(cause, step).share - share).abs() < 1e-15);
    }
    // Time lost to cause 0 by step 10: 9/8 + 5 35/192. Mean of cause 0: (1/8 + 5 35/192) / (1/8 + 35/192).
    assert!((incidence.mean_time_lost(0, 10) - (9.0 / 8.0 + 175.0 / 192.0)).abs() < 1e-14);
    let mean = incidence.mean_given(0).expect("it happens");
    assert!((mean - (24.0 + 175.0) / (24.0 + 35.0)).abs() < 1e-14);
    assert!((incidence.mean_time_without(10) - (10.0 - (9.0 / 8.0 + 175.0 / 192.0) - 7.0 * 7.0 / 48.0)).abs() < 1e-14);
}

#[test]
fn edges_of_incidence() {
    let none = CumulativeIncidence::new(&[StepHistogram::new()], None, 0);
    assert_eq!((none.at(0, 5).interval(0.95).low, none.at(0, 5).interval(0.95).high), (0.0, 1.0));
    assert_eq!(none.mean_given(0), None);
    let never = CumulativeIncidence::new(&[StepHistogram::new()], None, 50);
    assert_eq!(never.at(0, 5).interval(0.95), wilson(0, 50, 0.95));
    assert_eq!((never.first_reaching(0, 0.01), never.mean_time_without(40)), (None, 40.0));
    assert_eq!((never.causes(), never.trials(), never.curve(0).len()), (1, 50, 0));
    // Everything happens, after one trial was lost: the curve ends at 1.
    let all = CumulativeIncidence::new(&[histogram(&[2, 3, u32::MAX])], Some(&histogram(&[2])), 4);
    let end = all.at(0, u32::MAX);
    assert_eq!((end.share, end.interval(0.95).high), (1.0, 1.0));
    assert!(end.interval(0.95).low > 0.0 && end.interval(0.95).low < 0.6);
    // Lost before anything happened: those in view count as trials.
    let lost = CumulativeIncidence::new(&[histogram(&[9])], Some(&histogram(&[1, 1])), 12);
    assert_eq!(lost.at(0, 8).interval(0.9), wilson(0, 12, 0.9));
    assert_eq!(lost.at(0, 9).share, 0.1);
}

#[test]
#[should_panic(expected = "2 trials in histograms of 1 trials")]
fn no_trial_is_counted_twice() {
    let _ = CumulativeIncidence::new(&[histogram(&[1]), histogram(&[1])], None, 1);
}

proptest! {
    #[test]
    fn fast_and_slow_agree(fates in vec((0..12_u32, 0..4_usize), 1..60)) {
        let found = of(&fates);
        for cause in [1, 2] {
            for step in 0..13 {
                let point = found.at(cause - 1, step);
                let (share, variance) = slow(&fates, cause, step);
                prop_assert!((point.share - share).abs() < 1e-13, "{:?} {}", point, share);
                prop_assert!((point.variance - variance).abs() < 1e-13, "{:?} {}", point, variance);
                let interval = point.interval(0.9);
                prop_assert!(0.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0);
                prop_assert!(interval.low <= point.share + 1e-15 && point.share <= interval.high + 1e-15);
            }
            // The area under a curve, step by step.
            let area: f64 = (0..20).map(|s| found.at(cause - 1, s).share).sum();
            prop_assert!((found.mean_time_lost(cause - 1, 20) - area).abs() < 1e-12);
        }
        let survival: f64 = (0..20).map(|s| 1.0 - found.at(0, s).share - found.at(1, s).share).sum();
        prop_assert!((found.mean_time_without(20) - survival).abs() < 1e-12);
    }
}
