//! Parts: read back, and refused when a single bit is wrong.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::{Fault, Part, PartWriter};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    scenario: String,
    seed: u64,
    level: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Footer {
    counts: Vec<u64>,
    sum: f64,
}

fn header() -> Header {
    Header { scenario: "line\nbreak and \"quotes\"".into(), seed: u64::MAX, level: 0.1 + 0.2 }
}

fn footer() -> Footer {
    Footer { counts: vec![0, u64::MAX], sum: 1.0 / 3.0 + 5e-324 }
}

fn write(path: &Path, rows: u32) {
    let mut part = PartWriter::create(path, 2, &header()).unwrap();
    for n in 0..rows {
        part.append(&[f64::from(n), f64::NAN]).unwrap();
    }
    assert_eq!(part.rows(), u64::from(rows));
    part.finish(&footer()).unwrap();
}

#[test]
fn written_and_read() {
    let home = tempfile::tempdir().unwrap();
    for rows in [0, 1, 20_000] {
        let path = home.path().join("part");
        write(&path, rows);
        let part = Part::open(&path).unwrap();
        assert_eq!((part.len(), part.stride()), (u64::from(rows), 2));
        assert_eq!(part.header::<Header>().unwrap(), header());
        assert_eq!(part.footer::<Footer>().unwrap(), footer());
        for (n, row) in part.rows().unwrap().enumerate() {
            let row = row.unwrap();
            #[allow(clippy::cast_precision_loss)]
            let n = n as f64;
            assert!(row[0] == n && row[1].is_nan());
        }
        assert_eq!(part.rows().unwrap().count(), rows as usize);
    }
    // Two lines of it can be read by eye.
    let bytes = fs::read(home.path().join("part")).unwrap();
    assert!(bytes.starts_with(b"escalade part 1\n{\"stride\":2,\"header\":{"));
}

#[test]
fn equal_contents_give_equal_bytes() {
    let home = tempfile::tempdir().unwrap();
    let (one, two) = (home.path().join("one"), home.path().join("two"));
    write(&one, 10_000);
    let mut part = PartWriter::create(&two, 2, &header()).unwrap();
    let rows: Vec<f64> = (0..10_000).flat_map(|n| [f64::from(n), f64::NAN]).collect();
    part.append(&rows[..2]).unwrap();
    part.append(&rows[2..]).unwrap();
    part.finish(&footer()).unwrap();
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
    assert_eq!(Part::open(&one).unwrap().sha256(), Part::open(&two).unwrap().sha256());
}

#[test]
fn every_wrong_byte_and_every_cut_is_noticed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("part");
    write(&path, 3);
    let good = fs::read(&path).unwrap();
    for place in 0..good.len() {
        let mut bad = good.clone();
        bad[place] ^= 1 << (place % 8);
        fs::write(&path, &bad).unwrap();
        let error = Part::open(&path).unwrap_err();
        let right = match place {
            0..14 => matches!(error.fault, Fault::Foreign(_)),
            14..16 => matches!(error.fault, Fault::OtherVersion { .. } | Fault::Damaged(_)),
            _ => matches!(error.fault, Fault::Damaged(_)),
        };
        assert!(right && error.path == path, "byte {place}: {error}");
    }
    for length in 0..good.len() {
        fs::write(&path, &good[..length]).unwrap();
        let error = Part::open(&path).unwrap_err();
        assert!(matches!(error.fault, Fault::Damaged(_)), "{length} bytes: {error}");
    }
    let mut longer = good.clone();
    longer.push(0);
    fs::write(&path, &longer).unwrap();
    assert!(matches!(Part::open(&path).unwrap_err().fault, Fault::Damaged(_)));
}

#[test]
fn other_files_are_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("part");
    fs::write(&path, "format = 1\n").unwrap();
    let error = Part::open(&path).unwrap_err();
    assert!(matches!(error.fault, Fault::Foreign(_)), "{error}");
    fs::write(&path, "escalade part 2\nwhatever").unwrap();
    let error = Part::open(&path).unwrap_err();
    assert!(matches!(&error.fault, Fault::OtherVersion { found, known: 1 } if found == "2"), "{error}");
    assert!(matches!(Part::open(home.path()).unwrap_err().fault, Fault::NotAFile(_)));
    assert!(matches!(Part::open(&home.path().join("no")).unwrap_err().fault, Fault::Missing));
}

#[test]
fn a_part_made_to_mislead_is_refused() {
    use sha2::{Digest as _, Sha256};
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("part");
    // Right checksum, impossible lengths.
    for (stride, rows, footer) in [(u64::MAX, 0, 2), (0, 0, 2), (1, u64::MAX, 2), (1, 0, u64::MAX), (1 << 30, 0, 2), (1, 1, 2)] {
        let mut bytes = format!("escalade part 1\n{{\"stride\":{stride},\"header\":null}}\n{{}}").into_bytes();
        bytes.extend(u64::to_le_bytes(rows));
        bytes.extend(u64::to_le_bytes(footer));
        let sum = Sha256::digest(&bytes);
        bytes.extend(sum);
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(Part::open(&path).unwrap_err().fault, Fault::Damaged(_)), "{stride} {rows} {footer}");
    }
    // A header of another kind.
    let part = PartWriter::create(&path, 1, &"text").unwrap();
    part.finish(&1).unwrap();
    let part = Part::open(&path).unwrap();
    assert!(matches!(part.header::<Header>().unwrap_err().fault, Fault::Damaged(_)));
    assert!(matches!(part.footer::<Footer>().unwrap_err().fault, Fault::Damaged(_)));
}

#[test]
fn an_unfinished_part_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut part = PartWriter::create(&home.path().join("part"), 2, &header()).unwrap();
    part.append(&vec![0.0; 40_000]).unwrap();
    assert!(matches!(part.append(&[0.0; 3]).unwrap_err().fault, Fault::Unfit(_)));
    drop(part);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}
