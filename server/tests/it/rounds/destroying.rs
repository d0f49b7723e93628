//! The link between ballots and seats ends with the key: at every point of a crash.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use domain::reviews::{Fold, Grade};
use server::live::{
    journal::JournalError,
    round::{OpenRound, RoundFiles},
};
use tempfile::TempDir;

use super::{round, vote};

struct Place {
    dir: TempDir,
    files: RoundFiles,
}

impl Place {
    fn new(apart: bool) -> Self {
        let dir = TempDir::new().unwrap();
        let mut files = RoundFiles::at(dir.path().join("data/rounds"));
        if apart {
            files.keys = dir.path().join("stick/keys");
        }
        Self { dir, files }
    }

    fn key(&self) -> PathBuf {
        self.files.keys.join(round().to_string()).join("key")
    }

    fn votes(&self) -> PathBuf {
        self.files.dir.join(round().to_string()).join("votes")
    }

    fn all_files(&self) -> Vec<PathBuf> {
        fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(dir).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, into) } else { into.push(path) }
            }
        }
        let mut found = Vec::new();
        walk(self.dir.path(), &mut found);
        found
    }
}

async fn held(place: &Place) {
    let open = OpenRound::create(&place.files, round()).unwrap();
    for n in 0..5 {
        open.submit(vote(n, 1, Grade::Good)).await.unwrap();
    }
    open.stop().await;
}

#[tokio::test]
async fn only_the_owner_reads_key_and_journal() {
    for apart in [false, true] {
        let place = Place::new(apart);
        held(&place).await;
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&place.key()), mode(&place.votes())), (0o600, 0o600));
        assert_eq!(mode(place.key().parent().unwrap()), 0o700);
        assert_eq!(fs::read(place.key()).unwrap().len(), 32);
        assert_eq!(OpenRound::found(&place.files).unwrap(), [round()]);
        let again = OpenRound::create(&place.files, round());
        assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AlreadyExists, "an open round is not overwritten");
        assert_eq!(OpenRound::resume(&place.files, round()).unwrap().with(Fold::electronic), 5);
    }
}

#[tokio::test]
async fn a_crash_at_any_step_is_finished_by_the_next_start() {
    type Step = fn(&Place);
    let steps: [Step; 5] = [
        |p| fs::write(p.key(), [0x5a; 32]).unwrap(),
        |p| fs::remove_file(p.key()).unwrap(),
        |p| fs::remove_file(p.votes()).unwrap(),
        |p| fs::remove_dir(p.key().parent().unwrap()).unwrap(),
        |p| {
            let folder = p.votes().parent().unwrap().to_owned();
            if folder.exists() {
                fs::remove_dir(folder).unwrap();
            }
        },
    ];
    for apart in [false, true] {
        for done in 0..=steps.len() {
            let place = Place::new(apart);
            held(&place).await;
            let key = fs::read(place.key()).unwrap();
            for step in &steps[..done] {
                step(&place);
            }
            if done > 0 {
                let resumed = OpenRound::resume(&place.files, round());
                assert!(matches!(resumed, Err(JournalError::Damaged(_) | JournalError::Missing)), "after {done}");
            }
            for _ in 0..2 {
                OpenRound::destroy(&place.files, round()).unwrap();
                assert!(OpenRound::found(&place.files).unwrap().is_empty(), "after {done}");
                assert!(matches!(OpenRound::resume(&place.files, round()), Err(JournalError::Missing)));
            }
            for file in place.all_files() {
                let bytes = fs::read(&file).unwrap();
                assert!(!bytes.windows(32).any(|w| w == key), "the key is still in {}", file.display());
            }
            assert!(place.all_files().is_empty());
        }
    }
}

/// The overwriting itself: whoever still holds the file open reads noise, not the key.
#[tokio::test]
async fn the_key_is_overwritten_before_it_is_unlinked() {
    use std::io::Read as _;
    let place = Place::new(false);
    held(&place).await;
    let key = fs::read(place.key()).unwrap();
    let mut open = fs::File::open(place.key()).unwrap();
    OpenRound::destroy(&place.files, round()).unwrap();
    let mut left = Vec::new();
    open.read_to_end(&mut left).unwrap();
    assert_eq!(left.len(), key.len());
    assert_ne!(left, key);
}

#[tokio::test]
async fn half_a_key_or_no_journal_is_said() {
    let place = Place::new(false);
    held(&place).await;
    let key = fs::read(place.key()).unwrap();
    for wrong in [&key[..31], &[key.as_slice(), &[0]].concat()] {
        fs::write(place.key(), wrong).unwrap();
        assert!(matches!(OpenRound::resume(&place.files, round()), Err(JournalError::Damaged(_))));
    }
    fs::write(place.key(), &key).unwrap();
    assert!(OpenRound::resume(&place.files, round()).is_ok());
    fs::remove_file(place.votes()).unwrap();
    assert!(matches!(OpenRound::resume(&place.files, round()), Err(JournalError::Missing)));
    // A start that ended between key and journal leaves nothing that destroying does not find.
    OpenRound::destroy(&place.files, round()).unwrap();
    assert!(place.all_files().is_empty());
    OpenRound::destroy(&place.files, round()).unwrap();
}
