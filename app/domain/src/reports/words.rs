//! Two versions of a text, compared by words: first by sentences, then inside a sentence that changed by characters.

use serde::{Deserialize, Serialize};

/// What became of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Stands in both.
    Same,
    /// Only in the later one.
    Added,
    /// Only in the earlier one.
    Removed,
}

/// A piece of text with its mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What became of it.
    pub mark: Mark,
    /// The text.
    pub text: String,
}

/// Longest pair of runs, in characters multiplied, that is compared by characters: the table of it takes 2 MB.
const CELLS_MAX: usize = 1 << 20;

/// Compares two versions. The pieces that are not added make up `before`, those that are not removed `after`.
pub fn compare(before: &str, after: &str) -> Vec<Piece> {
    let (was, is) = (sentences(before), sentences(after));
    let mut out: Vec<Piece> = Vec::new();
    let (mut gone, mut new) = (String::new(), String::new());
    for (mark, text) in aligned(&was, &is) {
        match mark {
            Mark::Removed => gone.push_str(text),
            Mark::Added => new.push_str(text),
            Mark::Same => {
                inside(&mut out, &std::mem::take(&mut gone), &std::mem::take(&mut new));
                push(&mut out, Mark::Same, text);
            }
        }
    }
    inside(&mut out, &gone, &new);
    out
}

/// A run that changed: by characters where that is small enough to be worth it.
fn inside(out: &mut Vec<Piece>, gone: &str, new: &str) {
    let (was, is) = (characters(gone), characters(new));
    if was.len().saturating_mul(is.len()) > CELLS_MAX {
        push(out, Mark::Removed, gone);
        push(out, Mark::Added, new);
        return;
    }
    for (mark, text) in aligned(&was, &is) {
        push(out, mark, text);
    }
}

fn push(out: &mut Vec<Piece>, mark: Mark, text: &str) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(last) if last.mark == mark => last.text.push_str(text),
        _ => out.push(Piece { mark, text: text.to_owned() }),
    }
}

fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['。', '；', '！', '？', '\n']).collect()
}

/// One character each; letters and digits that stand together are one word.
fn characters(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut word = false;
    for (at, c) in text.char_indices() {
        let is_word = c.is_ascii_alphanumeric();
        if at > from && !(word && is_word) {
            out.push(&text[from..at]);
            from = at;
        }
        word = is_word;
    }
    if from < text.len() {
        out.push(&text[from..]);
    }
    out
}

/// The longest common subsequence, after what both begin and end with.
fn aligned<'a>(was: &[&'a str], is: &[&'a str]) -> Vec<(Mark, &'a str)> {
    let head = was.iter().zip(is).take_while(|(a, b)| a == b).count();
    let tail = was[head..].iter().rev().zip(is[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&was[head..was.len() - tail], &is[head..is.len() - tail]);
    let mut out: Vec<(Mark, &str)> = was[..head].iter().map(|text| (Mark::Same, *text)).collect();
    let width = new.len() + 1;
    let mut table = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i * width + j] = if old[i] == new[j] {
                table[(i + 1) * width + j + 1].saturating_add(1)
            } else {
                table[(i + 1) * width + j].max(table[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            out.push((Mark::Same, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && table[(i + 1) * width + j] >= table[i * width + j + 1]) {
            out.push((Mark::Removed, old[i]));
            i += 1;
        } else {
            out.push((Mark::Added, new[j]));
            j += 1;
        }
    }
    out.extend(was[was.len() - tail..].iter().map(|text| (Mark::Same, *text)));
    out
}
