//! Who gets in, who sees what, who may do what.

use crate::support::{
    Member, Server, Visitor, World, any_account, create, move_to, new_account, read, refused, request, run, set,
};
use domain::{
    access::{Right, Role},
    change::{Delta, Target},
    command::Command,
    id::DealId,
    record::{Kind, Record},
    refusal::Refusal,
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

/// Every address below /api/v1 but those of imports, which have tests of their own.
fn api(member: &Member, deal: DealId) -> Vec<(Method, String)> {
    let reads = [
        "changes?since=0".to_owned(),
        "live?since=0".to_owned(),
        "page?address=/board".to_owned(),
        format!("page?address=/deals/{deal}"),
        "page?address=/nowhere".to_owned(),
        format!("board/{}", member.pipeline),
        "search?q=a".to_owned(),
        "deals?count=5".to_owned(),
        "deals.csv".to_owned(),
        "workspaces".to_owned(),
        format!("history/deal/{deal}?before=1"),
    ];
    let writes = ["commands".to_owned()];
    let reads = reads.into_iter().map(|path| (Method::GET, path));
    let writes = writes.into_iter().map(|path| (Method::POST, path));
    reads.chain(writes).map(|(method, path)| (method, format!("/api/v1/{path}"))).collect()
}

fn pages(member: &Member, deal: DealId) -> Vec<String> {
    let mut pages =
        ["/board", "/deals?group=owner", "/accounts", "/settings", "/settings/members", "/import", "/nowhere"]
            .map(str::to_owned)
            .to_vec();
    pages.extend([
        format!("/board/{}?q=a%26b", member.pipeline),
        format!("/deals/{deal}"),
        format!("/accounts/{deal}"),
        format!("/import/{deal}"),
    ]);
    pages
}

#[test]
fn nobody_gets_in_without_a_session() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Hidden").await;
        let forged = |cookie: String| Visitor { cookie, ..server.visitor() };
        let nobody = [
            server.visitor(),
            forged("fairlead=".to_owned()),
            forged("fairlead=nonsense".to_owned()),
            forged(format!("fairlead={}.", admin.workspace)),
            forged(format!("fairlead={}.{}", admin.workspace, "A".repeat(43))),
            // A session is of one workspace.
            forged(admin.cookie.replace(&admin.workspace.to_string(), &deal.to_string())),
        ];
        for nobody in nobody {
            for (method, path) in api(&admin, deal) {
                let answer = nobody.request(method.clone(), &path).send().await.expect("an answer");
                assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path} with {:?}", nobody.cookie);
            }
            for path in pages(&admin, deal) {
                let answer = nobody.get(&path).await;
                assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
                let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
                assert_eq!(answer.headers()[header::LOCATION], format!("/enter?next={next}"));
            }
            assert_eq!(nobody.get("/").await.headers()[header::LOCATION], "/enter");
            assert_eq!(nobody.status("/enter").await, StatusCode::OK);
        }
        // With one, all of them are there.
        for path in ["/", "/board", "/accounts", "/settings/members", "/import"] {
            assert_eq!(admin.status(path).await, StatusCode::OK, "{path}");
        }
        assert_eq!(admin.status("/nowhere").await, StatusCode::NOT_FOUND);
    });
}

