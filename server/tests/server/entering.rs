//! The doors: signing in and out, founding, joining, going over to another workspace.

use crate::{
    live::Events,
    support::{Member, PASSWORD, PROXY, Visitor, World, any_account, applied, new_email, run},
};
use domain::{
    access::Role,
    change::{Delta, Target},
    command::Command,
    record::Kind,
};
use reqwest::{Client, Method, StatusCode, header, redirect::Policy};
use serde_json::{Value, json};
use std::{net::IpAddr, time::Duration};

const WRONG: Result<String, StatusCode> = Err(StatusCode::UNPROCESSABLE_ENTITY);

/// Somebody with a browser at another address of this machine.
fn at_address(visitor: &Visitor, address: &str) -> Visitor {
    let address: IpAddr = address.parse().expect("an address");
    let http = Client::builder().redirect(Policy::none()).no_proxy().local_address(address);
    Visitor { http: http.build().expect("a client"), ..visitor.clone() }
}

async fn suspend(admin: &Member, member: &Member, suspended: bool) {
    let delta = Delta { before: json!(suspended), after: json!(!suspended) };
    admin.apply(Command::set(Target::new(Kind::Member, member.id), "active", delta)).await;
}

#[test]
fn ten_wrong_passwords_close_the_door_for_that_address_only() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, other) = (server.found().await, server.found().await);
        let form = [("email", admin.email.as_str()), ("password", "a wrong one")];
        for _ in 0..10 {
            assert_eq!(server.visitor().enter("/enter/sign-in", &form).await, WRONG);
        }
        assert_eq!(server.visitor().sign_in(&admin.email).await, WRONG, "closed for now");
        server.visitor().sign_in(&other.email).await.expect("another account from the same address");
        at_address(&server.visitor(), "127.0.0.2").sign_in(&admin.email).await.expect("the owner, elsewhere");
        assert_eq!(server.visitor().sign_in(&admin.email).await, WRONG, "it does not open it for others");
    });
}

