//! What the page has and what of it is in sight.

use super::{drag::Drag, plans::Plans, port::Port};
use crate::client::{Client, Rereading};
use chrono::{Days, NaiveDate, NaiveTime};
use domain::{
    access::Right,
    calendar::Moment,
    change::Target,
    id::{BaselineId, PlanId, TaskId},
    page::{Address, Page},
    plan::{
        Agreed, Baseline, Hours, Reckoned,
        draft::Draft,
        lines::{Key, Line, Lines},
        query::{Compared, Query},
        risk::Odds,
        scale::Scale,
    },
    record::Kind,
    view::View,
};
use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

/// How long typing must rest before plans are read, in milliseconds.
const REST: u32 = 250;
/// How many lines are printed at most.
const PRINTED: usize = 2_000;

/// A column of the table that can be edited in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Title,
    Owner,
    Start,
    Finish,
    Duration,
}

impl Column {
    pub const ALL: [Self; 5] = [Self::Title, Self::Owner, Self::Start, Self::Finish, Self::Duration];

    pub fn beside(self, back: bool) -> Option<Self> {
        let at = self as usize;
        let next = if back { at.checked_sub(1)? } else { at + 1 };
        Self::ALL.get(next).copied()
    }
}

/// Compared by whether it is the same one.
#[derive(Debug)]
pub struct Same<T>(pub Arc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone, Copy)]
pub struct Gantt {
    pub client: Client,
    pub query: Memo<Query>,
    go: Callback<Query>,
    /// As they are saved.
    pub plans: RwSignal<Plans>,
    /// There are more than one page takes.
    pub more: RwSignal<bool>,
    pub hours: RwSignal<Same<Hours>>,
    /// What is tried out and not saved.
    pub draft: RwSignal<Draft>,
    /// What is tried out is not offered for saving before it is asked for.
    pub trying: RwSignal<bool>,
    pub lines: Memo<Same<Lines>>,
    /// Which baseline each plan is compared with.
    compared: Memo<BTreeMap<PlanId, BaselineId>>,
    pub port: Port,
    pub chosen: RwSignal<Option<Key>>,
    pub editing: RwSignal<Option<(TaskId, Column)>>,
    /// A link that keys draw: from this task on.
    pub linking: RwSignal<Option<TaskId>>,
    /// The link that is chosen.
    pub link: RwSignal<Option<(TaskId, TaskId)>>,
    /// Whose fields stand beside the chart.
    pub open: RwSignal<Option<Key>>,
    pub menu: RwSignal<Option<Key>>,
    /// A new plan is asked for.
    pub making: RwSignal<bool>,
    pub drag: RwSignal<Option<Drag>>,
    /// How a plan's end and its tasks stand by chance; they hold for that reckoning and no other.
    pub odds: RwSignal<Option<(Same<Reckoned>, Odds)>>,
    pub said: RwSignal<String>,
    pub rereading: Rereading,
    /// On paper all lines stand, as far as paper goes.
    pub printing: RwSignal<bool>,
    /// On a phone: the chart rather than the table.
    pub bars_only: RwSignal<bool>,
    pub node: NodeRef<html::Div>,
}