#[test]
fn another_workspace_is_not_there() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, stranger) = (server.found().await, server.found().await);
        let (account, start) = (new_account("Zebra works"), admin.version().await);
        let mut deal = admin.deal("Zebra deal");
        deal.account = Some(account.id);
        let id = deal.id;
        let created = admin.apply(create(Record::Account(account.clone()))).await;
        admin.apply(create(Record::Deal(deal))).await;
        assert_eq!(admin.search("Zebra").await.len(), 2);

        assert!(stranger.search("Zebra").await.is_empty());
        for page in [format!("/deals/{id}"), format!("/accounts/{}", account.id), format!("/board/{}", admin.pipeline)]
        {
            assert_eq!(stranger.try_page(&page).await.status(), StatusCode::NOT_FOUND, "{page}");
            assert_eq!(stranger.status(&page).await, StatusCode::NOT_FOUND, "{page}");
        }
        assert_eq!(stranger.status(&format!("/api/v1/board/{}", admin.pipeline)).await, StatusCode::NOT_FOUND);
        let theirs = serde_json::to_string(&stranger.changes(0).await).expect("JSON");
        let board = stranger.get("/board").await.text().await.expect("a page");
        let settings = stranger.get("/settings/members").await.text().await.expect("a page");
        for secret in [id.to_string(), admin.id.to_string(), admin.email.clone(), "Zebra".to_owned()] {
            assert!(![&theirs, &board, &settings].iter().any(|text| text.contains(&secret)), "{secret}");
        }

        let not_found = |kind| Refusal::NotFound { kind };
        let (deal_target, account_target) = (Target::new(Kind::Deal, id), Target::new(Kind::Account, account.id));
        let member = Target::new(Kind::Member, admin.id);
        let rename = Delta { before: json!("Zebra works"), after: json!("Mine") };
        let refusals = [
            (set(id, "title", "Zebra deal", "Mine"), not_found(Kind::Deal)),
            (move_to(id, admin.stages[0], stranger.stages[1]), not_found(Kind::Deal)),
            (Command::Delete { target: deal_target }, not_found(Kind::Deal)),
            (Command::set(account_target, "name", rename), not_found(Kind::Account)),
            (Command::Delete { target: account_target }, not_found(Kind::Account)),
            (Command::CompleteActivity { activity: id.0.into() }, not_found(Kind::Activity)),
            (
                Command::set(member, "role", Delta { before: json!("admin"), after: json!("rep") }),
                not_found(Kind::Member),
            ),
            (Command::Undo { of: created.command }, Refusal::NothingToUndo),
        ];
        let before = stranger.version().await;
        for (command, refusal) in refusals {
            assert_eq!(refused(stranger.carry_out(command.clone()).await), refusal, "{command:?}");
        }
        // Nor may one's own deal point there.
        let mine = stranger.new_deal("Mine").await;
        for (field, value) in [("account", json!(account.id)), ("owner", json!(admin.id)), ("contacts", json!([id]))] {
            let was = serde_json::to_value(stranger.deal_now(mine).await).expect("JSON")[field].clone();
            let refusal = refused(stranger.carry_out(set(mine, field, was, value)).await);
            assert!(matches!(refusal, Refusal::Invalid { field: at, .. } if at == field));
        }
        let mut abroad = stranger.deal("Abroad");
        abroad.stage = admin.stages[0];
        refused(stranger.carry_out(create(Record::Deal(abroad))).await);
        assert_eq!(stranger.version().await, before + 1);
        assert_eq!(admin.version().await, start + 2);
    });
}

#[test]
fn each_role_does_what_its_row_says() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let hired = [
            (Role::Admin, admin.clone()),
            (Role::Manager, admin.hire(Role::Manager).await),
            (Role::Rep, admin.hire(Role::Rep).await),
            (Role::Viewer, admin.hire(Role::Viewer).await),
        ];
        let foreign = admin.new_deal("Somebody else's").await;
        for (role, member) in hired {
            assert_eq!(member.page("/board").await.view.members[&member.id].role, role);
            let check = async |right: Right, what: &str, command: Command| {
                let outcome = member.carry_out(command).await;
                let not_allowed = Refusal::NotAllowed { right };
                if role.holds(right) {
                    let applied = matches!(outcome, domain::command::Outcome::Applied(_));
                    assert!(applied, "{role:?} {what}: {outcome:?}");
                } else {
                    assert_eq!(refused(outcome), not_allowed, "{role:?} {what}");
                }
            };
            let account = new_account("Theirs");
            check(Right::Work, "creates an account", create(Record::Account(account))).await;
            let own = member.deal("Own");
            check(Right::Work, "creates a deal", create(Record::Deal(own.clone()))).await;
            if role.holds(Right::Work) {
                check(Right::Work, "moves the own deal", move_to(own.id, own.stage, member.stages[1])).await;
                let give = set(own.id, "owner", json!(member.id), json!(admin.id));
                if role != Role::Admin {
                    check(Right::EditAllDeals, "gives the own deal away", give).await;
                }
            }
            let mut given = member.deal("Given");
            given.owner = admin.id;
            let right = if role == Role::Viewer { Right::Work } else { Right::EditAllDeals };
            if role != Role::Admin {
                check(right, "creates a deal for another", create(Record::Deal(given))).await;
            }
            let title = format!("By {role:?}");
            check(right, "edits another's deal", set(foreign, "title", "any", title)).await;
            let stage = admin.deal_now(foreign).await.stage;
            let to = if stage == admin.stages[1] { admin.stages[2] } else { admin.stages[1] };
            check(right, "moves another's deal", move_to(foreign, stage, to)).await;
            let doomed = new_account("Doomed");
            admin.apply(create(Record::Account(doomed.clone()))).await;
            let target = Target::new(Kind::Account, doomed.id);
            check(Right::DeleteRecords, "deletes", Command::Delete { target }).await;
            let team = domain::member::Team { id: any_account().id.0.into(), name: "Team".to_owned() };
            check(Right::ManageMembers, "makes a team", create(Record::Team(team))).await;
            let id = any_account().id.0.into();
            let pipeline =
                domain::pipeline::Pipeline { id, name: "More".to_owned(), position: 1, loss_reasons: Vec::new() };
            check(Right::ManagePipelines, "makes a pipeline", create(Record::Pipeline(pipeline))).await;
            let workspace = Target::new(Kind::Workspace, admin.workspace);
            let rename = Delta { before: json!("Works"), after: json!(format!("Works of {role:?}")) };
            check(Right::ManageWorkspace, "renames the workspace", Command::set(workspace, "name", rename)).await;
            if role != Role::Admin {
                let me = Target::new(Kind::Member, member.id);
                let word = serde_json::to_value(role).expect("JSON");
                let raise = Command::set(me, "role", Delta { before: word, after: json!("admin") });
                check(Right::ManageMembers, "raises themselves", raise).await;
            }
            let redraw = Command::RedrawColumn { stage: admin.stages[0] };
            refused(member.carry_out(redraw).await);
        }
    });
}

