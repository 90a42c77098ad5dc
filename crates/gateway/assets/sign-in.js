// Takes what Amazon appended to this page's address: keeps the token where the widgets and the gateway look for it, then
// goes on to the payment that the state names. The token never reaches the gateway's address log: it stands behind the #.
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

  var values = answer();
  var state = values.get('state') || '';
  var dot = state.lastIndexOf('.');
  if (dot < 1 || dot === state.length - 1) {
    var line = document.getElementById('arriving');
    line.textContent = line.dataset.empty;
    return;
  }
  var next = location.pathname + '?a=' + encodeURIComponent(state.slice(0, dot)) + '&p=' + encodeURIComponent(state.slice(dot + 1));
  var token = values.get('access_token');
  if (token) {
    var seconds = parseInt(values.get('expires_in'), 10);
    keep(token, seconds > 0 && seconds <= 3600 ? seconds : 3600);
  } else {
    next += '&denied=1';
  }
  location.replace(next);
})();
