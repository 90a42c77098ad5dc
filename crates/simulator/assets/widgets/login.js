// Widgets.js, first part: where it was loaded from, the access token, and amazon.Login. Widgets.js
// of the simulator offers the globals and callbacks that Amazon documents for its own script, so
// that a page written for Amazon runs on it unchanged. The address it was loaded from says which
// simulator and which environment it talks to. It runs under a strict policy of the embedding page:
// no eval, no inline style, frames from the simulator's origin only. The parts are served as one
// script, inside one function; they share names and nothing leaks out of it.

var script = document.currentScript;
if (!script || !script.src || (window.OffAmazonPayments && window.OffAmazonPayments.Widgets)) return;

var home = new URL(script.src);
var COOKIE = 'amazon_Login_accessToken';
var session = {
  clientId: null,
  sandbox: home.pathname.indexOf('/sandbox/') !== -1,
  useCookie: false,
  token: null,
  language: null
};

function readCookie(name) {
  var parts = document.cookie ? document.cookie.split('; ') : [];
  for (var i = 0; i < parts.length; i++) {
    var at = parts[i].indexOf('=');
    if (parts[i].slice(0, at) !== name) continue;
    try {
      return decodeURIComponent(parts[i].slice(at + 1));
    } catch (notEncoded) {
      return parts[i].slice(at + 1);
    }
  }
  return null;
}

function writeCookie(value, seconds) {
  document.cookie = COOKIE + '=' + encodeURIComponent(value) + '; path=/; SameSite=Lax; max-age=' + seconds +
    (location.protocol === 'https:' ? '; Secure' : '');
}

/** The token that the sign-in brought in the address of this page, if it did. */
function tokenOfAddress() {
  var places = [location.search, location.hash];
  for (var i = 0; i < places.length; i++) {
    var token = new URLSearchParams(places[i].replace(/^[?#]/, '')).get('access_token');
    if (token && token.indexOf('Atza|') === 0) return token;
  }
  return null;
}

function accessToken() {
  return session.token || tokenOfAddress() || readCookie(COOKIE);
}

function remember(token, seconds) {
  session.token = token;
  if (session.useCookie) writeCookie(token, seconds || 3600);
}

/** What authorize() returns: fields are filled when the buyer is back. */
function AuthorizeRequest() {
  this.status = 'queued';
  this.next = null;
}
AuthorizeRequest.prototype.onComplete = function (next) {
  this.next = next;
  if (this.status === 'complete') this.finish();
  return this;
};
AuthorizeRequest.prototype.finish = function () {
  if (typeof this.next === 'function') {
    this.next(this.answer());
  } else if (typeof this.next === 'string') {
    location.assign(withQuery(this.next, this.answer()));
  }
};
AuthorizeRequest.prototype.answer = function () {
  var answer = { status: this.status };
  ANSWER_FIELDS.forEach(function (name) {
    if (this[name] !== undefined) answer[name] = this[name];
  }, this);
  return answer;
};

var ANSWER_FIELDS = ['access_token', 'token_type', 'expires_in', 'scope', 'state', 'error', 'error_description', 'error_uri'];

function withQuery(address, answer) {
  var url = new URL(address, location.href);
  ANSWER_FIELDS.forEach(function (name) {
    if (answer[name] !== undefined) url.searchParams.set(name, answer[name]);
  });
  return url.href;
}

function isTrue(value) {
  return value === true || value === 'true';
}

function authorizeAddress(options, next, popup) {
  var url = new URL('/ap/oa', home);
  var scope = Array.isArray(options.scope) ? options.scope.join(' ') : options.scope || 'profile';
  url.searchParams.set('client_id', session.clientId);
  url.searchParams.set('scope', scope);
  url.searchParams.set('response_type', options.response_type || 'token');
  if (typeof next === 'string') url.searchParams.set('redirect_uri', new URL(next, location.href).href);
  if (options.state !== undefined) url.searchParams.set('state', options.state);
  if (options.interactive) url.searchParams.set('interactive', options.interactive);
  if (session.language) url.searchParams.set('ui_locales', session.language);
  if (session.sandbox) url.searchParams.set('sandbox', 'true');
  if (popup) {
    url.searchParams.set('popup', 'true');
    url.searchParams.set('response_mode', 'web_message');
    url.searchParams.set('origin', location.origin);
  }
  return url.href;
}

/** Opens the sign-in beside this page; the simulator's window answers by a message, or is closed by the buyer. */
function authorizeInPopup(request, address, state) {
  var opened = window.open(address, 'amazonloginpopup', 'popup,width=480,height=760');
  if (!opened) return false;
  request.status = 'in progress';
  function settle(answer) {
    window.removeEventListener('message', hear);
    clearInterval(watch);
    ANSWER_FIELDS.forEach(function (name) {
      if (answer[name] !== undefined && answer[name] !== null) request[name] = answer[name];
    });
    request.status = 'complete';
    if (request.access_token) remember(request.access_token, request.expires_in);
    request.finish();
  }
  function hear(event) {
    if (event.origin !== home.origin || event.source !== opened) return;
    if (!event.data || event.data.kind !== 'authorization') return;
    // An answer to another question is somebody else's.
    if (state !== undefined && event.data.answer.state !== String(state)) return;
    settle(event.data.answer);
    opened.close();
  }
  var watch = setInterval(function () {
    if (opened.closed) settle({ error: 'access_denied', error_description: 'The sign-in window was closed.' });
  }, 400);
  window.addEventListener('message', hear);
  return true;
}

function authorize(options, next) {
  var request = new AuthorizeRequest();
  var asked = options || {};
  if (!session.clientId) throw new Error('amazon.Login.setClientId must be called before amazon.Login.authorize.');
  request.next = next || null;
  var popup = asked.popup === undefined ? true : isTrue(asked.popup);
  if (popup && authorizeInPopup(request, authorizeAddress(asked, next, true), asked.state)) return request;
  if (typeof next !== 'string') {
    request.error = popup ? 'popup_blocked' : 'invalid_request';
    request.error_description = 'A return address is needed when no sign-in window can be used.';
    request.status = 'complete';
    request.finish();
    return request;
  }
  request.status = 'in progress';
  location.assign(authorizeAddress(asked, next, false));
  return request;
}

window.amazon = window.amazon || {};
window.amazon.Login = {
  Region: { NorthAmerica: 'NA', Europe: 'EU', AsiaPacific: 'APAC' },
  setClientId: function (id) { session.clientId = id; },
  getClientId: function () { return session.clientId; },
  setUseCookie: function (use) { session.useCookie = isTrue(use); },
  setSandboxMode: function (sandbox) { session.sandbox = isTrue(sandbox); },
  // The simulator has one region and one domain; a page may name any, as it may at Amazon.
  setRegion: function () {},
  setSiteDomain: function () {},
  setDomain: function () {},
  authorize: authorize,
  retrieveToken: function (options, next) {
    var quiet = Object.assign({}, options, { interactive: 'never' });
    return authorize(quiet, next);
  },
  logout: function () {
    session.token = null;
    writeCookie('', 0);
  }
};

