// Widgets.js, second part: OffAmazonPayments, its frames and callbacks, and the moment both globals are ready.

/** The order reference, and the agreement, of this page once a widget has one, and the wallets that wait for it. */
var order = { option: 'amazonOrderReferenceId', id: null, awaited: false, waiting: [] };
var agreement = { option: 'amazonBillingAgreementId', id: null, awaited: false, waiting: [] };
var frames = [];

function orderReference(id) {
  return { getAmazonOrderReferenceId: function () { return id; } };
}
function billingAgreement(id) {
  return { getAmazonBillingAgreementId: function () { return id; } };
}
function widgetError(code, message) {
  return { getErrorCode: function () { return code; }, getErrorMessage: function () { return message; } };
}
function consentStatus(given) {
  return { getConsentStatus: function () { return given ? 'true' : 'false'; } };
}

function tell(callback, argument) {
  if (typeof callback === 'function') callback(argument);
}

function refuse(options, code, message) {
  if (options && typeof options.onError === 'function') {
    options.onError(widgetError(code, message));
  } else {
    console.error('OffAmazonPayments: ' + code + ': ' + message);
  }
}

var TITLES = {
  'address-book': { en: 'Shipping address', it: 'Indirizzo di spedizione', es: 'Dirección de envío', fr: 'Adresse de livraison', de: 'Lieferadresse' },
  wallet: { en: 'Payment method', it: 'Metodo di pagamento', es: 'Método de pago', fr: 'Mode de paiement', de: 'Zahlungsart' },
  consent: { en: 'Consent to future payments', it: 'Consenso ai pagamenti futuri', es: 'Consentimiento de pagos', fr: 'Consentement aux paiements', de: 'Einwilligung in Zahlungen' }
};

/** What a widget is about. */
function subject(options) {
  return options.agreementType === 'BillingAgreement' || options.amazonBillingAgreementId ? agreement : order;
}

function language() {
  return session.language || document.documentElement.lang || 'en';
}

function frameAddress(kind, options) {
  var url = new URL('/widgets/' + kind, home);
  var set = url.searchParams;
  set.set('seller_id', options.sellerId || '');
  set.set('client_id', session.clientId || '');
  if (subject(options) === order && options.amazonOrderReferenceId) set.set('order_reference', options.amazonOrderReferenceId);
  if (options.amazonBillingAgreementId) set.set('billing_agreement', options.amazonBillingAgreementId);
  if (options.agreementType) set.set('agreement_type', options.agreementType);
  if (options.displayMode) set.set('display_mode', String(options.displayMode).toLowerCase());
  set.set('access_token', accessToken() || '');
  set.set('origin', location.origin);
  set.set('language', language());
  set.set('environment', session.sandbox ? 'sandbox' : 'live');
  return url.href;
}

/** The frame fills the place the page gave it; where the page left the height open, it grows with its content. */
function sizeFrame(frame, place, design) {
  var size = design && design.size;
  var fixed = size && size.height ? size.height : null;
  var style = frame.style;
  style.display = 'block';
  style.width = size && size.width ? size.width : '100%';
  style.maxWidth = '100%';
  style.border = '0';
  style.colorScheme = 'normal';
  if (fixed) {
    style.height = fixed;
    return false;
  }
  if (place.clientHeight > 120) {
    style.height = '100%';
    return false;
  }
  style.height = '228px';
  return true;
}

function openFrame(kind, options, place) {
  var frame = document.createElement('iframe');
  var titles = TITLES[kind];
  frame.title = (titles[language().slice(0, 2)] || titles.en) + ' (simulator)';
  frame.setAttribute('referrerpolicy', 'no-referrer');
  frame.src = frameAddress(kind, options);
  while (place.firstChild) place.removeChild(place.firstChild);
  var grows = sizeFrame(frame, place, options.design);
  frames = frames.filter(function (known) { return known.frame.isConnected; });
  frames.push({ kind: kind, options: options, frame: frame, grows: grows, ready: false, told: null });
  place.appendChild(frame);
}

