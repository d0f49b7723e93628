//! What an inspector marks on site is a line of the history: no state, no deadline, no version moves.

use super::*;

#[test]
fn a_look_on_site_leaves_a_line_and_nothing_else() {
    for state in [State::Unsigned, State::Planning, State::Working, State::Checking, State::Checked] {
        let item = at(state);
        let before = item.clone();
        let seen = item.look(&checker(), d("2026-03-20"), true, "").unwrap();
        assert_eq!((seen.step, seen.state, seen.words.as_str()), (Step::Look, state, Item::SETTLED));
        let not = item.look(&checker(), d("2026-03-20"), false, " 台账没有更新 ").unwrap();
        assert_eq!(not.words, "仍未整改：台账没有更新");
        assert_eq!(item, before, "{state:?}");
    }
}

#[test]
fn a_look_is_from_outside_and_says_something() {
    let item = at(State::Working);
    assert!(item.look(&liaison(), d("2026-03-20"), true, "").is_err(), "nobody checks his own unit");
    let silent = item.look(&checker(), d("2026-03-20"), false, "  ").unwrap_err();
    assert_eq!(silent.field_name(), Some("words"));
    assert!(item.look(&checker(), d("2026-03-20"), false, "机密★10年").is_err());
    let mut closed = at(State::Checked);
    closed.strike(&office(), d("2026-03-12")).unwrap();
    assert!(closed.look(&checker(), d("2026-03-20"), true, "").unwrap_err().to_string().contains("已经销号"));
}
