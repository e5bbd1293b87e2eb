//! Rows that are kept, cut and read.

use std::fs;
use std::io::Write as _;

use super::super::{Fault, RowFile};

fn row(n: u64) -> [f64; 3] {
    #[allow(clippy::cast_precision_loss)]
    let x = n as f64;
    [x, -0.0, if n.is_multiple_of(3) { f64::NAN } else { 1.0 / (x + 1.0) }]
}

fn bits(rows: &[Vec<f64>]) -> Vec<u64> {
    rows.iter().flatten().map(|x| x.to_bits()).collect()
}

#[test]
fn written_and_read() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("rows");
    let mut file = RowFile::create(&path, 3).unwrap();
    assert!(file.is_empty());
    for n in 0..10_000 {
        file.append(&row(n)).unwrap();
    }
    // Several at once.
    file.append(&[row(10_000), row(10_001)].concat()).unwrap();
    assert_eq!(file.len(), 10_002);
    file.sync().unwrap();
    let expected: Vec<Vec<f64>> = (0..10_002).map(|n| row(n).to_vec()).collect();
    let own: Vec<Vec<f64>> = file.into_rows().unwrap().map(Result::unwrap).collect();
    assert_eq!(bits(&own), bits(&expected));
    let mut rows = RowFile::read(&path, 3).unwrap();
    assert_eq!(rows.left(), 10_002);
    assert_eq!(rows.next_row().unwrap().unwrap()[0], 0.0);
    assert_eq!(rows.count(), 10_001);
}

#[test]
fn taken_up_at_any_row_it_ends_in_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let mut file = RowFile::create(&whole, 3).unwrap();
    (0..100).for_each(|n| file.append(&row(n)).unwrap());
    file.sync().unwrap();
    drop(file);
    let sum = RowFile::open_to_resume(&whole, 3, 100).unwrap().sum();
    let whole = fs::read(&whole).unwrap();
    assert_eq!(whole.len(), 100 * 24);

    let path = home.path().join("rows");
    for cut in [0, 1, 23, 24, 25, 1200, 1201, 2399, 2400] {
        let keep = (cut / 24) as u64;
        fs::write(&path, &whole[..cut]).unwrap();
        // What was written after the checkpoint is there too, torn.
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(&[7; 29]).unwrap();
        let mut file = RowFile::open_to_resume(&path, 3, keep).unwrap();
        assert_eq!(file.len(), keep);
        (keep..100).for_each(|n| file.append(&row(n)).unwrap());
        file.sync().unwrap();
        assert_eq!(file.sum(), sum, "the sum of what is written is that of what is read");
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
    // Any bit changes it, and so does another order.
    for at in 0..whole.len() {
        let mut bad = whole.clone();
        bad[at] ^= 1 << (at % 8);
        fs::write(&path, bad).unwrap();
        assert_ne!(RowFile::open_to_resume(&path, 3, 100).unwrap().sum(), sum);
    }
    let mut bad = whole.clone();
    bad.rotate_left(24);
    fs::write(&path, bad).unwrap();
    assert_ne!(RowFile::open_to_resume(&path, 3, 100).unwrap().sum(), sum);
}

#[test]
fn what_does_not_fit_is_said() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("rows");
    assert!(matches!(RowFile::read(&path, 3).unwrap_err().fault, Fault::Missing));
    assert!(matches!(RowFile::open_to_resume(&path, 3, 0).unwrap_err().fault, Fault::Missing));
    assert!(matches!(RowFile::create(&path, 0).unwrap_err().fault, Fault::Unfit(_)));
    assert!(matches!(RowFile::create(home.path(), 1).unwrap_err().fault, Fault::NotAFile(_)));
    let mut file = RowFile::create(&path, 3).unwrap();
    assert!(matches!(file.append(&[1.0; 4]).unwrap_err().fault, Fault::Unfit(_)));
    file.append(&[1.0; 3]).unwrap();
    drop(file);
    let error = RowFile::open_to_resume(&path, 3, 2).unwrap_err();
    assert!(matches!(error.fault, Fault::TooShort { found: 1, needed: 2 }), "{error}");
    assert!(matches!(RowFile::read(&path, 2).unwrap_err().fault, Fault::Damaged(_)));
}

#[cfg(unix)]
#[test]
fn links_and_other_runs() {
    let home = tempfile::tempdir().unwrap();
    let treasure = home.path().join("treasure");
    fs::write(&treasure, [0; 24]).unwrap();
    let path = home.path().join("rows");
    std::os::unix::fs::symlink(&treasure, &path).unwrap();
    assert!(matches!(RowFile::open_to_resume(&path, 3, 0).unwrap_err().fault, Fault::Link));
    let file = RowFile::create(&path, 3).unwrap();
    assert_eq!(fs::read(&treasure).unwrap().len(), 24);
    assert!(matches!(RowFile::create(&path, 3).unwrap_err().fault, Fault::InUse));
    assert!(matches!(RowFile::open_to_resume(&path, 3, 0).unwrap_err().fault, Fault::InUse));
    drop(file);
    RowFile::create(&path, 3).unwrap();
}
