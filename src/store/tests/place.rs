//! Directories, and files that are whole or absent.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::super::place::{OutDir, RESULT_FILES, is_result, result_files};
use super::super::{Fault, StoreError, WholeFile, write_whole};

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_missing_directory_is_made_and_left_empty() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a/b");
    let out = OutDir::prepare(&path, false).unwrap();
    assert_eq!(out.path(), path);
    assert!(names(&path).is_empty());
    assert!(!is_result(&path));
}

#[test]
fn what_is_in_the_way_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = OutDir::prepare(&file, true).unwrap_err();
    assert!(matches!(error.fault, Fault::NotADirectory), "{error}");
    assert_eq!(error.to_string(), format!("cannot use `{}`: it is not a directory", file.display()));
    assert!(error.help().unwrap().contains("directory"));

    // A file further up: that one is named.
    let error = OutDir::prepare(&file.join("deep/er"), false).unwrap_err();
    assert!(matches!(error.fault, Fault::NotADirectory), "{error}");

    // A directory where a file of ours will be.
    let odd = home.path().join("odd");
    fs::create_dir_all(odd.join("trials.parquet")).unwrap();
    let error = OutDir::prepare(&odd, true).unwrap_err();
    assert!(matches!(error.fault, Fault::NotAFile(_)) && error.path.ends_with("trials.parquet"), "{error}");
}

#[cfg(unix)]
#[test]
fn links() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().unwrap();
    let nowhere = home.path().join("nowhere");
    symlink(home.path().join("missing"), &nowhere).unwrap();
    let error = OutDir::prepare(&nowhere, false).unwrap_err();
    assert!(matches!(error.fault, Fault::DanglingLink), "{error}");
    let error = OutDir::prepare(&nowhere.join("below"), false).unwrap_err();
    assert!(matches!(error.fault, Fault::DanglingLink) && error.path == nowhere, "{error}");

    // A link to a directory is one.
    let real = home.path().join("real");
    fs::create_dir(&real).unwrap();
    let link = home.path().join("link");
    symlink(&real, &link).unwrap();

    // A result that is a link out of the directory: replaced itself, not what it leads to.
    let treasure = home.path().join("treasure");
    fs::write(&treasure, "gold").unwrap();
    symlink(&treasure, real.join("summary.json")).unwrap();
    assert!(matches!(OutDir::prepare(&link, false).unwrap_err().fault, Fault::Occupied(_)));
    let out = OutDir::prepare(&link, true).unwrap();
    let mut file = out.create("summary.json").unwrap();
    file.write_all(b"{}").unwrap();
    out.publish(vec![file.seal().unwrap()]).unwrap();
    assert_eq!(fs::read_to_string(&treasure).unwrap(), "gold");
    assert!(fs::symlink_metadata(real.join("summary.json")).unwrap().is_file());
    assert!(is_result(&link));
}

#[test]
fn a_result_needs_force_and_foreign_files_stay() {
    for name in RESULT_FILES {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(name), "old").unwrap();
        fs::write(home.path().join("notes.txt"), "mine").unwrap();
        let error = OutDir::prepare(home.path(), false).unwrap_err();
        assert!(matches!(&error.fault, Fault::Occupied(found) if found == &[name]), "{error}");
        assert!(error.help().unwrap().contains("--force"));
        let out = OutDir::prepare(home.path(), true).unwrap();
        // Nothing is lost before there is something to put in its place.
        assert_eq!(result_files(home.path()), [name]);
        let seal = |name: &str| {
            let mut file = out.create(name).unwrap();
            file.write_all(b"new").unwrap();
            file.seal().unwrap()
        };
        out.publish(vec![seal("summary.json"), seal("trials.csv")]).unwrap();
        assert_eq!(names(home.path()), ["notes.txt", "summary.json", "trials.csv"]);
        assert_eq!(fs::read_to_string(home.path().join("summary.json")).unwrap(), "new");
        assert_eq!(fs::read_to_string(home.path().join("notes.txt")).unwrap(), "mine");
    }
}

#[test]
fn foreign_files_alone_are_no_hindrance() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("notes.txt"), "mine").unwrap();
    OutDir::prepare(home.path(), false).unwrap();
    assert_eq!(names(home.path()), ["notes.txt"]);
}

