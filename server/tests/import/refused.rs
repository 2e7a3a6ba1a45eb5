//! Rows that cannot be imported: each is told with its reasons, given back as a file, and comes in once it is corrected.

use crate::support::{Office, in_stage, map};
use app::import::{
    inspection::Reading,
    plan::{OwnerChoice, Target},
    report::{Check, Reason},
    trouble::{PlanProblem, Trouble},
};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{
    import::{Separator, guess::DealField},
    refusal::{Refusal, Rule},
};

const FILE: &str = "id,deal name,company,amount,stage,owner,create date,close date,notes\n\
    1,Good,Acme,\"1,200.50\",Lead,Admin,2024-03-01,,=1+1\n\
    2,Bad date,Acme,1,Lead,Admin,2024-02-30,,x\n\
    3,Bad number,Acme,one,Lead,Admin,2024-03-01,,x\n\
    4,No stage,Acme,1,Nowhere,Admin,2024-03-01,,x\n\
    5,No owner,Acme,1,Lead,Nobody,2024-03-01,,x\n\
    6,Negative,Acme,-1,Lead,Admin,2024-03-01,,x\n\
    7,Long,Acme,1,Lead,Admin,2024-03-01,,x,too,much\n\
    8,,Acme,1,Lead,Admin,2024-03-01,,x\n\
    1,Same,Acme,1,Lead,Admin,2024-03-01,,x\n\
    10,Future,Acme,1,Won,Admin,2024-03-01,2999-01-01,x\n\
    11,Two wrongs,Acme,much,Nowhere,Admin,never,,=cmd\n\
    12,Short,Acme,7\n";

