//! Files that list the people of a team.

use super::{header_key, member};
use app::import::plan::{MemberField, Target};

const NAMES: &[&str] = &[
    "member",
    "membername",
    "salesagent",
    "salesrep",
    "salesperson",
    "rep",
    "agent",
    "employee",
    "user",
    "username",
    "fullname",
    "name",
    "owner",
    "成员",
    "姓名",
    "员工",
    "员工姓名",
    "销售",
    "销售人员",
    "负责人",
    "业务员",
];
const EMAILS: &[&str] = &["email", "emailaddress", "mail", "邮箱", "电子邮箱", "邮件"];
const TEAMS: &[&str] = &[
    "team",
    "teamname",
    "regionaloffice",
    "office",
    "region",
    "department",
    "group",
    "团队",
    "部门",
    "区域",
    "大区",
    "小组",
];
const MANAGERS: &[&str] =
    &["manager", "managername", "supervisor", "teamlead", "lead", "经理", "主管", "上级", "直属上级"];

/// Whether the file has a column of teams.
pub fn has_teams(headers: &[&str]) -> bool {
    find(headers, TEAMS).is_some()
}

/// Whether the file is a list of members.
pub fn is_list(headers: &[&str]) -> bool {
    find(headers, NAMES).is_some() && (has_teams(headers) || find(headers, MANAGERS).is_some())
}

pub fn targets(headers: &[&str]) -> Vec<Target> {
    let mut targets = vec![Target::Ignore; headers.len()];
    let fields = [
        (MemberField::Name, NAMES),
        (MemberField::Email, EMAILS),
        (MemberField::Team, TEAMS),
        (MemberField::Manager, MANAGERS),
    ];
    for (field, words) in fields {
        if let Some(at) = find(headers, words) {
            targets[at] = member(field);
        }
    }
    targets
}

/// The column with the likeliest of the words.
fn find(headers: &[&str], words: &[&str]) -> Option<usize> {
    words.iter().find_map(|word| headers.iter().position(|header| header_key(header) == *word))
}
