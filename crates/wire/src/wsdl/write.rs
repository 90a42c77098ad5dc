//! Writes a description: document/literal wrapped, SOAP 1.1 and 1.2.

use xml::Writer;

use super::table::{Field, Sequence, Table};
use crate::path::Service;

const TRANSPORT: &str = "http://schemas.xmlsoap.org/soap/http";

/// Prefix, and what a binding's name ends with.
const BINDINGS: [(&str, &str); 2] = [("soap", ""), ("soap12", "12")];

pub(super) fn description(service: Service, table: &Table, address: &str) -> String {
    let namespace = service.namespace();
    let mut writer = Writer::document();
    writer.open_with(
        "wsdl:definitions",
        &[
            ("xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/"),
            ("xmlns:soap12", "http://schemas.xmlsoap.org/wsdl/soap12/"),
            ("xmlns:s", "http://www.w3.org/2001/XMLSchema"),
            ("xmlns:tns", namespace),
            ("targetNamespace", namespace),
            ("xmlns:wsdl", "http://schemas.xmlsoap.org/wsdl/"),
        ],
    );
    writer.open("wsdl:types");
    writer.open_with("s:schema", &[("elementFormDefault", "qualified"), ("targetNamespace", namespace)]);
    for operation in &table.operations {
        request(&mut writer, operation);
        response(&mut writer, operation.name);
    }
    for structure in &table.types {
        writer.open_with("s:complexType", &[("name", structure.name)]);
        sequence(&mut writer, &structure.fields);
        writer.close();
    }
    writer.close().close();
    for operation in &table.operations {
        message(&mut writer, &format!("{}SoapIn", operation.name), operation.name);
        message(&mut writer, &format!("{}SoapOut", operation.name), &format!("{}Response", operation.name));
    }
    port_type(&mut writer, service, table);
    for (prefix, suffix) in BINDINGS {
        binding(&mut writer, service, table, (prefix, suffix));
    }
    ports(&mut writer, service, address);
    writer.finish()
}

fn request(writer: &mut Writer, operation: &Sequence) {
    writer.open_with("s:element", &[("name", operation.name)]);
    match operation.fields.as_slice() {
        [] => {
            writer.empty("s:complexType", &[]);
        }
        fields => {
            writer.open("s:complexType");
            sequence(writer, fields);
            writer.close();
        }
    }
    writer.close();
}

/// The answer is any one element: clients get it as raw XML.
fn response(writer: &mut Writer, operation: &str) {
    let once = [("minOccurs", "0"), ("maxOccurs", "1")];
    let result = format!("{operation}Result");
    writer
        .open_with("s:element", &[("name", &format!("{operation}Response"))])
        .open("s:complexType")
        .open("s:sequence")
        .open_with("s:element", &[once[0], once[1], ("name", &result)])
        .open_with("s:complexType", &[("mixed", "true")])
        .open("s:sequence")
        .empty("s:any", &[])
        .close()
        .close()
        .close()
        .close()
        .close()
        .close();
}

fn sequence(writer: &mut Writer, fields: &[Field]) {
    writer.open("s:sequence");
    for field in fields {
        let kind = match field.kind {
            "string" => "s:string".to_owned(),
            structure => format!("tns:{structure}"),
        };
        let mut attributes = vec![
            ("minOccurs", if field.required { "1" } else { "0" }),
            ("maxOccurs", if field.many { "unbounded" } else { "1" }),
            ("name", field.name),
        ];
        if field.required || field.nillable {
            attributes.push(("nillable", "true"));
        }
        attributes.push(("type", &kind));
        writer.empty("s:element", &attributes);
    }
    writer.close();
}

fn message(writer: &mut Writer, name: &str, element: &str) {
    writer
        .open_with("wsdl:message", &[("name", name)])
        .empty("wsdl:part", &[("name", "parameters"), ("element", &format!("tns:{element}"))])
        .close();
}

fn port_type(writer: &mut Writer, service: Service, table: &Table) {
    writer.open_with("wsdl:portType", &[("name", &format!("{}Soap", service.name()))]);
    for operation in &table.operations {
        let name = operation.name;
        writer
            .open_with("wsdl:operation", &[("name", name)])
            .empty("wsdl:input", &[("message", &format!("tns:{name}SoapIn"))])
            .empty("wsdl:output", &[("message", &format!("tns:{name}SoapOut"))])
            .close();
    }
    writer.close();
}

fn binding(writer: &mut Writer, service: Service, table: &Table, (prefix, suffix): (&str, &str)) {
    let (port, namespace) = (format!("{}Soap", service.name()), service.namespace());
    writer
        .open_with("wsdl:binding", &[("name", &format!("{port}{suffix}")), ("type", &format!("tns:{port}"))])
        .empty(&format!("{prefix}:binding"), &[("transport", TRANSPORT)]);
    let body = format!("{prefix}:body");
    for operation in &table.operations {
        let action = format!("{namespace}{}", operation.name);
        writer
            .open_with("wsdl:operation", &[("name", operation.name)])
            .empty(&format!("{prefix}:operation"), &[("soapAction", &action), ("style", "document")])
            .open("wsdl:input")
            .empty(&body, &[("use", "literal")])
            .close()
            .open("wsdl:output")
            .empty(&body, &[("use", "literal")])
            .close()
            .close();
    }
    writer.close();
}

fn ports(writer: &mut Writer, service: Service, address: &str) {
    writer.open_with("wsdl:service", &[("name", service.name())]);
    for (prefix, suffix) in BINDINGS {
        let port = format!("{}Soap{suffix}", service.name());
        // Raw, because the address is a mark that stands for one and is escaped when it is put in.
        writer
            .open_with("wsdl:port", &[("name", &port), ("binding", &format!("tns:{port}"))])
            .raw(&format!("<{prefix}:address location=\"{address}\"/>"))
            .close();
    }
    writer.close();
}
