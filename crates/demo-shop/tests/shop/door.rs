//! The door before the counter, and forms that come from elsewhere.

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, HOST, ORIGIN, REFERER, SET_COOKIE, X_CONTENT_TYPE_OPTIONS};
use http::{Method, Request, StatusCode};
use pagam_demo_shop::{DemoShop, Password, Settings};

use crate::{PASSWORD, Seen, World};

impl World {
    /// As anybody: without the owner's password.
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Seen {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)), Body::empty())
            .await
    }

    async fn knock(&self, password: &str, next: &str) -> Seen {
        let form = format!("password={password}&next={next}");
        let request = Request::builder().method(Method::POST).uri("/counter/sign-in");
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form)).await
    }
}

fn cookie_of(seen: &Seen) -> &str {
    seen.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn without_the_password_nobody_comes_behind_the_counter() {
    let (world, id) = World::ordered().await;
    for page in ["/counter".to_owned(), format!("/orders/{id}/counter?under=x")] {
        let seen = world.ask(Method::GET, &page, &[]).await;
        let door =
            format!("/counter/sign-in?next={}", page.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D"));
        assert_eq!((seen.status, seen.location), (StatusCode::SEE_OTHER, door));
    }
    for act in [format!("/orders/{id}/counter"), format!("/orders/{id}/resolved"), "/counter/sign-out".to_owned()] {
        assert_eq!(world.ask(Method::POST, &act, &[]).await.status, StatusCode::UNAUTHORIZED, "{act}");
    }
    let wrong: [&[(&str, &str)]; 5] = [
        &[],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer k7q2m-xw4vN")],
        &[("authorization", PASSWORD)],
        &[("cookie", "sample_shop_counter=000000000000000000000000000000000000")],
    ];
    for headers in wrong {
        let seen = world.ask(Method::GET, "/api/orders", headers).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert!(seen.headers["www-authenticate"] == "Bearer" && !seen.body.contains(&id), "{}", seen.body);
    }
}

#[tokio::test]
async fn the_password_opens_the_counter_to_one_browser_for_a_day_of_work() {
    let (world, id) = World::ordered().await;
    let counter = format!("/orders/{id}/counter");
    let wrong = world.knock("guess", &counter).await;
    assert!(wrong.status == StatusCode::UNAUTHORIZED && wrong.body.contains("not the password"), "{}", wrong.body);
    assert_eq!(cookie_of(&wrong), "");
    let right = world.knock(PASSWORD, &counter).await;
    assert_eq!((right.status, &right.location), (StatusCode::SEE_OTHER, &counter));
    let (cookie, manner) = cookie_of(&right).split_once("; ").expect("attributes");
    assert_eq!(manner, "Path=/; HttpOnly; SameSite=Strict; Max-Age=28800");
    let looks = async |cookie: &str| world.ask(Method::GET, "/counter", &[("cookie", cookie)]).await.status;
    assert_eq!(looks(cookie).await, StatusCode::OK);
    world.pass(8 * 60);
    assert_eq!(looks(cookie).await, StatusCode::SEE_OTHER, "asked again");
    let again = world.knock(PASSWORD, "").await;
    let cookie = cookie_of(&again).split(';').next().expect("a cookie");
    assert_eq!(looks(cookie).await, StatusCode::OK);
    let out = world.ask(Method::POST, "/counter/sign-out", &[("cookie", cookie)]).await;
    assert!(cookie_of(&out).contains("Max-Age=0"), "{}", cookie_of(&out));
    assert_eq!(looks(cookie).await, StatusCode::SEE_OTHER, "signed out");
}

#[tokio::test]
async fn the_door_leads_behind_the_counter_only() {
    let world = World::open().await;
    for next in
        ["https://evil.example/", "//evil.example/", "/%5Cevil.example", "/orders/%0d%0aset-cookie:x", "/basket"]
    {
        assert_eq!(world.knock(PASSWORD, next).await.location, "/counter", "{next}");
    }
}

#[tokio::test]
async fn a_buyer_is_told_of_his_own_order_alone() {
    let (world, id) = World::ordered().await;
    let path = format!("/api/orders/{id}");
    let own = world.ask(Method::GET, &path, &[("cookie", &world.cookie)]).await;
    assert!(own.status == StatusCode::OK && own.body.contains(&id), "{}", own.body);
    assert_eq!(world.ask(Method::GET, &path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&path).await.status, StatusCode::OK, "the owner sees it too");
}

#[tokio::test]
async fn over_https_the_cookies_are_this_hosts_alone() {
    let client = pagam::Client::builder("GESPAY00001").base_url("http://127.0.0.1:1").build().expect("a client");
    let settings = Settings {
        public_url: "https://shop.example/".parse().expect("an address"),
        shop_login: client.shop_login().to_owned(),
        client,
        counter_password: Password::new(PASSWORD),
        amazon: None,
    };
    let mut world = World::open().await;
    world.shop = DemoShop::open(None, settings, std::sync::Arc::new(|| 0)).expect("a shop");
    world.router = world.shop.router();
    let owner = world.knock(PASSWORD, "").await;
    let visitor = world.post("/basket/add", "product=moka").await;
    for (seen, name) in [(&owner, "__Host-sample_shop_counter="), (&visitor, "__Host-sample_shop_session=")] {
        let cookie = cookie_of(seen);
        assert!(cookie.starts_with(name) && cookie.ends_with("; Secure") && cookie.contains("; Path=/;"), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    let cookie = cookie_of(&owner).split(';').next().expect("a cookie").to_owned();
    assert_eq!(world.ask(Method::GET, "/counter", &[("cookie", &cookie)]).await.status, StatusCode::OK);
    let bare = cookie.trim_start_matches("__Host-").to_owned();
    assert_eq!(world.ask(Method::GET, "/counter", &[("cookie", &bare)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_foreign_form_is_refused_whatever_the_browser_says_of_it() {
    let world = World::open().await;
    let post = async |headers: &[(&str, &str)]| world.ask(Method::POST, "/basket/remove", headers).await.status;
    let foreign: [&[(&str, &str)]; 9] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "same-origin"), (ORIGIN.as_str(), "https://evil.example")],
        &[(ORIGIN.as_str(), "https://evil.example")],
        &[(ORIGIN.as_str(), "null")],
        &[(ORIGIN.as_str(), "http://127.0.0.1:2420"), (HOST.as_str(), "127.0.0.1:2422")],
        &[(REFERER.as_str(), "https://evil.example/page")],
        &[(REFERER.as_str(), "http://127.0.0.1:2422.evil.example/")],
        &[(ORIGIN.as_str(), "https://evil.example"), (REFERER.as_str(), "http://127.0.0.1:2422/basket")],
    ];
    for headers in foreign {
        assert_eq!(post(headers).await, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let own: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "same-origin"), (ORIGIN.as_str(), "http://127.0.0.1:2422")],
        &[(ORIGIN.as_str(), "http://127.0.0.1:2422")],
        &[(ORIGIN.as_str(), "http://localhost:2422"), (HOST.as_str(), "localhost:2422")],
        &[(REFERER.as_str(), "http://127.0.0.1:2422/basket")],
        &[(COOKIE.as_str(), "x=y")],
    ];
    for headers in own {
        assert_ne!(post(headers).await, StatusCode::FORBIDDEN, "{headers:?}");
    }
}

#[tokio::test]
async fn every_answer_says_that_it_is_what_it_says_and_how_long_it_may_be_kept() {
    let world = World::open().await;
    let asked =
        [("/", "GET"), ("/nowhere", "GET"), ("/assets/none", "GET"), ("/assets/shop.css", "GET"), ("/pay", "GET")];
    let posted = [("/counter", "POST"), ("/api/orders", "GET"), ("/notice", "GET"), ("/counter/sign-in", "POST")];
    for (path, method) in asked.into_iter().chain(posted) {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        for headers in [&[][..], &[("sec-fetch-site", "cross-site")]] {
            let seen = world.ask(method.clone(), path, headers).await;
            assert_eq!(seen.headers[X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
            assert!(seen.headers.contains_key(CACHE_CONTROL), "{path}");
        }
    }
}
