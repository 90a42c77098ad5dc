// Builds Amazon's widgets, all for one order reference or one agreement, and pays once. It runs
// before Widgets.js, which calls the two functions set here.
(function () {
  'use strict';

  var payment = JSON.parse(document.getElementById('payment').textContent);
  var pay = document.getElementById('pay');
  var message = document.getElementById('message');
  var status = document.getElementById('status');
  /** Whether the buyer allows future payments: then the widgets make an agreement, and an order reference otherwise. */
  var isAgreement = payment.subject === 'billingAgreement';
  var id = payment.id;
  var chosen = { address: !payment.showAddress, card: false, consent: !payment.showConsent };
  var paying = false;
  var bound = {};

  // ---- The buyer's token -----------------------------------------------------------------------------------------------------

  /** Amazon's script takes a token out of the address of the page, whoever has put it there. Only sign-in.js brings one. */
  function cleanAddress() {
    var query = new URLSearchParams(location.search);
    var isForeign = query.has('access_token') || new URLSearchParams(location.hash.slice(1)).has('access_token');
    if (isForeign) history.replaceState(null, '', payment.pageUrl);
  }

  /** Amazon's script keeps the token for itself too, where it has come. */
  function forgetToken() {
    if (window.amazon && amazon.Login) amazon.Login.logout();
    document.cookie = 'amazon_Login_accessToken=; path=/; max-age=0';
    sessionStorage.removeItem('pagam-sign-in');
  }

  // ---- What the buyer sees and hears -----------------------------------------------------------------------------------------

  function tell(text) {
    message.textContent = text;
    if (text) message.focus();
  }

  /** What is still to be done before paying; empty when nothing is. */
  function missing() {
    if (!id || !chosen.address || !chosen.card) return payment.texts.chooseFirst;
    return chosen.consent ? '' : payment.texts.tickFirst;
  }

  function refresh() {
    var hint = paying ? payment.texts.working : missing();
    pay.disabled = hint !== '';
    pay.classList.toggle('busy', paying);
    pay.setAttribute('aria-busy', String(paying));
    // Said again, an unchanged sentence would be read out again.
    if (status.textContent !== hint) status.textContent = hint;
  }

  var SECTIONS = { address: 'address', wallet: 'card', consent: 'agreement' };

  function lead(place) {
    var section = document.getElementById(SECTIONS[place]);
    if (section) section.scrollIntoView({ block: 'nearest' });
  }

  // ---- Amazon's widgets ------------------------------------------------------------------------------------------------------

  /** Errors that end an order reference or an agreement for the widgets: a new one is made, with every choice open again. */
  var OVER = ['StaleOrderReference', 'InvalidOrderReferenceId', 'PaymentMethodNotModifiable'];

  function startAfresh() {
    var said = new URLSearchParams(location.search).get('m');
    location.replace(payment.pageUrl + '&fresh=1' + (said ? '&m=' + encodeURIComponent(said) : ''));
  }

  function failed(error) {
    var code = error.getErrorCode();
    if (code === 'ITP') return;
    if (code === 'BuyerNotAssociated' && payment.id) {
      // Made by another buyer, before this one signed in.
      startAfresh();
    } else if (code === 'BuyerNotAssociated' || code === 'BuyerSessionExpired') {
      forgetToken();
      location.replace(payment.pageUrl);
    } else if (OVER.indexOf(code) !== -1 && payment.id) {
      startAfresh();
    } else if (code === 'AddressNotModifiable') {
      document.getElementById('address').hidden = true;
      chosen.address = true;
      bindWallet();
      refresh();
    } else {
      tell(payment.texts.widgetFailed + ' (' + code + ')');
    }
  }

  function made(newId) {
    id = newId;
    bindOthers();
    refresh();
  }

  /** What every widget is told. The first one makes the order reference or the agreement, and says so in its own way. */
  function options(more) {
    var all = { sellerId: payment.sellerId, design: { designMode: 'responsive' }, onError: failed };
    if (isAgreement) {
      all.agreementType = 'BillingAgreement';
      if (id) all.amazonBillingAgreementId = id;
      else all.onReady = function (agreement) { made(agreement.getAmazonBillingAgreementId()); };
    } else if (id) {
      all.amazonOrderReferenceId = id;
    } else {
      all.onOrderReferenceCreate = function (order) { made(order.getAmazonOrderReferenceId()); };
    }
    return Object.assign(all, more);
  }

  /** Binds a widget to its element, once. */
  function bind(element, Widget, more) {
    if (bound[element]) return;
    bound[element] = true;
    new Widget(options(more)).bind(element);
  }

  function bindAddressBook() {
    bind('address-book', OffAmazonPayments.Widgets.AddressBook, {
      onAddressSelect: function () {
        chosen.address = true;
        bindWallet();
        refresh();
      }
    });
  }

  function bindWallet() {
    bind('wallet', OffAmazonPayments.Widgets.Wallet, {
      onPaymentSelect: function () {
        chosen.card = true;
        refresh();
      }
    });
  }

  function bindConsent() {
    function heard(consent) {
      chosen.consent = consent.getConsentStatus() === 'true';
      refresh();
    }
    bind('consent', OffAmazonPayments.Widgets.Consent, { onReady: heard, onConsent: heard });
  }

  /** The widgets that belong to what is there already. */
  function bindOthers() {
    bindWallet();
    if (payment.showConsent) bindConsent();
  }

  window.onAmazonLoginReady = function () {
    amazon.Login.setClientId(payment.clientId);
    amazon.Login.setUseCookie(true);
  };
  /** The buyer sees the widgets: the visit begins, once. If this request is lost, pressing pay begins it. */
  function begin() {
    if (!payment.beginUrl) return;
    var form = new URLSearchParams({ a: payment.shop, p: payment.payment });
    fetch(payment.beginUrl, { method: 'POST', body: form, credentials: 'same-origin', keepalive: true }).catch(function () {});
    payment.beginUrl = null;
  }

  window.onAmazonPaymentsReady = function () {
    if (payment.showAddress) bindAddressBook();
    if (id) bindOthers();
    else if (!payment.showAddress) bindWallet();
    begin();
  };
  window.addEventListener('error', function (event) {
    if (event.target && event.target.id === 'widgets') tell(payment.texts.widgetFailed);
  }, true);

  // ---- Paying ----------------------------------------------------------------------------------------------------------------

  function ask() {
    var form = new URLSearchParams({ a: payment.shop, p: payment.payment });
    form.set(isAgreement ? 'agreement' : 'order_reference', id);
    return fetch(payment.confirmUrl, { method: 'POST', body: form, credentials: 'same-origin' }).then(function (answer) {
      return answer.json();
    }).catch(function () {
      return { ok: false, message: payment.texts.silent, again: 'wallet' };
    });
  }

  function refused(answer) {
    paying = false;
    refresh();
    // Without a sentence the page itself says what is wrong, when it is loaded again.
    if (answer.location || !answer.message) return location.assign(answer.location || payment.pageUrl);
    tell(answer.message);
    if (answer.again) lead(answer.again);
  }

  pay.addEventListener('click', function () {
    if (paying || pay.disabled) return;
    paying = true;
    tell('');
    refresh();
    OffAmazonPayments.initConfirmationFlow(payment.sellerId, id, function (flow) {
      ask().then(function (answer) {
        if (answer.ok) return flow.success();
        flow.error();
        refused(answer);
      });
    });
  });

  document.getElementById('sign-out').addEventListener('click', function () {
    if (paying) return;
    forgetToken();
    location.replace(payment.signedOutUrl);
  });

  window.addEventListener('hashchange', cleanAddress);
  // The back button may show this page as it was left; only the gateway knows how the payment stands now.
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) location.reload();
  });

  cleanAddress();
  if (message.textContent) message.focus();
  refresh();
})();
