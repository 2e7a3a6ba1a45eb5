//! The workspace's calendar: it is kept day by day, and the days that a deal has stayed are counted by it.

use crate::support::{World, refused, run};
use domain::{
    access::{Right, Role},
    change::{Delta, Target},
    command::Command,
    record::Kind,
    refusal::{Refusal, Rule},
};
use serde_json::{Value, json};

#[test]
fn the_calendar_is_the_administrators_and_counts_working_days() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let manager = admin.hire(Role::Manager).await;
        let id = admin.page("/settings/calendar").await.view.workspace().expect("a workspace").id;
        let set = |field: &str, before: Value, after: Value| {
            Command::set(Target::new(Kind::Workspace, id), field, Delta { before, after })
        };
        let off = || set("days_off.2026-10-01", Value::Null, json!("国庆节"));
        let refusal = refused(manager.carry_out(off()).await);
        assert_eq!(refusal, Refusal::NotAllowed { right: Right::ManageWorkspace });
        let wrong = refused(admin.carry_out(set("weekend", json!([6, 7]), json!([1, 2, 3, 4, 5, 6, 7]))).await);
        assert_eq!(wrong, Refusal::invalid("weekend", Rule::NotAChoice));
        let made = admin.apply(off()).await;
        admin.apply(set("days_on.2026-10-10", Value::Null, json!("补班"))).await;
        admin.apply(set("weekend", json!([6, 7]), json!([7]))).await;
        let days = async || {
            let workspace = manager.page("/board").await.view.workspace().expect("a workspace").clone();
            let [from, to] = ["2026-09-30", "2026-10-11"].map(|day| day.parse().expect("a day"));
            (workspace.work_days().between(from, to), workspace.days_off.len())
        };
        // Thursday off; Friday, Saturday, six days of a week whose Saturday is worked as well.
        assert_eq!(days().await, (8, 1));
        // Each day is taken back by itself.
        admin.apply(Command::Undo { of: made.command }).await;
        assert_eq!(days().await, (9, 0));
    });
}
