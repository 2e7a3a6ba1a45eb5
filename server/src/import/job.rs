//! What a check and an import have in common: the plan is read, the file gone over once for what it names, and then row by
//! row in chunks.

use super::{
    cells::WallClock,
    engine::{Engine, Row, Verdict},
    error::{ImportError, Result},
    inspect::check_whole,
    layout::{Layout, RowKindExt},
    patience::Patience,
    refused,
    setup::{Setup, setup},
    survey::Survey,
    upload::{Chunks, Upload},
};
use app::import::{plan::Plan, report::Makes, trouble::Trouble};
use chrono::{DateTime, Utc};
use domain::{
    command::Request,
    import::{Record, Table},
    page::Progress,
};
use std::sync::{Arc, atomic::AtomicBool};
use store::{Reader, Store};
use uuid::Uuid;

/// How many rows are decided, and carried out in one transaction, at once.
pub const CHUNK: usize = 250;

/// A plan ready to be carried out.
pub struct Job {
    store: Store,
    reader: Reader,
    upload: Arc<Upload>,
    table: Table<Chunks>,
    /// The file is one of refused rows that was given out here.
    is_ours: bool,
    pub engine: Engine,
    pub requests: Vec<Request>,
    pub makes: Makes,
    pub unknown_stages: Vec<(String, u64)>,
    pub unknown_owners: Vec<(String, u64)>,
    pub rows: u64,
    number: u64,
}

impl Job {
    /// Reads the plan and goes over the file once, unless it is given up.
    pub async fn prepare(
        store: &Store,
        reader: &Reader,
        upload: Arc<Upload>,
        plan: Plan,
        run: Uuid,
        given_up: Arc<AtomicBool>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let (store, reader) = (store.clone(), reader.clone());
        let prepare = move || Self::prepare_now(store, reader, upload, plan, run, &given_up, now);
        tokio::task::spawn_blocking(prepare).await.map_err(|_| ImportError::Io(std::io::ErrorKind::Other.into()))?
    }

    fn prepare_now(
        store: Store,
        reader: Reader,
        upload: Arc<Upload>,
        plan: Plan,
        run: Uuid,
        given_up: &AtomicBool,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let table = upload.table(&plan.format)?;
        let settings = reader.settings.clone();
        let wrong = |problems| Trouble::Plan { problems };
        let layout = Layout::of(&plan, table.columns().len(), &settings).map_err(wrong)?;
        let survey = Survey::of(&upload, &plan, &layout, &settings, given_up)?;
        let setup: Setup = setup(run, &plan, &layout, &survey, &settings, &reader.actor, now).map_err(wrong)?;
        let requests = setup.requests.clone();
        let (makes, unknown_stages, unknown_owners) =
            (setup.makes.clone(), setup.unknown_stages.clone(), setup.unknown_owners.clone());
        let zone = settings.workspace().map_or("UTC", |workspace| &workspace.zone);
        let clock: WallClock = Arc::new(Store::wall_clock(zone));
        let columns: Arc<[_]> = table.columns().into();
        let actor = reader.actor.clone();
        let is_ours = refused::our_columns(columns.iter().map(|column| column.header.as_str())) > 0;
        let engine = Engine::new(run, Arc::new(plan), Arc::new(layout), columns, setup, actor, clock, now);
        Ok(Self {
            store,
            reader,
            upload,
            table,
            is_ours,
            engine,
            requests,
            makes,
            unknown_stages,
            unknown_owners,
            rows: survey.rows,
            number: 0,
        })
    }

    /// The next rows, decided; nothing at the end of the file. It waits for the database as long as the patience lasts.
    pub async fn next(&mut self, patience: &Patience, now: DateTime<Utc>) -> Result<Vec<(Record, Row)>> {
        let mut records: Vec<Record> = self.table.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
        if records.is_empty() {
            check_whole(&self.upload, self.table.bytes())?;
            return Ok(Vec::new());
        }
        if self.is_ours {
            records.iter_mut().for_each(refused::restore);
        }
        let [external, names, emails] = self.engine.keys(&records);
        let kind = self.engine.plan.rows.kind();
        let find = || self.store.import_matches(&self.reader, kind, &external, &names, &emails);
        let matches = patience.wait_for(find).await?;
        self.engine.take(matches, now);
        let mut decided = Vec::with_capacity(records.len());
        for record in records {
            self.number += 1;
            let row = self.engine.row(self.number, &record);
            decided.push((record, row));
        }
        Ok(decided)
    }
}

/// Counts a row.
pub fn count(progress: &mut Progress, row: &Row) {
    progress.done += 1;
    progress.accounts += u64::from(row.makes_account);
    *match row.verdict {
        Verdict::Created => &mut progress.created,
        Verdict::Updated => &mut progress.updated,
        Verdict::Unchanged => &mut progress.unchanged,
        Verdict::Refused(_) => &mut progress.refused,
    } += 1;
}
