// Amazon's widgets on a page of the shop: signs the buyer in, shows address book and wallet, and
// lets the form go once everything is chosen. What the page is about stands in the data of #amazon.
// No money is asked for from here: the form names what was chosen, and the shop's server charges
// it. It runs before Widgets.js, which calls the two functions at the end.
(function () {
  'use strict';

  var SCOPE = 'profile postal_code payments:widget payments:shipping_address payments:billing_address';
  var COOKIE = 'amazon_Login_accessToken';

  var about = document.getElementById('amazon').dataset;
  var form = document.getElementById('go-on');
  var button = form.querySelector('button');
  var message = document.getElementById('message');
  var status = document.getElementById('chosen');
  /** What the shop knew when it made a page that asks for another card; the page to pay has no such sentence. */
  var declined = document.getElementById('declined');
  var reference = about.orderReference || '';
  var chosen = { address: !about.addressBook, card: false };
  var walletBound = false;
  var going = false;
  var isOut = false;
  var isSettled = false;

  /** Amazon's script takes a token out of the address of the page, whoever has put it there. Only arriving.js brings one. */
  function cleanAddress() {
    var places = [location.search, location.hash];
    var isForeign = places.some(function (place) { return new URLSearchParams(place.slice(1)).has('access_token'); });
    if (isForeign) history.replaceState(null, '', location.pathname);
  }

  // ---- What the buyer sees and hears -----------------------------------------------------------------------------------------

  function tell(text) {
    message.hidden = !text;
    message.querySelector('p').textContent = text;
    if (text) message.focus();
  }

  function say() {
    if (isOut) return 'Please sign in with Amazon first.';
    if (going) return 'One moment, please: this takes a few seconds.';
    if (isSettled) return 'Go on to see how it stands.';
    if (!chosen.address) return 'Please choose where we should ship to.';
    if (!chosen.card) return 'Please choose how to pay.';
    return about.addressBook ? 'Ships to the address and is paid with the card that are marked.' : 'Paid with the card that is marked.';
  }

  function refresh() {
    button.disabled = going || !chosen.address || !chosen.card;
    button.setAttribute('aria-busy', String(going));
    status.textContent = say();
  }

  // ---- Signing in ------------------------------------------------------------------------------------------------------------

  function isSignedIn() {
    return document.cookie.split('; ').some(function (pair) { return pair.indexOf(COOKIE + '=') === 0; });
  }

  /** Leads to Amazon and back to the return page, which brings the buyer here again if the answer is to this question. */
  function signIn() {
    var state = Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return byte.toString(16).padStart(2, '0');
    }).join('');
    sessionStorage.setItem('amazon-sign-in', JSON.stringify({ state: state, back: location.pathname }));
    amazon.Login.authorize({ scope: SCOPE, popup: false, state: state }, location.origin + about.returnPath);
  }

  function offerSignIn() {
    isOut = true;
    refresh();
    document.getElementById('signed-in').hidden = true;
    document.getElementById('signed-out').hidden = false;
    OffAmazonPayments.Button('sign-in', about.seller, { type: 'PwA', color: 'Gold', size: 'large', authorization: signIn });
    if (new URLSearchParams(location.search).has('denied')) {
      tell('Amazon did not sign you in. Nothing was charged; please try again, or pay in another way.');
    }
  }

  // ---- The widgets -----------------------------------------------------------------------------------------------------------

  /** Errors that end an order reference for the widgets: Amazon makes a new one, with every choice open again. */
  var OVER = ['StaleOrderReference', 'InvalidOrderReferenceId', 'PaymentMethodNotModifiable'];

  function failed(error) {
    var code = error.getErrorCode();
    if (code === 'ITP') return;
    if (code === 'BuyerNotAssociated' || code === 'BuyerSessionExpired') {
      document.cookie = COOKIE + '=; path=/; max-age=0';
      location.reload();
    } else if (OVER.indexOf(code) !== -1 && about.orderReference && about.fresh) {
      location.replace(location.pathname + '?fresh=1');
    } else if (code === 'PaymentMethodNotModifiable') {
      // Chosen a moment ago, here or elsewhere, and Amazon has gone on with it: what came of that
      // only the shop's server can say.
      var wallet = document.getElementById('wallet');
      wallet.textContent = 'The card can no longer be changed here.';
      wallet.classList.remove('widget');
      wallet.parentNode.classList.remove('place');
      if (declined) declined.hidden = true;
      isSettled = true;
      chosen.card = true;
      refresh();
    } else if (code === 'AddressNotModifiable') {
      document.getElementById('where').hidden = true;
      chosen.address = true;
      bindWallet();
      refresh();
    } else {
      tell('Amazon cannot show your choices at the moment (' + code + '). Please try again in a minute.');
    }
  }

  function created(order) {
    reference = order.getAmazonOrderReferenceId();
    bindWallet();
    refresh();
  }

  function options(more) {
    var all = { sellerId: about.seller, design: { designMode: 'responsive' }, onError: failed };
    if (about.agreement) {
      all.agreementType = 'BillingAgreement';
      all.amazonBillingAgreementId = about.agreement;
    } else if (reference) {
      all.amazonOrderReferenceId = reference;
    }
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

  form.addEventListener('submit', function (event) {
    if (going || button.disabled) return event.preventDefault();
    if (form.elements.order_reference) form.elements.order_reference.value = reference;
    going = true;
    refresh();
  });

  window.addEventListener('hashchange', cleanAddress);
  // The back button may show this page as it was left; only the shop knows how the order stands now.
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) location.reload();
  });
  window.addEventListener('error', function (event) {
    if (event.target && event.target.id === 'widgets') tell('Amazon cannot be reached at the moment. Please try again in a minute.');
  }, true);

  window.onAmazonLoginReady = function () {
    amazon.Login.setClientId(about.client);
    amazon.Login.setUseCookie(true);
  };
  window.onAmazonPaymentsReady = function () {
    if (!isSignedIn()) return offerSignIn();
    if (about.addressBook) bindAddressBook();
    if (!about.addressBook || reference) bindWallet();
  };
  cleanAddress();
  refresh();
})();
