//! The bytes of a journal: torn tails are cut, damage is said, nothing can be moved.

use domain::{
    ids::RoundId,
    reviews::{Frame, Grade},
};
use server::live::{
    journal::{BLOCK, Found, Journal, JournalError},
    key::Key,
};
use uuid::Uuid;

use super::{ballot, close, disks::Memory, round, seat, vote};

/// Three records after the empty first one, and what is in them.
fn three(key: &Key) -> (Vec<u8>, Vec<Frame>) {
    let disk = Memory::default();
    let mut journal = Journal::create(disk.clone(), key, round()).unwrap();
    let frames = vec![vote(1, 1, Grade::Good), vote(2, 1, Grade::Poor), vote(1, 2, Grade::Fair), close()];
    journal.append(&[&frames[0], &frames[1]]).unwrap();
    journal.append(&[&frames[2]]).unwrap();
    journal.append(&[&frames[3]]).unwrap();
    (disk.bytes(), frames)
}

fn opened(bytes: Vec<u8>, key: &Key) -> Result<(Vec<u8>, Found), JournalError> {
    let disk = Memory::holding(bytes);
    let (_, found) = Journal::open(disk.clone(), key, round())?;
    let state = disk.state.lock().unwrap();
    assert_eq!(state.cached, state.flushed, "a cut must be durable");
    drop(state);
    Ok((disk.bytes(), found))
}

fn is_damaged(bytes: Vec<u8>, key: &Key) -> bool {
    matches!(opened(bytes, key), Err(JournalError::Damaged(_)))
}

#[test]
fn a_torn_tail_is_cut_at_every_byte() {
    let key = Key::random();
    let (bytes, frames) = three(&key);
    let last = bytes.len() - BLOCK;
    for len in last..bytes.len() {
        let (left, found) = opened(bytes[..len].to_vec(), &key).unwrap();
        assert_eq!((left.len(), found.cut), (last, (len - last) as u64), "cut at {len}");
        assert_eq!(found.frames, frames[..3]);
    }
    let (left, found) = opened(bytes.clone(), &key).unwrap();
    assert_eq!((left, found.frames, found.cut), (bytes, frames, 0));
}

#[test]
fn garbage_behind_the_last_record_is_cut() {
    let key = Key::random();
    let (bytes, frames) = three(&key);
    for tail in [vec![0; 1], vec![0; 2 * BLOCK], vec![0xa5; BLOCK + 17], bytes[BLOCK..2 * BLOCK].to_vec()] {
        let (left, found) = opened([bytes.clone(), tail].concat(), &key).unwrap();
        assert_eq!((left, found.frames), (bytes.clone(), frames.clone()));
    }
    // A sector of the last write never reached the disk.
    let mut torn = bytes.clone();
    let last = bytes.len() - BLOCK;
    torn[last + 1_024..last + 1_536].fill(0);
    let (left, found) = opened(torn, &key).unwrap();
    assert_eq!((left.len(), found.frames.len()), (last, 3));
}

#[test]
fn a_flipped_bit_in_an_acknowledged_record_is_an_error() {
    let key = Key::random();
    let (bytes, _) = three(&key);
    for at in 0..bytes.len() - BLOCK {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(is_damaged(flipped, &key), "byte {at}");
    }
}

#[test]
fn records_cannot_be_reordered_left_out_or_moved() {
    let key = Key::random();
    let (bytes, _) = three(&key);
    let part = |n: usize| &bytes[n * BLOCK..(n + 1) * BLOCK];
    assert!(is_damaged([part(0), part(2), part(1), part(3)].concat(), &key), "swapped");
    assert!(is_damaged([part(0), part(1), &[0; BLOCK], part(3)].concat(), &key), "blanked");
    assert!(is_damaged([part(1), part(2), part(3)].concat(), &key), "first left out");
    assert!(is_damaged([part(0), part(2), part(3)].concat(), &key), "one left out");
    assert!(is_damaged([part(0), part(1), part(3)].concat(), &key), "another left out");

    let other = Memory::holding(bytes.clone());
    let elsewhere = Journal::open(other, &key, RoundId(Uuid::from_u128(8)));
    assert!(matches!(elsewhere, Err(JournalError::Damaged(_))), "another round");
}

#[test]
fn another_key_cuts_nothing() {
    let (bytes, _) = three(&Key::random());
    let disk = Memory::holding(bytes.clone());
    assert!(matches!(Journal::open(disk.clone(), &Key::random(), round()), Err(JournalError::Damaged(_))));
    assert_eq!(disk.bytes(), bytes);
}

#[test]
fn the_size_of_a_record_does_not_tell_the_choice() {
    let key = Key::random();
    let sizes = [("", Grade::Good), ("还要多下去看看，多听群众怎么说。", Grade::Better)].map(|(words, grade)| {
        let disk = Memory::default();
        let mut journal = Journal::create(disk.clone(), &key, round()).unwrap();
        let frame = Frame::Vote { seat: seat(1), epoch: 1, rev: 1, ballot: ballot(grade, words) };
        journal.append(&[&frame]).unwrap();
        let bytes = disk.bytes();
        assert!(!bytes.windows(4).any(|w| w == b"good" || w == b"seat"));
        bytes.len()
    });
    assert_eq!(sizes, [2 * BLOCK; 2]);
}