#[test]
fn a_proxy_tells_apart_who_comes_through_it() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let try_from = async |proxy: &str, forwarded: &str, password: &str| {
            let request = at_address(&server.visitor(), proxy).request(Method::POST, "/enter/sign-in");
            let request = request.form(&[("email", admin.email.as_str()), ("password", password)]);
            request.header("x-forwarded-for", forwarded).send().await.expect("an answer").status()
        };
        for _ in 0..10 {
            let wrong = try_from(PROXY, "192.0.2.1", "a wrong one").await;
            assert_eq!(wrong, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(try_from(PROXY, "8.8.8.8, 192.0.2.1", PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(try_from(PROXY, "192.0.2.2", PASSWORD).await, StatusCode::SEE_OTHER);
        // Whoever is no proxy is not believed.
        for round in 0..10 {
            let wrong = try_from("127.0.0.4", &format!("192.0.2.{round}"), "a wrong one").await;
            assert_eq!(wrong, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(try_from("127.0.0.4", "192.0.2.99", PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn joining_and_founding_are_no_other_doors_for_guessing() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, victim) = (server.found().await, server.found().await);
        // Whoever founds a workspace can make links.
        let link = admin.invite(Role::Rep).await;
        let guess = [("name", "Guess"), ("email", &*victim.email), ("password", "a wrong one"), ("workspace", "Mine")];
        for door in ["/enter/found", &link].repeat(5) {
            assert_eq!(server.visitor().enter(door, &guess).await, WRONG);
        }
        for door in ["/enter/found", "/enter/sign-in", &link] {
            let right = guess.map(|(name, value)| (name, if name == "password" { PASSWORD } else { value }));
            assert_eq!(server.visitor().enter(door, &right).await, WRONG, "{door}");
        }
        server.visitor().sign_in(&admin.email).await.expect("the address is not closed");
        // New people join by the link nevertheless.
        admin.hire(Role::Rep).await;
        // An address that nobody has is not remembered.
        assert_eq!(server.visitor().sign_in(&"a".repeat(100_000)).await, WRONG);
    });
}

#[test]
fn signing_out_ends_streams_and_so_does_the_end_of_the_session() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let mut other = Member { at: server.visitor(), ..admin.clone() };
        other.at.sign_in(&admin.email).await.expect("signed in");
        let since = admin.version().await;
        let mut open = [Events::open(&admin, since).await, Events::open(&admin, since).await];
        let mut others = Events::open(&other, since).await;
        admin.submit("/sign-out", &[]).await;
        for events in &mut open {
            let at_once = tokio::time::timeout(Duration::from_secs(10), events.next()).await;
            assert_eq!(at_once.expect("not only when the session is asked for"), None);
        }
        let recorded = applied(other.send(&any_account()).await);
        assert_eq!(others.next_recorded().await, recorded, "another session goes on");

        // Behind this server's back, as by another one.
        world.ask(&format!("DELETE FROM session WHERE workspace_id = '{}'", admin.workspace));
        assert_eq!(others.next().await, None);
    });
}

#[test]
fn a_person_of_two_workspaces_goes_from_one_to_the_other() {
    run(async |world: World| {
        let server = world.serve().await;
        let first = server.found().await;
        let form = [("name", "Founder"), ("email", &*first.email), ("password", PASSWORD), ("workspace", "Second")];
        let mut visitor = server.visitor();
        visitor.enter("/enter/found", &form).await.expect("founded another");
        let second = Member::look_around(visitor, first.email.clone()).await;
        assert_ne!(second.workspace, first.workspace);
        let link = server.found().await.invite(Role::Viewer).await;
        let mut visitor = server.visitor();
        visitor.enter(&link, &form).await.expect("joined a third");
        let third = Member::look_around(visitor, first.email.clone()).await;

        let others: Vec<Value> = second.read("/api/v1/workspaces").await;
        let mut ids: Vec<_> = others.iter().map(|other| other["id"].as_str().expect("an id").to_owned()).collect();
        ids.sort();
        let mut expected = [first.workspace.to_string(), third.workspace.to_string()];
        expected.sort();
        assert_eq!(ids, expected);
        assert!(server.found().await.read::<Vec<Value>>("/api/v1/workspaces").await.is_empty());

        let since = second.version().await;
        let mut events = Events::open(&second, since).await;
        let mut here = second.at.clone();
        here.enter("/switch", &[("workspace", &*first.workspace.to_string())]).await.expect("gone over");
        assert_eq!(here.page("/board").await.view.workspace().expect("a workspace").id, first.workspace);
        assert_eq!(second.status("/api/v1/changes").await, StatusCode::UNAUTHORIZED, "the token changes");
        assert_eq!(events.next().await, None);
        // Signing in leads to where they were last, also when they have signed out since.
        for last in [&first, &third, &second] {
            here.enter("/switch", &[("workspace", &*last.workspace.to_string())]).await.expect("gone over");
            here.submit("/sign-out", &[]).await;
            here.sign_in(&first.email).await.expect("signed in");
            assert_eq!(here.page("/board").await.me, last.id);
        }

        // Nobody goes where they do not belong, or do not belong any more.
        let stranger = server.found().await;
        let to = |workspace: domain::id::WorkspaceId| [("workspace", workspace.to_string())];
        let submit = async |visitor: &Visitor, form: [(&str, String); 1]| {
            visitor.submit("/switch", &form.each_ref().map(|(name, value)| (*name, &**value))).await
        };
        assert_eq!(submit(&here, to(stranger.workspace)).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(here.submit("/switch", &[("workspace", "x")]).await.status(), StatusCode::BAD_REQUEST);
        let nobody = submit(&server.visitor(), to(first.workspace)).await;
        assert_eq!(nobody.headers()[header::LOCATION], "/enter");
        world.ask(&format!("UPDATE member SET active = false WHERE id = '{}'", third.id));
        assert_eq!(submit(&here, to(third.workspace)).await.status(), StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_form_sent_twice_has_one_effect() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let stranger = server.found().await;
        let link = admin.invite(Role::Rep).await;
        for email in [new_email(), stranger.email.clone()] {
            let form = [("name", "Twice"), ("email", &*email), ("password", PASSWORD)];
            let send = async || server.visitor().enter(&link, &form).await.expect("joined");
            tokio::join!(send(), send(), send());
            let members = admin.page("/settings/members").await.view.members;
            assert_eq!(members.iter().filter(|(_, member)| member.email == email).count(), 1, "{email}");
        }
        let attempt = any_account().id.to_string();
        let email = new_email();
        let form =
            [("name", "Twice"), ("email", &*email), ("password", PASSWORD), ("workspace", "W"), ("attempt", &*attempt)];
        let send = async || server.visitor().enter("/enter/found", &form).await.expect("founded");
        tokio::join!(send(), send(), send());
        let mut founder = server.visitor();
        founder.sign_in(&email).await.expect("signed in");
        assert!(founder.read::<Vec<Value>>("/api/v1/workspaces").await.is_empty(), "one workspace");
        assert_eq!(founder.page("/board").await.view.members.iter().count(), 1);
        assert_eq!(founder.page("/board").await.view.stages.iter().count(), 7);
    });
}

#[test]
fn who_is_suspended_stays_out() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let link = admin.invite(Role::Rep).await;
        let mut visitor = server.visitor();
        let email = new_email();
        let form = [("name", "Ann"), ("email", &*email), ("password", PASSWORD)];
        visitor.enter(&link, &form).await.expect("joined");
        let rep = Member::look_around(visitor, email.clone()).await;
        suspend(&admin, &rep, true).await;
        let answer = server.visitor().submit(&link, &form).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().await.expect("a page").contains("but suspended"));
        let answer = server.visitor().submit("/enter/sign-in", &form).await;
        assert!(answer.text().await.expect("a page").contains("do not belong to any workspace"));
        // The sessions of before do not come alive again.
        suspend(&admin, &rep, false).await;
        assert_eq!(rep.status("/api/v1/changes").await, StatusCode::UNAUTHORIZED);
        server.visitor().sign_in(&email).await.expect("let in again");
        server.visitor().enter(&link, &form).await.expect("by the link as well");
    });
}

