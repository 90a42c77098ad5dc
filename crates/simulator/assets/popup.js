// The end of a sign-in in its own window: hands the answer to the page that opened it, and only when that page has the origin checked here.
(function () {
  'use strict';
  var facts = document.getElementById('answer').dataset;
  if (!window.opener) return;
  window.opener.postMessage({ kind: 'authorization', answer: JSON.parse(facts.answer) }, facts.origin);
})();
