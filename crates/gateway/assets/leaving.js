// Leads to Amazon's sign-in. The state names the payment and ends with a number that only this
// browser window knows; an answer that does not bring it back was asked for by somebody else
// (sign-in.js).
(function () {
  'use strict';

  var address = new URL(document.getElementById('leaving').dataset.address);
  var nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
    return byte.toString(16).padStart(2, '0');
  }).join('');
  var state = address.searchParams.get('state') + '.' + nonce;
  sessionStorage.setItem('pagam-sign-in', state);
  address.searchParams.set('state', state);
  // In place of this page, so that the back button of Amazon's page leads to where the buyer came from.
  location.replace(address.href);
})();
