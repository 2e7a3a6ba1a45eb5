//! A row that is a deal.

use crate::import::{
    cells::{Cells, instant, words},
    engine::{Draft, Engine, Verdict, edit, together},
    guess::key,
};
use app::import::report::Reason;
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use domain::{
    change::{Delta, Target},
    command::{Command, Place},
    deal::{Deal, Priority},
    field::Custom,
    id::{DealId, MemberId, PipelineId, StageId},
    import::{WrittenDate, guess::DealField},
    order::{self, OrderKey},
    pipeline::Outcome,
    record::{Kind, Record},
    refusal::{Refusal, Rule},
};
use serde_json::Value;
use std::collections::HashMap;

/// The dates of a row as written.
#[derive(Default)]
struct Dates {
    created: Option<WrittenDate>,
    closed: Option<WrittenDate>,
    entered: Option<WrittenDate>,
    close_on: Option<WrittenDate>,
}

impl Dates {
    fn read(cells: &mut Cells, layout: &HashMap<DealField, usize>) -> Self {
        Self {
            created: cells.date(layout.get(&DealField::CreatedOn)),
            closed: cells.date(layout.get(&DealField::ClosedOn)),
            entered: cells.date(layout.get(&DealField::EnteredOn)),
            close_on: cells.date(layout.get(&DealField::CloseOn)),
        }
    }

    /// Most tools have one close date: what is expected while a deal is open, and the day of its end afterwards. So each
    /// of the two stands in for the other where the file has only one.
    fn settle(&mut self, is_closed: bool) {
        if is_closed {
            self.closed = self.entered.or(self.closed).or(self.close_on);
        } else {
            self.close_on = self.close_on.or(self.closed.take());
        }
    }
}

impl Engine {
    pub fn deal(&mut self, number: u64, cells: &mut Cells) -> Option<Draft> {
        let layout = self.layout.clone();
        let at = |field: DealField| layout.deal.get(&field);
        let external = cells.name(at(DealField::ExternalId));
        let is_event = layout.is_log();
        let is_again = |engine: &mut Self, external: &str, cells: &mut Cells| {
            !is_event && !engine.is_first(external, at(DealField::ExternalId).copied(), cells)
        };
        if external.is_some_and(|external| is_again(self, external, cells)) {
            return None;
        }
        let existing = self.existing(external);
        let owner = self.owner(cells);
        let amount = cells.amount(at(DealField::Amount), at(DealField::Currency));
        let named_stage = self.named_stage(cells);
        let mut dates = Dates::read(cells, &layout.deal);
        let stage = named_stage.or(self.found.closed_stage.filter(|_| dates.closed.is_some()));
        // What is known already of a deal that was there before this log is not told again.
        let is_known = |old: &Deal, at: DateTime<Utc>| {
            at < old.entered_at || at == old.entered_at && !self.logged.contains_key(external.unwrap_or_default())
        };
        let entered = dates.entered.map(|written| instant(written, &self.clock, self.now)).filter(|_| is_event);
        if is_event && entered.is_none() {
            let refusal = Refusal::invalid("entered_at", Rule::Required);
            cells.note(at(DealField::EnteredOn).copied(), Reason::Refused { refusal });
        }
        let stage = stage.filter(|_| !existing.as_ref().zip(entered).is_some_and(|(old, at)| is_known(old, at)));
        let ends_in = stage.or_else(|| existing.as_ref().map(|deal| deal.stage)).or(self.found.first_stage);
        let is_closed = ends_in.is_some_and(|stage| self.is_over(stage));
        dates.settle(is_closed);
        self.refuse_future(&dates, cells);
        let closed = entered.or_else(|| dates.closed.map(|written| instant(written, &self.clock, self.now)));
        if existing.is_some() && is_event {
            // An event tells of its own stage, not of dates that were.
            dates = Dates { entered: dates.entered, ..Dates::default() };
        }

        let mut deal = match &existing {
            Some(deal) => deal.clone(),
            None => self.new_deal(number, external, stage.or(self.found.first_stage), &dates, cells)?,
        };
        if let Some(title) = cells.text(at(DealField::Title)) {
            title.clone_into(&mut deal.title);
        }
        deal.amount = amount.or(deal.amount);
        deal.owner = owner.unwrap_or(deal.owner);
        deal.priority = priority(at(DealField::Priority), cells).unwrap_or(deal.priority);
        deal.close_on = dates.close_on.map(|written| written.date).or(deal.close_on);
        if let Some(source) = cells.text(at(DealField::Source)) {
            source.clone_into(&mut deal.source);
        }
        let is_lost = ends_in.is_some_and(|stage| self.ends(stage, Outcome::Lost));
        if let Some(reason) = cells.text(at(DealField::LossReason)).filter(|_| is_lost) {
            deal.loss_reason = self.loss_reason(deal.pipeline, reason).to_owned();
        }
        if let Some(tags) = cells.text(at(DealField::Tags)) {
            deal.tags = words(tags);
        }
        if let Some(notes) = cells.text(at(DealField::Notes)) {
            notes.clone_into(&mut deal.notes);
        }
        self.fill_custom(cells, &mut deal.custom);
        if !cells.problems.is_empty() {
            return None;
        }
        if let Some(name) = cells.name(at(DealField::Account)) {
            deal.account = Some(self.account_for(name));
        }
        let id = deal.id;
        let dated = existing.as_ref().and_then(|old| self.dated(old, stage, &dates));
        let (kind, command) = match existing {
            None => (Verdict::Created, together(self.create(deal, is_event))),
            Some(old) => (Verdict::Updated, update(old, deal, dated, stage, closed)),
        };
        Some(Draft { deal: Some(id), ..Draft::new(kind, command) })
    }

