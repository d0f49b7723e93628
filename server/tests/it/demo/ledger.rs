//! The demonstration's ledger: what was found outside of the system, at every stage, with papers and measures.

use super::Loaded;

/// Checks the ledger of a loaded district.
pub(super) async fn check(loaded: &Loaded) {
    let base = loaded.base;
    for (what, query, n) in [
        ("problem put right at once", "SELECT COUNT(*) AS n FROM item_lines WHERE quick = 1 AND state = 'closed'", 2),
        (
            "problem that came back",
            "SELECT COUNT(*) AS n FROM item_lines WHERE kind = 'daily' AND repeats IS NOT NULL",
            1,
        ),
        ("audit under way", "SELECT COUNT(*) AS n FROM item_lines WHERE kind = 'audit' AND state = 'working'", 1),
        ("suggestion to be answered", "SELECT COUNT(*) AS n FROM item_lines WHERE kind = 'suggestion' AND turn = 0", 1),
        ("paper that waits", "SELECT COUNT(*) AS n FROM advices WHERE state = 'asked'", 1),
        ("document", "SELECT COUNT(*) AS n FROM regulation_items", 1),
        ("measure of two persons", "SELECT COUNT(*) AS n FROM measures WHERE state = 'confirmed'", 1),
        ("measure that waits", "SELECT COUNT(*) AS n FROM measures WHERE state = 'entered'", 1),
        ("通报 that is out", "SELECT COUNT(*) AS n FROM letters WHERE state = 'issued'", 1),
        ("通报 that waits", "SELECT COUNT(*) AS n FROM letters WHERE state = 'asked'", 1),
        ("receipt", "SELECT COUNT(*) AS n FROM letter_units WHERE received_on IS NOT NULL", 4),
        ("number that was voided", "SELECT COUNT(*) AS n FROM document_numbers WHERE state = 'void'", 1),
        ("容错 that was told", "SELECT COUNT(*) AS n FROM tolerance_cases WHERE state = 'told'", 1),
        ("容错 that waits", "SELECT COUNT(*) AS n FROM tolerance_cases WHERE state = 'asked'", 1),
        ("澄清 that waits", "SELECT COUNT(*) AS n FROM clearances WHERE state = 'asked'", 1),
    ] {
        assert_eq!(loaded.count(query).await, n, "{base}: {what}");
    }
    // Every item has its line, and says the same.
    let differ = "SELECT COUNT(*) AS n FROM items i LEFT JOIN item_lines l ON l.item_id = i.id
                  WHERE l.item_id IS NULL OR l.state <> i.state OR l.due_on <> i.due_on OR l.unit_id <> i.unit_id";
    assert_eq!(loaded.count(differ).await, 0, "{base}");
}
