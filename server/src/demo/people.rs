//! Who works at the demo's company.

use super::ids;
use domain::{
    access::{Role, Scope},
    id::{MemberId, TeamId},
    member::{Member, Team},
    record::Record,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    Brooks,
    Chen,
    Han,
    Lin,
    Zhou,
    Wu,
    Zhao,
    He,
}

struct Row {
    who: Person,
    name: &'static str,
    email: &'static str,
    role: Role,
    scope: Scope,
    /// Places in [`TEAMS`].
    teams: &'static [usize],
}

const TEAMS: [&str; 2] = ["大客户部", "国际与渠道部"];

/// The demo is entered as the first one of a role.
const PEOPLE: [Row; 8] = [
    row(Person::Brooks, "Daniel Brooks", "daniel", Role::Admin, Scope::Workspace, &[1]),
    row(Person::Chen, "陈思远", "siyuan.chen", Role::Manager, Scope::Workspace, &[0]),
    row(Person::Han, "韩雪", "xue.han", Role::Manager, Scope::Workspace, &[1]),
    row(Person::Lin, "林若溪", "ruoxi.lin", Role::Rep, Scope::Workspace, &[0]),
    row(Person::Zhou, "周子昂", "ziang.zhou", Role::Rep, Scope::Workspace, &[0]),
    row(Person::Wu, "吴晓蕾", "xiaolei.wu", Role::Rep, Scope::Workspace, &[0]),
    row(Person::Zhao, "赵一鸣", "yiming.zhao", Role::Rep, Scope::Team, &[1]),
    row(Person::He, "何静", "jing.he", Role::Viewer, Scope::Workspace, &[0]),
];

const fn row(
    who: Person,
    name: &'static str,
    email: &'static str,
    role: Role,
    scope: Scope,
    teams: &'static [usize],
) -> Row {
    Row { who, name, email, role, scope, teams }
}

/// Those who may work on deals together.
pub const SELLERS: [Person; 6] = [Person::Chen, Person::Han, Person::Lin, Person::Zhou, Person::Wu, Person::Zhao];

/// Those who answer for the technical side of a deal.
pub const ENGINEERS: [Person; 4] = [Person::Brooks, Person::Zhou, Person::Zhao, Person::Wu];

impl Person {
    pub fn id(self) -> MemberId {
        let place = PEOPLE.iter().position(|row| row.who == self).unwrap_or(0);
        ids::founding(place, PEOPLE[place].email).into()
    }

    /// Who hands deals to this person.
    pub fn manager(self) -> Self {
        match self {
            Self::Brooks | Self::Han | Self::Zhao => Self::Han,
            _ => Self::Chen,
        }
    }
}

fn team_id(place: usize) -> TeamId {
    ids::founding(place, &format!("team {place}")).into()
}

pub fn records() -> Vec<Record> {
    let teams = TEAMS
        .iter()
        .enumerate()
        .map(|(place, name)| Record::Team(Team { id: team_id(place), name: (*name).to_owned() }));
    let members = PEOPLE.iter().map(|row| {
        Record::Member(Member {
            id: row.who.id(),
            name: row.name.to_owned(),
            email: format!("{}@haiheng.example", row.email),
            role: row.role,
            scope: row.scope,
            teams: row.teams.iter().map(|&place| team_id(place)).collect(),
            active: true,
            days_off: std::collections::BTreeMap::new(),
            days_on: std::collections::BTreeMap::new(),
        })
    });
    teams.chain(members).collect()
}
