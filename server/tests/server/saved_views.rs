//! Saved views: those that others keep for themselves do not leave the server by any door.

use crate::{
    live::Events,
    support::{Member, World, create, refused, run},
};
use domain::{
    access::Role,
    change::{Delta, Recorded, Target},
    command::Command,
    id::SavedViewId,
    record::{Kind, Record},
    refusal::{Refusal, Rule},
    saved_view::{AT_MOST, SavedView},
    view::Versioned,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::clock;

fn saved(owner: &Member, name: &str, shared: bool) -> SavedView {
    let path = format!("/board/{}?q=x", owner.pipeline);
    SavedView { id: SavedViewId(clock::new_id()), name: name.to_owned(), owner: owner.id, shared, path }
}

async fn keep(owner: &Member, name: &str, shared: bool) -> SavedView {
    let view = saved(owner, name, shared);
    owner.apply(create(Record::SavedView(view.clone()))).await;
    view
}

fn set(view: &SavedView, field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Command {
    Command::set(Target::new(Kind::SavedView, view.id), field, Delta { before: before.into(), after: after.into() })
}

/// What the member's menu holds, by name.
async fn menu(member: &Member) -> Vec<SavedView> {
    let Versioned { version, view } = member.read("/api/v1/views").await;
    assert_eq!(version, member.version().await);
    let mut views: Vec<SavedView> = view.saved_views.values().cloned().collect();
    views.sort_by(|a, b| a.name.cmp(&b.name));
    views
}

#[test]
fn a_menu_holds_ones_own_and_what_others_share() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, stranger) = (server.found().await, server.found().await);
        let viewer = admin.hire(Role::Viewer).await;
        let own = keep(&admin, "A own", false).await;
        let shared = keep(&admin, "B shared", true).await;
        let viewers = keep(&viewer, "C viewer's", false).await;
        assert_eq!(menu(&admin).await, [own.clone(), shared.clone()]);
        assert_eq!(menu(&viewer).await, [shared.clone(), viewers.clone()]);
        assert_eq!(menu(&stranger).await, []);
        assert_eq!(server.visitor().status("/api/v1/views").await, StatusCode::UNAUTHORIZED);
        // Edited, shared, and taken back.
        let renamed = admin.apply(set(&shared, "name", "B shared", "B better")).await;
        admin.apply(set(&own, "shared", Value::Null, true)).await;
        let [own, shared] = [SavedView { shared: true, ..own }, SavedView { name: "B better".to_owned(), ..shared }];
        assert_eq!(menu(&viewer).await, [own, shared.clone(), viewers.clone()]);
        admin.apply(Command::Undo { of: renamed.command }).await;
        let deleted = viewer.apply(Command::Delete { target: Target::new(Kind::SavedView, viewers.id) }).await;
        assert_eq!(menu(&viewer).await.len(), 2);
        viewer.apply(Command::Undo { of: deleted.command }).await;
        assert!(menu(&viewer).await.contains(&viewers));
        // Of another workspace there is nothing to change.
        let refusal = refused(stranger.carry_out(set(&shared, "name", "B shared", "Theirs")).await);
        assert_eq!(refusal, Refusal::NotFound { kind: Kind::SavedView });
        let foreign = SavedView { owner: admin.id, ..saved(&stranger, "Foreign", false) };
        refused(stranger.carry_out(create(Record::SavedView(foreign))).await);
    });
}

#[test]
fn what_others_keep_for_themselves_does_not_leave_the_server() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let since = admin.version().await;
        let mut live = Events::open(&admin, since).await;
        let own = keep(&rep, "Secret name", false).await;
        rep.apply(set(&own, "name", "Secret name", "Secret still")).await;
        let shared = keep(&rep, "Everybody's", true).await;
        let mut edit = set(&shared, "name", "Everybody's", "Secret again");
        if let Command::Edit { fields, .. } = &mut edit {
            fields.insert("shared".to_owned(), Delta { before: json!(true), after: json!(false) });
        }
        let unshared = rep.apply(edit).await;
        rep.apply(Command::Delete { target: Target::new(Kind::SavedView, own.id) }).await;

        let heard: Vec<Recorded> = admin.changes(since).await;
        let mut streamed = Vec::new();
        while streamed.len() < heard.len() {
            streamed.push(live.next_recorded().await);
        }
        assert_eq!(streamed, heard, "live and after the fact");
        let counts: Vec<usize> = heard.iter().map(|recorded| recorded.changes.len()).collect();
        assert_eq!(counts, [0, 0, 1, 1, 0], "the shared one, and that it is shared no longer");
        let page = admin.get(&format!("/board/{}", admin.pipeline)).await.text().await.expect("a page");
        let views = admin.get("/api/v1/views").await.text().await.expect("a list");
        let heard = serde_json::to_string(&heard).expect("JSON");
        for told in [&page, &views, &heard] {
            assert!(!told.contains("Secret"), "{told}");
        }
        // The owner has everything.
        let whole = rep.changes(since).await;
        assert!(whole.iter().all(|recorded| !recorded.changes.is_empty()));

        // Nor is there another way to learn of it, or to change it.
        let history = format!("/api/v1/history/saved_view/{}?before=1000000", shared.id);
        assert_eq!(admin.status(&history).await, StatusCode::NOT_FOUND);
        let gone = Refusal::NotFound { kind: Kind::SavedView };
        assert_eq!(refused(admin.carry_out(set(&shared, "name", "x", "y")).await), gone);
        assert_eq!(refused(admin.carry_out(Command::Undo { of: unshared.command }).await), gone);
        let taken = SavedView { id: shared.id, ..saved(&admin, "Mine", false) };
        assert_eq!(
            refused(admin.carry_out(create(Record::SavedView(taken))).await),
            Refusal::invalid("id", Rule::Taken)
        );
    });
}

#[test]
fn a_member_keeps_so_many() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let views = (0..AT_MOST).map(|number| create(Record::SavedView(saved(&admin, &number.to_string(), false))));
        admin.apply(Command::Batch { parts: views.collect() }).await;
        let one_more = || create(Record::SavedView(saved(&admin, "One more", false)));
        assert_eq!(
            refused(admin.carry_out(one_more()).await),
            Refusal::invalid("name", Rule::TooMany { max: AT_MOST })
        );
        let first = menu(&admin).await.remove(0);
        let deleted = admin.apply(Command::Delete { target: Target::new(Kind::SavedView, first.id) }).await;
        admin.apply(one_more()).await;
        assert_eq!(
            refused(admin.carry_out(Command::Undo { of: deleted.command }).await),
            Refusal::invalid("name", Rule::TooMany { max: AT_MOST })
        );
    });
}
