//! What of “一件事” waits for somebody, for his 待办: one line for each kind of step, not for each unit.

use app::api::records::TodoRow;
use domain::{
    ids::UnitId,
    people::{
        Role,
        access::{self, Actor},
    },
    time::{Day, zh_short},
    warnings::{Stage, next_talk},
};

use super::{
    super::{Services, posts},
    follow, store,
};
use crate::storage::{Query, StorageError, q};

fn at(actor: &Actor, stage: Stage) -> Query {
    q("SELECT m.id, m.title FROM warning_matters m WHERE m.district_id = $1 AND m.stage = $2")
        .bind(actor.district)
        .bind(stage.key())
}

/// `学校项目　11月9日前，已逾期`.
fn by(title: String, due: Day, today: Day) -> String {
    let late = if due < today { "，已逾期" } else { "" };
    format!("{title}　{}前{late}", zh_short(due))
}

/// Most lines of one kind.
const SHOWN: usize = 5;

impl Services {
    /// Rows of the actor's 待办.
    pub(in crate::services) async fn warning_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut out = Vec::new();
        if access::propose_matter(actor).is_err() && access::seal_matter(actor).is_err() {
            return Ok(out);
        }
        let steps = [
            (access::run_matter(actor).is_ok(), Stage::Proposed, "研判是否采纳", "problems"),
            (access::run_matter(actor).is_ok(), Stage::Simulating, "起草问责清单", "situations"),
            (access::review_matter(actor).is_ok(), Stage::Reviewing, "审定三张清单", "situations"),
            (access::issue_matter(actor).is_ok(), Stage::Issuing, "签发问责预警", "situations"),
            (access::seal_matter(actor).is_ok(), Stage::Sealing, "编号用印", "notices"),
            (access::review_matter(actor).is_ok(), Stage::Closing, "审定办结报告", "course"),
        ];
        for (mine, stage, words, view) in steps {
            if mine {
                let find = at(actor, stage).push("ORDER BY m.proposed_at, m.id");
                self.matter_rows(&mut out, find, words, view).await?;
            }
        }
        let own: Vec<UnitId> = actor.own_units().into_iter().collect();
        if !own.is_empty() {
            let find = at(actor, Stage::Drafting).and_in("m.lead_id", own.iter().copied());
            self.matter_rows(&mut out, find.push("ORDER BY m.proposed_at, m.id"), "起草问题清单和责任清单", "duties")
                .await?;
            self.house_rows(actor, &own, &mut out).await?;
        }
        self.delivery_rows(actor, &mut out).await?;
        self.talk_rows(actor, &mut out).await?;
        Ok(out)
    }

    async fn matter_rows(
        &self,
        out: &mut Vec<TodoRow>,
        find: Query,
        words: &str,
        view: &str,
    ) -> Result<(), StorageError> {
        for row in self.store.read().rows(find).await?.iter().take(SHOWN) {
            out.push(TodoRow {
                title: format!("“一件事” · {words}"),
                note: row.text("title")?,
                link: format!("/warnings/{}?view={view}", row.text("id")?),
            });
        }
        Ok(())
    }

    /// 会签, 签收, measures of the own units.
    async fn house_rows(&self, actor: &Actor, own: &[UnitId], out: &mut Vec<TodoRow>) -> Result<(), StorageError> {
        let today = self.today();
        let find =
            q("SELECT m.id, m.title, c.due_on FROM warning_countersigns c JOIN warning_matters m ON m.id = c.matter_id
                      WHERE c.district_id = $1 AND c.state = 'asked' AND m.stage = 'countersign'")
            .bind(actor.district)
            .and_in("c.unit_id", own.iter().copied())
            .push("ORDER BY c.due_on, m.id");
        for row in self.store.read().rows(find).await?.iter().take(SHOWN) {
            out.push(TodoRow {
                title: "“一件事” · 会签责任清单".to_owned(),
                note: by(row.text("title")?, row.day("due_on")?, today),
                link: format!("/warnings/{}?view=signs", row.text("id")?),
            });
        }
        let find = q("SELECT n.id, m.title, n.state, n.sign_due, n.answer_due FROM warning_notices n
                      JOIN warning_matters m ON m.id = n.matter_id
                      WHERE n.district_id = $1 AND n.state IN ('delivered', 'signed')")
        .bind(actor.district)
        .and_in("n.unit_id", own.iter().copied())
        .push("ORDER BY n.answer_due, n.id");
        for row in self.store.read().rows(find).await?.iter().take(SHOWN) {
            let signs = row.text("state")? == "delivered";
            let (words, due) = if signs {
                ("签收提示单", row.day("sign_due")?)
            } else {
                ("报送工作措施", row.day("answer_due")?)
            };
            // The head signs, whoever fills in answers; each sees the other's so that nothing is left lying.
            out.push(TodoRow {
                title: format!("问责预警提示单 · {words}"),
                note: by(row.text("title")?, due, today),
                link: format!("/warnings/notices/{}", row.text("id")?),
            });
        }
        Ok(())
    }

    /// Notices to deliver: to the units that one watches; for the office those that nobody watches.
    async fn delivery_rows(&self, actor: &Actor, out: &mut Vec<TodoRow>) -> Result<(), StorageError> {
        let watches = [Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|role| actor.has(role));
        let find =
            q("SELECT m.id, m.title, COUNT(*) AS n FROM warning_notices n JOIN warning_matters m ON m.id = n.matter_id
                      WHERE n.district_id = $1 AND n.state = 'made'")
            .bind(actor.district);
        let find = if watches {
            find.and_in("n.unit_id", actor.watched.iter().copied())
        } else if actor.has(Role::ConductOffice) {
            find.push(
                "AND NOT EXISTS (SELECT 1 FROM oversight_map o WHERE o.unit_id = n.unit_id
                         AND (o.team_id IS NOT NULL OR o.office_id IS NOT NULL))",
            )
        } else {
            return Ok(());
        };
        for row in self.store.read().rows(find.push("GROUP BY m.id, m.title ORDER BY m.title, m.id")).await? {
            out.push(TodoRow {
                title: "“一件事” · 送达提示单".to_owned(),
                note: format!("{}　{} 份", row.text("title")?, row.int("n")?),
                link: format!("/warnings/{}?view=notices", row.text("id")?),
            });
        }
        Ok(())
    }

    /// 会商 that is due within a week, for the 监督牵头单位; 提请启动 for who answers it.
    async fn talk_rows(&self, actor: &Actor, out: &mut Vec<TodoRow>) -> Result<(), StorageError> {
        let bodies: Vec<UnitId> = access::bodies(actor).collect();
        let find = store::matters(actor.district)
            .push("AND m.stage = 'responding' AND m.id IN (SELECT matter_id FROM warning_supervisors WHERE 1 = 1")
            .and_in("unit_id", bodies)
            .push(") ORDER BY m.sent_on, m.id");
        let today = self.today();
        let mut read = self.store.read().clone();
        let mine = self.store.read().rows(find).await?;
        let last = follow::last_talks(&mut read, actor.district).await?;
        let calendar = posts::calendar(&mut read, actor.district).await?;
        for row in mine {
            let kept = store::read(&row)?;
            let Some(since) = last.get(&kept.id).copied().or(kept.sent_on) else { continue };
            let due = next_talk(since, &calendar);
            if (due - today).num_days() <= 7 {
                out.push(TodoRow {
                    title: "“一件事” · 会商".to_owned(),
                    note: by(kept.title, due, today),
                    link: format!("/warnings/{}?view=talks", kept.id),
                });
            }
        }
        if access::answer_start(actor).is_ok() {
            let find = q("SELECT m.id, m.title FROM warning_starts s JOIN warning_matters m ON m.id = s.matter_id
                          WHERE s.district_id = $1 AND s.state = 'asked' ORDER BY s.at, s.id")
            .bind(actor.district);
            self.matter_rows(out, find, "答复提请启动", "talks").await?;
        }
        Ok(())
    }
}