window.addEventListener('message', function (event) {
  if (event.origin !== home.origin || !event.data) return;
  for (var i = 0; i < frames.length; i++) {
    if (event.source !== frames[i].frame.contentWindow) continue;
    hearFrame(frames[i], event.data);
    return;
  }
});

function hearFrame(known, message) {
  if (message.kind === 'size') {
    if (known.grows && message.height > 0) known.frame.style.height = Math.min(message.height, 2000) + 'px';
  } else if (message.kind === 'error') {
    releaseWallets(subject(known.options), null);
    refuse(known.options, message.code, message.message);
  } else if (message.kind === 'loaded') {
    frameLoaded(known, message);
  }
}

function frameLoaded(known, message) {
  var about = subject(known.options);
  var id = about === agreement ? message.billingAgreement : message.orderReference;
  var reference = about === agreement ? billingAgreement(id) : orderReference(id);
  var first = !known.ready;
  known.ready = true;
  if (first) {
    if (message.created && about === order) tell(known.options.onOrderReferenceCreate, reference);
    tell(known.options.onReady, known.kind === 'consent' ? consentStatus(message.selected === 'true') : reference);
  }
  releaseWallets(about, id);
  if (known.kind === 'consent') {
    if (message.chosen && known.told !== message.selected) tell(known.options.onConsent, consentStatus(message.selected === 'true'));
    known.told = message.selected;
    return;
  }
  if (!message.selected || !(first || message.chosen)) return;
  if (known.kind === 'address-book') tell(known.options.onAddressSelect, reference);
  if (known.kind === 'wallet') tell(known.options.onPaymentSelect, reference);
}

function releaseWallets(about, id) {
  if (id) about.id = id;
  about.awaited = false;
  var waiting = about.waiting;
  about.waiting = [];
  waiting.forEach(function (open) { open(); });
}

function widget(kind) {
  function Widget(options) {
    this.options = options || {};
  }
  Widget.prototype.bind = function (id) {
    bind(kind, this.options, id);
    return this;
  };
  return Widget;
}

function bind(kind, options, id) {
  var place = typeof id === 'string' ? document.getElementById(id) : id;
  if (!place) return refuse(options, 'InvalidParameterValue', 'There is no element with the id "' + id + '".');
  if (!options.sellerId) return refuse(options, 'MissingParameter', 'sellerId is missing.');
  if (!session.clientId) return refuse(options, 'MissingParameter', 'amazon.Login.setClientId has not been called.');
  var about = subject(options);
  var given = options[about.option];
  if (kind === 'consent' && !given) return refuse(options, 'MissingParameter', 'amazonBillingAgreementId is missing.');
  if (kind === 'address-book' && !given) about.awaited = true;
  if (kind !== 'wallet' || given) return openFrame(kind, options, place);
  function openWithId() {
    var known = Object.assign({}, options);
    if (about.id) known[about.option] = about.id;
    openFrame(kind, known, place);
  }
  // An address book on the same page creates the order reference or the agreement; the wallet then belongs to it.
  if (about.awaited) about.waiting.push(openWithId); else openWithId();
}

var LABELS = {
  pay: { en: 'Amazon Pay', it: 'Amazon Pay', es: 'Amazon Pay', fr: 'Amazon Pay', de: 'Amazon Pay' },
  login: { en: 'Login with Amazon', it: 'Accedi con Amazon', es: 'Iniciar sesión con Amazon', fr: "S'identifier avec Amazon", de: 'Login mit Amazon' },
  note: { en: 'simulator', it: 'simulatore', es: 'simulador', fr: 'simulateur', de: 'Simulator' }
};
var SIZES = { small: '40px', medium: '46px', large: '52px', 'x-large': '60px' };
var BUTTON_RULES =
  '.pay-simulator-button{display:inline-flex;align-items:center;justify-content:center;gap:.6em;box-sizing:border-box;max-width:100%;' +
  'min-width:200px;padding:0 1.4em;border:1px solid #0a5c51;border-radius:10px;background:#0b6b5e;color:#fff;cursor:pointer;' +
  'font:600 16px/1.2 system-ui,sans-serif;text-decoration:none}' +
  '.pay-simulator-button:hover{background:#095a4f}' +
  '.pay-simulator-button:focus-visible{outline:3px solid #4fb6a6;outline-offset:2px}' +
  '.pay-simulator-button[data-color="lightgray"]{background:#eef1f0;border-color:#7d8a87;color:#17211f}' +
  '.pay-simulator-button[data-color="lightgray"]:hover{background:#e0e6e4}' +
  '.pay-simulator-button[data-color="darkgray"]{background:#2a3432;border-color:#2a3432;color:#fff}' +
  '.pay-simulator-button[data-color="darkgray"]:hover{background:#17211f}' +
  '.pay-simulator-button span{font-weight:400;font-size:.78em;border-inline-start:1px solid currentColor;padding-inline-start:.6em}';
