//! Envelopes: what is read, what is answered with a fault.

use wire::soap::{self, Fault, Version};

use crate::golden::{ENCRYPT_REQUEST, FAULT_11, FAULT_12, on_the_wire};

fn read(bytes: &[u8]) -> Result<(), Fault> {
    soap::read(Some("text/xml; charset=utf-8"), None, bytes).map(|_| ())
}

#[test]
fn a_fault_is_written_to_the_letter_in_both_versions() {
    let fault = Fault::Action("https://ecomm.sella.it/Nothing".into());
    assert_eq!(fault.to_xml(Version::V11), on_the_wire(FAULT_11));
    assert_eq!(fault.to_xml(Version::V12), on_the_wire(FAULT_12));
}

#[test]
fn each_fault_blames_the_right_side_with_the_right_status() {
    let faults = [
        (Fault::MediaType, 415, "soap:Client"),
        (Fault::TooLarge, 413, "soap:Client"),
        (Fault::TooSlow, 408, "soap:Client"),
        (Fault::Unreadable(xml::Error::Repeated("amount".into())), 400, "soap:Client"),
        (Fault::NoEnvelope, 400, "soap:Client"),
        (Fault::ManyOperations, 400, "soap:Client"),
        (Fault::NotUnderstood("Security".into()), 500, "soap:MustUnderstand"),
        (Fault::Action("x".into()), 500, "soap:Client"),
        (Fault::UnknownOperation("x".into()), 500, "soap:Client"),
        (Fault::Internal, 500, "soap:Server"),
    ];
    for (fault, status, code) in faults {
        assert_eq!(fault.status(), status, "{fault:?}");
        assert!(fault.to_xml(Version::V11).contains(&format!("<faultcode>{code}</faultcode>")), "{fault:?}");
    }
}

#[test]
fn hostile_documents_are_refused() {
    let start = on_the_wire(ENCRYPT_REQUEST);
    let with_dtd = start.replace("?><soap", "?><!DOCTYPE x [<!ENTITY a \"b\">]><soap");
    assert_eq!(read(with_dtd.as_bytes()), Err(Fault::Unreadable(xml::Error::DocumentType)));
    let with_entity = start.replace("24.21", "&nothing;");
    assert_eq!(read(with_entity.as_bytes()), Err(Fault::Unreadable(xml::Error::Entity("nothing".into()))));
    let deep = start.replace("24.21", &"<a>".repeat(1_000));
    assert_eq!(read(deep.as_bytes()), Err(Fault::Unreadable(xml::Error::TooMany("levels"))));
    let wide = start.replace("24.21", &"<a/>".repeat(20_000));
    assert_eq!(read(wide.as_bytes()), Err(Fault::Unreadable(xml::Error::TooMany("elements"))));
    let two_bodies = start.replace("<soap:Body>", "<soap:Body/><soap:Body>");
    assert_eq!(read(two_bodies.as_bytes()), Err(Fault::Unreadable(xml::Error::Repeated("Body".into()))));
}

#[test]
fn a_body_with_two_operations_is_refused() {
    let twice = on_the_wire(ENCRYPT_REQUEST)
        .replace("</soap:Body>", "<Decrypt xmlns=\"https://ecomm.sella.it/\"/></soap:Body>");
    assert_eq!(read(twice.as_bytes()), Err(Fault::ManyOperations));
}

#[test]
fn a_header_that_must_be_understood_is_refused_unless_it_is_for_somebody_else() {
    let with = |attributes: &str| {
        let header = format!("<soap:Header><w:Security xmlns:w=\"urn:w\" {attributes}/></soap:Header><soap:Body>");
        read(on_the_wire(ENCRYPT_REQUEST).replace("<soap:Body>", &header).as_bytes())
    };
    let next = "soap:actor=\"http://schemas.xmlsoap.org/soap/actor/next\"";
    let refused = Err(Fault::NotUnderstood("Security".into()));
    assert_eq!(with("soap:mustUnderstand=\"1\""), refused);
    assert_eq!(with(&format!("soap:mustUnderstand=\"true\" {next}")), refused);
    assert_eq!(with("soap:mustUnderstand=\"1\" soap:actor=\"urn:other\""), Ok(()));
    assert_eq!(
        (with(""), with("soap:mustUnderstand=\"0\""), with("mustUnderstand=\"1\"")),
        (Ok(()), Ok(()), Ok(())),
        "a header that need not be understood is passed over"
    );
}

#[test]
fn the_charset_of_the_media_type_is_kept() {
    let text = ENCRYPT_REQUEST.replace(" encoding=\"utf-8\"", "").replace("Fumagalli", "Càstelli");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let read = |kind| soap::read(Some(kind), None, &latin);
    let envelope = read("text/xml; charset=\"ISO-8859-1\"").expect("read");
    let name = envelope.body().child_text("buyerName").to_owned();
    assert_eq!(name, "Anna & Marco Càstelli");
    assert!(matches!(read("text/xml"), Err(Fault::Unreadable(xml::Error::Encoding(_)))));
    assert!(matches!(read("text/xml; charset=klingon"), Err(Fault::Unreadable(xml::Error::UnknownEncoding(_)))));
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(soap::read(Some("text/xml"), None, &wide).is_ok(), "a byte order mark says enough");
}

#[test]
fn the_action_of_either_version_must_be_the_operation_sent() {
    let bytes = ENCRYPT_REQUEST.as_bytes();
    let twelve = |action| format!("application/soap+xml; charset=utf-8; action=\"{action}\"");
    assert!(soap::read(Some(&twelve("https://ecomm.sella.it/Encrypt")), None, bytes).is_ok());
    assert!(soap::read(Some(&twelve("")), None, bytes).is_ok());
    let wrong = soap::read(Some(&twelve("https://ecomm.sella.it/Decrypt")), None, bytes).map(|_| ());
    assert_eq!(wrong, Err(Fault::Action("https://ecomm.sella.it/Decrypt".into())));
    assert!(soap::read(Some("text/xml"), Some("https://ecomm.sella.it/Encrypt"), bytes).is_ok(), "unquoted");
}
