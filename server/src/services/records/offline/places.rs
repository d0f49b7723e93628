//! Places that are named to the two officers, because a sentence of what goes offline stands there too, and how
//! such places are read: page by page. Refuses a place twice, and more than a page shows: whoever looks for them
//! stops, and the list says so.

use crate::storage::Row;

/// Most places that are named.
pub const NAMED: usize = 30;
/// Rows that are read at once.
pub const AT_ONCE: i64 = 100;

/// Is a page of rows full, so that more may follow?
pub fn is_full(rows: &[Row]) -> bool {
    i64::try_from(rows.len()).is_ok_and(|n| n == AT_ONCE)
}

/// The places found so far.
#[derive(Debug, Default)]
pub struct Places {
    named: Vec<String>,
    more: bool,
}

impl Places {
    /// Names a place, once.
    pub fn add(&mut self, place: String) {
        if self.named.contains(&place) {
            return;
        }
        if self.named.len() < NAMED {
            self.named.push(place);
        } else {
            self.more = true;
        }
    }

    /// Is nothing more named?
    pub fn are_full(&self) -> bool {
        self.more
    }

    /// As the page lists them.
    pub fn lines(mut self) -> Vec<String> {
        if self.more {
            self.named.push(format!("等（只列出前 {NAMED} 处）"));
        }
        self.named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_stands_once_and_a_long_list_says_that_it_ends() {
        let mut places = Places::default();
        for n in [0, 1, 0, 1] {
            places.add(n.to_string());
        }
        assert_eq!(places.lines(), ["0", "1"]);
        let mut places = Places::default();
        (0..NAMED).for_each(|n| places.add(n.to_string()));
        assert!(!places.are_full());
        places.add("1".to_owned());
        assert!(!places.are_full(), "known already");
        places.add("another".to_owned());
        assert!(places.are_full());
        let lines = places.lines();
        assert_eq!((lines.len(), lines[NAMED].as_str()), (NAMED + 1, "等（只列出前 30 处）"));
    }
}
