//! Who still has to sign a feedback. One reader signs for all of them, unless it holds what takes two to say: that is
//! signed by the two who said it, on their own device or on paper.

use domain::{ids::PersonId, oversight::RemarkKind};

use super::{
    signing::{BY_HEAD, BY_READER, Signed},
    store::KeptRemark,
};

/// Those of the two who said of something on the sheet that it does not match and have not signed it yet, with names.
pub fn readers(all: &[KeptRemark], given: &[Signed]) -> Vec<(PersonId, String)> {
    let mut out: Vec<(PersonId, String)> = Vec::new();
    for m in said_by_two(all) {
        let second = m.agreed_by.map(|person| (person, m.agreed_name.clone()));
        for (person, name) in std::iter::once((m.plain.by, m.by_name.clone())).chain(second) {
            let signed = given.iter().any(|s| s.purpose == BY_READER && s.person == person);
            if !signed && out.iter().all(|(other, _)| *other != person) {
                out.push((person, name));
            }
        }
    }
    out
}

fn said_by_two(all: &[KeptRemark]) -> impl Iterator<Item = &KeptRemark> {
    all.iter().filter(|m| m.plain.kind == RemarkKind::Mismatch && m.plain.agreed && !m.plain.withdrawn)
}

/// Does it take both of two readers?
pub fn takes_two(all: &[KeptRemark]) -> bool {
    said_by_two(all).next().is_some()
}

/// Have all signed who have to?
pub fn nobody(all: &[KeptRemark], given: &[Signed]) -> bool {
    let by = |purpose: &str| given.iter().any(|s| s.purpose == purpose);
    by(BY_HEAD) && by(BY_READER) && readers(all, given).is_empty()
}

/// Who is still to sign, in words; empty where nobody is.
pub fn words(all: &[KeptRemark], given: &[Signed]) -> String {
    let owing = readers(all, given);
    let names: Vec<&str> = owing.iter().map(|(_, name)| name.as_str()).collect();
    let mut who = Vec::new();
    if !names.is_empty() {
        who.push(format!("检查人员{}", names.join("、")));
    } else if given.iter().all(|s| s.purpose != BY_READER) {
        who.push("检查人员一名".to_owned());
    }
    if given.iter().all(|s| s.purpose != BY_HEAD) {
        who.push("党组织主要负责人".to_owned());
    }
    if who.is_empty() {
        return String::new();
    }
    let why = if owing.is_empty() {
        ""
    } else {
        "。意见里有经两人认定的“与实际不符”，认定的两人都要签字"
    };
    format!("还差签字：{}{why}。", who.join("；"))
}