impl Gantt {
    pub fn new(client: Client) -> Self {
        let location = use_location();
        let query = Memo::new(move |before: Option<&Query>| {
            let search = location.search.get();
            let address = format!("{}?{}", location.pathname.get(), search.trim_start_matches('?'));
            match Address::parse(&address) {
                Some(Address::Plan(query)) => query,
                // On the way to another page the query is gone too.
                _ => before.cloned().unwrap_or_default(),
            }
        });
        let navigate = use_navigate();
        let go = Callback::new(move |query: Query| {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&Address::Plan(query).path(), options);
        });
        let now = client.now();
        let hours = client.peek(|view| Hours::of(view, &client.zone(), client.today()));
        let (ids, more) = client.page.with_untracked(shown);
        let read = client.peek(|view| Plans::read(view, &ids, &hours, now));
        let range = read.range();
        let plans = RwSignal::new(read);
        let folded = Memo::new(move |_| query.with(|query| query.folded.clone()));
        let group = Memo::new(move |_| query.with(|query| query.group));
        let lines = Memo::new(move |_| {
            let folded: BTreeSet<Uuid> =
                folded.with(|words| words.iter().filter_map(|word| word.parse().ok()).collect());
            plans.with(|plans| Same(Arc::new(Lines::new(&plans.list, group.get(), &folded))))
        });
        let chosen = Memo::new(move |_| query.with(|query| query.baseline));
        let compared = Memo::new(move |_| client.with(|view| baselines(view, chosen.get())));
        let today = hours.zone.moment(client.today().and_time(NaiveTime::MIN));
        let first = range.map_or(today, |range| range.start.min(today));
        let asked = query.with_untracked(|query| (query.zoom, query.from));
        let from = asked.1.map(|day| hours.zone.moment(day.and_time(NaiveTime::MIN)));
        let port = Port::new(origin(&hours, first), asked.0, from.unwrap_or(today), from.is_some());
        let state = Self {
            client,
            query,
            go,
            plans,
            more: RwSignal::new(more),
            hours: RwSignal::new(Same(Arc::new(hours))),
            draft: RwSignal::new(Draft::default()),
            trying: RwSignal::new(false),
            lines,
            compared,
            port,
            chosen: RwSignal::new(None),
            editing: RwSignal::new(None),
            linking: RwSignal::new(None),
            link: RwSignal::new(None),
            open: RwSignal::new(None),
            menu: RwSignal::new(None),
            making: RwSignal::new(false),
            drag: RwSignal::new(None),
            odds: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            rereading: Rereading::new(),
            printing: RwSignal::new(false),
            bars_only: RwSignal::new(false),
            node: NodeRef::new(),
        };
        state.follow();
        state
    }

    /// The baseline that a plan is compared with.
    pub fn baseline(&self, plan: PlanId) -> Option<BaselineId> {
        self.compared.with(|compared| compared.get(&plan).copied())
    }

    /// When a task of a plan was agreed to be done, where that is compared.
    pub fn agreed(&self, plan: PlanId, task: TaskId) -> Option<Agreed> {
        let baseline = self.baseline(plan)?;
        self.client.with(|view| view.baselines.get(&baseline)?.tasks.get(&task).copied())
    }

    /// Changes what is asked for and how it is drawn.
    pub fn change(&self, change: impl FnOnce(&mut Query)) {
        let mut query = self.query.get_untracked();
        change(&mut query);
        self.go.run(query);
    }

    fn follow(self) {
        // Other plans were asked for: they are read. How they are drawn is this page's own business.
        Effect::new(move |before: Option<Query>| {
            let query = self.query.get();
            if before.is_some_and(|before| content(&before) != content(&query)) {
                self.rereading.is_on.set(true);
                self.read(REST);
            }
            query
        });
        // What was read arrives.
        Effect::new(move |before: Option<()>| {
            let (ids, more) = self.client.page.with(shown);
            let is_plan = self.client.page.with_untracked(|page| matches!(page, Page::Plan { .. }));
            if before.is_some() && is_plan {
                self.more.set(more);
                self.reckon(&ids);
            }
        });
        self.client.listen(move |touched, _| self.heard(touched));
    }

    /// Records have changed, here or elsewhere.
    fn heard(self, touched: &[Target]) {
        let has = |kinds: &[Kind]| touched.iter().any(|target| kinds.contains(&target.kind));
        if has(&[Kind::Workspace, Kind::Member]) {
            let ids = self.plans.with_untracked(Plans::ids);
            self.reckon(&ids);
        }
        if !has(&[Kind::Plan, Kind::Task]) {
            return;
        }
        let top = self.top_key();
        let hours = self.hours.get_untracked();
        let query = self.query.get_untracked();
        let reckoned =
            self.plans.try_update(|plans| plans.follow(self.client, touched, &query, &hours.0)).unwrap_or_default();
        self.rebase(&reckoned);
        self.keep_in_sight(top);
    }

    /// Reckons these plans anew: from other records, other hours, or on another day.
    pub fn reckon(self, ids: &[PlanId]) {
        let client = self.client;
        let hours = client.peek(|view| Hours::of(view, &client.zone(), client.today()));
        let plans = client.peek(|view| Plans::read(view, ids, &hours, client.now()));
        self.hours.set(Same(Arc::new(hours)));
        self.plans.set(plans);
        self.rebase(ids);
    }

    /// What is tried out stands on what holds now.
    fn rebase(self, plans: &[PlanId]) {
        if self.draft.with_untracked(Draft::is_empty) {
            return;
        }
        self.draft.update(|draft| {
            self.plans.with_untracked(|all| {
                for id in plans {
                    match all.number(*id).and_then(|number| all.reckoned(number)) {
                        Some(base) => draft.rebase(base),
                        None => draft.forget(*id),
                    }
                }
            });
        });
    }

    /// Another day has begun: what was not done yesterday is done from today on.
    pub fn turn_day(self) {
        let ids = self.plans.with_untracked(Plans::ids);
        self.reckon(&ids);
    }

    /// Reads the plans anew after a rest, unless something else is asked for meanwhile.
    pub fn read(self, rest: u32) {
        self.rereading.read(self.client, Address::Plan(self.query.get_untracked()), rest);
    }

    /// A plan as it is saved, and as it is tried out, if it is.
    pub fn plan(&self, number: u32) -> Option<(Arc<Reckoned>, Option<Arc<Reckoned>>)> {
        let saved = self.plans.with(|plans| plans.reckoned(number).cloned())?;
        let tried = self.draft.with(|draft| draft.plan(saved.plan.id).cloned());
        Some((saved, tried))
    }

    /// The plan of a task as it stands now, tried out or saved, with the task's place.
    pub fn stand(&self, task: TaskId) -> Option<(Arc<Reckoned>, u32)> {
        self.plans.with_untracked(|plans| {
            let (number, place) = plans.find(task)?;
            let saved = plans.reckoned(number)?;
            let tried = self.draft.with_untracked(|draft| draft.plan(saved.plan.id).cloned());
            Some((tried.unwrap_or_else(|| saved.clone()), place))
        })
    }

    pub fn scale(&self) -> Scale {
        self.port.scale.get()
    }

    /// Whether the member may change what is in a plan.
    pub fn may_edit(&self, plan: PlanId) -> bool {
        let Some(plan) = self.client.peek(|view| view.plans.get(&plan).cloned()) else { return false };
        let deal = plan.deal.map(|deal| self.client.peek(|view| view.deals.get(&deal).cloned()));
        match deal {
            _ if plan.template => self.client.holds(Right::ManagePipelines),
            None => self.client.holds(Right::Work),
            Some(deal) => deal.is_some_and(|deal| self.client.may_edit(&deal)),
        }
    }

    pub fn may_edit_task(&self, task: TaskId) -> bool {
        self.plans
            .with_untracked(|plans| plans.task(task).map(|task| task.plan))
            .is_some_and(|plan| self.may_edit(plan))
    }

    /// What stands in a line, by what it is known by.
    pub fn key(&self, line: usize) -> Option<Key> {
        let line = self.lines.with_untracked(|lines| lines.0.list.get(line).copied())?;
        self.plans.with_untracked(|plans| key_of(plans, line))
    }

    /// The line of something; none where it is folded away.
    pub fn line(&self, key: Key) -> Option<usize> {
        let is_it = |line: &Line| match (key, *line) {
            (Key::Plan(id), Line::Plan(number)) => {
                self.plans.with_untracked(|plans| plans.get(number).is_some_and(|shown| shown.plan.id == id))
            }
            (Key::Owner(id), Line::Owner(owner)) => id == owner,
            _ => false,
        };
        self.lines.with_untracked(|lines| match key {
            Key::Task(id) => {
                let (plan, place) = self.plans.with_untracked(|plans| plans.find(id))?;
                lines.0.of(plan, place).map(|line| line as usize)
            }
            _ => lines.0.list.iter().position(is_it),
        })
    }

    pub fn is_folded(&self, key: Key) -> bool {
        self.query.with(|query| query.folded.contains(&key.id().to_string()))
    }

    pub fn fold(&self, key: Key, folded: bool) {
        self.change(|query| {
            if folded {
                query.folded.insert(key.id().to_string());
            } else {
                query.folded.remove(&key.id().to_string());
            }
        });
    }

    /// What stands in the first line in sight.
    fn top_key(&self) -> Option<(Key, usize)> {
        let line = self.port.first_line();
        self.key(line).map(|key| (key, line))
    }

    /// Lines that came or went above leave what is looked at where it is.
    fn keep_in_sight(&self, top: Option<(Key, usize)>) {
        let Some((key, before)) = top.filter(|(_, line)| *line > 0) else { return };
        if let Some(now) = self.line(key).filter(|now| *now != before) {
            self.port.shift_lines(self.node, before, now);
        }
    }

    /// The lines that are drawn.
    pub fn window(&self) -> (usize, usize) {
        let (from, to) = self.port.rows.get();
        let count = self.lines.with(|lines| lines.0.list.len());
        if self.printing.get() { (0, count.min(PRINTED)) } else { (from.min(count), to.min(count)) }
    }

    /// The last moment that has room in the chart.
    pub fn end(&self) -> Moment {
        let saved = self.plans.with(Plans::range).map(|range| range.finish);
        let tried = self.draft.with(Draft::last_finish);
        let promised = self.plans.with(|plans| {
            plans.list.iter().filter_map(|shown| shown.plan.due_on.filter(|_| !shown.plan.template)).max()
        });
        let hours = self.hours.get();
        let at = |day: NaiveDate| hours.0.zone.moment((day + Days::new(1)).and_time(NaiveTime::MIN));
        let latest = [saved, tried, promised.map(at), Some(at(self.client.today()))].into_iter().flatten().max();
        Moment(latest.map_or(0, |latest| latest.0) + 26 * 7 * 1440)
    }

    pub fn say(&self, text: impl Into<String>) {
        self.said.set(text.into());
    }
}

