//! A row that is an account.

use crate::import::{
    cells::Cells,
    engine::{Draft, Engine, Verdict, edit},
    guess::key,
};
use domain::{
    account::Account,
    command::{Command, Place},
    id::AccountId,
    import::guess::AccountField,
    record::Record,
};

impl Engine {
    pub fn account(&mut self, number: u64, cells: &mut Cells) -> Option<Draft> {
        let layout = self.layout.clone();
        let at = |field: AccountField| layout.account.get(&field);
        let external = cells.name(at(AccountField::ExternalId));
        let name = cells.name(at(AccountField::Name));
        let (known_by, column) = match (external, name) {
            (Some(external), _) => (Some(external.to_owned()), AccountField::ExternalId),
            (None, name) => (name.map(key), AccountField::Name),
        };
        if known_by.is_some_and(|known_by| !self.is_first(&known_by, at(column).copied(), cells)) {
            return None;
        }
        // An account that was made by its name gets its external id from the first file that has one.
        let by_name = || {
            let account = self.view.accounts.get(&self.account_named(name?)?)?;
            (external.is_none() || account.external_id.is_none()).then_some(account.id)
        };
        let existing = self.by_external_id(external).map(AccountId::from).or_else(by_name);
        let existing = existing.and_then(|id| self.view.accounts.get(&id)).cloned();
        let new = || Account::new(AccountId(self.id("row account", &number.to_string())), String::new(), self.now);
        let mut account = existing.clone().unwrap_or_else(new);
        if let Some(external) = external {
            account.external_id = Some(external.to_owned());
        }
        for (field, value) in [
            (AccountField::Name, &mut account.name),
            (AccountField::Industry, &mut account.industry),
            (AccountField::Website, &mut account.website),
            (AccountField::Phone, &mut account.phone),
            (AccountField::Address, &mut account.address),
            (AccountField::Notes, &mut account.notes),
        ] {
            // By its name it is found again, and spaces around it are no part of that.
            let cell = if field == AccountField::Name { name } else { cells.text(at(field)) };
            if let Some(cell) = cell {
                cell.clone_into(value);
            }
        }
        self.fill_custom(cells, &mut account.custom);
        let (kind, command) = if let Some(old) = existing {
            (Verdict::Updated, edit(Record::Account(old), Record::Account(account)))
        } else {
            let record = Record::Account(account);
            (Verdict::Created, Some(Command::Create { record, place: Place::default(), dated: false }))
        };
        Some(Draft::new(kind, command))
    }
}