#[test]
fn plain_http_from_elsewhere_is_told_of() {
    run(async |world: World| {
        let server = world.serve().await;
        let page = async |host: &str, name: &str, value: &str| {
            let request = server.visitor().http.get(format!("{}/enter", server.base)).header(header::HOST, host);
            let answer = request.header(name, value).send().await.expect("an answer");
            answer.text().await.expect("a page").contains("begins with https")
        };
        assert!(page("192.0.2.1:3210", "accept-language", "en").await);
        assert!(!page("192.0.2.1:3210", "sec-fetch-site", "none").await);
        assert!(!page("crm.example.com", "x-forwarded-proto", "https").await);
        assert!(!page("localhost:3210", "accept-language", "en").await);
    });
}

#[test]
fn addresses_that_are_none_are_told_in_the_readers_language() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        for (method, path, status) in [
            (Method::GET, "/api/v1/nope", 404),
            (Method::GET, "/api/v1/changes?since=abc", 400),
            (Method::GET, "/api/v1/live?since=abc", 400),
            (Method::GET, "/api/v1/board/abc", 400),
            (Method::GET, "/api/v1/commands", 405),
            (Method::POST, "/api/v1/commands", 400),
        ] {
            let answer = admin.request(method.clone(), path).send().await.expect("an answer");
            assert_eq!(answer.status().as_u16(), status, "{method} {path}");
            let error: Value = answer.json().await.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
            assert!(error["error"].is_string(), "{error}");
        }
        for path in ["/join/x/y", "/join/x"] {
            assert!(matches!(admin.status(path).await, StatusCode::NOT_FOUND), "{path}");
        }
        assert_eq!(server.visitor().status("/join/x/y").await, StatusCode::NOT_FOUND);
        assert_eq!(server.visitor().status("/enter?next=a&next=b").await, StatusCode::OK);
        for (form, shown) in [("/enter/sign-in", "/enter"), ("/enter/found", "/enter?form=found"), ("/switch", "/")] {
            let answer = server.visitor().get(form).await;
            assert_eq!(answer.headers()[header::LOCATION], shown, "a form that is reloaded");
        }
    });
}