var buttonSheet = null;

function addButtonRules() {
  if (buttonSheet) return;
  buttonSheet = new CSSStyleSheet();
  buttonSheet.replaceSync(BUTTON_RULES);
  document.adoptedStyleSheets = Array.prototype.slice.call(document.adoptedStyleSheets).concat(buttonSheet);
}

function Button(id, sellerId, given) {
  var options = given || {};
  var place = typeof id === 'string' ? document.getElementById(id) : id;
  if (!place) return refuse(options, 'InvalidParameterValue', 'There is no element with the id "' + id + '".');
  if (!sellerId) return refuse(options, 'MissingParameter', 'The seller id is missing.');
  if (options.language) session.language = options.language;
  addButtonRules();
  var speech = language().slice(0, 2);
  var labels = /^(LwA|Login|A)$/.test(options.type || 'PwA') ? LABELS.login : LABELS.pay;
  var button = document.createElement('button');
  var note = document.createElement('span');
  button.type = 'button';
  button.className = 'pay-simulator-button';
  button.setAttribute('data-color', String(options.color || 'Gold').toLowerCase());
  button.style.minHeight = SIZES[options.size] || SIZES.medium;
  button.textContent = labels[speech] || labels.en;
  note.textContent = LABELS.note[speech] || LABELS.note.en;
  button.appendChild(note);
  button.addEventListener('click', function () {
    if (typeof options.authorization !== 'function') {
      return refuse(options, 'MissingParameter', 'The button has no authorization function.');
    }
    try {
      options.authorization();
    } catch (reason) {
      refuse(options, 'UnknownError', String(reason && reason.message || reason));
    }
  });
  while (place.firstChild) place.removeChild(place.firstChild);
  place.appendChild(button);
}

/**
 * The page asks its server to set and confirm inside the callback, then says how it went; a challenge may follow.
 * The id is that of an order reference or of an agreement.
 */
function initConfirmationFlow(sellerId, id, callback) {
  var said = false;
  function once(act) {
    return function () {
      if (said) return;
      said = true;
      act();
    };
  }
  callback({
    success: once(function () {
      var url = new URL('/confirmation', home);
      url.searchParams.set(/^[CB]/.test(id) ? 'billing_agreement' : 'order_reference', id);
      url.searchParams.set('seller_id', sellerId);
      url.searchParams.set('language', language());
      location.assign(url.href);
    }),
    // The page keeps the buyer and says what went wrong; there is nothing to challenge.
    error: once(function () {})
  });
}

window.OffAmazonPayments = {
  Button: Button,
  Widgets: { AddressBook: widget('address-book'), Wallet: widget('wallet'), Consent: widget('consent') },
  initConfirmationFlow: initConfirmationFlow
};

/** Calls window[name] now when the page has set it, else at the moment it is set. */
function announce(name) {
  if (typeof window[name] === 'function') {
    window[name]();
    return;
  }
  var set;
  Object.defineProperty(window, name, {
    configurable: true,
    enumerable: true,
    get: function () { return set; },
    set: function (callback) {
      var first = set === undefined && typeof callback === 'function';
      set = callback;
      if (first) callback();
    }
  });
}

announce('onAmazonLoginReady');
announce('onAmazonPaymentsReady');
