//! Amazon's notifications: taken when they are well-formed, believed never.

use crate::house::{House, post};

const PATH: &str = "/pagam/AmazonPayNotification.aspx";
const TYPE: &str = "text/plain; charset=UTF-8";

fn notification() -> String {
    let message = serde_json::json!({
        "NotificationType": "PaymentAuthorize",
        "NotificationReferenceId": "1111111-1111-11111-1111-11111EXAMPLE",
        "NotificationData": "<AuthorizationNotification/>",
    });
    let envelope = serde_json::json!({
        "Type": "Notification",
        "MessageId": "2288e071-de8e-5b6b-9f03-aeb15ba02de2",
        "Message": message.to_string(),
        "Timestamp": "2026-03-20T10:11:12.410Z",
    });
    envelope.to_string()
}

#[tokio::test]
async fn a_well_formed_notification_is_taken_and_changes_nothing() {
    let house = House::new().await;
    let payment = house.authorizing(&crate::house::login(), "order-1").await;
    let commits = house.store.commits();
    assert_eq!(house.send(post(PATH, TYPE, notification())).await.status, 200);
    let after = house.store.payment(&payment.shop, &payment.id).await.expect("the store answers");
    assert_eq!((after, house.store.commits()), (Some(payment), commits));
}

#[tokio::test]
async fn anything_else_is_refused() {
    let house = House::new().await;
    for body in ["", "{}", "[]", "null", "{\"Type\":\"Notification\"}", "<xml/>", &notification()[..100]] {
        assert_eq!(house.send(post(PATH, TYPE, body.to_owned())).await.status, 400, "{body}");
    }
    let nested = "[".repeat(100_000);
    assert_eq!(house.send(post(PATH, TYPE, nested)).await.status, 400);
    let endless = format!("\"{}\"", "x".repeat(300_000));
    assert_eq!(house.send(post(PATH, TYPE, endless)).await.status, 413);
}