#[cfg(unix)]
#[test]
fn one_run_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let first = OutDir::prepare(home.path(), false).unwrap();
    assert!(matches!(OutDir::prepare(home.path(), false).unwrap_err().fault, Fault::InUse));
    drop(first);
    OutDir::prepare(home.path(), false).unwrap();
}

#[cfg(unix)]
#[test]
fn what_killed_runs_left_is_swept_and_what_is_being_written_is_not() {
    let home = tempfile::tempdir().unwrap();
    let dead = home.path().join(".1-0.escalade-part");
    fs::write(&dead, "half").unwrap();
    let mut alive = WholeFile::create(&home.path().join("other")).unwrap();
    alive.write_all(b"whole").unwrap();
    let _out = OutDir::prepare(home.path(), false).unwrap();
    assert!(!dead.exists());
    alive.seal().unwrap().publish().unwrap();
    assert_eq!(fs::read_to_string(home.path().join("other")).unwrap(), "whole");
}

#[test]
fn whole_or_not_at_all() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("file");
    write_whole(&path, |w| w.write_all(b"one")).unwrap();
    let error = write_whole(&path, |w| {
        w.write_all(b"half")?;
        Err(io::Error::from(io::ErrorKind::StorageFull))
    })
    .unwrap_err();
    assert!(matches!(error.fault, Fault::Full(_)) && error.path == path, "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    // Dropped on the way, and sealed but not published.
    drop(WholeFile::create(&path).unwrap());
    drop(WholeFile::create(&path).unwrap().seal().unwrap());
    assert_eq!(names(home.path()), ["file"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    write_whole(&path, |w| w.write_all(b"two")).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "two");
}

#[test]
fn what_is_no_place_for_a_file_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let fill = |w: &mut WholeFile| w.write_all(b"x");
    assert!(matches!(write_whole(home.path(), fill).unwrap_err().fault, Fault::NotAFile("a directory")));
    assert!(matches!(write_whole(&home.path().join("no/file"), fill).unwrap_err().fault, Fault::Missing));
    assert!(matches!(write_whole(&home.path().join("a".repeat(300)), fill).unwrap_err().fault, Fault::BadName(_)));
    #[cfg(unix)]
    {
        // Renaming onto these would destroy them.
        for device in ["/dev/null", "/dev/full"] {
            assert!(matches!(write_whole(device.as_ref(), fill).unwrap_err().fault, Fault::NotAFile(_)));
        }
        let link = home.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        assert!(matches!(write_whole(&link, fill).unwrap_err().fault, Fault::NotAFile(_)));
    }
    assert!(names(home.path()).iter().all(|n| n == "link"));
}

#[test]
fn errors_of_the_system_by_name() {
    use io::ErrorKind as K;
    let text = |kind: K| {
        let error = StoreError::io("write", "out/x".as_ref(), io::Error::from(kind));
        (error.to_string(), error.help().is_some(), error.is_closed_pipe())
    };
    assert_eq!(text(K::StorageFull), ("cannot write `out/x`: no space is left on the disk".into(), true, false));
    assert_eq!(text(K::ReadOnlyFilesystem), ("cannot write `out/x`: the file system is read-only".into(), true, false));
    assert_eq!(text(K::PermissionDenied), ("cannot write `out/x`: permission denied".into(), true, false));
    assert_eq!(text(K::BrokenPipe), ("cannot write `out/x`: the reader has closed it".into(), false, true));
    assert!(text(K::QuotaExceeded).0.contains("quota"));
}

/// Root may write anywhere, so this test says nothing there.
#[cfg(unix)]
#[test]
fn no_permission() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let locked = home.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("root"), "").is_ok() {
        fs::remove_file(locked.join("root")).unwrap();
        return;
    }
    let error = OutDir::prepare(&locked, false).unwrap_err();
    assert!(matches!(error.fault, Fault::NoPermission) && error.path == locked, "{error}");
    let error = OutDir::prepare(&locked.join("new"), false).unwrap_err();
    assert!(matches!(error.fault, Fault::NoPermission), "{error}");
}
