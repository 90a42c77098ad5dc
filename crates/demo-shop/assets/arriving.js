// Takes what Amazon appended to this page's address after the sign-in: keeps the token where the
// widgets look for it, and goes back to the page that asked. The answer stands behind the #, so it
// never reaches the shop's server.
(function () {
  'use strict';

  var values = new URLSearchParams(location.hash.slice(1) || location.search.slice(1));
  // Out of the address before anything else: it stays in the history.
  history.replaceState(null, '', location.pathname);
  var asked = JSON.parse(sessionStorage.getItem('amazon-sign-in') || 'null');
  sessionStorage.removeItem('amazon-sign-in');
  // An answer to a question that this browser did not ask may be somebody else's sign-in.
  if (!asked || !values.get('state') || values.get('state') !== asked.state) {
    document.getElementById('arriving').textContent = 'This sign-in was not started in this browser window, or was used before.';
    document.getElementById('arriving').className = 'refused';
    return;
  }
  var token = values.get('access_token');
  if (token) {
    var seconds = parseInt(values.get('expires_in'), 10);
    document.cookie = 'amazon_Login_accessToken=' + encodeURIComponent(token) + '; path=/; SameSite=Lax; max-age=' +
      (seconds > 0 && seconds <= 3600 ? seconds : 3600) + (location.protocol === 'https:' ? '; Secure' : '');
  }
  location.replace(asked.back + (token ? '' : '?denied=1'));
})();
