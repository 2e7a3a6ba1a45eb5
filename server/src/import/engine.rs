//! Rows become commands. Each row is read, and decided on a view that holds what it concerns, by the same rules as every
//! command; so a check and an import say the same, and only what passes is sent.

use super::{
    cells::{Cells, WallClock},
    guess::key,
    layout::{Layout, RowKindExt},
    setup::{Found, Setup},
};
use app::import::{
    plan::{Plan, RowKind},
    report::{Reason, RowProblem},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    account::Account,
    change::{Change, Deltas, Target},
    command::{Command, Place, Request},
    deal::Deal,
    decide::carry_out,
    gate::Condition,
    id::{AccountId, CommandId, DealId, MemberId},
    import::{
        Column, Record,
        guess::{AccountField, ContactField, DealField},
    },
    record::{self, Kind},
    refusal::Refusal,
    view::{Evidence, View},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use store::Matches;
use uuid::Uuid;

/// A row with what becomes of it.
pub struct Row {
    pub line: u64,
    pub verdict: Verdict,
    /// To be carried out in order; the last is the row's own.
    pub requests: Vec<Request>,
    /// The deal that the row is.
    pub deal: Option<DealId>,
    /// Members whom the row makes besides its own.
    pub members: Vec<String>,
    /// The row's own request comes after one that makes its account.
    pub makes_account: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Created,
    Updated,
    Unchanged,
    Refused(Vec<RowProblem>),
}

/// What one row asks, before it is decided.
pub struct Draft {
    pub kind: Verdict,
    /// Nothing where the record is as the row says.
    pub command: Option<Command>,
    pub deal: Option<DealId>,
    pub members: Vec<String>,
}

impl Draft {
    pub fn new(kind: Verdict, command: Option<Command>) -> Self {
        Self { kind, command, deal: None, members: Vec::new() }
    }
}

pub struct Engine {
    pub run: Uuid,
    pub plan: Arc<Plan>,
    pub layout: Arc<Layout>,
    pub columns: Arc<[Column]>,
    pub found: Found,
    pub view: View,
    pub actor: Actor,
    pub me: MemberId,
    pub now: DateTime<Utc>,
    pub clock: WallClock,
    /// Accounts by name, those of the workspace that rows have named so far and those made on the way.
    accounts: HashMap<String, AccountId>,
    by_external_id: HashMap<String, Uuid>,
    by_email: HashMap<String, Uuid>,
    /// On which line an external id or name was seen.
    seen: HashMap<String, u64>,
    /// The deals that events of this run have told of, by external id, as they stood after the last of them.
    pub logged: HashMap<String, Deal>,
    /// The account that the row at hand makes.
    making: Option<Request>,
}

impl Engine {
    pub fn new(
        run: Uuid,
        plan: Arc<Plan>,
        layout: Arc<Layout>,
        columns: Arc<[Column]>,
        setup: Setup,
        actor: Actor,
        clock: WallClock,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            run,
            plan,
            layout,
            columns,
            found: setup.found,
            view: setup.view,
            me: actor.member.unwrap_or(MemberId(Uuid::nil())),
            actor,
            now,
            clock,
            accounts: HashMap::new(),
            by_external_id: HashMap::new(),
            by_email: HashMap::new(),
            seen: HashMap::new(),
            logged: HashMap::new(),
            making: None,
        }
    }

    /// The external ids, names of accounts and e-mail addresses of some rows.
    pub fn keys(&self, records: &[Record]) -> [Vec<String>; 3] {
        let (external, account, email) = match self.plan.rows {
            RowKind::Deals => {
                (self.layout.deal.get(&DealField::ExternalId), self.layout.deal.get(&DealField::Account), None)
            }
            RowKind::Accounts => {
                (self.layout.account.get(&AccountField::ExternalId), self.layout.account.get(&AccountField::Name), None)
            }
            RowKind::Contacts => (
                self.layout.contact.get(&ContactField::ExternalId),
                self.layout.contact.get(&ContactField::Account),
                self.layout.contact.get(&ContactField::Email),
            ),
            RowKind::Members | RowKind::Options => (None, None, None),
        };
        let of = |at: Option<&usize>| {
            let cells = at.into_iter().flat_map(|at| records.iter().filter_map(|record| record.cells.get(*at)));
            let cells: BTreeSet<&str> = cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
            // PostgreSQL's text cannot hold U+0000, and the decoder has left it out already.
            cells.into_iter().map(str::to_owned).collect()
        };
        [of(external), of(account), of(email)]
    }

    /// Whether the row has something by which its record can be found again.
    pub fn has_key(&self, record: &Record) -> bool {
        let [external, _, emails] = self.keys(std::slice::from_ref(record));
        match self.plan.rows {
            RowKind::Deals => !external.is_empty(),
            RowKind::Contacts => !external.is_empty() || !emails.is_empty(),
            RowKind::Accounts | RowKind::Members | RowKind::Options => true,
        }
    }

    /// Takes in what is known of the next rows.
    pub fn take(&mut self, matches: Matches, now: DateTime<Utc>) {
        self.now = now;
        for (name, id) in matches.by_name {
            self.accounts.entry(key(&name)).or_insert(id.into());
        }
        self.by_external_id = matches.by_external_id;
        self.by_email = matches.by_email.into_iter().map(|(email, id)| (key(&email), id)).collect();
        self.view.deals.clear();
        self.view.contacts.clear();
        if self.plan.rows == RowKind::Accounts {
            self.view.accounts.clear();
        }
        self.view.evidence = Evidence::default();
        self.view.merge(matches.records);
        let kind = self.plan.rows.kind();
        self.view.evidence.external =
            self.by_external_id.iter().map(|(external, id)| ((kind, external.clone()), *id)).collect();
    }

    /// Reads and decides one row; `number` counts rows from 1.
    pub fn row(&mut self, number: u64, record: &Record) -> Row {
        let (plan, columns) = (self.plan.clone(), self.columns.clone());
        let mut cells = Cells::new(record, &plan, &columns);
        self.making = None;
        let draft = if cells.problems.is_empty() { self.draft(number, &mut cells) } else { None };
        let mut row = Row {
            line: record.line,
            verdict: Verdict::Refused(Vec::new()),
            requests: Vec::new(),
            deal: None,
            members: Vec::new(),
            makes_account: false,
        };
        let Some(draft) = draft.filter(|_| cells.problems.is_empty()) else {
            row.verdict = Verdict::Refused(cells.problems);
            return row;
        };
        row.deal = draft.deal;
        let Some(command) = draft.command else {
            row.verdict = Verdict::Unchanged;
            return row;
        };
        let own = Request { id: CommandId(self.id("row", &number.to_string())), command };
        let members = self.members_to_make(&cells);
        let account = self.making.take();
        let makes_account = account.is_some();
        let names: Vec<String> = members.iter().filter_map(created_name).collect();
        let mut done: Vec<Change> = Vec::new();
        for request in members.into_iter().chain(account).chain([own]) {
            match carry_out(&mut self.view, &self.actor, &request, self.now) {
                Ok(changes) if changes.is_empty() => row.verdict = Verdict::Unchanged,
                Ok(changes) => {
                    done.extend(changes);
                    row.verdict = draft.kind.clone();
                    row.requests.push(request);
                }
                Err(refusal) => {
                    for change in done.iter().rev() {
                        self.view.unapply(change);
                    }
                    row.requests.clear();
                    row.verdict = Verdict::Refused(vec![self.problem(&mut cells, refusal)]);
                    return row;
                }
            }
        }
        if self.layout.is_log()
            && let Some(deal) = row.deal.and_then(|id| self.view.deals.get(&id))
            && let Some(external) = &deal.external_id
        {
            self.logged.insert(external.clone(), deal.clone());
        }
        row.members = draft.members.into_iter().chain(names).collect();
        row.makes_account = makes_account;
        for change in done.iter().filter(|change| change.target.kind == Kind::Account) {
            if let Some(account) = self.view.accounts.get(&change.target.id.into()) {
                self.accounts.insert(key(&account.name), account.id);
            }
        }
        row
    }

    /// The place in the file to which a refusal belongs.
    pub fn problem(&self, cells: &mut Cells, refusal: Refusal) -> RowProblem {
        let field = match &refusal {
            Refusal::Invalid { field, .. } => Some(field.as_str()),
            // What the file could say, before what it cannot.
            Refusal::Gate { unmet } => unmet.iter().flat_map(|it| &it.missing).find_map(|missing| match missing {
                Condition::Field { field } => Some(field.as_str()),
                _ => None,
            }),
            Refusal::Conflict { fields, .. } => fields.first().map(|clash| clash.field.as_str()),
            _ => None,
        };
        let custom = |field: &str| {
            let id = field.strip_prefix("custom.")?;
            self.found.custom.iter().find(|column| column.field.to_string() == id).map(|column| column.at)
        };
        let column = field.and_then(|field| self.layout.column_of(field).or_else(|| custom(field)));
        cells.note(column, Reason::Refused { refusal });
        cells.problems.pop().expect("just noted")
    }

    /// The members whom the row names and who are not there yet.
    fn members_to_make(&self, cells: &Cells) -> Vec<Request> {
        let named: BTreeSet<MemberId> = self
            .found
            .owner_columns
            .iter()
            .filter_map(|at| self.found.owners.get(&key(cells.name(Some(at))?)).copied())
            .filter(|member| !self.view.members.contains_key(member))
            .collect();
        named.iter().filter_map(|member| self.found.new_members.get(member).cloned()).collect()
    }

    fn draft(&mut self, number: u64, cells: &mut Cells) -> Option<Draft> {
        match self.plan.rows {
            RowKind::Deals => self.deal(number, cells),
            RowKind::Accounts => self.account(number, cells),
            RowKind::Contacts => self.contact(number, cells),
            RowKind::Members => self.member(cells),
            RowKind::Options => self.option(cells),
        }
    }

    /// An id of its own for a thing of this run, the same whenever it is asked.
    pub fn id(&self, what: &str, name: &str) -> Uuid {
        Uuid::new_v5(&self.run, format!("{what} {name}").as_bytes())
    }

    /// The record that an external id means.
    pub fn by_external_id(&self, external: Option<&str>) -> Option<Uuid> {
        self.by_external_id.get(external?).copied()
    }

    pub fn by_email(&self, email: Option<&str>) -> Option<Uuid> {
        self.by_email.get(&key(email?)).copied()
    }

    pub fn account_named(&self, name: &str) -> Option<AccountId> {
        self.accounts.get(&key(name)).copied()
    }

    /// The account that a row names; made with the row where it is not there.
    pub fn account_for(&mut self, name: &str) -> AccountId {
        if let Some(id) = self.account_named(name) {
            return id;
        }
        let id = AccountId(self.id("account", &key(name)));
        let record = record::Record::Account(Account::new(id, name.to_owned(), self.now));
        let command = Command::Create { record, place: Place::default(), dated: false };
        self.making = Some(Request { id: CommandId(self.id("create account", &key(name))), command });
        id
    }

    /// Notes what the row is known by, and whether an earlier row is the same.
    pub fn is_first(&mut self, known_by: &str, at: Option<usize>, cells: &mut Cells) -> bool {
        if let Some(&line) = self.seen.get(known_by) {
            cells.note(at, Reason::Duplicate { line });
            false
        } else {
            self.seen.insert(known_by.to_owned(), cells.record.line);
            true
        }
    }
}

fn created_name(request: &Request) -> Option<String> {
    match &request.command {
        Command::Create { record: record::Record::Member(member), .. } => Some(member.name.clone()),
        _ => None,
    }
}

/// The edit that brings a record from one state to another; none where they are alike.
pub fn edit(old: record::Record, new: record::Record) -> Option<Command> {
    let target = Target::new(old.kind(), old.uuid());
    let fields: Deltas = Change::between(Some(&old), Some(&new))?.fields;
    Some(Command::Edit { target, fields })
}

/// One command of several; none of none.
pub fn together(mut parts: Vec<Command>) -> Option<Command> {
    if parts.len() > 1 { Some(Command::Batch { parts }) } else { parts.pop() }
}
