//! What a person sees who opens a service's address in a browser.

use std::fmt::Write as _;

use wire::path::Service;

/// A page that lists the operations of the service.
pub(super) fn page(service: Service, address: &str) -> String {
    let mut escaped = String::new();
    xml::escape(address, &mut escaped);
    let mut items = String::new();
    for operation in wire::wsdl::operations(service) {
        let _ = writeln!(items, "<li><code>{operation}</code></li>");
    }
    let name = service.name();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{name}</title>\n</head>\n\
         <body>\n<main>\n<h1>{name}</h1>\n<p>A SOAP 1.1 and 1.2 service. Its description: \
         <a href=\"{escaped}?wsdl\">{escaped}?wsdl</a>.</p>\n<h2>Operations</h2>\n<ul>\n{items}</ul>\n</main>\n</body>\n\
         </html>\n"
    )
}
