//! An import meets the gates of stages: a row that lacks something is refused with what it lacks.

use crate::support::{Office, in_stage};
use app::import::{
    plan::{PipelineChoice, StageChoice},
    report::Reason,
};
use domain::{
    change::{Delta, Target},
    command::{Command, Request},
    gate::Condition,
    id::CommandId,
    record::Kind,
    refusal::Refusal,
};
use serde_json::{Value, json};
use server::clock;

const FILE: &str = "id,deal name,company,amount,stage,create date\n\
    1,With amount,Acme,100,Offer,2024-03-01\n\
    2,Without,Acme,,Offer,2024-03-01\n\
    3,Elsewhere,Acme,,Lead,2024-03-01\n";

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_lack_something_are_refused_with_what_they_lack() {
    let office = Office::open().await;
    let stages = office.board(office.pipeline).await;
    let stages = stages.stages_of(office.pipeline);
    let (lead, later) = (stages[0].id, stages[1].id);
    let target = Target::new(Kind::Stage, later);
    // Which stages it has passed before is not known of a deal that is imported.
    let set = |field, after| Command::set(target, field, Delta { before: Value::Null, after });
    let command =
        Command::Batch { parts: vec![set("gate.fields", json!(["amount"])), set("gate.in_order", json!(true))] };
    office.carry_out(&[Request { id: CommandId(clock::new_id()), command }]).await;
    let mut file = office.upload("deals.csv", FILE).await;
    let plan = &mut file.plan.deals;
    plan.pipeline = PipelineChoice::Existing { id: office.pipeline };
    plan.new_stages.clear();
    plan.stages.clear();
    plan.first_stage = Some(StageChoice::Existing { id: lead });
    let check = office.check(&file).await;
    assert_eq!((check.counts.created, check.counts.refused), (2, 1), "{check:?}");
    let [problem] = &check.refused[0].problems[..] else { panic!("{check:?}") };
    let Reason::Refused { refusal: Refusal::Gate { unmet } } = &problem.reason else { panic!("{problem:?}") };
    assert_eq!(
        (unmet[0].stage, &unmet[0].missing[..]),
        (later, &[Condition::Field { field: "amount".to_owned() }][..])
    );
    let run = office.import(&file).await;
    assert_eq!(run.run.progress.created, 2, "{run:?}");
    assert_eq!(in_stage(&office.board(office.pipeline).await, "Offer").len(), 1);
    // Undoing an import is taking back.
    let undone = office.undo(&run).await;
    assert_eq!(in_stage(&office.board(office.pipeline).await, "Offer").len(), 0, "{undone:?}");
    office.close().await;
}
