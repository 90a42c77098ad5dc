//! A sample of every context, for the test that renders them all.

use payments::{Language, Recurring};

use super::{
    Action, Arriving, Cancel, Frame, Home, Leaving, Message, Method, MethodList, ScriptData, ScriptTexts, Service,
    Subject, Summary, Tone, Wallet,
};
use crate::doors::page::texts;

impl Frame {
    pub(crate) fn sample(language: Language, heading: &str) -> Frame {
        Frame {
            texts: texts::of(language),
            base: String::new(),
            sandbox: true,
            shop: None,
            order: Some(Summary {
                shop: "Bottega <del> Corso & Figli".to_owned(),
                label: texts::of(language).frame.amount,
                amount: "24,21\u{a0}€".to_owned(),
                number: "ORD-2026-000117".to_owned(),
            }),
            heading: heading.to_owned(),
            step: 2,
            refresh: None,
        }
    }
}

impl Cancel {
    fn sample() -> Cancel {
        let text = |text: &str| text.to_owned();
        Cancel { url: text("/pagam/AmazonPay.aspx/cancel"), a: text("GESPAY00001"), p: text("abc123") }
    }
}

impl Message {
    pub(crate) fn sample(language: Language, tone: Tone) -> Message {
        let texts = texts::of(language);
        let words = match tone {
            Tone::Bad => &texts.messages.refused,
            Tone::Good => &texts.messages.paid,
            Tone::Plain => &texts.messages.abandoned,
            Tone::Waiting => &texts.messages.waiting,
        };
        let action = Action {
            address: "https://shop.example/?a=1&b=2".into(),
            label: texts::fill(texts.frame.back, "Bottega del Corso", ""),
        };
        Message {
            frame: Frame { step: 0, ..Frame::sample(language, words.title) },
            tone,
            title: words.title.to_owned(),
            reason: if tone == Tone::Bad { texts.reasons.rejected.to_owned() } else { String::new() },
            text: texts::fill(words.text, "Bottega del Corso", "24,21\u{a0}€"),
            advice: words.advice.to_owned(),
            actions: vec![action],
            cancel: (tone == Tone::Plain).then(Cancel::sample),
            code: Some(1137),
        }
    }
}

impl MethodList {
    pub(crate) fn sample(language: Language) -> MethodList {
        let method = |code: &str, name: &str, available| Method {
            code: code.to_owned(),
            name: name.to_owned(),
            available,
            first: available,
        };
        let title = texts::of(language).methods.title;
        MethodList {
            frame: Frame { step: 0, ..Frame::sample(language, title) },
            title: title.to_owned(),
            any_available: true,
            methods: vec![method("AMAZONPAY", "Amazon Pay", true), method("MYBANK", "MyBank", false)],
            cancel: Cancel::sample(),
        }
    }
}

impl Wallet {
    pub(crate) fn sample(language: Language, message: &str) -> Wallet {
        let texts = texts::of(language);
        let data = ScriptData {
            shop: "GESPAY00001".into(),
            payment: "abc123</script>".into(),
            seller_id: "A2SELLER".into(),
            client_id: "amzn1.application-oa2-client.1".into(),
            subject: Subject::OrderReference,
            id: None,
            show_address: true,
            show_consent: false,
            begin_url: Some("/pagam/AmazonPay.aspx/begin".into()),
            confirm_url: "/pagam/AmazonPay.aspx/confirm".into(),
            page_url: "/pagam/AmazonPay.aspx?a=GESPAY00001&p=abc123".into(),
            signed_out_url: "/pagam/AmazonPay.aspx?a=GESPAY00001&p=abc123&out=1".into(),
            language: texts.locale,
            texts: ScriptTexts::of(texts),
        };
        Wallet {
            frame: Frame::sample(language, texts.wallet.title_with_address),
            title: texts.wallet.title_with_address.to_owned(),
            lead: texts.wallet.lead_with_address,
            message: message.to_owned(),
            show_address: true,
            show_consent: false,
            terms: String::new(),
            pay: texts::fill(texts.wallet.pay, "", "24,21\u{a0}€"),
            cancel: Cancel::sample(),
            script_data: data.in_page(),
            widgets: "https://amazon.example/Widgets.js".to_owned(),
        }
    }
}

impl Wallet {
    /// With future payments, with or without one now.
    pub(crate) fn recurring_sample(language: Language, recurring: Recurring) -> Wallet {
        let texts = &texts::of(language).agreement;
        let (terms, pay) = match recurring {
            Recurring::Only => (texts.terms_only, texts.agree),
            Recurring::No | Recurring::WithPayment => (texts.terms, texts.pay),
        };
        let fill = |text: &str| texts::fill(text, "Bottega del Corso", "24,21\u{a0}€");
        Wallet { show_consent: true, terms: fill(terms), pay: fill(pay), ..Wallet::sample(language, "") }
    }
}

impl Home {
    pub(crate) fn sample(language: Language) -> Home {
        let heading = texts::of(language).home.words.title;
        let wsdl = "/gestpay/gestpayws/WSCryptDecrypt.asmx?wsdl".to_owned();
        Home {
            frame: Frame { order: None, step: 0, ..Frame::sample(language, heading) },
            services: vec![Service { name: "WSCryptDecrypt", wsdl }],
        }
    }
}

impl Leaving {
    pub(crate) fn sample(language: Language) -> Leaving {
        let heading = texts::of(language).wallet.leaving_title;
        let address = "https://amazon.example/ap/oa?client_id=a&state=GESPAY00001.abc123".to_owned();
        Leaving { frame: Frame { step: 1, ..Frame::sample(language, heading) }, address }
    }
}

impl Arriving {
    pub(crate) fn sample(language: Language) -> Arriving {
        let heading = texts::of(language).wallet.arriving_title;
        Arriving { frame: Frame { order: None, step: 0, ..Frame::sample(language, heading) } }
    }
}
