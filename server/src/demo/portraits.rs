//! 履责画像 of the demonstration district: its portraits are made of the story itself; here only one question of the
//! shown leader, so that the body which answers finds one.

use chrono::Datelike as _;
use domain::{
    ids::CommandId,
    portrait::{Key, Part, Quarter},
    time::first_of,
};

use super::{
    houses::part,
    load::{Loader, missing},
};
use crate::{
    random,
    services::{
        checks::{AskCheck, ask_quietly},
        portrait,
    },
    storage::{Failure, Tx},
};

/// What he asks with it.
const WORDS: &str = "当时已经开展，记录补得晚了，请核对原始材料的日期。";

impl Loader {
    /// The question: about the first of this year's numbers that he would want explained. None where all is in time.
    pub(super) async fn portrait_question(&self, tx: &mut Tx) -> Result<(), Failure> {
        let today = tx.now().day();
        let head = self.plan.head_on(part::LEADER, today).ok_or_else(|| missing("head"))?.person;
        let actor = self.actor(head, today)?;
        let post = self.post(part::LEADER)?;
        let term = actor.terms.iter().find(|t| t.post == post).ok_or_else(|| missing("term"))?.term;
        for quarter in Quarter::between(first_of(today.year(), 1), today) {
            for wanted in [Part::Late, Part::Wanting] {
                let subject = format!("{term}:{}", Key::Quarter(quarter, wanted));
                let found = portrait::stands(tx, &actor, (post, quarter.year, &subject), today).await?;
                if found.is_some_and(|(_, shown)| shown != "0 项") {
                    let form = AskCheck {
                        command: CommandId(random::id(tx.now())),
                        kind: "portrait".into(),
                        post,
                        year: quarter.year,
                        key: subject,
                        words: WORDS.into(),
                    };
                    ask_quietly(tx, &actor, &form).await?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
