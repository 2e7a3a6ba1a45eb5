//! A row that is a contact.

use crate::import::{
    cells::Cells,
    engine::{Draft, Engine, Verdict, edit},
    guess::key,
};
use domain::{
    command::{Command, Place},
    contact::Contact,
    id::ContactId,
    import::guess::{ContactField, full_name},
    record::Record,
};

impl Engine {
    /// Contacts are recognised by external id, else by e-mail address.
    pub fn contact(&mut self, number: u64, cells: &mut Cells) -> Option<Draft> {
        let layout = self.layout.clone();
        let at = |field: ContactField| layout.contact.get(&field);
        let external = cells.name(at(ContactField::ExternalId));
        let email = cells.name(at(ContactField::Email));
        let (known_by, column) = match (external, email) {
            (Some(external), _) => (Some(external.to_owned()), ContactField::ExternalId),
            (None, email) => (email.map(key), ContactField::Email),
        };
        if known_by.is_some_and(|known_by| !self.is_first(&known_by, at(column).copied(), cells)) {
            return None;
        }
        let by_email = || {
            let contact = self.view.contacts.get(&self.by_email(email)?.into())?;
            (external.is_none() || contact.external_id.is_none()).then_some(contact.id)
        };
        let existing = self.by_external_id(external).map(ContactId::from).or_else(by_email);
        let existing = existing.and_then(|id| self.view.contacts.get(&id)).cloned();
        let new = || Contact::new(ContactId(self.id("contact", &number.to_string())), String::new(), self.now);
        let mut contact = existing.clone().unwrap_or_else(new);
        if let Some(external) = external {
            contact.external_id = Some(external.to_owned());
        }
        let parts =
            [ContactField::GivenName, ContactField::FamilyName].map(|field| cells.name(at(field)).unwrap_or(""));
        match cells.name(at(ContactField::Name)) {
            Some(name) => name.clone_into(&mut contact.name),
            None if parts != ["", ""] => contact.name = full_name(parts[0], parts[1]),
            None => {}
        }
        for (field, value) in [
            (ContactField::Title, &mut contact.title),
            (ContactField::Email, &mut contact.email),
            (ContactField::Phone, &mut contact.phone),
            (ContactField::Notes, &mut contact.notes),
        ] {
            // By its address it is found again, and spaces around it are no part of that.
            let cell = if field == ContactField::Email { email } else { cells.text(at(field)) };
            if let Some(cell) = cell {
                cell.clone_into(value);
            }
        }
        self.fill_custom(cells, &mut contact.custom);
        if !cells.problems.is_empty() {
            return None;
        }
        if let Some(name) = cells.name(at(ContactField::Account)) {
            contact.account = Some(self.account_for(name));
        }
        let (kind, command) = if let Some(old) = existing {
            (Verdict::Updated, edit(Record::Contact(old), Record::Contact(contact)))
        } else {
            let record = Record::Contact(contact);
            (Verdict::Created, Some(Command::Create { record, place: Place::default(), dated: false }))
        };
        Some(Draft::new(kind, command))
    }
}
