//! The SOAP doors as HTTP: paths, methods, versions, encodings, descriptions.

use axum::body::Body;
use axum::http::Request;
use gateway::Settings;
use tower::ServiceExt as _;
use url::Url;
use wire::encrypt;
use wire::path::{CRYPT_DECRYPT, S2S};

use crate::house::{House, encrypt_request, post, settings, shop};

async fn get(house: &House, target: &str) -> crate::house::Answered {
    house.send(Request::get(target).body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn every_spelling_of_the_path_is_the_same_door() {
    let house = House::new().await;
    for path in [
        CRYPT_DECRYPT,
        "/gestpay/gestpayws/WSCryptDecrypt.asmx",
        "/GESTPAY/GESTPAYWS/WSCRYPTDECRYPT.ASMX",
        "/crypthttp/WSCryptDecrypt.asmx",
        "/gestpay/gestpayws/wscryptdecrypt.asmx/",
    ] {
        let answered = house.soap(path, encrypt_request().write()).await;
        assert!(matches!(encrypt::Response::read(&answered.text), Ok(encrypt::Response::Ok(_))), "{path}");
    }
    assert_eq!(house.soap("/gestpay/gestpayws/other.asmx", encrypt_request().write()).await.status, 404);
}

#[tokio::test]
async fn the_description_names_the_public_address_when_no_host_is_named() {
    let house = House::new().await;
    for query in ["wsdl", "WSDL", "Wsdl=", "x=1&wsdl"] {
        let answered = get(&house, &format!("{CRYPT_DECRYPT}?{query}")).await;
        assert_eq!((answered.status, answered.content_type.as_str()), (200, "text/xml; charset=utf-8"));
        let address = format!("location=\"https://pay.example{CRYPT_DECRYPT}\"");
        assert_eq!(answered.text.matches(&address).count(), 2, "one for each SOAP version");
        assert!(answered.text.contains("amazonPayBillingAgreementDescription") && answered.text.contains("apikey"));
    }
    let answered = get(&house, &format!("{S2S}?wsdl")).await;
    assert!(answered.text.contains("callReadTrxS2S") && answered.text.contains("https://ecomms2s.sella.it/"));
}

#[tokio::test]
async fn every_answer_under_https_tells_browsers_to_stay_with_it() {
    for (public, told) in [("https://pay.example", Some("max-age=31536000")), ("http://127.0.0.1:2420", None)] {
        let public_url = Url::parse(public).expect("a URL");
        let house = House::with(Settings { public_url, ..settings() }, shop()).await;
        for target in [CRYPT_DECRYPT, "/pagam/pagam.aspx?a=x&b=y", "/health", "/nothing", "/pagam/assets/page.css", "/"]
        {
            let request = Request::get(target).body(Body::empty()).expect("a request");
            let answer = house.doors.clone().oneshot(request).await.expect("doors always answer");
            let header = answer.headers().get("strict-transport-security").map(|value| value.to_str().expect("ASCII"));
            assert_eq!(header, told, "{public} {target}");
        }
    }
}

#[tokio::test]
async fn a_person_who_opens_the_address_sees_the_operations() {
    let house = House::new().await;
    let answered = get(&house, CRYPT_DECRYPT).await;
    assert_eq!((answered.status, answered.content_type.as_str()), (200, "text/html; charset=utf-8"));
    assert!(answered.text.contains("<code>Encrypt</code>") && answered.text.contains("<code>Decrypt</code>"));
    assert!(get(&house, S2S).await.text.contains("<code>callReadTrxS2S</code>"));
}

#[tokio::test]
async fn other_methods_and_media_types_are_refused() {
    let house = House::new().await;
    let put = Request::put(CRYPT_DECRYPT).body(Body::empty()).expect("a request");
    assert_eq!(house.send(put).await.status, 405);
    for kind in ["application/json", "application/x-www-form-urlencoded", "text/html", ""] {
        let answered = house.send(post(CRYPT_DECRYPT, kind, encrypt_request().write())).await;
        assert_eq!(answered.status, 415, "{kind}");
    }
    let without = Request::post(CRYPT_DECRYPT).body(encrypt_request().write().into()).expect("a request");
    assert_eq!(house.send(without).await.status, 415);
}

#[tokio::test]
async fn soap_1_2_is_answered_in_soap_1_2() {
    let house = House::new().await;
    let message = encrypt_request()
        .write()
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let kind = "application/soap+xml; charset=utf-8; action=\"https://ecomm.sella.it/Encrypt\"";
    let answered = house.send(post(CRYPT_DECRYPT, kind, message.clone())).await;
    assert_eq!((answered.status, answered.content_type.as_str()), (200, "application/soap+xml; charset=utf-8"));
    assert!(answered.text.contains("http://www.w3.org/2003/05/soap-envelope"));
    let wrong = "application/soap+xml; action=\"https://ecomm.sella.it/Nothing\"";
    let fault = house.send(post(CRYPT_DECRYPT, wrong, message)).await;
    assert_eq!((fault.status, fault.content_type.as_str()), (500, "application/soap+xml; charset=utf-8"));
    assert!(fault.text.contains("soap:Reason"));
}

#[tokio::test]
async fn latin_1_and_utf_8_are_read() {
    let house = House::new().await;
    let request = encrypt::Request { buyer_name: Some("Niccolò Zoë".into()), ..encrypt_request() };
    let text = request.write();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("a Latin character")).collect();
    for (kind, bytes) in [("text/xml; charset=utf-8", text.into_bytes()), ("text/xml; charset=ISO-8859-1", latin)] {
        let answered = house.send(post(CRYPT_DECRYPT, kind, bytes)).await;
        let Ok(encrypt::Response::Ok(crypted)) = encrypt::Response::read(&answered.text) else {
            panic!("{kind}: {}", answered.text)
        };
        let sealed = house.gateway.keyring().open_request(&crate::house::login(), &crypted).expect("the gateway's own");
        assert_eq!(sealed.order.buyer_name, "Niccolò Zoë");
    }
}

#[tokio::test]
async fn an_operation_is_told_by_its_element_and_a_contradicting_action_is_a_fault() {
    let house = House::new().await;
    let with_action = |action: &str| {
        let request = Request::post(CRYPT_DECRYPT).header("content-type", "text/xml").header("soapaction", action);
        request.body(encrypt_request().write().into()).expect("a request")
    };
    for (action, status) in [
        ("\"https://ecomm.sella.it/Encrypt\"", 200),
        ("https://ecomm.sella.it/Encrypt", 200),
        ("\"\"", 200),
        ("", 200),
        ("\"https://ecomm.sella.it/Decrypt\"", 500),
        ("nonsense", 500),
    ] {
        assert_eq!(house.send(with_action(action)).await.status, status, "{action}");
    }
}

#[tokio::test]
async fn a_wsdl_names_the_host_that_it_was_asked_at() {
    let house = House::new().await;
    for (host, place) in [
        ("shop.test:8443", "https://shop.test:8443/"),
        ("user@evil.test", "https://pay.example/"),
        ("not a host", "https://pay.example/"),
    ] {
        let request =
            Request::get(format!("{CRYPT_DECRYPT}?wsdl")).header("host", host).body(Body::empty()).expect("a request");
        let answered = house.send(request).await;
        assert!(answered.text.contains(&format!("location=\"{place}")), "{host}: {}", answered.text);
    }
}