    /// The deal that an external id means: of the workspace, or made by an earlier event of the same file.
    fn existing(&mut self, external: Option<&str>) -> Option<Deal> {
        let known = self.by_external_id(external).and_then(|id| self.view.deals.get(&id.into())).cloned();
        known.or_else(|| {
            let logged = self.logged.get(external?)?.clone();
            // A check carries nothing out: the deal is only here.
            self.view.put(Record::Deal(logged.clone()));
            Some(logged)
        })
    }

    /// What makes a new deal: at once as the row says, or where its last open stage is known, there first.
    fn create(&self, mut deal: Deal, is_event: bool) -> Vec<Command> {
        let (id, stage, closed) = (deal.id, deal.stage, deal.closed_at);
        let last_open = self.found.last_open.filter(|_| !is_event).and_then(|open| self.view.stages.get(&open));
        let last_open = last_open.filter(|open| open.pipeline == deal.pipeline && self.is_over(stage));
        if let Some(open) = last_open {
            (deal.stage, deal.entered_at, deal.closed_at) = (open.id, deal.created_at, None);
        }
        let moved = last_open.map(|open| {
            let at = Some(closed.unwrap_or(deal.created_at).max(deal.created_at));
            Command::MoveDeal { deal: id, stage, seen: open.id, place: Place::default(), at }
        });
        // An open deal is not created with a reason of loss; it gets it with the loss.
        let reason =
            moved.as_ref().and(Some(std::mem::take(&mut deal.loss_reason))).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| {
            let delta = Delta { before: Value::Null, after: reason.into() };
            Command::set(Target::new(Kind::Deal, id), "loss_reason", delta)
        });
        let record = Record::Deal(deal);
        let create = Command::Create { record, place: Place::default(), dated: true };
        [create].into_iter().chain(reason).chain(moved).collect()
    }

    /// The pipeline's reason that is written so but for case and spaces; else as written.
    fn loss_reason<'a>(&'a self, pipeline: PipelineId, written: &'a str) -> &'a str {
        let offered = self.view.pipelines.get(&pipeline).map_or(&[][..], |pipeline| &pipeline.loss_reasons);
        offered.iter().find(|reason| key(reason) == key(written)).map_or(written, String::as_str)
    }

    fn is_over(&self, stage: StageId) -> bool {
        self.ends(stage, Outcome::Won) || self.ends(stage, Outcome::Lost)
    }

    fn ends(&self, stage: StageId, outcome: Outcome) -> bool {
        self.view.stages.get(&stage).is_some_and(|stage| stage.outcome == outcome)
    }

    /// What sets the dates of a deal that is there, where the row says another day of its creation, or another of its
    /// closing without moving it.
    fn dated(&self, old: &Deal, stage: Option<StageId>, dates: &Dates) -> Option<Command> {
        let other = |written: Option<WrittenDate>, at: DateTime<Utc>| {
            let written = written.filter(|written| !self.is_at(*written, at))?;
            Some(instant(written, &self.clock, self.now))
        };
        let stays = stage.is_none_or(|stage| stage == old.stage);
        let created_at = other(dates.created, old.created_at);
        let closed_at = old.closed_at.filter(|_| stays).and_then(|at| other(dates.closed, at));
        let is_dated = created_at.is_some() || closed_at.is_some();
        is_dated.then_some(Command::DateDeal { deal: old.id, created_at, closed_at })
    }

    /// Whether a date means this instant; one without a time means its whole day.
    fn is_at(&self, written: WrittenDate, at: DateTime<Utc>) -> bool {
        if written.time.is_some() {
            return instant(written, &self.clock, self.now).trunc_subsecs(6) == at;
        }
        let start_of = |day: NaiveDate| (self.clock)(day.and_time(NaiveTime::MIN));
        start_of(written.date) <= at && written.date.succ_opt().is_none_or(|next| at < start_of(next))
    }

    fn new_deal(
        &self,
        number: u64,
        external: Option<&str>,
        stage: Option<StageId>,
        dates: &Dates,
        cells: &mut Cells,
    ) -> Option<Deal> {
        let Some(stage) = stage.and_then(|stage| self.view.stages.get(&stage)) else {
            if cells.problems.is_empty() {
                cells.note(self.layout.deal.get(&DealField::Stage).copied(), Reason::UnknownStage);
            }
            return None;
        };
        let at = |written| instant(written, &self.clock, self.now);
        let closed_at = dates.closed.map(at);
        let entered_at = dates.entered.map(at).or(closed_at);
        let created_at = dates.created.map(at).or(entered_at).unwrap_or(self.now);
        let entered_at = entered_at.unwrap_or(created_at).max(created_at);
        let id = DealId(self.id("deal", &number.to_string()));
        Some(Deal {
            id,
            title: self.title(cells).or(external.map(str::to_owned)).unwrap_or_default(),
            pipeline: stage.pipeline,
            stage: stage.id,
            key: key_at(entered_at, number, id),
            account: None,
            amount: None,
            owner: self.me,
            collaborators: Vec::new(),
            contacts: Vec::new(),
            priority: Priority::default(),
            close_on: None,
            source: String::new(),
            tags: Vec::new(),
            notes: String::new(),
            external_id: external.map(str::to_owned),
            custom: Custom::new(),
            loss_reason: String::new(),
            exception: String::new(),
            met: domain::gate::Met::new(),
            created_at,
            entered_at,
            closed_at,
        })
    }

    /// Nothing imported lies in the future but what is expected.
    fn refuse_future(&self, dates: &Dates, cells: &mut Cells) {
        let layout = self.layout.clone();
        let at = |field| layout.deal.get(&field);
        let closed = at(DealField::ClosedOn).filter(|at| cells.text(Some(at)).is_some()).or(at(DealField::CloseOn));
        for (written, field, column) in [
            (dates.created, "created_at", at(DealField::CreatedOn)),
            (dates.entered, "entered_at", at(DealField::EnteredOn)),
            (dates.closed, "closed_at", closed),
        ] {
            if written.is_some_and(|written| instant(written, &self.clock, self.now) > self.now) {
                let refusal = Refusal::invalid(field, Rule::InFuture);
                cells.note(column.copied(), Reason::Refused { refusal });
            }
        }
    }

    /// A title made of the columns that the person chose.
    fn title(&self, cells: &Cells) -> Option<String> {
        let parts: Vec<&str> = self.plan.deals.title_from.iter().filter_map(|at| cells.name(Some(at))).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    fn owner(&self, cells: &mut Cells) -> Option<MemberId> {
        let at = self.layout.deal.get(&DealField::Owner);
        let name = cells.name(at)?;
        let owner = self.found.owners.get(&key(name)).copied();
        if owner.is_none() {
            cells.note(at.copied(), Reason::UnknownMember);
        }
        owner
    }

    /// The stage that the row names, in the pipeline that it names or else in the plan's.
    fn named_stage(&self, cells: &mut Cells) -> Option<StageId> {
        let pipeline = self.pipeline(cells)?;
        let at = self.layout.deal.get(&DealField::Stage);
        let name = cells.name(at)?;
        let of_pipeline = || {
            let mut stages = self.view.stages_of(pipeline).into_iter();
            stages.find(|stage| key(&stage.name) == key(name)).map(|stage| stage.id)
        };
        let said = self.found.stages.get(&key(name)).copied().filter(|_| Some(pipeline) == self.found.pipeline);
        let is_said = said.is_some();
        let stage = said.unwrap_or_else(of_pipeline);
        if stage.is_none() {
            cells.note(at.copied(), if is_said { Reason::RefusedStage } else { Reason::UnknownStage });
        }
        stage
    }

    fn pipeline(&self, cells: &mut Cells) -> Option<PipelineId> {
        let at = self.layout.deal.get(&DealField::Pipeline);
        let Some(name) = cells.name(at) else { return self.found.pipeline };
        let found = self.view.pipelines.values().find(|pipeline| key(&pipeline.name) == key(name));
        if found.is_none() {
            cells.note(at.copied(), Reason::UnknownPipeline);
        }
        found.map(|pipeline| pipeline.id)
    }
}

/// How urgent the row says that the deal is.
fn priority(at: Option<&usize>, cells: &mut Cells) -> Option<Priority> {
    let priority = Priority::in_words(cells.name(at)?);
    if priority.is_none() {
        cells.note(at.copied(), Reason::Refused { refusal: Refusal::invalid("priority", Rule::NotAChoice) });
    }
    priority
}

/// A place at the end of a column whose cards stand in the order of time.
fn key_at(entered_at: DateTime<Utc>, number: u64, id: DealId) -> OrderKey {
    order::at_end(entered_at, number, id.0.as_u64_pair().1)
}

/// What brings a deal to the state that the row says. Cells that are blank change nothing.
fn update(
    old: Deal,
    new: Deal,
    dated: Option<Command>,
    stage: Option<StageId>,
    closed: Option<DateTime<Utc>>,
) -> Option<Command> {
    let (deal, seen) = (old.id, old.stage);
    let moved = stage.filter(|stage| *stage != seen);
    let moved = moved.map(|stage| Command::MoveDeal { deal, stage, seen, place: Place::default(), at: closed });
    together(edit(Record::Deal(old), Record::Deal(new)).into_iter().chain(dated).chain(moved).collect())
}
