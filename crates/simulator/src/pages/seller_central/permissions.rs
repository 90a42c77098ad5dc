//! User permissions: the merchant authorizes a developer and hands over the MWS token, or takes it
//! back.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::{refuse_forged, refused};
use crate::pages::contexts::{PermissionView, PermissionsPage, SellerPermissions};
use crate::pages::form::Form;
use crate::pages::page::{Place, Reach, page, page_with, see_other};
use crate::pages::stop::Stop;
use crate::pages::texts::Language;
use crate::world::{PermissionView as Permission, World};
use std::sync::Arc;

/// The gateway's developer account, offered in the form.
const DEVELOPER_NAME: &str = "Gestpay";
const DEVELOPER_ID: &str = "5535-2867-1582";

/// `GET /sellercentral/permissions`
pub async fn show(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Response, Stop> {
    let said = match Form::read(&query.unwrap_or_default()).value("done") {
        "authorized" => "Authorized. The token below goes into the gateway's account settings.",
        "revoked" => "Revoked. The token is dead from now on.",
        _ => "",
    };
    Ok(page(&context(&world, said), Reach::Own))
}

/// `POST /sellercentral/permissions/authorize`: seller_id, developer_name, developer_id. Again for
/// the same developer: a new token.
pub async fn authorize(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    refuse_forged(&headers, &world)?;
    let form = Form::read(&body);
    let (name, written) = (form.value("developer_name").trim(), form.value("developer_id").trim());
    let seller = form.value("seller_id");
    if !world.sellers().iter().any(|known| known.id == seller) {
        return Ok(refused(StatusCode::NOT_FOUND, "No such seller", "The seller id is not known."));
    }
    if let (Some(id), false) = (developer_id(written), name.is_empty() || name.chars().count() > 60) {
        world.authorize_developer(seller, name, &id)?;
        return Ok(see_other("/sellercentral/permissions?done=authorized"));
    }
    let mut context = context(&world, "");
    for known in context.sellers.iter_mut().filter(|known| known.id == seller) {
        name.clone_into(&mut known.form_name);
        written.clone_into(&mut known.form_id);
        known.fault = "A developer has a name, and an id of twelve digits such as 5535-2867-1582.".to_owned();
    }
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, Reach::Own))
}

/// `POST /sellercentral/permissions/revoke`: seller_id, developer_id.
pub async fn revoke(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    refuse_forged(&headers, &world)?;
    let form = Form::read(&body);
    world.revoke_developer(form.value("seller_id"), form.value("developer_id"))?;
    Ok(see_other("/sellercentral/permissions?done=revoked"))
}

fn context(world: &World, said: &'static str) -> PermissionsPage {
    let sellers = world.sellers().into_iter().map(|seller| {
        let offered = !seller.permissions.iter().any(|permission| permission.developer_id == DEVELOPER_ID);
        SellerPermissions {
            id: seller.id,
            name: seller.name,
            permissions: seller.permissions.into_iter().map(view).collect(),
            form_name: if offered { DEVELOPER_NAME.to_owned() } else { String::new() },
            form_id: if offered { DEVELOPER_ID.to_owned() } else { String::new() },
            fault: String::new(),
        }
    });
    PermissionsPage { t: Language::English.texts(), place: Place::Permissions, said, sellers: sellers.collect() }
}

fn view(permission: Permission) -> PermissionView {
    PermissionView {
        developer_name: permission.developer_name,
        developer_id: permission.developer_id,
        token: permission.token,
    }
}

/// Twelve digits, shown as `dddd-dddd-dddd`; hyphens and spaces of the writer do not matter.
fn developer_id(written: &str) -> Option<String> {
    let digits: String = written.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let good = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| format!("{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_developer_id_has_twelve_digits() {
        assert_eq!(developer_id("553528671582").as_deref(), Some("5535-2867-1582"));
        assert_eq!(developer_id("5535-2867-1582").as_deref(), Some("5535-2867-1582"));
        assert_eq!(developer_id("5535-2867-158"), None);
        assert_eq!(developer_id("5535-2867-158x"), None);
    }
}
