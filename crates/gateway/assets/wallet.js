// Builds Amazon's address book and wallet, and pays once. It runs before Widgets.js, which calls the two functions set here.
(function () {
  'use strict';

  var payment = JSON.parse(document.getElementById('payment').textContent);
  var pay = document.getElementById('pay');
  var message = document.getElementById('message');
  var status = document.getElementById('status');
  var reference = payment.orderReference;
  var chosen = { address: !payment.showAddress, card: false };
  var paying = false;
  var walletBound = false;

  // ---- What the buyer sees and hears -----------------------------------------------------------------------------------------

  function tell(text) {
    message.textContent = text;
    if (text) message.focus();
  }

  function refresh() {
    pay.disabled = paying || !chosen.card || !reference;
    pay.classList.toggle('busy', paying);
    pay.setAttribute('aria-busy', String(paying));
    status.textContent = paying ? payment.texts.working : pay.disabled ? payment.texts.chooseFirst : '';
  }

  function lead(place) {
    var section = document.getElementById(place === 'address' ? 'address' : 'card');
    if (section) section.scrollIntoView({ block: 'nearest' });
  }

  // ---- Amazon's widgets ------------------------------------------------------------------------------------------------------

  /** Errors that end an order reference for the widgets: a new one is made, with every choice open again. */
  var OVER = ['StaleOrderReference', 'InvalidOrderReferenceId', 'PaymentMethodNotModifiable'];

  function startAfresh() {
    var said = new URLSearchParams(location.search).get('m');
    location.replace(payment.pageUrl + '&fresh=1' + (said ? '&m=' + encodeURIComponent(said) : ''));
  }

  function failed(error) {
    var code = error.getErrorCode();
    if (code === 'ITP') return;
    if (code === 'BuyerNotAssociated' || code === 'BuyerSessionExpired') {
      document.cookie = 'amazon_Login_accessToken=; path=/; max-age=0';
      location.replace(payment.pageUrl);
    } else if (OVER.indexOf(code) !== -1 && payment.orderReference) {
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

  function created(order) {
    reference = order.getAmazonOrderReferenceId();
    bindWallet();
    refresh();
  }

  function options(more) {
    var all = { sellerId: payment.sellerId, design: { designMode: 'responsive' }, onError: failed };
    if (reference) all.amazonOrderReferenceId = reference;
    return Object.assign(all, more);
  }

  function bindAddressBook() {
    new OffAmazonPayments.Widgets.AddressBook(options({
      onOrderReferenceCreate: created,
      onAddressSelect: function () {
        chosen.address = true;
        bindWallet();
        refresh();
      }
    })).bind('address-book');
  }

  function bindWallet() {
    if (walletBound) return;
    walletBound = true;
    new OffAmazonPayments.Widgets.Wallet(options({
      onOrderReferenceCreate: created,
      onPaymentSelect: function () {
        chosen.card = true;
        refresh();
      }
    })).bind('wallet');
  }

  window.onAmazonLoginReady = function () {
    amazon.Login.setClientId(payment.clientId);
    amazon.Login.setUseCookie(true);
  };
  window.onAmazonPaymentsReady = function () {
    if (payment.showAddress) bindAddressBook();
    if (!payment.showAddress || reference) bindWallet();
  };
  window.addEventListener('error', function (event) {
    if (event.target && event.target.id === 'widgets') tell(payment.texts.widgetFailed);
  }, true);

  // ---- Paying ----------------------------------------------------------------------------------------------------------------

  function ask() {
    var form = new URLSearchParams({ a: payment.shop, p: payment.payment, order_reference: reference });
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
    OffAmazonPayments.initConfirmationFlow(payment.sellerId, reference, function (flow) {
      ask().then(function (answer) {
        if (answer.ok) return flow.success();
        flow.error();
        refused(answer);
      });
    });
  });

  // The back button may show this page as it was left; only the gateway knows how the payment stands now.
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) location.reload();
  });

  if (message.textContent) message.focus();
  refresh();
})();
