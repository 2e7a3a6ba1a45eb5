//! A row that is a member, with team and manager.

use crate::import::{
    cells::Cells,
    engine::{Draft, Engine, Verdict, edit, together},
    guess::key,
    setup::{member_named, new_member},
};
use app::import::plan::MemberField;
use domain::{
    access::Role,
    command::{Command, Place},
    id::{MemberId, TeamId},
    record::Record,
};

impl Engine {
    /// Members are recognised by e-mail address, else by name. Whoever is named as manager becomes a member as well, and
    /// their people a team under the manager's name, beside the team that the row names: so a board can be filtered by
    /// either. A member who is there keeps role and teams; teams are only added.
    pub fn member(&mut self, cells: &mut Cells) -> Option<Draft> {
        let layout = self.layout.clone();
        let at = |field: MemberField| layout.member.get(&field);
        let name = cells.name(at(MemberField::Name)).unwrap_or_default();
        let email = cells.name(at(MemberField::Email));
        let known_by = key(email.unwrap_or(name));
        if !known_by.is_empty() && !self.is_first(&known_by, at(MemberField::Name).copied(), cells) {
            return None;
        }
        let manager = cells.name(at(MemberField::Manager));
        let named = [cells.name(at(MemberField::Team)), manager];
        let teams: Vec<TeamId> =
            named.into_iter().flatten().filter_map(|team| self.found.teams.get(&key(team)).copied()).collect();

        let (kind, own) = self.with_teams(name, email, Role::Rep, &teams);
        let boss = manager.filter(|manager| key(manager) != key(name));
        let boss = boss.map(|manager| (manager, self.with_teams(manager, None, Role::Manager, &teams)));
        let made = boss.as_ref().filter(|(_, (kind, _))| *kind == Verdict::Created);
        let members = made.map(|(manager, _)| (*manager).to_owned()).into_iter().collect();
        let boss = boss.and_then(|(_, (_, command))| command);
        let command = together(own.into_iter().chain(boss).collect());
        Some(Draft { members, ..Draft::new(kind, command) })
    }

    fn with_teams(&self, name: &str, email: Option<&str>, role: Role, teams: &[TeamId]) -> (Verdict, Option<Command>) {
        let known = email.and_then(|email| member_named(&self.view, email)).or_else(|| member_named(&self.view, name));
        let Some(old) = known.and_then(|id| self.view.members.get(&id)).cloned() else {
            let id = MemberId(self.id("member", &key(email.unwrap_or(name))));
            let mut member = new_member(id, name, role, teams.to_vec());
            email.unwrap_or_default().clone_into(&mut member.email);
            let record = Record::Member(member);
            return (Verdict::Created, Some(Command::Create { record, place: Place::default(), dated: false }));
        };
        let mut new = old.clone();
        new.teams.extend(teams.iter().filter(|team| !old.teams.contains(team)));
        if let Some(email) = email.filter(|_| old.email.is_empty()) {
            email.clone_into(&mut new.email);
        }
        (Verdict::Updated, edit(Record::Member(old), Record::Member(new)))
    }
}