pub fn key_of(plans: &Plans, line: Line) -> Option<Key> {
    Some(match line {
        Line::Plan(number) | Line::Reserve(number) | Line::Nothing(number) => Key::Plan(plans.get(number)?.plan.id),
        Line::Owner(owner) => Key::Owner(owner),
        Line::Task { plan, place } => Key::Task(plans.reckoned(plan)?.outline.order.get(place as usize).copied()?),
    })
}

/// The plans of the page, and whether there are more.
fn shown(page: &Page) -> (Vec<PlanId>, bool) {
    match page {
        Page::Plan { plans, more } => (plans.clone(), *more),
        _ => (Vec::new(), false),
    }
}

/// By plan, what it is compared with.
fn baselines(view: &View, chosen: Compared) -> BTreeMap<PlanId, BaselineId> {
    let mut all: Vec<&Baseline> = match chosen {
        Compared::Latest => view.baselines.values().collect(),
        Compared::Nothing => Vec::new(),
        Compared::One(id) => view.baselines.get(&id).into_iter().collect(),
    };
    all.sort_by_key(|baseline| (baseline.created_at, baseline.id));
    all.into_iter().map(|baseline| (baseline.plan, baseline.id)).collect()
}

/// What of a query decides which plans there are.
fn content(query: &Query) -> Query {
    let usual = Query::default();
    Query {
        group: usual.group,
        show: usual.show,
        limit: usual.limit,
        zoom: usual.zoom,
        from: usual.from,
        critical: usual.critical,
        baseline: usual.baseline,
        links: usual.links,
        folded: usual.folded,
        ..query.clone()
    }
}

/// What lies at the left edge of everything: some weeks before the first thing that there is, from a Monday on.
pub fn origin(hours: &Hours, first: Moment) -> Moment {
    let day = hours.zone.day(first.instant());
    let monday = day.week(chrono::Weekday::Mon).first_day();
    let before = monday.checked_sub_days(Days::new(5 * 7)).unwrap_or(monday);
    hours.zone.moment(before.and_time(NaiveTime::MIN))
}
