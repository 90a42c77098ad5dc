// Takes what Amazon appended to this page's address, when this browser window has asked for it:
// keeps the token where the widgets and the gateway look for it, then goes on to the payment that
// the state names. The token never reaches the gateway's address log: it stands behind the #.
(function () {
  'use strict';

  function answer() {
    var places = [location.hash, location.search];
    for (var i = 0; i < places.length; i++) {
      var values = new URLSearchParams(places[i].replace(/^[#?]/, ''));
      if (values.get('state') || values.get('access_token') || values.get('error')) return values;
    }
    return new URLSearchParams();
  }

  function keep(token, seconds) {
    document.cookie = 'amazon_Login_accessToken=' + encodeURIComponent(token) + '; path=/; SameSite=Lax; max-age=' + seconds +
      (location.protocol === 'https:' ? '; Secure' : '');
  }

  /** The page of the payment that a state names; nothing for a state that names none. */
  function pageOf(state) {
    var parts = state.match(/^(.+)\.([^.]+)\.[^.]+$/);
    return parts && location.pathname + '?a=' + encodeURIComponent(parts[1]) + '&p=' + encodeURIComponent(parts[2]);
  }

  function refuse(page) {
    var arriving = document.getElementById('arriving');
    arriving.className = 'message bad';
    arriving.querySelectorAll('[data-not-asked]').forEach(function (element) {
      element.textContent = element.dataset.notAsked;
    });
    if (!page) return;
    var again = document.getElementById('again');
    again.querySelector('a').href = page;
    again.hidden = false;
  }

  var values = answer();
  // Out of the address before anything else: it stays in the history, and further scripts read it.
  history.replaceState(null, '', location.pathname);
  var asked = sessionStorage.getItem('pagam-sign-in');
  sessionStorage.removeItem('pagam-sign-in');
  var state = values.get('state') || '';
  var page = pageOf(state);
  // A link may bring somebody else's token, and the buyer would then pay in that name.
  if (!page || state !== asked) return refuse(page);
  var token = values.get('access_token');
  if (token) {
    var seconds = parseInt(values.get('expires_in'), 10);
    keep(token, seconds > 0 && seconds <= 3600 ? seconds : 3600);
  }
  location.replace(token ? page : page + '&denied=1');
})();