/// Lets a member see only what they work on.
async fn narrow(admin: &Member, member: &Member) {
    let delta = Delta { before: json!("workspace"), after: json!("own") };
    admin.apply(Command::set(Target::new(Kind::Member, member.id), "scope", delta)).await;
}

#[test]
fn whose_scope_is_their_own_sees_only_that() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        narrow(&admin, &rep).await;
        let since = rep.version().await;
        let hidden = admin.new_deal("Quagga hidden").await;
        let own = rep.new_deal("Quagga own").await;
        let mut shared = admin.deal("Quagga shared");
        shared.collaborators = vec![rep.id];
        let shared_id = shared.id;
        admin.apply(create(Record::Deal(shared))).await;
        let planned = json!({
            "id": any_account().id,
            "command": {"create": {"record": {"activity": {
                "id": any_account().id, "deal": hidden, "type": "call", "subject": "Quagga secret", "owner": admin.id,
                "created_at": "2026-01-01T00:00:00Z",
            }}}},
        });
        admin.send(&serde_json::from_value(planned).expect("a command")).await;
        let mut expected = vec![own, shared_id];
        expected.sort();

        for path in ["/api/v1/page?address=/board".to_owned(), format!("/api/v1/board/{}", rep.pipeline)] {
            let snapshot: domain::page::Snapshot = rep.read(&path).await;
            assert_eq!(snapshot.view.deals.keys().collect::<Vec<_>>(), expected, "{path}");
            let domain::page::Page::Board(board) = snapshot.page else { panic!("no board") };
            // Who holds every card adds them up alone.
            let deals = if board.complete { 2 } else { board.cells.iter().map(|cell| cell.totals.deals).sum() };
            assert_eq!(deals, 2, "{path}");
        }
        let mut found: Vec<_> = rep.search("Quagga").await.iter().map(|found| DealId(found.id)).collect();
        found.sort();
        assert_eq!(found, expected);
        // The three deals, and the call with the hidden one.
        assert_eq!(admin.search("Quagga").await.len(), 4);
        for path in [format!("/deals/{hidden}"), "/nowhere".to_owned()] {
            assert_eq!(rep.try_page(&path).await.status(), StatusCode::NOT_FOUND);
            assert_eq!(rep.status(&path).await, StatusCode::NOT_FOUND);
        }
        let secret = |text: &str| {
            text.contains(&hidden.to_string()) || text.contains("Quagga secret") || text.contains("Quagga hidden")
        };
        let seen = rep.changes(since).await;
        assert_eq!(seen.iter().filter(|recorded| !recorded.changes.is_empty()).count(), 2);
        assert!(!secret(&serde_json::to_string(&seen).expect("JSON")));
        let mut live = crate::live::Events::open(&rep, since).await;
        for recorded in &seen {
            assert_eq!(live.next_recorded().await, *recorded);
        }
        assert!(!secret(&rep.get("/board").await.text().await.expect("a page")));

        // What is not seen cannot be touched, and is not told apart from what is not there.
        let not_found = Refusal::NotFound { kind: Kind::Deal };
        let target = Target::new(Kind::Deal, hidden);
        assert_eq!(refused(rep.carry_out(set(hidden, "title", "", "x")).await), not_found);
        assert_eq!(refused(rep.carry_out(move_to(hidden, rep.stages[0], rep.stages[1])).await), not_found);
        let delete = refused(rep.carry_out(Command::Delete { target }).await);
        assert_eq!(delete, not_found);
        // A deal that is taken away is no longer seen; its going is.
        let taken = admin.apply(set(shared_id, "collaborators", json!([rep.id]), json!([]))).await;
        assert_eq!(live.next_recorded().await, taken);
        assert_eq!(rep.try_page(&format!("/deals/{shared_id}")).await.status(), StatusCode::NOT_FOUND);

        // Whoever may see more loads anew.
        let delta = Delta { before: json!("own"), after: json!("workspace") };
        admin.apply(Command::set(Target::new(Kind::Member, rep.id), "scope", delta)).await;
        while live.next().await.expect("a reset").name != "reset" {}
        while live.next().await.is_some() {}
        assert_eq!(rep.page("/board").await.view.deals.len(), 3);
    });
}