fn reasons(check: &Check, line: u64) -> Vec<&Reason> {
    let row = check.refused.iter().find(|row| row.line == line);
    row.map(|row| row.problems.iter().map(|problem| &problem.reason).collect()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_say_why_and_come_back_corrected() {
    let office = Office::open().await;
    let mut file = office.upload("deals.csv", FILE).await;
    // The file's stages are not those of the pipeline, so a new one was proposed: this one is meant.
    file.plan.deals.pipeline = app::import::plan::PipelineChoice::Existing { id: office.pipeline };
    file.plan.deals.new_stages.clear();
    file.plan.deals.stages.clear();
    let lead = office.board(office.pipeline).await.stages_of(office.pipeline)[0].id;
    file.plan.deals.first_stage = Some(app::import::plan::StageChoice::Existing { id: lead });
    file.plan.deals.other_owners = OwnerChoice::Refuse;
    let check = office.check(&file).await;
    assert_eq!((check.counts.created, check.counts.refused), (3, 9), "{check:?}");
    assert_eq!(check.unknown_stages, [("Nowhere".to_owned(), 2)]);
    assert_eq!(check.unknown_owners, [("Nobody".to_owned(), 1)]);
    let invalid = |field: &str, rule| Reason::Refused { refusal: Refusal::invalid(field, rule) };
    assert!(matches!(reasons(&check, 3)[..], [Reason::NotADate { .. }]));
    assert!(matches!(reasons(&check, 4)[..], [Reason::NotANumber { .. }]));
    assert_eq!(reasons(&check, 5), [&Reason::UnknownStage]);
    assert_eq!(reasons(&check, 6), [&Reason::UnknownMember]);
    assert!(matches!(reasons(&check, 7)[..], [Reason::Refused { refusal: Refusal::Invalid { .. } }]));
    assert!(matches!(reasons(&check, 8)[..], [Reason::Written { columns: 9, .. }]));
    assert_eq!(reasons(&check, 10), [&Reason::Duplicate { line: 2 }]);
    assert_eq!(reasons(&check, 11), [&invalid("closed_at", Rule::InFuture)]);
    assert_eq!(reasons(&check, 12).len(), 3, "every problem of a row is told");

    let path = format!("/api/v1/imports/{}/refused.csv", file.upload);
    let (status, csv) = office.send(&office.admin, Method::GET, &path, Body::empty()).await;
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert_eq!(status, StatusCode::OK);
    assert!(csv.starts_with("\u{FEFF}Row,Reason,id,deal name,company,"), "{csv}");
    assert!(csv.contains("12,") && csv.contains("'=cmd") && csv.contains("x,too,much"), "{csv}");
    assert_eq!(csv.lines().count(), 10, "{csv}");

    let run = office.import(&file).await;
    assert_eq!((run.run.progress.created, run.run.progress.refused, run.has_refused), (3, 9, true));
    let path = format!("/api/v1/imports/runs/{}/refused.csv", run.run.id);
    let (_, of_run) = office.send(&office.admin, Method::GET, &path, Body::empty()).await;
    assert_eq!(String::from_utf8(of_run).expect("UTF-8"), csv);

    // Corrected, and sent again as it is: its first two columns are left out, and its formulas are texts again.
    let corrected = csv.replace("much,Nowhere,Admin,never", "5,Offer,Admin,2024-03-02");
    let mut again = office.upload("corrected.csv", corrected).await;
    assert_eq!(again.plan.columns[0].target, Target::Ignore);
    assert_eq!(again.plan.columns[1].target, Target::Ignore);
    again.plan.deals = file.plan.deals.clone();
    let run = office.import(&again).await.run;
    let counts = run.progress;
    let path = format!("/api/v1/imports/runs/{}/refused.csv", run.id);
    let (_, twice) = office.send(&office.admin, Method::GET, &path, Body::empty()).await;
    let twice = String::from_utf8(twice).expect("UTF-8");
    assert!(
        twice.starts_with("\u{FEFF}Row,Reason,id,deal name,company,"),
        "its own two columns are not doubled: {twice}"
    );
    // The row that had the id of another updates that one, which is no longer beside it.
    assert_eq!((counts.created, counts.updated, counts.refused), (1, 1, 7), "{counts:?}");
    let view = office.board(office.pipeline).await;
    let [deal] = in_stage(&view, "Offer")[..] else { panic!("{:?}", view.deals) };
    assert_eq!((deal.title.as_str(), deal.notes.as_str()), ("Two wrongs", "=cmd"));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_does_not_fit_names_what_is_wrong() {
    let office = Office::open().await;
    let problems = async |file: &app::import::inspection::Inspection| {
        let path = format!("/api/v1/imports/{}/check", file.upload);
        let (status, body) = office.try_post(&path, &file.plan).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{}", String::from_utf8_lossy(&body));
        match serde_json::from_slice(&body).expect("a reason") {
            Trouble::Plan { problems } => problems,
            other => panic!("{other:?}"),
        }
    };
    // 02/01/2014 can be read in two ways: nobody is asked only where the file itself tells.
    let file = office.upload("a.csv", "id,deal name,create date,stage\n1,A,02/01/2014,Lead\n").await;
    assert_eq!(problems(&file).await, [PlanProblem::DateForm { column: 2 }]);

    let mut file = office.upload("b.csv", "id,deal name,stage,stage\n1,A,Lead,Lead\n").await;
    map(&mut file, "stage (2)", Target::Deal(DealField::Stage));
    assert_eq!(problems(&file).await, [PlanProblem::Taken { column: 3, by: 2 }]);
    file.plan.columns.pop();
    assert_eq!(problems(&file).await, [PlanProblem::Columns { expected: 4 }]);
    let semicolons = Reading { separator: Some(Separator::Semicolon), ..Reading::default() };
    assert_eq!(office.inspect(&file, &semicolons).await.columns.len(), 1, "a person may choose wrongly");

    let mut file = office.upload("c.csv", "company,phone\nA,1\n").await;
    map(&mut file, "company", Target::Ignore);
    assert_eq!(problems(&file).await.len(), 1);
    let (status, _) = office.try_post(&format!("/api/v1/imports/{}/check", file.upload), &"nonsense").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    office.close().await;
}
