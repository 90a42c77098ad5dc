//! What the buyer reads on the account page, in five languages side by side.

/// Every sentence of the account page.
#[derive(Debug)]
pub struct AccountTexts {
    /// Title of the account page.
    pub title: &'static str,
    /// Heading of it.
    pub heading: &'static str,
    /// Button.
    pub sign_out: &'static str,
    /// Heading.
    pub agreements: &'static str,
    /// Nothing below it.
    pub no_agreements: &'static str,
    /// Heading.
    pub orders: &'static str,
    /// Nothing below it.
    pub no_orders: &'static str,
    /// Label: since when it is there.
    pub since: &'static str,
    /// Label: what may still be charged this month.
    pub left: &'static str,
    /// Label: the shop's number of it.
    pub number: &'static str,
    /// Says why it waits.
    pub suspended: &'static str,
    /// Button: another card.
    pub change: &'static str,
    /// The card is another one now.
    pub changed: &'static str,
    /// Nothing was changed.
    pub unchanged: &'static str,
    /// Opens the end of an agreement, and its button.
    pub end: &'static str,
    /// What the end means.
    pub end_note: &'static str,
    /// It has ended.
    pub ended: &'static str,
    /// Draft, open, suspended, canceled, closed.
    states: [&'static str; 5],
}

/// Amazon's words for states, in the order of [`AccountTexts::states`].
const STATES: [&str; 5] = ["Draft", "Open", "Suspended", "Canceled", "Closed"];

impl AccountTexts {
    /// A state of an order reference or an agreement in the buyer's language.
    #[must_use]
    pub fn state(&self, word: &str) -> &'static str {
        STATES.iter().zip(self.states).find(|(known, _)| **known == word).map_or("", |(_, said)| said)
    }
}

pub(super) const ENGLISH: AccountTexts = AccountTexts {
    title: "Account",
    heading: "Your agreements and orders",
    sign_out: "Sign out",
    agreements: "Agreements",
    no_agreements: "There is no agreement. One appears here when you allow a shop to charge later orders.",
    orders: "Orders",
    no_orders: "There is no order yet.",
    since: "Since",
    left: "Left this month",
    number: "Shop's number",
    suspended: "The last payment was declined. Choose another card.",
    change: "Use this card",
    changed: "The card is changed.",
    unchanged: "Nothing was changed: it is over, or its card stays.",
    end: "End this agreement",
    end_note: "The shop can charge nothing more. What is authorized already can still be taken.",
    ended: "The agreement has ended.",
    states: ["Draft", "Open", "Suspended", "Canceled", "Closed"],
};

pub(super) const ITALIAN: AccountTexts = AccountTexts {
    title: "Account",
    heading: "I tuoi accordi e i tuoi ordini",
    sign_out: "Esci",
    agreements: "Accordi",
    no_agreements: "Non c'è nessun accordo. Ne compare uno quando permetti a un negozio di addebitare ordini futuri.",
    orders: "Ordini",
    no_orders: "Non c'è ancora nessun ordine.",
    since: "Dal",
    left: "Residuo del mese",
    number: "Numero del negozio",
    suspended: "L'ultimo pagamento è stato rifiutato. Scegli un'altra carta.",
    change: "Usa questa carta",
    changed: "La carta è stata cambiata.",
    unchanged: "Non è cambiato nulla: è già finito, oppure la carta resta quella.",
    end: "Termina questo accordo",
    end_note: "Il negozio non può più addebitare nulla. Quanto è già autorizzato può ancora essere incassato.",
    ended: "L'accordo è terminato.",
    states: ["Bozza", "Aperto", "Sospeso", "Annullato", "Chiuso"],
};

pub(super) const SPANISH: AccountTexts = AccountTexts {
    title: "Cuenta",
    heading: "Tus acuerdos y tus pedidos",
    sign_out: "Cerrar sesión",
    agreements: "Acuerdos",
    no_agreements: "No hay ningún acuerdo. Aparece uno cuando permites a una tienda cobrar pedidos futuros.",
    orders: "Pedidos",
    no_orders: "Todavía no hay ningún pedido.",
    since: "Desde",
    left: "Queda este mes",
    number: "Número de la tienda",
    suspended: "El último pago se rechazó. Elige otra tarjeta.",
    change: "Usar esta tarjeta",
    changed: "La tarjeta se ha cambiado.",
    unchanged: "No ha cambiado nada: ya ha terminado, o la tarjeta se queda como está.",
    end: "Terminar este acuerdo",
    end_note: "La tienda no podrá cobrar nada más. Lo que ya está autorizado todavía se puede cobrar.",
    ended: "El acuerdo ha terminado.",
    states: ["Borrador", "Abierto", "Suspendido", "Cancelado", "Cerrado"],
};

pub(super) const FRENCH: AccountTexts = AccountTexts {
    title: "Compte",
    heading: "Vos accords et vos commandes",
    sign_out: "Se déconnecter",
    agreements: "Accords",
    no_agreements: "Il n'y a aucun accord. Il en apparaît un quand vous autorisez une boutique à débiter de prochaines commandes.",
    orders: "Commandes",
    no_orders: "Il n'y a pas encore de commande.",
    since: "Depuis",
    left: "Reste ce mois-ci",
    number: "Numéro de la boutique",
    suspended: "Le dernier paiement a été refusé. Choisissez une autre carte.",
    change: "Utiliser cette carte",
    changed: "La carte est changée.",
    unchanged: "Rien n'a changé : c'est déjà terminé, ou la carte reste la même.",
    end: "Mettre fin à cet accord",
    end_note: "La boutique ne pourra plus rien débiter. Ce qui est déjà autorisé peut encore être encaissé.",
    ended: "L'accord est terminé.",
    states: ["Brouillon", "Ouvert", "Suspendu", "Annulé", "Fermé"],
};

pub(super) const GERMAN: AccountTexts = AccountTexts {
    title: "Konto",
    heading: "Ihre Vereinbarungen und Bestellungen",
    sign_out: "Abmelden",
    agreements: "Vereinbarungen",
    no_agreements: "Es gibt keine Vereinbarung. Eine erscheint hier, wenn Sie einem Händler erlauben, spätere Bestellungen abzubuchen.",
    orders: "Bestellungen",
    no_orders: "Es gibt noch keine Bestellung.",
    since: "Seit",
    left: "Diesen Monat übrig",
    number: "Nummer des Händlers",
    suspended: "Die letzte Zahlung wurde abgelehnt. Wählen Sie eine andere Karte.",
    change: "Diese Karte verwenden",
    changed: "Die Karte ist geändert.",
    unchanged: "Nichts wurde geändert: Es ist schon beendet, oder die Karte bleibt.",
    end: "Diese Vereinbarung beenden",
    end_note: "Der Händler kann nichts mehr abbuchen. Was schon autorisiert ist, kann noch eingezogen werden.",
    ended: "Die Vereinbarung ist beendet.",
    states: ["Entwurf", "Offen", "Ausgesetzt", "Storniert", "Geschlossen"],
};
