//! Who is where: told to those of the same workspace, as far as they may know of it, and never stored.

use crate::{
    live::Events,
    support::{DEADLINE, Member, World, any_account, applied, run},
};
use domain::{
    access::{Role, Scope},
    change::{Delta, Target},
    command::Command,
    id::MemberId,
    presence::{Doing, News, Place, Report, Spot},
    record::Kind,
};
use reqwest::{Method, StatusCode};
use server::clock;
use std::time::Duration;
use uuid::Uuid;

async fn post(member: &Member, body: impl Into<reqwest::Body>) -> StatusCode {
    let request = member.request(Method::POST, "/api/v1/presence").body(body);
    request.send().await.expect("an answer").status()
}

async fn report(member: &Member, page: Uuid, spot: Option<Spot>) -> StatusCode {
    post(member, serde_json::to_string(&Report { page, spot }).expect("JSON")).await
}

async fn tell(member: &Member, page: Uuid, place: Place, doing: Doing) {
    assert_eq!(report(member, page, Some(Spot { place, doing })).await, StatusCode::OK);
}

async fn listen(member: &Member) -> Events {
    Events::open(member, member.version().await).await
}

fn news(whole: bool, people: &[(MemberId, &[Spot])]) -> News {
    News { whole, people: people.iter().map(|(member, spots)| (*member, spots.to_vec())).collect() }
}

fn at(place: Place) -> Spot {
    Spot { place, doing: Doing::Nothing }
}

#[test]
fn others_hear_where_one_is_until_one_leaves() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let other = admin.hire(Role::Viewer).await;
        let deal = admin.new_deal("Held").await;
        let (page, board) = (clock::new_id(), Place::Board(admin.pipeline));
        tell(&admin, page, board, Doing::Nothing).await;
        let since = admin.version().await;
        let mut events = listen(&other).await;
        assert_eq!(events.next_news().await, news(true, &[(admin.id, &[at(board)])]));
        // Of oneself nothing is told.
        let mut own = listen(&admin).await;
        assert_eq!(own.next_news().await, news(true, &[]));
        let holding = Doing::Holding { deal, over: Some(admin.stages[1]) };
        tell(&admin, page, board, holding.clone()).await;
        let held = Spot { place: board, doing: holding };
        assert_eq!(events.next_news().await, news(false, &[(admin.id, &[held])]));
        // What changes comes all the same.
        let recorded = applied(admin.send(&any_account()).await);
        assert_eq!(events.next_recorded().await, recorded);
        assert_eq!(report(&admin, page, None).await, StatusCode::OK);
        assert_eq!(events.next_news().await, news(false, &[(admin.id, &[])]));
        assert_eq!(admin.version().await, since + 1, "nothing of it is a change");
    });
}

#[test]
fn another_workspace_hears_nothing_and_names_no_deal_of_this_one() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, stranger) = (server.found().await, server.found().await);
        let (other, mate) = (admin.hire(Role::Rep).await, stranger.hire(Role::Rep).await);
        let (mut here, mut there) = (listen(&other).await, listen(&mate).await);
        for events in [&mut here, &mut there] {
            assert_eq!(events.next_news().await, news(true, &[]));
        }
        let deal = Place::Deal(admin.new_deal("Secret").await);
        tell(&admin, clock::new_id(), deal, Doing::Nothing).await;
        assert_eq!(here.next_news().await, news(false, &[(admin.id, &[at(deal)])]));
        // The first that arrives there is their own, without the deal that is none of theirs.
        tell(&stranger, clock::new_id(), deal, Doing::Nothing).await;
        assert_eq!(there.next_news().await, news(false, &[(stranger.id, &[Spot::default()])]));
        let quiet = tokio::time::timeout(Duration::from_millis(500), here.next_news()).await;
        assert!(quiet.is_err(), "{quiet:?}");
    });
}

#[test]
fn who_does_not_see_a_deal_hears_of_its_visitor_and_not_of_the_deal() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let narrow = Delta { before: "workspace".into(), after: serde_json::to_value(Scope::Own).expect("a word") };
        admin.apply(Command::set(Target::new(Kind::Member, rep.id), "scope", narrow)).await;
        let (unseen, own) = (admin.new_deal("Unseen").await, rep.new_deal("Own").await);
        let mut events = listen(&rep).await;
        events.next_news().await;
        let (page, board) = (clock::new_id(), Place::Board(admin.pipeline));
        let holding = |deal| Doing::Holding { deal, over: None };
        tell(&admin, page, board, holding(unseen)).await;
        assert_eq!(events.next_news().await, news(false, &[(admin.id, &[at(board)])]));
        tell(&admin, page, board, holding(own)).await;
        let held = Spot { place: board, doing: holding(own) };
        assert_eq!(events.next_news().await, news(false, &[(admin.id, &[held])]));
        tell(&admin, page, Place::Deal(unseen), Doing::Nothing).await;
        assert_eq!(events.next_news().await, news(false, &[(admin.id, &[Spot::default()])]));
        // Nor can the rep name it.
        let mut admins = listen(&admin).await;
        admins.next_news().await;
        tell(&rep, clock::new_id(), Place::Deal(unseen), Doing::Nothing).await;
        assert_eq!(admins.next_news().await, news(false, &[(rep.id, &[Spot::default()])]));
    });
}

#[test]
fn what_is_not_understood_or_too_much_is_refused() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let editing = |kind: &str, field: &str| {
            let target = format!(r#"{{"kind":"{kind}","id":"{}"}}"#, Uuid::nil());
            let doing = format!(r#"{{"editing":{{"target":{target},"field":"{field}"}}}}"#);
            format!(r#"{{"page":"{}","spot":{{"place":"elsewhere","doing":{doing}}}}}"#, Uuid::nil())
        };
        assert_eq!(post(&admin, editing("deal", "title")).await, StatusCode::OK);
        for wrong in ["", "null", "{}", "[1]", &editing("activity", "subject"), &editing("deal", &"x".repeat(65))] {
            assert_eq!(post(&admin, wrong.to_owned()).await, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(post(&admin, " ".repeat(10_000)).await, StatusCode::PAYLOAD_TOO_LARGE);
        let nobody = server.visitor().request(Method::POST, "/api/v1/presence").body(editing("deal", "title"));
        assert_eq!(nobody.send().await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
        // A flood ends, also where every report is of another page, and is over after a while.
        let until = tokio::time::Instant::now() + DEADLINE;
        let flood = async || report(&admin, clock::new_id(), Some(Spot::default())).await;
        while flood().await != StatusCode::TOO_MANY_REQUESTS {
            assert!(tokio::time::Instant::now() < until, "it is never too much");
        }
        let other = admin.hire(Role::Rep).await;
        tell(&other, clock::new_id(), Place::Elsewhere, Doing::Nothing).await;
    });
}
