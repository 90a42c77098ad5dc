//! What each template is given: one typed context for each, with a `sample()` that a test renders.
//! Contexts hold finished text and nothing that must be looked up while a page is written.

mod account;
mod acts;
mod agreements;
mod buyer;
mod frames;
mod notifications;

pub use account::{
    ClientView, ClientsPage, MovementView, OrderPage, OrderView, OrdersPage, PermissionView, PermissionsPage,
    SellerCentralPage, SellerPermissions, SellerView,
};
pub use acts::{ActForm, AskPage};
pub use agreements::{AccountPage, AgreementPage, AgreementView, AgreementsPage, ConsentFramePage, OwnView};
pub use buyer::{BuyerView, ChallengePage, ConsentPage, DoorView, IndexPage, PopupPage, RefusalPage, SignInPage};
pub use frames::{AddressBookPage, AddressView, CardView, FrameErrorPage, FrameView, WalletPage};
pub use notifications::{NotificationView, NotificationsPage};

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;
    use crate::pages::texts::Language;

    /// Every page, rendered from its sample in every language it speaks.
    fn every_page() -> Vec<(&'static str, String)> {
        let html = |page: &dyn askama::DynTemplate| page.dyn_render().expect("a sample renders");
        let mut pages = vec![
            ("index", html(&IndexPage::sample())),
            ("sellercentral", html(&SellerCentralPage::sample())),
            ("clients", html(&ClientsPage::sample())),
            ("notifications", html(&NotificationsPage::sample())),
            ("permissions", html(&PermissionsPage::sample())),
            ("orders", html(&OrdersPage::sample())),
            ("order", html(&OrderPage::sample())),
            ("ask", html(&AskPage::sample())),
            ("agreements", html(&AgreementsPage::sample())),
            ("agreement", html(&AgreementPage::sample())),
        ];
        for t in Language::ALL.map(Language::texts) {
            pages.extend([
                ("sign_in", html(&SignInPage::sample(t))),
                ("consent", html(&ConsentPage::sample(t))),
                ("refusal", html(&RefusalPage::sample(t))),
                ("popup", html(&PopupPage::sample(t))),
                ("challenge", html(&ChallengePage::sample(t))),
                ("address_book", html(&AddressBookPage::sample(t))),
                ("wallet", html(&WalletPage::sample(t))),
                ("consent_frame", html(&ConsentFramePage::sample(t))),
                ("account", html(&AccountPage::sample(t))),
                ("frame_error", html(&FrameErrorPage::sample(t))),
            ]);
        }
        pages
    }

    #[test]
    fn no_page_holds_an_inline_script_style_or_handler() {
        for (name, html) in every_page() {
            assert!(!html.contains("<style") && !html.contains(" style="), "{name}: inline style");
            assert!(!html.contains("javascript:"), "{name}: script address");
            for script in html.split("<script").skip(1) {
                assert!(script.starts_with(" src=\"/assets/"), "{name}: inline script");
            }
            for handler in [" onclick=", " onload=", " onsubmit=", " onchange=", " onerror="] {
                assert!(!html.contains(handler), "{name}: {handler}");
            }
        }
    }

    #[test]
    fn every_page_says_that_it_is_not_amazon_and_loads_nothing_from_elsewhere() {
        for (name, html) in every_page() {
            assert!(html.contains("class=\"ribbon\""), "{name}: no ribbon");
            assert!(!html.contains("src=\"http") && !html.contains("<link rel=\"stylesheet\" href=\"http"), "{name}");
        }
    }

    #[test]
    fn every_page_has_a_title_a_language_one_main_and_a_heading() {
        for (name, html) in every_page() {
            assert!(html.contains("<html lang=\"") && html.contains("<title>"), "{name}");
            assert_eq!(html.matches("<main").count(), 1, "{name}: one main");
            assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        }
    }

    #[test]
    fn every_control_has_a_label() {
        for (name, html) in every_page() {
            let fields = html.split('<').filter(|tag| {
                ["input ", "select ", "textarea "].iter().any(|kind| tag.starts_with(kind))
                    && !tag.contains("type=\"hidden\"")
            });
            for field in fields {
                let id = field.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
                assert!(html.contains(&format!("<label for=\"{id}\"")), "{name}: no label for {id}");
            }
        }
    }

    #[test]
    fn an_id_is_there_once_on_a_page() {
        for (name, html) in every_page() {
            let ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            for id in &ids {
                assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{name}: {id}");
            }
        }
    }

    #[test]
    fn what_a_buyer_writes_is_never_markup() {
        let mut page = SignInPage::sample(Language::English.texts());
        page.email = "\"><script>alert(1)</script>".into();
        let html = page.render().expect("renders");
        assert!(!html.contains("<script>alert"), "{html}");
    }
}
