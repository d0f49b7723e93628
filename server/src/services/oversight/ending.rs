//! How a feedback ends whose head is not the one of its days: who signs for which time, said on the page; and where the
//! post is vacant and nobody can sign, the office ends it with its reason.

use domain::{
    Rejection,
    oversight::{Phase, Standing, check_word},
    people::access::{self, Actor},
    time::{Day, zh_short},
};

use super::{
    super::{colours, season},
    finish::audit,
    owing,
    signing::{BY_HEAD, BY_READER, Signed, ready, signed},
    store::{self, Kept, KeptRemark},
};
use crate::storage::{Failure, Tx, q};

impl Kept {
    /// Why it was ended without the head's signature; empty otherwise.
    pub fn ended(&self) -> &str {
        if self.plain.standing == Standing::Closed { &self.withdrawn_why } else { "" }
    }

    /// Who signs for which time, where it is not simply the head whose book was read; empty otherwise.
    pub fn who_signs(&self) -> String {
        let mut words: Vec<String> = self
            .formers
            .iter()
            .map(|f| format!("{}检查时在任（任至{}），为自己任内签字", f.name, zh_short(f.left)))
            .collect();
        match (&self.info.head, self.read_head) {
            (Some(head), Some(read)) if head.person == read && words.is_empty() => return String::new(),
            (Some(head), _) if words.is_empty() => words.push(format!(
                "检查时岗位空缺，由{}（{}到任）签字，签字处注明“检查时岗位空缺，到任后签字”",
                head.name,
                zh_short(head.from)
            )),
            (Some(head), _) => words.push(format!("现任{}（{}到任）也可以接任签字", head.name, zh_short(head.from))),
            (None, _) => words.push(
                "岗位现在空缺：由主持工作的班子成员在纸质件上签字、检查人员登记，或者等新任负责人到任后签字；\
                 都办不到的，检查人员签字后由党风政风监督室写明原因办结"
                    .to_owned(),
            ),
        }
        format!("负责人一方由谁签字：{}。一人签字即可，可用本人账号签、当面签，也可登记纸质签字。", words.join("；"))
    }
}

/// May the office end it? The readers have signed, nobody heads the post, and nobody signed for it.
pub fn may_end(actor: &Actor, kept: &Kept, all: &[KeptRemark], given: &[Signed], today: Day) -> bool {
    let by = |purpose: &str| given.iter().any(|s| s.purpose == purpose);
    access::end_reading(actor, kept.info.access()).is_ok()
        && kept.plain.phase(today) == Phase::Signing
        && kept.info.head.is_none()
        && by(BY_READER)
        && !by(BY_HEAD)
        && owing::readers(all, given).is_empty()
}

/// Ends it, with the reason.
pub async fn end(tx: &mut Tx, actor: &Actor, kept: &Kept, why: &str) -> Result<(), Failure> {
    let _proof = access::end_reading(actor, kept.info.access())?;
    let today = tx.now().day();
    ready(tx, actor.district, kept).await?;
    let all = store::remarks(tx, actor.district, kept.id).await?;
    if !may_end(actor, kept, &all, &signed(tx, kept).await?, today) {
        let words =
            "只有待签字、岗位空缺、检查人员已经签字而负责人一方无人签字的检查可以这样办结，没有保存。请刷新页面查看。";
        return Err(Rejection::state(words).into());
    }
    let why = check_word("words", "办结原因", why)?;
    let said = format!("岗位空缺、无人签字，{}{}办结：{why}", actor.name, zh_short(today));
    tx.execute(
        q("UPDATE inspections SET standing = 'closed', closed_on = $1, withdrawn_why = $2 WHERE id = $3")
            .bind(today)
            .bind(&said)
            .bind(kept.id),
    )
    .await?;
    let title = format!("{}：岗位空缺、无人签字，由党风政风监督室办结", kept.plain.purpose.label());
    store::thread(tx, actor.district, kept, "oversight.closed", title).await?;
    audit(tx, actor, "oversight.closed", kept, &said).await?;
    season::closed(tx, actor, kept.id, today).await?;
    colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, today).await
}
