//! The dry run: every row is decided as an import would, and nothing is written.

use super::{
    engine::Verdict,
    error::Result,
    job::{Job, count},
    patience::Patience,
    refused::RefusedRows,
    upload::Upload,
};
use crate::clock;
use app::{
    Texts,
    import::{
        plan::{Plan, RowKind},
        report::{Check, RefusedRow, StageSum},
    },
};
use domain::{
    board::Totals,
    deal::Deal,
    id::StageId,
    import::{
        Problem,
        guess::{ContactField, DealField},
    },
    page::Progress,
};
use std::{collections::BTreeMap, sync::Arc};
use store::{Reader, Store};

/// How many refused rows are shown at once.
const SHOWN: usize = 100;

/// Goes on until somebody begins another check of the same file, forgets it, or no longer waits for the answer.
pub async fn check(store: &Store, reader: &Reader, upload: Arc<Upload>, plan: Plan, texts: Texts) -> Result<Check> {
    let wanted = upload.begin_check();
    upload.note_progress(0, 0);
    let (id, now) = (clock::new_id(), clock::now());
    let mut job = Job::prepare(store, reader, upload.clone(), plan, id, wanted.given_up(), now).await?;
    let mut counts = Progress { rows: job.rows, ..Progress::default() };
    let mut refused = Vec::new();
    let mut lines = RefusedRows::new(texts, &job.engine.columns);
    let mut file = None;
    let (mut keyless, mut short_rows) = (0, 0);
    let mut sums: BTreeMap<StageId, Totals> = BTreeMap::new();
    let is_log = job.engine.layout.is_log();
    loop {
        let rows = job.next(&Patience::none(), clock::now()).await?;
        wanted.still()?;
        if rows.is_empty() {
            break;
        }
        for (record, row) in rows {
            count(&mut counts, &row);
            if let Verdict::Refused(problems) = &row.verdict {
                lines.add(&record, problems, &reader.settings);
                if refused.len() < SHOWN {
                    refused.push(RefusedRow { line: row.line, problems: problems.clone() });
                }
                continue;
            }
            keyless += u64::from(row.verdict == Verdict::Created && !job.engine.has_key(&record));
            short_rows += u64::from(record.problems.iter().any(|problem| matches!(problem, Problem::Short { .. })));
            let of_row = row.deal.filter(|_| !is_log).and_then(|deal| job.engine.view.deals.get(&deal));
            if let Some(deal) = of_row {
                add(&mut sums, deal, &job);
            }
            job.makes.members.extend(row.members);
        }
        lines.write_to(&mut file)?;
        upload.note_progress(counts.done, counts.rows);
    }
    // Many rows of a log tell of one deal: it counts once, where it comes to stand.
    for deal in job.engine.logged.values() {
        add(&mut sums, deal, &job);
    }
    upload.keep_refused(file.map(Arc::new));
    let unmatched = is_unmatched(&job);
    Ok(Check {
        counts,
        stages: stage_sums(&job, sums),
        unmatched,
        keyless: if unmatched { 0 } else { keyless },
        short_rows,
        makes: job.makes,
        unknown_stages: job.unknown_stages,
        unknown_owners: job.unknown_owners,
        refused,
    })
}

fn add(sums: &mut BTreeMap<StageId, Totals>, deal: &Deal, job: &Job) {
    let probability = job.engine.view.stages.get(&deal.stage).map_or(0, |stage| stage.probability);
    sums.entry(deal.stage).or_default().add(deal, probability);
}

/// Whether the rows have nothing by which to find the records that they were once imported as.
fn is_unmatched(job: &Job) -> bool {
    let layout = &job.engine.layout;
    match job.engine.plan.rows {
        RowKind::Deals => !layout.deal.contains_key(&DealField::ExternalId),
        RowKind::Contacts => {
            !layout.contact.contains_key(&ContactField::ExternalId)
                && !layout.contact.contains_key(&ContactField::Email)
        }
        _ => false,
    }
}

fn stage_sums(job: &Job, sums: BTreeMap<StageId, Totals>) -> Vec<StageSum> {
    let stages = &job.engine.view.stages;
    let mut sums: Vec<_> = sums.into_iter().filter_map(|(stage, totals)| Some((stages.get(&stage)?, totals))).collect();
    sums.sort_by_key(|(stage, _)| (stage.pipeline, stage.position, stage.id));
    let sum = |(stage, totals): (&domain::pipeline::Stage, Totals)| StageSum {
        name: stage.name.clone(),
        outcome: stage.outcome,
        totals,
    };
    sums.into_iter().map(sum).collect()
}