#[test]
fn people_join_by_a_link_and_leave() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let link = admin.invite(Role::Rep).await;
        assert_eq!(server.visitor().status(&link).await, StatusCode::OK);
        let form = [("name", "Ann"), ("email", admin.email.as_str()), ("password", "not the password")];
        let taken = server.visitor().enter(&link, &form).await;
        assert_eq!(taken, Err(StatusCode::UNPROCESSABLE_ENTITY), "somebody else's address");
        for wrong in [format!("{link}x"), format!("/join/{}/x", admin.workspace)] {
            assert_eq!(server.visitor().status(&wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
            let form = [("name", "Ann"), ("email", "ann@example.com"), ("password", "long enough")];
            assert_eq!(server.visitor().enter(&wrong, &form).await, Err(StatusCode::UNPROCESSABLE_ENTITY));
        }
        let rep = admin.hire(Role::Rep).await;
        assert_eq!(rep.workspace, admin.workspace);
        let mut later = server.visitor();
        later.sign_in(&rep.email).await.expect("signed in");
        assert_eq!(later.page("/board").await.me, rep.id);
        // Only who manages members learns of invitations.
        assert!(!admin.page("/settings/members").await.view.invitations.is_empty());
        assert!(rep.page("/settings/members").await.view.invitations.is_empty());
        assert!(!serde_json::to_string(&rep.changes(0).await).expect("JSON").contains("token_hash"));

        // Who leaves is out at once.
        let mut live = crate::live::Events::open(&rep, rep.version().await).await;
        let delta = Delta { before: json!(true), after: json!(false) };
        admin.apply(Command::set(Target::new(Kind::Member, rep.id), "active", delta)).await;
        while live.next().await.is_some() {}
        assert_eq!(rep.status("/api/v1/changes").await, StatusCode::UNAUTHORIZED);
        assert_eq!(later.status("/board").await, StatusCode::SEE_OTHER);
        assert_eq!(later.sign_in(&rep.email).await, Err(StatusCode::UNPROCESSABLE_ENTITY));
    });
}

#[test]
fn nothing_is_changed_from_elsewhere() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Safe").await;
        let forms =
            ["/enter/sign-in", "/enter/found", "/enter/demo", "/sign-out", "/switch", "/join/x/y"].map(str::to_owned);
        let writes = api(&admin, deal).into_iter().filter(|(method, _)| *method != Method::GET);
        let writes: Vec<_> = writes.chain(forms.map(|path| (Method::POST, path))).collect();
        let origin = admin.base.clone();
        let elsewhere: [&[(&str, &str)]; 5] = [
            &[],
            &[("sec-fetch-site", "cross-site"), ("origin", &origin)],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://evil.example")],
            &[("origin", "null")],
        ];
        for headers in elsewhere {
            for (method, path) in &writes {
                let mut request = admin.http.request(method.clone(), format!("{}{path}", admin.base));
                request = request.header(header::COOKIE, &admin.cookie).body("");
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let status = request.send().await.expect("an answer").status();
                assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path} {headers:?}");
            }
        }
        // A browser that says no more than its origin.
        let request = admin.http.post(format!("{origin}/api/v1/commands")).header(header::ORIGIN, &origin);
        let answer = request.header(header::COOKIE, &admin.cookie).json(&[any_account()]).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    });
}

#[test]
fn the_cookie_is_kept_from_scripts_and_other_sites() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let check = async |server: &Server, host: Option<&'static str>, name: &str, secure: bool| {
            let mut visitor = Visitor { host, ..server.visitor() };
            let cookie = visitor.sign_in(&admin.email).await.expect("signed in");
            let mut parts = cookie.split("; ");
            assert!(parts.next().expect("a value").starts_with(&format!("{name}={}.", admin.workspace)), "{cookie}");
            let attributes: Vec<_> = parts.collect();
            for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
                assert!(attributes.contains(&attribute), "{cookie}");
            }
            assert_eq!(attributes.contains(&"Secure"), secure, "{cookie}");
            assert!(!cookie.contains("Domain"), "{cookie}");
            assert_eq!(visitor.status("/api/v1/changes").await, StatusCode::OK);
            visitor
        };
        check(&server, None, "fairlead", false).await;
        check(&server, Some("localhost:80"), "fairlead", false).await;
        check(&server, Some("127.0.0.1.example.com"), "__Host-fairlead", true).await;
        let mut public = check(&server, Some("crm.example.com"), "__Host-fairlead", true).await;
        // The name that anybody on the network could have set is not believed.
        public.cookie = public.cookie.replace("__Host-", "");
        assert_eq!(public.status("/api/v1/changes").await, StatusCode::UNAUTHORIZED);

        // Signing in again ends the session before it; signing out ends it for good.
        let mut visitor = check(&server, None, "fairlead", false).await;
        let first = visitor.clone();
        visitor.sign_in(&admin.email).await.expect("signed in");
        assert_eq!(first.status("/api/v1/changes").await, StatusCode::UNAUTHORIZED);
        let answer = visitor.submit("/sign-out", &[]).await;
        assert_eq!(
            (answer.status(), &answer.headers()[header::LOCATION]),
            (StatusCode::SEE_OTHER, &"/enter".parse().expect("a header"))
        );
        assert!(answer.headers()[header::SET_COOKIE].to_str().expect("text").contains("Max-Age=0"));
        assert_eq!(visitor.status("/api/v1/changes").await, StatusCode::UNAUTHORIZED);
        assert_eq!(admin.status("/api/v1/changes").await, StatusCode::OK, "another session goes on");
    });
}

#[test]
fn after_entering_one_stays_on_this_server() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let check = async |next: &str, target: &str| {
            let fields = [("email", admin.email.as_str()), ("password", "correct horse"), ("next", next)];
            let answer = server.visitor().submit("/enter/sign-in", &fields).await;
            assert_eq!(answer.headers()[header::LOCATION], target, "{next:?}");
        };
        check("/deals/1?q=a", "/deals/1?q=a").await;
        for elsewhere in
            ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\t/evil.example", "/a\r\nb"]
        {
            let fields = [("email", admin.email.as_str()), ("password", "correct horse"), ("next", elsewhere)];
            let answer = server.visitor().submit("/enter/sign-in", &fields).await;
            let status = answer.status();
            assert!(!status.is_server_error(), "{elsewhere:?}: {status}");
            let target = answer.headers().get(header::LOCATION).map(|target| target.to_str().expect("text").to_owned());
            // Browsers drop tabs from addresses before they read them.
            let read = target.unwrap_or_default().replace('\t', "");
            assert!(!read.starts_with("//") && !read.contains("://"), "{elsewhere:?} leads to {read:?}");
        }
    });
}

#[test]
fn the_demo_is_closed_where_it_is_not_offered() {
    run(async |world: World| {
        let server = world.serve_without_demo().await;
        for role in ["manager", "rep", ""] {
            let answer = server.visitor().enter("/enter/demo", &[("role", role)]).await;
            assert_eq!(answer, Err(StatusCode::NOT_FOUND));
        }
        // And where it is, but there is none.
        let answer = world.serve().await.visitor().enter("/enter/demo", &[("role", "rep")]).await;
        assert_eq!(answer, Err(StatusCode::NOT_FOUND));
    });
}

#[test]
fn undo_tells_nothing_of_what_is_not_seen() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let hidden = admin.new_deal("Hidden").await;
        // The rep's own edit of a deal that is no longer theirs to see.
        admin.apply(set(hidden, "collaborators", json!([]), json!([rep.id]))).await;
        let edit = rep.apply(set(hidden, "notes", "", "Mine")).await;
        admin.apply(set(hidden, "collaborators", json!([rep.id]), json!([]))).await;
        narrow(&admin, &rep).await;
        let refusal = refused(rep.carry_out(Command::Undo { of: edit.command }).await);
        assert_eq!(refusal, Refusal::NotFound { kind: Kind::Deal });
        let again: Vec<domain::command::Outcome> =
            read(rep.try_post(&[request(Command::Undo { of: edit.command })]).await.expect("an answer")).await;
        assert_eq!(again, [domain::command::Outcome::Refused { refusal }]);
    });
}
